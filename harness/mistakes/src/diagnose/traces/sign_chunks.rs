//! `sign-chunks`: the signatures of head, chunks and trailers; the head as sent; the framed body.

use sigv4_protocol::{ChunksAnswer, ChunksQuestion};
use sigv4_vectors::model::ChainStart;

use super::super::baseline::baseline;
use super::super::mark::Mark;
use super::Traces;

pub(super) fn traces(question: &ChunksQuestion, answer: &ChunksAnswer) -> Traces {
    let head = question.head().zip(answer.head.as_ref());
    let head = head.map(|(question, answer)| Mark::of(&question, &answer.request));
    let (signature, sent) = head.map(Mark::into_parts).unzip();
    let pieces = answer.pieces().map(|piece| piece.signature.as_bytes().to_vec());
    Traces {
        signatures: signature.into_iter().chain(pieces).collect(),
        sent: sent.unwrap_or_default(),
        shown: answer.framed_body.as_ref().map(|body| body.to_vec()),
    }
}

/// The headers that the head signs, and the size of the chunks.
pub(super) fn as_chosen(question: &ChunksQuestion, answer: &ChunksAnswer) -> ChunksQuestion {
    let mut chosen = question.clone();
    if let (Some(asked), Some(head)) = (question.head(), &answer.head)
        && let Some(own) = baseline(&asked, head)
    {
        chosen.start = ChainStart::Request(own.input.request);
    }
    let size = answer.chunks.first().and_then(|chunk| u32::try_from(chunk.size).ok());
    if let Some(size) = size.filter(|size| *size > 0 && answer.chunks.len() > 2) {
        chosen.chunk_size = size;
    }
    chosen
}
