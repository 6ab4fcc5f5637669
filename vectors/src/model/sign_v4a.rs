//! A request to sign with SigV4A.

use serde::{Deserialize, Serialize};

use super::sign::{Placement, Profile, SigningInput};
use crate::bytes::Bytes;
use crate::text::Hex32;

/// A request to sign with SigV4A, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct V4aSigning {
    /// How the path is made canonical.
    pub profile: Profile,
    /// Where the signature goes.
    pub placement: Placement,
    /// What the signer is given; the region is the region set.
    pub input: SigningInput,
    /// What a correct signer makes of it.
    pub expect: V4aExpectation,
}

/// What a correct signer computes. Of its signature, one of many, only the key is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct V4aExpectation {
    /// The canonical request.
    pub canonical_request: Bytes,
    /// The string to sign.
    pub string_to_sign: Bytes,
    /// The key that verifies the signature.
    pub public_key: V4aPublicKey,
}

/// A point of P-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct V4aPublicKey {
    /// Its first coordinate.
    pub x: Hex32,
    /// Its second coordinate.
    pub y: Hex32,
}
