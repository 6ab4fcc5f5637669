//! `sign-events`: the signatures of head and messages; the head as sent.

use sigv4_protocol::{EventsAnswer, EventsQuestion};
use sigv4_vectors::model::ChainStart;

use super::super::baseline::baseline;
use super::super::mark::Mark;
use super::Traces;

pub(super) fn traces(question: &EventsQuestion, answer: &EventsAnswer) -> Traces {
    let head = question.head().zip(answer.head.as_ref());
    let head = head.map(|(question, answer)| Mark::of(&question, &answer.request));
    let (signature, sent) = head.map(Mark::into_parts).unzip();
    let messages = answer.messages.iter().map(|piece| piece.signature.as_bytes().to_vec());
    Traces {
        signatures: signature.into_iter().chain(messages).collect(),
        sent: sent.unwrap_or_default(),
        shown: None,
    }
}

/// The headers that the head signs.
pub(super) fn as_chosen(question: &EventsQuestion, answer: &EventsAnswer) -> EventsQuestion {
    let mut chosen = question.clone();
    if let (Some(asked), Some(head)) = (question.head(), &answer.head)
        && let Some(own) = baseline(&asked, head)
    {
        chosen.start = ChainStart::Request(own.input.request);
    }
    chosen
}
