//! The model: a second implementation of signing and verifying, written step by step from the
//! vendor's documentation, plain where the reference is fast, and without any of its code.
//!
//! It takes a [`MistakeSet`]. Without a mistake it is correct, and equal to the reference at
//! every stage, in what is sent and in what is accepted; property tests check that. With mistakes
//! it is the signer or verifier that makes them: each is one small hook at the step that it changes.

mod auth_token;
mod chain;
mod check;
mod chunks;
mod date;
mod events;
mod framing;
mod headers;
mod key_pair;
mod legacy;
mod memory;
mod method;
mod order;
mod output;
mod path;
mod payload;
mod post_policy;
mod presign;
mod query;
mod region_set;
mod scope_and_key;
mod signature;
mod signer;
mod text;
mod token;
mod trailers;
mod v4a;
mod value;
mod verifier;

pub use check::ModelError;
pub(crate) use chunks::{WithSignatures, head_as_signed, with_signatures};
pub(crate) use key_pair::{WRITTEN, digest, pair, read, sign as sign_digest, written};
pub use memory::Given;
pub(crate) use v4a::{private_key, sign_with, signed_hash};

use crate::catalogue::MistakeSet;
use memory::Memory;
use sigv4_protocol::{Answer, Question, SignQuestion, SignedAnswer};

/// A signer and verifier that makes the given mistakes.
///
/// It remembers its calls, because some mistakes only show from the second call on. A new model
/// answers any question as its first.
#[derive(Clone, Debug)]
pub struct Model {
    mistakes: MistakeSet,
    memory: Memory,
}

impl Model {
    /// A signer that has not been called yet.
    #[must_use]
    pub fn new(mistakes: MistakeSet) -> Self {
        Self { mistakes, memory: Memory::default() }
    }

    /// A signer that has not been called yet, and need not compute what it is given.
    #[must_use]
    pub fn given(mistakes: MistakeSet, given: Given) -> Self {
        Self { mistakes, memory: Memory::with(given) }
    }

    /// The mistakes that it makes.
    #[must_use]
    pub fn mistakes(&self) -> MistakeSet {
        self.mistakes
    }

    /// Signs the request; the answer exposes every stage.
    ///
    /// # Errors
    /// [`ModelError`] if no correct signer can sign the request, whatever the mistakes.
    pub fn sign(&mut self, question: &SignQuestion) -> Result<SignedAnswer, ModelError> {
        signer::sign(question, self.mistakes, &mut self.memory)
    }

    /// Answers a question of any operation that it has; `Unsupported` to any other.
    ///
    /// # Errors
    /// [`ModelError`] if no correct signer can sign it, whatever the mistakes.
    pub fn answer(&mut self, question: &Question) -> Result<Answer, ModelError> {
        let Self { mistakes, memory } = self;
        Ok(match question {
            Question::Sign(question) => Answer::Signed(Box::new(self.sign(question)?)),
            Question::SignSequence(question) => {
                let calls = question.calls.iter().map(|call| self.sign(call));
                Answer::SignedSequence { calls: calls.collect::<Result<_, _>>()? }
            }
            Question::SignChunks(question) => {
                Answer::SignedChunks(Box::new(chunks::sign(question, *mistakes, memory)?))
            }
            Question::SignEvents(question) => {
                Answer::SignedEvents(Box::new(events::sign(question, *mistakes, memory)?))
            }
            Question::SignV4a(question) => {
                Answer::SignedV4a(Box::new(v4a::sign(&question.request, *mistakes)?))
            }
            Question::SignV4aChunks(question) => {
                Answer::SignedV4aChunks(Box::new(chunks::sign(question, *mistakes, memory)?))
            }
            Question::DeriveKeyPair(question) => {
                Answer::DerivedKeyPair(key_pair::as_asked(question, *mistakes)?)
            }
            Question::Verify(question) => {
                verifier::verify(question, *mistakes, &mut memory.verified)
            }
            Question::SignPostPolicy(question) => {
                Answer::SignedPostPolicy(Box::new(post_policy::sign(question, *mistakes, memory)?))
            }
            Question::SignLegacy(question) => {
                Answer::SignedLegacy(Box::new(legacy::sign(question, *mistakes)?))
            }
            Question::Token(question) => {
                Answer::Token(Box::new(auth_token::make(question, *mistakes, memory)?))
            }
            _ => Answer::unsupported("the model signs and verifies, and does nothing else"),
        })
    }
}

/// Signs one request with a fresh model.
///
/// # Errors
/// As [`Model::sign`].
pub fn sign(question: &SignQuestion, mistakes: MistakeSet) -> Result<SignedAnswer, ModelError> {
    Model::new(mistakes).sign(question)
}
