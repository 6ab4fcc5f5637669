//! `sign-v4a`: the string to sign, which stands for the signature; what is sent besides.

use sigv4_protocol::{SignedAnswer, V4aQuestion};

use super::super::mark::Mark;
use super::Traces;

/// `None` if the subject does not show its string to sign: a signature is another one each time, so
/// that it cannot be recomputed.
pub(super) fn traces(question: &V4aQuestion, answer: &SignedAnswer) -> Option<Traces> {
    let signed = answer.stages.string_to_sign.as_ref()?;
    let (signature, sent) = Mark::of(&question.request, &answer.request).into_parts();
    let sent = sent.into_iter().map(|part| match part.strip_suffix(&signature[..]) {
        Some(rest) => rest.to_vec(),
        None => part,
    });
    Some(Traces { signatures: vec![signed.to_vec()], sent: sent.collect(), shown: None })
}
