//! A request to sign as it was done before Version 4.

use serde::{Deserialize, Serialize};

use super::sign::{Credentials, Request};
use crate::bytes::Bytes;
use crate::text::Time;
use crate::words::words;

/// A request to sign as it was done before Version 4, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacySigning {
    /// What the signer is given.
    pub input: LegacyInput,
    /// What a correct signer makes of it.
    pub expect: LegacyExpectation,
}

/// All that the signer is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegacyInput {
    /// What is signed, and where the signature goes.
    pub scheme: LegacyScheme,
    /// The algorithm; S3 has HMAC-SHA1 alone.
    pub algorithm: LegacyAlgorithm,
    /// The moment of signing. A `Date` or a `Timestamp` in the request states the same.
    pub time: Time,
    /// The bucket, if only the `Host` header names it. In the file it is always there, `null` for
    /// none.
    #[serde(deserialize_with = "Option::deserialize")]
    pub bucket: Option<Bytes>,
    /// Up to when a URL of S3 is good, in seconds since 1970. Present with
    /// [`LegacyScheme::S3Query`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// Example credentials. Never real ones.
    pub credentials: Credentials,
    /// The request, without any signature.
    pub request: Request,
}

words! {
    /// The schemes before Version 4.
    pub enum LegacyScheme {
        /// S3: the header `Authorization: AWS id:signature`.
        S3Header = "s3-header",
        /// S3: the parameters `AWSAccessKeyId`, `Expires` and `Signature`.
        S3Query = "s3-query",
        /// Version 2 of the query services: the parameters of a `GET`, or of a form.
        QueryV2 = "query-v2",
        /// The header `X-Amzn-Authorization: AWS3-HTTPS`, which signs the date alone.
        Aws3Https = "aws3-https",
    }
}

words! {
    /// The algorithms of the schemes before Version 4.
    pub enum LegacyAlgorithm {
        /// HMAC-SHA1.
        HmacSha1 = "HmacSHA1",
        /// HMAC-SHA256.
        HmacSha256 = "HmacSHA256",
    }
}

/// What a correct signer computes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegacyExpectation {
    /// The string to sign.
    pub string_to_sign: Bytes,
    /// The signature, in base64.
    pub signature: Bytes,
}

impl LegacyInput {
    /// Whether the fields are those of the scheme.
    pub(crate) fn fits(&self) -> bool {
        let is_s3 = matches!(self.scheme, LegacyScheme::S3Header | LegacyScheme::S3Query);
        self.expires_at.is_some() == (self.scheme == LegacyScheme::S3Query)
            && (is_s3 || self.bucket.is_none())
            && (!is_s3 || self.algorithm == LegacyAlgorithm::HmacSha1)
    }
}
