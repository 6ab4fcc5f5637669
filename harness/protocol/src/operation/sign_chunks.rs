//! `sign-chunks` and `sign-v4a-chunks`: sign an `aws-chunked` upload.

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{ChainKey, ChainStart, ChunkedPayload, ChunksInput, Profile};
use sigv4_vectors::text::Time;

use super::asked::{Asked, Variable};
use super::sign::{SignQuestion, SignedAnswer, header_lines};
use super::stream::{Chain, SignedPiece};
use crate::stage::Stage;

/// Sign an `aws-chunked` upload. Its path is canonical as S3 has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChunksQuestion {
    /// The moment of signing.
    pub time: Time,
    /// The region of the credential scope; the region set for SigV4A.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// What signs.
    pub key: ChainKey,
    /// What the chain of signatures starts from.
    pub start: ChainStart,
    /// The form of the upload.
    pub payload: ChunkedPayload,
    /// How many bytes of the body a chunk has, but for the last one. A subject whose chunks have
    /// another size says so in its answer.
    pub chunk_size: u32,
    /// The body without any framing.
    pub body: Bytes,
    /// Names and values of the trailers, which are signed and sent sorted by name.
    pub trailers: Vec<(Bytes, Bytes)>,
}

/// A signed upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChunksAnswer {
    /// The signed head, if the question had one to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<SignedAnswer>,
    /// The signed chunks in order, the empty one at the end included; none if chunks are not signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<SignedChunk>,
    /// The signature of the trailers, if they are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trailer: Option<SignedPiece>,
    /// The framed body, if the subject makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framed_body: Option<Bytes>,
}

/// A signed chunk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedChunk {
    /// How many bytes of the body it has.
    pub size: usize,
    /// Its signature.
    #[serde(flatten)]
    pub piece: SignedPiece,
}

impl ChunksQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(input: &ChunksInput) -> Self {
        let input = input.clone();
        Self {
            time: input.time,
            region: input.region,
            service: input.service,
            key: input.key,
            start: input.start,
            payload: input.payload,
            chunk_size: input.chunk_size,
            body: Bytes::clone(&input.body),
            trailers: input.trailers,
        }
    }

    /// The head as a question of its own; `None` if it is not to be signed.
    #[must_use]
    pub fn head(&self) -> Option<SignQuestion> {
        self.chain().head(Profile::S3, self.payload.into())
    }

    /// The plainest request with the scope of the upload, and its credentials if it has any.
    #[must_use]
    pub fn bare(&self) -> SignQuestion {
        self.chain().bare(Profile::S3, self.payload.into())
    }

    /// Whether there are chunks to frame: not if only trailers are to be signed.
    #[must_use]
    pub fn has_chunks(&self) -> bool {
        !matches!(self.start, ChainStart::FinalChunkSignature(_))
    }

    fn chain(&self) -> Chain<'_> {
        let Self { time, region, service, key, start, .. } = self;
        Chain { time, region, service, key, start }
    }
}

impl ChunksAnswer {
    /// The pieces whose signatures are chained, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &SignedPiece> {
        self.chunks.iter().map(|chunk| &chunk.piece).chain(&self.trailer)
    }

    pub(super) fn steps(&self) -> Vec<(Stage, Vec<u8>)> {
        let head = self.head.iter().flat_map(SignedAnswer::steps);
        let (wire, mut steps): (Vec<_>, Vec<_>) =
            head.partition(|(stage, _)| *stage == Stage::Wire);
        steps.extend(self.pieces().flat_map(SignedPiece::steps));
        steps.extend(wire);
        steps.push((Stage::Wire, self.framed_body.clone().unwrap_or_default().into()));
        steps
    }
}

impl Asked for ChunksQuestion {
    fn body(&self) -> Option<&[u8]> {
        Some(&self.body)
    }

    fn variables(&self) -> Vec<Variable> {
        let mut variables = self.chain().variables();
        variables.extend([
            ("PAYLOAD", Some(self.payload.as_str().into())),
            ("CHUNK_SIZE", Some(self.chunk_size.to_string().into_bytes())),
            ("TRAILERS", header_lines(&self.trailers)),
        ]);
        variables
    }

    fn in_words(&self) -> String {
        let Self { body, chunk_size, payload, .. } = self;
        let chain = self.chain().in_words();
        format!("sign {} bytes in chunks of {chunk_size} ({payload}), {chain}", body.len())
    }
}
