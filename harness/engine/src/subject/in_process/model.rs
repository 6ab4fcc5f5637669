//! `model`: the second implementation, correct or with seeded mistakes.

use sigv4_mistakes::MistakeSet;
use sigv4_mistakes::model;
use sigv4_protocol::{
    Answer, Clock, Identity, InProcess, Mode, Question, Role, SignQuestion, lines,
};
use sigv4_vectors::model::{Need, Profile};

/// The model as a subject.
#[derive(Debug)]
pub struct Model {
    identity: Identity,
    signer: model::Model,
}

impl Model {
    /// A model that makes the given mistakes; without any, it is a correct signer and
    /// verifier.
    #[must_use]
    pub fn new(mistakes: MistakeSet) -> Self {
        let identity = Identity {
            protocol: lines::VERSION,
            name: "model".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            roles: vec![
                Role::SignHeader,
                Role::SignQuery,
                Role::SignSequence,
                Role::SignChunks,
                Role::SignEvents,
                Role::SignV4a,
                Role::SignV4aChunks,
                Role::Verify,
                Role::SignPostPolicy,
                Role::SignLegacy,
                Role::Token,
                Role::DeriveKeyPair,
            ],
            profiles: Profile::ALL.to_vec(),
            features: Need::ALL.to_vec(),
            clock: Clock::Given,
            mode: Mode::Stream,
        };
        Self { identity, signer: model::Model::new(mistakes) }
    }

    fn sign(&mut self, question: &SignQuestion) -> Answer {
        match self.signer.sign(question) {
            Ok(answer) => Answer::Signed(Box::new(answer)),
            Err(error) => Answer::unrepresentable(error.to_string()),
        }
    }
}

impl InProcess for Model {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Sign(question) => self.sign(question),
            Question::SignSequence(question) => {
                Answer::of_calls(question.calls.iter().map(|call| self.sign(call)))
            }
            other => {
                let answer = self.signer.answer(other);
                answer.unwrap_or_else(|error| Answer::unrepresentable(error.to_string()))
            }
        }
    }
}
