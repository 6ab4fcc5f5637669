//! Reading an `aws-chunked` body.

use std::fmt;

use super::Framing;
use super::chain::{Chain, Piece};
#[cfg(feature = "checksums")]
use super::checksum::{Checksum, ChecksumAlgorithm};
use super::head::{announced_trailers, decoded_length};
use super::key::{Algorithm, PublicHalf, SIGNATURE_ROOM};
use super::line::{self, CRLF, LONGEST_HEADER, PlacedSignature, TrailerLine};
use super::problem::{Problem, StreamError};
use super::source::{Line, Source};
use super::trailer::{SIGNATURE_NAME, Trailers};
use crate::error::Error;
use crate::request::Header;
use crate::signature::Signature;

/// How much memory a body may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes of a signed chunk, which is kept until its signature is known to be right. The
    /// vendor's SDKs send at most 128 KiB. Unsigned chunks are not kept and have no limit.
    pub chunk: usize,
    /// The most bytes of all trailers together.
    pub trailers: usize,
}

/// Chunks of 16 MiB, trailers of 16 KiB.
impl Default for Limits {
    fn default() -> Self {
        Self { chunk: 16 << 20, trailers: 16 << 10 }
    }
}

/// Reads an `aws-chunked` body that comes in pieces of any size.
///
/// The data of a signed chunk is handed on after its signature and its end were checked, that of an
/// unsigned one as it comes. Only [`Self::finish`] says whether the whole body was right: the number of
/// bytes, the final chunk, the trailers with their signature, and their checksums.
///
/// A chunk that comes in one piece is handed on without copying it. Otherwise it is collected in a
/// buffer that is used again for the next one.
///
/// # Examples
/// ```
/// use sigv4_reference::Header;
/// use sigv4_reference::stream::{Decoder, Framing, Limits};
///
/// let headers = [
///     Header { name: b"x-amz-decoded-content-length", value: b"5" },
///     Header { name: b"x-amz-trailer", value: b"x-amz-checksum-crc32" },
/// ];
/// let mut decoder = Decoder::new(&Framing::UnsignedTrailer, &headers, Limits::default())?;
/// let mut data = Vec::new();
/// for mut piece in [&b"5\r\nhel"[..], b"lo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"] {
///     while let Some(some) = decoder.decode(&mut piece)? {
///         data.extend_from_slice(some);
///     }
/// }
/// assert_eq!(decoder.finish()?.get(b"x-amz-checksum-crc32"), Some(&b"NhCmhg=="[..]));
/// assert_eq!(data, b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Decoder {
    chain: Option<Chain<PublicHalf>>,
    has_trailer: bool,
    limits: Limits,
    /// `x-amz-decoded-content-length`.
    expected: Option<u64>,
    /// The names in `x-amz-trailer`, in lower case.
    announced: Vec<Vec<u8>>,
    state: State,
    /// What was wrong.
    error: Option<StreamError>,
    source: Source,
    /// The current signed chunk with its end, if it came in more than one piece.
    chunk: Vec<u8>,
    /// How much data the chunks up to the current one hold.
    decoded: u64,
    trailers: Trailers,
    /// How many bytes the trailers take.
    trailers_length: usize,
    /// Those of the announced checksums.
    #[cfg(feature = "checksums")]
    checksums: Vec<Checksum>,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum State {
    ChunkHeader,
    /// The data of a signed chunk and its end; where its signature is.
    SignedData {
        size: usize,
        signature: Signature,
        at: u64,
    },
    UnsignedData {
        left: u64,
    },
    UnsignedDataEnd,
    /// `bare_lf`: the last trailer ended in LF alone. `separated`: an empty line came after it.
    Trailer {
        bare_lf: bool,
        separated: bool,
    },
    LastLine,
    /// One more CR LF may come.
    SpareLine,
    Done,
}

/// How far one call came.
enum Progress<'i> {
    /// This part of the input is data.
    Data(&'i [u8]),
    /// The chunk in the buffer is right.
    Chunk,
    /// The input is used up.
    Hungry,
}

impl Decoder {
    /// A decoder for the body of a request with these headers, of which `x-amz-trailer` and
    /// `x-amz-decoded-content-length` matter. Some clients do not send the latter; whether that is
    /// accepted is for the caller to decide.
    ///
    /// # Errors
    /// [`Error::DecodedLength`]; [`Error::ControlByte`] and [`Error::KeyDate`] for the seed.
    pub fn new(
        framing: &Framing<'_>,
        headers: &[Header<'_>],
        limits: Limits,
    ) -> Result<Self, Error> {
        let announced = announced_trailers(headers);
        Ok(Self {
            chain: framing.seed().map(Chain::to_verify).transpose()?,
            has_trailer: framing.has_trailer(),
            limits,
            expected: decoded_length(headers)?,
            #[cfg(feature = "checksums")]
            checksums: announced
                .iter()
                .filter_map(|name| Some(Checksum::new(ChecksumAlgorithm::of_name(name)?)))
                .collect(),
            announced,
            state: State::ChunkHeader,
            error: None,
            source: Source::default(),
            chunk: Vec::new(),
            decoded: 0,
            trailers: Trailers::default(),
            trailers_length: 0,
        })
    }

    /// Takes from `input` what it needs for the next data, and returns that. `None` means that all input
    /// was used.
    ///
    /// # Errors
    /// The first thing that is wrong. From then on every call returns the same error.
    pub fn decode<'d, 'i: 'd>(
        &'d mut self,
        input: &mut &'i [u8],
    ) -> Result<Option<&'d [u8]>, StreamError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let progress = self.advance(input).inspect_err(|error| self.error = Some(error.clone()))?;
        let data = match progress {
            Progress::Hungry => return Ok(None),
            Progress::Data(data) => data,
            Progress::Chunk => self.chunk.strip_suffix(CRLF).unwrap_or_default(),
        };
        #[cfg(feature = "checksums")]
        for checksum in &mut self.checksums {
            checksum.update(data);
        }
        Ok(Some(data))
    }

    /// The trailers, after the end of the body.
    ///
    /// # Errors
    /// The error that [`Self::decode`] returned, or [`Problem::Truncated`].
    pub fn finish(self) -> Result<Trailers, StreamError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        match self.state {
            State::Done => Ok(self.trailers),
            State::SpareLine if !self.source.is_in_line() => Ok(self.trailers),
            _ => Err(StreamError { offset: self.source.offset(), problem: Problem::Truncated }),
        }
    }

    /// The last string to sign; empty if nothing is signed.
    #[must_use]
    pub fn string_to_sign(&self) -> &[u8] {
        self.chain.as_ref().map_or(b"", Chain::string_to_sign)
    }

    fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Progress<'i>, StreamError> {
        while !input.is_empty() {
            match self.state {
                State::ChunkHeader => {
                    let line = match self.source.read_line(input, LONGEST_HEADER) {
                        Line::Partial => break,
                        Line::TooLong => {
                            let problem = Problem::LineTooLong { limit: LONGEST_HEADER };
                            return Err(self.source.error_in_line(LONGEST_HEADER, problem));
                        }
                        Line::Whole(line) => line,
                    };
                    self.start_chunk(&line)?;
                    self.source.give_back(line);
                }
                State::SignedData { size, signature, at } => {
                    if let Some(progress) = self.signed_data(input, size, at, &signature)? {
                        return Ok(progress);
                    }
                }
                State::UnsignedData { left } => {
                    let length = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                    let left = left - length as u64;
                    self.state = match left {
                        0 => State::UnsignedDataEnd,
                        left => State::UnsignedData { left },
                    };
                    return Ok(Progress::Data(self.source.take(input, length)));
                }
                State::UnsignedDataEnd => {
                    if self.source.expect_crlf(input, &Problem::LineEnd)? {
                        self.state = State::ChunkHeader;
                    }
                }
                State::Trailer { bare_lf, separated } => {
                    let room = self.limits.trailers.saturating_sub(self.trailers_length);
                    // The signature is not counted.
                    let room = room.saturating_add(SIGNATURE_NAME.len() + SIGNATURE_ROOM + 3);
                    let line = match self.source.read_line(input, room) {
                        Line::Partial => break,
                        Line::TooLong => return Err(self.trailers_too_large(room)),
                        Line::Whole(line) => line,
                    };
                    self.read_trailer(&line, bare_lf, separated)?;
                    self.source.give_back(line);
                }
                State::LastLine => {
                    if self.source.expect_crlf(input, &Problem::LineEnd)? {
                        self.state = State::Done;
                    }
                }
                State::SpareLine => {
                    if self.source.expect_crlf(input, &Problem::AfterEnd)? {
                        self.state = State::Done;
                    }
                }
                State::Done => {
                    return Err(StreamError {
                        offset: self.source.offset(),
                        problem: Problem::AfterEnd,
                    });
                }
            }
        }
        Ok(Progress::Hungry)
    }

    /// Reads the header of a chunk.
    fn start_chunk(&mut self, line: &[u8]) -> Result<(), StreamError> {
        let header = line::chunk_header(line, self.algorithm())
            .map_err(|(at, problem)| self.source.error_in_line(at, problem))?;
        let decoded = self.decoded.checked_add(header.size);
        self.decoded =
            decoded.ok_or_else(|| self.source.error_in_line(0, Problem::SizeOverflow))?;
        let last = header.size == 0;
        match self.expected {
            Some(expected) if self.decoded > expected || last && self.decoded < expected => {
                let problem = Problem::DecodedLength { expected, actual: self.decoded };
                return Err(self.source.error_in_line(0, problem));
            }
            _ => {}
        }
        self.state = match header.signature {
            None if last => self.after_chunks()?,
            None => State::UnsignedData { left: header.size },
            Some(PlacedSignature { signature, at }) if last => {
                self.check_data(b"", &signature, self.source.line_start() + at as u64)?;
                self.after_chunks()?
            }
            Some(PlacedSignature { signature, at }) => {
                let limit = self.limits.chunk.min(usize::MAX - CRLF.len());
                let size = usize::try_from(header.size).ok().filter(|&size| size <= limit);
                let Some(size) = size else {
                    let problem = Problem::ChunkTooLarge { size: header.size, limit };
                    return Err(self.source.error_in_line(0, problem));
                };
                self.chunk.clear();
                State::SignedData { size, signature, at: self.source.line_start() + at as u64 }
            }
        };
        Ok(())
    }

    fn algorithm(&self) -> Option<Algorithm> {
        self.chain.as_ref().map(Chain::algorithm)
    }

    /// What follows the final chunk.
    fn after_chunks(&self) -> Result<State, StreamError> {
        if self.has_trailer {
            return Ok(State::Trailer { bare_lf: false, separated: false });
        }
        self.check_all_sent()?;
        Ok(State::LastLine)
    }

    /// Reads a signed chunk and its end: out of the input if it has all of it.
    fn signed_data<'i>(
        &mut self,
        input: &mut &'i [u8],
        size: usize,
        at: u64,
        signature: &Signature,
    ) -> Result<Option<Progress<'i>>, StreamError> {
        let framed = size + CRLF.len();
        if self.chunk.is_empty() && input.len() >= framed {
            let (data, end) = self.source.take(input, framed).split_at(size);
            self.check_chunk(data, end, at, signature)?;
            return Ok(Some(Progress::Data(data)));
        }
        let length = (framed - self.chunk.len()).min(input.len());
        let more = self.source.take(input, length);
        // Memory grows with what came, not with what the header says, and never beyond the chunk.
        let (before, after) = (self.chunk.len(), self.chunk.len() + length);
        self.chunk.reserve_exact((2 * before).clamp(after, framed) - before);
        self.chunk.extend_from_slice(more);
        if self.chunk.len() < framed {
            return Ok(None);
        }
        let chunk = std::mem::take(&mut self.chunk);
        let (data, end) = chunk.split_at(size);
        self.check_chunk(data, end, at, signature)?;
        self.chunk = chunk;
        Ok(Some(Progress::Chunk))
    }

    fn check_chunk(
        &mut self,
        data: &[u8],
        end: &[u8],
        at: u64,
        signature: &Signature,
    ) -> Result<(), StreamError> {
        if end != CRLF {
            return Err(self.source.error_in_end(end));
        }
        self.check_data(data, signature, at)?;
        self.state = State::ChunkHeader;
        Ok(())
    }

    /// Checks the signature of a chunk, which is at this offset.
    fn check_data(
        &mut self,
        data: &[u8],
        signature: &Signature,
        offset: u64,
    ) -> Result<(), StreamError> {
        let Some(chain) = &mut self.chain else { return Ok(()) };
        if chain.verifies(Piece::Chunk(data), signature) {
            return Ok(());
        }
        Err(StreamError { offset, problem: Problem::ChunkSignature })
    }

    /// Reads a trailer, the signature of all of them, or the empty line after them.
    fn read_trailer(
        &mut self,
        line: &[u8],
        bare_lf: bool,
        separated: bool,
    ) -> Result<(), StreamError> {
        let signed = self.chain.is_some();
        if line == CRLF {
            self.state = match (signed, bare_lf, separated) {
                (false, true, _) => State::SpareLine,
                (false, false, _) => State::Done,
                (true, true, false) => State::Trailer { bare_lf, separated: true },
                (true, ..) => {
                    return Err(self.source.error_in_line(0, Problem::TrailerSignatureMissing));
                }
            };
            return if signed { Ok(()) } else { self.check_all_sent() };
        }
        let (text, ends_in_lf) = match line.strip_suffix(CRLF) {
            Some(text) => (text, false),
            None => (line.strip_suffix(b"\n").unwrap_or(line), true),
        };
        let trailer =
            line::trailer(text).map_err(|(at, problem)| self.source.error_in_line(at, problem))?;
        if signed && trailer.name == SIGNATURE_NAME {
            self.check_trailer_signature(&trailer)?;
            self.check_all_sent()?;
            self.state = State::LastLine;
            return Ok(());
        }
        if separated {
            return Err(self.source.error_in_line(0, Problem::TrailerSignatureMissing));
        }
        self.trailers_length += line.len();
        if self.trailers_length > self.limits.trailers {
            return Err(self.trailers_too_large(0));
        }
        self.add_trailer(trailer)?;
        self.state = State::Trailer { bare_lf: ends_in_lf, separated };
        Ok(())
    }

    fn add_trailer(&mut self, trailer: TrailerLine<'_>) -> Result<(), StreamError> {
        let TrailerLine { name, value, .. } = trailer;
        if self.trailers.get(&name).is_some() {
            return Err(self
                .source
                .error_in_line(0, Problem::TrailerRepeated { name: lossy(&name) }));
        }
        if !self.announced.contains(&name) {
            return Err(self
                .source
                .error_in_line(0, Problem::TrailerNotAnnounced { name: lossy(&name) }));
        }
        #[cfg(feature = "checksums")]
        for checksum in &self.checksums {
            if checksum.algorithm().name().as_bytes() == name {
                let computed = checksum.clone().value();
                if computed.as_bytes() != value {
                    let (name, sent) = (lossy(&name), lossy(value));
                    return Err(self
                        .source
                        .error_in_line(trailer.at, Problem::Checksum { name, sent, computed }));
                }
            }
        }
        self.trailers.push(name, value);
        Ok(())
    }

    /// The signature covers the trailers in the order in which they are sent, or sorted: no client sends
    /// more than one, and no documentation says which of the two is right.
    fn check_trailer_signature(&mut self, line: &TrailerLine<'_>) -> Result<(), StreamError> {
        let Some(chain) = &mut self.chain else { return Ok(()) };
        let PlacedSignature { signature, at } =
            line::signature(line.value, line.at, chain.algorithm())
                .map_err(|(at, problem)| self.source.error_in_line(at, problem))?;
        let mut holds = chain.verifies(Piece::Trailers(&self.trailers.lines(b"\n")), &signature);
        let mut sorted = self.trailers.clone();
        if !holds && sorted.sort() {
            holds = chain.verifies(Piece::Trailers(&sorted.lines(b"\n")), &signature);
        }
        if holds { Ok(()) } else { Err(self.source.error_in_line(at, Problem::TrailerSignature)) }
    }

    /// Every announced trailer must have come.
    fn check_all_sent(&self) -> Result<(), StreamError> {
        match self.announced.iter().find(|name| self.trailers.get(name).is_none()) {
            Some(name) => {
                Err(self.source.error_in_line(0, Problem::TrailerMissing { name: lossy(name) }))
            }
            None => Ok(()),
        }
    }

    fn trailers_too_large(&self, at: usize) -> StreamError {
        self.source.error_in_line(at, Problem::TrailersTooLarge { limit: self.limits.trailers })
    }
}

/// Without key and data.
impl fmt::Debug for Decoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Decoder")
            .field("offset", &self.source.offset())
            .field("state", &self.state)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
