//! Requests as they were signed before Version 4, as the reference signs and verifies them.

use sigv4_protocol::{Answer, LegacyAnswer, LegacyQuestion, LegacyStages, SentRequest};
use sigv4_reference::key::Secret;
use sigv4_reference::legacy::aws3::{self, Aws3Signer, Aws3Verifier};
use sigv4_reference::legacy::query_v2::{QueryV2Signer, QueryV2Verifier};
use sigv4_reference::legacy::s3_v2::{S3V2Signer, S3V2Verifier};
use sigv4_reference::legacy::{Clock, LegacyWorkspace, Mac};
use sigv4_reference::verify::StoredKey;
use sigv4_reference::{Error, KeyMaterial, Time};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{LegacyAlgorithm, LegacyInput, LegacyScheme, Request};

use super::streams::Refusal;
use crate::explain::s3_form::encoded_value;
use crate::subject::convert::{headers, request};

/// The header or parameter of a session token.
const TOKEN: &str = "x-amz-security-token";

/// Signs a request.
pub(crate) fn signed(question: &LegacyQuestion) -> Result<LegacyAnswer, Refusal> {
    let input = &question.input;
    let refused = |error: Error| Answer::unrepresentable(error.to_string());
    let time = Time::parse(input.time.as_bytes()).map_err(refused)?;
    let sent = prepared(input)?;
    let lines = headers(&sent);
    let asked = request(&sent, &lines);
    let mut workspace = LegacyWorkspace::default();
    let secret = secret(input);
    let bucket = input.bucket.as_deref();
    let result = match input.scheme {
        LegacyScheme::S3Header => S3V2Signer { secret, bucket }.header(&mut workspace, &asked),
        LegacyScheme::S3Query => {
            let expires_at = input.expires_at.ok_or(Error::Expires).map_err(refused)?;
            S3V2Signer { secret, bucket }.query(&mut workspace, &asked, expires_at)
        }
        LegacyScheme::QueryV2 => {
            let (session_token, mac) = (token(input), mac(input.algorithm));
            QueryV2Signer { secret, session_token, mac, time }.sign(&mut workspace, &asked)
        }
        LegacyScheme::Aws3Https => {
            Aws3Signer { secret, mac: mac(input.algorithm) }.header(&mut workspace, &asked)
        }
    };
    let result = result.map_err(refused)?;
    let output = result.output();
    let mut answer = LegacyAnswer {
        request: SentRequest {
            method: sent.method.clone(),
            target: sent.target.clone(),
            headers: sent.headers.clone(),
            body: None,
        },
        stages: LegacyStages {
            string_to_sign: Some(result.string_to_sign().into()),
            signature: Some(result.signature().into()),
        },
    };
    let own = &mut answer.request;
    match input.scheme {
        LegacyScheme::S3Header => own.headers.push(("Authorization".into(), output.into())),
        LegacyScheme::Aws3Https => own.headers.push((aws3::HEADER.into(), output.into())),
        LegacyScheme::QueryV2 if question.is_form() => own.body = Some(output.into()),
        LegacyScheme::QueryV2 => own.target = output.into(),
        LegacyScheme::S3Query => {
            own.target = output.into();
            if let Some(token) = token(input) {
                own.headers.retain(|(name, _)| &name[..] != TOKEN.as_bytes());
                let parameter = [b"&", TOKEN.as_bytes(), b"=", &encoded_value(token)].concat();
                own.target = [&own.target[..], &parameter].concat().into();
            }
        }
    }
    Ok(answer)
}

/// Verifies what was sent at the time of the question, to the second.
///
/// # Errors
/// What the reference says against it.
pub(crate) fn verify(question: &LegacyQuestion, sent: &SentRequest) -> Result<(), String> {
    let input = &question.input;
    let now = Time::parse(input.time.as_bytes()).map_err(|error| error.to_string())?;
    let clock = Clock { now, window_seconds: 0 };
    let sent = Request {
        method: sent.method.clone(),
        target: sent.target.clone(),
        headers: sent.headers.clone(),
        body: sent.body.clone().unwrap_or_else(|| input.request.body.clone()),
    };
    let lines = headers(&sent);
    let sent = request(&sent, &lines);
    let keys = [StoredKey {
        access_key_id: &input.credentials.access_key_id,
        material: KeyMaterial::Secret(&input.credentials.secret_access_key),
        session_token: stored_token(input),
        active: true,
    }];
    let mut workspace = LegacyWorkspace::default();
    let verdict = match input.scheme {
        LegacyScheme::S3Header | LegacyScheme::S3Query => {
            let bucket = input.bucket.as_deref();
            S3V2Verifier { clock, bucket }.verify(&mut workspace, &sent, &keys)
        }
        LegacyScheme::QueryV2 => QueryV2Verifier { clock }.verify(&mut workspace, &sent, &keys),
        LegacyScheme::Aws3Https => Aws3Verifier { clock }.verify(&mut workspace, &sent, &keys),
    };
    verdict.map(drop).map_err(|rejection| rejection.to_string())
}

/// The request with the session token as a header, where the scheme has it there, and without an
/// earlier authentication.
fn prepared(input: &LegacyInput) -> Result<Request, Refusal> {
    let mut request = input.request.clone();
    if input.scheme == LegacyScheme::QueryV2 {
        return Ok(request);
    }
    let token = token(input);
    if token.is_some_and(|token| token.iter().any(|byte| b"\r\n\0".contains(byte))) {
        return Err(Answer::unrepresentable("session token: expected no CR, LF or NUL"));
    }
    let own = match input.scheme {
        LegacyScheme::Aws3Https => aws3::HEADER,
        _ => "Authorization",
    };
    let is = |name: &Bytes, other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    request.headers.retain(|(name, _)| {
        let is_replaced = is(name, own) || (token.is_some() && is(name, TOKEN));
        !is_replaced
    });
    request.headers.extend(token.map(|token| (TOKEN.into(), token.into())));
    Ok(request)
}

/// The token that a server knows: that of the credentials, or one that the caller wrote as a header.
fn stored_token(input: &LegacyInput) -> Option<&[u8]> {
    let is_token = |(name, _): &&(Bytes, Bytes)| name.eq_ignore_ascii_case(TOKEN.as_bytes());
    let header =
        || input.request.headers.iter().find(is_token).map(|(_, value)| value.trim_ascii());
    token(input).or_else(header)
}

fn token(input: &LegacyInput) -> Option<&[u8]> {
    input.credentials.session_token.as_deref().filter(|token| !token.is_empty())
}

fn secret(input: &LegacyInput) -> Secret<'_> {
    let credentials = &input.credentials;
    Secret {
        access_key_id: &credentials.access_key_id,
        secret_access_key: &credentials.secret_access_key,
    }
}

fn mac(algorithm: LegacyAlgorithm) -> Mac {
    match algorithm {
        LegacyAlgorithm::HmacSha1 => Mac::HmacSha1,
        LegacyAlgorithm::HmacSha256 => Mac::HmacSha256,
    }
}
