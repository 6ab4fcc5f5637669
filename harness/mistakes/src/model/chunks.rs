//! An `aws-chunked` upload, in the order of the documentation: the head, the chunks, the trailers.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::{ChunksAnswer, ChunksQuestion, SignedChunk, SignedPiece};
use sigv4_vectors::model::ChunkedPayload;

use super::chain::{LABEL, Link, seed};
use super::check::{ModelError, check_upload};
use super::memory::Memory;
use super::text::{hex, unhex};
use super::{framing, signer, trailers};
use crate::catalogue::{Mistake, MistakeSet};

/// Signs.
pub(super) fn sign(
    question: &ChunksQuestion,
    mistakes: MistakeSet,
    memory: &mut Memory,
) -> Result<ChunksAnswer, ModelError> {
    check_upload(question)?;
    let head = framing::head(question, mistakes);
    let head = head.map(|head| signer::sign(&head, mistakes, memory)).transpose()?;
    let seed = seed(&question.start, head.as_ref())?;
    let link = Link::new(&question.bare(), &question.key, mistakes, memory)?;
    let mut upload = Upload { question, mistakes, link, previous: seed.clone(), seed };
    let data = upload.data();
    let (chunks, trailer) = match question.payload {
        ChunkedPayload::UnsignedTrailer => (Vec::new(), None),
        _ => upload.signed(&data),
    };
    let frames =
        framing::Frames { question, data: &data, chunks: &chunks, trailer: trailer.as_ref() };
    let framed_body = question.has_chunks().then(|| frames.body(mistakes).into());
    Ok(ChunksAnswer { head, chunks, trailer, framed_body })
}

struct Upload<'q> {
    question: &'q ChunksQuestion,
    mistakes: MistakeSet,
    link: Link,
    seed: Vec<u8>,
    previous: Vec<u8>,
}

impl<'q> Upload<'q> {
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
    fn signed(&mut self, data: &[&[u8]]) -> (Vec<SignedChunk>, Option<SignedPiece>) {
        let mut chunks = Vec::new();
        for chunk in data {
            if chunk.is_empty() && self.has(Mistake::ChunkFinalUnsigned) {
                continue;
            }
            let piece = self.link.sign(&self.lines(chunk));
            if !self.has(Mistake::ChunkSignedWithSeed) {
                self.previous = piece.signature.as_bytes().to_vec();
            }
            chunks.push(SignedChunk { size: chunk.len(), piece });
        }
        let signs = self.question.payload == ChunkedPayload::SignedTrailer
            && !self.has(Mistake::TrailerUnsigned);
        let trailer = signs.then(|| {
            let of_data = chunks.iter().rfind(|chunk| chunk.size > 0);
            let previous = if self.has(Mistake::TrailerSignedWithSeed) {
                self.seed.clone()
            } else if self.has(Mistake::TrailerFollowsData) {
                of_data.map_or(&self.seed[..], |chunk| chunk.piece.signature.as_bytes()).to_vec()
            } else {
                self.previous.clone()
            };
            self.link.sign(&trailers::lines(self.question, &self.link, previous, self.mistakes))
        });
        (chunks, trailer)
    }

    /// "The algorithm, the time, the scope, the previous signature, the hash of an empty string, the
    /// hash of the current chunk's data."
    fn lines(&self, chunk: &[u8]) -> Vec<Vec<u8>> {
        let label: &[u8] =
            if self.has(Mistake::ChunkAlgorithmOfRequest) { b"AWS4-HMAC-SHA256" } else { LABEL };
        let mut time = self.link.time();
        if self.has(Mistake::ChunkDateOnly) {
            time.truncate(8);
        }
        let previous = if self.has(Mistake::ChunkPreviousRaw) {
            unhex(&self.previous)
        } else if self.has(Mistake::ChunkPreviousUpperCase) {
            self.previous.to_ascii_uppercase()
        } else {
            self.previous.clone()
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
        let mut lines = vec![label.to_vec(), time];
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
