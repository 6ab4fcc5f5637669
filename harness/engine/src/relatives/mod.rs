//! Requests that are signed in another way than with `AWS4-HMAC-SHA256`: with SigV4A, in the words of
//! Google, or with one of the signatures that came before Version 4.
//!
//! Each is checked with the reference. Where the signature is wrong, it is recomputed from the texts
//! that signers are known to get wrong, until one of them gives it.

mod keys;
mod legacy;
mod texts;
mod v4a;
mod version_4;
mod written;

use sigv4_reference::verify::Rejection;
use sigv4_reference::{Request, Time};
use sigv4_vectors::model;

use crate::subject::convert::{headers, request as borrowed};

/// How a request is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relative {
    /// `AWS4-ECDSA-P256-SHA256`.
    V4a,
    /// `GOOG4-HMAC-SHA256`.
    Google,
    /// `Authorization: AWS id:signature`, or `AWSAccessKeyId` in the query.
    S3V2,
    /// `SignatureVersion=2` in the query or in a form.
    QueryV2,
    /// `X-Amzn-Authorization: AWS3-HTTPS`.
    Aws3,
}

/// What a request is checked with.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// Whose secret it is; `None` for whichever id the request has.
    pub access_key_id: Option<&'k [u8]>,
    /// The secret.
    pub secret_access_key: &'k [u8],
    /// The token that belongs to it; `None` for whichever the request has.
    pub session_token: Option<&'k [u8]>,
    /// The clock of the server.
    pub now: Time,
    /// How far the time of the request may differ from it, in seconds; `None` for the usual limit.
    pub window_seconds: Option<u64>,
    /// How the path is made canonical; `None` for the usual way of the service.
    pub profile: Option<model::Profile>,
}

/// What comes of checking a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checked {
    /// What is said of the signature.
    pub outcome: Outcome,
    /// Why a server refuses the request, if it does.
    pub rejection: Option<Rejection>,
}

/// What is said of the signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It is right.
    Right,
    /// It is right, and a server refuses the request all the same.
    Refused,
    /// The authentication cannot be read.
    Unreadable,
    /// It is that of another text or key.
    Wrong(Cause),
    /// It is wrong, and the cause was not found.
    Unexplained {
        /// What a correct signer hashes first; the older signatures have no such text.
        canonical_request: Option<Vec<u8>>,
        /// What a correct signer signs.
        string_to_sign: Vec<u8>,
    },
}

/// What was done in place of the right thing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// What the signer did.
    pub what: String,
    /// What it has to do.
    pub fix: &'static str,
}

impl Relative {
    /// How `request` is signed; `None` if it is not signed, or with `AWS4-HMAC-SHA256`.
    #[must_use]
    pub fn of(request: &model::Request) -> Option<Self> {
        let headers = headers(request);
        let request = &borrowed(request, &headers);
        if request.header("x-amzn-authorization").is_some() {
            return Some(Self::Aws3);
        }
        if let Some(value) = request.header("authorization") {
            let value = value.trim_ascii();
            let schemes =
                [("AWS4-ECDSA-", Self::V4a), ("GOOG4-", Self::Google), ("AWS ", Self::S3V2)];
            let mut schemes = schemes.into_iter();
            let found = schemes.find(|(start, _)| value.starts_with(start.as_bytes()));
            return found.map(|(_, scheme)| scheme);
        }
        let query = texts::query(request);
        let has = |name| texts::parameter(query, name).is_some();
        if has("X-Amz-Algorithm") {
            let algorithm = texts::parameter(query, "X-Amz-Algorithm").unwrap_or_default();
            return algorithm.starts_with(b"AWS4-ECDSA-").then_some(Self::V4a);
        }
        if has("X-Goog-Algorithm") {
            return Some(Self::Google);
        }
        let is_form = |form| {
            ["Signature", "SignatureVersion"]
                .iter()
                .all(|name| texts::parameter(form, name).is_some())
        };
        let is_posted = request.method == b"POST" && is_form(request.body);
        if is_posted || is_form(query) {
            return Some(Self::QueryV2);
        }
        (has("AWSAccessKeyId") && has("Signature")).then_some(Self::S3V2)
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V4a => "SigV4A (AWS4-ECDSA-P256-SHA256)",
            Self::Google => "GOOG4-HMAC-SHA256, the V4 signature of Google Cloud Storage",
            Self::S3V2 => "S3 signature version 2 (HMAC-SHA1)",
            Self::QueryV2 => "query signature version 2",
            Self::Aws3 => "AWS3-HTTPS",
        }
    }

    /// Whether AWS replaced it.
    #[must_use]
    pub fn is_legacy(self) -> bool {
        matches!(self, Self::S3V2 | Self::QueryV2 | Self::Aws3)
    }

    /// The id of the key that a request names; empty where it cannot be read.
    #[must_use]
    pub fn access_key_id(self, request: &model::Request) -> Vec<u8> {
        let headers = headers(request);
        let request = borrowed(request, &headers);
        match self {
            Self::V4a | Self::Google => version_4::access_key_id(self, &request),
            Self::S3V2 | Self::QueryV2 | Self::Aws3 => legacy::access_key_id(self, &request),
        }
    }

    /// Checks the signature of a request.
    #[must_use]
    pub fn check(self, request: &model::Request, known: &Known<'_>) -> Checked {
        let headers = headers(request);
        let request: Request<'_> = borrowed(request, &headers);
        match self {
            Self::V4a | Self::Google => version_4::check(self, &request, known),
            Self::S3V2 | Self::QueryV2 | Self::Aws3 => legacy::check(self, &request, known),
        }
    }
}

impl Checked {
    const RIGHT: Self = Self { outcome: Outcome::Right, rejection: None };

    fn refused(outcome: Outcome, rejection: Rejection) -> Self {
        Self { outcome, rejection: Some(rejection) }
    }
}

/// A text that a signer may have signed, and what it did to get there.
struct Candidate {
    cause: Cause,
    text: Vec<u8>,
}

impl Candidate {
    fn new(what: impl Into<String>, fix: &'static str, text: impl Into<Vec<u8>>) -> Self {
        Self { cause: Cause { what: what.into(), fix }, text: text.into() }
    }
}
