//! What a request states about its own signature, for programs that ask nothing else.

use std::fmt;

use zeroize::Zeroizing;

use super::form::{Form, HMAC};
use super::parse::{Stated, malformed};
use super::reason::Rejection;
use super::sent::SentHeaders;
use crate::dialect::Dialect;
use crate::primitive::bytes;
use crate::primitive::text::Text;
use crate::redact::REDACTED;
use crate::request::Request;
use crate::signature::Signature;
use crate::time::Time;

/// The longest lifetime of a presigned URL: seven days, in seconds.
pub const LONGEST_EXPIRY: u64 = 604_800;

/// What a request states about its own signature.
#[derive(Clone)]
pub struct Claim {
    /// Where it states this.
    pub placement: Placement,
    /// The key that it names.
    pub access_key_id: Vec<u8>,
    /// The scope's date as written.
    pub scope_date: Vec<u8>,
    /// The scope's region. The scope of SigV4A has none: the region set.
    pub region: Vec<u8>,
    /// The scope's service.
    pub service: Vec<u8>,
    /// The names of the signed headers: lower case, sorted, each once.
    pub signed_headers: Vec<Vec<u8>>,
    /// The signature, decoded.
    pub signature: Signature,
    /// The time of signing.
    pub time: Time,
    /// The session token that is sent.
    pub session_token: Option<Zeroizing<Vec<u8>>>,
    /// The payload line that the request states.
    pub content_sha256: Option<Vec<u8>>,
}

/// Where the authentication is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Placement {
    /// In the `Authorization` header.
    Header,
    /// In the query, with a lifetime in seconds from the time of signing.
    Query {
        /// `X-Amz-Expires`, 1 to 604800.
        expires: u64,
    },
}

impl Claim {
    /// Reads the authentication of `request`.
    ///
    /// # Errors
    /// No authentication, more than one, or one that is not of the form in the specification.
    pub fn parse(request: &Request<'_>) -> Result<Self, Rejection> {
        Self::parse_in(Dialect::AWS, request)
    }

    /// The same in another dialect.
    ///
    /// # Errors
    /// As for [`Claim::parse`].
    pub fn parse_in(dialect: &Dialect, request: &Request<'_>) -> Result<Self, Rejection> {
        Self::parse_as(&HMAC, dialect, request)
    }

    /// The same for the algorithm of `form`.
    pub(crate) fn parse_as(
        form: &Form,
        dialect: &Dialect,
        request: &Request<'_>,
    ) -> Result<Self, Rejection> {
        let sent = SentHeaders::read(dialect, request, |_, _| ());
        let mut decoded = Text::default();
        let (_, query) = request.path_and_query();
        let query = (query.unwrap_or_default(), None);
        let stated = Stated::read((form, dialect), query, &sent, &mut decoded, Some)?;
        let signature = (form.signature)(stated.signature)
            .map_err(|expected| malformed("Signature", &expected, stated.signature))?;
        Ok(Self {
            placement: stated.placement,
            access_key_id: stated.credential.access_key_id.to_vec(),
            scope_date: stated.credential.date.to_vec(),
            region: stated.credential.region.to_vec(),
            service: stated.credential.service.to_vec(),
            signed_headers: bytes::split(stated.signed_headers, b';').map(<[u8]>::to_vec).collect(),
            signature,
            time: stated.time,
            session_token: stated.session_token.map(|token| Zeroizing::new(token.to_vec())),
            content_sha256: stated.content_sha256.map(<[u8]>::to_vec),
        })
    }

    /// Whether the signature covers the headers of this name.
    #[must_use]
    pub fn signs(&self, name: &[u8]) -> bool {
        self.signed_headers.binary_search_by(|own| bytes::cmp_lower(own, name)).is_ok()
    }
}

/// Without the session token.
impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes| String::from_utf8_lossy(bytes);
        formatter
            .debug_struct("Claim")
            .field("placement", &self.placement)
            .field("access_key_id", &text(&self.access_key_id))
            .field("scope_date", &text(&self.scope_date))
            .field("region", &text(&self.region))
            .field("service", &text(&self.service))
            .field("signed_headers", &text(&self.signed_headers.join(&b';')))
            .field("signature", &self.signature)
            .field("time", &self.time)
            .field("session_token", &self.session_token.as_ref().map(|_| REDACTED))
            .field("content_sha256", &self.content_sha256.as_deref().map(text))
            .finish()
    }
}
