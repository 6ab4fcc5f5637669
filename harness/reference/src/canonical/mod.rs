//! The canonical request (specification: "Create a canonical request"), written into buffers that
//! are reused from one request to the next.

pub(crate) mod headers;
mod path;
pub(crate) mod query;

use std::fmt;
use std::ops::Range;

use crate::Error;
use crate::primitive::hash::Digest;
use crate::primitive::hex::{self, Hex};
use crate::primitive::text::{Cursor, Text};
use crate::profile::Profile;
use crate::redact::Shown;
use crate::target;
use headers::{HeaderList, write_value};
use query::Query;

pub use crate::primitive::percent;
pub(crate) use headers::Headers;

/// The buffers for one signing or verification at a time. Create one per thread and reuse it: after
/// the first few requests nothing is allocated.
#[derive(Default)]
pub struct Workspace {
    headers: HeaderList,
    /// The names of `headers`, after [`Self::add_headers`].
    pub(crate) signed_headers: Text,
    pub(crate) query: Query,
    canonical_request: Text,
    string_to_sign: Text,
    /// Where the scope is in the string to sign.
    scope: Range<usize>,
    scratch: Text,
    /// The escaped values that a verifier read, decoded.
    pub(crate) decoded: Text,
    /// What the caller sends: the value of the Authorization header, or the final target. Both end
    /// with the signature.
    pub(crate) output: Text,
    /// Where the signature starts in the output.
    signature: usize,
}

/// The lines of a string to sign before the hash of the canonical request.
#[derive(Clone, Copy)]
pub(crate) struct Heading<'a> {
    pub(crate) algorithm: &'a str,
    /// A text that starts with the date of the scope.
    pub(crate) time: &'a [u8],
    /// `None` if the scope has no region.
    pub(crate) region: Option<&'a [u8]>,
    pub(crate) service: &'a [u8],
    /// The last part of the scope.
    pub(crate) terminator: &'a str,
}

/// Every intermediate result of a signature, in the order of computation.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Stages<'w> {
    /// The canonical request.
    pub canonical_request: &'w [u8],
    /// The string to sign.
    pub string_to_sign: &'w [u8],
    /// The signature in lower-case hexadecimal digits: 64 of an HMAC, at most 144 of an ECDSA
    /// signature.
    pub signature: &'w str,
    /// The names that the signature covers: lower case, sorted, joined by `;`.
    pub signed_headers: &'w [u8],
}

impl Workspace {
    /// The canonical path of `target` under `profile`.
    pub fn canonical_path(&mut self, target: &[u8], profile: Profile) -> &[u8] {
        self.clear();
        let (path, _) = target::split(target);
        path::write(&mut self.canonical_request, &mut self.scratch, path, profile);
        &self.canonical_request
    }

    /// The canonical query of `target`, without the parameters for which `keep` returns false. It is
    /// called with the name as sent.
    ///
    /// # Errors
    /// [`Error::PercentEscape`].
    pub fn canonical_query(
        &mut self,
        target: &[u8],
        keep: impl Fn(&[u8]) -> bool,
    ) -> Result<&[u8], Error> {
        self.clear();
        self.query.start(&self.canonical_request);
        self.add_query(target::split(target), keep)?;
        self.query.finish(&mut self.canonical_request, &mut self.scratch);
        Ok(&self.canonical_request)
    }

    /// `value` as in the canonical headers.
    pub fn canonical_header_value(&mut self, value: &[u8]) -> &[u8] {
        self.clear();
        self.canonical_request.write(value.len(), |out| {
            write_value(out, value);
        });
        &self.canonical_request
    }

    /// Forgets the previous request. The functions below are called in their order.
    pub(crate) fn clear(&mut self) {
        self.headers.clear();
        self.signed_headers.clear();
        self.canonical_request.clear();
        self.string_to_sign.clear();
        self.output.clear();
    }

    /// Adds the sent headers for whose name `covers` returns true and all added ones, and writes the
    /// list of their names.
    pub(crate) fn add_headers(&mut self, headers: Headers<'_>, covers: impl Fn(&[u8]) -> bool) {
        for (index, header) in headers.sent.iter().enumerate() {
            if covers(header.name) {
                self.headers.cover(header, index);
            }
        }
        for (index, header) in (headers.sent.len()..).zip(headers.added) {
            self.headers.cover(header, index);
        }
        self.headers.seal(headers, &mut self.signed_headers);
    }

    /// Adds the sent header with this index and prefix of its name, for [`Self::keep_listed`].
    #[inline]
    pub(crate) fn consider(&mut self, prefix: u64, index: usize) {
        self.headers.consider(prefix, index);
    }

    /// In place of [`Self::add_headers`]: of the headers that were considered, keeps those that are in
    /// a list, as [`HeaderList::keep_listed`] does.
    #[inline]
    pub(crate) fn keep_listed<'l>(
        &mut self,
        headers: Headers<'_>,
        list: &'l [u8],
        unlisted: impl FnMut(usize),
    ) -> Option<&'l [u8]> {
        self.signed_headers.append(list);
        self.headers.keep_listed(headers, list, unlisted)
    }

    /// Removes the headers of this name after that.
    pub(crate) fn remove_header(&mut self, headers: Headers<'_>, name: &str) {
        self.headers.remove(headers, name);
        self.signed_headers.clear();
        self.headers.write_names(headers, &mut self.signed_headers);
    }

    /// Writes the string to sign up to the hash of the canonical request, and the canonical request
    /// up to its query.
    pub(crate) fn start(
        &mut self,
        method: &[u8],
        path: &[u8],
        profile: Profile,
        heading: Heading<'_>,
    ) {
        let start = heading.algorithm.len() + 1 + heading.time.len() + 1;
        self.scope = start..start + heading.scope_len();
        self.string_to_sign.write(self.scope.end + 1, |out| {
            out.text(heading.algorithm.as_bytes());
            out.byte(b'\n');
            out.text(heading.time);
            out.byte(b'\n');
            heading.write_scope(out);
            out.byte(b'\n');
        });

        let out = &mut self.canonical_request;
        if let Some(path) = path::as_it_is(path, profile) {
            out.write(method.len() + path.len() + 2, |out| {
                out.text(method);
                out.byte(b'\n');
                out.text(path);
                out.byte(b'\n');
            });
        } else {
            out.append(method);
            out.push(b'\n');
            path::write(out, &mut self.scratch, path, profile);
            out.push(b'\n');
        }
        self.query.start(out);
    }

    /// The scope's text.
    pub(crate) fn scope(&self) -> &[u8] {
        &self.string_to_sign[self.scope.start..self.scope.end]
    }

    /// Adds the parameters of a target, split at its `?`; `keep` is called with the name as sent.
    pub(crate) fn add_query(
        &mut self,
        (path, query): (&[u8], Option<&[u8]>),
        keep: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Error> {
        self.query
            .add_text(&mut self.canonical_request, query.unwrap_or_default(), keep)
            .map_err(|offset| invalid_escape(path, offset))
    }

    /// The same for a query after [`query::scan`].
    #[inline]
    pub(crate) fn add_scanned(
        &mut self,
        (path, query): (&[u8], &[u8]),
        scanned: query::Scanned<'_>,
        keep: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Error> {
        let out = &mut self.canonical_request;
        let added = match scanned {
            Ok(Some(scanned)) => {
                self.query.add_scanned(out, query, scanned, keep);
                return Ok(());
            }
            Ok(None) => self.query.add_recoded(out, query, keep),
            Err(offset) => Err(offset),
        };
        added.map_err(|offset| invalid_escape(path, offset))
    }

    /// Adds one of the signer's own parameters.
    pub(crate) fn add_parameter(&mut self, name: &str, value: &[u8]) {
        self.query.add_pieces(&mut self.canonical_request, name, &[value]);
    }

    /// The same for a value of letters, digits and `-`.
    pub(crate) fn add_plain_parameter(&mut self, name: &str, value: &[u8]) {
        self.query.add_plain(&mut self.canonical_request, name, value);
    }

    /// Adds the credential under this name.
    pub(crate) fn add_credential(&mut self, name: &str, access_key_id: &[u8]) {
        let scope = &self.string_to_sign[self.scope.start..self.scope.end];
        let value = [access_key_id, b"/", scope];
        self.query.add_pieces(&mut self.canonical_request, name, &value);
    }

    /// Adds the list of signed headers under this name.
    pub(crate) fn add_signed_headers(&mut self, name: &str) {
        let value = [&self.signed_headers[..]];
        self.query.add_pieces(&mut self.canonical_request, name, &value);
    }

    /// The length of the canonical request so far.
    pub(crate) fn written(&self) -> usize {
        self.canonical_request.len()
    }

    /// The parameters that were added since the canonical request had this length, joined by `&`.
    pub(crate) fn parameters_since(&self, written: usize) -> &[u8] {
        let text = &self.canonical_request[written..];
        text.strip_prefix(b"&").unwrap_or(text)
    }

    /// Completes the canonical request and the string to sign.
    pub(crate) fn finish(&mut self, headers: Headers<'_>, payload: &[u8]) {
        let out = &mut self.canonical_request;
        self.query.finish(out, &mut self.scratch);
        let room = self.headers.room() + self.signed_headers.len() + payload.len() + 3;
        out.write(room, |out| {
            out.byte(b'\n');
            self.headers.write(headers, out, write_value);
            out.byte(b'\n');
            out.text(&self.signed_headers);
            out.byte(b'\n');
            out.text(payload);
        });
        hex::append(&mut self.string_to_sign, &Digest::of_buffer(out));
    }

    /// Puts another payload line in the place of one, after [`Self::finish`].
    pub(crate) fn replace_payload(&mut self, old: &[u8], new: &[u8]) {
        let out = &mut self.canonical_request;
        out.truncate(out.len().saturating_sub(old.len()));
        out.append(new);
        let end = self.string_to_sign.len().saturating_sub(Hex::LENGTH);
        self.string_to_sign.truncate(end);
        hex::append(&mut self.string_to_sign, &Digest::of_buffer(out));
    }

    /// The string to sign.
    pub(crate) fn string_to_sign(&mut self) -> &mut Text {
        &mut self.string_to_sign
    }

    /// Appends the signature to what the caller sends.
    #[inline]
    pub(crate) fn append_signature(&mut self, digits: &[u8]) {
        self.signature = self.output.len();
        self.output.append(digits);
    }

    /// The stages of the last request.
    pub(crate) fn stages(&self) -> Stages<'_> {
        let signature = self.output.get(self.signature..).unwrap_or_default();
        Stages {
            canonical_request: &self.canonical_request,
            string_to_sign: &self.string_to_sign,
            signature: std::str::from_utf8(signature).unwrap_or_default(),
            signed_headers: &self.signed_headers,
        }
    }
}

/// The error for an invalid escape at this offset in the query that follows `path`.
fn invalid_escape(path: &[u8], offset: usize) -> Error {
    Error::PercentEscape { offset: path.len() + 1 + offset }
}

impl Heading<'_> {
    /// The date, `YYYYMMDD`.
    fn date(&self) -> &[u8] {
        &self.time[..self.time.len().min(8)]
    }

    pub(crate) fn scope_len(&self) -> usize {
        let region = self.region.map_or(0, |region| region.len() + 1);
        self.date().len() + 1 + region + self.service.len() + 1 + self.terminator.len()
    }

    #[inline]
    pub(crate) fn write_scope(&self, out: &mut Cursor<'_>) {
        out.text(self.date());
        if let Some(region) = self.region {
            out.byte(b'/');
            out.text(region);
        }
        for part in [self.service, self.terminator.as_bytes()] {
            out.byte(b'/');
            out.text(part);
        }
    }
}

/// The buffers may hold session tokens, which are not shown.
impl fmt::Debug for Workspace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Workspace").finish_non_exhaustive()
    }
}

/// Without session tokens.
impl fmt::Debug for Stages<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Stages")
            .field("canonical_request", &Shown(self.canonical_request))
            .field("string_to_sign", &Shown(self.string_to_sign))
            .field("signature", &self.signature)
            .field("signed_headers", &Shown(self.signed_headers))
            .finish()
    }
}
