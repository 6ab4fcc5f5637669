//! `token`: the signature in it, and what it says besides. Its parameters may come in any order, and
//! the slash before them may be left out.

use sigv4_protocol::{Answer, Stage, TokenAnswer, TokenParts, TokenQuestion};
use sigv4_vectors::model::TokenMaking;

use super::difference::Difference;
use super::finding::{Finding, Judgement};
use super::stream::wire;
use super::verdict::Verdict;
use super::wire::changed;

/// Judges a token; `None` for the answer of another operation.
pub(super) fn judge(making: &TokenMaking, answer: &Answer) -> Option<Judgement> {
    let Answer::Token(answer) = answer else { return None };
    Some(match judge_token(making, answer) {
        Ok(()) => Judgement::of(Verdict::Exact),
        Err(finding) => Judgement::mismatch(*finding),
    })
}

fn judge_token(making: &TokenMaking, answer: &TokenAnswer) -> Result<(), Box<Finding>> {
    let question = TokenQuestion::of(making);
    let expected = question
        .parts(&making.expect.token)
        .ok_or_else(|| wire("the vector's token is not one of its kind"))?;
    let actual = question.parts(&answer.token);
    if let Some(found) = first_difference(making, answer, &expected, actual.as_ref()) {
        return Err(Box::new(found));
    }
    let Some(actual) = actual else {
        return Err(wire("the token is not encoded as one of its kind is, or has no signature"));
    };
    let start =
        |parts: &TokenParts| parts.start.strip_suffix(b"/").unwrap_or(&parts.start).to_vec();
    changed("start of the token", &start(&expected), &start(&actual))?;
    let parameters = |parts: &TokenParts| parts.parameters.join(&b'&');
    changed("list of parameters", &parameters(&expected), &parameters(&actual))
}

/// Where a subject differs first, as far as it shows.
fn first_difference(
    making: &TokenMaking,
    answer: &TokenAnswer,
    expected: &TokenParts,
    actual: Option<&TokenParts>,
) -> Option<Finding> {
    let (expect, shown) = (&making.expect, &answer.stages);
    let texts = [
        (Stage::CanonicalRequest, &expect.canonical_request, &shown.canonical_request),
        (Stage::StringToSign, &expect.string_to_sign, &shown.string_to_sign),
    ];
    let stages = texts.into_iter().find_map(|(stage, expected, actual)| {
        let (expected, actual) = expected.as_ref().zip(actual.as_ref())?;
        let difference = Difference::between(stage, expected, actual)?;
        Some(Finding::located(stage, &format!("the {}", difference.component), difference))
    });
    stages.or_else(|| {
        let (expected, actual) = (&expected.signature, &actual?.signature);
        let difference = Difference::between(Stage::Signature, expected, actual)?;
        Some(Finding::located(Stage::Signature, "the signature", difference))
    })
}
