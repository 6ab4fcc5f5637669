//! Writing an `aws-chunked` body.

use std::num::NonZeroUsize;

use super::chain::{Chain, Piece};
#[cfg(feature = "checksums")]
use super::checksum::{Checksum, ChecksumAlgorithm};
use super::key::{PrivateHalf, SIGNATURE_ROOM};
use super::line::{CHUNK_SIGNATURE, CRLF, SIZE_DIGITS};
use super::trailer::{SIGNATURE_NAME, TrailerLineEnd, Trailers};
use super::{Framing, Marker};
use crate::error::Error;
use crate::primitive::hex::Hex;

/// The longest header of a chunk.
pub(super) const HEADER_ROOM: usize =
    SIZE_DIGITS + CHUNK_SIGNATURE.len() + SIGNATURE_ROOM + CRLF.len();

/// Frames a body, chunk by chunk, without copying it. [`EncodedBody`](super::EncodedBody) does the
/// same for a reader.
///
/// It allocates nothing between [`Self::new`] and [`Self::finish`] but for the trailers.
///
/// # Examples
/// ```
/// use sigv4_reference::stream::{ChecksumAlgorithm, Encoder, Framing, TrailerLineEnd};
///
/// let mut encoder = Encoder::new(&Framing::UnsignedTrailer, TrailerLineEnd::CrLf)?;
/// encoder.add_checksum(ChecksumAlgorithm::Crc32)?;
/// let mut body = encoder.chunk(b"hello").concat();
/// body.extend(encoder.finish());
/// assert_eq!(body, b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");
/// # Ok::<(), sigv4_reference::Error>(())
/// ```
#[derive(Debug)]
pub struct Encoder {
    has_trailer: bool,
    chain: Option<Chain<PrivateHalf>>,
    trailer_line_end: TrailerLineEnd,
    trailers: Trailers,
    #[cfg(feature = "checksums")]
    checksum: Option<Checksum>,
    header: Vec<u8>,
}

impl Encoder {
    /// An encoder for one body.
    ///
    /// # Errors
    /// [`Error::ControlByte`], [`Error::KeyDate`] and [`Error::StreamKey`] for the seed.
    pub fn new(framing: &Framing<'_>, trailer_line_end: TrailerLineEnd) -> Result<Self, Error> {
        Ok(Self {
            has_trailer: framing.has_trailer(),
            chain: framing.seed().map(Chain::to_sign).transpose()?,
            trailer_line_end,
            trailers: Trailers::default(),
            #[cfg(feature = "checksums")]
            checksum: None,
            header: Vec::with_capacity(HEADER_ROOM),
        })
    }

    /// Adds a trailer, which must be named in `x-amz-trailer`. Trailers are sent sorted by name, so that
    /// it does not matter whether a verifier sorts them.
    ///
    /// # Errors
    /// [`Error::UnexpectedTrailer`], [`Error::TrailerName`] and [`Error::ControlByte`].
    pub fn add_trailer(&mut self, name: &[u8], value: &[u8]) -> Result<(), Error> {
        self.check_trailer(name)?;
        self.trailers.add(name, value)
    }

    /// Sends the checksum of the chunks that follow as a trailer, in place of any other one.
    ///
    /// # Errors
    /// [`Error::UnexpectedTrailer`].
    #[cfg(feature = "checksums")]
    pub fn add_checksum(&mut self, algorithm: ChecksumAlgorithm) -> Result<(), Error> {
        self.check_trailer(algorithm.name().as_bytes())?;
        self.checksum = Some(Checksum::new(algorithm));
        Ok(())
    }

    /// Signs a chunk. Its parts are to be sent in this order. They are empty if there is no data, since
    /// an empty chunk ends the body.
    pub fn chunk<'e>(&'e mut self, data: &'e [u8]) -> [&'e [u8]; 3] {
        if data.is_empty() {
            return [b"", b"", b""];
        }
        #[cfg(feature = "checksums")]
        if let Some(checksum) = &mut self.checksum {
            checksum.update(data);
        }
        self.write_header(data);
        [&self.header, data, CRLF]
    }

    /// The end of the body: an empty chunk and the trailers.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.write_header(b"");
        let mut end = std::mem::take(&mut self.header);
        if !self.has_trailer {
            end.extend_from_slice(CRLF);
            return end;
        }
        #[cfg(feature = "checksums")]
        if let Some(checksum) = self.checksum.take() {
            let name = checksum.algorithm().name().as_bytes();
            self.trailers.push(name.to_vec(), checksum.value().as_bytes());
        }
        self.trailers.sort();
        let signed = self.trailers.lines(b"\n");
        match self.trailer_line_end {
            TrailerLineEnd::CrLf => end.extend(self.trailers.lines(CRLF)),
            TrailerLineEnd::LfCrLf if signed.is_empty() => {}
            TrailerLineEnd::LfCrLf => end.extend([&signed[..], CRLF].concat()),
        }
        if let Some(chain) = &mut self.chain {
            chain.sign(Piece::Trailers(&signed));
            end.extend([SIGNATURE_NAME, b":"].concat());
            chain.append_signature(&mut end);
            end.extend_from_slice(CRLF);
        }
        end.extend_from_slice(CRLF);
        end
    }

    /// The last string to sign; empty if nothing is signed.
    #[must_use]
    pub fn string_to_sign(&self) -> &[u8] {
        self.chain.as_ref().map_or(b"", Chain::string_to_sign)
    }

    fn check_trailer(&self, name: &[u8]) -> Result<(), Error> {
        if self.has_trailer {
            return Ok(());
        }
        Err(Error::UnexpectedTrailer { name: String::from_utf8_lossy(name).into_owned() })
    }

    fn write_header(&mut self, data: &[u8]) {
        if let Some(chain) = &mut self.chain {
            chain.sign(Piece::Chunk(data));
        }
        let size = (data.len() as u64).to_be_bytes();
        let digit =
            |at: usize| b"0123456789abcdef"[usize::from(size[at / 2] >> (4 - at % 2 * 4) & 15)];
        let first = (0..SIZE_DIGITS - 1).find(|&at| digit(at) != b'0').unwrap_or(SIZE_DIGITS - 1);
        self.header.clear();
        self.header.extend((first..SIZE_DIGITS).map(digit));
        if let Some(chain) = &self.chain {
            self.header.extend_from_slice(CHUNK_SIGNATURE);
            chain.append_signature(&mut self.header);
        }
        self.header.extend_from_slice(CRLF);
    }
}

/// How long the body becomes: the value of `Content-Length`, which is needed before the head can be
/// signed. `trailers` has the name and the length of the value of each trailer; the signature is not
/// one of them. `None` if the length exceeds 64 bits or `marker` is not one of `aws-chunked`.
#[must_use]
pub fn encoded_length(
    marker: Marker,
    decoded: u64,
    chunk_size: NonZeroUsize,
    trailer_line_end: TrailerLineEnd,
    trailers: &[(&str, usize)],
) -> Option<u64> {
    let signature = match marker {
        Marker::Events => return None,
        Marker::SignedChunks | Marker::SignedChunksTrailer => Hex::LENGTH,
        Marker::EcdsaSignedChunks | Marker::EcdsaSignedChunksTrailer => SIGNATURE_ROOM,
        Marker::UnsignedTrailer => 0,
    };
    let extension = if signature > 0 { CHUNK_SIGNATURE.len() + signature } else { 0 };
    let framed = |size: u64| {
        let digits = u64::from(size.checked_ilog2().unwrap_or_default()) / 4 + 1;
        size.checked_add(digits + (extension + 2 * CRLF.len()) as u64)
    };
    let chunk_size = chunk_size.get() as u64;
    let whole = (decoded / chunk_size).checked_mul(framed(chunk_size)?)?;
    let rest = match decoded % chunk_size {
        0 => 0,
        rest => framed(rest)?,
    };
    let end_of_line = match trailer_line_end {
        TrailerLineEnd::CrLf => 2,
        TrailerLineEnd::LfCrLf => 1,
    };
    let mut end = trailers.iter().try_fold(0_usize, |sum, (name, value)| {
        sum.checked_add(name.len() + 1 + end_of_line)?.checked_add(*value)
    })?;
    if trailer_line_end == TrailerLineEnd::LfCrLf && !trailers.is_empty() {
        end = end.checked_add(CRLF.len())?;
    }
    if matches!(marker, Marker::SignedChunksTrailer | Marker::EcdsaSignedChunksTrailer) {
        end = end.checked_add(SIGNATURE_NAME.len() + 1 + signature + CRLF.len())?;
    }
    whole.checked_add(rest)?.checked_add(framed(0)?)?.checked_add(end as u64)
}
