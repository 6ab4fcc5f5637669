//! The signer that a diagnosis looks for.

use sigv4_protocol::{SignQuestion, SignedAnswer};

use super::mark::Mark;
use crate::catalogue::MistakeSet;
use crate::model::Model;

/// A signer that is looked for: what it was asked, and what is known of it before any mistake is
/// considered.
#[derive(Clone, Copy, Debug)]
pub struct Suspect<'q> {
    /// What it was asked.
    pub question: &'q SignQuestion,
    /// What the model counts as mistakes and is known to be the signer's choice. No set of a
    /// diagnosis contains them.
    pub choices: MistakeSet,
    /// The payload hash; `None` if each signer has to compute it. With a large body it is most of
    /// the work.
    pub payload_hash: Option<&'q [u8]>,
}

impl<'q> Suspect<'q> {
    /// A signer of which nothing is known.
    #[must_use]
    pub fn of(question: &'q SignQuestion) -> Self {
        Self { question, choices: MistakeSet::EMPTY, payload_hash: None }
    }

    /// What it answers with these mistakes; `None` if it refuses the request.
    #[must_use]
    pub fn answer(&self, mistakes: MistakeSet) -> Option<SignedAnswer> {
        let mistakes = mistakes.union(self.choices);
        let mut model = match self.payload_hash {
            Some(hash) => Model::given_payload_hash(mistakes, hash),
            None => Model::new(mistakes),
        };
        model.sign(self.question).ok()
    }

    /// The mark of an answer; if the signature is telling, nothing else is needed.
    pub(super) fn mark(&self, answer: &SignedAnswer, telling: bool) -> Mark {
        if telling { Mark::of_signature(answer) } else { Mark::of(self.question, &answer.request) }
    }
}
