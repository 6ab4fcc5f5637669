//! What the reference says of a signed request of any kind.

use sigv4_protocol::{Answer, VerifyQuestion};
use sigv4_reference::post::{Form, Limits, PostVerifier};
use sigv4_reference::stream::{self, Decoder, Marker, StreamError};
use sigv4_reference::verify::{
    AcceptedHead, Rejection, StoredKey, UnsignedPayload, UnstatedPayload, Verifier,
};
use sigv4_reference::{Request, Time, Workspace, v4a};
use sigv4_vectors::model::{self, Profile};

use super::held::Held;
use crate::explain::{form_bucket, is_upload_form};
use crate::subject::convert::{headers, profile, request};

/// Verifies a request: an upload form by its policy, a body in chunks with every chunk, any other
/// request as a whole; SigV4A with the key pair that follows from the secret.
pub(super) fn verify(workspace: &mut Workspace, question: &VerifyQuestion) -> Answer {
    match try_verify(workspace, question) {
        Ok(()) => Answer::Accept,
        Err(refusal) => refusal,
    }
}

fn try_verify(workspace: &mut Workspace, question: &VerifyQuestion) -> Result<(), Answer> {
    let input = &question.input;
    let now = Time::parse(input.time.as_bytes())
        .map_err(|_| Answer::error(format!("the clock shows no time: {}", input.time)))?;
    let held = input.keys.iter().map(|key| Held::of(&key.material));
    let held = held.collect::<Result<Vec<Held<'_>>, _>>().map_err(Answer::error)?;
    let keys: Vec<StoredKey<'_>> = input
        .keys
        .iter()
        .zip(&held)
        .map(|(key, held)| StoredKey {
            access_key_id: &key.access_key_id,
            material: held.material(),
            session_token: key.session_token.as_deref(),
            active: key.active,
        })
        .collect();
    if is_upload_form(&input.request) {
        if is_presigned(&input.request) {
            let detail = "a signed form and a presigned URL".to_owned();
            return Err(reject("multiple-authentications", detail));
        }
        return verify_form(input, now, &keys);
    }
    let (unstated_payload, unsigned_payload) = match input.profile {
        Profile::S3 => (UnstatedPayload::UnsignedIfPresigned, UnsignedPayload::Accepted),
        Profile::Generic => (UnstatedPayload::BodyHash, UnsignedPayload::Refused),
    };
    let verifier = Verifier {
        window_seconds: input.window_seconds,
        profile: profile(input.normalize, input.double_encode),
        unstated_payload,
        unsigned_payload,
        ..Verifier::new(now, &input.region, &input.service)
    };
    let headers = headers(&input.request);
    let request = request(&input.request, &headers);
    let refused =
        |rejection: Rejection| reject(rejection.reason.code(), rejection.detail.into_owned());
    let is_sigv4a = is_sigv4a(&request);
    if input.profile == Profile::S3 && marker(&request).is_some() {
        let seed = if is_sigv4a {
            verifier.verify_head_v4a(workspace, &request, &keys)
        } else {
            verifier.verify_head(workspace, &request, &keys)
        };
        return verify_chunks(&seed.map_err(refused)?, &request);
    }
    if is_sigv4a {
        return verifier.verify_v4a(workspace, &request, &keys).map(drop).map_err(refused);
    }
    verifier.verify(workspace, &request, &keys).map(drop).map_err(refused)
}

fn reject(reason: &str, detail: String) -> Answer {
    Answer::Reject { reason: reason.to_owned(), detail }
}

fn is_presigned(request: &model::Request) -> bool {
    let mut pieces = request.target.split(|byte| b"?&".contains(byte)).skip(1);
    pieces.any(|piece| piece.starts_with(b"X-Amz-Signature="))
}

fn verify_form(
    input: &model::VerificationInput,
    now: Time,
    keys: &Vec<StoredKey<'_>>,
) -> Result<(), Answer> {
    let content_type = input.request.headers.iter();
    let content_type = content_type.filter(|(name, _)| name.eq_ignore_ascii_case(b"content-type"));
    let content_type = content_type.map(|(_, value)| &value[..]).next().unwrap_or_default();
    let form = Form::parse(content_type, &input.request.body, Limits::default())
        .map_err(|error| reject("malformed-form", error.to_string()))?;
    let bucket = form_bucket(&input.request);
    let verifier = PostVerifier {
        now,
        region: &input.region,
        service: &input.service,
        bucket: bucket.as_deref(),
    };
    let accepted = verifier.verify(&form, keys);
    accepted.map(drop).map_err(|refusal| reject(refusal.code(), refusal.to_string()))
}

fn verify_chunks(head: &AcceptedHead<'_>, request: &Request<'_>) -> Result<(), Answer> {
    let Some(framing) = head.framing() else {
        return Err(reject("unsupported-payload", "a stream of events is not a body".to_owned()));
    };
    let refused = |error: StreamError| reject(error.problem.code(), error.to_string());
    let mut decoder = Decoder::new(&framing, request.headers, stream::Limits::default())
        .map_err(|error| reject("malformed-request", error.to_string()))?;
    let mut body = request.body;
    while decoder.decode(&mut body).map_err(refused)?.is_some() {}
    decoder.finish().map(drop).map_err(refused)
}

/// The marker of a body in chunks that the request states.
fn marker(request: &Request<'_>) -> Option<Marker> {
    let mut stated = request.headers_named("x-amz-content-sha256");
    Marker::parse(stated.next()?.trim_ascii())
}

/// Whether the authentication names the algorithm of SigV4A.
fn is_sigv4a(request: &Request<'_>) -> bool {
    let (_, query) = request.path_and_query();
    let parameter = format!("X-Amz-Algorithm={}", v4a::ALGORITHM);
    let mut headers = request.headers_named("authorization");
    headers.any(|value| value.trim_ascii_start().starts_with(v4a::ALGORITHM.as_bytes()))
        || query
            .unwrap_or_default()
            .split(|byte| *byte == b'&')
            .any(|piece| piece == parameter.as_bytes())
}
