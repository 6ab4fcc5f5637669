//! `sign`: exact first, equivalent if its own request verifies, else a mismatch.

use sigv4_mistakes::diagnose::baseline;
use sigv4_protocol::{Answer, Sent, SignQuestion, SignedAnswer, Stage};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Signing;

use super::difference::Difference;
use super::finding::{Finding, Judgement, VECTOR_CONTRADICTS};
use super::verdict::Verdict;
use super::wire::Standing;
use super::{stages, wire};
use crate::subject::Reference;

/// Judges a signed request; `None` for the answer of another operation.
pub(super) fn judge(signing: &Signing, answer: &Answer) -> Option<Judgement> {
    let Answer::Signed(answer) = answer else { return None };
    Some(judge_signed(signing, answer))
}

/// Judges what was signed.
pub(super) fn judge_signed(signing: &Signing, answer: &SignedAnswer) -> Judgement {
    let sent = match Sent::read(signing.placement, &answer.request) {
        Ok(sent) => sent,
        Err(summary) => {
            return Judgement::mismatch(Finding { stage: Stage::Wire, summary, difference: None });
        }
    };
    let is_right = sent.signature == signing.expect.signature.as_bytes();
    if is_right && is_as_expected(signing, answer) {
        return exact(signing, answer);
    }
    let wire = wire::check(signing, &answer.request, &sent);
    if is_right {
        return match wire {
            Ok(_) => exact(signing, answer),
            Err(finding) => Judgement::mismatch(*finding),
        };
    }
    if let Some(finding) = wire::unsigned_payload(&signing.input, &answer.request) {
        return Judgement::mismatch(finding);
    }
    let chosen = by_own_choice(signing, answer);
    let is_chosen =
        chosen.as_ref().is_some_and(|chosen| chosen.expect.signature.as_bytes() == sent.signature);
    match wire {
        Ok(standing) if standing == Standing::Verified || is_chosen => {
            if let Some(finding) = contradiction(signing) {
                return Judgement::mismatch(finding);
            }
            // Where no verifier takes the expected request, the signature alone decides.
            let finding = stages::first_difference(signing, answer, &sent);
            Judgement { notes: vec![finding.summary], ..Judgement::of(Verdict::Equivalent) }
        }
        // What was signed is right, and is not what was asked for.
        Err(finding) if is_chosen => Judgement::mismatch(*finding),
        _ => {
            let signing = chosen.as_ref().unwrap_or(signing);
            Judgement::mismatch(stages::first_difference(signing, answer, &sent))
        }
    }
}

/// Whether what is sent is what the vector says, but for the order of headers of different names. Nothing needs to be
/// verified then.
fn is_as_expected(signing: &Signing, answer: &SignedAnswer) -> bool {
    let (expected, sent) = (&signing.expect.signed_request, &answer.request);
    expected.method == sent.method
        && expected.target == sent.target
        && sent.body.as_ref().is_none_or(|body| *body == expected.body)
        && expected.headers.len() == sent.headers.len()
        && by_name(&expected.headers) == by_name(&sent.headers)
}

/// Those of one name stay in their order.
fn by_name(headers: &[(Bytes, Bytes)]) -> Vec<&(Bytes, Bytes)> {
    let mut headers: Vec<_> = headers.iter().collect();
    headers.sort_by_key(|(name, _)| name);
    headers
}

fn exact(signing: &Signing, answer: &SignedAnswer) -> Judgement {
    let notes = stages::notes_on_exact(&signing.expect, answer);
    Judgement { notes, ..Judgement::of(Verdict::Exact) }
}

/// A vector whose signature is not the one that the reference computes. What verifies by the reference says nothing
/// about such a vector.
fn contradiction(signing: &Signing) -> Option<Finding> {
    let Answer::Signed(computed) = Reference::new().sign(&SignQuestion::of(signing)) else {
        return None;
    };
    let computed = computed.stages.signature?;
    let expected = signing.expect.signature.as_bytes();
    let difference = Difference::between(Stage::Signature, expected, computed.as_bytes())?;
    Some(Finding {
        stage: Stage::Signature,
        summary: VECTOR_CONTRADICTS.to_owned(),
        difference: Some(difference),
    })
}

/// What is expected of a subject that signs other headers than asked for, where that is its choice:
/// the difference is looked for in what it set out to sign.
fn by_own_choice(signing: &Signing, answer: &SignedAnswer) -> Option<Signing> {
    let chosen = baseline(&SignQuestion::of(signing), answer)?;
    match Reference::new().sign(&chosen) {
        Answer::Signed(signed) => chosen.expecting(*signed),
        _ => None,
    }
}
