//! What `explain` says of a published request after it was changed on the way.

#[path = "explain/answers.rs"]
mod answers;
#[path = "explain/beside.rs"]
mod beside;
#[path = "explain/certain.rs"]
mod certain;
#[path = "explain/chunks.rs"]
mod chunks;
#[path = "explain/forms.rs"]
mod forms;
#[path = "explain/misstated.rs"]
mod misstated;
#[path = "explain/paths.rs"]
mod paths;
#[path = "explain/sign_in.rs"]
mod sign_in;
#[path = "explain/splits.rs"]
mod splits;

use sigv4_conformance::explain::{
    BUILT_IN, CHANGES, Circumstances, ErrorDocument, Explanation, FieldRequest, Remark, Report,
    Server, explain,
};
use sigv4_reference::sign::{ContentSha256, Payload, Signer};
use sigv4_reference::{Header, PathEncoding, Profile, Request, Scope, ScopedKey, Time, Workspace};

/// S3 API Reference, "Signature Calculations for the Authorization Header", GET object.
const GET: &str = "GET /test.txt HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\
Range: bytes=0-9\r\n\
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n\
x-amz-date: 20130524T000000Z\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\r\n\r\n";
/// The same place, PUT object: its path is sent with a raw `$` and signed with `%24`.
const PUT: &str = "PUT /test$file.text HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\
Date: Fri, 24 May 2013 00:00:00 GMT\r\n\
x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n\
x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, \
Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd\r\n\r\n\
Welcome to Amazon S3.";
/// The same place, list objects.
const LIST: &str = "GET /?max-keys=2&prefix=J HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n\
x-amz-date: 20130524T000000Z\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7\r\n\r\n";
/// IAM User Guide (until 2022) and the vendor's suite `get-vanilla`.
const VANILLA: &str = "GET / HTTP/1.1\r\nHost: example.amazonaws.com\r\n\
X-Amz-Date: 20150830T123600Z\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
SignedHeaders=host;x-amz-date, \
Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31\r\n\r\n";

/// The secret of the published S3 examples, and that of the vendor's suite.
const S3_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SUITE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn explained(request: &str, document: Option<&str>) -> Report {
    let secret = if request.contains("AKIAIOSFODNN7EXAMPLE") { S3_SECRET } else { SUITE_SECRET };
    explained_with(request, secret, document)
}

fn explained_with(request: &str, secret: &str, document: Option<&str>) -> Report {
    let sent = FieldRequest::parse(request.as_bytes()).expect("a request");
    let is_old = request.contains("20130524");
    let now: &[u8] = if is_old { b"20130524T000100Z" } else { b"20150830T123700Z" };
    let document = document.map(|text| ErrorDocument::parse(text.as_bytes()).expect("a document"));
    let circumstances = Circumstances {
        services: &BUILT_IN,
        server: Server::default(),
        secret_access_key: Some(secret.as_bytes()),
        now: Time::parse(now).expect("a time"),
        window_seconds: None,
        profile: None,
        document: document.as_ref(),
    };
    explain(&sent, &circumstances).expect("an explanation")
}

/// The changes that explain a request, each by its id.
fn changes(request: &str) -> Vec<&'static str> {
    happened(&explained(request, None)).into_iter().map(|(id, _)| id).collect()
}

/// What the likeliest way consists of: the ids, and the request's own bytes.
fn happened(report: &Report) -> Vec<(&'static str, String)> {
    let Explanation::Ways { changed, .. } = &report.explanation else { return Vec::new() };
    let first = changed.first().map(|way| &way.happened[..]).unwrap_or_default();
    first.iter().map(|happened| (happened.change.id, happened.what.clone())).collect()
}

/// The scope of the vendor's suite on this day.
fn scope<'s>(day: &[u8], service: &'s str) -> Scope<'s> {
    let time = Time::parse(&[day, b"T000000Z"].concat()).expect("a time");
    Scope::new(&time, b"us-east-1", service.as_bytes()).expect("a scope")
}

fn key<'s>(secret: &str, service: &'s str) -> ScopedKey<'s> {
    ScopedKey::derive(secret.as_bytes(), scope(b"20150830", service))
}

/// A request as the reference signs it, before it is changed. A body in chunks has a marker.
fn signed(key: &ScopedKey<'_>, head: &str, body: &str) -> String {
    let (line, headers) = head.split_once('\n').expect("a head");
    let words: Vec<&str> = line.split(' ').collect();
    let fields: Vec<Header<'_>> = headers
        .lines()
        .map(|line| {
            let (name, value) = line.split_once(": ").expect("a header");
            Header { name: name.as_bytes(), value: value.as_bytes() }
        })
        .collect();
    let time = Time::parse(b"20150830T123600Z").expect("a time");
    let mut signer = Signer::new(time, b"AKIDEXAMPLE", key);
    signer.unsigned_headers = &[];
    if key.scope().service() == b"s3" {
        signer.profile = Profile { normalize: false, path_encoding: PathEncoding::AsSent };
        signer.content_sha256 = ContentSha256::Header;
    }
    if headers.contains("aws-chunked") {
        signer.payload = Payload::Given(b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    }
    let (method, target) = (words[0].as_bytes(), words[1].as_bytes());
    let request = Request { method, target, headers: &fields, body: body.as_bytes() };
    let mut workspace = Workspace::default();
    let signature = signer.header(&mut workspace, &request).expect("a signature");
    let added = signature.headers();
    let added = added.map(|(name, value)| [name, ": ", &String::from_utf8_lossy(value)].concat());
    [head.to_owned()].into_iter().chain(added).collect::<Vec<_>>().join("\n") + "\n\n" + body
}

/// The service of most AWS APIs in these tests.
fn api(head: &str, body: &str) -> String {
    signed(&key(SUITE_SECRET, "service"), head, body)
}

fn s3(head: &str) -> String {
    signed(&key(SUITE_SECRET, "s3"), head, "")
}

#[test]
fn published_requests_are_right() {
    for request in [GET, PUT, LIST, VANILLA] {
        let report = explained(request, None);
        assert!(matches!(report.explanation, Explanation::Right { .. }), "{report:?}");
        assert!(report.is_clean(), "{report:?}");
    }
}

#[test]
fn each_change_on_the_way_is_named() {
    let cases = [
        (GET.replace("GET /", "HEAD /"), "method-changed"),
        (GET.replace("/test.txt", "/store/v1/test.txt"), "path-prefix-added"),
        (GET.replace("/test.txt", "/test.txt/"), "path-slashes-changed"),
        // S3 decodes a path before it compares: one escape more changes nothing.
        (GET.replace("/test.txt", "/%74est.txt"), ""),
        (GET.replace("/test.txt", "/%2574est.txt"), "path-escapes-changed"),
        (GET.replace("s3.amazonaws", "s3.us-east-1.amazonaws"), "host-replaced"),
        (LIST.replace("prefix=J", "prefix=J&utm_source=mail"), "query-parameter-added"),
        (LIST.replace("max-keys=2&prefix=J", "prefix=J"), ""),
        // A signer that leaves the query out, which is reported, is not accused of it.
        (VANILLA.replace("GET /", "GET /?utm_source=mail"), "query-parameter-added"),
        (GET.replace("bytes=0-9\r", "bytes=0-9, 20-29\r"), "header-replaced"),
    ];
    for (request, id) in cases {
        let found = changes(&request);
        let expected: &[&str] = if id.is_empty() { &[] } else { &[id] };
        assert_eq!(found, expected, "{request}");
    }
}

#[test]
fn another_host_is_found_with_nothing_but_the_signature() {
    for (signed, arrived) in [
        ("minio:9000", "localhost:9000"),
        ("localhost:9000", "host.docker.internal:9000"),
        ("localhost:4566", "localstack:4566"),
        ("minio.example.com:80", "minio.example.com:8080"),
        ("b.s3.us-east-1.amazonaws.com", "b.s3-accelerate.amazonaws.com"),
        ("b.s3.us-east-1.amazonaws.com", "b.vpce-0abc.s3.us-east-1.vpce.amazonaws.com"),
        ("cdn.example.com", "cdn.example.com.s3.amazonaws.com"),
    ] {
        let request = s3(&format!("GET /b/k HTTP/1.1\nHost: {signed}"));
        let changed = request.replace(&format!("Host: {signed}"), &format!("Host: {arrived}"));
        let report = explained(&changed, None);
        let what = format!("signed for {signed}, arrived for {arrived}");
        assert_eq!(happened(&report), [("host-replaced", what)]);
    }
}

#[test]
fn a_path_that_a_proxy_kept_is_believed() {
    for (line, target) in [
        ("X-Forwarded-Prefix: /nas-7", "/b/k%20l?a=1"),
        ("X-Forwarded-Prefix: /nas-7/", "/b/k%20l?a=1"),
        ("X-Original-URI: /nas-7/b/k l?a=1", "/c?a=1"),
        ("X-Original-URL: https://example.com/nas-7/b/k%20l?a=1", "/c?a=1"),
    ] {
        let request = s3("GET /nas-7/b/k%20l?a=1 HTTP/1.1\nHost: example.com");
        let changed = request.replace("/nas-7/b/k%20l?a=1 HTTP", &format!("{target} HTTP"));
        let changed = changed.replace("Host:", &format!("{line}\nHost:"));
        let report = explained(&changed, None);
        let Explanation::Ways { is_change, changed, .. } = &report.explanation else {
            panic!("{line}: {report:?}");
        };
        let happened = &changed[0].happened[0];
        assert_eq!((happened.change.id, is_change), ("path-rewritten", &true), "{line}");
    }
}

#[test]
fn who_changed_a_request_depends_on_the_change() {
    let get = "Host: example.amazonaws.com\nConnection: close\nX-Agent: ";
    let request = api(&format!("GET /x HTTP/1.1\n{get}"), "");
    let head = s3("HEAD /k HTTP/1.1\nHost: h:80");
    for (changed, who) in [
        (request.replace("Connection: close\n", ""), "hop-by-hop"),
        (request.replace("X-Agent: \n", ""), "empty value"),
        (request.replace("close", "keep-alive"), "hop-by-hop"),
        (request.replace("GET", "OPTIONS"), "preflight"),
        (head.replace("HEAD", "GET"), "fill their cache"),
        (head.replace("h:80", "h"), "leave the default port out"),
        (head.replace("h:80", "h:8080"), "Port mappings"),
    ] {
        let report = explained(&changed, None);
        let Explanation::Ways { changed, .. } = &report.explanation else {
            panic!("{who}: {report:?}");
        };
        let cause = &changed[0].happened[0].cause;
        assert!(cause.who.contains(who), "{who}: {cause:?}");
    }
}

#[test]
fn another_body_is_found_with_nothing_but_the_signature() {
    for (signed, arrived) in [
        ("{\"b\":\"é\",\"a\":[1]}", "{\"a\":[1],\"b\":\"é\"}"),
        ("{\"b\": \"\\u00e9\"}", "{\"b\":\"é\"}"),
        ("Action=Publish&Message=a%20b", "Action=Publish&Message=a+b"),
        ("Action=Publish&Message=a%20b", "Message=a%20b&Action=Publish"),
        ("{\"Action\":\"Publish\",\"Message\":\"a b\"}", "Action=Publish&Message=a%20b"),
        ("{\"a\":1}", "eyJhIjoxfQ=="),
        ("{}", ""),
    ] {
        let request = api("POST /x HTTP/1.1\nHost: example.amazonaws.com", signed);
        let head = request.strip_suffix(signed).expect("the body");
        assert_eq!(changes(&format!("{head}{arrived}")), ["body-changed"], "{signed}");
    }
}

#[test]
fn a_changed_body_has_another_length() {
    let head = "POST /x HTTP/1.1\nHost: example.amazonaws.com\nContent-Length: 7";
    let request = api(head, "{\"a\":1}");
    let changed = request.replace("Length: 7", "Length: 8") + "\n";
    assert_eq!(changes(&changed), ["body-changed"]);
}

#[test]
fn a_header_that_is_gone_is_found_with_its_likely_value() {
    for line in ["Content-Length: 0", "Content-Type: image/webp", "X-Agent-Id: "] {
        let request = api(&format!("GET /x HTTP/1.1\nHost: example.amazonaws.com\n{line}"), "");
        let changed = request.replace(&format!("{line}\n"), "");
        assert_eq!(changes(&changed), ["header-dropped"], "{line}");
    }
    for (signed, arrived) in [
        ("text/csv", "application/vnd.ms-excel"),
        ("application/json; charset=UTF-8", "application/json"),
        ("application/json;charset=UTF-8", "application/json; charset=utf-8"),
    ] {
        let line = format!("Content-Type: {signed}");
        let request = api(&format!("GET /x HTTP/1.1\nHost: example.amazonaws.com\n{line}"), "");
        let changed = request.replace(&line, &format!("Content-Type: {arrived}"));
        assert_eq!(changes(&changed), ["header-replaced"], "{signed}");
    }
}

#[test]
fn a_list_that_was_written_otherwise_is_found() {
    let of = |line: &str| api(&format!("GET /x HTTP/1.1\nHost: example.amazonaws.com\n{line}"), "");
    for (signed, arrived) in [
        ("X-Tags: a, b", "X-Tags: a,b"),
        ("X-Tags: a,b", "X-Tags: a, b"),
        // Two headers are signed with a comma alone.
        ("X-Tags: a\nX-Tags: b", "X-Tags: a, b"),
    ] {
        let report = explained(&of(signed).replace(signed, arrived), None);
        assert_eq!(happened(&report)[0].0, "header-replaced", "{signed}: {report:?}");
        let Explanation::Ways { is_change: true, changed, .. } = &report.explanation else {
            panic!("{signed}: {report:?}");
        };
        assert!(changed[0].happened[0].cause.who.contains("comma"), "{report:?}");
    }
}

#[test]
fn a_header_that_was_added_to_the_signed_one_is_found() {
    for line in ["Host: example.amazonaws.com", "Content-Type: text/csv"] {
        let head = "GET /x HTTP/1.1\nHost: example.amazonaws.com\nContent-Type: text/csv";
        let request = api(head, "");
        let name = line.split_once(':').expect("a header").0;
        for changed in [
            request.replace(line, &format!("{line}\n{name}: other.example.com")),
            request.replace(line, &format!("{name}: other.example.com\n{line}")),
        ] {
            assert_eq!(changes(&changed), ["header-repeated"], "{changed}");
        }
    }
}

#[test]
fn a_request_that_follows_is_no_body() {
    let request = api("GET /x HTTP/1.1\nHost: example.amazonaws.com", "");
    let report = explained(&format!("{request}GET /y HTTP/1.1\nHost: h\n\n"), None);
    assert!(matches!(report.explanation, Explanation::Right { .. }), "{report:?}");
    let is_said = |remark: &&Remark| remark.text.starts_with("Another request follows");
    assert_eq!(report.remarks.iter().filter(is_said).count(), 1, "{report:?}");
}

#[test]
fn a_secret_in_another_form_is_found_and_not_shown() {
    let head = "GET / HTTP/1.1\nHost: example.amazonaws.com";
    let encoded = SUITE_SECRET.replace('/', "%2F").replace('+', "%2B");
    for (signers, what) in [
        (format!("{SUITE_SECRET}\n"), "the signer's secret has a line break at its end"),
        (format!("\"{SUITE_SECRET}\""), "the signer's secret has quotes or brackets around it"),
        (encoded, "the signer's secret is URL-encoded"),
        (SUITE_SECRET.replace('/', "\\/"), "the signer's secret has a backslash before each slash"),
        ("wJalrXUtnFEMI".to_owned(), "the signer's secret is cut at its first `/`"),
    ] {
        let report = explained(&signed(&key(&signers, "service"), head, ""), None);
        assert_eq!(happened(&report), [("secret-misread", what.to_owned())]);
    }
    for (given, what) in [
        (format!("{SUITE_SECRET}\r\n"), "the secret that was given ends in white space"),
        (
            format!("\u{feff}{SUITE_SECRET}"),
            "the secret that was given begins with a byte order mark",
        ),
    ] {
        let report = explained_with(VANILLA, &given, None);
        assert_eq!(happened(&report), [("secret-given-with-more", what.to_owned())]);
        assert!(!format!("{report:?}").contains("MDENG"), "no secret is shown");
    }
}

#[test]
fn another_time_is_found() {
    let request = api("GET / HTTP/1.1\nHost: example.amazonaws.com", "");
    let redated = request.replace("X-Amz-Date: 20150830T123600Z", "X-Amz-Date: 20150830T123742Z");
    assert_eq!(changes(&redated), ["time-changed"]);
    // `Date` kept the time that was signed.
    let head = "GET / HTTP/1.1\nHost: example.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT";
    let redated = api(head, "").replace("Date: 20150830T123600Z", "Date: 20150830T130147Z");
    assert_eq!(changes(&redated), ["time-changed"]);
    // What VANILLA's signer signed, according to the vendor's suite.
    let string_to_sign = "AWS4-HMAC-SHA256\n20150830T123600Z\n\
20150830/us-east-1/service/aws4_request\n\
bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63";
    let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    let of = |key: &ScopedKey<'_>, text: &str| {
        VANILLA.replace(vanilla, &key.key().sign(text.as_bytes()).to_string())
    };
    let today = key(SUITE_SECRET, "service");
    assert_eq!(of(&today, string_to_sign), VANILLA);
    let yesterday = ScopedKey::derive(SUITE_SECRET.as_bytes(), scope(b"20150829", "service"));
    assert_eq!(changes(&of(&yesterday, string_to_sign)), ["key-of-another-day"]);
    let of_yesterday = string_to_sign.replace("20150830/", "20150829/");
    assert_eq!(changes(&of(&yesterday, &of_yesterday)), ["scope-of-another-day"]);
    let second_before = string_to_sign.replace("T123600Z", "T123559Z");
    assert_eq!(changes(&of(&today, &second_before)), ["clock-read-twice"]);
}

#[test]
fn the_seed_of_a_stream_is_searched_too() {
    let head = "PUT /b/k HTTP/1.1\nHost: s3.example.com\nContent-Encoding: aws-chunked";
    let request = s3(head);
    let changed = request
        .replace("Host: s3.example.com", "Host: minio:9000\nX-Forwarded-Host: s3.example.com");
    assert_eq!(changes(&changed), ["host-replaced"]);
    let changed = request.replace("aws-chunked\n", "gzip\n");
    assert_eq!(changes(&changed), ["header-replaced"]);
}

#[test]
fn no_part_of_a_signature_is_taken_for_it() {
    let cut = VANILLA.replace("fbf31\r", "\r");
    assert_ne!(cut, VANILLA);
    let report = explained(&cut, None);
    assert!(matches!(report.explanation, Explanation::NotASignature { .. }), "{report:?}");
}

/// No change is undone in it, which would take minutes.
#[test]
fn of_hundreds_of_headers_the_missing_one_is_named() {
    let names: Vec<String> = (100..400).map(|number| format!("x-a-{number}")).collect();
    let signed = format!("host;x-amz-date;{}", names.join(";"));
    let sent: Vec<String> = names[1..].iter().map(|name| format!("{name}: 1\r\n")).collect();
    let request = VANILLA
        .replace("SignedHeaders=host;x-amz-date", &format!("SignedHeaders={signed}"))
        .replace("Authorization:", &(sent.concat() + "Authorization:"));
    let report = explained(&request, None);
    let Explanation::Missing { names } = &report.explanation else { panic!("{report:?}") };
    assert_eq!(names[..], ["x-a-100"]);
}

#[test]
fn what_was_appended_to_thousands_of_parameters_is_found() {
    let names: Vec<String> = (0..4000).map(|number| format!("p{number}=v")).collect();
    let head = format!("GET /?{} HTTP/1.1\nHost: example.amazonaws.com", names.join("&"));
    let changed = api(&head, "").replacen(" HTTP", "&utm_source=mail HTTP", 1);
    assert_eq!(changes(&changed), ["query-parameter-added"]);
}

#[test]
fn a_name_that_is_repeated_without_end_is_named_once() {
    let changed =
        VANILLA.replace("SignedHeaders=", &format!("SignedHeaders={}", "a;".repeat(9999)));
    let Explanation::Missing { names } = explained(&changed, None).explanation else {
        panic!("it did not arrive");
    };
    assert_eq!(names, ["a"]);
}

#[test]
fn two_changes_at_once_are_named() {
    let request = LIST.replace("GET /?", "HEAD /?").replace("prefix=J", "prefix=J&fbclid=1");
    let mut found = changes(&request);
    found.sort_unstable();
    assert_eq!(found, ["method-changed", "query-parameter-added"]);
}

#[test]
fn a_signed_header_that_did_not_arrive_is_never_struck_out() {
    let request = GET.replace("Range: bytes=0-9\r\n", "");
    let report = explained(&request, None);
    let Explanation::Missing { names } = &report.explanation else { panic!("{report:?}") };
    assert_eq!(names, &["range"]);
    assert!(!report.is_clean());
}

#[test]
fn another_body_than_the_signed_one_is_named() {
    let report = explained(&(PUT.to_owned() + "\n"), None);
    let problem = report.remarks.iter().find(|remark| remark.weight.is_problem());
    let text = &problem.expect("a problem").text;
    assert!(text.contains("without its final line break"), "{text}");
}

#[test]
fn a_raw_reserved_byte_is_right_and_fragile() {
    let report = explained(PUT, None);
    let texts: Vec<&str> = report.remarks.iter().map(|remark| &remark.text[..]).collect();
    assert!(texts.iter().any(|text| text.contains("/test%24file.text")), "{texts:?}");
}

/// The texts of the problems.
fn problems(report: &Report) -> Vec<&str> {
    let refused = report.remarks.iter().filter(|remark| remark.weight.is_problem());
    refused.map(|remark| &remark.text[..]).collect()
}

#[test]
fn a_body_of_another_length_than_the_signed_one_is_a_problem() {
    let stated = |length: &str| format!("\r\nContent-Length: {length}\r\n\r\n");
    for request in [GET, VANILLA] {
        let report = explained(&request.replace("\r\n\r\n", &stated("5")), None);
        assert!(matches!(report.explanation, Explanation::Right { .. }), "{report:?}");
        let said = problems(&report);
        assert!(said[0].contains("an empty body, and Content-Length says 5 bytes"), "{said:?}");
        let same = explained(&request.replace("\r\n\r\n", &stated("0")), None);
        assert!(same.is_clean(), "{same:?}");
    }
}

#[test]
fn cloudfront_is_named_where_something_shows_it() {
    let of = |request: &str| {
        let sent = FieldRequest::parse(request.as_bytes()).expect("a request");
        let secret_access_key = Some(SUITE_SECRET.as_bytes());
        let now = Time::parse(b"20150830T123600Z").expect("a time");
        let (window_seconds, profile, document) = (None, None, None);
        let (services, server) = (&BUILT_IN, Server::default());
        let circumstances = Circumstances {
            secret_access_key,
            now,
            window_seconds,
            profile,
            services,
            server,
            document,
        };
        explain(&sent, &circumstances).expect_err("no signature").problem
    };
    let cut = &VANILLA[..VANILLA.find("Authorization").expect("the header")];
    let problem = of(cut);
    assert!(problem.contains("the text is cut") && !problem.contains("CloudFront"), "{problem}");
    for line in ["Via: 1.1 a.cloudfront.net (CloudFront)\r\n", "X-Amz-Cf-Id: i\r\n"] {
        let problem = of(&format!("{cut}{line}"));
        assert!(problem.contains("CloudFront signs for the origin"), "{line}: {problem}");
    }
    let problem = of(&cut.replace("example.amazonaws.com", "d1.cloudfront.net"));
    assert!(problem.contains("CloudFront signs for the origin"), "{problem}");
}

#[test]
fn a_host_of_another_region_or_service_is_a_problem() {
    for (host, said) in [
        ("a.execute-api.eu-west-1.amazonaws.com", "region `eu-west-1`"),
        ("a.execute-api.us-east-1.amazonaws.com", "service `execute-api`"),
        ("x.us-east-1.aoss.amazonaws.com", "service `aoss`"),
    ] {
        let report = explained(&VANILLA.replace("example.amazonaws.com", host), None);
        assert!(problems(&report)[0].contains(said), "{report:?}");
    }
    assert!(explained(GET, None).is_clean());
}

#[test]
fn a_host_of_another_region_is_a_problem_after_another_change_too() {
    let request = s3("GET /k HTTP/1.1\nHost: b.s3.eu-west-1.amazonaws.com");
    let report = explained(&request.replace("GET", "HEAD"), None);
    assert_eq!(happened(&report)[0].0, "method-changed");
    assert!(problems(&report)[0].contains("region `eu-west-1`"), "{report:?}");
}

#[test]
fn a_header_that_arrived_with_underscores_is_named() {
    let request = s3("GET /k HTTP/1.1\nHost: h\nx-amz-meta-a: 1");
    let report = explained(&request.replace("x-amz-meta-a: ", "x_amz_meta_a: "), None);
    assert!(matches!(report.explanation, Explanation::Missing { .. }), "{report:?}");
    assert!(report.suspects[0].cause.who.contains("`x_amz_meta_a` arrived"), "{report:?}");
}

#[test]
fn a_session_token_is_sent_and_signed() {
    let temporary = explained(&VANILLA.replace("AKIDEXAMPLE", "ASIAEXAMPLE"), None);
    assert!(problems(&temporary)[0].contains("temporary"), "{temporary:?}");
    let more = GET.replace("\r\n\r\n", "\r\nX-Amz-Security-Token: t\r\n\r\n");
    let unsigned = explained(&more, None);
    assert!(problems(&unsigned)[0].contains("not signed"), "{unsigned:?}");
    let cloudfront = GET.replace("\r\n\r\n", "\r\nX-Amz-Cf-Id: i\r\n\r\n");
    assert!(explained(&cloudfront, None).is_clean());
}

#[test]
fn the_day_of_the_scope_is_that_of_the_time() {
    let other = VANILLA.replace("/20150830/", "/20150829/").replace("=5fa0", "=0000");
    let report = explained(&other, None);
    assert!(problems(&report)[0].contains("20150829"), "{report:?}");
    assert!(report.suspects.is_empty());
}

#[test]
fn a_text_that_is_no_signature_is_not_searched_for() {
    for (from, to, said) in [
        ("fbf31", "fbf31.", "behind its 64 digits"),
        ("fbf31", "", "59 hexadecimal digits"),
        (
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            "**REDACTED**",
            "hides",
        ),
    ] {
        let report = explained(&VANILLA.replace(from, to), None);
        let Explanation::NotASignature { problem } = &report.explanation else {
            panic!("{report:?}")
        };
        assert!(problem.contains(said) && !report.is_clean(), "{problem}");
    }
}

#[test]
fn suspects_are_those_of_the_request() {
    let suspects = |request: &str| -> Vec<String> {
        let report = explained(request, None);
        report.suspects.into_iter().map(|suspect| suspect.what).collect()
    };
    let moved = VANILLA.replace("example.amazonaws.com", "localhost:3456");
    let moved = suspects(&moved.replace("=5fa0", "=0000"));
    assert!(moved[0].contains("the host, which is `localhost:3456`"), "{moved:?}");
    assert!(moved.iter().any(|suspect| suspect.contains("the secret")), "{moved:?}");
    let agent = GET.replace("range;", "range;user-agent;").replace("=f0e8", "=0000");
    let agent = suspects(&agent.replace("Range", "User-Agent: c\r\nRange"));
    assert!(agent[0].contains("`user-agent`"), "{agent:?}");
}

#[test]
fn every_change_says_who_and_how_to_prevent_it() {
    for (index, change) in CHANGES.iter().enumerate() {
        assert!(change.who.ends_with('.') && change.fix.ends_with('.'), "{}", change.id);
        assert!(!CHANGES[index + 1..].iter().any(|other| other.id == change.id), "{}", change.id);
    }
}
