//! What is worth knowing besides the signature: what a server refuses all the same, what will break
//! on the way, and what the server's answer adds.

use sha2::{Digest as _, Sha256};
use sigv4_mistakes::Component;
use sigv4_protocol::hex::hex;
use sigv4_reference::verify::{Reason, Rejection, StoredKey, UnsignedPayload, Verifier};
use sigv4_reference::{KeyMaterial, PathEncoding, Time, Workspace};
use sigv4_vectors::model::{Payload, Placement, Profile};

use super::answered::{self, Meaning};
use super::change::HASH_OF_ANY_OBJECT;
use super::chunks::{self, Chunks};
use super::conceal::SHORTEST_SECRET;
use super::endpoint::Endpoint;
use super::explanation::{Remark, Weight};
use super::http_body::Framing;
use super::parts::header;
use super::s3_form::decoded;
use super::services::{PayloadRule, TokenRule};
use super::stages::{Stated, computed};
use super::{
    Explanation, Part, Report, Scene, cause, cloudfront, habits, keys, question, said, sign_in,
    splits, suspects,
};
use crate::subject::convert::{headers, profile, request, token_coverage};

/// `report` has its explanation, what the server computed and the suspects already.
pub(super) fn of(scene: &Scene<'_>, report: &Report) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut say = |weight, text: String| remarks.push(Remark { weight, text });
    let is_right = matches!(report.explanation, Explanation::Right { .. });
    let is_of_another_body = matches!(scene.stated, Some(Stated::Other(_)))
        && !scene.is_body_hidden()
        && !is_hash_mistaken(&report.explanation);
    if (is_right || is_of_another_body)
        && let Some((weight, text)) = body_that_was_signed(scene)
    {
        say(weight, text);
    }
    if let Some(text) = keys::problem(scene, is_right) {
        say(Weight::Certain, text);
    }
    let refusal = refusal(scene).filter(|refusal| counts(refusal, scene));
    if is_right {
        if let Some(refusal) = refusal {
            say(Weight::Refused, refused_all_the_same(&refusal));
        }
    } else if let Some(refusal) = refusal
        && let Some(problem) = of_time(refusal.reason)
    {
        say(Weight::Refused, refused_for_its_time_too(problem, &refusal.detail));
    }
    let is_misstated = matches!(report.explanation, Explanation::Misstated { .. });
    if !is_right
        && !is_misstated
        && let Some(text) = two_days(scene)
    {
        say(Weight::Refused, text);
    }
    if let Chunks::Wrong { before, error } = &scene.chunks
        && (*before > 0 || knows_the_key(&report.explanation))
    {
        say(Weight::Refused, chunks::problem(&scene.sent.request.body, *before, error));
    }
    let unsigned = if is_right { Vec::new() } else { unsigned_headers(scene) };
    let scope = scope_problems(scene, &report.explanation);
    for text in
        scope.into_iter().chain(by_service(scene)).chain(token_problems(scene)).chain(unsigned)
    {
        say(Weight::Refused, text);
    }
    for text in sign_in::problems(scene).into_iter().chain(scene.sent.faults.iter().cloned()) {
        say(Weight::Refused, text);
    }
    if let Some(text) = habits::empty_checksum(scene) {
        say(Weight::Refused, text);
    }
    // Suspects are said with everything that belongs to them.
    if report.suspects.is_empty() {
        for (name, why) in fragile_headers(scene) {
            let text = format!("The signed header `{name}` may not arrive as it was sent: {why}.");
            say(Weight::Fragile, text);
        }
    }
    if is_right && let Some(text) = forms_that_differ(scene) {
        say(Weight::Fragile, text);
    }
    if is_right {
        for text in splits::refused_by_some(scene) {
            say(Weight::Fragile, text);
        }
    }
    for text in habits::recent(scene).into_iter().chain(odd_region(scene)).chain(slashes(scene)) {
        say(Weight::Fragile, text);
    }
    if let Some(place) = leaked_secret(scene) {
        say(
            Weight::Fragile,
            format!(
                "The secret access key itself is in the {place}: everyone who sees the request can \
                     sign with it. Replace the key."
            ),
        );
    }
    if let Some(text) = stage_in_path(scene, &report.explanation) {
        say(Weight::Said, text);
    }
    if let Some(text) = servers_lines(scene) {
        say(Weight::Said, text);
    }
    if let Some(document) = scene.document() {
        let has_reason = remarks.iter().any(|remark| remark.weight.is_problem());
        let known = (is_right, has_reason);
        remarks.extend(said::of(document, scene, known, report.server.as_ref()));
    }
    let answer = scene.sent.answer.as_ref().filter(|_| is_right && scene.document().is_none());
    if let Some(Meaning { is_refusal, text }) = answer.and_then(answered::meaning) {
        let weight = if is_refusal { Weight::Refused } else { Weight::Said };
        remarks.push(Remark { weight, text });
    }
    remarks.extend(Remark::of_input(scene.sent));
    remarks.sort_by_key(|remark| remark.weight);
    remarks
}

/// The scope and the signing time name different days.
fn two_days(scene: &Scene<'_>) -> Option<String> {
    let (scope, day) = suspects::days(scene)?;
    Some(format!(
        "The day in the scope is {scope}, and that of the signing time is {day}: they have to be the same, \
         in UTC. The signer takes one of them from the local date, or kept its signing key for too long."
    ))
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
        material: KeyMaterial::Secret(&input.credentials.secret_access_key),
        session_token: input.credentials.session_token.as_deref(),
        active: true,
    }];
    let mut sent = scene.sent.request.clone();
    sent.headers.retain(|(name, _)| !cloudfront::is_added(name));
    let headers = headers(&sent);
    let request = request(&sent, &headers);
    let refusal = verifier.verify(&mut Workspace::default(), &request, &keys).err()?;
    // The payload is the last check before the signature: for a stream all others have passed. The
    // verifier compares queries as they were sent.
    let is_stream = matches!(scene.stated, Some(Stated::Stream(_)));
    let is_excused = (is_stream && refusal.reason == Reason::UnsupportedPayload)
        // That is said of the body, with what was done to it.
        || refusal.reason == Reason::PayloadHashMismatch
        || (scene.rules.is_s3() && refusal.reason == Reason::SignatureMismatch);
    (!is_excused).then_some(refusal)
}

/// The server's clock: what its answer says, or else the user's.
fn server_clock(scene: &Scene<'_>) -> Time {
    let stated = scene.document().and_then(|document| document.server_time.as_deref());
    stated.and_then(said::compact).unwrap_or(scene.circumstances.now)
}

/// Whether a refusal is worth saying: a server that answered something else did not look at our
/// clock, and a limit of the service is said in its own words.
fn counts(refusal: &Rejection, scene: &Scene<'_>) -> bool {
    match refusal.reason {
        reason if of_time(reason).is_some() => !scene.document().is_some_and(said::is_mismatch),
        Reason::ExpiresOutOfRange => {
            scene.asked.input.expires.is_none_or(|expires| expires <= scene.rules.longest_expires)
        }
        _ => true,
    }
}

/// What is wrong with the time, if that is the reason.
fn of_time(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Expired => Some("the URL has expired"),
        Reason::NotYetValid => Some("it is signed in the future"),
        Reason::RequestTimeTooSkewed => Some("its signing time is too far from the server's clock"),
        _ => None,
    }
}

/// Of a request whose signature is wrong, or not checked.
fn refused_for_its_time_too(problem: &str, detail: &str) -> String {
    format!(
        "Whatever the signature, a server refuses the request for its time: {problem} ({detail}). Sign again \
         for each try."
    )
}

/// What the request says of its signature that cannot be what was signed: a correct signer writes it in one
/// way.
pub(super) fn misstated(scene: &Scene<'_>) -> Option<String> {
    let Rejection { reason, detail, .. } = refusal(scene)?;
    let words = match reason {
        Reason::MalformedAuthentication => "the authentication is malformed",
        Reason::ScopeDateMismatch => "the day in the scope is not that of the signing time",
        Reason::ScopeTerminatorMismatch => "the scope has another end",
        Reason::UnsupportedAlgorithm => "another algorithm is named",
        Reason::UnsignedHeader if !lists_what_is_signed(scene) => {
            "a header that was signed is not listed"
        }
        _ => return None,
    };
    Some(format!("{words} ({detail})"))
}

/// Whether the request lists the headers with which its signature is right.
fn lists_what_is_signed(scene: &Scene<'_>) -> bool {
    let computed = computed(&scene.asked, scene.stated).canonical_request;
    let signed = computed.rsplit(|byte| *byte == b'\n').nth(1);
    let stated = question::authentication(&scene.sent.request).ok();
    stated.is_none_or(|(_, stated)| signed == Some(&stated.signed_headers[..]))
}

fn refused_all_the_same(refusal: &Rejection) -> String {
    let detail = &refusal.detail;
    let words = match (of_time(refusal.reason), refusal.reason) {
        (Some(problem), _) => problem,
        (None, Reason::ExpiresOutOfRange) => "X-Amz-Expires is out of range",
        (None, Reason::MultipleAuthentications) => {
            return format!(
                "A server refuses it all the same: it has more than one authentication ({detail}). HTTP \
                 clients keep Authorization when they are redirected to a presigned URL (httr#626): send \
                 the URL without it."
            );
        }
        (None, Reason::UnsignedHeader) => "it has a header that must be signed and is not",
        (None, Reason::UnsupportedPayload) => "the service does not take this x-amz-content-sha256",
        (None, _) => return format!("A server refuses it all the same: {detail}."),
    };
    format!("A server refuses it all the same: {words} ({detail}).")
}

/// The hash that is stated and signed belongs to another body.
fn body_that_was_signed(scene: &Scene<'_>) -> Option<(Weight, String)> {
    /// That of a hash.
    const LONGEST: usize = 64;
    let Some(Stated::Other(stated)) = scene.stated else {
        return signed_with_another_length(scene);
    };
    if scene.is_body_hidden() {
        let text = "The body is not shown here, or not all of it, so that its hash could not be compared \
                    with the signed one: the signature is right as far as it can be checked. Give the \
                    body as --body-file.";
        return Some((Weight::Fragile, text.to_owned()));
    }
    let of_object = (stated == HASH_OF_ANY_OBJECT).then(|| {
        "x-amz-content-sha256 states the hash that crypto-js computes of every object: the signer hashed \
         an object in place of its text"
            .to_owned()
    });
    let what = of_object.or_else(|| {
        let (_, what) = scene.signed_body()?;
        Some(format!("the body was signed {what}"))
    });
    let what = what.unwrap_or_else(|| {
        let body = &scene.sent.request.body;
        format!(
            "x-amz-content-sha256 states {}, and the {} bytes here have {}. They are not the bytes \
                 that were signed, or not all of them are here",
            stated[..stated.len().min(LONGEST)].escape_ascii(),
            body.len(),
            hex(&Sha256::digest(body))
        )
    });
    let text = format!(
        "The signed payload hash is not that of the body that arrived: {what}. Sign the bytes that \
         are sent."
    );
    Some((Weight::Certain, text))
}

/// The signature covers the body that is here, and the header says that another one was sent.
fn signed_with_another_length(scene: &Scene<'_>) -> Option<(Weight, String)> {
    let (request, is_hashed) = (&scene.sent.request, scene.asked.input.payload == Payload::Signed);
    let Framing::Length(stated) = Framing::of(&request.headers) else { return None };
    let signed = request.body.len();
    (scene.stated.is_none() && is_hashed && stated != signed).then(|| {
        let signed =
            if signed == 0 { "an empty body".to_owned() } else { format!("a body of {signed} bytes") };
        let text = format!(
            "The signed payload hash is that of {signed}, and Content-Length says {stated} bytes: a \
             server that gets them computes another hash, and one that does not waits for them. Sign \
             the bytes that are sent, and state their length."
        );
        (Weight::Refused, text)
    })
}

/// Region and service of the scope, against those that the server names or the host has.
fn scope_problems(scene: &Scene<'_>, explanation: &Explanation) -> Vec<String> {
    let (input, document) = (&scene.asked.input, scene.document());
    // It has no region of its own, whichever a server expects.
    if is_for_many_regions(scene) {
        return Vec::new();
    }
    // The host that arrived need not be the signed one.
    let is_moved = matches!(explanation, Explanation::Ways { changed, .. }
        if changed.iter().any(|way| way.changes(Part::Host)));
    let endpoint = Endpoint::of(scene).filter(|_| !is_moved);
    let mut texts = Vec::new();
    let mut compare = |what: &str, own: &[u8], servers: Option<&str>, hosts: Option<&str>| {
        if let Some(text) = servers.and_then(|expected| said::other_server(what, expected, own)) {
            texts.push(text);
            return;
        }
        let own = own.escape_ascii();
        if let (Some(expected), Some(Endpoint { host, source, .. })) = (hosts, &endpoint) {
            texts.push(format!(
                "The host {host} belongs to the {what} `{expected}`, and the request is signed for \
                 `{own}`: sign for `{expected}` ({source})."
            ));
        }
    };
    let region = endpoint.as_ref().filter(|endpoint| !endpoint.takes_region(&input.region));
    let service = endpoint.as_ref().filter(|endpoint| !endpoint.takes_service(&input.service));
    let known = scene.circumstances.server;
    compare(
        "region",
        &input.region,
        document.and_then(|document| document.region.as_deref()).or(known.region),
        region.map(Endpoint::usual_region),
    );
    compare(
        "service",
        &input.service,
        document.and_then(|document| document.service.as_deref()).or(known.service),
        service.and_then(|endpoint| endpoint.services.first().copied()),
    );
    texts
}

/// What is wrong with the session token, or its absence.
fn token_problems(scene: &Scene<'_>) -> Vec<String> {
    let credentials = &scene.asked.input.credentials;
    let is_missing = scene.received.missing().any(|name| name == b"x-amz-security-token");
    let mut texts = Vec::new();
    if credentials.session_token.is_none()
        && credentials.access_key_id.starts_with(b"ASIA")
        && !is_missing
    {
        texts.push(
            "The key is a temporary one (`ASIA...`), and the request has no X-Amz-Security-Token: send \
             and sign the session token that came with the key (IAM User Guide, \"Use temporary \
             credentials with AWS resources\")."
                .to_owned(),
        );
    }
    let in_header = scene.asked.placement == Placement::Header;
    let is_unsigned =
        credentials.session_token.is_some() && !scene.asked.input.session_token_signed;
    if in_header && is_unsigned && scene.rules.is_s3() {
        texts.push(
            "The header x-amz-security-token is sent and not signed: S3 wants every x-amz-* header \
             signed."
                .to_owned(),
        );
    }
    let raw = question::raw_parameter(&scene.sent.request, "X-Amz-Security-Token");
    if raw.is_some_and(|token| token.contains(&b'+')) {
        texts.push(
            "X-Amz-Security-Token holds a raw `+`, which servers read as a space: write %2B in its \
             place."
                .to_owned(),
        );
    }
    texts
}

/// A first segment that was signed or sent by one side only is API Gateway's stage.
fn stage_in_path(scene: &Scene<'_>, explanation: &Explanation) -> Option<String> {
    let Explanation::Ways { changed, mistaken, .. } = explanation else { return None };
    let host = header(&scene.sent.request, "host")?;
    let is_gateway = memchr::memmem::find(host, b".execute-api.").is_some();
    let ids = changed.iter().flat_map(|way| &way.happened).map(|happened| happened.change.id);
    let mistakes = mistaken.iter().flat_map(|set| set.iter().map(sigv4_mistakes::Mistake::id));
    let is_prefix = ids.chain(mistakes).any(|id| {
        ["path-prefix-added", "path-prefix-removed", "path-first-segment-dropped"].contains(&id)
    });
    (is_gateway && is_prefix).then(|| {
        "The first segment of the path on an execute-api host is the stage of API Gateway: it belongs to \
         the signed path."
            .to_owned()
    })
}

/// What the service wants and the request does not do.
fn by_service(scene: &Scene<'_>) -> Vec<String> {
    let (rules, asked) = (scene.rules, &scene.asked);
    let mut texts = Vec::new();
    let stated = header(&scene.sent.request, "x-amz-content-sha256");
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
    if is_for_many_regions(scene) {
        texts.push(
            "A multi-Region access point wants SigV4A: AWS4-ECDSA-P256-SHA256 with \
             X-Amz-Region-Set (S3 User Guide, \"Multi-Region Access Point\")."
                .to_owned(),
        );
    }
    let host = header(&scene.sent.request, "host");
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

/// Whether the key that signed is the one that was given, so that what it signed can be judged.
fn knows_the_key(explanation: &Explanation) -> bool {
    match explanation {
        Explanation::Right { .. }
        | Explanation::Misstated { .. }
        | Explanation::TargetAsSent { .. } => true,
        Explanation::Ways { is_change: true, changed, .. } => changed.iter().all(|way| {
            let others = [Part::Secret, Part::Clock, Part::Region];
            way.mistakes.is_empty() && !others.iter().any(|part| way.changes(*part))
        }),
        _ => false,
    }
}

/// Whether the explanation says already why another hash is stated than that of the body.
fn is_hash_mistaken(explanation: &Explanation) -> bool {
    let Explanation::Ways { mistaken, changed, .. } = explanation else { return false };
    let mut sets = mistaken.iter().copied().chain(changed.iter().map(|way| way.mistakes));
    sets.any(|set| set.iter().any(|mistake| mistake.entry().component == Component::Payload))
}

/// Where the request itself holds the secret that it is signed with.
fn leaked_secret(scene: &Scene<'_>) -> Option<String> {
    let secret = scene.circumstances.secret_access_key?;
    if secret.len() < SHORTEST_SECRET {
        return None;
    }
    let holds = |text: &[u8]| memchr::memmem::find(text, secret).is_some();
    let request = &scene.sent.request;
    let header = request.headers.iter().find(|(_, value)| holds(value));
    if let Some((name, _)) = header {
        return Some(format!("header `{}`", name.to_ascii_lowercase().escape_ascii()));
    }
    let in_target = holds(&request.target) || holds(&decoded(&request.target));
    let places = [(in_target, "URL"), (holds(&request.body), "body")];
    places.into_iter().find_map(|(is_there, place)| is_there.then(|| place.to_owned()))
}

/// Whether the host is that of a multi-Region access point.
fn is_for_many_regions(scene: &Scene<'_>) -> bool {
    let host = header(&scene.sent.request, "host");
    host.is_some_and(|host| host.ends_with(b".accesspoint.s3-global.amazonaws.com"))
}

/// A region that is the host, or a part of it: signers without a setting for it take it from there.
fn odd_region(scene: &Scene<'_>) -> Option<String> {
    let region = &scene.asked.input.region;
    let host = header(&scene.sent.request, "host")?;
    let is_of_host = region.contains(&b'.') && memchr::memmem::find(host, region).is_some();
    is_of_host.then(|| {
        format!(
            "The region in the scope is `{}`, which is the host or a part of it: the signer does not know \
             the region. Servers that check it refuse it; set the region that the server has.",
            region.escape_ascii()
        )
    })
}

/// Slashes that only count where nobody merges them: other services than S3 merge them before signing.
fn slashes(scene: &Scene<'_>) -> Option<String> {
    let target = &scene.asked.input.request.target;
    let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
    (scene.rules.is_s3() && memchr::memmem::find(path, b"//").is_some()).then(|| {
        "The path holds `//`, which proxies (nginx with `merge_slashes on`) and some servers make one \
         slash (versitygw#2274): then the signature does not match."
            .to_owned()
    })
}

/// Headers that have to be signed and are not.
fn unsigned_headers(scene: &Scene<'_>) -> Vec<String> {
    let in_header = scene.asked.placement == Placement::Header;
    let headers = scene.sent.request.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let unsigned = headers.filter(|name| {
        let must = name == b"host" || (name.starts_with(b"x-amz-") && !cloudfront::is_added(name));
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

/// What the server had for the signed headers, where one of them did not arrive.
fn servers_lines(scene: &Scene<'_>) -> Option<String> {
    let text = scene.document()?.canonical_request.as_ref()?;
    scene.received.missing().next()?;
    let is_own = |name: &[u8]| name == b"host" || name.starts_with(b"x-amz-");
    let lines = text.split(|byte| *byte == b'\n').skip(3).filter(|line| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        !is_own(name) && line.contains(&b':')
    });
    let lines: Vec<String> = lines.map(|line| format!("`{}`", line.escape_ascii())).collect();
    (!lines.is_empty()).then(|| format!("The server's header lines are {}.", lines.join(", ")))
}

fn fragile_headers(scene: &Scene<'_>) -> Vec<(String, &'static str)> {
    let signed = scene.received.signed.iter();
    let arrived = signed.filter(|name| {
        let mut headers = scene.sent.request.headers.iter();
        headers.any(|(other, _)| other.eq_ignore_ascii_case(name))
    });
    arrived
        .filter_map(|name| Some((name.escape_ascii().to_string(), cause::fragile(name)?)))
        .collect()
}

/// A target that servers bring into different forms.
fn forms_that_differ(scene: &Scene<'_>) -> Option<String> {
    let raw = question::with_target_as_sent(&scene.asked, &scene.sent.request);
    let halves = |target: &[u8]| {
        let mut halves = target.splitn(2, |byte| *byte == b'?').map(<[u8]>::to_vec);
        (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
    };
    let (path, query) = halves(&raw.input.request.target);
    let (signed_path, signed_query) = halves(&scene.asked.input.request.target);
    let (what, sent, signed, who) = if path == signed_path {
        ("query", query, signed_query, "query as it was sent")
    } else {
        ("path", path, signed_path, "path as it was sent (S3Proxy, moto, hadro)")
    };
    (scene.rules.is_s3() && sent != signed).then(|| {
        format!(
            "The {what} is sent as {} and signed as {}, as S3 and most compatible servers compute it. A \
             server that compares the {who} refuses it: send what is signed.",
            sent.escape_ascii(),
            signed.escape_ascii()
        )
    })
}
