//! `verify`: what the verifier decided, and why it says it did.

use sigv4_protocol::Answer;
use sigv4_vectors::model::{Level, Ruling, Verification};

use super::finding::Judgement;
use super::in_its_words;
use super::verdict::Verdict;

/// Judges a ruling; `None` for the answer of another operation.
pub(super) fn judge(
    verification: &Verification,
    level: Level,
    answer: &Answer,
) -> Option<Judgement> {
    let expect = &verification.expect;
    let (ruling, said) = match answer {
        Answer::Accept => (Ruling::Accept, None),
        Answer::Reject { reason, detail } => {
            let words = [&reason[..], detail].into_iter().filter(|words| !words.is_empty());
            let words = words.collect::<Vec<_>>().join(": ");
            (Ruling::Reject, Some(words).filter(|words| !words.is_empty()))
        }
        _ => return None,
    };
    let mut notes = Vec::new();
    if ruling != expect.verdict {
        notes.push(match &expect.reason {
            Some(reason) => {
                format!("{}: it accepts what {level} be rejected ({reason})", expect.importance)
            }
            None => format!("{}: it rejects what {level} be accepted", expect.importance),
        });
    }
    notes.extend(said.map(|said| in_its_words(&said)));
    Some(Judgement { notes, ..Judgement::of(Verdict::from(ruling)) })
}
