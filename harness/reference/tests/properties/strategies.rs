//! Requests biased towards what implementations get wrong.

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use sigv4_reference::sign::{ContentSha256, Payload, TokenCoverage};
use sigv4_reference::{PathEncoding, Profile, Time, UNSIGNED_PAYLOAD};

use crate::case::{Case, Placement};

pub(crate) fn case(target: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Case> {
    let credentials = (key_id(), bytes(0..80), prop::option::of(line(0..40)), token_coverage());
    let scope = (time(), "[a-z0-9-]{0,10}", "[a-z0-9-]{0,10}");
    let switches = (any::<bool>(), path_encoding(), payload(), content_sha256(), placement());
    let request = ("[A-Za-z!~-]{1,8}", target, headers(), bytes(0..40));
    (request, credentials, scope, switches).prop_map(
        |(
            (method, target, headers, body),
            (access_key_id, secret_access_key, session_token, token_coverage),
            (time, region, service),
            (normalize, path_encoding, payload, content_sha256, placement),
        )| Case {
            method,
            target,
            headers,
            body,
            access_key_id,
            secret_access_key,
            session_token,
            token_coverage,
            time,
            region,
            service,
            profile: Profile { normalize, path_encoding },
            payload,
            content_sha256,
            placement,
        },
    )
}

pub(crate) fn target() -> impl Strategy<Value = Vec<u8>> {
    let path = pieces(PATH_PIECES, 0..8).prop_map(|path| [b"/", &path[..]].concat());
    let query = prop::option::of(parameters());
    let query = query.prop_map(|parameters| match parameters {
        Some(parameters) => [b"?", &parameters.join(&b'&')[..]].concat(),
        None => Vec::new(),
    });
    (prop_oneof![4 => path, 1 => Just(Vec::new())], query)
        .prop_map(|(path, query)| [path, query].concat())
}

/// Targets, and any bytes, most of them after a slash.
pub(crate) fn arbitrary_target() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => bytes(0..20),
        3 => bytes(0..20).prop_map(|rest| [b"/", &rest[..]].concat()),
        4 => target(),
    ]
}

fn parameters() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(pieces(VALUE_PIECES, 0..6), 0..8)
}

pub(crate) fn pieces(
    words: &'static [&'static [u8]],
    count: Range<usize>,
) -> impl Strategy<Value = Vec<u8>> {
    vec(prop::sample::select(words), count).prop_map(|words| words.concat())
}

fn headers() -> impl Strategy<Value = Vec<(Vec<u8>, Vec<u8>)>> {
    let name = prop::sample::select(HEADER_NAMES).prop_map(|name| name.as_bytes().to_vec());
    vec((name, bytes(0..20)), 0..8).prop_map(|mut headers| {
        headers.push((b"Host".to_vec(), b"example.amazonaws.com".to_vec()));
        headers
    })
}

pub(crate) fn bytes(length: Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![any::<u8>(), prop::sample::select(&b" \t\r\n%/?a"[..])], length)
}

/// Bytes without a line break or NUL.
fn line(length: Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    bytes(length).prop_map(|mut text| {
        text.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
        text
    })
}

/// Without commas, which would end the field in the Authorization header.
fn key_id() -> impl Strategy<Value = Vec<u8>> {
    line(0..20).prop_map(|mut text| {
        text.retain(|&byte| byte != b',');
        text
    })
}

pub(crate) fn time() -> impl Strategy<Value = Time> {
    (0..10_000, 1..13, 1..29, 0..24, 0..60, 0..60).prop_map(|(y, month, d, h, m, s)| {
        Time::parse(format!("{y:04}{month:02}{d:02}T{h:02}{m:02}{s:02}Z").as_bytes()).unwrap()
    })
}

fn path_encoding() -> impl Strategy<Value = PathEncoding> {
    use PathEncoding::{AsSent, Decoded, Double};
    prop::sample::select(&[AsSent, Decoded, Double][..])
}

fn payload() -> impl Strategy<Value = Payload<'static>> {
    let given = Payload::Given(UNSIGNED_PAYLOAD.as_bytes());
    prop::sample::select(vec![given, Payload::Signed, Payload::Unsigned])
}

fn content_sha256() -> impl Strategy<Value = ContentSha256> {
    prop::sample::select(&[ContentSha256::Absent, ContentSha256::Header][..])
}

fn token_coverage() -> impl Strategy<Value = TokenCoverage> {
    prop::sample::select(&[TokenCoverage::Appended, TokenCoverage::Signed][..])
}

fn placement() -> impl Strategy<Value = Placement> {
    let query = (1..=604_800_u64).prop_map(|expires| Placement::Query { expires });
    prop_oneof![Just(Placement::Header), query]
}

/// Every kind of byte that path canonicalisation treats differently.
const PATH_PIECES: &[&[u8]] = &[
    b"a",
    b"B",
    b"/",
    b"//",
    b".",
    b"..",
    b"/../",
    b"/./",
    b"~",
    b"%2F",
    b"%2e",
    b"%7E",
    b"%25",
    b"%zz",
    b"%",
    b"+",
    b" ",
    b"*",
    b";",
    b"=",
    b"&",
    b"\t",
    b"\xC3\xA9",
    b"\xFF",
];

/// Every kind of byte that query canonicalisation treats differently, and no invalid escape.
const VALUE_PIECES: &[&[u8]] = &[
    b"a",
    b"A",
    b"b",
    b"1",
    b"10",
    b"-",
    b"~",
    b"=",
    b"%3D",
    b"%3d",
    b"%26",
    b"+",
    b"%2B",
    b"%20",
    b" ",
    b"/",
    b"?",
    b";",
    b"%25",
    b"%00",
    b"%0A",
    b"\xC3\xBC",
    b"%EF%BF%BF",
    b"\xF0\x90\x80\x80",
];

/// Names that sort next to each other, differ only in case, or are treated differently by the signer.
const HEADER_NAMES: &[&str] = &[
    "a",
    "A",
    "a-a",
    "a.b",
    "a1",
    "a_b",
    "ab",
    "Content-Type",
    "Date",
    "X-Amz-Meta-A",
    "x-amz-meta-a",
    "User-Agent",
    "Expect",
    "X-Amzn-Trace-Id",
];

pub(crate) const AUTHORIZATION_PIECES: &[&[u8]] = &[
    b"AWS4-HMAC-SHA256",
    b" ",
    b"Credential=",
    b"AKIDEXAMPLE",
    b"/",
    b"20150830",
    b"us-east-1",
    b"aws4_request",
    b", ",
    b",",
    b"SignedHeaders=",
    b"host",
    b";",
    b"Signature=",
    b"=",
    b"\xFF",
];

pub(crate) const QUERY_PIECES: &[&[u8]] = &[
    b"X-Amz-Algorithm=AWS4-HMAC-SHA256",
    b"X-Amz-Credential=",
    b"X-Amz-Date=20150830T123600Z",
    b"X-Amz-Expires=",
    b"X-Amz-SignedHeaders=host",
    b"X-Amz-Signature=",
    b"X%2DAmz-Signature",
    b"&",
    b"&",
    b"&",
    b"=",
    b"%2F",
    b"%",
    b"60",
    b"/20150830/us-east-1/service/aws4_request",
    b"\xFF",
];
