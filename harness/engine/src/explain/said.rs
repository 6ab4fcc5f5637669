//! What the server's answer adds: why it refused a request, as far as its code and its texts say so.

use sigv4_reference::Time;
use sigv4_vectors::model::Placement;

use super::conceal::beginning;
use super::explanation::{Remark, Weight};
use super::{ErrorDocument, Scene, ServerSide, answered};

/// Codes of a signature that does not match.
const SIGNATURE: &[&str] =
    &["SignatureDoesNotMatch", "InvalidSignatureException", "InvalidSignature", "AuthFailure"];

/// Codes that come after the signature was accepted.
const ACCEPTED: &[&str] = &[
    "BucketAlreadyExists",
    "BucketAlreadyOwnedByYou",
    "BucketNotEmpty",
    "InvalidRange",
    "NoSuchBucket",
    "NoSuchKey",
    "NoSuchUpload",
    "PreconditionFailed",
    "ResourceNotFoundException",
    "ValidationException",
];

/// Codes of a server that is too busy, or fails, or does not have the method at all: they can come
/// before the signature is checked (S3 API Reference, "Error responses"; the lists of common errors of
/// the other services; `MinIO` for those with `Slow`, `Server` and `Operation`).
const SILENT: &[&str] = &[
    "BandwidthLimitExceeded",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "LimitExceededException",
    "MethodNotAllowed",
    "OperationTimedOut",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServerNotInitialized",
    "ServiceFailure",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SlowDown",
    "SlowDownRead",
    "SlowDownWrite",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
    "TooManyRequestsException",
    "Unavailable",
    "XMinioServerNotInitialized",
];

/// The same said without a code, by API Gateway; in small letters.
const SILENT_MESSAGES: &[&str] = &[
    "endpoint request timed out",
    "internal server error",
    "limit exceeded",
    "service unavailable",
    "too many requests",
];

/// What a code means, whatever the signature.
const MEANINGS: &[(&[&str], &str)] = &[
    (
        &["ExpiredToken", "ExpiredTokenException"],
        "the session token has expired: get new temporary credentials. A presigned URL lives no longer \
         than the credentials that signed it, whatever X-Amz-Expires says",
    ),
    (
        &["RequestTimeTooSkewed", "RequestExpired"],
        "the signing time is too far from the server's clock: set the clock of the signer, and sign \
         again for each try",
    ),
    (
        &["InvalidToken"],
        "the session token is damaged, or belongs to another key: send it unchanged, with the key and \
         the secret that came with it",
    ),
    (
        &["InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"],
        "the server does not know the key: it was deleted or deactivated, belongs to another server or \
         partition, or is a temporary one (`ASIA...`) that came without its session token or with \
         another one",
    ),
    (
        &["MissingAuthenticationToken", "MissingAuthenticationTokenException"],
        "no signature arrived, or API Gateway knows no such path and method: check stage, path and \
         method, and that a proxy or redirect does not remove Authorization",
    ),
    (
        &["IncompleteSignature", "IncompleteSignatureException"],
        "another Authorization header arrived than the one here, or a part of it: compare it with the \
         one that the message names",
    ),
    (
        &["MissingSecurityHeader", "MissingSecurityElement"],
        "a header that the server needs did not arrive",
    ),
    (
        &["PermanentRedirect", "TemporaryRedirect"],
        "the bucket is in another region: sign for it, and send to its endpoint",
    ),
];

/// Everything that the document says, the reason of the refusal first. `is_right` says whether the
/// signature is, as far as it can be checked; `has_reason`, whether something is known for which the
/// server refused it.
pub(super) fn of(
    document: &ErrorDocument,
    scene: &Scene<'_>,
    (is_right, has_reason): (bool, bool),
    server: Option<&ServerSide>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut say = |weight, text: String| remarks.push(Remark { weight, text });
    let is_of_another = matches!(server, Some(ServerSide::OtherRequest { .. }));
    let has_own = document.is_of_chunk() || !document.headers_not_signed.is_empty();
    if !(is_of_another || has_reason || has_own)
        && let Some((weight, text)) = reason(document, scene, is_right, server)
    {
        say(weight, text);
    }
    if let Some(text) = answer(document) {
        say(Weight::Said, text);
    }
    if let Some((client, server)) = &document.content_sha256 {
        say(
            Weight::Said,
            format!("The client stated the payload hash {client}, the server computed {server}."),
        );
    }
    if document.is_of_chunk() {
        let text = "The server refused a chunk of the body and not the headers: its string to sign is \
                    that of a chunk. The data changed after the chunk was signed, or a chunk before \
                    it did.";
        say(Weight::Refused, text.to_owned());
    }
    if !document.headers_not_signed.is_empty() {
        let names = document.headers_not_signed.join(", ");
        say(
            Weight::Refused,
            format!("The server misses these among the signed headers: {names}. Sign them."),
        );
    }
    if let Some(server) = &document.server_time {
        say(Weight::Said, clock(server, scene));
    }
    for (name, value) in &document.others {
        let is_token = name.to_ascii_lowercase().contains("token");
        let value = if is_token { beginning(value) } else { value.clone() };
        say(Weight::Said, format!("{name}: {value}"));
    }
    remarks
}

/// A region or service that the server has, where a request is signed for another one.
pub(super) fn other_server(what: &str, expected: &str, own: &[u8]) -> Option<String> {
    let own = own.escape_ascii().to_string();
    (own != expected).then(|| {
        format!(
            "The server expects the {what} `{expected}`, and the request is signed for `{own}`: sign for \
             `{expected}`."
        )
    })
}

/// Whether the document says that the signature does not match, without a reason that is known.
pub(super) fn is_mismatch(document: &ErrorDocument) -> bool {
    let message = message(document);
    let has_reason =
        ["expired", "not yet current", "scope"].iter().any(|word| message.contains(word));
    SIGNATURE.contains(&&document.code[..])
        && !has_reason
        && document.server_time.is_none()
        && !document.is_of_chunk()
        && document.headers_not_signed.is_empty()
}

fn message(document: &ErrorDocument) -> String {
    document.message.as_deref().unwrap_or_default().to_ascii_lowercase()
}

/// `The server answered AccessDenied: Request has expired`
fn answer(document: &ErrorDocument) -> Option<String> {
    let message = document.message.as_deref().and_then(|message| message.lines().next());
    let code = Some(&document.code[..]).filter(|code| !code.is_empty());
    let said: Vec<&str> = code.into_iter().chain(message).collect();
    (!said.is_empty()).then(|| format!("The server answered {}", said.join(": ")))
}

/// Why the server refused the request.
fn reason(
    document: &ErrorDocument,
    scene: &Scene<'_>,
    is_right: bool,
    server: Option<&ServerSide>,
) -> Option<(Weight, String)> {
    let (code, message) = (&document.code[..], message(document));
    let named = if code.is_empty() {
        "The server refused the request".to_owned()
    } else {
        format!("The server refused the request with {code}")
    };
    let refused = |meaning: &str| Some((Weight::Refused, format!("{named}: {meaning}.")));
    if let Some((_, meaning)) = MEANINGS.iter().find(|(codes, _)| codes.contains(&code)) {
        return refused(meaning);
    }
    if is_of_unknown_body(document, scene) {
        return refused(
            "it does not know this form of the body, which SDKs send since January 2025: set \
             `request_checksum_calculation` to `when_required` \
             (AWS_REQUEST_CHECKSUM_CALCULATION=when_required), or update the server",
        );
    }
    if code == "XAmzContentSHA256Mismatch" {
        return refused("another body arrived than the one whose hash is stated");
    }
    if is_silent(document, scene) {
        let named = if code.is_empty() { "The answer" } else { code };
        let text = format!(
            "{named} says nothing about the signature: the server may not have checked it. Send the \
             request again, signed again."
        );
        return Some((Weight::Said, text));
    }
    // Of a wrong signature no more can be said.
    if !is_right {
        return None;
    }
    if ACCEPTED.contains(&code) {
        let text = format!("{code} means that the signature was accepted.");
        return Some((Weight::Said, text));
    }
    if message.contains("has expired") {
        return refused(
            "the URL has expired: make a new one, with a longer X-Amz-Expires if need be",
        );
    }
    if message.contains("not authorized to perform") {
        return refused(
            "the signature was accepted, and the key lacks the permission: look at its policies and \
             those of the resource, not at the signature",
        );
    }
    if is_mismatch(document) {
        let key = scene.asked.input.credentials.access_key_id.to_string();
        return match server {
            Some(ServerSide::SameStringToSign) => refused(&format!(
                "it computed from the same text as here, so that it has another secret for the key \
                 `{key}` than the one given here"
            )),
            Some(ServerSide::Differs { .. }) => {
                refused("it computed from another text than the one signed here, as shown")
            }
            _ => refused(&format!(
                "the signature is right for what is given here. So the request that arrived is another \
                 one, or the server has another secret for the key `{key}`. Compare this request with \
                 the one that the server logs"
            )),
        };
    }
    if code == "AccessDenied" || code == "AccessDeniedException" {
        return refused(
            "servers answer so once the signature is accepted: the key, or for a presigned URL its \
             signer, lacks the permission, or a policy of the resource denies it",
        );
    }
    if code.is_empty() && message == "forbidden" {
        return refused(
            "it says no more than Forbidden. A function URL answers so for another service than \
             `lambda` in the scope or without lambda:InvokeFunctionUrl, API Gateway for an API key, a \
             resource policy or a firewall (WAF)",
        );
    }
    if message.contains("date in credential scope") {
        return refused(
            "it got another X-Amz-Date or Credential than the ones here: the day in the scope has to be \
             that of X-Amz-Date, in UTC",
        );
    }
    if message.contains("scope") && message.contains("region") {
        let region = &scene.asked.input.region;
        return refused(&format!(
            "it wants another region in the scope than `{region}`: sign for the region of the endpoint"
        ));
    }
    let text = format!("{named}, although the signature is right for what is given here.");
    Some((Weight::Refused, text))
}

/// Whether the server failed, or had no time, whatever the signature.
fn is_silent(document: &ErrorDocument, scene: &Scene<'_>) -> bool {
    let code = &document.code[..];
    let status = scene.sent.answer.as_ref().and_then(|answer| answer.status);
    let status = status.or_else(|| own_status(document));
    let is_unknown = !SIGNATURE.contains(&code) && !ACCEPTED.contains(&code);
    SILENT.contains(&code)
        || code.is_empty() && SILENT_MESSAGES.contains(&message(document).trim_end_matches('.'))
        || is_unknown && status.is_some_and(answered::is_failure)
}

/// The status in the document itself, which gateways write in JSON.
fn own_status(document: &ErrorDocument) -> Option<u16> {
    const NAMES: [&str; 3] = ["status", "statuscode", "httpstatuscode"];
    let is_status = |name: &str| NAMES.contains(&&name.to_ascii_lowercase()[..]);
    let status = document.others.iter().find(|(name, _)| is_status(name));
    status.and_then(|(_, status)| status.parse().ok())
}

/// Older servers take the marker of a body in chunks for a hash, or do not know the framing.
fn is_of_unknown_body(document: &ErrorDocument, scene: &Scene<'_>) -> bool {
    let is_about_body = ["XAmzContentSHA256Mismatch", "NotImplemented", "InvalidRequest"];
    matches!(scene.stated, Some(super::Stated::Stream(_)))
        && is_about_body.contains(&&document.code[..])
}

/// The server's clock, and how far the signing time is from it.
fn clock(server: &str, scene: &Scene<'_>) -> String {
    let input = &scene.asked.input;
    let signed_at = Time::parse(input.time.as_bytes()).map_or(0, |time| time.unix_seconds());
    let Some(behind) = compact(server).map(|clock| clock.unix_seconds() - signed_at) else {
        return format!("The server's clock said {server}.");
    };
    let (seconds, side) = (behind.unsigned_abs(), if behind >= 0 { "after" } else { "before" });
    let lasts = input.expires.filter(|_| scene.asked.placement == Placement::Query && behind >= 0);
    let advice = match lasts {
        Some(lasts) => format!("; the URL was valid for {}", duration(lasts)),
        None => ": check the signer's clock".to_owned(),
    };
    format!(
        "The server's clock said {server}, {} {side} the signing time {}{advice}.",
        duration(seconds),
        input.time
    )
}

/// A time in either of ISO 8601's forms.
pub(super) fn compact(text: &str) -> Option<Time> {
    let digits: String = text.chars().filter(|char| !"-:".contains(*char)).collect();
    Time::parse(digits.as_bytes()).ok()
}

/// Seconds as people say them.
fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds % 3600 / 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_one_meaning() {
        let codes = MEANINGS.iter().flat_map(|(codes, _)| codes.iter());
        let mut all: Vec<&&str> = codes.chain(SIGNATURE).chain(ACCEPTED).chain(SILENT).collect();
        let number = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), number);
    }

    #[test]
    fn an_answer_without_a_code_is_its_message() {
        let message = Some("Forbidden\nmore".to_owned());
        let document = ErrorDocument { message, ..ErrorDocument::default() };
        assert_eq!(answer(&document).as_deref(), Some("The server answered Forbidden"));
        let document = ErrorDocument { code: "AccessDenied".to_owned(), ..document };
        let both = "The server answered AccessDenied: Forbidden";
        assert_eq!(answer(&document).as_deref(), Some(both));
        assert_eq!(answer(&ErrorDocument::default()), None);
    }

    #[test]
    fn a_mismatch_with_a_reason_is_not_taken_for_one_without() {
        let of = |message: &str| {
            let message = Some(message.to_owned());
            let code = "InvalidSignatureException".to_owned();
            is_mismatch(&ErrorDocument { code, message, ..ErrorDocument::default() })
        };
        assert!(of("The request signature we calculated does not match."));
        assert!(!of("Signature expired: 20150830T123600Z is now earlier than"));
        assert!(!of("Credential should be scoped to a valid region."));
    }

    #[test]
    fn seconds_are_said_as_people_do() {
        for (seconds, words) in [(59, "59 s"), (60, "1 min"), (7500, "2 h 5 min")] {
            assert_eq!(duration(seconds), words);
        }
    }
}
