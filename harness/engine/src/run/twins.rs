//! Whether a verifier still accepts what it accepted before.

use std::collections::{HashMap, HashSet};

use sigv4_protocol::{Answer, Question, Side};
use sigv4_vectors::model::{Case, Ruling};

use super::Plan;
use crate::subject::{Fault, Subject};

/// The cases that show that a rejection means something.
///
/// A verifier, or what is in front of it, may begin to refuse everything after some wrong signatures. What it
/// then rejects shows nothing, so twins are asked again once the cases that rest on them were rejected.
pub(super) struct Twins<'p> {
    /// What must be accepted, by id.
    cases: HashMap<&'p str, &'p Case>,
    accepted: HashSet<&'p str>,
    /// The first that was accepted and no longer is, as a sentence.
    pub(super) lost: Option<String>,
}

impl<'p> Twins<'p> {
    pub(super) fn of(plan: &Plan<'p>) -> Self {
        let cases = plan.cases.iter().filter(|_| plan.side == Side::Verifier);
        let must_be_accepted = |case: &&&Case| case.ruling() == Some(Ruling::Accept);
        let cases = cases.filter(must_be_accepted).map(|case| (&case.id[..], *case)).collect();
        Self { cases, accepted: HashSet::new(), lost: None }
    }

    /// Asks the twins of what was rejected here again.
    pub(super) fn ask_again(
        &mut self,
        subject: &mut dyn Subject,
        asked: &[(&'p Case, Result<Answer, Fault>)],
    ) {
        for (case, reply) in asked {
            if matches!(reply, Ok(Answer::Accept)) {
                self.accepted.insert(&case.id);
            }
        }
        let mut behind: Vec<&Case> = Vec::new();
        for (case, reply) in asked {
            let is_rejected = matches!(reply, Ok(Answer::Reject { .. }));
            let twin = case.twin().filter(|id| is_rejected && self.accepted.contains(id));
            if let Some(twin) = twin.and_then(|id| self.cases.get(id))
                && !behind.iter().any(|known| known.id == twin.id)
            {
                behind.push(twin);
            }
        }
        let questions: Vec<Question> = behind.iter().map(|case| Question::of(case)).collect();
        let replies = subject.ask(&questions, &|| ());
        let lost =
            behind.iter().zip(&replies).find(|(_, reply)| !matches!(reply, Ok(Answer::Accept)));
        if let Some((case, _)) = lost {
            self.lost.get_or_insert_with(|| {
                format!(
                    "{} was accepted at first and no longer is: what was rejected in between shows nothing",
                    case.id
                )
            });
        }
    }
}
