//! Header placement: the signature is in the `Authorization` header.

use std::fmt;

use super::signer::{ContentSha256, PayloadLine, Signer};
use crate::canonical::{Headers, Stages, Workspace};
use crate::dialect::{Dialect, Name};
use crate::error::Error;
use crate::request::{Header, Request};
use crate::time::Time;

/// The result of signing in header placement. Borrows from the workspace.
#[derive(Clone, Copy)]
pub struct HeaderSignature<'w> {
    workspace: &'w Workspace,
    dialect: &'w Dialect,
    time: Time,
    region_set: Option<&'w [u8]>,
    content_sha256: Option<PayloadLine<'w>>,
    session_token: Option<&'w [u8]>,
}

impl<'a> Signer<'a> {
    /// Signs `request` in header placement.
    ///
    /// The headers that the signer adds replace the caller's headers of the same names, as in most of
    /// the vendor's signers. (awscrt refuses a request that has one, so that a signed request cannot
    /// be signed again.)
    pub fn header<'w>(
        &self,
        workspace: &'w mut Workspace,
        request: &Request<'_>,
    ) -> Result<HeaderSignature<'w>, Error>
    where
        'a: 'w,
    {
        let payload = self.payload_line(request.body);
        let sent = self.content_sha256 == ContentSha256::Header;
        let name = |name| self.key.dialect().header(name).as_bytes();
        let mut own = [Header { name: name(Name::Date), value: self.time.text() }; 4];
        let count = self.add_own_headers(&mut own, &payload);
        let own = &own[..count];
        let signs = self.signed_names();
        let covers = |name: &[u8]| signs(name) && !self.replaces(name);
        let (path, query) = request.path_and_query();
        self.start(workspace, request, path, own, covers)?;
        workspace.add_query((path, query), |_| true)?;
        workspace.finish(Headers { sent: request.headers, added: own }, payload.as_bytes());
        self.write_authorization(workspace);
        self.key.sign(workspace);
        Ok(HeaderSignature {
            workspace,
            dialect: self.key.dialect(),
            time: self.time,
            region_set: self.key.region_set(),
            content_sha256: sent.then_some(payload),
            session_token: self.token().map(|token| token.value),
        })
    }

    /// Writes the headers that the signer adds and signs after the first one, and returns how many
    /// there are.
    #[inline]
    fn add_own_headers<'h>(
        &'h self,
        own: &mut [Header<'h>; 4],
        payload: &'h PayloadLine<'_>,
    ) -> usize {
        let name = |name| self.key.dialect().header(name).as_bytes();
        let mut count = 1;
        if let Some(value) = self.key.region_set() {
            own[count] = Header { name: name(Name::RegionSet), value };
            count += 1;
        }
        if let Some(value) = self.signed_token() {
            own[count] = Header { name: name(Name::SecurityToken), value };
            count += 1;
        }
        if self.content_sha256 == ContentSha256::Header {
            own[count] = Header { name: name(Name::ContentSha256), value: payload.as_bytes() };
            count += 1;
        }
        count
    }

    /// Whether the signer sends its own header of this name, so that the caller's is dropped.
    #[must_use]
    #[inline]
    pub fn replaces(&self, name: &[u8]) -> bool {
        // Most names begin with another letter.
        if !matches!(name.first(), Some(b'A' | b'X' | b'a' | b'x')) {
            return false;
        }
        let dialect = self.key.dialect();
        let is = |own: &str| own.as_bytes().eq_ignore_ascii_case(name);
        is("authorization")
            || is(dialect.header(Name::Date))
            || (is(dialect.header(Name::SecurityToken)) && self.token().is_some())
            || (is(dialect.header(Name::ContentSha256))
                && self.content_sha256 == ContentSha256::Header)
            || (self.key.region_set().is_some() && is(dialect.header(Name::RegionSet)))
    }

    /// Writes the header up to the signature (specification: "Add the signature to the request").
    fn write_authorization(&self, workspace: &mut Workspace) {
        const CREDENTIAL: &[u8] = b" Credential=";
        const SIGNED_HEADERS: &[u8] = b", SignedHeaders=";
        const SIGNATURE: &[u8] = b", Signature=";
        let mut output = std::mem::take(&mut workspace.output);
        let (scope, signed_headers) = (workspace.scope(), &workspace.signed_headers[..]);
        let algorithm = self.key.algorithm();
        let words = algorithm.len() + CREDENTIAL.len() + SIGNED_HEADERS.len() + SIGNATURE.len();
        let room = words + self.access_key_id.len() + 1 + scope.len() + signed_headers.len();
        output.write(room, |out| {
            out.text(algorithm.as_bytes());
            out.text(CREDENTIAL);
            out.text(self.access_key_id);
            out.byte(b'/');
            out.text(scope);
            out.text(SIGNED_HEADERS);
            out.text(signed_headers);
            out.text(SIGNATURE);
        });
        workspace.output = output;
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

    /// The headers to add to the request, `Authorization` last. They replace the headers for which
    /// [`Signer::replaces`] returns true.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let name = |name| self.dialect.parameter(name);
        let content_sha256 = self.content_sha256.as_ref().map(PayloadLine::as_bytes);
        [
            (name(Name::Date), Some(&self.time.text()[..])),
            (name(Name::RegionSet), self.region_set),
            (name(Name::SecurityToken), self.session_token),
            (name(Name::ContentSha256), content_sha256),
            ("Authorization", Some(self.authorization())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// Without the session token.
impl fmt::Debug for HeaderSignature<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HeaderSignature")
            .field("stages", &self.stages())
            .finish_non_exhaustive()
    }
}
