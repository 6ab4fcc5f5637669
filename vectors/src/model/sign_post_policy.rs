//! The policy of a form for uploads from a browser, to sign.

use serde::{Deserialize, Serialize};

use super::sign::Credentials;
use crate::bytes::Bytes;
use crate::signature::Signature;
use crate::text::Time;

/// A policy to sign, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySigning {
    /// What the signer is given.
    pub input: PolicyInput,
    /// What a correct signer makes of it.
    pub expect: PolicyExpectation,
}

/// All that the signer of a policy is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyInput {
    /// The moment of signing.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// Example credentials. Never real ones.
    pub credentials: Credentials,
    /// The policy, which is signed as it is, byte for byte.
    pub policy: Bytes,
}

/// What comes of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyExpectation {
    /// The field `policy`, which is the string to sign.
    pub policy: Bytes,
    /// The field `x-amz-signature`.
    pub signature: Signature,
}
