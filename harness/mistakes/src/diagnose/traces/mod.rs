//! The traces in an answer that distinguish one signer from another. Each operation has a file here,
//! and a row below.

mod derive_key_pair;
mod sign_chunks;
mod sign_events;
mod sign_legacy;
mod sign_post_policy;
mod sign_v4a;
mod sign_v4a_chunks;
mod token;

use sigv4_protocol::{Answer, Question};

use crate::model::Model;

/// The traces that a signer leaves.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Traces {
    /// What was computed with a key, in order: signatures as text.
    signatures: Vec<Vec<u8>>,
    /// Everything that is sent besides, sorted where the order is up to the signer.
    sent: Vec<Vec<u8>>,
    /// What only some subjects show.
    shown: Option<Vec<u8>>,
}

impl Traces {
    /// The traces that the model leaves; `None` if it refuses the question.
    pub(super) fn left_by(model: &mut Model, question: &Question) -> Option<Self> {
        match question {
            Question::SignV4a(question) => {
                sign_v4a::under(&question.request, &question.request, model.mistakes())
            }
            Question::SignV4aChunks(question) => sign_v4a_chunks::under(question, model.mistakes()),
            _ => Self::of(question, &model.answer(question).ok()?),
        }
    }

    /// The traces in the answer of a subject; `None` if it is of another operation, or if the operation
    /// has none.
    pub(super) fn of_subject(question: &Question, answer: &Answer) -> Option<Self> {
        match (question, answer) {
            (Question::SignV4a(question), Answer::SignedV4a(answer)) => {
                Some(sign_v4a::of_subject(&question.request, answer))
            }
            (Question::SignV4aChunks(question), Answer::SignedV4aChunks(answer)) => {
                Some(sign_v4a_chunks::of_subject(question, answer))
            }
            _ => Self::of(question, answer),
        }
    }

    /// The traces in an answer of the model.
    pub(super) fn of(question: &Question, answer: &Answer) -> Option<Self> {
        match (question, answer) {
            (Question::SignChunks(question), Answer::SignedChunks(answer)) => {
                Some(sign_chunks::traces(question, answer))
            }
            (Question::SignEvents(question), Answer::SignedEvents(answer)) => {
                Some(sign_events::traces(question, answer))
            }
            (Question::SignPostPolicy(_), Answer::SignedPostPolicy(answer)) => {
                Some(sign_post_policy::traces(answer))
            }
            (Question::SignLegacy(question), Answer::SignedLegacy(answer)) => {
                Some(sign_legacy::traces(question, answer))
            }
            (Question::DeriveKeyPair(_), Answer::DerivedKeyPair(answer)) => {
                Some(derive_key_pair::traces(answer))
            }
            (Question::Token(question), Answer::Token(answer)) => {
                Some(token::traces(question, answer))
            }
            _ => None,
        }
    }

    /// Whether the signer that left `self` did the same as the one that left `seen`. If both have
    /// the same wrong signatures, they did. Signatures that are right prove nothing, so everything
    /// that is sent has to agree, and what is shown if both show it.
    /// An answer without a wrong trace is that of a correct signer, and no mistake's.
    pub(super) fn reproduces(&self, seen: &Self, correct: &Self) -> bool {
        let agrees = |other: &Self| {
            other.signatures == correct.signatures
                && other.sent == correct.sent
                && !other.shows_otherwise(correct)
        };
        if agrees(seen) {
            return agrees(self);
        }
        if seen.signatures != correct.signatures {
            return self.signatures == seen.signatures;
        }
        self.signatures == seen.signatures && self.sent == seen.sent && !self.shows_otherwise(seen)
    }

    /// Whether a signature in it is that of no known key and text: then no pair of mistakes gives it
    /// either.
    pub(super) fn is_beyond_pairs(&self) -> bool {
        self.signatures.iter().any(Vec::is_empty)
    }

    /// Whether a right answer that left `right` contradicts a signer that leaves `self`.
    pub(super) fn harms(&self, right: &Self) -> bool {
        self.signatures != right.signatures || self.shows_otherwise(right)
    }

    fn shows_otherwise(&self, other: &Self) -> bool {
        self.shown.is_some() && other.shown.is_some() && self.shown != other.shown
    }
}

/// The question with what the subject chose itself and may choose. `None` if it did as it was asked.
pub(super) fn as_chosen(question: &Question, answer: &Answer) -> Option<Question> {
    let chosen = match (question, answer) {
        (Question::SignChunks(question), Answer::SignedChunks(answer)) => {
            Question::SignChunks(Box::new(sign_chunks::as_chosen(question, answer)))
        }
        (Question::SignV4aChunks(question), Answer::SignedV4aChunks(answer)) => {
            Question::SignV4aChunks(Box::new(sign_chunks::as_chosen(question, answer)))
        }
        (Question::SignEvents(question), Answer::SignedEvents(answer)) => {
            Question::SignEvents(Box::new(sign_events::as_chosen(question, answer)))
        }
        (Question::SignV4a(question), Answer::SignedV4a(answer)) => {
            Question::SignV4a(Box::new(sign_v4a::as_chosen(question, answer)))
        }
        _ => return None,
    };
    (chosen != *question).then_some(chosen)
}
