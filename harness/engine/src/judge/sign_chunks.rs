//! `sign-chunks`: the head, then chunk by chunk, then the trailers, then the framed body, which is
//! decoded as a server would.

use std::num::NonZero;

use sigv4_protocol::{Answer, ChunksAnswer, ChunksQuestion, SignedPiece};
use sigv4_reference::Header;
use sigv4_reference::stream::{
    Decoder, Limits, Marker, Seed, StreamError, TrailerLineEnd, encoded_length,
};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::ChunkSigning;

use super::finding::{Finding, Judgement};
use super::stream::{self, unsignable, wire};
use super::verdict::Verdict;
use crate::subject::streams;

/// Judges a signed upload; `None` for the answer of another operation.
pub(super) fn judge(signing: &ChunkSigning, answer: &Answer) -> Option<Judgement> {
    let Answer::SignedChunks(answer) = answer else { return None };
    Some(judge_upload(signing, answer).unwrap_or_else(|finding| Judgement::mismatch(*finding)))
}

/// Chunks of another size are the subject's choice, if each has the signature that follows.
fn judge_upload(signing: &ChunkSigning, answer: &ChunksAnswer) -> Result<Judgement, Box<Finding>> {
    let question = ChunksQuestion::of(&signing.input);
    let expect = &signing.expect;
    let head = stream::head(
        &question.start,
        question.head().as_ref(),
        expect.seed.as_ref(),
        answer.head.as_ref(),
    )?;
    let mut judgement = head.judgement;

    let time = streams::time(&question.time).map_err(unsignable)?;
    let key = streams::Key::new(&question.key, &question.region, &question.service);
    let key = key.at(&time).map_err(unsignable)?;
    let seed = Seed { key: (&key).into(), time, signature: &head.signature };
    let data = data(&question, answer)?;
    if question.payload.signs_chunks() {
        let (chunks, trailer) =
            streams::signed_pieces(&question, &seed, &data).map_err(unsignable)?;
        let expected = chunks.iter().map(|chunk| &chunk.piece).chain(&trailer);
        stream::pieces(expected, answer.pieces(), |index| piece_name(index, chunks.len()))?;
    }
    if sizes_as_asked(&question, &data, &mut judgement) && judgement.verdict == Verdict::Exact {
        published(signing, answer)?;
    }
    if let Some(stated) = &head.own_length {
        states_length(&question, answer, stated)?;
    }
    match &answer.framed_body {
        Some(body) if question.has_chunks() => framed(&question, answer, &seed, body)?,
        None if !question.payload.signs_chunks() => {
            judgement
                .notes
                .push("it shows no framed body, and signs nothing but the head".to_owned());
        }
        _ => {}
    }
    Ok(judgement)
}

/// What a piece of an upload of so many chunks is called.
pub(super) fn piece_name(index: usize, count: usize) -> String {
    match index + 1 {
        number if number < count => format!("chunk {number} of {count}"),
        number if number == count => "final chunk".to_owned(),
        _ => "trailers".to_owned(),
    }
}

/// Whether the chunks have the size that was asked for. If not, that is noted.
pub(super) fn sizes_as_asked(
    question: &ChunksQuestion,
    data: &[&[u8]],
    judgement: &mut Judgement,
) -> bool {
    let size = usize::try_from(question.chunk_size).unwrap_or(usize::MAX);
    let is_asked = |(index, chunk): (usize, &&[u8])| {
        chunk.len() == size || index + 2 >= data.len() && chunk.len() < size
    };
    if data.iter().enumerate().all(is_asked) {
        return true;
    }
    judgement.verdict = judgement.verdict.max(Verdict::Equivalent);
    let sizes: Vec<String> = data.iter().map(|data| data.len().to_string()).collect();
    judgement.notes.push(format!("it signs chunks of {} bytes", sizes.join(", ")));
    false
}

/// The data of each chunk, which have to hold the body and end with an empty one. The trailers have
/// to be signed if the form has it so.
pub(super) fn data<'q>(
    question: &'q ChunksQuestion,
    answer: &ChunksAnswer,
) -> Result<Vec<&'q [u8]>, Box<Finding>> {
    let signs_trailers = question.payload.signs_trailers();
    let mut data = Vec::new();
    let mut rest = &question.body[..];
    for (index, chunk) in answer.chunks.iter().enumerate() {
        let Some((taken, after)) = rest.split_at_checked(chunk.size) else {
            let length = question.body.len();
            return Err(wire(format!("the chunks hold more than the {length} bytes of the body")));
        };
        if chunk.size == 0 && index + 1 < answer.chunks.len() {
            return Err(wire(format!("chunk {} is empty, and is not the last one", index + 1)));
        }
        data.push(taken);
        rest = after;
    }
    let signs_chunks = question.payload.signs_chunks() && question.has_chunks();
    if signs_chunks && !rest.is_empty() {
        let (length, held) = (question.body.len(), question.body.len() - rest.len());
        return Err(wire(format!("the chunks hold {held} of the {length} bytes of the body")));
    }
    if signs_chunks && data.last().is_none_or(|last| !last.is_empty()) {
        return Err(wire("the empty chunk at the end of the body is not signed"));
    }
    if !signs_chunks && !data.is_empty() {
        return Err(wire("there are signed chunks, and none were to be signed"));
    }
    match (signs_trailers, &answer.trailer) {
        (true, None) => Err(wire("the trailers are not signed")),
        (false, Some(_)) => Err(wire("there are signed trailers, and none were to be signed")),
        _ => Ok(data),
    }
}

/// What was published has to come out, where the subject did everything as it was asked.
fn published(signing: &ChunkSigning, answer: &ChunksAnswer) -> Result<(), Box<Finding>> {
    let expect = &signing.expect;
    let chunks: Vec<&SignedPiece> = answer.chunks.iter().map(|chunk| &chunk.piece).collect();
    for (index, (expected, actual)) in expect.chunks.iter().zip(chunks).enumerate() {
        stream::piece(expected, actual, &format!("chunk {}", index + 1))?;
    }
    match expect.trailer.as_ref().zip(answer.trailer.as_ref()) {
        Some((expected, actual)) => stream::piece(expected, actual, "trailers"),
        None => Ok(()),
    }
}

/// A `Content-Length` that the subject writes itself is that of the framed body, whichever way its
/// trailers end.
pub(super) fn states_length(
    question: &ChunksQuestion,
    answer: &ChunksAnswer,
    stated: &Bytes,
) -> Result<(), Box<Finding>> {
    let size = answer.chunks.first().map(|chunk| chunk.size).filter(|size| *size > 0);
    let asked = usize::try_from(question.chunk_size).unwrap_or(usize::MAX);
    let size = NonZero::new(size.unwrap_or(asked)).unwrap_or(NonZero::<usize>::MIN);
    let names: Vec<(&str, usize)> = question
        .trailers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str()?, value.trim_ascii().len())))
        .collect();
    let marker = Marker::parse(question.payload.as_str().as_bytes());
    let usual = |end| {
        let decoded = question.body.len() as u64;
        encoded_length(marker?, decoded, size, end, &names)
    };
    let lengths = match &answer.framed_body {
        Some(body) => vec![body.len() as u64],
        None => {
            [TrailerLineEnd::CrLf, TrailerLineEnd::LfCrLf].into_iter().filter_map(usual).collect()
        }
    };
    if lengths.iter().any(|length| stated[..] == *length.to_string().as_bytes()) {
        return Ok(());
    }
    let length = lengths.first().copied().unwrap_or_default();
    Err(wire(format!("`Content-Length` is {stated}, and the framed body has {length} bytes")))
}

/// Decodes the framed body as a server would.
pub(super) fn framed(
    question: &ChunksQuestion,
    answer: &ChunksAnswer,
    seed: &Seed<'_>,
    body: &[u8],
) -> Result<(), Box<Finding>> {
    let names: Vec<Vec<u8>> =
        question.trailers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let (names, length) = (names.join(&b','), question.body.len().to_string());
    let given = [
        Header { name: b"x-amz-trailer", value: &names },
        Header { name: b"x-amz-decoded-content-length", value: length.as_bytes() },
    ];
    let sent: Option<Vec<Header<'_>>> = answer.head.as_ref().map(|head| {
        let headers = head.request.headers.iter();
        headers.map(|(name, value)| Header { name, value }).collect()
    });
    let headers = sent.as_deref().unwrap_or(&given);
    let limits = Limits { chunk: question.body.len().max(1), ..Limits::default() };
    let framing = streams::framing(question.payload, *seed);
    let mut decoder =
        Decoder::new(&framing, headers, limits).map_err(|error| wire(error.to_string()))?;
    let refused = |error: StreamError| wire(format!("framed {error}"));
    let (mut input, mut held) = (body, Vec::new());
    while let Some(data) = decoder.decode(&mut input).map_err(refused)? {
        held.extend_from_slice(data);
    }
    let trailers = decoder.finish().map_err(refused)?;
    if held != question.body[..] {
        return Err(wire("the framed body does not hold the body that was asked for"));
    }
    let value = |value: &Bytes| value.trim_ascii().to_vec();
    let mut asked: Vec<_> = question
        .trailers
        .iter()
        .map(|(name, given)| (name.to_ascii_lowercase(), value(given)))
        .collect();
    let mut sent: Vec<_> =
        trailers.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
    asked.sort();
    sent.sort();
    if asked != sent {
        return Err(wire("the framed body does not end with the trailers that were asked for"));
    }
    Ok(())
}
