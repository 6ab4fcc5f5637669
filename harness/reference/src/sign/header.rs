//! Header placement: the signature goes into the `Authorization` header.

use super::{ContentSha256, PayloadLine, Signer};
use crate::ALGORITHM;
use crate::canonical::{Stages, Workspace};
use crate::error::Error;
use crate::request::Request;
use crate::time::Time;

/// What signing in header placement gives. Borrows from the workspace.
#[derive(Clone, Copy, Debug)]
pub struct HeaderSignature<'w> {
    workspace: &'w Workspace,
    time: Time,
    content_sha256: Option<PayloadLine<'w>>,
    session_token: Option<&'w [u8]>,
}

impl<'a> Signer<'a> {
    /// Signs `request` in header placement.
    ///
    /// The headers that the signer adds replace the caller's of the same name, as most of the
    /// vendor's signers do it (awscrt refuses a request that holds one; a refusal would keep a
    /// request from being signed anew).
    pub fn header<'w>(
        &self,
        workspace: &'w mut Workspace,
        request: &Request<'_>,
    ) -> Result<HeaderSignature<'w>, Error>
    where
        'a: 'w,
    {
        let scope = self.check(request)?;
        let payload = self.payload_line(request.body);
        workspace.clear();
        workspace.add_query(request.target, |_| true)?;
        for header in request.headers {
            if self.signs_header(header.name) && !self.replaces(header.name) {
                workspace.add_header(header.name, header.value);
            }
        }
        workspace.add_header(b"x-amz-date", self.time.text());
        if let Some(token) = self.signed_token() {
            workspace.add_header(b"x-amz-security-token", token);
        }
        if self.content_sha256 == ContentSha256::Header {
            workspace.add_header(b"x-amz-content-sha256", payload.as_bytes());
        }
        workspace.seal_headers();
        self.finish(workspace, request, &scope, &payload);
        scope.write(&mut workspace.scope);
        self.write_authorization(workspace);
        let sent = self.content_sha256 == ContentSha256::Header;
        Ok(HeaderSignature {
            workspace,
            time: self.time,
            content_sha256: sent.then_some(payload),
            session_token: self.token().map(|token| token.value),
        })
    }

    /// Whether the signer sends its own header of this name, so that the caller's is dropped.
    #[must_use]
    pub fn replaces(&self, name: &[u8]) -> bool {
        let is = |own: &str| own.as_bytes().eq_ignore_ascii_case(name);
        is("authorization")
            || is("x-amz-date")
            || (is("x-amz-security-token") && self.token().is_some())
            || (is("x-amz-content-sha256") && self.content_sha256 == ContentSha256::Header)
    }

    /// Specification: "Add the signature to the request", authorization header.
    fn write_authorization(&self, workspace: &mut Workspace) {
        let mut out = std::mem::take(&mut workspace.output);
        let stages = workspace.stages();
        for piece in [
            ALGORITHM.as_bytes(),
            b" Credential=",
            self.access_key_id,
            b"/",
            &workspace.scope,
            b", SignedHeaders=",
            stages.signed_headers,
            b", Signature=",
            stages.signature.as_bytes(),
        ] {
            out.extend_from_slice(piece);
        }
        workspace.output = out;
    }
}

impl<'w> HeaderSignature<'w> {
    /// The intermediate results.
    #[must_use]
    pub fn stages(&self) -> Stages<'w> {
        self.workspace.stages()
    }

    /// The value of the `Authorization` header.
    #[must_use]
    pub fn authorization(&self) -> &'w [u8] {
        &self.workspace.output
    }

    /// The headers to add to the request, `Authorization` last; they take the place of any that
    /// [`Signer::replaces`].
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let content_sha256 = self.content_sha256.as_ref().map(PayloadLine::as_bytes);
        [
            ("X-Amz-Date", Some(&self.time.text()[..])),
            ("X-Amz-Security-Token", self.session_token),
            ("X-Amz-Content-Sha256", content_sha256),
            ("Authorization", Some(self.authorization())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}
