//! The canonical request (specification: "Create a canonical request"), written into buffers that
//! are reused from one request to the next.

pub(crate) mod headers;
mod pairs;
mod path;
pub mod percent;
pub(crate) mod query;

use sha2::{Digest, Sha256};

use crate::hex::Hex;
use crate::key::SigningKey;
use crate::profile::Profile;
use crate::request::Request;
use crate::scope::Scope;
use crate::time::Time;
use crate::{ALGORITHM, Error};
use pairs::Pairs;

/// The buffers of one signing or verification at a time. Make one per thread and reuse it: after
/// the first few requests nothing is allocated.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The parameters that the canonical query is made of.
    pub(crate) query: Pairs,
    /// The headers that the signature covers.
    pub(crate) headers: Pairs,
    /// The names of `headers`, once [`Self::seal_headers`] ran.
    pub(crate) signed_headers: Vec<u8>,
    /// The text of the credential scope.
    pub(crate) scope: Vec<u8>,
    canonical_request: Vec<u8>,
    string_to_sign: Vec<u8>,
    signature: Hex,
    scratch: Vec<u8>,
    /// What the caller sends: the Authorization value, or the final target.
    pub(crate) output: Vec<u8>,
}

/// Every intermediate result of a signature, in the order in which they come about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stages<'w> {
    /// The canonical request.
    pub canonical_request: &'w [u8],
    /// The string to sign.
    pub string_to_sign: &'w [u8],
    /// The signature, 64 lower-case hexadecimal digits.
    pub signature: &'w str,
    /// The names that the signature covers: lower case, sorted, joined by `;`.
    pub signed_headers: &'w [u8],
}

impl Workspace {
    /// The path of `target` as `profile` makes it canonical.
    pub fn canonical_path(&mut self, target: &[u8], profile: Profile) -> &[u8] {
        self.clear();
        let (path, _) = split_target(target);
        path::write(&mut self.canonical_request, &mut self.scratch, path, profile);
        &self.canonical_request
    }

    /// The query of `target` in canonical form, without the parameters whose name `keep` refuses
    /// (asked with the name as sent).
    ///
    /// # Errors
    /// [`Error::PercentEscape`].
    pub fn canonical_query(
        &mut self,
        target: &[u8],
        keep: impl Fn(&[u8]) -> bool,
    ) -> Result<&[u8], Error> {
        self.clear();
        self.add_query(target, keep)?;
        query::write(&mut self.query, &mut self.canonical_request);
        Ok(&self.canonical_request)
    }

    /// `value` as it stands in the canonical headers.
    pub fn canonical_header_value(&mut self, value: &[u8]) -> &[u8] {
        self.clear();
        headers::write_value(&mut self.canonical_request, value);
        &self.canonical_request
    }

    /// Forgets the request before.
    pub(crate) fn clear(&mut self) {
        self.query.clear();
        self.headers.clear();
        self.signed_headers.clear();
        self.scope.clear();
        self.canonical_request.clear();
        self.string_to_sign.clear();
        self.output.clear();
    }

    /// Takes in the parameters of the target's query; `keep` is asked with the name as sent.
    pub(crate) fn add_query(
        &mut self,
        target: &[u8],
        keep: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Error> {
        let (path, Some(text)) = split_target(target) else { return Ok(()) };
        let start = path.len() + 1;
        query::add_text(&mut self.query, text, keep)
            .map_err(|offset| Error::PercentEscape { offset: start + offset })
    }

    /// Takes in one header that the signature covers.
    pub(crate) fn add_header(&mut self, name: &[u8], value: &[u8]) {
        headers::add(&mut self.headers, name, value);
    }

    /// Writes the list of the headers' names: no header may be added after this.
    pub(crate) fn seal_headers(&mut self) {
        headers::write_names(&mut self.headers, &mut self.signed_headers);
    }

    /// Puts the canonical request and the string to sign together from what was taken in.
    pub(crate) fn write_stages(
        &mut self,
        request: &Request<'_>,
        profile: Profile,
        payload: &[u8],
        time: &Time,
        scope: &Scope<'_>,
    ) {
        let out = &mut self.canonical_request;
        out.extend_from_slice(request.method);
        out.push(b'\n');
        path::write(out, &mut self.scratch, request.path_and_query().0, profile);
        out.push(b'\n');
        query::write(&mut self.query, out);
        out.push(b'\n');
        headers::write(&mut self.headers, out);
        out.push(b'\n');
        out.extend_from_slice(&self.signed_headers);
        out.push(b'\n');
        out.extend_from_slice(payload);

        let digest = Sha256::digest(&self.canonical_request).into();
        let out = &mut self.string_to_sign;
        out.extend_from_slice(ALGORITHM.as_bytes());
        out.push(b'\n');
        out.extend_from_slice(time.text());
        out.push(b'\n');
        scope.write(out);
        out.push(b'\n');
        out.extend_from_slice(Hex::encode(&digest).as_bytes());
    }

    /// Signs the string to sign.
    pub(crate) fn sign(&mut self, key: &SigningKey) {
        self.signature = Hex::encode(&key.sign(&self.string_to_sign));
    }

    /// The stages of the request that was written last.
    pub(crate) fn stages(&self) -> Stages<'_> {
        Stages {
            canonical_request: &self.canonical_request,
            string_to_sign: &self.string_to_sign,
            signature: self.signature.as_str(),
            signed_headers: &self.signed_headers,
        }
    }
}

/// The path and, where there is a `?`, the query behind the first one.
pub(crate) fn split_target(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    match target.iter().position(|&byte| byte == b'?') {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}
