//! What uploads in chunks and event streams have in common: the head is judged like any other
//! request, and each piece has to have the signature that follows from the one before.

use sigv4_protocol::{Answer, Sent, SignQuestion, SignedAnswer, SignedPiece, Stage};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{ChainStart, PieceExpectation, SeedExpectation, Signing};

use super::difference::Difference;
use super::finding::{Finding, Judgement};
use super::sign::judge_signed;
use super::verdict::Verdict;
use crate::subject::Reference;
use crate::subject::streams::Refusal;

/// The judgement of the head, with the signature that the pieces have to follow.
pub(super) struct Head {
    pub(super) judgement: Judgement,
    pub(super) signature: Vec<u8>,
    /// `Content-Length`, if the subject sends another one than it was given.
    pub(super) own_length: Option<Bytes>,
}

/// Judges the head, if one was to be signed: `asked` is its question. What is sent has to state the
/// stream as it was asked for.
pub(super) fn head(
    start: &ChainStart,
    asked: Option<&SignQuestion>,
    seed: Option<&SeedExpectation>,
    answer: Option<&SignedAnswer>,
) -> Result<Head, Box<Finding>> {
    let Some(asked) = asked else {
        let (ChainStart::SeedSignature(given) | ChainStart::FinalChunkSignature(given)) = start
        else {
            return Err(wire("the head cannot be signed without credentials"));
        };
        let judgement = Judgement::of(Verdict::Exact);
        return Ok(Head { judgement, signature: given.to_vec(), own_length: None });
    };
    signed_head(asked, answer, |own, is_chosen| {
        let signing = expected(own, seed.filter(|_| !is_chosen))?;
        answer.map(|answer| judge_signed(&signing, answer))
    })
}

/// Judges a head that was to be signed. `judge` is given its question with the length that is sent, and
/// whether that is another one; it answers `None` if that cannot be signed.
pub(super) fn signed_head(
    asked: &SignQuestion,
    answer: Option<&SignedAnswer>,
    judge: impl FnOnce(&SignQuestion, bool) -> Option<Judgement>,
) -> Result<Head, Box<Finding>> {
    let answer =
        answer.ok_or_else(|| wire("the head was to be signed, and the answer has none"))?;
    states_marker(asked, answer)?;
    let own = with_sent_length(asked, answer);
    let is_chosen = own != *asked;
    let Some(mut judgement) = judge(&own, is_chosen) else {
        return Err(wire("the head with the length that is sent cannot be signed"));
    };
    if let Some(finding) = judgement.finding {
        return Err(Box::new(Finding { summary: format!("head: {}", finding.summary), ..finding }));
    }
    if is_chosen {
        judgement.verdict = judgement.verdict.max(Verdict::Equivalent);
        judgement.notes.push("head: it states a `Content-Length` of its own".to_owned());
    }
    let signature = Sent::read(asked.placement, &answer.request).map(|sent| sent.signature);
    let own_length = length(&answer.request.headers).filter(|_| is_chosen).cloned();
    Ok(Head { judgement, signature: signature.map_err(wire)?, own_length })
}

/// The payload line has to be the marker of the stream that was asked for: another one announces
/// another body.
fn states_marker(asked: &SignQuestion, answer: &SignedAnswer) -> Result<(), Box<Finding>> {
    let marker = asked.input.payload.as_str();
    let mut headers = answer.request.headers.iter();
    let stated = headers.find(|(name, _)| name.eq_ignore_ascii_case(b"x-amz-content-sha256"));
    let Some((_, stated)) = stated else {
        return Err(wire("head: the header x-amz-content-sha256 is not sent"));
    };
    match Difference::between(Stage::CanonicalRequest, marker.as_bytes(), stated) {
        None => Ok(()),
        Some(difference) => Err(Box::new(Finding {
            stage: Stage::CanonicalRequest,
            summary: format!("head: expected the payload line `{marker}`, got `{stated}`"),
            difference: Some(difference),
        })),
    }
}

/// The question with `Content-Length` as it was sent: it depends on how the subject frames the body.
fn with_sent_length(asked: &SignQuestion, answer: &SignedAnswer) -> SignQuestion {
    let mut own = asked.clone();
    own.input.request.headers.retain_mut(|(name, value)| {
        if !name.eq_ignore_ascii_case(LENGTH) {
            return true;
        }
        let sent = length(&answer.request.headers);
        sent.inspect(|sent| value.clone_from(sent)).is_some()
    });
    own
}

const LENGTH: &[u8] = b"content-length";

fn length(headers: &[(Bytes, Bytes)]) -> Option<&Bytes> {
    let mut headers = headers.iter();
    headers.find(|(name, _)| name.eq_ignore_ascii_case(LENGTH)).map(|(_, value)| value)
}

/// The head as the reference signs it, with the published values where there are any.
fn expected(head: &SignQuestion, seed: Option<&SeedExpectation>) -> Option<Signing> {
    let Answer::Signed(signed) = Reference::new().sign(head) else { return None };
    let mut signing = head.expecting(*signed)?;
    if let Some(seed) = seed {
        signing.expect.canonical_request.clone_from(&seed.canonical_request);
        signing.expect.string_to_sign.clone_from(&seed.string_to_sign);
        signing.expect.signature.clone_from(&seed.signature);
    }
    Some(signing)
}

/// Compares pieces in order with those that follow from the head; `name` says which piece one is.
pub(super) fn pieces<'p>(
    expected: impl Iterator<Item = &'p SignedPiece>,
    actual: impl Iterator<Item = &'p SignedPiece>,
    name: impl Fn(usize) -> String,
) -> Result<(), Box<Finding>> {
    for (index, (expected, actual)) in expected.zip(actual).enumerate() {
        let published = PieceExpectation {
            string_to_sign: expected.string_to_sign.clone(),
            signature: expected.signature.to_string().try_into().ok(),
        };
        piece(&published, actual, &name(index))?;
    }
    Ok(())
}

/// Compares a piece with what is known of it. A string to sign that the subject shows has to be right
/// even where the signature is: the two would contradict each other.
pub(super) fn piece(
    expected: &PieceExpectation,
    actual: &SignedPiece,
    name: &str,
) -> Result<(), Box<Finding>> {
    let signature = expected.signature.as_ref();
    let signature = signature.and_then(|expected| {
        let actual = actual.signature.as_bytes();
        Difference::between(Stage::Signature, expected.as_bytes(), actual)
    });
    let shown = expected.string_to_sign.as_ref().zip(actual.string_to_sign.as_ref());
    let string_to_sign = shown
        .and_then(|(expected, actual)| Difference::between(Stage::StringToSign, expected, actual));
    let (stage, difference) = match (signature, string_to_sign) {
        (_, Some(difference)) => (Stage::StringToSign, difference),
        (Some(difference), None) => (Stage::Signature, difference),
        (None, None) => return Ok(()),
    };
    let what = if stage == Stage::Signature { "signature" } else { "string to sign" };
    let what = format!("{name}: the {what}");
    Err(Box::new(Finding::located(stage, &what, difference)))
}

/// A finding about what is sent.
pub(super) fn wire(summary: impl Into<String>) -> Box<Finding> {
    Box::new(Finding { stage: Stage::Wire, summary: summary.into(), difference: None })
}

/// What the reference cannot sign is not in the vectors.
pub(super) fn unsignable(refusal: Refusal) -> Box<Finding> {
    let problem = match refusal {
        Answer::Unrepresentable { detail } => detail,
        other => format!("{other:?}"),
    };
    wire(format!("the reference cannot sign this: {problem}"))
}
