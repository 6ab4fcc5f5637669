//! Requests that are signed in another way than with `AWS4-HMAC-SHA256`.

use super::chunks::{self, Chunks};
use super::endpoint::Endpoint;
use super::explanation::{Remark, Weight};
use super::parts::{InputError, header};
use super::{Circumstances, Explanation, FieldRequest, Report};
use crate::relatives::{Known, Outcome, Relative};

/// The regions that were launched before 30 January 2014, the only ones in which S3 knows Version 2
/// (S3 API Reference, "Authenticating Requests (AWS Signature Version 4)").
const REGIONS_OF_V2: [&str; 9] = [
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// Checks such a request.
///
/// # Errors
/// An authentication that cannot be read.
pub(super) fn report(
    relative: Relative,
    sent: &FieldRequest,
    circumstances: &Circumstances<'_>,
) -> Result<Report, InputError> {
    let checked = circumstances.secret_access_key.map(|secret_access_key| {
        let known = Known {
            access_key_id: None,
            secret_access_key,
            session_token: None,
            now: circumstances.now,
            window_seconds: circumstances.window_seconds,
            profile: circumstances.profile,
        };
        relative.check(&sent.request, &known)
    });
    let mut remarks = Vec::new();
    let mut say = |weight, text: String| remarks.push(Remark { weight, text });
    match checked.as_ref().map(|checked| (&checked.outcome, checked.rejection.as_ref())) {
        Some((Outcome::Unreadable, Some(rejection)))
            if rejection.detail.starts_with("Signature: ") =>
        {
            let problem = format!("{}: {}", relative.name(), rejection.detail);
            return Ok(Report::of(Explanation::NotASignature { problem }, sent));
        }
        Some((Outcome::Unreadable, Some(rejection))) => {
            let problem = format!("signed with {}: {rejection}", relative.name());
            return Err(InputError::new("request", problem));
        }
        Some((Outcome::Refused, Some(rejection))) => {
            let text = format!("A server refuses the request all the same: {rejection}.");
            say(Weight::Refused, text);
        }
        _ => {}
    }
    let is_signed_right = checked
        .as_ref()
        .is_some_and(|checked| matches!(checked.outcome, Outcome::Right | Outcome::Refused));
    let secret = circumstances.secret_access_key.filter(|_| is_signed_right);
    if let Some((weight, text)) = of_chunks(relative, sent, secret) {
        say(weight, text);
    }
    if let Some((weight, text)) = wanted(relative, sent) {
        say(weight, text);
    }
    let with_request = sent.answer.as_ref().and_then(|answer| answer.document.as_ref());
    if let Some(document) = circumstances.document.or(with_request) {
        let message = document.message.as_deref().unwrap_or("no message");
        say(Weight::Said, format!("The server answered {}: {message}", document.code));
    }
    remarks.extend(Remark::of_input(sent));
    remarks.sort_by_key(|remark| remark.weight);
    let explanation = match checked {
        Some(checked) => Explanation::Related { relative, checked },
        None => Explanation::Unchecked { canonical_request: None },
    };
    Ok(Report { remarks, ..Report::of(explanation, sent) })
}

/// What is to be said of a body in chunks; the secret is given where the headers are signed correctly.
fn of_chunks(
    relative: Relative,
    sent: &FieldRequest,
    secret_access_key: Option<&[u8]>,
) -> Option<(Weight, String)> {
    let stated = header(&sent.request, "x-amz-content-sha256")?;
    if !stated.trim_ascii().starts_with(b"STREAMING-") {
        return None;
    }
    let checked = match secret_access_key {
        Some(secret) if relative == Relative::V4a => Chunks::of_v4a(sent, secret),
        _ => Chunks::Unchecked,
    };
    Some(match checked {
        Chunks::Unchecked => (
            Weight::Fragile,
            "The signature covers the headers, with the marker for a body in chunks. The chunks are not \
             checked."
                .to_owned(),
        ),
        Chunks::Right { is_signed: true } => (
            Weight::Said,
            "Each chunk of the body has its own signature, which is right too.".to_owned(),
        ),
        Chunks::Right { is_signed: false } => (
            Weight::Said,
            "The body comes in chunks that are not signed; they are whole, and their checksum is right if \
             they have one."
                .to_owned(),
        ),
        Chunks::Wrong { before, error } => {
            (Weight::Refused, chunks::problem(&sent.request.body, before, &error))
        }
    })
}

/// What the service wants.
fn wanted(relative: Relative, sent: &FieldRequest) -> Option<(Weight, String)> {
    let host = header(&sent.request, "host");
    let host = host.map(|host| String::from_utf8_lossy(host).into_owned()).unwrap_or_default();
    let endpoint = Endpoint::named(&host);
    match relative {
        Relative::S3V2 => {
            let region = endpoint.as_ref().map(Endpoint::usual_region);
            // `s3.amazonaws.com` names none.
            let is_new = region.filter(|region| {
                let is_named = host.contains(".amazonaws.com") && *region != "auto";
                is_named && !REGIONS_OF_V2.contains(region)
            });
            if let Some(region) = is_new {
                let text = format!(
                    "S3 in {region} takes signature version 4 only, as in all regions since 2014 (S3 API \
                     Reference, \"Authenticating Requests\"): sign with AWS4-HMAC-SHA256."
                );
                return Some((Weight::Refused, text));
            }
            let text = "The scheme is a legacy one: S3 takes signature version 2 in the regions from before \
                        2014 only, and not for buckets made after 24 June 2020; other servers refuse it or \
                        have it switched off. Sign with version 4 (in boto3, \
                        `Config(signature_version='s3v4')`).";
            Some((Weight::Fragile, text.to_owned()))
        }
        Relative::QueryV2 => {
            let text = "The scheme is a legacy one, which most services and all newer regions refuse: sign \
                        with version 4 (AWS General Reference, \"Signature Version 2 signing process\").";
            Some((Weight::Fragile, text.to_owned()))
        }
        Relative::Aws3 => {
            let text = "The scheme is a legacy one, which covers nothing but the date: anyone who sees \
                        the request can send any other with its signature. Sign with version 4.";
            Some((Weight::Fragile, text.to_owned()))
        }
        Relative::V4a => {
            let is_of_region = host.contains(".amazonaws.com") && !host.contains(".s3-global.");
            (is_of_region && endpoint.is_some()).then(|| {
                let text = format!(
                    "{host} is an endpoint of one region. SigV4A is for requests to several regions, such \
                     as those to a multi-Region access point; most services take SigV4 alone."
                );
                (Weight::Said, text)
            })
        }
        Relative::Google => None,
    }
}
