//! An upload to sign chunk by chunk.

use serde::{Deserialize, Serialize};

use super::sign::{Credentials, Payload, Request};
use crate::body::Body;
use crate::bytes::Bytes;
use crate::signature::Signature;
use crate::text::{Hex32, Time};
use crate::words::words;

/// An upload to sign, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkSigning {
    /// What the signer is given.
    pub input: ChunksInput,
    /// What a correct signer makes of it.
    pub expect: ChunksExpectation,
}

/// All that the signer of an `aws-chunked` upload is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChunksInput {
    /// The moment of signing.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// What signs.
    pub key: ChainKey,
    /// What the chain of signatures starts from.
    pub start: ChainStart,
    /// The form of the upload.
    pub payload: ChunkedPayload,
    /// How many bytes of the body a chunk has, but for the last one.
    pub chunk_size: u32,
    /// The body without any framing.
    pub body: Body,
    /// Names and values of the trailers, which are signed and sent sorted by name.
    pub trailers: Vec<(Bytes, Bytes)>,
}

/// What signs the pieces of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainKey {
    /// A key pair, from which the signing key is derived.
    Credentials(Credentials),
    /// The signing key itself, where its secret was not published.
    SigningKey(Hex32),
}

/// What a chain of signatures starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainStart {
    /// The head of the request, which is to be signed first. Its body is empty, and it states
    /// everything about the framing that is to be signed.
    Request(Request),
    /// The signature of the head, as text.
    SeedSignature(Bytes),
    /// The signature of the final chunk, as text: only the trailers are to be signed.
    FinalChunkSignature(Bytes),
}

/// What comes of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChunksExpectation {
    /// The signature of the head, where it is to be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<SeedExpectation>,
    /// The chunks in order, the empty one at the end included; none if they are not signed or were
    /// not published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<PieceExpectation>,
    /// The signature of the trailers, where they are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trailer: Option<PieceExpectation>,
    /// The framed body, where it was published. Other frames are right too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framed_body: Option<Bytes>,
}

/// The signature of the head of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedExpectation {
    /// The canonical request.
    pub canonical_request: Bytes,
    /// The string to sign.
    pub string_to_sign: Bytes,
    /// The signature.
    pub signature: Signature,
}

/// One piece of a stream, as far as it was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PieceExpectation {
    /// The string to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_to_sign: Option<Bytes>,
    /// The signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

words! {
    /// The forms of an `aws-chunked` upload, named by the payload line of the head.
    pub enum ChunkedPayload {
        /// Signed chunks.
        Signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        /// Signed chunks, then signed trailers.
        SignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        /// Chunks that are signed with ECDSA.
        EcdsaSigned = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        /// Chunks, then trailers, that are signed with ECDSA.
        EcdsaSignedTrailer = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        /// Chunks and trailers that are not signed.
        UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    }
}

impl ChunkedPayload {
    /// Whether the chunks are signed.
    #[must_use]
    pub fn signs_chunks(self) -> bool {
        self != Self::UnsignedTrailer
    }

    /// Whether trailers follow the chunks.
    #[must_use]
    pub fn has_trailer(self) -> bool {
        !matches!(self, Self::Signed | Self::EcdsaSigned)
    }

    /// Whether the trailers are signed.
    #[must_use]
    pub fn signs_trailers(self) -> bool {
        self.signs_chunks() && self.has_trailer()
    }

    /// Whether this is a form of SigV4A.
    #[must_use]
    pub fn is_ecdsa(self) -> bool {
        matches!(self, Self::EcdsaSigned | Self::EcdsaSignedTrailer)
    }
}

impl From<ChunkedPayload> for Payload {
    fn from(form: ChunkedPayload) -> Self {
        match form {
            ChunkedPayload::Signed => Self::SignedChunks,
            ChunkedPayload::SignedTrailer => Self::SignedChunksTrailer,
            ChunkedPayload::EcdsaSigned => Self::EcdsaSignedChunks,
            ChunkedPayload::EcdsaSignedTrailer => Self::EcdsaSignedChunksTrailer,
            ChunkedPayload::UnsignedTrailer => Self::UnsignedTrailer,
        }
    }
}
