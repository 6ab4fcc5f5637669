//! What the answer of a server adds to a request.

use sigv4_conformance::explain::{Explanation, Report, Weight};

use crate::{VANILLA, explained, problems};

#[test]
fn the_server_s_clock_is_believed_before_the_user_s() {
    let document = r#"{"message":"Signature expired: 20150830T123600Z is now earlier than 20150830T230209Z (20150830T230709Z - 5 min.)"}"#;
    let report = explained(VANILLA, Some(document));
    assert!(!report.is_clean());
    let texts: Vec<&str> = report.remarks.iter().map(|remark| &remark.text[..]).collect();
    assert!(texts.iter().any(|text| text.contains("10 h 31 min after")), "{texts:?}");
}

#[test]
fn no_refusal_leaves_a_right_request_clean() {
    for (document, meaning) in [
        (r#"{"message":"The request signature we calculated does not match"}"#, "another secret"),
        (
            r#"{"__type":"InvalidSignatureException","message":"Credential should be scoped to correct service: 'sts'."}"#,
            "sign for `sts`",
        ),
        (r#"{"message":"Credential should be scoped to a valid region."}"#, "another region"),
        (r#"{"message":"Date in Credential scope does not match YYYYMMDD"}"#, "another X-Amz-Date"),
        (r#"{"message":"The security token included in the request is expired"}"#, "has expired"),
        (
            r#"{"message":"The security token included in the request is invalid."}"#,
            "not know the key",
        ),
        (r#"{"message":"Missing Authentication Token"}"#, "no such path"),
        (
            r#"{"message":"'x' not a valid key=value pair (missing equal-sign)"}"#,
            "another Authorization",
        ),
        (r#"{"message":"User: u is not authorized to perform: a"}"#, "lacks the permission"),
        (r#"{"message":"Forbidden"}"#, "no more than Forbidden"),
        ("<Error><Code>AccessDenied</Code></Error>", "signature is accepted"),
        (
            "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
            "new one",
        ),
        ("<Error><Code>XAmzContentSHA256Mismatch</Code></Error>", "another body"),
        ("<Error><Code>Unheard</Code></Error>", "although the signature is right"),
    ] {
        let report = explained(VANILLA, Some(document));
        assert!(!report.is_clean(), "{document}");
        assert!(problems(&report)[0].contains(meaning), "{document}: {:?}", problems(&report));
    }
    let found = explained(VANILLA, Some("<Error><Code>NoSuchKey</Code></Error>"));
    assert!(found.is_clean(), "the signature was accepted: {found:?}");
}

#[test]
fn an_answer_that_is_not_a_success_is_said() {
    for (end, clean, words) in [
        ("< HTTP/1.1 200 OK", true, ""),
        ("< HTTP/1.1 204 No Content", true, ""),
        ("< HTTP/1.1 301 Moved Permanently", false, "sign again for the new host"),
        ("< HTTP/1.1 307 Temporary Redirect", false, "sign again for the new host"),
        ("< HTTP/1.1 400 Bad Request", false, "no more is known"),
        ("< HTTP/1.1 403 Forbidden", false, "no more is known"),
        ("< HTTP/1.1 404 Not Found", true, "not about the signature"),
        ("< HTTP/1.1 407 Proxy Authentication Required", false, "comes from a proxy"),
        ("< HTTP/1.1 429 Too Many Requests", true, "says nothing about the signature"),
        ("< HTTP/1.1 500 Internal Server Error", true, "says nothing about the signature"),
        ("< HTTP/1.1 502 Bad Gateway", true, "says nothing about the signature"),
        (
            "* Recv failure: Connection reset by peer",
            true,
            "(Recv failure: Connection reset by peer)",
        ),
        ("curl: (52) Empty reply from server", true, "(curl: (52) Empty reply from server)"),
    ] {
        let report = explained(&shown_by_curl(VANILLA, end), None);
        assert_eq!(report.is_clean(), clean, "{end}: {report:?}");
        let said = [problems(&report), notes(&report)].concat();
        assert_eq!(said.is_empty(), words.is_empty(), "{end}: {said:?}");
        assert!(said.concat().contains(words), "{end}: {said:?}");
    }
}

#[test]
fn a_browser_that_shows_no_answer_is_said_so() {
    let headers: Vec<String> = VANILLA
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| format!(r#"{{"name":"{name}","value":"{value}"}}"#))
        .collect();
    let recorded = |response: &str| {
        format!(
            r#"{{"request":{{"method":"GET","url":"https://example.amazonaws.com/","headers":[{}]}}{response}}}"#,
            headers.join(",")
        )
    };
    let reset = recorded(r#","response":{"status":0,"_error":"net::ERR_CONNECTION_RESET"}"#);
    let report = explained(&reset, None);
    assert!(report.is_clean(), "{report:?}");
    assert!(notes(&report)[0].contains("recorded (net::ERR_CONNECTION_RESET)"), "{report:?}");
    let blocked = explained(&recorded(r#","response":{"status":0}"#), None);
    assert!(notes(&blocked)[0].starts_with("No answer was recorded: "), "{blocked:?}");
    let untold = explained(&recorded(""), None);
    assert!(notes(&untold).is_empty(), "{untold:?}");
    let redirected = explained(&recorded(r#","response":{"status":307}"#), None);
    assert!(problems(&redirected)[0].contains("sign again"), "{redirected:?}");
}

#[test]
fn a_busy_or_failing_server_says_nothing_about_the_signature() {
    for document in [
        "<Error><Code>SlowDown</Code></Error>",
        "<Error><Code>InternalError</Code></Error>",
        "<Error><Code>ServiceUnavailable</Code></Error>",
        "<Error><Code>MethodNotAllowed</Code></Error>",
        r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"m"}"#,
        r#"{"message":"Internal server error"}"#,
        r#"{"message":"Too Many Requests"}"#,
        r#"{"status":502,"error":"Bad Gateway","message":"upstream"}"#,
    ] {
        for request in [VANILLA.to_owned(), VANILLA.replace("=5fa0", "=0000")] {
            let report = explained(&request, Some(document));
            let is_right = matches!(report.explanation, Explanation::Right { .. });
            assert_eq!(report.is_clean(), is_right, "{document}: {report:?}");
            let notes = notes(&report).concat();
            assert!(notes.contains("says nothing about the signature"), "{document}: {notes}");
            assert!(!notes.contains("was accepted"), "{document}: {notes}");
        }
    }
    // A code that is not known counts by its status.
    let full =
        "< HTTP/1.1 507 Insufficient Storage\n<\n<Error><Code>XMinioStorageFull</Code></Error>";
    let report = explained(&shown_by_curl(VANILLA, full), None);
    assert!(report.is_clean(), "{report:?}");
    assert!(notes(&report).concat().contains("XMinioStorageFull says nothing"), "{report:?}");
}

#[test]
fn what_the_server_computed_decides_between_key_and_request() {
    let text = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n\
                bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63";
    let document = |text: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{text}</StringToSign></Error>"
        )
    };
    let same = explained(VANILLA, Some(&document(text)));
    assert!(problems(&same)[0].contains("it has another secret"), "{same:?}");
    assert!(same.suspects.is_empty());
    let other = explained(VANILLA, Some(&document(&text.replace("bb57", "0000"))));
    assert!(problems(&other)[0].contains("another text"), "{other:?}");
}

/// What curl shows of a published request, with what came of it.
fn shown_by_curl(request: &str, end: &str) -> String {
    let sent: Vec<String> = request.trim_end().lines().map(|line| format!("> {line}")).collect();
    format!("{}\n>\n{end}\n", sent.join("\n"))
}

/// The texts of the notes.
fn notes(report: &Report) -> Vec<&str> {
    let said = report.remarks.iter().filter(|remark| remark.weight == Weight::Said);
    said.map(|remark| &remark.text[..]).collect()
}
