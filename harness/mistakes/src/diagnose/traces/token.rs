//! `token`: the signature; the rest of the token.

use sigv4_protocol::{TokenAnswer, TokenQuestion};

use super::Traces;

pub(super) fn traces(question: &TokenQuestion, answer: &TokenAnswer) -> Traces {
    match question.parts(&answer.token) {
        Some(parts) => Traces {
            signatures: vec![parts.signature],
            sent: std::iter::once(parts.start).chain(parts.parameters).collect(),
            shown: None,
        },
        // The text of one that cannot be read.
        None => Traces { signatures: Vec::new(), sent: vec![answer.token.to_vec()], shown: None },
    }
}
