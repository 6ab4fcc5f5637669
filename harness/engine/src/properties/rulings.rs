//! What holds for signed requests that someone changed.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use sigv4_mistakes::MistakeSet;
use sigv4_mistakes::model::Model;
use sigv4_protocol::{Answer, InProcess as _, Question, SentRequest, VerifyQuestion};
use sigv4_vectors::model::{
    self, Case, ChainKey, Credentials, KeyMaterial, Profile, Request, StoredKey, VerificationInput,
};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Bytes, Secret, Vectors};

use super::{Outcome, Violation};
use crate::subject::Reference;

/// The model without a mistake rules as the reference does, for the same reason. Vacuous if they
/// reject.
///
/// # Errors
/// Both answers where they differ.
pub fn model_rules_as_reference(
    reference: &mut Reference,
    question: &VerifyQuestion,
) -> std::result::Result<Outcome, Violation> {
    let question = Question::Verify(Box::new(question.clone()));
    match (reference.answer(&question), Model::new(MistakeSet::EMPTY).answer(&question)) {
        (Answer::Accept, Ok(Answer::Accept)) => Ok(Outcome::Held),
        (Answer::Reject { reason, .. }, Ok(Answer::Reject { reason: other, .. }))
            if reason == other =>
        {
            Ok(Outcome::Vacuous)
        }
        (Answer::Error { .. }, Ok(Answer::Error { .. })) => Ok(Outcome::Vacuous),
        (expected, answer) => Err(Violation {
            property: "model_rules_as_reference",
            detail: format!("reference: {expected:?}\nmodel: {answer:?}\nof {question:?}"),
        }),
    }
}

/// A signed request of the vectors, changed in up to four places.
///
/// # Errors
/// None: when the bytes are used up, nothing more is changed.
pub fn changed(bytes: &mut Unstructured<'_>) -> Result<VerifyQuestion> {
    let mut question = bytes.choose(&SIGNED)?.clone();
    for _ in 0..bytes.int_in_range(0..=4)? {
        change(&mut question.input, bytes)?;
    }
    Ok(question)
}

/// Every signed request of the vectors, with its key.
static SIGNED: LazyLock<Vec<VerifyQuestion>> = LazyLock::new(|| {
    let mut reference = Reference::new();
    Vectors::embedded().cases().flat_map(|case| signed(case, &mut reference)).collect()
});

fn signed(case: &Case, reference: &mut Reference) -> Vec<VerifyQuestion> {
    let question = |input: &model::SigningInput, profile, request: &Request| {
        VerifyQuestion::from(VerificationInput {
            time: input.time.clone(),
            window_seconds: 300,
            region: input.region.clone(),
            service: input.service.clone(),
            profile,
            normalize: input.normalize,
            double_encode: input.double_encode,
            keys: vec![stored(&input.credentials)],
            request: request.clone(),
        })
    };
    match (&case.question, Question::of(case)) {
        (model::Question::Verify(verification), _) => vec![VerifyQuestion::of(verification)],
        (model::Question::SignV4a(_), asked @ Question::SignV4a(_)) => {
            let Answer::SignedV4a(answer) = reference.answer(&asked) else { return Vec::new() };
            let Question::SignV4a(asked) = asked else { return Vec::new() };
            let asked = asked.request;
            let request = sent(&answer.request, &asked.input.request.body);
            let mut question = question(&asked.input, asked.profile, &request);
            let region = question.input.region.split(|&byte| byte == b',').next();
            question.input.region = region.unwrap_or_default().trim_ascii().into();
            vec![question]
        }
        (model::Question::SignChunks(_), asked @ Question::SignChunks(_)) => {
            let Answer::SignedChunks(answer) = reference.answer(&asked) else { return Vec::new() };
            let Question::SignChunks(asked) = asked else { return Vec::new() };
            let (Some(head), Some(body)) = (&answer.head, &answer.framed_body) else {
                return Vec::new();
            };
            let ChainKey::Credentials(credentials) = &asked.key else { return Vec::new() };
            let input = VerificationInput {
                time: asked.time.clone(),
                window_seconds: 900,
                region: asked.region.clone(),
                service: asked.service.clone(),
                profile: Profile::S3,
                normalize: false,
                double_encode: false,
                keys: vec![stored(credentials)],
                request: sent(&head.request, body),
            };
            vec![input.into()]
        }
        _ => case
            .calls()
            .iter()
            .map(|call| question(&call.input, call.profile, &call.expect.signed_request))
            .collect(),
    }
}

fn sent(request: &SentRequest, body: &[u8]) -> Request {
    Request {
        method: request.method.clone(),
        target: request.target.clone(),
        headers: request.headers.clone(),
        body: body.into(),
    }
}

fn stored(credentials: &Credentials) -> StoredKey {
    StoredKey {
        access_key_id: credentials.access_key_id.clone(),
        material: KeyMaterial::SecretAccessKey(credentials.secret_access_key.clone()),
        session_token: credentials.session_token.clone(),
        active: true,
    }
}

/// Texts that mean something in some place of a request.
const WORDS: &[&str] = &[
    "%",
    "%2F",
    "%2f",
    "%00",
    "%zz",
    "+",
    "/",
    "//",
    "/../",
    "?",
    "&",
    "&&",
    "=",
    ";",
    ",",
    ", ",
    ":",
    " ",
    "\t",
    "\r\n",
    "\n",
    "\r\n\r\n",
    "\0",
    "-",
    "0",
    "1",
    "a",
    "A",
    "host",
    "host;",
    ";host",
    "x-amz-date",
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 ",
    "AWS4-ECDSA-P256-SHA256",
    "Credential=",
    "SignedHeaders=",
    "Signature=",
    "/aws4_request",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&",
    "X-Amz-Signature=0&",
    "X-Amz-Credential=a&",
    "X-Amz-Expires=",
    "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&",
    "UNSIGNED-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-EVENTS",
    "0\r\n\r\n",
    ";chunk-signature=",
    "x-amz-trailer-signature:",
    "x-amz-checksum-crc32:AAAAAA==\r\n",
    "\r\n--",
    "Content-Disposition: form-data; name=\"x\"\r\n",
    "\"",
    "\\",
    "${filename}",
    "us-east-1",
    "*",
    "20150830T123600Z",
    "Sun, 30 Aug 2015 12:36:00 GMT",
];

/// Names of headers that mean something.
const NAMES: &[&str] = &[
    "Host",
    "Authorization",
    "X-Amz-Date",
    "Date",
    "X-Amz-Content-Sha256",
    "X-Amz-Security-Token",
    "X-Amz-Region-Set",
    "X-Amz-Decoded-Content-Length",
    "X-Amz-Trailer",
    "X-Amz-Meta-A",
    "Content-Type",
    "x y",
    "",
];

/// Changes the request or what the verifier knows in one place.
fn change(input: &mut VerificationInput, bytes: &mut Unstructured<'_>) -> Result<()> {
    match bytes.int_in_range(0..=19)? {
        0..=3 => edit(&mut input.request.target, bytes)?,
        4..=8 => {
            let headers = &mut input.request.headers;
            if let Some(last) = headers.len().checked_sub(1) {
                let at = bytes.int_in_range(0..=last)?;
                let (name, value) = &mut headers[at];
                edit(if bytes.ratio(1, 6)? { name } else { value }, bytes)?;
            }
        }
        9..=12 => edit(&mut input.request.body, bytes)?,
        13 => edit(&mut input.request.method, bytes)?,
        14 | 15 => edit_headers(&mut input.request.headers, bytes)?,
        16 => {
            let times = [
                "20150830T123600Z",
                "20150830T124100Z",
                "20150830T124101Z",
                "20150831T000000Z",
                "20130524T000000Z",
                "20130524T235959Z",
                "20130525T000001Z",
                "20151301T000000Z",
            ];
            input.time = Time::try_from(*bytes.choose(&times)?).unwrap_or(input.time.clone());
        }
        17 => {
            let place = if bytes.arbitrary()? { &mut input.region } else { &mut input.service };
            edit(place, bytes)?;
        }
        18 => edit_keys(&mut input.keys, bytes)?,
        _ => match bytes.int_in_range(0..=3)? {
            0 => {
                input.profile =
                    if input.profile == Profile::S3 { Profile::Generic } else { Profile::S3 };
            }
            1 => input.normalize = !input.normalize,
            2 => input.double_encode = !input.double_encode,
            _ => input.window_seconds = bytes.choose(&[0, 1, 300, 900, u64::MAX]).copied()?,
        },
    }
    Ok(())
}

fn edit_headers(headers: &mut Vec<(Bytes, Bytes)>, bytes: &mut Unstructured<'_>) -> Result<()> {
    let at = bytes.int_in_range(0..=headers.len())?;
    let named = headers.get(at).cloned();
    match (bytes.int_in_range(0..=3)?, named) {
        (0, Some(_)) => {
            headers.remove(at);
        }
        (1, Some(header)) => headers.push(header),
        (2, Some(header)) => headers.insert(0, header),
        _ => {
            let (name, value) = (*bytes.choose(NAMES)?, *bytes.choose(WORDS)?);
            headers.insert(at, (name.into(), value.into()));
        }
    }
    Ok(())
}

fn edit_keys(keys: &mut Vec<StoredKey>, bytes: &mut Unstructured<'_>) -> Result<()> {
    let Some(last) = keys.len().checked_sub(1) else { return Ok(()) };
    let at = bytes.int_in_range(0..=last)?;
    match bytes.int_in_range(0..=4)? {
        0 => keys[at].active = !keys[at].active,
        1 => {
            let token = bytes.choose(&["", " ", "token"]).copied()?;
            keys[at].session_token = Some(Secret::from(token));
        }
        2 => keys[at].session_token = None,
        3 => edit(&mut keys[at].access_key_id, bytes)?,
        _ => {
            keys.remove(at);
        }
    }
    Ok(())
}

/// Replaces, removes, inserts or repeats a part of a text.
fn edit(text: &mut Bytes, bytes: &mut Unstructured<'_>) -> Result<()> {
    let mut changed = text.to_vec();
    let at = bytes.int_in_range(0..=changed.len())?;
    let end = (at + bytes.int_in_range(0..=8)?).min(changed.len());
    match bytes.int_in_range(0..=6)? {
        0 => drop(changed.drain(at..end)),
        1 => {
            if let Some(byte) = changed.get_mut(at) {
                *byte = bytes.arbitrary()?;
            }
        }
        2 => {
            let copy = changed[at..end].to_vec();
            let to = bytes.int_in_range(0..=changed.len())?;
            changed.splice(to..to, copy);
        }
        3 => changed.truncate(at),
        4 => changed[at..end].make_ascii_uppercase(),
        5 => drop(changed.splice(at..end, bytes.choose(WORDS)?.bytes())),
        _ => drop(changed.splice(at..at, bytes.choose(WORDS)?.bytes())),
    }
    *text = changed.into();
    Ok(())
}
