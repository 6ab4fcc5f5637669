//! The signer that a diagnosis looks for.

use sigv4_protocol::{SignQuestion, SignedAnswer, hex};

use super::mark::Mark;
use crate::catalogue::MistakeSet;
use crate::model::{Given, Model};

/// A signer that is looked for: what it was asked, and what is known of it before any mistake is
/// considered.
#[derive(Clone, Debug)]
pub struct SuspectedSigner<'q> {
    pub(super) question: &'q SignQuestion,
    /// What the model counts as mistakes and is known to be the signer's choice.
    choices: MistakeSet,
    given: Given,
}

impl<'q> SuspectedSigner<'q> {
    /// A signer of which nothing is known.
    #[must_use]
    pub fn of(question: &'q SignQuestion) -> Self {
        Self { question, choices: MistakeSet::EMPTY, given: Given::default() }
    }

    /// The same with what the model counts as mistakes and is known to be the signer's choice. No
    /// set of a diagnosis contains it.
    #[must_use]
    pub fn choosing(mut self, choices: MistakeSet) -> Self {
        self.choices = choices;
        self
    }

    /// The same with a payload hash that is known. With a large body it is most of the work.
    #[must_use]
    pub fn with_payload_hash(mut self, hash: Option<&[u8]>) -> Self {
        self.given.payload_hash = hash.map(<[u8]>::to_vec);
        self
    }

    /// The same with the signing key of its answer without mistakes: most mistakes are made
    /// elsewhere, and to derive it is a third of the work.
    pub(super) fn with_key_of(&self, right: &SignedAnswer) -> Self {
        let key = right.stages.signing_key.as_ref();
        let signing_key = key.and_then(|digits| hex::parse(digits));
        Self { given: Given { signing_key, ..self.given.clone() }, ..self.clone() }
    }

    /// What it answers with these mistakes; `None` if it refuses the request.
    #[must_use]
    pub fn answer(&self, mistakes: MistakeSet) -> Option<SignedAnswer> {
        let mut model = Model::given(mistakes.union(self.choices), self.given.clone());
        model.sign(self.question).ok()
    }

    /// The mark of an answer; if the signature is telling, nothing else is needed.
    pub(super) fn mark(&self, answer: &SignedAnswer, telling: bool) -> Mark {
        if telling {
            Mark::of_signature(self.question, answer)
        } else {
            Mark::of(self.question, &answer.request)
        }
    }
}
