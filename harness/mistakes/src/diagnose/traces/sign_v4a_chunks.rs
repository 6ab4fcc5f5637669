//! `sign-v4a-chunks`: what each signature is made of; the head as sent; the framed body.
//!
//! A string to sign has the subject's own signature in it, which the model cannot compute. So each piece
//! is looked at twice: with the signatures of the subject, to see under which mistake its signature
//! verifies, and with placeholders, to compare it.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use sigv4_protocol::{ChunksAnswer, ChunksQuestion, Operation, Sent};
use sigv4_vectors::model::{ChainStart, Placement};

use super::{Traces, sign_v4a};
use crate::catalogue::{MistakeSet, made_in};
use crate::model::{WRITTEN, WithSignatures, head_as_signed, pair, read, with_signatures};

/// The most digits of a signature.
const LONGEST: usize = 144;

/// The traces that the model leaves with these mistakes; `None` if it refuses the question.
pub(super) fn under(question: &ChunksQuestion, mistakes: MistakeSet) -> Option<Traces> {
    let head = question.head();
    let head = match head.as_ref().zip(head_as_signed(question, mistakes)) {
        Some((asked, signed_as)) => Some(sign_v4a::under(asked, &signed_as, mistakes)?),
        None => None,
    };
    let placeholders = placeholders(question);
    let made = with_signatures(question, mistakes, &placeholders).ok()?;
    let written = mistakes.iter().filter(|mistake| WRITTEN.contains(*mistake));
    let form = written.fold(MistakeSet::EMPTY, MistakeSet::with);
    let pieces =
        made.hashes.iter().map(|hash| sign_v4a::made_of(&made.key, hash, MistakeSet::EMPTY));
    Some(traces(head, &pieces.collect::<Vec<_>>(), form, &made.answer, &placeholders))
}

/// The traces that a subject leaves.
pub(super) fn of_subject(question: &ChunksQuestion, answer: &ChunksAnswer) -> Traces {
    let head = question.head().zip(answer.head.as_ref());
    let seed = match (&question.start, &head) {
        (ChainStart::Request(_), Some((_, head))) => Sent::read(Placement::Header, &head.request)
            .map(|sent| sent.signature)
            .unwrap_or_default(),
        (ChainStart::SeedSignature(given) | ChainStart::FinalChunkSignature(given), _) => {
            given.to_vec()
        }
        (ChainStart::Request(_), None) => Vec::new(),
    };
    let signatures =
        answer.pieces().map(|piece| piece.signature.trim_end_matches('*').as_bytes().to_vec());
    let signatures: Vec<Vec<u8>> = std::iter::once(seed).chain(signatures).collect();
    let made = made_with(question, &signatures);
    let head = head.map(|(asked, head)| sign_v4a::of_subject(&asked, head));
    // Some forms show in a part of the signatures, and hold for all.
    let forms = signatures.iter().filter_map(|signature| Some(read(signature)?.1));
    let form = forms.fold(MistakeSet::EMPTY, MistakeSet::union);
    traces(head, &made, form, answer, &signatures)
}

/// What the pieces stand for under the first mistake with which all their signatures verify; if there is
/// none, each under the first with which its own does.
fn made_with(question: &ChunksQuestion, signatures: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let read: Vec<Option<Signature>> =
        signatures.iter().skip(1).map(|text| Some(read(text)?.0)).collect();
    let mut made = vec![Vec::new(); read.len()];
    let singles = made_in(Operation::SignV4aChunks).iter().map(|mistake| (*mistake).into());
    for mistakes in [MistakeSet::EMPTY].into_iter().chain(singles) {
        let Ok(WithSignatures { key, hashes, .. }) =
            with_signatures(question, mistakes, signatures)
        else {
            continue;
        };
        let holds: Vec<bool> = read
            .iter()
            .enumerate()
            .map(|(index, signature)| {
                let hash = hashes.get(index);
                signature
                    .zip(hash)
                    .is_some_and(|(signature, hash)| verifies(&key, hash, &signature))
            })
            .collect();
        let is_better = |(made, holds): (&Vec<u8>, &bool)| made.is_empty() && *holds;
        let all = holds.iter().all(|holds| *holds);
        if !all && !made.iter().zip(&holds).any(is_better) {
            continue;
        }
        let placeholders = placeholders(question);
        let Ok(WithSignatures { key, hashes, .. }) =
            with_signatures(question, mistakes, &placeholders)
        else {
            continue;
        };
        for (index, made) in made.iter_mut().enumerate() {
            let is_new = all || made.is_empty() && holds[index];
            if let Some(hash) = hashes.get(index).filter(|_| is_new) {
                *made = sign_v4a::made_of(&key, hash, MistakeSet::EMPTY);
            }
        }
        if all {
            break;
        }
    }
    made
}

fn verifies(key: &[u8], hash: &[u8; 32], signature: &Signature) -> bool {
    pair(key).is_ok_and(|key| VerifyingKey::from(&key).verify_prehash(hash, signature).is_ok())
}

/// A signature for the head, unless it is given, and for more pieces than there are. Each has a letter, whose
/// case can be wrong.
fn placeholders(question: &ChunksQuestion) -> Vec<Vec<u8>> {
    let size = usize::try_from(question.chunk_size).unwrap_or(usize::MAX).max(1);
    let count = question.body.len() / size + 4;
    let mut placeholders: Vec<Vec<u8>> =
        (1..=count).map(|number| format!("a{number:0141x}").into_bytes()).collect();
    if let ChainStart::SeedSignature(given) | ChainStart::FinalChunkSignature(given) =
        &question.start
    {
        placeholders[0] = given.to_vec();
    }
    placeholders
}

fn traces(
    head: Option<Traces>,
    pieces: &[Vec<u8>],
    form: MistakeSet,
    answer: &ChunksAnswer,
    signatures: &[Vec<u8>],
) -> Traces {
    let Traces { signatures: of_head, sent, .. } = head.unwrap_or_default();
    let shown = answer
        .framed_body
        .as_ref()
        .map(|body| without_signatures(body, signatures, answer.chunks.len()));
    let signatures = of_head.iter().chain(pieces).map(|made| sign_v4a::in_form(made, form));
    Traces { signatures: signatures.collect(), sent, shown }
}

/// The framed body with a number for each signature, and an asterisk behind it if those of its kind are
/// filled up. One that is as long as the longest does not show whether it would be.
fn without_signatures(body: &[u8], signatures: &[Vec<u8>], chunks: usize) -> Vec<u8> {
    let padding =
        |body: &[u8], at: usize| body[at..].iter().take_while(|byte| **byte == b'*').count();
    let is_full = |signature: &Vec<u8>| {
        let end = find(body, signature)? + signature.len();
        let shows = signature.len() < LONGEST;
        shows.then(|| signature.len() + padding(body, end) == LONGEST)
    };
    let of_chunks = signatures.iter().skip(1).take(chunks).filter_map(is_full).all(|full| full);
    let numbered = signatures.iter().enumerate().skip(1);
    numbered.fold(body.to_vec(), |body, (number, signature)| {
        let at = find(&body, signature).filter(|_| !signature.is_empty());
        let Some(at) = at else { return body };
        let end = at + signature.len();
        let of_trailers = || is_full(signature).unwrap_or(of_chunks);
        let is_full = if number > chunks { of_trailers() } else { of_chunks };
        let mark = if is_full { "*" } else { "" };
        let after = &body[end + padding(&body, end)..];
        [&body[..at], format!("<{number}>{mark}").as_bytes(), after].concat()
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len().max(1)).position(|window| window == wanted)
}
