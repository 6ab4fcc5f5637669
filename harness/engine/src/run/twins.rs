//! Whether a verifier still accepts what it accepted before.

use std::collections::{HashMap, HashSet};

use sigv4_protocol::{Answer, Question, Side};
use sigv4_vectors::model::{Case, Ruling};

use super::{Plan, order};
use crate::subject::{Fault, Subject};

/// The cases that show that a rejection means something.
///
/// A verifier, or what is in front of it, may begin to refuse everything after some wrong signatures. What it
/// then rejects shows nothing, so twins are asked again once the cases that rest on them were rejected.
pub(super) struct Twins<'p> {
    /// What must be accepted, by id.
    cases: HashMap<&'p str, &'p Case>,
    accepted: HashSet<&'p str>,
    /// On which something rests that was rejected since they were last asked.
    behind: Vec<&'p Case>,
    /// The first that was accepted and no longer is, as a sentence.
    pub(super) lost: Option<String>,
}

impl<'p> Twins<'p> {
    pub(super) fn of(plan: &Plan<'p>) -> Self {
        let cases = plan.cases.iter().filter(|_| plan.side == Side::Verifier);
        let must_be_accepted = |case: &&&Case| case.ruling() == Some(Ruling::Accept);
        let cases = cases.filter(must_be_accepted).map(|case| (&case.id[..], *case)).collect();
        Self { cases, accepted: HashSet::new(), behind: Vec::new(), lost: None }
    }

    /// Takes in what was asked.
    pub(super) fn note(&mut self, asked: &[(&'p Case, Result<Answer, Fault>)]) {
        for (case, reply) in asked {
            if matches!(reply, Ok(Answer::Accept)) {
                self.accepted.insert(&case.id);
            }
        }
        for (case, reply) in asked {
            let is_rejected = matches!(reply, Ok(Answer::Reject { .. }));
            let twin = case.twin().filter(|id| is_rejected && self.accepted.contains(id));
            if let Some(twin) = twin.and_then(|id| self.cases.get(id))
                && !self.behind.iter().any(|known| known.id == twin.id)
            {
                self.behind.push(twin);
            }
        }
    }

    /// Asks the twins of what was rejected again.
    pub(super) fn ask_again(&mut self, subject: &mut dyn Subject) {
        let behind = std::mem::take(&mut self.behind);
        let questions = behind.iter().map(|case| Question::of(case)).collect();
        let replies = order::ask(subject, questions, &|| ());
        let lost =
            behind.iter().zip(&replies).find(|(_, reply)| !matches!(reply, Ok(Answer::Accept)));
        if let Some((case, reply)) = lost {
            let now = match reply {
                Ok(Answer::Reject { reason, .. }) => format!(" ({reason})"),
                Ok(Answer::Error { detail }) => format!(" ({detail})"),
                Ok(_) => String::new(),
                Err(fault) => format!(" ({fault})"),
            };
            self.lost.get_or_insert_with(|| {
                format!(
                    "{} was accepted at first and no longer is{now}: what was rejected in between shows \
                     nothing",
                    case.id
                )
            });
        }
    }
}
