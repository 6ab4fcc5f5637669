//! What a verifier refuses, and why.

use sigv4_reference::post::{Policy, PostSigner, Refusal, Unmet};
use sigv4_reference::verify::Reason;
use sigv4_reference::{Scope, ScopedKey};

use crate::makers::BOTO3;
use crate::published::{DOCUMENTED, DOCUMENTED_IN_BASE64};
use crate::{ID, SECRET, body, time, verifier, verify};

const SIGNATURE: &str = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";
const CREDENTIAL: &str = "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request";
const REDIRECT: &str = "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html";

/// The form of the documentation.
const FORM: &[(&str, &str)] = &[
    ("key", "user/user1/${filename}"),
    ("acl", "public-read"),
    ("success_action_redirect", REDIRECT),
    ("Content-Type", "image/jpeg"),
    ("x-amz-meta-uuid", "14365123651274"),
    ("x-amz-server-side-encryption", "AES256"),
    ("X-Amz-Credential", CREDENTIAL),
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
    ("X-Amz-Date", "20151229T000000Z"),
    ("x-amz-meta-tag", ""),
    ("Policy", DOCUMENTED_IN_BASE64),
    ("X-Amz-Signature", SIGNATURE),
];

const NOW: &str = "20151229T120000Z";

/// The answer to the form after a change.
fn answer(change: impl FnOnce(&mut Vec<(&'static str, &'static str)>)) -> Result<(), Refusal> {
    let mut fields = FORM.to_vec();
    change(&mut fields);
    let body = body(&fields, "sunset.jpg", "x");
    verify(verifier(NOW, "sigv4examplebucket"), &body, None).map(|_| ())
}

/// The answer to the form with another value in a field.
fn with(name: &'static str, value: &'static str) -> Result<(), Refusal> {
    answer(|fields| match fields.iter_mut().find(|(own, _)| *own == name) {
        Some(field) => field.1 = value,
        None => fields.insert(0, (name, value)),
    })
}

fn without(name: &str) -> Result<(), Refusal> {
    answer(|fields| fields.retain(|(own, _)| *own != name))
}

fn reason(answer: Result<(), Refusal>) -> Option<Reason> {
    match answer {
        Err(Refusal::Authentication(rejection)) => Some(rejection.reason),
        _ => None,
    }
}

#[test]
fn the_form_of_the_documentation_verifies_until_it_expires() {
    let form = body(FORM, "sunset.jpg", "x");
    let answer = |now| verify(verifier(now, "sigv4examplebucket"), &form, None);
    assert_eq!(answer("20151230T120000Z").unwrap().key, b"user/user1/sunset.jpg");
    let refusal = answer("20151230T120001Z").unwrap_err().to_string();
    assert_eq!(
        refusal,
        "expired: the policy was good until 20151230T120000Z, now 20151230T120001Z"
    );
}

#[test]
fn the_signature_is_checked_first() {
    use Reason::*;
    let upper: &'static str = SIGNATURE.to_uppercase().leak();
    let lines: &'static str = DOCUMENTED.replace("\r\n", "\n").leak();
    for (answer, expected) in [
        (with("Policy", "e30="), SignatureMismatch),
        (with("Policy", "%"), SignatureMismatch),
        (with("Policy", encoded(lines)), SignatureMismatch),
        (with("X-Amz-Signature", upper), MalformedAuthentication),
        (with("X-Amz-Signature", ""), MalformedAuthentication),
        (with("X-Amz-Date", "20151229T0000Z"), MalformedAuthentication),
        (with("X-Amz-Date", "20151230T000000Z"), ScopeDateMismatch),
        (with("X-Amz-Algorithm", "AWS4-HMAC-SHA1"), UnsupportedAlgorithm),
        (with("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE"), MalformedAuthentication),
        (with("X-Amz-Credential", "A/20151229/us-east-1/s3/aws4_request"), UnknownAccessKey),
        (with("X-Amz-Credential", "A/20151229/us-east-2/s3/aws4_request"), ScopeRegionMismatch),
        (with("X-Amz-Credential", "A/20151229/us-east-1/sns/aws4_request"), ScopeServiceMismatch),
        (with("X-Amz-Credential", "A/20151229/us-east-1/s3/aws3_request"), ScopeTerminatorMismatch),
        (with("x-amz-security-token", "token"), SessionTokenMismatch),
        (with("signature", "x"), MultipleAuthentications),
        (with("AWSAccessKeyId", "x"), MultipleAuthentications),
        (without("X-Amz-Signature"), MissingAuthentication),
        (without("Policy"), MalformedAuthentication),
        (without("X-Amz-Algorithm"), MalformedAuthentication),
        (without("X-Amz-Credential"), MalformedAuthentication),
        (without("X-Amz-Date"), MalformedAuthentication),
    ] {
        let shown = format!("{answer:?}");
        assert_eq!(reason(answer), Some(expected), "{shown}");
    }
    let token = body(BOTO3, "a", "hello");
    let answer = verify(verifier("20261127T144000Z", "b"), &token, Some("another")).map(|_| ());
    assert_eq!(reason(answer), Some(SessionTokenMismatch));
}

#[test]
fn every_condition_counts() {
    for (answer, expected) in [
        (
            with("acl", "private"),
            "the condition [\"eq\", \"$acl\", \"public-read\"] is not met: \"private\" was sent",
        ),
        (
            with("key", "users/${filename}"),
            "the condition [\"starts-with\", \"$key\", \"user/user1/\"] is not met: \
             \"users/sunset.jpg\" was sent",
        ),
        (
            with("Content-Type", "image/png, video/mp4"),
            "the condition [\"starts-with\", \"$Content-Type\", \"image/\"] is not met: \
             \"image/png, video/mp4\" was sent",
        ),
        (
            without("x-amz-meta-tag"),
            "the condition [\"starts-with\", \"$x-amz-meta-tag\", \"\"] is not met: \
             no such field was sent",
        ),
        (
            with("bucket", "another"),
            "the condition [\"eq\", \"$bucket\", \"sigv4examplebucket\"] is not met: \
             \"another\" was sent",
        ),
        (with("name", "sunset.jpg"), "no condition covers the field \"name\""),
        (with("x-amz-acl", "public-read"), "no condition covers the field \"x-amz-acl\""),
    ] {
        assert_eq!(answer.unwrap_err().to_string(), expected);
    }
    assert_eq!(without("key"), Err(Refusal::MissingField("key")));
    for accepted in [
        with("Content-Type", "image/png,image/jpeg , image/x"),
        with("x-ignore-name", "sunset.jpg"),
        with("X-Ignore-Name", "sunset.jpg"),
        with("bucket", "sigv4examplebucket"),
    ] {
        assert_eq!(accepted, Ok(()));
    }
}

/// Policies of our own, signed here: what they say is checked, not their signature.
#[test]
fn ranges_repeated_conditions_and_the_bucket_are_checked() {
    let policy = |conditions: &str| {
        format!(r#"{{"expiration": "2030-01-01T00:00:00Z", "conditions": [{conditions}]}}"#)
    };
    let own = r#"["starts-with", "$x-amz-algorithm", ""], ["starts-with", "$x-amz-credential", ""],
        ["starts-with", "$x-amz-date", ""], ["starts-with", "$KEY", "a"]"#;
    let bucket = r#"{"bucket": "bucket"}"#;
    let range =
        |range: &str| policy(&format!("{own}, {bucket}, [\"content-length-range\", {range}]"));
    for (text, content, unmet) in [
        (range("2, 4"), "ab", None),
        (range("2, 4"), "abcd", None),
        (
            range("2, 4"),
            "a",
            Some("[\"content-length-range\", 2, 4] is not met: the file has 1 bytes"),
        ),
        (range("2, 4"), "abcde", Some("the file has 5 bytes")),
        (range("4, 2"), "abc", Some("the file has 3 bytes")),
        (range("0, 4], [\"content-length-range\", 2, 9"), "a", Some("2, 9] is not met")),
        (
            policy(&format!("{own}, {bucket}, [\"eq\", \"$key\", \"b\"]")),
            "",
            Some("[\"eq\", \"$key\", \"b\"]"),
        ),
        (policy(own), "", Some("bucket")),
        (policy(&format!("{own}, {{\"bucket\": \"other\"}}")), "", Some("\"bucket\" was sent")),
        (policy(&format!("{own}, {{\"Bucket\": \"bucket\"}}")), "", None),
    ] {
        let answer = signed(&text, content);
        match (answer, unmet) {
            (Ok(()), None) => {}
            (Err(Refusal::Unmet(actual)), Some(expected)) => {
                assert!(actual.to_string().contains(expected), "{actual}");
            }
            (answer, unmet) => panic!("{answer:?}, expected {unmet:?}"),
        }
    }
    assert!(matches!(signed("{", ""), Err(Refusal::Policy(_))));
    let uncovered = signed(&policy(r#"["starts-with", "$key", ""]"#), "");
    let field = "x-amz-algorithm".to_owned();
    assert_eq!(uncovered, Err(Refusal::Unmet(Unmet::Uncovered { field })));
}

#[test]
fn a_form_without_a_file_is_refused() {
    let text = r#"{"expiration": "2030-01-01T00:00:00Z", "conditions": []}"#;
    let mut form = String::from_utf8(signed_form(text, "")).unwrap();
    form = form.replace("name=\"file\"", "name=\"x-ignore-file\"");
    let answer = verify(verifier(NOW, "bucket"), form.as_bytes(), None);
    assert_eq!(answer, Err(Refusal::MissingField("file")));
}

fn signed(policy: &str, content: &str) -> Result<(), Refusal> {
    verify(verifier(NOW, "bucket"), &signed_form(policy, content), None).map(|_| ())
}

fn signed_form(policy: &str, content: &str) -> Vec<u8> {
    let time = time("20151229T000000Z");
    let key = ScopedKey::derive(SECRET.as_bytes(), Scope::new(&time, b"us-east-1", b"s3").unwrap());
    let access_key_id = ID.as_bytes();
    let signer = PostSigner { time, access_key_id, key: &key, session_token: None };
    let own = signer.sign(policy.as_bytes()).unwrap();
    let mut fields = vec![("key", "a")];
    fields.extend(own.fields().map(|(name, value)| (name, std::str::from_utf8(value).unwrap())));
    body(&fields, "f", content)
}

/// A policy in base64, as a field has it.
fn encoded(policy: &str) -> &'static str {
    let time = time("20151229T000000Z");
    let key = ScopedKey::derive(SECRET.as_bytes(), Scope::new(&time, b"us-east-1", b"s3").unwrap());
    let access_key_id = ID.as_bytes();
    let signer = PostSigner { time, access_key_id, key: &key, session_token: None };
    let text = signer.sign(policy.as_bytes()).unwrap().string_to_sign().to_vec();
    assert_eq!(Policy::decode(&text).as_deref(), Ok(policy.as_bytes()));
    String::from_utf8(text).unwrap().leak()
}
