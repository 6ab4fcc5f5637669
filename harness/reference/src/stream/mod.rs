//! Bodies that are signed in pieces: `aws-chunked` uploads and event streams.
//!
//! The head of such a request is signed like any other, with a [`Marker`] as its payload line. The
//! signature of the head is the seed of a chain: the signature of each piece covers the one before
//! (S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
//! Multiple Chunks" and "... Including Trailing Headers"; Amazon Transcribe, "Event stream encoding").
//!
//! | marker | pieces | written by | read by |
//! |---|---|---|---|
//! | `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` | signed chunks | [`Encoder`], [`EncodedBody`] | [`Decoder`] |
//! | `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER` | signed chunks, signed trailers | the same | the same |
//! | `STREAMING-UNSIGNED-PAYLOAD-TRAILER` | chunks, trailers | the same | the same |
//! | `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD` | chunks signed with ECDSA | the same | the same |
//! | `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER` | the same, and such trailers | the same | the same |
//! | `STREAMING-AWS4-HMAC-SHA256-EVENTS` | messages | [`EventChain`] | [`EventChain`] |
//!
//! The vendor publishes no rules for ECDSA chunks. They are those of aws-c-auth, which its tests of
//! chunked signing state: the scope has no region, the string to sign has the signature before it in
//! its own length, and the body has each signature filled up with `*` to 144 characters.
//!
//! A transfer coding (`Transfer-Encoding: chunked`) lies outside of this framing and is not handled
//! here. Neither is `Content-Encoding: aws-chunked`, which some clients do not send.

mod chain;
#[cfg(feature = "checksums")]
mod checksum;
mod chunk;
mod decode;
mod encode;
mod event;
mod head;
mod key;
mod line;
#[cfg(feature = "checksums")]
mod message;
mod problem;
mod reader;
mod source;
mod trailer;

use crate::time::Time;
use key::Algorithm;

#[cfg(feature = "checksums")]
pub use checksum::{Checksum, ChecksumAlgorithm};
pub use chunk::ChunkChain;
pub use decode::{Decoder, Limits};
pub use encode::{Encoder, encoded_length};
pub use event::{EventChain, date_header};
pub use key::StreamKey;
#[cfg(feature = "checksums")]
pub use message::{Message, MessageError, SignedEvent};
pub use problem::{Problem, StreamError};
pub use reader::EncodedBody;
pub use trailer::{TrailerLineEnd, Trailers};

/// The payload line of a request whose body is a stream.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Marker {
    /// The messages of an event stream, each of them signed.
    Events,
    /// Signed chunks.
    SignedChunks,
    /// Signed chunks, then signed trailers.
    SignedChunksTrailer,
    /// Chunks that are signed with ECDSA.
    EcdsaSignedChunks,
    /// Chunks, then trailers, that are signed with ECDSA.
    EcdsaSignedChunksTrailer,
    /// Chunks and trailers that are not signed.
    UnsignedTrailer,
}

impl Marker {
    /// Every marker.
    pub const ALL: &[Self] = &[
        Self::Events,
        Self::SignedChunks,
        Self::SignedChunksTrailer,
        Self::EcdsaSignedChunks,
        Self::EcdsaSignedChunksTrailer,
        Self::UnsignedTrailer,
    ];

    /// The value of `x-amz-content-sha256`, which is also the last line of the canonical request.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Events => "STREAMING-AWS4-HMAC-SHA256-EVENTS",
            Self::SignedChunks => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Self::SignedChunksTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            Self::EcdsaSignedChunks => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
            Self::EcdsaSignedChunksTrailer => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
            Self::UnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        }
    }

    /// The marker with this text.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        Self::ALL.iter().find(|marker| marker.text().as_bytes() == text).copied()
    }
}

/// What a chain of signatures starts from: the signature of the request's head, and the key and time
/// that made it.
#[derive(Clone, Copy, Debug)]
pub struct Seed<'k> {
    /// The key of the head. It signs the pieces too.
    pub key: StreamKey<'k>,
    /// The signing time of the head.
    pub time: Time,
    /// The signature of the head as text: [`Stages::signature`](crate::canonical::Stages::signature).
    pub signature: &'k [u8],
}

/// How an `aws-chunked` body is framed and signed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Framing<'k> {
    /// [`Marker::SignedChunks`], or with a key pair [`Marker::EcdsaSignedChunks`].
    Signed(Seed<'k>),
    /// [`Marker::SignedChunksTrailer`], or with a key pair [`Marker::EcdsaSignedChunksTrailer`].
    SignedTrailer(Seed<'k>),
    /// [`Marker::UnsignedTrailer`].
    UnsignedTrailer,
}

impl<'k> Framing<'k> {
    /// The payload line of the request.
    #[must_use]
    pub fn marker(&self) -> Marker {
        let algorithm = self.seed().map(|seed| seed.key.algorithm());
        match (algorithm, self.has_trailer()) {
            (None, _) => Marker::UnsignedTrailer,
            (Some(Algorithm::Hmac), false) => Marker::SignedChunks,
            (Some(Algorithm::Hmac), true) => Marker::SignedChunksTrailer,
            #[cfg(feature = "v4a")]
            (Some(Algorithm::Ecdsa), false) => Marker::EcdsaSignedChunks,
            #[cfg(feature = "v4a")]
            (Some(Algorithm::Ecdsa), true) => Marker::EcdsaSignedChunksTrailer,
        }
    }

    fn seed(&self) -> Option<&Seed<'k>> {
        match self {
            Self::Signed(seed) | Self::SignedTrailer(seed) => Some(seed),
            Self::UnsignedTrailer => None,
        }
    }

    fn has_trailer(&self) -> bool {
        !matches!(self, Self::Signed(_))
    }
}
