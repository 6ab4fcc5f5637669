//! Requests that state something else of their signature than what was signed, or were signed for
//! another region, and files that curl changes.

use sigv4_conformance::explain::{
    BUILT_IN, Circumstances, Explanation, FieldRequest, Report, Server, explain,
};
use sigv4_reference::{Scope, ScopedKey, Time};

use super::{GET, SUITE_SECRET, VANILLA, api, changes, explained, happened, scope, signed};

#[test]
fn what_the_request_says_of_its_signature_is_checked() {
    for (request, from, to, problem) in [
        (GET, "/20130524/", "/20130525/", "the day in the scope is not that of the signing time"),
        (VANILLA, "/20150830/", "/20150831/", "the day in the scope is not that of the signing"),
        (VANILLA, "aws4_request", "aws4_requst", "the scope has another end (expected aws4_req"),
        (VANILLA, "HMAC-SHA256 C", "HMAC-SHA512 C", "another algorithm is named (expected AWS4"),
        (
            VANILLA,
            "=host;x-amz-date",
            "=Host;X-Amz-Date",
            "the authentication is malformed (Signed",
        ),
        (VANILLA, "=host;x-amz-date", "=host", "a header that was signed is not listed"),
        (VANILLA, "host;x-amz-date", "host, x-amz-date", "the authentication is malformed"),
    ] {
        let report = explained(&request.replacen(from, to, 1), None);
        let Explanation::Misstated { problem: said } = &report.explanation else {
            panic!("{to}: {report:?}")
        };
        assert!(said.starts_with(problem), "{said}");
        assert!(!report.is_clean(), "{to}");
    }
}

/// A list that is joined in another way has its names, and the mistake that was made.
#[test]
fn a_list_that_is_not_one_names_headers_that_arrived() {
    let request = VANILLA.replace("host;x-amz-date", "host,x-amz-date");
    let report = explained(&request, None);
    assert!(!matches!(report.explanation, Explanation::Missing { .. }), "{report:?}");
}

#[test]
fn a_key_or_a_scope_of_another_region_is_found() {
    let time = Time::parse(b"20150830T123600Z").expect("a time");
    let elsewhere = Scope::new(&time, b"eu-west-1", b"service").expect("a scope");
    let key = ScopedKey::derive(SUITE_SECRET.as_bytes(), elsewhere);
    let here = ScopedKey::new(key.key().clone(), scope(b"20150830", "service"));
    let head = "GET / HTTP/1.1\nHost: example.amazonaws.com";

    let report = explained(&signed(&here, head, ""), None);
    let what = "the key was derived for eu-west-1, the scope names us-east-1";
    assert_eq!(happened(&report), [("key-of-another-region", what.to_owned())]);

    let request = signed(&key, head, "").replace("/eu-west-1/", "/us-east-1/");
    let report = explained(&request, None);
    let what = "signed for eu-west-1, the credential names us-east-1";
    assert_eq!(happened(&report), [("scope-of-another-region", what.to_owned())]);
}

#[test]
fn a_signing_key_may_be_kept_for_weeks() {
    let old = Time::parse(b"20150806T000000Z").expect("a time");
    let old = Scope::new(&old, b"us-east-1", b"service").expect("a scope");
    let key = ScopedKey::derive(SUITE_SECRET.as_bytes(), old);
    let kept = ScopedKey::new(key.key().clone(), scope(b"20150830", "service"));
    let request = signed(&kept, "GET / HTTP/1.1\nHost: example.amazonaws.com", "");
    assert_eq!(changes(&request), ["key-of-another-day"]);
}

/// `curl -d @file` takes the line ends out of the file, and signers hash the file.
#[test]
fn a_file_is_checked_as_curl_sends_it() {
    const FILE: &str = "{\n  \"a\": 1\n}\n";
    let head = "POST / HTTP/1.1\nHost: example.amazonaws.com";
    for (option, hashed, is_right) in
        [("-d", FILE, false), ("-d", "{  \"a\": 1}", true), ("--data-binary", FILE, true)]
    {
        let sent = api(head, hashed);
        let headers = sent.lines().skip(2).take_while(|line| !line.is_empty());
        let headers: Vec<String> = headers.map(|line| format!("-H '{line}'")).collect();
        let headers = headers.join(" ");
        let line = format!("curl https://example.amazonaws.com/ {headers} {option} @body.json");
        let mut request = FieldRequest::parse(line.as_bytes()).expect("a request");
        request.give_body(FILE.into());
        let report = explained_at_once(&request);
        if is_right {
            assert!(matches!(report.explanation, Explanation::Right { .. }), "{report:?}");
        } else {
            assert_eq!(
                happened(&report),
                [(
                    "body-changed",
                    "the body was signed as the file has it, with its line breaks".to_owned()
                )]
            );
        }
        let said = report.remarks.iter().any(|remark| remark.text.contains("takes line ends"));
        assert_eq!(said, option == "-d", "{report:?}");
    }
}

fn explained_at_once(request: &FieldRequest) -> Report {
    let circumstances = Circumstances {
        services: &BUILT_IN,
        server: Server::default(),
        secret_access_key: Some(SUITE_SECRET.as_bytes()),
        now: Time::parse(b"20150830T123600Z").expect("a time"),
        window_seconds: None,
        profile: None,
        document: None,
    };
    explain(request, &circumstances).expect("an explanation")
}
