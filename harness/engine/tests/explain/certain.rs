//! What is certain of a request whatever its signature: another body, its time, and the key that it names.

use sigv4_conformance::explain::{
    BUILT_IN, Block, Circumstances, ErrorDocument, Explanation, FieldRequest, Report, Server,
    Weight, explain,
};
use sigv4_reference::Time;

use super::{
    GET, PUT, S3_SECRET, SUITE_SECRET, VANILLA, explained, explained_with, happened, key, problems,
    signed,
};

/// An explanation at this time, with a secret or without.
fn at(now: &str, request: &str, secret: Option<&str>, document: Option<&str>) -> Report {
    let sent = FieldRequest::parse(request.as_bytes()).expect("a request");
    let document = document.map(|text| ErrorDocument::parse(text.as_bytes()).expect("a document"));
    let circumstances = Circumstances {
        services: &BUILT_IN,
        server: Server::default(),
        secret_access_key: secret.map(str::as_bytes),
        now: Time::parse(now.as_bytes()).expect("a time"),
        window_seconds: None,
        profile: None,
        document: document.as_ref(),
    };
    explain(&sent, &circumstances).expect("an explanation")
}

/// The first sentence of the answer, as people read it.
fn first(report: &Report) -> String {
    match report.words().into_iter().next() {
        Some(Block::Remark(remark)) => remark.text.clone(),
        Some(Block::Finding(finding)) => format!("{}{}", finding.strong, finding.rest),
        other => panic!("{other:?}"),
    }
}

const OTHER_BODY: &str = "The signed payload hash is not that of the body that arrived: \
x-amz-content-sha256 states 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072, and the \
21 bytes here have acb6965af42a2ae6e87136d12d8b88fba6b31ae019058e38de9cf78be1a682c6";

#[test]
fn another_body_than_the_stated_one_comes_before_every_guess() {
    let changed = PUT.replace("Amazon S3.", "amazon S3.");
    let unsigned = changed.replace("=98ad", "=0000");
    let moved = changed.replace("examplebucket.s3.amazonaws.com", "files.example.net");
    for (request, secret) in [
        (&unsigned, Some(S3_SECRET)),
        (&moved, Some(S3_SECRET)),
        (&unsigned, Some("another")),
        (&changed, None),
    ] {
        let report = at("20130524T000100Z", request, secret, None);
        assert!(first(&report).starts_with(OTHER_BODY), "{report:?}");
        assert_eq!(report.remarks[0].weight, Weight::Certain);
        if let Explanation::Unexplained { .. } = report.explanation {
            let words = report.words();
            let Block::Finding(second) = &words[1] else { panic!("{words:?}") };
            assert!(second.strong.contains("wrong besides"), "{second:?}");
            assert!(!report.suspects.is_empty());
        }
    }
    // A right signature is said first: it shows that the key is the right one.
    let report = explained(&changed, None);
    assert!(first(&report).starts_with("The signature is right"), "{report:?}");
    assert!(problems(&report)[0].starts_with(OTHER_BODY), "{report:?}");
    let whole = at("20130524T000100Z", PUT, None, None);
    assert!(first(&whole).starts_with("The signature is not checked"), "{whole:?}");
}

#[test]
fn an_old_request_is_too_late_whatever_its_signature() {
    const TOO_LATE: &str = "Whatever the signature, a server refuses the request for its time: its \
                            signing time is too far from the server's clock (signed at \
                            20150830T123600Z, now ";
    let wrong = VANILLA.replace("=5fa0", "=0000");
    let changed = VANILLA.replace("GET /", "HEAD /");
    for (request, secret) in
        [(&wrong[..], Some(SUITE_SECRET)), (&changed, Some(SUITE_SECRET)), (VANILLA, None)]
    {
        let late = at("20150830T131500Z", request, secret, None);
        let expected = format!("{TOO_LATE}20150830T131500Z). Sign again for each try.");
        assert!(problems(&late).contains(&&expected[..]), "{late:?}");
        let timely = at("20150830T123700Z", request, secret, None);
        assert!(!problems(&timely).iter().any(|text| text.contains("time")), "{timely:?}");
    }
    // The server's clock counts before that of the user.
    let skewed = "<Error><Code>RequestTimeTooSkewed</Code><ServerTime>2015-08-30T14:00:00Z</ServerTime></Error>";
    let report = at("20150830T123700Z", &wrong, Some(SUITE_SECRET), Some(skewed));
    assert!(problems(&report)[0].contains("now 20150830T140000Z"), "{report:?}");
    // A server that compared the signature had no fault to find with the time.
    let mismatch = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
    let report = at("20150830T131500Z", &wrong, Some(SUITE_SECRET), Some(mismatch));
    assert!(!problems(&report).iter().any(|text| text.contains("time")), "{report:?}");
}

/// S3 API Reference, "Authenticating Requests: Using Query Parameters".
const PRESIGNED: &str = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

#[test]
fn a_presigned_url_that_is_wrong_has_expired_too() {
    for (url, secret) in [
        (PRESIGNED.replace("=aeee", "=0000"), Some(S3_SECRET)),
        (PRESIGNED.replace("/test", "/tests"), Some(S3_SECRET)),
        (PRESIGNED.to_owned(), None),
    ] {
        let report = at("20130525T000001Z", &url, secret, None);
        let said = problems(&report);
        let is_said = said.iter().any(|text| text.contains("the URL has expired"));
        assert!(is_said, "{said:?}");
        assert!(problems(&at("20130525T000000Z", &url, secret, None)).is_empty());
    }
}

#[test]
fn the_secret_of_another_documented_key_is_named_for_certain() {
    let named = |report: &Report| {
        let found = happened(report);
        let [(id, what)] = &found[..] else { panic!("{report:?}") };
        (*id, what.clone())
    };
    // The signer has the secret of another key than the one that it names.
    let head = "GET / HTTP/1.1\nHost: example.amazonaws.com";
    let mixed = signed(&key(S3_SECRET, "service"), head, "");
    let what = "signed with the documented secret of AKIAIOSFODNN7EXAMPLE, and the request names \
                AKIDEXAMPLE";
    assert_eq!(named(&explained(&mixed, None)), ("secret-of-another-key", what.to_owned()));
    // The secret that was given is not that of the key.
    let report = explained_with(GET, SUITE_SECRET, None);
    let what = "signed with the documented secret of AKIAIOSFODNN7EXAMPLE";
    assert_eq!(named(&report), ("secret-given-of-another-key", what.to_owned()));
    assert!(!format!("{report:?}").contains("MDENG"), "no secret is shown");
    // Both belong together, and the request names another key.
    let renamed = VANILLA.replace("AKIDEXAMPLE", "AKIAIOSFODNN7EXAMPLE");
    let report = explained_with(&renamed, SUITE_SECRET, None);
    assert!(matches!(report.explanation, Explanation::Right { .. }), "{report:?}");
    assert!(
        problems(&report)[0].starts_with(
            "The secret is that of the documented key AKIDEXAMPLE, and the request names \
             AKIAIOSFODNN7EXAMPLE"
        ),
        "{report:?}"
    );
    // Of a key that is not documented, the documentation says nothing.
    assert!(explained(&VANILLA.replace("AKIDEXAMPLE", "OWN"), None).is_clean());
}

#[test]
fn an_id_and_a_secret_that_were_swapped_are_named() {
    let wrong = VANILLA.replace("=5fa0", "=0000");
    let swapped = wrong.replace("AKIDEXAMPLE", SUITE_SECRET);
    for secret in [Some(SUITE_SECRET), Some("AKIDEXAMPLE"), None] {
        let report = at("20150830T123700Z", &swapped, secret, None);
        assert!(first(&report).contains("id and secret were swapped"), "{report:?}");
        let words = report.words();
        let Block::Finding(second) = &words[1] else { panic!("{words:?}") };
        assert!(!second.strong.contains("the cause was not found"), "{second:?}");
        assert!(report.suspects.is_empty(), "{report:?}");
        assert!(!format!("{:?}", report.remarks).contains("MDENG"), "no secret is shown");
    }
    // The id was given as the secret.
    let report = at("20150830T123700Z", &wrong, Some("AKIDEXAMPLE"), None);
    assert!(first(&report).contains("was given here as the secret"), "{report:?}");
    // Long ids are not secrets.
    let long = VANILLA.replace("AKIDEXAMPLE", "AKIAIOSFODNN7EXAMPLEAKIAIOSFODNN7EXAMPLE");
    assert!(at("20150830T123700Z", &long, None, None).remarks.is_empty());
}

#[test]
fn a_token_is_suspected_of_another_session() {
    let head =
        "GET / HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Security-Token: FwoGZXIvYXdzEXAMPLE";
    let request = signed(&key(SUITE_SECRET, "service"), head, "");
    let other = request.replace("EXAMPLE\n", "TOKEN\n");
    let report = explained(&other, None);
    assert!(report.suspects[0].what.starts_with("the session token"), "{report:?}");
}

#[test]
fn what_a_server_does_not_accept_is_suspected_without_the_secret() {
    let request = VANILLA.replace("example.amazonaws.com", "localhost:3456");
    let mismatch = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
    let report = at("20150830T123700Z", &request, None, Some(mismatch));
    assert!(report.suspects[0].what.contains("`localhost:3456`"), "{report:?}");
    assert!(at("20150830T123700Z", &request, None, None).suspects.is_empty());
}

#[test]
fn a_full_stop_behind_a_signature_is_not_all_that_is_said() {
    let with_stop = |url: &str| first(&at("20130524T000100Z", url, Some(S3_SECRET), None));
    let said = with_stop(&format!("{PRESIGNED}."));
    assert!(said.ends_with("Without that, the signature is right."), "{said}");
    let said = with_stop(&format!("{}.", PRESIGNED.replace("=aeee", "=0000")));
    assert!(said.contains("behind its 64 digits") && !said.contains("is right"), "{said}");
}
