//! Whether a signer with given mistakes does the same as another, call by call.

use sigv4_protocol::{SignQuestion, SignedAnswer};

use super::mark::{Mark, mark_under};
use crate::catalogue::MistakeSet;
use crate::model::Model;

/// Whether `signer`, called in this order, does the same as the signer that gave `answers`. All
/// calls are made, even after a difference, so that its state stays up to date.
pub fn reproduces(signer: &mut Model, calls: &[SignQuestion], answers: &[SignedAnswer]) -> bool {
    let pairs = calls.iter().zip(answers).map(|(question, answer)| {
        let seen = Mark::of(question, &answer.request);
        signer.sign(question).is_ok_and(|modelled| {
            let correct = mark_under(question, MistakeSet::EMPTY);
            Mark::of(question, &modelled.request).reproduces(&seen, correct.as_ref())
        })
    });
    pairs.fold(calls.len() == answers.len(), |all, one| all & one)
}
