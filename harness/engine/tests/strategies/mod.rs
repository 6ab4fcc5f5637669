//! Requests that lean to where signers break.

use std::ops::Range;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use sigv4_conformance::subject::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Credentials, Payload, Placement, Profile, Request, SigningInput};
use sigv4_vectors::text::Time;

/// A question to a signer.
pub(crate) fn question() -> impl Strategy<Value = SignQuestion> {
    let credentials = (text(ID_PIECES, 1..4), bytes(0..80), option::of(text(VALUE_PIECES, 0..5)));
    let scope = (time(), text(ID_PIECES, 0..3), text(ID_PIECES, 0..3));
    let switches = (any::<[bool; 4]>(), select(Payload::ALL), select(Placement::ALL));
    let request = (select(METHODS), target(), headers(), bytes(0..40));
    let questions = (request, credentials, scope, switches, expires()).prop_map(
        |(
            (method, target, headers, body),
            (access_key_id, secret_access_key, session_token),
            (time, region, service),
            ([token_signed, normalize, double_encode, content_sha256], payload, placement),
            expires,
        )| SignQuestion {
            placement,
            profile: if double_encode { Profile::Generic } else { Profile::S3 },
            input: SigningInput {
                time,
                region,
                service,
                credentials: Credentials { access_key_id, secret_access_key, session_token },
                session_token_signed: token_signed,
                normalize,
                double_encode,
                payload,
                content_sha256_header: content_sha256,
                expires: (placement == Placement::Query).then_some(expires),
                request: Request { method: method.into(), target, headers, body },
            },
        },
    );
    (questions, refusable()).prop_map(|(mut question, (method, time, header))| {
        let request = &mut question.input.request;
        request.method = method.map_or(request.method.clone(), Bytes::from);
        request.headers.extend(header.map(|name| (Bytes::from(name), Bytes::from("a"))));
        if let Some(time) = time {
            question.input.time = time;
        }
        question
    })
}

/// Now and then something that cannot be signed.
fn refusable() -> impl Strategy<Value = (Option<&'static str>, Option<Time>, Option<&'static str>)>
{
    let rarely = |texts: &'static [&'static str]| option::weighted(0.01, select(texts));
    let day = (2000..2120, 0..14, 27..33, 20..30, 50..70, 50..70);
    let time = day.prop_map(|(year, month, day, hour, minute, second)| {
        let text = format!("{year}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        Time::try_from(text).expect("the shape of a time")
    });
    (rarely(&["G T", "", "\u{e9}"]), option::weighted(0.05, time), rarely(&["a b", "", "a:"]))
}

/// The plainest question.
pub(crate) fn plain() -> SignQuestion {
    SignQuestion {
        placement: Placement::Header,
        profile: Profile::Generic,
        input: SigningInput {
            time: Time::try_from("20150830T123600Z".to_owned()).expect("a time"),
            region: "us-east-1".into(),
            service: "service".into(),
            credentials: Credentials {
                access_key_id: "AKIDEXAMPLE".into(),
                secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
                session_token: None,
            },
            session_token_signed: true,
            normalize: true,
            double_encode: true,
            payload: Payload::Signed,
            content_sha256_header: false,
            expires: None,
            request: Request {
                method: "GET".into(),
                target: "/".into(),
                headers: vec![("Host".into(), "example.amazonaws.com".into())],
                body: "".into(),
            },
        },
    }
}

fn target() -> impl Strategy<Value = Bytes> {
    let path =
        vec(select(PATH_PIECES), 0..8).prop_map(|pieces| [b"/", &pieces.concat()[..]].concat());
    let parameter = vec(select(VALUE_PIECES), 0..6).prop_map(|pieces| pieces.concat());
    let own = select(AUTHENTICATION).prop_map(<[u8]>::to_vec);
    let stray = select(STRAY).prop_map(<[u8]>::to_vec);
    let query = vec(prop_oneof![160 => parameter, 24 => own, 1 => stray], 0..8);
    let query = option::of(query).prop_map(|parameters| match parameters {
        Some(parameters) => [b"?", &parameters.join(&b'&')[..]].concat(),
        None => Vec::new(),
    });
    let path = prop_oneof![30 => path, 4 => Just(Vec::new()), 1 => bytes(0..9).prop_map(Vec::from)];
    (path, query).prop_map(|(path, query)| [path, query].concat().into())
}

fn headers() -> impl Strategy<Value = Vec<(Bytes, Bytes)>> {
    let name = select(HEADER_NAMES).prop_map(Bytes::from);
    let value = vec(select(HEADER_PIECES), 0..7).prop_map(|pieces| pieces.concat().into());
    let host = option::weighted(0.9, select(HOSTS));
    (host, vec((name, value), 0..7)).prop_map(|(host, others)| {
        let host = host.map(|host| (Bytes::from("Host"), Bytes::from(host)));
        host.into_iter().chain(others).collect()
    })
}

/// Any day of any year, more often around midnight.
fn time() -> impl Strategy<Value = Time> {
    let clock = prop_oneof![
        1 => Just((0, 0, 0)),
        1 => Just((23, 59, 59)),
        4 => (0..24, 0..60, 0..60),
    ];
    ((0..10_000, 1..13, 1..29), clock).prop_map(|((year, month, day), (hour, minute, second))| {
        let text = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        Time::try_from(text).expect("the shape of a time")
    })
}

fn expires() -> impl Strategy<Value = u64> {
    prop_oneof![30 => 1..=604_801_u64, 3 => Just(u64::MAX), 1 => Just(0)]
}

fn text(pieces: &'static [&'static [u8]], count: Range<usize>) -> impl Strategy<Value = Bytes> {
    vec(select(pieces), count).prop_map(|pieces| pieces.concat().into())
}

fn bytes(length: Range<usize>) -> impl Strategy<Value = Bytes> {
    let byte = prop_oneof![any::<u8>(), select(&b" \t\r\n%/?a"[..])];
    vec(byte, length).prop_map(Bytes::from)
}

const METHODS: &[&str] = &["GET", "PUT", "get", "M-SEARCH", "HEAD", "POST", "DELETE", "!"];

const HOSTS: &[&str] =
    &["example.amazonaws.com", "h:8080", "h:443", "[::1]", "[::1]:80", "EX.com", "h.", " h ", ""];

/// Every kind of byte that path canonicalisation treats apart.
const PATH_PIECES: &[&[u8]] = &[
    b"a",
    b"B",
    b"/",
    b"//",
    b".",
    b"..",
    b"/../",
    b"/./",
    b"/..",
    b"~",
    b"%2F",
    b"%2f",
    b"%2e",
    b"%7E",
    b"%41",
    b"%25",
    b"%zz",
    b"%",
    b"+",
    b" ",
    b"*",
    b";",
    b"=",
    b"&",
    b":",
    b"@",
    b"$",
    b"!",
    b"'",
    b"(",
    b")",
    b",",
    b"#",
    b"\\",
    b"\t",
    b"\xC3\xA9",
    b"e\xCC\x81",
    b"\xFF",
    b"%C3%A9",
    b"%FF",
];

/// Every kind of byte that query canonicalisation treats apart.
const VALUE_PIECES: &[&[u8]] = &[
    b"a",
    b"A",
    b"b",
    b"1",
    b"10",
    b"-",
    b"~",
    b"=",
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
    b"%2541",
    b"%00",
    b"%0A",
    b"#",
    b"\xC3\xBC",
    b"%C3%BC",
    b"%EF%BF%BF",
    b"\xF0\x90\x80\x80",
    b"%FF",
    b"\xFF",
    b"%41",
    b"*",
    b"!",
    b":",
    b",",
    b"[",
    b"\"",
    b"acl",
];

/// What a presigned target already holds, as it is and in disguise.
const AUTHENTICATION: &[&[u8]] = &[
    b"X-Amz-Algorithm=AWS4-HMAC-SHA256",
    b"X-Amz-Credential=a%2Fb",
    b"X-Amz-Date=20150830T123600Z",
    b"X-Amz-Expires",
    b"X-Amz-Security-Token=old",
    b"X-Amz-SignedHeaders=host",
    b"X%2DAmz-Signature=0",
    b"x-amz-signature=0",
];

/// Percent signs that begin no escape.
const STRAY: &[&[u8]] = &[b"%", b"a=%4", b"%zz"];

/// Names that sort closely, differ in case, or that the signer treats apart.
const HEADER_NAMES: &[&str] = &[
    "a",
    "A",
    "a-a",
    "A-A",
    "a.b",
    "a1",
    "a_b",
    "ab",
    "Content-Type",
    "Content-Length",
    "Date",
    "X-Amz-Meta-A",
    "x-amz-meta-a",
    "X-Amz-Date",
    "x-amz-security-token",
    "X-Amz-Content-Sha256",
    "Authorization",
    "User-Agent",
    "Expect",
    "X-Amzn-Trace-Id",
    "upgrade",
    "TE",
    "~",
];

/// Every kind of byte that header canonicalisation treats apart.
const HEADER_PIECES: &[&[u8]] = &[
    b"a",
    b"B",
    b" ",
    b"  ",
    b"\t",
    b"\r\n ",
    b"\n",
    b"\x0B",
    b"\x0C",
    b"\0",
    b",",
    b", ",
    b":",
    b"\"",
    b"\xC3\xA9",
    b"\xC2\xA0",
    b"\xFF",
    b"%20",
];

/// What key ids, regions and services are made of.
const ID_PIECES: &[&[u8]] = &[
    b"AKIDEXAMPLE",
    b"us-east-1",
    b"s3",
    b"/",
    b"+",
    b":",
    b"=",
    b" ",
    b",",
    b"*",
    b"\xC3\xA9",
    b"\xFF",
];
