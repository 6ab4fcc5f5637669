//! The signer's settings, and what both placements share.

use std::fmt;

use super::key::Key;
use crate::UNSIGNED_PAYLOAD;
use crate::canonical::{Headers, Heading, Workspace};
use crate::error::Error;
use crate::primitive::hash::Digest;
use crate::primitive::hex::Hex;
use crate::profile::Profile;
use crate::request::{Header, Request, control_byte};
use crate::time::Time;

/// The headers that awscrt leaves unsigned, because proxies between client and service change them.
/// Only `x-amzn-trace-id` is left unsigned by all of the vendor's signers. `authorization` is never
/// signed.
pub const UNSIGNED_HEADERS: &[&str] =
    &["expect", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"];

/// Who signs, when, for which scope, and how. The request itself is passed to [`Signer::header`] or
/// [`Signer::query`].
///
/// The key decides the algorithm.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The time of signing, on a day that `key` is good for.
    pub time: Time,
    /// The id that tells the verifier which secret was used. It may contain slashes.
    pub access_key_id: &'a [u8],
    /// The key, with what it is good for.
    pub key: Key<'a>,
    /// The token of temporary credentials. An empty one counts as none.
    pub session_token: Option<SessionToken<'a>>,
    /// How the path becomes canonical.
    pub profile: Profile,
    /// What the last line of the canonical request says about the body.
    pub payload: Payload<'a>,
    /// Whether header placement sends and signs `x-amz-content-sha256`.
    pub content_sha256: ContentSha256,
    /// Lower-case names of headers to leave unsigned, besides `authorization`.
    pub unsigned_headers: &'a [&'a str],
}

/// The token of temporary credentials and whether the signature covers it.
#[derive(Clone, Copy)]
pub struct SessionToken<'a> {
    /// The token, verbatim.
    pub value: &'a [u8],
    /// Whether it is signed.
    pub coverage: TokenCoverage,
}

/// The token is not shown.
impl fmt::Debug for SessionToken<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value: _, coverage } = self;
        formatter.debug_struct("SessionToken").field("coverage", coverage).finish_non_exhaustive()
    }
}

/// Whether the session token is part of what is signed. Most services require it to be signed; some
/// (AWS IoT) require it to be added to the request afterwards.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TokenCoverage {
    /// Added to the signed request.
    Appended,
    /// Signed like any other header or parameter.
    Signed,
}

/// The last line of the canonical request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// This text, verbatim: a hash computed elsewhere, or a streaming marker.
    Given(&'a [u8]),
    /// The SHA-256 of the body, in lower-case hexadecimal.
    Signed,
    /// [`UNSIGNED_PAYLOAD`].
    Unsigned,
}

/// Whether header placement sends the payload line as `x-amz-content-sha256`, which S3 requires.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ContentSha256 {
    /// Not added.
    Absent,
    /// Added and signed.
    Header,
}

impl<'a> Signer<'a> {
    /// A signer for most services: generic profile, payload hashed, no token, no
    /// `x-amz-content-sha256`. Change the fields for anything else.
    #[must_use]
    pub fn new(time: Time, access_key_id: &'a [u8], key: impl Into<Key<'a>>) -> Self {
        Self {
            time,
            access_key_id,
            key: key.into(),
            session_token: None,
            profile: Profile::GENERIC,
            payload: Payload::Signed,
            content_sha256: ContentSha256::Absent,
            unsigned_headers: UNSIGNED_HEADERS,
        }
    }

    /// Checks everything that is written into a line of its own, adds the headers, and writes up to
    /// the path.
    pub(super) fn start(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        path: &[u8],
        own: &[Header<'_>],
        covers: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Error> {
        request.check()?;
        self.check()?;
        workspace.clear();
        workspace.add_headers(Headers { sent: request.headers, added: own }, covers);
        let heading = Heading {
            algorithm: self.key.algorithm(),
            time: self.time.text(),
            region: self.key.scope_region(),
            service: self.key.service(),
            terminator: self.key.dialect().terminator(),
        };
        workspace.start(request.method, path, self.profile, heading);
        Ok(())
    }

    /// Checks the settings of the signer.
    #[inline]
    fn check(&self) -> Result<(), Error> {
        self.key.check_date(&self.time)?;
        if let Some(offset) = control_byte(self.access_key_id) {
            return Err(Error::ControlByte { field: "access key id", offset });
        }
        if let Some(offset) = self.token().and_then(|token| control_byte(token.value)) {
            return Err(Error::ControlByte { field: "session token", offset });
        }
        if let Payload::Given(text) = self.payload
            && let Some(offset) = control_byte(text)
        {
            return Err(Error::ControlByte { field: "payload", offset });
        }
        Ok(())
    }

    pub(super) fn token(&self) -> Option<SessionToken<'a>> {
        self.session_token.filter(|token| !token.value.is_empty())
    }

    pub(super) fn signed_token(&self) -> Option<&'a [u8]> {
        let signed = self.token().filter(|token| token.coverage == TokenCoverage::Signed);
        signed.map(|token| token.value)
    }

    fn signs_header(&self, name: &[u8]) -> bool {
        let is = |unsigned: &&str| unsigned.as_bytes().eq_ignore_ascii_case(name);
        !is(&"authorization") && !self.unsigned_headers.iter().any(is)
    }

    /// [`Self::signs_header`], for many names. Nearly all of them are signed, and most differ in
    /// length or first letter from every name that is not.
    #[inline]
    pub(super) fn signed_names(&self) -> impl Fn(&[u8]) -> bool {
        let bit = |name: &[u8]| {
            let first = name.first().map_or(0, |first| usize::from(first | 0x20));
            1_u64 << ((name.len() + first) % 64)
        };
        let unsigned = self.unsigned_headers.iter().map(|name| bit(name.as_bytes()));
        let unsigned = unsigned.fold(bit(b"authorization"), |all, bit| all | bit);
        move |name| unsigned & bit(name) == 0 || self.signs_header(name)
    }

    pub(super) fn payload_line(&self, body: &[u8]) -> PayloadLine<'a> {
        match self.payload {
            Payload::Given(text) => PayloadLine::Text(text),
            Payload::Signed => PayloadLine::hash_of(body),
            Payload::Unsigned => PayloadLine::Text(UNSIGNED_PAYLOAD.as_bytes()),
        }
    }
}

/// The payload line; owned if it had to be computed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PayloadLine<'a> {
    Hash(Hex),
    Text(&'a [u8]),
}

impl PayloadLine<'_> {
    pub(crate) fn hash_of(body: &[u8]) -> Self {
        // Most requests have no body, and hashing it would cost a compression.
        let hash = || Hex::encode(&Digest::of(body));
        Self::Hash(if body.is_empty() { Hex::EMPTY_MESSAGE } else { hash() })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Hash(hash) => hash.as_bytes(),
            Self::Text(text) => text,
        }
    }
}
