//! `Debug` shows no secret, no derived key and no session token.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use sigv4_reference::key::{DateKey, KeyCache, KeyMaterial, Secret};
use sigv4_reference::legacy::aws3::Aws3Signer;
use sigv4_reference::legacy::query_v2::QueryV2Signer;
use sigv4_reference::legacy::s3_v2::{S3V2Signer, SignedPolicy};
use sigv4_reference::legacy::{LegacyWorkspace, Mac};
use sigv4_reference::post::{
    Exempt, Form, Limits as FormLimits, Policy, PostSigner, PostVerifier, Upload,
};
use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer, TokenCoverage};
use sigv4_reference::stream::{
    ChunkChain, Decoder, EncodedBody, Encoder, EventChain, Limits, Marker, TrailerLineEnd,
};
use sigv4_reference::token::TokenSigner;
use sigv4_reference::token::codecommit::GitPassword;
use sigv4_reference::token::ses_smtp::SmtpPassword;
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::verify::{CachedKeys, Claim, StoredKey, Verifier};
use sigv4_reference::{Header, Request, Scope, ScopedKey, Time, Workspace};

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &[u8] = b"AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW";
const TOKEN_ENCODED: &str =
    "AQoDYXdzEPT%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW";

/// The public types that hold none of these, so that there is nothing to leave out.
const WITHOUT_SECRETS: &[&str] = &[
    "Accepted",
    "AcceptedForm",
    "Aws3Verifier",
    "Cache",
    "CacheKind",
    "Clock",
    "Checksum",
    "ChecksumAlgorithm",
    "ContentSha256",
    "ContentTypeRule",
    "Dialect",
    "DialectError",
    "EcdsaSignature",
    "Error",
    "Exempt",
    "File",
    "FormError",
    "FormPlace",
    "FormProblem",
    "HostRule",
    "KeyError",
    "Mac",
    "Limits",
    "Marker",
    "Message",
    "MessageError",
    "PathEncoding",
    "Payload",
    "Placement",
    "PolicyError",
    "PolicyProblem",
    "PostVerifier",
    "Problem",
    "Profile",
    "PublicKey",
    "QueryV2Verifier",
    "Reason",
    "Role",
    "S3V2Verifier",
    "Scope",
    "Signature",
    "SignatureDigits",
    "SignatureError",
    "SignedEvent",
    "StreamError",
    "Time",
    "TokenCoverage",
    "TrailerLineEnd",
    "Trailers",
    "UnsignedPayload",
    "UnstatedPayload",
    "Verifier",
];

#[test]
fn no_type_shows_what_it_keeps_secret() {
    let shown = shown();
    for (name, text) in &shown {
        for hidden in hidden() {
            assert!(!text.contains(&hidden), "{name} shows {hidden}:\n{text}");
        }
    }
    // Each public type is either above or below, so that a new one is not forgotten.
    let covered: BTreeSet<&str> = shown.iter().map(|(name, _)| *name).collect();
    let expected: BTreeSet<String> = public_types();
    let listed: BTreeSet<String> =
        covered.iter().chain(WITHOUT_SECRETS).map(|&name| name.to_owned()).collect();
    assert_eq!(listed, expected);
    assert!(WITHOUT_SECRETS.iter().all(|name| !covered.contains(name)));
}

/// The search finds what is there, in each of the forms in which `Debug` may show it.
#[test]
fn the_search_finds_what_is_shown() {
    for text in [
        show(&String::from_utf8_lossy(SECRET)),
        show(&SECRET),
        show(&TOKEN),
        show(&TOKEN_ENCODED),
        show(ScopedKey::derive(SECRET, scope()).key().as_bytes()),
    ] {
        assert!(hidden().iter().any(|hidden| text.contains(hidden)), "{text}");
    }
}

/// Each type that holds something secret, as both forms of `Debug` show it.
fn shown() -> Vec<(&'static str, String)> {
    let time = Time::parse(TIME).unwrap();
    let date_key = DateKey::derive(SECRET, &time);
    let region_key = date_key.region(b"us-east-1");
    let service_key = region_key.service(b"service");
    let signing_key = service_key.signing();
    let key = ScopedKey::derive(SECRET, scope());
    let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: SECRET };
    let cache = KeyCache::new(8, 0);
    drop(cache.signing_key(secret, scope()));
    let date = *time.date();
    let materials = [
        KeyMaterial::Secret(SECRET),
        KeyMaterial::Day { date, key: &date_key },
        KeyMaterial::Region { date, region: b"us-east-1", key: &region_key },
        KeyMaterial::Service { scope: scope(), key: &service_key },
        KeyMaterial::Signing(&key),
    ];
    let keys = materials.map(|material| StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material,
        session_token: Some(TOKEN),
        active: true,
    });
    let cached_keys = CachedKeys { keys, cache: &cache };

    let pair = V4aKey::derive(b"AKIDEXAMPLE", SECRET).unwrap();
    let scoped_pair = ScopedV4aKey::new(&pair, b"us-east-1", b"service").unwrap();

    let token = SessionToken { value: TOKEN, coverage: TokenCoverage::Signed };
    let v4a_signer = Signer::new(time, b"AKIDEXAMPLE", &scoped_pair);
    let signer = Signer { session_token: Some(token), ..Signer::new(time, b"AKIDEXAMPLE", &key) };
    let mut shown = vec![
        ("CachedKeys", show(&cached_keys)),
        ("DateKey", show(&date_key)),
        ("Key", show(&[signer.key, v4a_signer.key])),
        ("KeyCache", show(&cache)),
        ("KeyMaterial", show(&materials)),
        ("RegionKey", show(&region_key)),
        ("ScopedKey", show(&key)),
        ("ScopedV4aKey", show(&scoped_pair)),
        ("Secret", show(&secret)),
        ("ServiceKey", show(&service_key)),
        ("SessionToken", show(&token)),
        ("Signer", show(&signer)),
        ("Signer", show(&v4a_signer)),
        ("SigningKey", show(&signing_key)),
        ("SmtpPassword", show(&SmtpPassword::new(SECRET, b"us-east-1").unwrap())),
        ("StoredKey", show(&keys)),
        ("V4aKey", show(&pair)),
    ];

    let host = Header { name: b"Host", value: b"example.amazonaws.com" };
    let request = Request { method: b"GET", target: b"/", headers: &[host], body: b"" };
    let mut workspace = Workspace::default();
    let password = GitPassword::new(&mut workspace, &time, &key, b"git.example.com", b"/").unwrap();
    shown.push(("GitPassword", show(&password)));
    let result = signer.header(&mut workspace, &request).unwrap();
    shown.extend([("HeaderSignature", show(&result)), ("Stages", show(&result.stages()))]);
    let added: Vec<(String, Vec<u8>)> =
        result.headers().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
    let added = added.iter().map(|(name, value)| Header { name: name.as_bytes(), value });
    let headers: Vec<Header<'_>> = [host].into_iter().chain(added).collect();
    shown.push(("Header", show(&headers)));
    shown.extend(read(&Request { headers: &headers, ..request }));

    let result = signer.query(&mut workspace, &request, 60).unwrap();
    shown.extend([("QuerySignature", show(&result)), ("Stages", show(&result.stages()))]);
    let target = result.target().to_vec();
    shown.extend(read(&Request { target: &target, ..request }));
    shown.push(("Workspace", show(&workspace)));

    shown.extend(posts(&key));
    let tokens = TokenSigner { secret, session_token: Some(TOKEN), time, region: b"us-east-1" };
    let mut workspace = Workspace::default();
    let token = tokens.iot(&mut workspace, b"example.com", None, 60).unwrap();
    assert!(String::from_utf8_lossy(token.as_bytes()).contains(TOKEN_ENCODED));
    shown.extend([("TokenSigner", show(&tokens)), ("AuthToken", show(&token))]);
    shown.extend(legacy());
    shown.extend(streams(&signer, &request));

    // Refusals in whose detail the token could stand.
    let target = [&target[..], b"%"].concat();
    let twice = [headers[2], headers[2]].into_iter().chain(headers.iter().copied());
    let twice: Vec<Header<'_>> = twice.collect();
    for request in [
        Request { target: &replaced_token(&target), ..request },
        Request { headers: &twice, ..request },
    ] {
        let rejection = Claim::parse(&request).unwrap_err();
        shown.push(("Rejection", show(&rejection) + &rejection.to_string()));
    }
    shown
}

/// The signatures before Version 4.
fn legacy() -> Vec<(&'static str, String)> {
    let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: SECRET };
    let s3 = S3V2Signer { secret, bucket: None };
    let time = Time::parse(TIME).unwrap();
    let mac = Mac::HmacSha256;
    let query_v2 = QueryV2Signer { secret, session_token: Some(TOKEN), mac, time };
    let policy = SignedPolicy {
        access_key_id: b"AKIDEXAMPLE",
        policy: b"e30=",
        signature: b"",
        session_token: Some(TOKEN),
    };
    let token = Header { name: b"x-amz-security-token", value: TOKEN };
    let request = Request { method: b"GET", target: b"/", headers: &[token], body: b"" };
    let mut workspace = LegacyWorkspace::default();
    let in_s3 = show(&s3.query(&mut workspace, &request, 1).unwrap());
    let in_query = show(&query_v2.sign(&mut workspace, &request).unwrap());
    vec![
        ("Aws3Signer", show(&Aws3Signer { secret, mac })),
        ("LegacySignature", in_s3 + &in_query),
        ("LegacyWorkspace", show(&workspace)),
        ("QueryV2Signer", show(&query_v2)),
        ("S3V2Signer", show(&s3)),
        ("SignedPolicy", show(&policy)),
    ]
}

/// What signs and verifies forms. The policy asks for the token, and the form sends it.
fn posts(key: &ScopedKey<'_>) -> Vec<(&'static str, String)> {
    let time = Time::parse(TIME).unwrap();
    let signer =
        PostSigner { time, access_key_id: b"AKIDEXAMPLE", key, session_token: Some(TOKEN) };
    let token = String::from_utf8_lossy(TOKEN);
    let policy = format!(
        r#"{{"expiration": "2015-08-31T00:00:00Z", "conditions": [
            {{"X-Amz-Security-Token": "another"}}, {{"x-amz-security-token": "{token}"}}
        ]}}"#
    );
    let fields = signer.sign(policy.as_bytes()).unwrap();
    let mut body = Vec::new();
    let file = [("key", &b"k"[..]), ("file", b"")];
    for (name, value) in fields.fields().chain(file) {
        let head = format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--");
    let content_type = b"multipart/form-data; boundary=b";
    let form = Form::parse(content_type, &body, FormLimits::default()).unwrap();
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let upload = Upload::new(&form, None, Exempt::SIGV4);
    let unmet: Vec<_> = upload.unmet(&policy).collect();
    assert!(!unmet.is_empty(), "the policy asks for two tokens");
    let keys = [StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material: KeyMaterial::Secret(SECRET),
        session_token: Some(TOKEN),
        active: true,
    }];
    let verifier =
        PostVerifier { now: time, region: b"us-east-1", service: b"service", bucket: None };
    let refusal = verifier.verify(&form, &keys).unwrap_err();
    vec![
        ("Condition", show(&policy.conditions)),
        ("Field", show(&form.fields)),
        ("Form", show(&form)),
        ("Policy", show(&policy)),
        ("PostFields", show(&fields)),
        ("PostSigner", show(&signer)),
        ("Test", show(&policy.conditions[0].test)),
        ("Unmet", show(&unmet) + &unmet[0].to_string()),
        ("Upload", show(&upload)),
        ("Refusal", show(&refusal) + &refusal.to_string()),
    ]
}

/// What signs and verifies a body in pieces.
fn streams(signer: &Signer<'_>, request: &Request<'_>) -> Vec<(&'static str, String)> {
    let marker = Marker::SignedChunks.text().as_bytes();
    let content_sha256 = ContentSha256::Header;
    let signer = Signer { payload: Payload::Given(marker), content_sha256, ..*signer };
    let mut workspace = Workspace::default();
    let result = signer.header(&mut workspace, request).unwrap();
    let added: Vec<(String, Vec<u8>)> =
        result.headers().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
    let added = added.iter().map(|(name, value)| Header { name: name.as_bytes(), value });
    let headers: Vec<Header<'_>> = request.headers.iter().copied().chain(added).collect();
    let keys = [StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material: KeyMaterial::Secret(SECRET),
        session_token: Some(TOKEN),
        active: true,
    }];
    let verifier = Verifier::new(signer.time, b"us-east-1", b"service");
    let request = Request { headers: &headers, ..*request };
    let head = verifier.verify_head(&mut Workspace::default(), &request, &keys).unwrap();
    let framing = head.framing().unwrap();

    let mut encoder = Encoder::new(&framing, TrailerLineEnd::CrLf).unwrap();
    encoder.chunk(b"data");
    let mut chunks = ChunkChain::new(&head.seed()).unwrap();
    chunks.chunk(b"data");
    let mut events = EventChain::new(&head.seed()).unwrap();
    events.sign(&ScopedKey::derive(SECRET, scope()), &signer.time, b"", b"").unwrap();
    let decoder = Decoder::new(&framing, &headers, Limits::default()).unwrap();
    let mut shown = vec![
        ("AcceptedHead", show(&head)),
        ("HeadKey", show(&head.key)),
        ("StreamKey", show(&head.seed().key)),
        ("Seed", show(&head.seed())),
        ("Framing", show(&framing)),
        ("Decoder", show(&decoder)),
        ("Encoder", show(&encoder)),
        ("ChunkChain", show(&chunks)),
        ("EventChain", show(&events)),
    ];
    let body = EncodedBody::new(SECRET, encoder, NonZeroUsize::MIN);
    shown.push(("EncodedBody", show(&body)));
    shown
}

/// The request, what is read out of it, and the verifier's buffers.
fn read(request: &Request<'_>) -> Vec<(&'static str, String)> {
    let claim = Claim::parse(request).unwrap();
    let keys = [StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material: KeyMaterial::Secret(SECRET),
        session_token: Some(TOKEN),
        active: true,
    }];
    let mut workspace = Workspace::default();
    let verifier = Verifier::new(Time::parse(TIME).unwrap(), b"us-east-1", b"service");
    assert!(verifier.verify(&mut workspace, request, &keys).is_ok(), "the token is there");
    vec![("Claim", show(&claim)), ("Request", show(request)), ("Workspace", show(&workspace))]
}

/// A presigned target with an escape in its token that is none.
fn replaced_token(target: &[u8]) -> Vec<u8> {
    let target = String::from_utf8(target.to_vec()).unwrap();
    let place = TOKEN_ENCODED.replacen("%2F", "%zz", 1);
    assert!(target.contains(TOKEN_ENCODED));
    target.replace(TOKEN_ENCODED, &place).into_bytes()
}

/// Both forms without white space, so that a list of numbers is found in either.
fn show(value: &(impl Debug + ?Sized)) -> String {
    let mut text = format!("{value:?}{value:#?}");
    text.retain(|character| !character.is_whitespace());
    text
}

/// What must not be shown: as text, as hexadecimal digits, and as a list of numbers. A part is
/// enough.
fn hidden() -> Vec<String> {
    let time = Time::parse(TIME).unwrap();
    let date = DateKey::derive(SECRET, &time);
    let region = date.region(b"us-east-1");
    let service = region.service(b"service");
    let signing = service.signing();
    let pair = V4aKey::derive(b"AKIDEXAMPLE", SECRET).unwrap().to_bytes();
    let smtp = SmtpPassword::new(SECRET, b"us-east-1").unwrap();
    let mut workspace = Workspace::default();
    let key = ScopedKey::derive(SECRET, scope());
    let git = GitPassword::new(&mut workspace, &time, &key, b"git.example.com", b"/").unwrap();
    let bytes = [
        SECRET,
        TOKEN,
        &*pair,
        date.as_bytes(),
        region.as_bytes(),
        service.as_bytes(),
        signing.as_bytes(),
    ];
    let parts = |bytes: &[u8]| [bytes[10..26].to_vec(), bytes[bytes.len() - 16..].to_vec()];
    let texts = [SECRET, TOKEN, TOKEN_ENCODED.as_bytes(), smtp.as_bytes(), git.as_bytes()];
    let texts = texts.map(parts);
    let parts: Vec<Vec<u8>> = bytes.into_iter().flat_map(parts).collect();
    let numbers = parts.iter().map(|part| {
        let numbers: Vec<String> = part.iter().map(ToString::to_string).collect();
        numbers.join(",")
    });
    let digits = parts.iter().map(|part| {
        let digits: Vec<String> = part.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.concat()
    });
    let texts = texts.iter().flatten().map(|text| String::from_utf8(text.clone()).unwrap());
    numbers.chain(digits).chain(texts).collect()
}

/// The names of all public types in the source.
fn public_types() -> BTreeSet<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            for line in fs::read_to_string(&path).unwrap().lines() {
                let line = line.trim_start();
                let name = ["pub struct ", "pub enum ", "pub union "]
                    .iter()
                    .find_map(|start| line.strip_prefix(start));
                let name = name.map(|name| name.split(|c: char| !c.is_alphanumeric()).next());
                found.extend(name.flatten().map(str::to_owned));
            }
        }
    }
    found
}

fn scope() -> Scope<'static> {
    Scope::new(&Time::parse(TIME).unwrap(), b"us-east-1", b"service").unwrap()
}

const TIME: &[u8] = b"20150830T123600Z";
