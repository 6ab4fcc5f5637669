//! What was sent: is it still the request that was asked for, and does it verify?

use sigv4_protocol::{Sent, SentRequest, Stage};
use sigv4_reference::canonical::percent;
use sigv4_reference::sign::AUTHENTICATION_PARAMETERS;
use sigv4_reference::verify::Rejection;
use sigv4_reference::{PathEncoding, Profile, Time, Workspace};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Payload, Placement, Request, Signing, SigningInput};

use super::body;
use super::difference::Difference;
use super::finding::Finding;
use crate::subject::convert::{self, is_signers_own, profile};

/// Checks a request as it would be sent: everything that was asked for, verified by the reference.
pub(super) fn check(
    signing: &Signing,
    answer: &SentRequest,
    sent: &Sent,
) -> Result<Standing, Box<Finding>> {
    let mut workspace = Workspace::default();
    let asked = (signing.placement, &signing.input);
    as_asked(&mut workspace, asked, &AUTHENTICATION_PARAMETERS, answer, sent)?;
    let request = Request {
        method: answer.method.clone(),
        target: answer.target.clone(),
        headers: answer.headers.clone(),
        body: answer.body.as_ref().unwrap_or(&signing.input.request.body).clone(),
    };
    let Err(rejection) = verify(&mut workspace, signing, &request)? else {
        return Ok(Standing::Verified);
    };
    match verify(&mut workspace, signing, &signing.expect.signed_request)? {
        Err(expected) if expected.reason == rejection.reason => Ok(Standing::RefusedAsExpected),
        _ => Err(Box::new(refused(format!("the request as sent does not verify: {rejection}")))),
    }
}

/// Whether what is sent is what was asked for: method, path, query without the signer's `own`
/// parameters, headers, body and lifetime.
pub(super) fn as_asked(
    workspace: &mut Workspace,
    (placement, input): (Placement, &SigningInput),
    own: &[&str],
    answer: &SentRequest,
    sent: &Sent,
) -> Result<(), Box<Finding>> {
    unchanged_start_line(workspace, input, own, answer)?;
    unchanged_headers(workspace, &input.request, answer)?;
    let body = &input.request.body;
    body::unchanged(body, answer.body.as_ref().unwrap_or(body))?;
    if let Some(expires) = input.expires {
        changed("life of the URL", expires.to_string().as_bytes(), &sent.expires)?;
    }
    match placement {
        Placement::Header => own_headers(input, answer, sent),
        Placement::Query => Ok(()),
    }
}

/// The token is signed or not, and the payload line is sent, as it was asked for: a service that
/// asks for it so refuses the other.
fn own_headers(
    input: &SigningInput,
    answer: &SentRequest,
    sent: &Sent,
) -> Result<(), Box<Finding>> {
    let token = input.credentials.session_token.as_deref().unwrap_or_default();
    let signed = sent.signs(b"x-amz-security-token");
    if !token.is_empty() && signed != input.session_token_signed {
        let summary = if signed {
            "the session token is signed, and was to be added after signing"
        } else {
            "the session token is sent without being signed"
        };
        return Err(Box::new(refused(summary.to_owned())));
    }
    let states = |(name, _): &(Bytes, Bytes)| name.eq_ignore_ascii_case(b"x-amz-content-sha256");
    if input.content_sha256_header && !answer.headers.iter().any(states) {
        let summary = "the header x-amz-content-sha256 was asked for and is not sent";
        return Err(Box::new(refused(summary.to_owned())));
    }
    Ok(())
}

/// Whether less than the payload is signed although all of it was to be: a server takes such a
/// request, and a body that is changed on the way is not noticed.
pub(super) fn unsigned_payload(input: &SigningInput, answer: &SentRequest) -> Option<Finding> {
    const NAME: &[u8] = b"x-amz-content-sha256";
    if input.payload != Payload::Signed {
        return None;
    }
    let stated = |headers: &[(Bytes, Bytes)]| {
        let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(NAME));
        header.map(|(_, value)| value.clone())
    };
    let marker = stated(&answer.headers)?;
    let is_hash = marker.len() == 64 && marker.iter().all(u8::is_ascii_hexdigit);
    if is_hash || stated(&input.request.headers).is_some() {
        return None;
    }
    let summary = format!("the payload was to be signed; `{marker}` is sent and signed instead");
    Some(Finding { stage: Stage::CanonicalRequest, summary, difference: None })
}

/// How a sent request fares with the reference verifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    /// It is refused for the reason for which the expected one is: some inputs ask for a request
    /// that no verifier takes, such as one without a host, or a URL that lives too long.
    RefusedAsExpected,
    /// It is accepted.
    Verified,
}

/// The method as asked, and a target that means the same.
fn unchanged_start_line(
    workspace: &mut Workspace,
    input: &SigningInput,
    own: &[&str],
    answer: &SentRequest,
) -> Result<(), Box<Finding>> {
    let profile = profile(input.normalize, input.double_encode);
    let targets = [&input.request.target, &answer.target];
    changed("method", &input.request.method, &answer.method)?;
    let mut paths = targets.map(|target| workspace.canonical_path(target, profile).to_vec());
    if !is_same_path(workspace, profile, targets) {
        changed("path", &std::mem::take(&mut paths[0]), &paths[1])?;
    }
    // The name may be escaped: the signer's own parameter takes its place all the same.
    let is_own = |name: &[u8]| {
        let name: Result<Vec<u8>, usize> = percent::decode(name).collect();
        own.iter().any(|own| name.as_ref().is_ok_and(|name| own.as_bytes() == name))
    };
    let mut query = |target: &Bytes| {
        workspace
            .canonical_query(target, |name| !is_own(name))
            .map(<[u8]>::to_vec)
            .map_err(|error| Box::new(refused(format!("the target sent cannot be read: {error}"))))
    };
    changed("query", &query(&input.request.target)?, &query(&answer.target)?)
}

/// Whether two targets name the same path though they are written with other escapes: that is up to the
/// signer, as long as what is sent is what was signed. An escaped slash is not a slash.
fn is_same_path(workspace: &mut Workspace, profile: Profile, targets: [&Bytes; 2]) -> bool {
    let profile = Profile { path_encoding: PathEncoding::Decoded, ..profile };
    let [asked, sent] = targets.map(|target| {
        let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
        let slashes = path.to_ascii_lowercase().windows(3).filter(|it| *it == b"%2f").count();
        (workspace.canonical_path(target, profile).to_vec(), slashes)
    });
    asked == sent
}

/// Every header that was asked for is sent, with a value that means the same.
fn unchanged_headers(
    workspace: &mut Workspace,
    asked: &Request,
    answer: &SentRequest,
) -> Result<(), Box<Finding>> {
    let mut values = |list: &[(Bytes, Bytes)], wanted: &Bytes| -> Vec<u8> {
        let matching = list.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let values: Vec<Vec<u8>> =
            matching.map(|(_, value)| workspace.canonical_header_value(value).to_vec()).collect();
        values.join(&b","[..])
    };
    for (name, _) in &asked.headers {
        if is_signers_own(name) {
            continue;
        }
        if !answer.headers.iter().any(|(sent, _)| sent.eq_ignore_ascii_case(name)) {
            let summary = format!("the header `{name}` was asked for and is not sent");
            return Err(Box::new(refused(summary)));
        }
        let (expected, actual) = (values(&asked.headers, name), values(&answer.headers, name));
        changed(&format!("header `{name}`"), &expected, &actual)?;
    }
    Ok(())
}

/// Verifies a request at the time and for the scope of the question. The outer error is a question
/// that has no time.
fn verify(
    workspace: &mut Workspace,
    signing: &Signing,
    sent: &Request,
) -> Result<Result<(), Rejection>, Box<Finding>> {
    let input = &signing.input;
    let now = Time::parse(input.time.as_bytes()).map_err(|error| refused(error.to_string()))?;
    Ok(convert::verify(workspace, input, sent, now, 0).map(drop))
}

pub(super) fn changed(what: &str, expected: &[u8], actual: &[u8]) -> Result<(), Box<Finding>> {
    match Difference::between(Stage::Wire, expected, actual) {
        None => Ok(()),
        Some(difference) => Err(Box::new(Finding {
            stage: Stage::Wire,
            summary: format!(
                "the {what} that is sent is not the one asked for: {}",
                difference.in_words()
            ),
            difference: Some(difference),
        })),
    }
}

fn refused(summary: String) -> Finding {
    Finding { stage: Stage::Wire, summary, difference: None }
}
