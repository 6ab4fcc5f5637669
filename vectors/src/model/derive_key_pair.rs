//! A key pair of SigV4A to derive.

use serde::{Deserialize, Serialize};

use super::sign_v4a::V4aPublicKey;
use crate::bytes::Bytes;
use crate::secret::Secret;
use crate::text::Hex32;

/// A key pair to derive, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairDerivation {
    /// What the derivation is given.
    pub input: PairInput,
    /// The pair that a correct derivation gives.
    pub expect: DerivedKeyPair,
}

/// All that a key pair is derived from: it is the same on every day, in every region and for every
/// service. The names are those of the adapter protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairInput {
    /// The id of the secret, which is derived from, too.
    pub access_key_id: Bytes,
    /// An example secret. Never a real one.
    pub secret_access_key: Secret,
}

/// A private key with its public half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedKeyPair {
    /// The private key, big-endian.
    pub private_key: Hex32,
    /// The key that verifies.
    pub public_key: V4aPublicKey,
}
