//! An `aws-chunked` upload, in the order of the documentation: the head, the chunks, the trailers.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::{
    ChunksAnswer, ChunksQuestion, Digits, SignQuestion, SignedChunk, SignedPiece,
};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::ChunkedPayload;

use super::chain::{Link, seed};
use super::check::{ModelError, check_upload};
use super::memory::Memory;
use super::text::{hex, unhex};
use super::{framing, signer, trailers, v4a};
use crate::catalogue::{Mistake, MistakeSet};

/// Signs.
pub(super) fn sign(
    question: &ChunksQuestion,
    mistakes: MistakeSet,
    memory: &mut Memory,
) -> Result<ChunksAnswer, ModelError> {
    check_upload(question)?;
    let head = framing::head(question, mistakes).map(|head| {
        if question.payload.is_ecdsa() {
            v4a::sign(&head, mistakes)
        } else {
            signer::sign(&head, mistakes, memory)
        }
    });
    let head = head.transpose()?;
    let seed = seed(&question.start, head.as_ref())?;
    let (bare, key) = (question.bare(), &question.key);
    let link = if question.payload.is_ecdsa() {
        Link::of_pair(&bare, key, mistakes)?
    } else {
        Link::new(&bare, key, mistakes, memory)?
    };
    let signs = |link: &Link, lines: &[Vec<u8>]| link.sign(lines);
    let (chunks, trailer, framed_body) = Upload::new(question, mistakes, link, seed).sign(signs)?;
    Ok(ChunksAnswer { head, chunks, trailer, framed_body })
}

/// An upload of SigV4A with signatures from outside.
pub(crate) struct WithSignatures {
    pub answer: ChunksAnswer,
    /// The private key.
    pub key: Vec<u8>,
    /// What is signed of each piece, in their order.
    pub hashes: Vec<[u8; 32]>,
}

/// An upload of SigV4A that has these signatures, the one of the head first.
pub(crate) fn with_signatures(
    question: &ChunksQuestion,
    mistakes: MistakeSet,
    signatures: &[Vec<u8>],
) -> Result<WithSignatures, ModelError> {
    check_upload(question)?;
    let link = Link::of_pair(&question.bare(), &question.key, mistakes)?;
    let key = link.key.clone();
    let mut given = signatures.iter();
    let seed = given.next().cloned().unwrap_or_default();
    let mut hashes = Vec::new();
    let writes = |link: &Link, lines: &[Vec<u8>]| {
        let text = lines.join(&b'\n');
        hashes.push(link.digest(&text));
        let signature = given.next().map(|given| String::from_utf8_lossy(given).into_owned());
        Ok(SignedPiece {
            string_to_sign: Some(text.into()),
            signature: Digits::from(&*signature.unwrap_or_default()),
        })
    };
    let (chunks, trailer, framed_body) =
        Upload::new(question, mistakes, link, seed).sign(writes)?;
    let answer = ChunksAnswer { head: None, chunks, trailer, framed_body };
    Ok(WithSignatures { answer, key, hashes })
}

/// The head as it is signed.
pub(crate) fn head_as_signed(
    question: &ChunksQuestion,
    mistakes: MistakeSet,
) -> Option<SignQuestion> {
    framing::head(question, mistakes)
}

/// Signed chunks, signed trailers, and the framed body.
type Signed = (Vec<SignedChunk>, Option<SignedPiece>, Option<Bytes>);

struct Upload<'q> {
    question: &'q ChunksQuestion,
    mistakes: MistakeSet,
    link: Link,
    seed: Vec<u8>,
    previous: Vec<u8>,
}

impl<'q> Upload<'q> {
    fn new(question: &'q ChunksQuestion, mistakes: MistakeSet, link: Link, seed: Vec<u8>) -> Self {
        Self { question, mistakes, link, previous: seed.clone(), seed }
    }

    fn sign(
        mut self,
        sign: impl FnMut(&Link, &[Vec<u8>]) -> Result<SignedPiece, ModelError>,
    ) -> Result<Signed, ModelError> {
        let (question, mistakes) = (self.question, self.mistakes);
        let data = self.data();
        let (chunks, trailer) = match question.payload {
            ChunkedPayload::UnsignedTrailer => (Vec::new(), None),
            _ => self.signed(&data, sign)?,
        };
        let frames =
            framing::Frames { question, data: &data, chunks: &chunks, trailer: trailer.as_ref() };
        let framed_body = question.has_chunks().then(|| frames.body(mistakes).into());
        Ok((chunks, trailer, framed_body))
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(mistake)
    }

    /// "Split the payload into chunks of a fixed size; the last one may be smaller. An empty chunk
    /// ends the body."
    fn data(&self) -> Vec<&'q [u8]> {
        if !self.question.has_chunks() {
            return Vec::new();
        }
        let size = usize::try_from(self.question.chunk_size).unwrap_or(usize::MAX);
        let mut data: Vec<&[u8]> = self.question.body.chunks(size).collect();
        if self.has(Mistake::ChunkRestLost) {
            data.retain(|chunk| chunk.len() == size);
        }
        if !self.has(Mistake::ChunkFinalMissing) {
            data.push(b"");
        }
        data
    }

    /// The chunks and the trailers with their signatures.
    fn signed(
        &mut self,
        data: &[&[u8]],
        mut sign: impl FnMut(&Link, &[Vec<u8>]) -> Result<SignedPiece, ModelError>,
    ) -> Result<(Vec<SignedChunk>, Option<SignedPiece>), ModelError> {
        let mut chunks = Vec::new();
        for chunk in data {
            if chunk.is_empty() && self.has(Mistake::ChunkFinalUnsigned) {
                continue;
            }
            let piece = sign(&self.link, &self.lines(chunk))?;
            if !self.has(Mistake::ChunkSignedWithSeed) {
                self.previous = piece.signature.as_bytes().to_vec();
            }
            chunks.push(SignedChunk { size: chunk.len(), piece });
        }
        let signs = self.question.payload.signs_trailers() && !self.has(Mistake::TrailerUnsigned);
        let trailer = signs.then(|| {
            let of_data = chunks.iter().rfind(|chunk| chunk.size > 0);
            let previous = if self.has(Mistake::TrailerSignedWithSeed) {
                self.seed.clone()
            } else if self.has(Mistake::TrailerFollowsData) {
                of_data.map_or(&self.seed[..], |chunk| chunk.piece.signature.as_bytes()).to_vec()
            } else {
                self.previous.clone()
            };
            let previous = self.as_signed(previous);
            let lines = trailers::lines(self.question, &self.link, previous, self.mistakes);
            sign(&self.link, &lines)
        });
        Ok((chunks, trailer.transpose()?))
    }

    /// "The algorithm, the time, the scope, the previous signature, the hash of an empty string, the
    /// hash of the current chunk's data."
    fn lines(&self, chunk: &[u8]) -> Vec<Vec<u8>> {
        let ending = if self.has(Mistake::ChunkAlgorithmOfRequest) { "" } else { "-PAYLOAD" };
        let mut time = self.link.time();
        if self.has(Mistake::ChunkDateOnly) {
            time.truncate(8);
        }
        let previous = if self.has(Mistake::ChunkPreviousRaw) {
            unhex(&self.previous)
        } else if self.has(Mistake::ChunkPreviousUpperCase) {
            self.previous.to_ascii_uppercase()
        } else {
            self.as_signed(self.previous.clone())
        };
        let (hash, nothing) = (self.hash(chunk), hex(&Sha256::digest(b"")));
        let hashes = if self.has(Mistake::ChunkEmptyHashMissing) {
            vec![hash]
        } else if self.has(Mistake::ChunkHashTwice) {
            vec![hash.clone(), hash]
        } else if self.has(Mistake::ChunkHashesSwapped) {
            vec![hash, nothing]
        } else {
            vec![nothing, hash]
        };
        let mut lines = vec![self.link.label(ending), time];
        if !self.has(Mistake::ChunkScopeMissing) {
            lines.push(self.scope());
        }
        lines.push(previous);
        lines.extend(hashes);
        if self.has(Mistake::ChunkFinalNewline) {
            lines.push(Vec::new());
        }
        lines
    }

    /// "The signature before, without its padding."
    fn as_signed(&self, previous: Vec<u8>) -> Vec<u8> {
        let is_padded = self.has(Mistake::V4aChunkPreviousPadded);
        if is_padded { framing::filled_up(previous) } else { previous }
    }

    fn scope(&self) -> Vec<u8> {
        if self.has(Mistake::ChunkRegionHardCoded) {
            let scope = &self.link.scope;
            return [&scope.day[..], b"us-east-1", &scope.service, b"aws4_request"].join(&b'/');
        }
        self.link.scope_text()
    }

    fn hash(&self, chunk: &[u8]) -> Vec<u8> {
        if chunk.is_empty() && self.has(Mistake::ChunkFinalHashEmpty) {
            return Vec::new();
        }
        let mut hashed = chunk.to_vec();
        if self.has(Mistake::ChunkHeaderHashed) {
            hashed = [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk].concat();
        }
        if self.has(Mistake::ChunkLineEndHashed) {
            hashed.extend_from_slice(b"\r\n");
        }
        hex(&Sha256::digest(&hashed))
    }
}
