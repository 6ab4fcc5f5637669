//! `explain`: requests as people keep them, and what is said of each.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Ended, end, end_with_input, harness};

/// S3 API Reference, "Signature Calculations for the Authorization Header", GET object.
const RIGHT: &str = "GET /test.txt HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\
Range: bytes=0-9\r\n\
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n\
x-amz-date: 20130524T000000Z\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\r\n\r\n";

fn explain(folder: &Path, input: &str, more: &[&str]) -> Ended {
    let arguments = ["explain"].into_iter().chain(more.iter().copied());
    end_with_input(&mut harness(folder, arguments), input.as_bytes())
}

/// What the model with these mistakes sends for `GET target`, as raw HTTP.
fn signed_with(folder: &Path, mistakes: &[&str], target: &str) -> String {
    let question = json!({
        "op": "sign", "seq": 1, "placement": "header", "profile": "generic", "normalize": true,
        "double_encode": true, "time": "20150830T123600Z", "region": "us-east-1",
        "service": "service", "session_token_signed": true, "payload": "signed",
        "content_sha256_header": false,
        "credentials": {
            "access_key_id": "AKIDEXAMPLE",
            "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "session_token": null
        },
        "request": {
            "method": "GET", "target": target,
            "headers": [["Host", "example.amazonaws.com"]], "body": ""
        }
    });
    let flags = mistakes.iter().flat_map(|id| ["--mistake", *id]);
    let mut command = harness(folder, ["adapter", "model"].into_iter().chain(flags));
    let ended = end_with_input(&mut command, format!("{question}\n").as_bytes());
    let answer: Value = serde_json::from_str(&ended.stdout).expect("an answer");
    let headers = answer["request"]["headers"].as_array().expect("headers");
    let lines = headers.iter().map(|header| {
        format!("{}: {}\r\n", header[0].as_str().unwrap(), header[1].as_str().unwrap())
    });
    let target = answer["request"]["target"].as_str().expect("a target");
    format!("GET {target} HTTP/1.1\r\n{}\r\n", lines.collect::<String>())
}

#[test]
fn a_right_signature_is_said_to_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--example", "s3", "--now", "20130524T001500Z"];
    let ended = explain(folder.path(), RIGHT, &options);
    assert_eq!(ended.code, 0, "{ended}");
    insta::assert_snapshot!("right", ended);
}

#[test]
fn what_a_server_refuses_all_the_same_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--example", "s3", "--now", "20130524T001501Z"];
    let ended = explain(folder.path(), RIGHT, &options);
    assert_eq!(ended.code, 1, "{ended}");
    insta::assert_snapshot!("right_and_too_late", ended);
}

#[test]
fn what_is_certain_is_said_before_all_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = RIGHT.replace("=f0e8", "=0000");
    let of_hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let other_body = wrong.replace(of_nothing, of_hello).replace("GET", "PUT") + "hellp";
    let now = ["--now", "20130524T001500Z"];
    for (name, request, options) in [
        ("another_body", &other_body[..], &["--example", "s3", now[0], now[1]][..]),
        ("another_body_without_secret", &other_body, &["--without-secret", now[0], now[1]]),
        ("wrong_and_too_late", &wrong, &["--example", "s3", "--now", "20130525T000000Z"]),
        ("secret_of_another_key", RIGHT, &["--example", "suite", now[0], now[1]]),
        (
            "path_in_another_case",
            &RIGHT.replace("/test", "/Test"),
            &["--example", "s3", now[0], now[1]],
        ),
    ] {
        let ended = explain(folder.path(), request, options);
        assert_eq!(ended.code, 1, "{ended}");
        insta::assert_snapshot!(name, ended);
    }
}

#[test]
fn a_mistake_is_named_and_so_are_two_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, mistakes, target) in [
        ("one_mistake", &["query-sorted-as-joined-text"][..], "/?a=2&a0=1"),
        ("two_mistakes", &["query-sorted-as-joined-text", "path-encoded-once"], "/%20?a=2&a0=1"),
    ] {
        let request = signed_with(folder.path(), mistakes, target);
        let options = ["--example", "suite", "--now", "20150830T123600Z"];
        let ended = explain(folder.path(), &request, &options);
        assert_eq!(ended.code, 1, "{ended}");
        for mistake in mistakes {
            assert!(ended.stdout.contains(mistake), "{mistake}: {ended}");
        }
        insta::assert_snapshot!(name, ended);
    }
}

#[test]
fn the_same_request_is_read_from_har_and_from_curl() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines: Vec<(&str, &str)> =
        RIGHT.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
    let headers: Vec<Value> =
        lines.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let url = "https://examplebucket.s3.amazonaws.com/test.txt";
    let har = json!({"log": {"entries": [
        {"request": {"method": "GET", "url": url, "headers": headers}}
    ]}});
    let flags: Vec<String> =
        lines.iter().map(|(name, value)| format!("-H '{name}: {value}'")).collect();
    let curl = format!("curl --silent '{url}' {}", flags.join(" "));
    let options = ["--example", "s3", "--now", "20130524T000000Z"];
    for input in [har.to_string(), curl] {
        let ended = explain(folder.path(), &input, &options);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended}");
    }
}

#[test]
fn the_server_s_canonical_request_is_held_against_a_correct_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>GET\n/test.txt\n\n\
        host:examplebucket.s3.amazonaws.com\nrange:bytes=0-99\n</CanonicalRequest></Error>";
    fs::write(folder.path().join("error.xml"), document).expect("written");
    let options = ["--example", "s3", "--now", "20130524T000000Z", "--error-document", "error.xml"];
    let ended = explain(folder.path(), RIGHT, &options);
    assert_eq!(ended.code, 1, "{ended}");
    insta::assert_snapshot!("server_saw_another_range", ended);
}

#[test]
fn the_server_s_string_to_sign_is_held_against_a_correct_one() {
    let folder = tempfile::tempdir().expect("a folder");
    // S3 API Reference, the same example: its string to sign.
    let right = "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n\
        7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972";
    let options = ["--example", "s3", "--now", "20130524T000000Z", "--error-document", "error.xml"];
    for (name, string_to_sign, signature) in [
        ("server_has_another_region", right.replace("us-east-1", "eu-west-1"), "f0e8bdb8"),
        ("server_has_another_time", right.replace("T000000Z", "T000001Z"), "f0e8bdb8"),
        ("server_has_another_secret", right.to_owned(), "f0e8bdb8"),
        ("server_had_another_request", right.to_owned(), "00000000"),
    ] {
        let signature =
            format!("{signature}7c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
        let bytes: Vec<String> = string_to_sign.bytes().map(|byte| format!("{byte:02x}")).collect();
        let document = format!(
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSignBytes>{}</StringToSignBytes>\
             <SignatureProvided>{signature}</SignatureProvided></Error>",
            bytes.join(" ")
        );
        fs::write(folder.path().join("error.xml"), document).expect("written");
        let ended = explain(folder.path(), RIGHT, &options);
        assert_eq!(ended.code, 1, "{ended}");
        insta::assert_snapshot!(name, ended);
    }
}

/// S3 API Reference, "Transferring Payload in Multiple Chunks", the seed request.
const STREAM: &str = "PUT /examplebucket/chunkObject.txt HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\
x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
x-amz-decoded-content-length;x-amz-storage-class, \
Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\r\n\
x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nContent-Encoding: aws-chunked\r\n\
x-amz-decoded-content-length: 66560\r\nContent-Length: 66824\r\n\r\n";

#[test]
fn of_a_body_in_chunks_the_seed_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = STREAM.replace("66560", "66561");
    for (name, request, code) in [("stream", STREAM, 0), ("stream_changed", &other, 1)] {
        let options = ["--example", "s3", "--now", "20130524T000000Z"];
        let ended = explain(folder.path(), request, &options);
        assert_eq!(ended.code, code, "{ended}");
        insta::assert_snapshot!(name, ended);
    }
    let late = explain(folder.path(), STREAM, &["--example", "s3", "--now", "20130525T000000Z"]);
    assert!(late.stdout.contains("too far from the server's clock"), "{late}");
}

/// S3 API Reference, PUT object, kept without its body.
const STORED: &str = "PUT /test%24file.text HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\
Date: Fri, 24 May 2013 00:00:00 GMT\r\nx-amz-date: 20130524T000000Z\r\n\
x-amz-storage-class: REDUCED_REDUNDANCY\r\n\
x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, \
Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd\r\n\r\n";

#[test]
fn what_a_server_checks_besides_the_signature_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, now) = (folder.path(), "20150830T123600Z");
    let generic = ["--example", "suite", "--now", now];
    let unsigned_host = signed_with(path, &["host-unsigned"], "/");
    let more = signed_with(path, &[], "/").replace("\r\n\r\n", "\r\nX-Amz-Meta-A: 1\r\n\r\n");
    let empty = STORED.replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n");
    let s3 = ["--example", "s3", "--now", "20130524T000000Z"];
    for (reason, request, options) in [
        ("\"host\" must be signed", &unsigned_host, generic),
        ("\"X-Amz-Meta-A\" must be signed", &more, generic),
        ("payload hash is not that of the body", &empty, s3),
    ] {
        let ended = explain(path, request, &options);
        assert_eq!(ended.code, 1, "{ended}");
        assert!(ended.stdout.contains("is right") && ended.stdout.contains(reason), "{ended}");
    }
}

#[test]
fn a_body_that_is_not_shown_is_not_accused() {
    let folder = tempfile::tempdir().expect("a folder");
    let cut = STORED.replace("\r\n\r\n", "\r\nContent-Length: 21\r\n\r\nWelcome");
    for request in [STORED, &cut] {
        let options = ["--example", "s3", "--now", "20130524T000000Z"];
        let ended = explain(folder.path(), request, &options);
        assert_eq!(ended.code, 0, "{ended}");
        assert!(ended.stdout.contains("warning: The body is not shown here"), "{ended}");
        assert!(!ended.stdout.contains("problem"), "{ended}");
    }
}

#[test]
fn a_refusal_of_a_right_request_is_not_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>";
    fs::write(folder.path().join("error.xml"), document).expect("written");
    let now = ["--example", "s3", "--now", "20140524T000000Z"];
    let options: Vec<&str> = now.into_iter().chain(["--error-document", "error.xml"]).collect();
    let ended = explain(folder.path(), RIGHT, &options);
    assert_eq!(ended.code, 1, "{ended}");
    insta::assert_snapshot!("right_and_refused", ended);
    let options: Vec<&str> = options.into_iter().chain(["--format", "json"]).collect();
    let ended = explain(folder.path(), RIGHT, &options);
    let said: Value = serde_json::from_str(&ended.stdout).expect("one object");
    assert_eq!((&said["clean"], &said["server"]), (&json!(false), &Value::Null));
    let suspects = said["suspects"].as_array().expect("a list");
    assert!(suspects.iter().all(|one| one["who"].is_string() && one["fix"].is_string()), "{said}");
    assert!(suspects[0]["what"].as_str().is_some_and(|what| !what.is_empty()), "{said}");
}

#[test]
fn the_likeliest_explanations_come_first_and_the_others_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    // S3 API Reference, "Authenticating Requests: Using Query Parameters", with two parameters added.
    let url = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404\
        &utm_source=mail&utm_medium=link";
    let options = ["--example", "s3", "--now", "20130524T000000Z"];
    let ended = explain(folder.path(), url, &options);
    insta::assert_snapshot!("url_extended", ended);
    // Made for another host: nothing known gives that, and the host is the first suspect.
    let moved =
        url.replace("examplebucket.s3.amazonaws.com", "files:9999").replace("&utm", "&versionId");
    let ended = explain(folder.path(), &moved, &options);
    insta::assert_snapshot!("url_moved", ended);
}

/// What people have of an answer, as SDKs, tools and proxies print it.
const ANSWERS: &[&str] = &[
    r#"{"code":"AccessDenied"}"#,
    r#"{"message":"Credential should be scoped","code":"X"}"#,
    r#"{"Message":null}"#,
    r#"{"status":403,"error":"Forbidden"}"#,
    "An error occurred (403) when calling the HeadObject operation: Forbidden",
    "An error occurred (SlowDown) when calling the PutObject operation: Please reduce your request rate.",
    "HTTP/1.1 403 Forbidden",
    "HTTP/1.1 307 Temporary Redirect\r\nLocation: https://b.s3.eu-west-1.amazonaws.com/\r\n\r\n",
    "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: r)",
    "operation error S3: HeadObject, https response error StatusCode: 403, RequestID: r, HostID: h, api \
     error Forbidden: Forbidden",
    "ERROR: S3 error: 403 (SignatureDoesNotMatch): The request signature we calculated does not match",
    "mc: <ERROR> Unable to list folder. The request signature we calculated does not match",
    "<html><head><title>403 Forbidden</title></head><body><center>nginx</center></body></html>",
    "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>",
    "<!DOCTYPE html><html><head><title>h | 502: Bad gateway</title></head></html>",
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>Access denied.\
     </Message><Details>The request signature we calculated does not match the signature you provided.\
     </Details><StringToSign>GOOG4</StringToSign></Error>",
    "2015-08-30T12:36:00.000 [403 Forbidden] s3.GetObject localhost:9000/b/k 127.0.0.1 1ms",
];

#[test]
fn an_answer_is_understood_as_programs_print_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--example", "s3", "--now", "20130524T000000Z", "--error-document", "answer"];
    let said = ANSWERS.iter().map(|answer| {
        fs::write(folder.path().join("answer"), answer).expect("written");
        let ended = explain(folder.path(), RIGHT, &options);
        let lines =
            ended.stdout.lines().filter(|line| line.contains(": ") && !line.starts_with(' '));
        let lines: Vec<&str> = lines.collect();
        format!("{answer}\n=> exit code {}\n{}\n\n", ended.code, lines.join("\n"))
    });
    insta::assert_snapshot!("answers", said.collect::<String>());
}

#[test]
fn a_session_token_is_shortened() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN//token==";
    let changed = RIGHT
        .replace("bytes=0-9", "bytes=7-8")
        .replace("SignedHeaders=host;range;", "SignedHeaders=host;range;x-amz-security-token;")
        .replace("\r\n\r\n", &format!("\r\nx-amz-security-token: {token}\r\n\r\n"));
    let document = format!(
        "<Error><Code>ExpiredToken</Code><Message>m</Message><Token-0>{token}</Token-0></Error>"
    );
    fs::write(folder.path().join("error.xml"), document).expect("written");
    for format in ["human", "json"] {
        let options = ["--example", "s3", "--error-document", "error.xml", "--format", format];
        let ended = explain(folder.path(), &changed, &options);
        assert!(ended.stdout.contains("IQoJb3Jp…"), "{ended}");
        assert!(!ended.stdout.contains(&token[..12]), "{ended}");
    }
}

#[test]
fn a_token_of_another_request_is_shortened_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let canonical = "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\n\
        x-amz-security-token:FwoGZXIvYXdzEXAMPLEOTHER\n\nhost\nUNSIGNED-PAYLOAD";
    let document = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>of \
         X-Amz-Security%2DToken=FwoGZXIvYXdzEXAMPLEOTHER</Message>\
         <CanonicalRequest>{canonical}</CanonicalRequest></Error>"
    );
    fs::write(folder.path().join("error.xml"), document).expect("written");
    let lower = RIGHT.replace("/test.txt ", "/test.txt?x-amz-security-token=IQoJb3JpZ2luEXAMPLE ");
    for format in ["human", "json"] {
        let options = ["--example", "s3", "--error-document", "error.xml", "--format", format];
        let ended = explain(folder.path(), &lower, &options);
        assert!(ended.stdout.contains("FwoGZXIv…"), "{ended}");
        for token in ["FwoGZXIvY", "IQoJb3JpZ"] {
            assert!(!ended.stdout.contains(token), "{ended}");
        }
    }
}

#[test]
fn what_cannot_be_explained_says_where_it_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let unsigned = "GET / HTTP/1.1\nHost: h\n\n";
    let options = ["--example", "s3"];
    let inputs = [
        unsigned,
        "hello",
        "<Error/>",
        "{}",
        r#"{"log":{"entries":[{"request":{"method":"GET","url":"/","headers":[{"name":1}]}}]}}"#,
        r#"{"log":{"entries":[{"#,
        "curl --frobnicate x",
        "GET / HTTP/1.1\rHost: h\r\r",
    ];
    let said: Vec<String> = inputs
        .into_iter()
        .map(|input| {
            let ended = explain(folder.path(), input, &options);
            assert_eq!(ended.code, 2, "{ended}");
            ended.stderr
        })
        .collect();
    insta::assert_snapshot!("not_explained", said.concat());
}

#[test]
fn the_secret_is_never_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    fs::write(folder.path().join("request"), RIGHT).expect("written");
    for now in ["20130524T000000Z", "20140524T000000Z"] {
        let mut command = harness(folder.path(), ["explain", "request", "--now", now]);
        let ended = end(command.env("SIGV4_CONFORMANCE_SECRET_ACCESS_KEY", secret));
        assert!(ended.stdout.contains("is right"), "{ended}");
        assert!(!format!("{ended}").contains(secret), "{ended}");
    }
    // Sent by mistake.
    for format in ["human", "json"] {
        let sent = RIGHT.replace("bytes=0-9", secret);
        let ended = explain(folder.path(), &sent, &["--example", "s3", "--format", format]);
        assert!(ended.stdout.contains("itself is in the header `range`"), "{ended}");
        assert!(!format!("{ended}").contains(secret), "{ended}");
    }
}

/// A HAR file with a request that was answered and one that was refused.
fn recording() -> String {
    let entry = |method: &str, status: u16| {
        let headers: Vec<Value> = RIGHT
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let url = "https://examplebucket.s3.amazonaws.com/test.txt";
        json!({
            "request": { "method": method, "url": url, "headers": headers },
            "response": { "status": status, "content": { "text": "" } },
        })
    };
    json!({ "log": { "entries": [entry("GET", 200), entry("HEAD", 403)] } }).to_string()
}

#[test]
fn entries_of_a_har_file_are_listed_and_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = |more: &[&'static str]| -> Vec<&str> {
        ["--example", "s3", "--now", "20130524T000000Z"].iter().chain(more).copied().collect()
    };
    let listed = explain(folder.path(), &recording(), &options(&["--entries"]));
    assert_eq!(listed.code, 0, "{listed}");
    insta::assert_snapshot!("entries", listed);
    let data = explain(folder.path(), &recording(), &options(&["--entries", "--format", "json"]));
    insta::assert_snapshot!("entries_as_data", data);
    let said: Value = serde_json::from_str(&data.stdout).expect("one object");
    assert_eq!(faults(&said), [""; 0], "{said}");
    let refused = explain(folder.path(), &recording(), &options(&[]));
    assert!(refused.stdout.contains("signed as GET, arrived as HEAD"), "{refused}");
    let first = explain(folder.path(), &recording(), &options(&["--entry", "1"]));
    assert!(first.stdout.contains("The signature is right"), "{first}");
    let none = explain(folder.path(), &recording(), &options(&["--entry", "3"]));
    assert!(none.code == 2 && none.stderr.contains("from 1 to 2, got 3"), "{none}");
}

#[test]
fn an_explanation_is_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--example", "s3", "--now", "20130524T000000Z", "--format", "json"];
    let moved = RIGHT.replace("/test.txt", "/a/b/test.txt");
    let ended = explain(folder.path(), &moved, &options);
    let said: Value = serde_json::from_str(&ended.stdout).expect("one object");
    assert_eq!(said["clean"], false);
    let change = &said["explanation"]["ways"][0]["changes"][0];
    assert_eq!(change["id"], "path-prefix-added");
    assert!(change["what"].as_str().is_some_and(|what| what.contains("/a/b")), "{said}");
}

/// Where an answer does not follow the schema.
fn faults(said: &Value) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../explain.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).expect("the schema")).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    validator.iter_errors(said).map(|error| error.to_string()).collect()
}

#[test]
fn every_kind_of_explanation_follows_the_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = folder.path().join("error.xml");
    let text = "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>GET\n/k</CanonicalRequest></Error>";
    fs::write(&document, text).expect("written");
    let refused = ["--error-document", document.to_str().expect("a path that is text")];
    let other = RIGHT.replace("bdb41", "bdb42");
    let curl = "curl --aws-sigv4 aws:amz:us-east-1:s3 -u a:b https://h/";
    for (kind, input, more) in [
        ("right", RIGHT.to_owned(), &[][..]),
        ("right", RIGHT.to_owned(), &refused),
        ("explained", RIGHT.replace("/test.txt", "/a/b/test.txt"), &[]),
        ("explained", RIGHT.replace("GET", "HEAD"), &refused),
        ("not-signed-yet", curl.to_owned(), &[]),
        ("headers-missing", other.replace("Range: bytes=0-9", "X-A: b"), &[]),
        ("not-a-signature", RIGHT.replace("bdb41", ""), &[]),
        ("unexplained", other, &[]),
        ("unchecked", RIGHT.to_owned(), &["--without-secret"]),
    ] {
        let key = if kind == "unchecked" { &[][..] } else { &["--example", "s3"] };
        let options = ["--now", "20130524T000000Z", "--format", "json"];
        let options: Vec<&str> = key.iter().chain(&options).chain(more).copied().collect();
        let ended = explain(folder.path(), &input, &options);
        let said: Value = serde_json::from_str(&ended.stdout).expect("one object");
        assert_eq!(said["explanation"]["kind"], kind, "{said}");
        assert_eq!(faults(&said), [""; 0], "{kind}: {said}");
        assert_eq!(said["clean"], ended.code == 0, "{said}");
    }
}

#[test]
fn without_the_secret_the_rest_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("error.xml");
    let text = "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>GET\n/a/test.txt\n</CanonicalRequest></Error>";
    fs::write(&path, text).expect("written");
    let options =
        ["--without-secret", "--now", "20130524T001500Z", "--error-document", "error.xml"];
    let ended = explain(folder.path(), RIGHT, &options);
    assert_eq!(ended.code, 1, "{ended}");
    insta::assert_snapshot!("without_secret", ended);
    let lost = RIGHT.replace("Range", "X-Range");
    let ended = explain(folder.path(), &lost, &options[..3]);
    assert!(ended.stdout.starts_with("Signed headers did not arrive: range"), "{ended}");
    // Nothing is asked, on a terminal neither.
    let both = explain(folder.path(), RIGHT, &["--without-secret", "--example", "s3"]);
    assert_eq!(both.code, 2, "{both}");
}

#[test]
fn a_server_of_another_service_or_region_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--example", "s3", "--now", "20130524T000000Z"];
    for (own, said) in [
        (&["--region", "eu-west-1"], "The server expects the region `eu-west-1`, and"),
        (&["--service", "s3express"], "The server expects the service `s3express`, and"),
        (&["--region", "us-east-1"], "The signature is right for this request and this secret.\n"),
    ] {
        let options: Vec<&str> = options.iter().chain(own).copied().collect();
        let ended = explain(folder.path(), RIGHT, &options);
        assert!(ended.stdout.contains(said), "{own:?}: {ended}");
        assert_eq!(ended.stdout.contains("expects"), ended.code == 1, "{own:?}: {ended}");
    }
}

#[test]
fn own_rules_of_a_service_come_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "[[service]]\nname = \"store\"\nlike = \"s3\"\nsource = \"our handbook\"\n";
    fs::write(folder.path().join("rules.toml"), rules).expect("written");
    let own = ["services", "show", "store", "--service-rules", "rules.toml"];
    let shown = end(&mut harness(folder.path(), own));
    let shown: Value = serde_json::from_str(&shown.stdout).expect("one object");
    assert_eq!((&shown["path"], &shown["window_seconds"]), (&json!("decoded-once"), &json!(900)));
    // S3's rules say that the header is wanted; those of an unknown service do not.
    let signed = signed_with(folder.path(), &[], "/").replace("/service/", "/store/");
    let problem = "x-amz-content-sha256";
    let options = ["--example", "suite", "--now", "20150830T123600Z"];
    let without = explain(folder.path(), &signed, &options);
    assert!(!without.stdout.contains(problem), "{without}");
    let options: Vec<&str> = options.into_iter().chain(["--service-rules", "rules.toml"]).collect();
    let with = explain(folder.path(), &signed, &options);
    assert!(with.stdout.contains(problem), "{with}");
}

#[test]
fn wrong_rules_of_services_are_refused_with_their_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "[[service]]\nname = \"store\"\nlike = \"s3\"\nsource = \"our handbook\"\n";
    let wrong =
        [("\"s3\"", "\"S3\""), ("\"s3\"", "\"vault\""), ("store", "*"), ("our handbook", "")];
    let said = wrong.into_iter().map(|(from, to)| {
        fs::write(folder.path().join("rules.toml"), rules.replace(from, to)).expect("written");
        let arguments = ["services", "list", "--service-rules", "rules.toml"];
        let ended = end(&mut harness(folder.path(), arguments));
        assert_eq!(ended.code, 2, "{ended}");
        ended.stderr
    });
    insta::assert_snapshot!("wrong_rules", said.collect::<String>());
}

#[test]
fn services_are_listed_with_their_rules() {
    let folder = tempfile::tempdir().expect("a folder");
    let listed = end(&mut harness(folder.path(), ["services", "list"]));
    insta::assert_snapshot!("services", listed);
    let shown = end(&mut harness(folder.path(), ["services", "show", "iotdevicegateway"]));
    let rules: Value = serde_json::from_str(&shown.stdout).expect("one object");
    assert_eq!(rules["token"], "appended");
}
