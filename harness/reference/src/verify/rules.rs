//! The rules in which services differ, with the values that a service has.
//!
//! | rule | S3 | other services |
//! |---|---|---|
//! | clock window | 15 minutes | 5 minutes |
//! | path | as sent | normalized, encoded once more |
//! | payload line if not stated | hash of the body; presigned: `UNSIGNED-PAYLOAD` | hash of the body |
//! | `UNSIGNED-PAYLOAD` in header placement | accepted | refused |
//! | session token | signed | signed |
//! | unsigned `Content-Type` | accepted | accepted |
//! | `Host` | exactly one, not empty | the same |
//!
//! Sources: S3 API Reference, "Signature Calculations for the Authorization Header" and
//! "Authenticating Requests: Using Query Parameters"; IAM User Guide, "AWS Signature Version 4 for
//! API requests" (five minutes "in most cases"; a presigned URL of a service other than S3 signs the
//! hash of the body). AWS IoT is the service that wants the session token added after signing.

use crate::dialect::Dialect;
use crate::profile::Profile;
use crate::sign::TokenCoverage;
use crate::time::Time;

/// What a verifier requires. [`Verifier::new`] has the rules of a service.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// The words that requests are signed in.
    pub dialect: &'a Dialect,
    /// The verifier's clock.
    pub now: Time,
    /// How far the signing time may differ from the clock, in seconds.
    pub window_seconds: u64,
    /// The region that the credential scope must name.
    pub region: &'a [u8],
    /// The service that the credential scope must name.
    pub service: &'a [u8],
    /// How the path is made canonical.
    pub profile: Profile,
    /// The payload line of a request that does not state it in `x-amz-content-sha256`.
    pub unstated_payload: UnstatedPayload,
    /// Whether `UNSIGNED-PAYLOAD` is accepted in header placement.
    pub unsigned_payload: UnsignedPayload,
    /// Whether the session token is part of what is signed, in either placement.
    pub token_coverage: TokenCoverage,
    /// Whether a `Content-Type` header must be signed.
    pub content_type: ContentTypeRule,
    /// Which `Host` headers are accepted.
    pub host: HostRule,
}

/// The payload line of a request that does not state it in `x-amz-content-sha256`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UnstatedPayload {
    /// The SHA-256 of the body: most services.
    BodyHash,
    /// `UNSIGNED-PAYLOAD` in either placement.
    Unsigned,
    /// `UNSIGNED-PAYLOAD` in a presigned URL, the SHA-256 of the body in header placement: S3.
    UnsignedIfPresigned,
}

/// Whether `UNSIGNED-PAYLOAD` is accepted in header placement. Only S3 documents it there; a service
/// that accepts it lets anyone on the way replace the body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnsignedPayload {
    /// Accepted: S3.
    Accepted,
    /// Refused as [`Reason::UnsupportedPayload`](super::Reason::UnsupportedPayload).
    Refused,
}

/// Whether a `Content-Type` header must be signed.
///
/// The S3 API Reference says so ("if the Content-Type header is present in the request, you must add
/// it"), and so does the IAM User Guide for its own example. None of thirteen S3-compatible servers
/// that were asked refuses an unsigned one, and browsers add it to presigned uploads, so that
/// [`Verifier::new`] accepts it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ContentTypeRule {
    /// Refused unless it is signed, as [`Reason::UnsignedHeader`](super::Reason::UnsignedHeader).
    MustBeSigned,
    /// Accepted unsigned.
    MayBeUnsigned,
}

/// Which `Host` headers are accepted. A request without one is refused in any case, since `host`
/// must be signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HostRule {
    /// Any number, with any value. No server does this; it is for checking a signature apart from
    /// the request that carries it.
    Any,
    /// Exactly one that is not empty (RFC 9112, section 3.2: a server must answer 400 to more than
    /// one).
    One,
}

impl<'a> Verifier<'a> {
    /// A verifier with the rules of `service`. Change the fields for anything else.
    #[must_use]
    pub fn new(now: Time, region: &'a [u8], service: &'a [u8]) -> Self {
        let s3 = follows_s3(service);
        Self {
            dialect: Dialect::AWS,
            now,
            window_seconds: if s3 { 900 } else { 300 },
            region,
            service,
            profile: if s3 { Profile::S3 } else { Profile::GENERIC },
            unstated_payload: if s3 {
                UnstatedPayload::UnsignedIfPresigned
            } else {
                UnstatedPayload::BodyHash
            },
            unsigned_payload: if s3 { UnsignedPayload::Accepted } else { UnsignedPayload::Refused },
            token_coverage: TokenCoverage::Signed,
            content_type: ContentTypeRule::MayBeUnsigned,
            host: HostRule::One,
        }
    }
}

/// S3 and the services that its SDKs sign by the same rules.
fn follows_s3(service: &[u8]) -> bool {
    matches!(service, b"s3" | b"s3-object-lambda" | b"s3-outposts" | b"s3express")
}
