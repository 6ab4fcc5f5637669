//! The question that a signed request answers: the request before it was signed.

use sigv4_protocol::Sent;
use sigv4_protocol::{SentRequest, SignQuestion};
use sigv4_reference::sign::AUTHENTICATION_PARAMETERS;
use sigv4_reference::verify::UnstatedPayload;
use sigv4_vectors::model::{Credentials, Payload, Placement, Profile, Request, SigningInput};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Bytes, Secret};

use super::field_request::FieldRequest;
use super::parts::{self, InputError, header};
use super::{Circumstances, cloudfront, s3_form};
use crate::subject::convert::is_signers_own;

/// The question that was put to the signer, as far as the request shows it.
pub(crate) fn of(
    sent: &FieldRequest,
    circumstances: &Circumstances<'_>,
) -> Result<SignQuestion, InputError> {
    let request = &sent.request;
    let (placement, authentication) = authentication(request)?;
    let credential = String::from_utf8_lossy(&authentication.credential).into_owned();
    let mut parts = credential.rsplitn(5, '/');
    let mut part = || {
        parts.next().map(str::to_owned).ok_or_else(|| {
            let problem =
                format!("expected id/date/region/service/aws4_request, got {credential:?}");
            InputError::new("Credential", problem)
        })
    };
    let (_terminator, service, region, _date, access_key_id) =
        (part()?, part()?, part()?, part()?, part()?);
    let follows_s3 = circumstances.services.of(service.as_bytes()).is_s3();
    let service_profile = if follows_s3 { Profile::S3 } else { Profile::Generic };
    let profile = circumstances.profile.unwrap_or(service_profile);
    let target = unsigned_target(request, placement);
    let target =
        if follows_s3 && profile == Profile::S3 { s3_form::target(&target).into() } else { target };
    let content_sha256 = header(request, "x-amz-content-sha256");
    let session_token = match placement {
        Placement::Header => header(request, "x-amz-security-token").cloned(),
        Placement::Query => parameter(request, "X-Amz-Security-Token").map(Bytes::from),
    };
    let signed = parts::listed(&authentication.signed_headers);
    let is_signed = |name: &[u8]| signed.iter().any(|signed| name.eq_ignore_ascii_case(signed));
    let token_signed = placement == Placement::Query || is_signed(b"x-amz-security-token");
    Ok(SignQuestion {
        placement,
        profile,
        input: SigningInput {
            time: time(request, placement)?,
            region: region.into(),
            service: service.into(),
            credentials: Credentials {
                access_key_id: access_key_id.into(),
                secret_access_key: circumstances.secret_access_key.unwrap_or_default().into(),
                session_token: session_token.map(Secret::from),
            },
            session_token_signed: token_signed,
            normalize: profile == Profile::Generic,
            double_encode: profile == Profile::Generic,
            payload: payload(placement, profile, content_sha256),
            content_sha256_header: placement == Placement::Header && content_sha256.is_some(),
            expires: match placement {
                Placement::Header => None,
                Placement::Query => Some(expires(&authentication.expires)?),
            },
            request: Request {
                method: request.method.clone(),
                target,
                headers: request
                    .headers
                    .iter()
                    .filter(|(name, _)| {
                        is_signed(name) && !(placement == Placement::Header && is_signers_own(name))
                    })
                    .cloned()
                    .collect(),
                body: request.body.clone(),
            },
        },
    })
}

/// The same question with the target as it was sent.
pub(super) fn with_target_as_sent(asked: &SignQuestion, request: &Request) -> SignQuestion {
    let mut question = asked.clone();
    question.input.request.target = unsigned_target(request, asked.placement);
    question
}

/// The day in the scope, as it is written.
pub(super) fn scope_day(request: &Request) -> Option<String> {
    let (_, authentication) = authentication(request).ok()?;
    let credential = String::from_utf8_lossy(&authentication.credential).into_owned();
    credential.rsplit('/').nth(3).map(str::to_owned)
}

/// What a verifier assumes as the payload line if the request does not state it.
pub(super) fn unstated_payload(asked: &SignQuestion) -> UnstatedPayload {
    match asked.input.payload {
        Payload::Unsigned => UnstatedPayload::Unsigned,
        _ => UnstatedPayload::BodyHash,
    }
}

/// How a request is signed: placement and what the signer sent.
///
/// # Errors
/// A request that is not signed with AWS4-HMAC-SHA256; the message says with what it is.
pub(super) fn authentication(request: &Request) -> Result<(Placement, Sent), InputError> {
    refuse_others(request)?;
    let answer = SentRequest {
        method: request.method.clone(),
        target: request.target.clone(),
        headers: request.headers.clone(),
        body: None,
    };
    let presigned = parameter(request, "X-Amz-Signature").is_some();
    let placement = if presigned { Placement::Query } else { Placement::Header };
    let sent =
        Sent::read(placement, &answer).map_err(|problem| InputError::new("request", problem))?;
    Ok((placement, sent))
}

/// Refuses what is recognised and not checked.
fn refuse_others(request: &Request) -> Result<(), InputError> {
    let authorization = header(request, "authorization").map(|value| value.trim_ascii());
    let algorithm = parameter(request, "X-Amz-Algorithm");
    if authorization.is_some_and(|value| value.starts_with(b"GOOG1 ")) {
        let problem =
            "signed with Google's older scheme (GOOG1, HMAC-SHA1): recognised and not checked";
        return Err(InputError::new("request", problem));
    }
    if authorization.is_none() && algorithm.is_none() {
        return Err(InputError::new("request", not_signed(request)));
    }
    Ok(())
}

fn not_signed(request: &Request) -> String {
    let is_other = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        name.ends_with(b"content-sha256") && name != b"x-amz-content-sha256"
    };
    let other = request.headers.iter().find(|(name, _)| is_other(name));
    let for_origin = if cloudfront::is_through(request) || other.is_some() {
        ". Where CloudFront signs for the origin (origin access control), the client has to send \
         x-amz-content-sha256 with the hash of the body"
    } else {
        ""
    };
    let misspelt = other.map_or_else(String::new, |(name, _)| {
        format!("; `{}` is not that header", name.escape_ascii())
    });
    format!(
        "not signed: it has neither an Authorization header nor X-Amz-Algorithm. If it was signed, the \
         text is cut, or that header was left out when it was kept{for_origin}{misspelt}"
    )
}

fn time(request: &Request, placement: Placement) -> Result<Time, InputError> {
    let (place, text) = match placement {
        Placement::Header => {
            let own = header(request, "x-amz-date").map(|text| text.to_vec());
            let date = || {
                let time = sigv4_reference::Time::parse_date_header(header(request, "date")?)?;
                Some(time.text().to_vec())
            };
            ("X-Amz-Date", own.or_else(date))
        }
        Placement::Query => ("X-Amz-Date", parameter(request, "X-Amz-Date")),
    };
    let text = text.ok_or_else(|| InputError::new(place, "the request does not carry it"))?;
    let text = String::from_utf8_lossy(text.trim_ascii()).into_owned();
    Time::try_from(text).map_err(|error| InputError::new(place, error.to_string()))
}

/// Whether the body is signed, according to the request. For a body in chunks only the seed is
/// signed, with a marker that contains no hash.
fn payload(placement: Placement, profile: Profile, stated: Option<&Bytes>) -> Payload {
    match stated.map(|text| text.trim_ascii()) {
        Some(b"UNSIGNED-PAYLOAD") => Payload::Unsigned,
        None if placement == Placement::Query && profile == Profile::S3 => Payload::Unsigned,
        Some(_) | None => Payload::Signed,
    }
}

fn expires(text: &[u8]) -> Result<u64, InputError> {
    let text = String::from_utf8_lossy(text);
    text.parse().map_err(|_| {
        InputError::new("X-Amz-Expires", format!("expected a number of seconds, got {text:?}"))
    })
}

/// The target without what presigning added.
fn unsigned_target(request: &Request, placement: Placement) -> Bytes {
    let target = &request.target;
    let Some(mark) = target.iter().position(|&byte| byte == b'?') else { return target.clone() };
    if placement == Placement::Header {
        return target.clone();
    }
    let own = |piece: &&[u8]| {
        let name = piece.split(|&byte| byte == b'=').next().unwrap_or_default();
        AUTHENTICATION_PARAMETERS.iter().any(|own| own.as_bytes() == name)
    };
    let kept: Vec<&[u8]> =
        target[mark + 1..].split(|&byte| byte == b'&').filter(|piece| !own(piece)).collect();
    let query = kept.join(&b"&"[..]);
    if query.is_empty() {
        return target[..mark].into();
    }
    [&target[..mark], b"?", &query].concat().into()
}

/// The decoded value of a parameter.
fn parameter(request: &Request, wanted: &str) -> Option<Vec<u8>> {
    let value = raw_parameter(request, wanted)?;
    Some(s3_form::decoded(value))
}

/// The value of a parameter as it was sent.
pub(super) fn raw_parameter<'r>(request: &'r Request, wanted: &str) -> Option<&'r [u8]> {
    let mark = request.target.iter().position(|&byte| byte == b'?')?;
    request.target[mark + 1..].split(|&byte| byte == b'&').find_map(|piece| {
        let mut halves = piece.splitn(2, |&byte| byte == b'=');
        (halves.next()? == wanted.as_bytes()).then(|| halves.next().unwrap_or_default())
    })
}
