//! Query placement: a presigned URL.

use std::fmt;

use super::signer::{Signer, TokenCoverage};
use crate::canonical::{Headers, Stages, Workspace};
use crate::dialect::{AUTHENTICATION, Name, may_be_own};
use crate::error::Error;
use crate::primitive::decimal::decimal;
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::Text;
use crate::redact::Shown;
use crate::request::Request;
use crate::target;

/// The parameters of the authentication of a presigned URL of AWS. That of SigV4A also has
/// `X-Amz-Region-Set`.
pub const AUTHENTICATION_PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// The result of signing in query placement. Borrows from the workspace.
#[derive(Clone, Copy)]
pub struct QuerySignature<'w> {
    workspace: &'w Workspace,
}

impl Signer<'_> {
    /// Signs `request` in query placement (specification: "Add the signature to the request",
    /// query string). The URL is valid for `expires` seconds.
    ///
    /// Authentication parameters that the target already has are replaced. A verifier allows at most
    /// seven days; the signer does not refuse more, like most of the vendor's signers.
    ///
    /// # Errors
    /// [`Error::Expires`] for zero seconds; otherwise as for header placement.
    ///
    /// # Examples
    /// The S3 documentation's presigned `GET`:
    ///
    /// ```
    /// use sigv4_reference::sign::{Payload, Signer};
    /// use sigv4_reference::{Header, Profile, Request, Scope, ScopedKey, Time, Workspace};
    ///
    /// let time = Time::parse(b"20130524T000000Z")?;
    /// let secret = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    /// let key = ScopedKey::derive(secret, Scope::new(&time, b"us-east-1", b"s3")?);
    /// let signer = Signer {
    ///     profile: Profile::S3,
    ///     payload: Payload::Unsigned,
    ///     ..Signer::new(time, b"AKIAIOSFODNN7EXAMPLE", &key)
    /// };
    /// let request = Request {
    ///     method: b"GET",
    ///     target: b"/test.txt",
    ///     headers: &[Header { name: b"Host", value: b"examplebucket.s3.amazonaws.com" }],
    ///     body: b"",
    /// };
    /// let mut workspace = Workspace::default();
    /// let presigned = signer.query(&mut workspace, &request, 86_400)?;
    /// assert!(presigned.target().starts_with(b"/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&"));
    /// assert!(presigned.target().ends_with(
    ///     b"&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    /// ));
    /// # Ok::<(), sigv4_reference::Error>(())
    /// ```
    pub fn query<'w>(
        &self,
        workspace: &'w mut Workspace,
        request: &Request<'_>,
        expires: u64,
    ) -> Result<QuerySignature<'w>, Error> {
        if expires == 0 {
            return Err(Error::Expires);
        }
        let payload = self.payload_line(request.body);
        let name = |name| self.key.dialect().parameter(name);
        let keep = |name: &[u8]| !self.replaces_parameter(name);
        let (path, query) = request.path_and_query();
        self.start(workspace, request, path, &[], self.signed_names())?;
        workspace.add_query((path, query), keep)?;

        let own_start = workspace.written();
        self.add_own_parameters(workspace, expires);
        let mut output = std::mem::take(&mut workspace.output);
        write_kept(&mut output, path, query, keep);
        output.append(workspace.parameters_since(own_start));
        if let Some(token) = self.token().filter(|token| token.coverage == TokenCoverage::Appended)
        {
            output.push(b'&');
            output.append(name(Name::SecurityToken).as_bytes());
            output.push(b'=');
            let room = percent::room(token.value);
            output.write(room, |out| percent::encode(out, token.value, Slash::Encode));
        }

        workspace.finish(Headers { sent: request.headers, added: &[] }, payload.as_bytes());
        output.push(b'&');
        output.append(name(Name::Signature).as_bytes());
        output.push(b'=');
        workspace.output = output;
        self.key.sign(workspace);
        Ok(QuerySignature { workspace })
    }

    fn add_own_parameters(&self, workspace: &mut Workspace, expires: u64) {
        let name = |name| self.key.dialect().parameter(name);
        workspace.add_plain_parameter(name(Name::Algorithm), self.key.algorithm().as_bytes());
        workspace.add_credential(name(Name::Credential), self.access_key_id);
        workspace.add_plain_parameter(name(Name::Date), self.time.text());
        workspace.add_plain_parameter(name(Name::Expires), decimal(expires, &mut [0; 20]));
        if let Some(region_set) = self.key.region_set() {
            workspace.add_parameter(name(Name::RegionSet), region_set);
        }
        if let Some(token) = self.signed_token() {
            workspace.add_parameter(name(Name::SecurityToken), token);
        }
        workspace.add_signed_headers(name(Name::SignedHeaders));
    }

    fn replaces_parameter(&self, name: &[u8]) -> bool {
        let dialect = self.key.dialect();
        let is = |own| percent::decodes_to(name, dialect.parameter(own));
        may_be_own(name)
            && (AUTHENTICATION
                .into_iter()
                .any(|own| is(own) && (own != Name::SecurityToken || self.token().is_some()))
                || self.key.region_set().is_some() && is(Name::RegionSet))
    }
}

impl<'w> QuerySignature<'w> {
    /// The intermediate results.
    #[must_use]
    pub fn stages(&self) -> Stages<'w> {
        self.workspace.stages()
    }

    /// The request target to send: the caller's, followed by the authentication, the signature last.
    #[must_use]
    pub fn target(&self) -> &'w [u8] {
        &self.workspace.output
    }
}

/// Without the session token.
impl fmt::Debug for QuerySignature<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("QuerySignature")
            .field("stages", &self.stages())
            .field("target", &Shown(self.target()))
            .finish()
    }
}

/// Appends the caller's path and parameters as they were sent, up to where the next parameter starts.
fn write_kept(out: &mut Text, path: &[u8], query: Option<&[u8]>, keep: impl Fn(&[u8]) -> bool) {
    out.append(if path.is_empty() { b"/" } else { path });
    out.push(b'?');
    for (_, piece) in target::parameters(query.unwrap_or_default()) {
        if keep(target::name_and_value(piece).0) {
            out.append(piece);
            out.push(b'&');
        }
    }
}
