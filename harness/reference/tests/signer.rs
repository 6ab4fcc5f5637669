//! What the signer covers, replaces, sends and refuses. The signature alone would not show it, since
//! a verifier of the same crate would repeat each mistake.

mod common;

use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer, TokenCoverage};
use sigv4_reference::verify::{StoredKey, Verifier};
use sigv4_reference::{Error, Header, KeyMaterial, Request, Scope, ScopedKey, Time, Workspace};

use common::Sent;

#[test]
fn values_of_one_name_are_joined_in_the_order_sent() {
    let headers = [HOST, header("b", "2"), header("a", "1"), header("B", " 1"), header("b", "")];
    let canonical = canonical_request(&get("/", &headers));
    assert!(canonical.contains("\na:1\nb:2,1,\nhost:"), "{canonical}");
}

/// White space as in awscrt, and except for FF and VT as in most of the vendor's signers.
#[test]
fn runs_of_white_space_in_a_value_become_one_space() {
    let mut workspace = Workspace::default();
    for (value, expected) in [
        (" a  b ", "a b"),
        ("\ta\t \tb\t", "a b"),
        ("a\r\n  b", "a b"),
        ("a\x0Bb\x0C", "a b"),
        ("\"a  b\"", "\"a b\""),
        ("a,b , c,  d", "a,b , c, d"),
        ("\u{a0}a\u{2003}", "\u{a0}a\u{2003}"),
        (" \t", ""),
    ] {
        let canonical = workspace.canonical_header_value(value.as_bytes());
        assert_eq!(canonical, expected.as_bytes(), "{value:?}");
    }
}

/// Rows on which awscrt and most of the vendor's signers agree.
#[test]
fn parameters_are_decoded_and_encoded_again() {
    for (query, expected) in [
        ("a=%7E%2f", "a=~%2F"),
        ("a=b=c", "a=b%3Dc"),
        ("a=+", "a=%2B"),
        ("a=?/:", "a=%3F%2F%3A"),
        ("%41=1&a&=v", "=v&A=1&a="),
        ("a-b=1&a=2&a%3Db=3", "a=2&a%3Db=3&a-b=1"),
        ("&a=1&&b=2&", "a=1&b=2"),
        ("a=%FF", "a=%FF"),
        ("", ""),
    ] {
        let canonical = canonical_request(&get(&format!("/?{query}"), &[HOST]));
        assert_eq!(canonical.lines().nth(2), Some(expected), "{query}");
    }
}

#[test]
fn headers_that_proxies_change_are_left_unsigned() {
    let names = ["Authorization", "User-Agent", "EXPECT", "x-amzn-trace-id", "X-Amz-Date2"];
    let headers: Vec<Header<'_>> = names.iter().map(|name| header(name, "a")).collect();
    with_signer(|signer| {
        let mut workspace = Workspace::default();
        let request = get("/", &headers);
        let stages = signer.header(&mut workspace, &request).unwrap().stages();
        assert_eq!(stages.signed_headers, b"x-amz-date;x-amz-date2");
        let stages = signer.query(&mut workspace, &request, 60).unwrap().stages();
        assert_eq!(stages.signed_headers, b"x-amz-date2");
        // Authorization is never signed.
        let signer = Signer { unsigned_headers: &[], ..*signer };
        let stages = signer.query(&mut workspace, &request, 60).unwrap().stages();
        assert_eq!(stages.signed_headers, b"expect;user-agent;x-amz-date2;x-amzn-trace-id");
    });
}

/// A request that was signed before can be signed again.
#[test]
fn the_signer_s_own_headers_replace_the_caller_s() {
    for coverage in [TokenCoverage::Appended, TokenCoverage::Signed] {
        with_signer(|signer| {
            let signer = Signer {
                session_token: Some(SessionToken { value: b"token", coverage }),
                content_sha256: ContentSha256::Header,
                ..*signer
            };
            let once = Sent::with_header(&signer, &get("/?a=b", &[HOST])).unwrap();
            let names: Vec<&[u8]> = once.headers.iter().map(|(name, _)| &name[..]).collect();
            let expected: [&[u8]; 5] = [
                b"Host",
                b"X-Amz-Date",
                b"X-Amz-Security-Token",
                b"X-Amz-Content-Sha256",
                b"Authorization",
            ];
            assert_eq!(names, expected);
            let stale = [
                header("AUTHORIZATION", "a"),
                header("x-amz-date", "b"),
                header("x-amz-security-token", "c"),
                header("x-amz-content-sha256", "d"),
                HOST,
            ];
            let again = Sent::with_header(&signer, &get("/?a=b", &stale)).unwrap();
            assert_eq!(again.headers, once.headers);
            assert_accepted(&again, Some(b"token"), coverage);
        });
    }
}

#[test]
fn the_signer_s_own_parameters_replace_the_caller_s() {
    with_signer(|signer| {
        let once = Sent::with_query(signer, &get("/?a=b&&c", &[HOST]), 60).unwrap();
        let (kept, added) = once.target.split_at(b"/?a=b&c".len());
        assert_eq!(kept, b"/?a=b&c");
        assert!(added.starts_with(b"&X-Amz-Algorithm="));
        let mut longer = once.target.clone();
        longer.extend(b"&X%2DAmz-Expires=1&X-Amz-Expires");
        let longer = String::from_utf8(longer).unwrap();
        let again = Sent::with_query(signer, &get(&longer, &[HOST]), 60).unwrap();
        assert_eq!(again.target, once.target);
        assert_accepted(&again, None, TokenCoverage::Signed);
    });
}

/// If the signer has no token of its own.
#[test]
fn the_caller_s_token_is_signed_as_given() {
    with_signer(|signer| {
        let headers = [HOST, header("X-Amz-Security-Token", "a")];
        let sent = Sent::with_header(signer, &get("/", &headers)).unwrap();
        assert_eq!(sent.headers[1], (b"X-Amz-Security-Token".to_vec(), b"a".to_vec()));
        let empty = SessionToken { value: b"", coverage: TokenCoverage::Signed };
        let signer = Signer { session_token: Some(empty), ..*signer };
        assert_eq!(Sent::with_header(&signer, &get("/", &headers)).unwrap().headers, sent.headers);
    });
    let target = "/?X-Amz-Security-Token=a";
    with_signer(|signer| {
        let sent = Sent::with_query(signer, &get(target, &[HOST]), 60).unwrap();
        assert!(sent.target.starts_with(b"/?X-Amz-Security-Token=a&X-Amz-Algorithm="));
    });
}

#[test]
fn what_cannot_be_signed_is_located() {
    let get = get("/?a=b", &[HOST]);
    for (request, expected) in [
        (Request { method: b"", ..get }, Error::Method { offset: 0 }),
        (Request { method: b"GE T", ..get }, Error::Method { offset: 2 }),
        (Request { target: b"a", ..get }, Error::Target { offset: 0 }),
        (Request { target: b"/a\rb", ..get }, Error::Target { offset: 2 }),
        (Request { target: b"/?a\nb", ..get }, Error::Target { offset: 3 }),
        (Request { target: b"/\0", ..get }, Error::Target { offset: 1 }),
        (Request { target: b"/?a=b&c=%4", ..get }, Error::PercentEscape { offset: 8 }),
        (Request { target: b"?%", ..get }, Error::PercentEscape { offset: 1 }),
        (
            Request { headers: &[HOST, header("", "")], ..get },
            Error::HeaderName { index: 1, offset: 0 },
        ),
        (
            Request { headers: &[header("a:b", "")], ..get },
            Error::HeaderName { index: 0, offset: 1 },
        ),
    ] {
        with_signer(|signer| assert_refused(signer, &request, &expected));
    }
}

#[test]
fn a_setting_that_would_end_its_line_is_located() {
    let token = SessionToken { value: b"\0", coverage: TokenCoverage::Appended };
    with_signer(|signer| {
        for (field, offset, signer) in [
            ("access key id", 1, Signer { access_key_id: b"A\n", ..*signer }),
            ("session token", 0, Signer { session_token: Some(token), ..*signer }),
            ("payload", 3, Signer { payload: Payload::Given(b"abc\ndef"), ..*signer }),
        ] {
            let expected = Error::ControlByte { field, offset };
            assert_refused(&signer, &get("/", &[HOST]), &expected);
        }
        let error = Sent::with_query(signer, &get("/", &[HOST]), 0).unwrap_err();
        assert_eq!(error, Error::Expires);
    });
    let time = Time::parse(b"20150830T123600Z").unwrap();
    for (field, offset, scope) in [
        ("region", 2, Scope::new(&time, b"us\r", b"service")),
        ("service", 0, Scope::new(&time, b"us-east-1", b"\n")),
    ] {
        assert_eq!(scope, Err(Error::ControlByte { field, offset }));
    }
}

/// Region and service come from the key, so only the day can differ.
#[test]
fn a_key_signs_only_on_its_own_day() {
    with_signer(|signer| {
        for (time, is_signed) in [
            ("20150829T235959Z", false),
            ("20150830T000000Z", true),
            ("20150830T235959Z", true),
            ("20150831T000000Z", false),
            ("20250830T123600Z", false),
        ] {
            let time = Time::parse(time.as_bytes()).unwrap();
            let signer = Signer { time, ..*signer };
            if is_signed {
                assert!(Sent::with_header(&signer, &get("/", &[HOST])).is_ok(), "{time}");
                assert!(Sent::with_query(&signer, &get("/", &[HOST]), 60).is_ok(), "{time}");
            } else {
                let expected = Error::KeyDate { key: *b"20150830", signing: *time.date() };
                assert_refused(&signer, &get("/", &[HOST]), &expected);
            }
        }
    });
}

fn assert_refused(signer: &Signer<'_>, request: &Request<'_>, expected: &Error) {
    assert_eq!(Sent::with_header(signer, request).as_ref().err(), Some(expected));
    assert_eq!(Sent::with_query(signer, request, 60).as_ref().err(), Some(expected));
}

fn assert_accepted(sent: &Sent, session_token: Option<&[u8]>, token_coverage: TokenCoverage) {
    let key = StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material: KeyMaterial::Secret(SECRET),
        session_token,
        active: true,
    };
    let now = Time::parse(b"20150830T123600Z").unwrap();
    let verifier = Verifier {
        window_seconds: 0,
        token_coverage,
        ..Verifier::new(now, b"us-east-1", b"service")
    };
    assert_eq!(sent.verify(&verifier, &[key]).map(|accepted| accepted.time), Ok(verifier.now));
}

fn canonical_request(request: &Request<'_>) -> String {
    let mut canonical = String::new();
    with_signer(|signer| {
        let mut workspace = Workspace::default();
        let stages = signer.header(&mut workspace, request).unwrap().stages();
        canonical = String::from_utf8(stages.canonical_request.to_vec()).unwrap();
    });
    canonical
}

fn with_signer(act: impl FnOnce(&Signer<'_>)) {
    let time = Time::parse(b"20150830T123600Z").unwrap();
    let key = ScopedKey::derive(SECRET, Scope::new(&time, b"us-east-1", b"service").unwrap());
    act(&Signer::new(time, b"AKIDEXAMPLE", &key));
}

fn get<'a>(target: &'a str, headers: &'a [Header<'a>]) -> Request<'a> {
    Request { method: b"GET", target: target.as_bytes(), headers, body: b"" }
}

const fn header<'a>(name: &'a str, value: &'a str) -> Header<'a> {
    Header { name: name.as_bytes(), value: value.as_bytes() }
}

const HOST: Header<'_> = header("Host", "example.amazonaws.com");
const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
