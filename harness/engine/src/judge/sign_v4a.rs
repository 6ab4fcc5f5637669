//! `sign-v4a`: the signature has to verify with the expected key, over the expected string to sign. It
//! is never compared: a signer may choose its nonce.

use std::collections::BTreeSet;

use sigv4_protocol::hex;
use sigv4_protocol::{Answer, Sent, SignedAnswer, Stage};
use sigv4_reference::canonical::percent;
use sigv4_reference::sign::AUTHENTICATION_PARAMETERS;
use sigv4_reference::v4a::{EcdsaSignature, PublicKey};
use sigv4_reference::{Time, Workspace};
use sigv4_vectors::model::{Placement, Request, V4aPublicKey, V4aSigning};

use super::difference::{Component, Difference};
use super::finding::{Finding, Judgement};
use super::verdict::Verdict;
use super::wire;
use crate::subject::convert;

/// What states the regions: a header, or a parameter.
const REGION_SET: &str = "X-Amz-Region-Set";

/// Judges a signed request; `None` for the answer of another operation.
pub(super) fn judge(signing: &V4aSigning, answer: &Answer) -> Option<Judgement> {
    let Answer::SignedV4a(answer) = answer else { return None };
    Some(judge_signed(signing, answer).unwrap_or_else(|finding| Judgement::mismatch(*finding)))
}

/// Judges a signed request, or the head of a stream.
pub(super) fn judge_signed(
    signing: &V4aSigning,
    answer: &SignedAnswer,
) -> Result<Judgement, Box<Finding>> {
    let at = |stage, summary: String| Box::new(Finding { stage, summary, difference: None });
    let sent = Sent::read(signing.placement, &answer.request)
        .map_err(|problem| at(Stage::Wire, problem))?;
    let signature = EcdsaSignature::from_hex(&sent.signature).map_err(|error| {
        at(Stage::Signature, format!("the signature is not the digits of a DER form: {error}"))
    })?;
    let key = public_key(&signing.expect.public_key)
        .ok_or_else(|| at(Stage::SigningKey, "the vector has no valid public key".to_owned()))?;
    let is_expected = key.verifies(&signing.expect.string_to_sign, &signature);
    let difference = first_difference(signing, answer, &sent);
    let verified = verify(signing, answer, &key);
    let mut notes = Vec::new();
    if verified.is_ok() {
        notes.extend(as_asked(signing, answer, &sent)?);
    }
    match (verified, is_expected) {
        (Ok(()), true) => Ok(Judgement::of(Verdict::Exact)),
        // Another set of headers, for instance with the hash of the payload.
        (Ok(()), false) => {
            if let Some(finding) = wire::unsigned_payload(&signing.input, &answer.request) {
                return Err(Box::new(finding));
            }
            notes.push(difference.summary);
            Ok(Judgement { notes, ..Judgement::of(Verdict::Equivalent) })
        }
        (Err(refusal), true) => {
            let summary =
                format!("the signature is right, and a verifier refuses what is sent: {refusal}");
            Err(at(Stage::Wire, summary))
        }
        (Err(_), false) => Err(Box::new(difference)),
    }
}

/// A request that verifies need not be the one that was asked for, with its region set. The same regions
/// in another order, or with other spaces between them, are worth a note.
fn as_asked(
    signing: &V4aSigning,
    answer: &SignedAnswer,
    sent: &Sent,
) -> Result<Option<String>, Box<Finding>> {
    let own: Vec<&str> = AUTHENTICATION_PARAMETERS.into_iter().chain([REGION_SET]).collect();
    let asked = (signing.placement, &signing.input);
    wire::as_asked(&mut Workspace::default(), asked, &own, &answer.request, sent)?;
    let stated = match signing.placement {
        Placement::Header => {
            let mut headers = answer.request.headers.iter();
            let header = headers.find(|(name, _)| name.eq_ignore_ascii_case(REGION_SET.as_bytes()));
            header.map(|(_, value)| value.trim_ascii().to_vec())
        }
        Placement::Query => parameter(&answer.request.target, REGION_SET.as_bytes()),
    };
    let (asked, stated) = (signing.input.region.trim_ascii(), stated.unwrap_or_default());
    if regions(asked) != regions(&stated) {
        wire::changed("region set", asked, &stated)?;
    }
    let shown = String::from_utf8_lossy(&stated);
    Ok((asked != stated).then(|| format!("it sends the regions as `{shown}`")))
}

/// The regions of a set, in no order.
fn regions(set: &[u8]) -> BTreeSet<&[u8]> {
    set.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).collect()
}

/// The decoded value of a parameter.
fn parameter(target: &[u8], wanted: &[u8]) -> Option<Vec<u8>> {
    let query = target.splitn(2, |byte| *byte == b'?').nth(1)?;
    let value = query
        .split(|byte| *byte == b'&')
        .find_map(|piece| piece.strip_prefix(wanted).and_then(|rest| rest.strip_prefix(b"=")))?;
    percent::decode(value).collect::<Result<_, usize>>().ok()
}

/// The key of a vector; `None` if it is not a point of the curve.
pub(super) fn public_key(point: &V4aPublicKey) -> Option<PublicKey> {
    PublicKey::from_coordinates(&hex::parse(&point.x)?, &hex::parse(&point.y)?).ok()
}

/// What the reference says of the request as it is sent.
fn verify(signing: &V4aSigning, answer: &SignedAnswer, key: &PublicKey) -> Result<(), String> {
    let input = &signing.input;
    let request = Request {
        method: answer.request.method.clone(),
        target: answer.request.target.clone(),
        headers: answer.request.headers.clone(),
        body: answer.request.body.clone().unwrap_or_else(|| input.request.body.clone()),
    };
    let now = Time::parse(input.time.as_bytes()).map_err(|error| error.to_string())?;
    convert::verify_v4a(&mut Workspace::default(), input, &request, now, key)
        .map_err(|rejection| rejection.to_string())
}

/// Where a subject whose signature does not verify differs first, as far as it shows.
fn first_difference(signing: &V4aSigning, answer: &SignedAnswer, sent: &Sent) -> Finding {
    let (expect, shown) = (&signing.expect, &answer.stages);
    let lines = |text: &[u8]| text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let (sts, canonical): (Vec<Vec<u8>>, Vec<Vec<u8>>) =
        (lines(&expect.string_to_sign), lines(&expect.canonical_request));
    let line = |lines: &[Vec<u8>], index: usize| lines.get(index).cloned().unwrap_or_default();
    let id = &signing.input.credentials.access_key_id;
    let scope = sent.scope(id).unwrap_or(&sent.credential).to_vec();
    let names = line(&canonical, canonical.len().saturating_sub(2));
    let texts = [
        (
            Stage::CanonicalRequest,
            None,
            Some(expect.canonical_request.to_vec()),
            shown.canonical_request.as_ref().map(|text| text.to_vec()),
        ),
        (
            Stage::StringToSign,
            None,
            Some(expect.string_to_sign.to_vec()),
            shown.string_to_sign.as_ref().map(|text| text.to_vec()),
        ),
        (
            Stage::StringToSign,
            Some(Component::Algorithm),
            Some(line(&sts, 0)),
            Some(sent.algorithm.clone()),
        ),
        (Stage::StringToSign, Some(Component::Scope), Some(line(&sts, 2)), Some(scope)),
        (
            Stage::CanonicalRequest,
            Some(Component::SignedHeaders),
            Some(names),
            Some(sent.signed_headers.clone()),
        ),
    ];
    // A line alone does not show which one it is.
    let found = texts.into_iter().find_map(|(stage, of_line, expected, actual)| {
        let difference = Difference::between(stage, &expected?, &actual?)?;
        let component = of_line.unwrap_or(difference.component);
        Some((stage, Difference { component, ..difference }))
    });
    match found {
        Some((stage, difference)) => {
            Finding::located(stage, &format!("the {}", difference.component), difference)
        }
        None => Finding {
            stage: Stage::Signature,
            summary:
                "the signature does not verify with the key that follows from the secret and its \
                      id, over the expected string to sign"
                    .to_owned(),
            difference: None,
        },
    }
}
