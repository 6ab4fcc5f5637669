//! An upload to sign chunk by chunk with SigV4A.

use serde::{Deserialize, Serialize};

use super::sign_chunks::ChunksInput;
use super::sign_v4a::V4aPublicKey;
use crate::bytes::Bytes;

/// An upload to sign with SigV4A, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct V4aChunkSigning {
    /// What the signer is given; the region is the region set.
    pub input: ChunksInput,
    /// What a correct signer makes of it.
    pub expect: V4aChunksExpectation,
}

/// What comes of an upload. Of a signature, one of many, only the key is expected, and the text that it
/// covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct V4aChunksExpectation {
    /// The head, where it is to be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<V4aSeedExpectation>,
    /// The chunks in order, the empty one at the end included; none if they were not published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<AroundSignature>,
    /// The trailers, where they are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trailer: Option<AroundSignature>,
    /// The key that verifies all signatures.
    pub public_key: V4aPublicKey,
}

/// What the signature of the head covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct V4aSeedExpectation {
    /// The canonical request.
    pub canonical_request: Bytes,
    /// The string to sign.
    pub string_to_sign: Bytes,
}

/// A string to sign without the signature in it, which is that of the piece before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AroundSignature {
    /// What is in front of the signature.
    pub before: Bytes,
    /// What follows it.
    pub after: Bytes,
}
