//! The lines of an `aws-chunked` body. Places are offsets in the line.

use super::key::Algorithm;
use super::problem::Problem;
use super::trailer::trim;
use crate::primitive::bytes;
use crate::request::{control_byte, not_token};
use crate::signature::Signature;
#[cfg(feature = "v4a")]
use crate::v4a::EcdsaSignature;

pub(super) const CRLF: &[u8] = b"\r\n";

/// What follows the size of a signed chunk.
pub(super) const CHUNK_SIGNATURE: &[u8] = b";chunk-signature=";

/// More than any right header of a chunk has.
pub(super) const LONGEST_HEADER: usize = 256;

/// The most digits of a size.
pub(super) const SIZE_DIGITS: usize = 16;

/// The header of a chunk.
pub(super) struct ChunkHeader {
    pub(super) size: u64,
    pub(super) signature: Option<PlacedSignature>,
}

/// A signature and where it begins.
pub(super) struct PlacedSignature {
    pub(super) signature: Signature,
    pub(super) at: usize,
}

/// A trailer or its signature.
pub(super) struct TrailerLine<'l> {
    pub(super) name: Vec<u8>,
    pub(super) value: &'l [u8],
    /// Where the value begins.
    pub(super) at: usize,
}

/// Reads the header of a chunk up to and including its LF.
pub(super) fn chunk_header(
    line: &[u8],
    algorithm: Option<Algorithm>,
) -> Result<ChunkHeader, (usize, Problem)> {
    // The vendor's SDK for C++ writes unsigned chunks in upper case. No known client writes signed ones so.
    let is_digit = |byte: &&u8| {
        matches!(byte, b'0'..=b'9' | b'a'..=b'f')
            || (algorithm.is_none() && matches!(byte, b'A'..=b'F'))
    };
    let digits = line.iter().take_while(is_digit).count();
    let (size, rest) = line.split_at(digits);
    if rest.first().is_some_and(u8::is_ascii_alphanumeric) || digits == 0 {
        return Err((digits, Problem::Size));
    }
    if size[0] == b'0' && digits > 1 {
        return Err((0, Problem::Size));
    }
    if digits > SIZE_DIGITS {
        return Err((SIZE_DIGITS, Problem::SizeOverflow));
    }
    // All of them are digits, and no more than fit.
    let value = |digit: &u8| u64::from(char::from(*digit).to_digit(16).unwrap_or_default());
    let size = size.iter().fold(0, |size, digit| size << 4 | value(digit));

    let end = line.len() - CRLF.len().min(line.len());
    if rest == b"\n" || !line.ends_with(CRLF) {
        return Err((line.len() - 1, Problem::LineEnd));
    }
    let Some(algorithm) = algorithm else {
        let plain = (end == digits).then_some(ChunkHeader { size, signature: None });
        return plain.ok_or((digits, Problem::Extension));
    };
    let at = digits + CHUNK_SIGNATURE.len();
    if !rest.starts_with(CHUNK_SIGNATURE) {
        return Err((digits, Problem::Extension));
    }
    let signature = Some(signature(&line[at..end], at, algorithm)?);
    Ok(ChunkHeader { size, signature })
}

/// Reads a signature that begins at `at`.
pub(super) fn signature(
    digits: &[u8],
    at: usize,
    algorithm: Algorithm,
) -> Result<PlacedSignature, (usize, Problem)> {
    let signature = match algorithm {
        Algorithm::Hmac => Signature::from_hex(digits).ok_or_else(|| {
            let right = digits.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            (at + right.count().min(algorithm.signature_length()), Problem::SignatureDigits)
        }),
        #[cfg(feature = "v4a")]
        Algorithm::Ecdsa => EcdsaSignature::from_padded(digits)
            .map(Signature::EcdsaP256)
            .map_err(|error| (at + error.offset(), Problem::EcdsaSignature(error))),
    };
    Ok(PlacedSignature { signature: signature?, at })
}

/// Reads a trailer, without the end of its line.
pub(super) fn trailer(line: &[u8]) -> Result<TrailerLine<'_>, (usize, Problem)> {
    let colon = bytes::position(line, b':').ok_or((0, Problem::TrailerLine))?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let wrong = not_token(name).or_else(|| Some(colon + 1 + control_byte(value)?));
    if let Some(offset) = wrong {
        return Err((offset, Problem::TrailerLine));
    }
    let blanks = value.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    Ok(TrailerLine { name: name.to_ascii_lowercase(), value: trim(value), at: colon + 1 + blanks })
}
