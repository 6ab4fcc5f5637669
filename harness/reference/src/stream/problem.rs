//! Why an `aws-chunked` body was refused.

use std::fmt;

#[cfg(feature = "v4a")]
use crate::v4a::SignatureError;

/// A body that was refused. Whatever the decoder handed on before belongs to chunks that were right,
/// but the body as a whole must not be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StreamError {
    /// Offset in the body as it was sent.
    pub offset: u64,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with an `aws-chunked` body.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// The header of a chunk does not begin with its size in hexadecimal digits without leading zeros,
    /// in lower case where chunks are signed.
    Size,
    /// The size of a chunk is not a number of 64 bits.
    SizeOverflow,
    /// The chunk is larger than [`Limits::chunk`](super::Limits::chunk).
    ChunkTooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: usize,
    },
    /// The header of a chunk has no `;chunk-signature=` after the size where there must be one, or
    /// has anything there in an unsigned body.
    Extension,
    /// A signature is not 64 lower-case hexadecimal digits.
    SignatureDigits,
    /// A signature is not one of ECDSA, filled up with `*` to 144 characters.
    #[cfg(feature = "v4a")]
    EcdsaSignature(SignatureError),
    /// The signature of a chunk is not the one computed from its data.
    ChunkSignature,
    /// There is no CR LF.
    LineEnd,
    /// The line is longer than this.
    LineTooLong {
        /// The most bytes that the line may have, including its end.
        limit: usize,
    },
    /// The chunks hold more or less than `x-amz-decoded-content-length` says.
    DecodedLength {
        /// What it says.
        expected: u64,
        /// What the chunks hold up to and including this one.
        actual: u64,
    },
    /// A trailer is not `name:value`, or has a control byte in it.
    TrailerLine,
    /// `x-amz-trailer` does not name this trailer.
    TrailerNotAnnounced {
        /// Its name.
        name: String,
    },
    /// The trailer was sent before.
    TrailerRepeated {
        /// Its name.
        name: String,
    },
    /// `x-amz-trailer` names this trailer, but it was not sent.
    TrailerMissing {
        /// Its name.
        name: String,
    },
    /// The trailers are larger than [`Limits::trailers`](super::Limits::trailers).
    TrailersTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The signed trailers end without their signature.
    TrailerSignatureMissing,
    /// The signature of the trailers is not the one computed from them.
    TrailerSignature,
    /// A trailer is not the checksum of the data.
    Checksum {
        /// Its name.
        name: String,
        /// What it says.
        sent: String,
        /// The checksum of the data.
        computed: String,
    },
    /// There is something after the end.
    AfterEnd,
    /// The body ends too early.
    Truncated,
}

impl Problem {
    /// The word for it in the protocol and in logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ChunkSignature => "chunk-signature-mismatch",
            Self::TrailerSignature | Self::TrailerSignatureMissing => "trailer-signature-mismatch",
            Self::Checksum { .. } => "checksum-mismatch",
            Self::DecodedLength { .. } => "decoded-length-mismatch",
            Self::Truncated => "incomplete-body",
            Self::TrailerLine
            | Self::TrailerMissing { .. }
            | Self::TrailerNotAnnounced { .. }
            | Self::TrailerRepeated { .. }
            | Self::TrailersTooLarge { .. } => "malformed-trailer",
            Self::AfterEnd
            | Self::ChunkTooLarge { .. }
            | Self::Extension
            | Self::LineEnd
            | Self::LineTooLong { .. }
            | Self::SignatureDigits
            | Self::Size
            | Self::SizeOverflow => "malformed-chunk",
            #[cfg(feature = "v4a")]
            Self::EcdsaSignature(_) => "malformed-chunk",
        }
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "body: byte {}: {}", self.offset, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size => formatter.write_str(
                "expected the size of a chunk in lower-case hexadecimal without leading zeros",
            ),
            Self::SizeOverflow => formatter.write_str("the size of the chunk exceeds 64 bits"),
            Self::ChunkTooLarge { size, limit } => {
                write!(formatter, "a chunk of {size} bytes, expected at most {limit}")
            }
            Self::Extension => formatter.write_str(
                "expected `;chunk-signature=` after the size of a signed chunk, and nothing after \
                 that of an unsigned one",
            ),
            Self::SignatureDigits => {
                formatter.write_str("expected 64 lower-case hexadecimal digits")
            }
            #[cfg(feature = "v4a")]
            Self::EcdsaSignature(error) => write!(formatter, "signature: {error}"),
            Self::ChunkSignature => {
                formatter.write_str("the signature is not the one computed from the chunk")
            }
            Self::LineEnd => formatter.write_str("expected CR LF"),
            Self::LineTooLong { limit } => {
                write!(formatter, "expected the end of the line after at most {limit} bytes")
            }
            Self::DecodedLength { expected, actual } => write!(
                formatter,
                "x-amz-decoded-content-length is {expected}, but the chunks hold {actual} bytes"
            ),
            Self::TrailerLine => formatter.write_str("expected a trailer of the form name:value"),
            Self::TrailerNotAnnounced { name } => {
                write!(formatter, "x-amz-trailer does not name the trailer {name:?}")
            }
            Self::TrailerRepeated { name } => write!(formatter, "a second trailer {name:?}"),
            Self::TrailerMissing { name } => {
                write!(formatter, "x-amz-trailer names {name:?}, but that trailer was not sent")
            }
            Self::TrailersTooLarge { limit } => {
                write!(formatter, "expected trailers of at most {limit} bytes")
            }
            Self::TrailerSignatureMissing => {
                formatter.write_str("expected x-amz-trailer-signature before the end")
            }
            Self::TrailerSignature => {
                formatter.write_str("the signature is not the one computed from the trailers")
            }
            Self::Checksum { name, sent, computed } => {
                write!(formatter, "{name} is {sent:?}, but that of the data is {computed:?}")
            }
            Self::AfterEnd => formatter.write_str("expected nothing after the end of the body"),
            Self::Truncated => formatter.write_str("the body ends too early"),
        }
    }
}

impl std::error::Error for StreamError {}
