//! What holds for uploads in chunks and event streams.

use sigv4_mistakes::MistakeSet;
use sigv4_mistakes::model::Model;
use sigv4_protocol::{Answer, InProcess as _, Question};

use super::{Outcome, Violation};
use crate::subject::Reference;

/// The model without a mistake answers as the reference does: with the same signatures, the same
/// strings to sign and the same frames, or both refuse. Vacuous if they refuse.
///
/// # Errors
/// Both answers where they differ.
pub fn model_is_reference(
    reference: &mut Reference,
    question: &Question,
) -> Result<Outcome, Violation> {
    match (reference.answer(question), Model::new(MistakeSet::EMPTY).answer(question)) {
        (expected, Ok(answer)) if expected == answer => Ok(Outcome::Held),
        (Answer::Unrepresentable { .. }, Err(_)) => Ok(Outcome::Vacuous),
        (expected, answer) => Err(Violation {
            property: "model_is_reference",
            detail: format!("reference: {expected:?}\nmodel: {answer:?}\nof {question:?}"),
        }),
    }
}
