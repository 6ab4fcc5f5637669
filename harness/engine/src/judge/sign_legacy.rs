//! `sign-legacy`: the signature, and whether what is sent is the request that was asked for. A subject
//! may write the date of the request in another way: its signature is then another one, and has to
//! verify.

use sigv4_protocol::{Answer, LegacyAnswer, LegacyQuestion, SentRequest, Stage};
use sigv4_reference::canonical::percent;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{LegacyScheme, LegacySigning};

use super::finding::{Finding, Judgement, VECTOR_CONTRADICTS};
use super::stream::wire;
use super::verdict::Verdict;
use super::wire::changed;
use crate::subject::legacy;

/// Judges a signed request; `None` for the answer of another operation.
pub(super) fn judge(signing: &LegacySigning, answer: &Answer) -> Option<Judgement> {
    let Answer::SignedLegacy(answer) = answer else { return None };
    Some(judge_signed(signing, answer).unwrap_or_else(|finding| Judgement::mismatch(*finding)))
}

fn judge_signed(signing: &LegacySigning, answer: &LegacyAnswer) -> Result<Judgement, Box<Finding>> {
    let question = LegacyQuestion::of(signing);
    let sent = question
        .signature(&answer.request)
        .ok_or_else(|| wire("the request has no signature where its scheme puts it"))?;
    let verified = legacy::verify(&question, &answer.request);
    let difference = first_difference(signing, answer, &sent);
    match (verified, difference) {
        (Ok(()), None) => {
            as_asked(&question, &answer.request)?;
            Ok(Judgement::of(Verdict::Exact))
        }
        (Ok(()), Some(difference)) if sent != signing.expect.signature[..] => {
            as_asked(&question, &answer.request)?;
            contradiction(signing, &question)?;
            let notes = vec![difference.summary];
            Ok(Judgement { notes, ..Judgement::of(Verdict::Equivalent) })
        }
        (_, Some(difference)) => Err(Box::new(difference)),
        (Err(refusal), None) => Err(wire(format!(
            "the signature is right, and a verifier refuses what is sent: {refusal}"
        ))),
    }
}

/// A vector whose signature is not the one that the reference computes. What verifies by the reference says nothing
/// about such a vector.
fn contradiction(signing: &LegacySigning, question: &LegacyQuestion) -> Result<(), Box<Finding>> {
    let computed = legacy::signed(question).ok().and_then(|answer| answer.stages.signature);
    match computed {
        Some(computed) if computed != signing.expect.signature => Err(Box::new(Finding {
            stage: Stage::Signature,
            summary: VECTOR_CONTRADICTS.to_owned(),
            difference: None,
        })),
        _ => Ok(()),
    }
}

/// Where a subject differs first, as far as it shows.
fn first_difference(
    signing: &LegacySigning,
    answer: &LegacyAnswer,
    sent: &[u8],
) -> Option<Finding> {
    let expect = &signing.expect;
    let shown = answer.stages.string_to_sign.as_deref();
    let string_to_sign = shown.map(|shown| (Stage::StringToSign, &expect.string_to_sign, shown));
    let signature = (Stage::Signature, &expect.signature, sent);
    string_to_sign.into_iter().chain([signature]).find_map(|(stage, expected, actual)| {
        let what = if stage == Stage::Signature { "the signature" } else { "the string to sign" };
        Finding::of_text(stage, what, expected, actual)
    })
}

/// What is sent has to be what was asked for: method, path, parameters, headers and body.
fn as_asked(question: &LegacyQuestion, sent: &SentRequest) -> Result<(), Box<Finding>> {
    let asked = SentRequest {
        method: question.input.request.method.clone(),
        target: question.input.request.target.clone(),
        headers: question.input.request.headers.clone(),
        body: Some(question.input.request.body.clone()),
    };
    changed("method", &asked.method, &sent.method)?;
    let path = |target: &Bytes| {
        let path = target.split(|&byte| byte == b'?').next().unwrap_or_default();
        if path.is_empty() { b"/".to_vec() } else { path.to_vec() }
    };
    changed("path", &path(&asked.target), &path(&sent.target))?;
    let parameters = |request: &SentRequest| -> Vec<u8> {
        let kept = question.parameters(request).filter(|piece| !is_own(question, piece));
        kept.collect::<Vec<_>>().join(&b'&')
    };
    changed("query", &parameters(&asked), &parameters(sent))?;
    if let Some(expires_at) = question.input.expires_at {
        let value = |piece: &[u8]| piece.strip_prefix(b"Expires=").map(<[u8]>::to_vec);
        let stated = question.parameters(sent).find_map(value).unwrap_or_default();
        changed("end of the URL's life", expires_at.to_string().as_bytes(), &stated)?;
    }
    if question.is_form() {
        changed("target", &asked.target, &sent.target)?;
    } else if let Some(body) = &sent.body {
        changed("body", &question.input.request.body, body)?;
    }
    let values = |request: &SentRequest, wanted: &Bytes| -> Vec<u8> {
        let named = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        named.map(|(_, value)| value.trim_ascii()).collect::<Vec<_>>().join(&b","[..])
    };
    for (name, _) in asked.headers.iter().filter(|(name, _)| !is_rewritten(question, name)) {
        changed(&format!("header `{name}`"), &values(&asked, name), &values(sent, name))?;
    }
    Ok(())
}

/// A parameter of the signer, in a name that may be escaped.
fn is_own(question: &LegacyQuestion, piece: &[u8]) -> bool {
    let name = piece.split(|&byte| byte == b'=').next().unwrap_or_default();
    let name: Vec<u8> = percent::decode(name).filter_map(Result::ok).collect();
    let own: &[&[u8]] = match question.input.scheme {
        LegacyScheme::S3Header | LegacyScheme::Aws3Https => &[],
        // botocore writes what it signs of the headers into the query, where the parameters of
        // the caller already are.
        LegacyScheme::S3Query if is_amz(&name) => return true,
        LegacyScheme::S3Query => {
            &[b"AWSAccessKeyId", b"Expires", b"Signature", b"content-md5", b"content-type"]
        }
        LegacyScheme::QueryV2 => &[
            b"AWSAccessKeyId",
            b"SecurityToken",
            b"Signature",
            b"SignatureMethod",
            b"SignatureVersion",
            b"Timestamp",
        ],
    };
    own.contains(&&name[..])
}

/// A header that the signer may write in its own way: the verifier has read it.
fn is_rewritten(question: &LegacyQuestion, name: &Bytes) -> bool {
    let own = ["authorization", "date", "x-amz-security-token", "x-amzn-authorization"];
    let is_moved = question.input.scheme == LegacyScheme::S3Query && is_amz(name);
    is_moved || own.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()))
}

fn is_amz(name: &[u8]) -> bool {
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"x-amz-"))
}
