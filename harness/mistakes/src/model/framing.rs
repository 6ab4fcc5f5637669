//! How an upload is framed: what the head says about it, and the body as it is sent.

use sigv4_protocol::{ChunksQuestion, SignQuestion, SignedChunk, SignedPiece};
use sigv4_vectors::Bytes;

use super::trailers;
use crate::catalogue::{Mistake, MistakeSet};

/// The head as it is signed: everything about the framing is in its headers.
pub(super) fn head(question: &ChunksQuestion, mistakes: MistakeSet) -> Option<SignQuestion> {
    let mut head = question.head()?;
    let has = |mistake| mistakes.contains(mistake);
    let framed_length = || {
        let headers = &question.head()?.input.request.headers;
        headers.iter().find(|header| is(header, b"content-length")).map(|header| header.1.clone())
    };
    let headers = &mut head.input.request.headers;
    if has(Mistake::ChunkContentLengthDecoded) {
        let decoded = question.body.len().to_string();
        for header in headers.iter_mut().filter(|header| is(header, b"content-length")) {
            header.1 = decoded.clone().into();
        }
    }
    if has(Mistake::ChunkDecodedLengthFramed)
        && let Some(framed) = framed_length()
    {
        for header in headers.iter_mut().filter(|header| is(header, DECODED_LENGTH)) {
            header.1.clone_from(&framed);
        }
    }
    headers.retain(|header| {
        !(has(Mistake::ChunkDecodedLengthMissing) && is(header, DECODED_LENGTH)
            || has(Mistake::ChunkEncodingMissing) && is(header, b"content-encoding")
            || has(Mistake::TrailerNotAnnounced) && is(header, b"x-amz-trailer"))
    });
    if has(Mistake::ChunkEncodingReplaced) {
        for header in headers.iter_mut().filter(|header| is(header, b"content-encoding")) {
            header.1 = "aws-chunked".into();
        }
    }
    Some(head)
}

const DECODED_LENGTH: &[u8] = b"x-amz-decoded-content-length";

fn is((name, _): &(Bytes, Bytes), wanted: &[u8]) -> bool {
    name.eq_ignore_ascii_case(wanted)
}

/// A body with all that was signed of it.
pub(super) struct Frames<'u> {
    pub(super) question: &'u ChunksQuestion,
    pub(super) data: &'u [&'u [u8]],
    pub(super) chunks: &'u [SignedChunk],
    pub(super) trailer: Option<&'u SignedPiece>,
}

impl Frames<'_> {
    /// "The size in hexadecimal, `;chunk-signature=` and the signature, CR LF, the data, CR LF. The
    /// trailers follow the header of the final chunk."
    pub(super) fn body(&self, mistakes: MistakeSet) -> Vec<u8> {
        let has = |mistake| mistakes.contains(mistake);
        if has(Mistake::ChunkBodyUnframed) {
            return self.question.body.to_vec();
        }
        let mut signed = self.chunks.iter();
        let mut body = Vec::new();
        for data in self.data {
            body.extend(size(data.len(), mistakes));
            if let Some(chunk) = signed.next() {
                let name: &[u8] = if has(Mistake::ChunkSignatureSpaced) {
                    b"; chunk-signature="
                } else {
                    b";chunk-signature="
                };
                body.extend(
                    [name, &self.padded(&chunk.piece, has(Mistake::V4aChunkUnpadded))].concat(),
                );
            }
            body.extend_from_slice(b"\r\n");
            body.extend_from_slice(data);
            if !data.is_empty() && !has(Mistake::ChunkLineEndMissing) {
                body.extend_from_slice(b"\r\n");
            }
        }
        if self.question.payload.has_trailer() {
            if has(Mistake::TrailerAfterBlankLine) {
                body.extend_from_slice(b"\r\n");
            }
            for trailer in trailers::list(self.question, mistakes) {
                body.extend([&trailer.name[..], b":", &trailer.value, b"\r\n"].concat());
            }
        }
        if let Some(piece) = self.trailer {
            let bare = has(Mistake::V4aChunkUnpadded) || has(Mistake::V4aTrailerUnpadded);
            let signature = self.padded(piece, bare);
            body.extend([b"x-amz-trailer-signature:", &signature[..], b"\r\n"].concat());
        }
        if !has(Mistake::ChunkEndMissing) {
            body.extend_from_slice(b"\r\n");
        }
        body
    }

    /// "A signature of ECDSA is filled up with `*` to 144 characters."
    fn padded(&self, piece: &SignedPiece, is_bare: bool) -> Vec<u8> {
        let signature = piece.signature.as_bytes().to_vec();
        let pads = self.question.payload.is_ecdsa() && !is_bare;
        if pads { filled_up(signature) } else { signature }
    }
}

/// A signature of ECDSA, as long as the longest.
pub(super) fn filled_up(mut signature: Vec<u8>) -> Vec<u8> {
    signature.resize(signature.len().max(144), b'*');
    signature
}

/// The size of a chunk.
fn size(size: usize, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let text = if has(Mistake::ChunkSizeUpperCase) {
        format!("{size:X}")
    } else if has(Mistake::ChunkSizePadded) {
        format!("{size:08x}")
    } else if has(Mistake::ChunkSizeDecimal) {
        size.to_string()
    } else {
        format!("{size:x}")
    };
    text.into_bytes()
}
