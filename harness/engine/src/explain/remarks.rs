//! What is worth knowing besides the signature: what a server refuses all the same, what will break
//! on the way, and what the server's answer adds.

use sigv4_reference::verify::{Reason, Rejection, StoredKey, UnsignedPayload, Verifier};
use sigv4_reference::{KeyMaterial, PathEncoding, Time, Workspace};
use sigv4_vectors::model::{Placement, Profile};

use super::services::{PayloadRule, TokenRule};
use super::stages::Stated;
use super::{ErrorDocument, Explanation, FieldRequest, Scene, change, question};
use crate::subject::convert::{headers, profile, request, token_coverage};

/// Something noticed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Remark {
    /// How serious it is.
    pub weight: Weight,
    /// What it is and what to do about it, in sentences.
    pub text: String,
}

/// How serious something is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Weight {
    /// A server refuses the request for it.
    Refused,
    /// It works until something between signer and server changes.
    Fragile,
    /// What the input or the server's answer says.
    Said,
}

pub(super) fn of(scene: &Scene<'_>, explanation: &Explanation) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut say = |weight, text: String| remarks.push(Remark { weight, text });
    let is_right = matches!(explanation, Explanation::Right { .. });
    if is_right {
        if let Some(text) = body_that_was_signed(scene) {
            say(Weight::Refused, text);
        } else if let Some(refusal) = refusal(scene) {
            say(Weight::Refused, format!("A server refuses it all the same: {refusal}."));
        }
    }
    let unsigned = if is_right { Vec::new() } else { unsigned_headers(scene) };
    for text in by_service(scene).into_iter().chain(unsigned) {
        say(Weight::Refused, text);
    }
    if let Some(text) = empty_checksum(scene) {
        say(Weight::Refused, text);
    }
    let has_changed = scene.document().is_some() && is_right;
    for (name, why) in fragile_headers(scene) {
        let text = format!("The signed header `{name}` may not arrive as it was sent: {why}.");
        say(if has_changed { Weight::Refused } else { Weight::Fragile }, text);
    }
    if let Some(text) = forms_that_differ(scene, is_right) {
        say(Weight::Fragile, text);
    }
    if let Some(document) = scene.document() {
        for text in said(document, scene) {
            say(Weight::Said, text);
        }
    }
    remarks.extend(of_input(scene.sent));
    remarks.sort_by_key(|remark| remark.weight);
    remarks
}

/// What the readers of the input noticed.
pub(super) fn of_input(sent: &FieldRequest) -> Vec<Remark> {
    let remarks = sent.remarks.iter();
    remarks.map(|text| Remark { weight: Weight::Said, text: text.clone() }).collect()
}

/// Why a server would refuse a request whose signature is right.
fn refusal(scene: &Scene<'_>) -> Option<Rejection> {
    let (input, circumstances) = (&scene.asked.input, scene.circumstances);
    let window_seconds = circumstances.window_seconds.unwrap_or(scene.rules.window_seconds);
    let mut path = profile(input.normalize, input.double_encode);
    if scene.rules.is_s3() && circumstances.profile.is_none() {
        path.path_encoding = PathEncoding::Decoded;
    }
    let verifier = Verifier {
        window_seconds,
        profile: path,
        unstated_payload: question::unstated_payload(&scene.asked),
        unsigned_payload: match scene.asked.profile {
            Profile::S3 => UnsignedPayload::Accepted,
            Profile::Generic if scene.rules.payload == PayloadRule::Unsigned => {
                UnsignedPayload::Accepted
            }
            Profile::Generic => UnsignedPayload::Refused,
        },
        token_coverage: token_coverage(input.session_token_signed),
        ..Verifier::new(server_clock(scene), &input.region, &input.service)
    };
    let keys = [StoredKey {
        access_key_id: &input.credentials.access_key_id,
        material: KeyMaterial::Secret(circumstances.secret_access_key),
        session_token: input.credentials.session_token.as_deref(),
        active: true,
    }];
    let headers = headers(&scene.sent.request);
    let request = request(&scene.sent.request, &headers);
    let refusal = verifier.verify(&mut Workspace::default(), &request, &keys).err()?;
    // The payload is the last check before the signature: for a stream all others have passed. The
    // verifier compares queries as they were sent.
    let is_stream = matches!(scene.stated, Some(Stated::Stream(_)));
    let is_excused = (is_stream && refusal.reason == Reason::UnsupportedPayload)
        || (scene.rules.is_s3() && refusal.reason == Reason::SignatureMismatch);
    (!is_excused).then_some(refusal)
}

/// The server's clock: what its answer says, or else the user's.
fn server_clock(scene: &Scene<'_>) -> Time {
    let stated = scene.document().and_then(|document| document.server_time.as_deref());
    stated.and_then(compact).unwrap_or(scene.circumstances.now)
}

/// A time in either of ISO 8601's forms.
fn compact(text: &str) -> Option<Time> {
    let digits: String = text.chars().filter(|char| !"-:".contains(*char)).collect();
    Time::parse(digits.as_bytes()).ok()
}

/// The hash that is stated and signed belongs to another body.
fn body_that_was_signed(scene: &Scene<'_>) -> Option<String> {
    let Some(Stated::Other(_)) = scene.stated else { return None };
    let what = scene.signed_body().map_or_else(
        || "it is the hash of another body, or the body is not complete here".to_owned(),
        |(_, what)| format!("the body was signed {what}"),
    );
    Some(format!(
        "The signed payload hash is not that of the body that arrived: {what}. Sign the bytes that \
         are sent."
    ))
}

/// What the service wants and the request does not do.
fn by_service(scene: &Scene<'_>) -> Vec<String> {
    let (rules, asked) = (scene.rules, &scene.asked);
    let mut texts = Vec::new();
    let stated = question::header(&scene.sent.request, "x-amz-content-sha256");
    let in_header = asked.placement == Placement::Header;
    if in_header && stated.is_none() && rules.payload != PayloadRule::Optional {
        texts.push(format!(
            "The service {} wants the header x-amz-content-sha256, which is missing ({}).",
            rules.service, rules.source
        ));
    }
    let is_unsigned = stated.is_some_and(|value| value.trim_ascii() == b"UNSIGNED-PAYLOAD");
    if in_header && stated.is_some() && !is_unsigned && rules.payload == PayloadRule::Unsigned {
        texts.push(format!(
            "The service {} wants UNSIGNED-PAYLOAD in x-amz-content-sha256 ({}).",
            rules.service, rules.source
        ));
    }
    let has_token = asked.input.credentials.session_token.is_some();
    let covers_token = asked.input.session_token_signed;
    if !in_header && has_token && covers_token && rules.token == TokenRule::Appended {
        texts.push(format!(
            "The signature covers X-Amz-Security-Token; for {} the token has to be appended after \
             signing ({}).",
            rules.service, rules.source
        ));
    }
    if let Some(expires) = asked.input.expires.filter(|expires| *expires > rules.longest_expires) {
        texts.push(format!(
            "X-Amz-Expires is {expires}; the service allows {} seconds at most ({}).",
            rules.longest_expires, rules.source
        ));
    }
    let host = question::header(&scene.sent.request, "host");
    if host.is_some_and(|host| host.ends_with(b".accesspoint.s3-global.amazonaws.com")) {
        texts.push(
            "A multi-Region access point wants SigV4A: AWS4-ECDSA-P256-SHA256 with \
             X-Amz-Region-Set (S3 User Guide, \"Multi-Region Access Point\")."
                .to_owned(),
        );
    }
    let is_local = |host: &[u8]| host.starts_with(b"127.0.0.1") || host.starts_with(b"localhost");
    if scene.rules.service == "rds-db" && host.is_some_and(|host| is_local(host)) {
        texts.push(
            "The token is for a local address, which no database has as its endpoint: sign for the \
             database's own host and port, also behind a tunnel."
                .to_owned(),
        );
    }
    texts
}

/// Headers that have to be signed and are not.
fn unsigned_headers(scene: &Scene<'_>) -> Vec<String> {
    let in_header = scene.asked.placement == Placement::Header;
    let headers = scene.sent.request.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let unsigned = headers.filter(|name| {
        let must = name == b"host" || name.starts_with(b"x-amz-");
        // In a presigned URL, the hash of the payload is stated in a header that need not be signed.
        let is_excused = !in_header && name == b"x-amz-content-sha256";
        must && !is_excused && !scene.received.signed.contains(name)
    });
    unsigned
        .map(|name| {
            let name = name.escape_ascii();
            format!("The header `{name}` is sent and not signed; servers want it signed.")
        })
        .collect()
}

/// A presigned URL with the checksum of an empty body, and a body (SDKs since January 2025).
fn empty_checksum(scene: &Scene<'_>) -> Option<String> {
    const EMPTY: &[&[u8]] =
        &[b"x-amz-checksum-crc32=AAAAAA%3D%3D", b"x-amz-checksum-crc32=AAAAAA=="];
    let target = &scene.sent.request.target;
    let states_empty = EMPTY
        .iter()
        .any(|piece| target.windows(piece.len()).any(|window| window.eq_ignore_ascii_case(piece)));
    (states_empty && scene.asked.input.request.method == "PUT".into()).then(|| {
        "The URL states x-amz-checksum-crc32=AAAAAA==, the checksum of an empty body: a server \
         refuses every other body. Presign with the checksums switched off (`WHEN_REQUIRED`)."
            .to_owned()
    })
}

fn fragile_headers(scene: &Scene<'_>) -> Vec<(String, &'static str)> {
    let signed = scene.received.signed.iter();
    let arrived = signed.filter(|name| {
        let mut headers = scene.sent.request.headers.iter();
        headers.any(|(other, _)| other.eq_ignore_ascii_case(name))
    });
    arrived
        .filter_map(|name| Some((name.escape_ascii().to_string(), change::fragile(name)?)))
        .collect()
}

/// A target that servers bring into different forms.
fn forms_that_differ(scene: &Scene<'_>, is_right: bool) -> Option<String> {
    let raw = question::with_target_as_sent(&scene.asked, &scene.sent.request);
    let (sent, computed) = (&raw.input.request.target, &scene.asked.input.request.target);
    (is_right && scene.rules.is_s3() && sent != computed).then(|| {
        format!(
            "The target is sent as {sent} and signed as {computed}, as S3 and most compatible \
             servers compute it. A server that compares the path as it was sent (S3Proxy, moto, \
             hadro) refuses it: send what is signed."
        )
    })
}

/// What the server's answer adds.
fn said(document: &ErrorDocument, scene: &Scene<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    let message = document.message.as_deref().map(|message| format!(": {}", first_line(message)));
    texts.push(format!("The server answered {}{}", document.code, message.unwrap_or_default()));
    let input = &scene.asked.input;
    for (what, expected, own) in [
        ("region", &document.region, &input.region),
        ("service", &document.service, &input.service),
    ] {
        if let Some(expected) = expected.as_ref().filter(|expected| expected.as_bytes() != &own[..])
        {
            texts.push(format!(
                "The server expects the {what} `{expected}`; the request is signed for `{own}`."
            ));
        }
    }
    if let Some((client, server)) = &document.content_sha256 {
        texts.push(format!(
            "The client stated the payload hash {client}, the server computed {server}."
        ));
    }
    if document.is_of_chunk() {
        texts.push(
            "The server refused a chunk of the body and not the headers: its string to sign is that \
             of a chunk. The data changed after the chunk was signed, or a chunk before it did."
                .to_owned(),
        );
    }
    if !document.headers_not_signed.is_empty() {
        texts.push(format!(
            "The server misses these among the signed headers: {}.",
            document.headers_not_signed.join(", ")
        ));
    }
    if let Some(server) = &document.server_time {
        let behind = compact(server).map(|clock| clock.unix_seconds() - signed_at(scene));
        let distance = behind.map_or_else(String::new, |seconds| {
            format!(
                ", {} {} the signing time {}: check the signer's clock",
                duration(seconds.unsigned_abs()),
                if seconds >= 0 { "after" } else { "before" },
                input.time
            )
        });
        texts.push(format!("The server's clock said {server}{distance}."));
    }
    texts.extend(document.others.iter().map(|(name, value)| format!("{name}: {value}")));
    texts
}

fn signed_at(scene: &Scene<'_>) -> i64 {
    Time::parse(scene.asked.input.time.as_bytes()).map_or(0, |time| time.unix_seconds())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Seconds as people say them.
fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds % 3600 / 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
