//! Query placement: a presigned URL.

use super::{Signer, TokenCoverage};
use crate::ALGORITHM;
use crate::canonical::percent::{self, Slash};
use crate::canonical::{Stages, Workspace, query};
use crate::error::Error;
use crate::request::Request;

/// The parameters that carry a presigned URL's authentication.
pub const AUTHENTICATION_PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// What signing in query placement gives. Borrows from the workspace.
#[derive(Clone, Copy, Debug)]
pub struct QuerySignature<'w> {
    workspace: &'w Workspace,
}

impl Signer<'_> {
    /// Signs `request` in query placement (specification: "Add the signature to the request",
    /// query string); the URL is good for `expires` seconds.
    ///
    /// Authentication parameters that the target already holds are replaced. More than the seven
    /// days that a verifier allows are not refused, as the vendor's signers do not refuse them.
    ///
    /// # Errors
    /// [`Error::Expires`] for zero seconds; otherwise as for header placement.
    ///
    /// # Examples
    /// The S3 documentation's presigned `GET`:
    ///
    /// ```
    /// use sigv4_reference::sign::{Payload, Signer};
    /// use sigv4_reference::{Header, Profile, Request, SigningKey, Time, Workspace};
    ///
    /// let time = Time::parse(b"20130524T000000Z")?;
    /// let secret = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    /// let key = SigningKey::derive(secret, &time, b"us-east-1", b"s3");
    /// let signer = Signer {
    ///     profile: Profile::S3,
    ///     payload: Payload::Unsigned,
    ///     ..Signer::new(time, b"us-east-1", b"s3", b"AKIAIOSFODNN7EXAMPLE", &key)
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
        let scope = self.check(request)?;
        let payload = self.payload_line(request.body);
        let keep = |name: &[u8]| !self.replaces_parameter(name);
        workspace.clear();
        workspace.add_query(request.target, keep)?;
        for header in request.headers {
            if self.signs_header(header.name) {
                workspace.add_header(header.name, header.value);
            }
        }
        workspace.seal_headers();
        scope.write(&mut workspace.scope);

        let mut digits = [0; 20];
        let expires = decimal(expires, &mut digits);
        let Workspace { query, signed_headers, scope: scope_text, output, .. } = &mut *workspace;
        write_kept(output, request, keep);
        let mut add = |name: &str, value: &[&[u8]]| {
            query::add_pieces(query, name, value);
            write_parameter(output, name, value);
        };
        add("X-Amz-Algorithm", &[ALGORITHM.as_bytes()]);
        add("X-Amz-Credential", &[self.access_key_id, b"/", scope_text]);
        add("X-Amz-Date", &[self.time.text()]);
        add("X-Amz-Expires", &[expires]);
        if let Some(token) = self.signed_token() {
            add("X-Amz-Security-Token", &[token]);
        }
        add("X-Amz-SignedHeaders", &[signed_headers]);
        if let Some(token) = self.token().filter(|token| token.coverage == TokenCoverage::Appended)
        {
            write_parameter(output, "X-Amz-Security-Token", &[token.value]);
        }

        self.finish(workspace, request, &scope, &payload);
        let mut output = std::mem::take(&mut workspace.output);
        let signature = workspace.stages().signature.as_bytes();
        write_parameter(&mut output, "X-Amz-Signature", &[signature]);
        workspace.output = output;
        Ok(QuerySignature { workspace })
    }

    fn replaces_parameter(&self, name: &[u8]) -> bool {
        AUTHENTICATION_PARAMETERS.iter().any(|own| {
            percent::decodes_to(name, own)
                && (*own != "X-Amz-Security-Token" || self.token().is_some())
        })
    }
}

impl<'w> QuerySignature<'w> {
    /// The intermediate results.
    #[must_use]
    pub fn stages(&self) -> Stages<'w> {
        self.workspace.stages()
    }

    /// The request target to send: the caller's, with the authentication behind it and the
    /// signature last.
    #[must_use]
    pub fn target(&self) -> &'w [u8] {
        &self.workspace.output
    }
}

/// Appends the caller's path and the caller's parameters as they were sent, up to the point where
/// the next parameter's name goes.
fn write_kept(out: &mut Vec<u8>, request: &Request<'_>, keep: impl Fn(&[u8]) -> bool) {
    let (path, query) = request.path_and_query();
    out.extend_from_slice(if path.is_empty() { b"/" } else { path });
    out.push(b'?');
    for piece in query.unwrap_or_default().split(|&byte| byte == b'&') {
        if !piece.is_empty() && keep(query::split(piece).0) {
            out.extend_from_slice(piece);
            out.push(b'&');
        }
    }
}

fn write_parameter(out: &mut Vec<u8>, name: &str, value: &[&[u8]]) {
    if !matches!(out.last(), Some(b'?' | b'&')) {
        out.push(b'&');
    }
    out.extend_from_slice(name.as_bytes());
    out.push(b'=');
    for piece in value {
        percent::encode(out, piece, Slash::Encode);
    }
}

fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b"0123456789"[usize::try_from(number % 10).unwrap_or_default()];
        number /= 10;
        if number == 0 {
            return &digits[start..];
        }
    }
}
