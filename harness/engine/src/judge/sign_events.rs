//! `sign-events`: the head, then message by message.

use sigv4_protocol::{Answer, EventsAnswer, EventsQuestion};
use sigv4_vectors::model::EventSigning;

use super::finding::{Finding, Judgement};
use super::stream::{self, unsignable, wire};
use super::verdict::Verdict;
use crate::subject::streams;

/// Judges a signed event stream; `None` for the answer of another operation.
pub(super) fn judge(signing: &EventSigning, answer: &Answer) -> Option<Judgement> {
    let Answer::SignedEvents(answer) = answer else { return None };
    Some(judge_stream(signing, answer).unwrap_or_else(|finding| Judgement::mismatch(*finding)))
}

fn judge_stream(signing: &EventSigning, answer: &EventsAnswer) -> Result<Judgement, Box<Finding>> {
    let question = EventsQuestion::of(signing);
    let expect = &signing.expect;
    let head = stream::head(
        &question.start,
        question.head().as_ref(),
        expect.seed.as_ref(),
        answer.head.as_ref(),
    )?;
    let expected = streams::signed_messages(&question, &head.signature).map_err(unsignable)?;
    let count = expected.len();
    let name = |index: usize| format!("message {} of {count}", index + 1);
    stream::pieces(expected.iter(), answer.messages.iter(), name)?;
    if answer.messages.len() != count {
        let signed = answer.messages.len();
        return Err(wire(format!("{count} messages were to be signed, {signed} are")));
    }
    if head.judgement.verdict == Verdict::Exact {
        let published = expect.messages.iter().zip(&answer.messages);
        for (index, (expected, actual)) in published.enumerate() {
            stream::piece(expected, actual, &name(index))?;
        }
    }
    Ok(head.judgement)
}
