//! The policies of the vendor's documentation and SDKs.

use sigv4_reference::post::{Policy, PostSigner, Test};
use sigv4_reference::{Scope, ScopedKey};

use crate::{ID, SECRET, time};

/// The policy is signed as it is printed: with CR LF at the ends of lines, an empty line, and none at
/// the end.
#[test]
fn policies_have_the_published_signatures() {
    for (policy, encoded, date, signature) in [
        (
            DOCUMENTED,
            DOCUMENTED_IN_BASE64,
            "20151229",
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
        ),
        (
            OLDER,
            OLDER_IN_BASE64,
            "20130806",
            "21496b44de44ccb73d545f1a995c68214c9cb0d41c45a17a5daeec0b1a6db047",
        ),
        (
            OF_PHP,
            OF_PHP_IN_BASE64,
            "20151229",
            "683963a1575bb197c642490ac60f3f08cda08233cd3a163ad31b554e9327a3ff",
        ),
    ] {
        let time = time(&format!("{date}T000000Z"));
        let scope = Scope::new(&time, b"us-east-1", b"s3").unwrap();
        let key = ScopedKey::derive(SECRET.as_bytes(), scope);
        let access_key_id = ID.as_bytes();
        let signer = PostSigner { time, access_key_id, key: &key, session_token: None };
        let own = signer.sign(policy.as_bytes()).unwrap();
        assert_eq!(String::from_utf8_lossy(own.string_to_sign()), encoded);
        assert_eq!(own.signature().to_string(), signature);
        let fields: Vec<(&str, String)> = own
            .fields()
            .map(|(name, value)| (name, String::from_utf8_lossy(value).into_owned()))
            .collect();
        let expected = [
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", format!("{ID}/{date}/us-east-1/s3/aws4_request")),
            ("x-amz-date", format!("{date}T000000Z")),
            ("policy", encoded.to_owned()),
            ("x-amz-signature", signature.to_owned()),
        ];
        assert_eq!(fields, expected);

        let with_line_feeds = policy.replace("\r\n", "\n");
        if with_line_feeds != policy {
            let other = signer.sign(with_line_feeds.as_bytes()).unwrap();
            assert_ne!(other.signature().to_string(), signature);
        }
    }
}

/// aws-sdk-php escapes slashes, and writes a time that is none.
#[test]
fn published_policies_are_read() {
    let policy = Policy::parse(DOCUMENTED.as_bytes()).unwrap();
    assert_eq!(policy.expiration, time("20151230T120000Z"));
    assert_eq!(policy.conditions.len(), 11);
    let policy = Policy::parse(OF_PHP.as_bytes()).unwrap();
    let prefix = Test::StartsWith { field: "key".into(), prefix: "user/user1/".into() };
    assert_eq!(policy.conditions[1].test, prefix);
    let date = Test::Exact { field: "X-Amz-Date".into(), value: "20151229T0000Z".into() };
    assert_eq!(policy.conditions[8].test, date);
}

/// S3 API Reference, "Example: Browser-Based Upload using HTTP POST".
pub(crate) const DOCUMENTED: &str = "\
    { \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n\
    \x20 \"conditions\": [\r\n\
    \x20   {\"bucket\": \"sigv4examplebucket\"},\r\n\
    \x20   [\"starts-with\", \"$key\", \"user/user1/\"],\r\n\
    \x20   {\"acl\": \"public-read\"},\r\n\
    \x20   {\"success_action_redirect\": \"http://sigv4examplebucket.s3.amazonaws.com/su\
    ccessful_upload.html\"},\r\n\
    \x20   [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n\
    \x20   {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n\
    \x20   {\"x-amz-server-side-encryption\": \"AES256\"},\r\n\
    \x20   [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n\
    \r\n\
    \x20   {\"x-amz-credential\": \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_requ\
    est\"},\r\n\
    \x20   {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n\
    \x20   {\"x-amz-date\": \"20151229T000000Z\" }\r\n\
    \x20 ]\r\n\
    }";

pub(crate) const DOCUMENTED_IN_BASE64: &str = "\
    eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAg\
    ICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAi\
    dXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25f\
    cmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxf\
    dXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQog\
    ICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRl\
    LWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAi\
    Il0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMt\
    ZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEy\
    NTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";

/// The same page until 2015.
const OLDER: &str = "\
    { \"expiration\": \"2013-08-07T12:00:00.000Z\",\r\n\
    \x20 \"conditions\": [\r\n\
    \x20   {\"bucket\": \"examplebucket\"},\r\n\
    \x20   [\"starts-with\", \"$key\", \"user/user1/\"],\r\n\
    \x20   {\"acl\": \"public-read\"},\r\n\
    \x20   {\"success_action_redirect\": \"http://examplebucket.s3.amazonaws.com/success\
    ful_upload.html\"},\r\n\
    \x20   [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n\
    \x20   {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n\
    \x20   [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n\
    \r\n\
    \x20   {\"x-amz-credential\": \"AKIAIOSFODNN7EXAMPLE/20130806/us-east-1/s3/aws4_requ\
    est\"},\r\n\
    \x20   {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n\
    \x20   {\"x-amz-date\": \"20130806T000000Z\" }\r\n\
    \x20 ]\r\n\
    }";

const OLDER_IN_BASE64: &str = "\
    eyAiZXhwaXJhdGlvbiI6ICIyMDEzLTA4LTA3VDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAg\
    ICB7ImJ1Y2tldCI6ICJleGFtcGxlYnVja2V0In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIka2V5IiwgInVzZXIv\
    dXNlcjEvIl0sDQogICAgeyJhY2wiOiAicHVibGljLXJlYWQifSwNCiAgICB7InN1Y2Nlc3NfYWN0aW9uX3JlZGly\
    ZWN0IjogImh0dHA6Ly9leGFtcGxlYnVja2V0LnMzLmFtYXpvbmF3cy5jb20vc3VjY2Vzc2Z1bF91cGxvYWQuaHRt\
    bCJ9LA0KICAgIFsic3RhcnRzLXdpdGgiLCAiJENvbnRlbnQtVHlwZSIsICJpbWFnZS8iXSwNCiAgICB7IngtYW16\
    LW1ldGEtdXVpZCI6ICIxNDM2NTEyMzY1MTI3NCJ9LA0KICAgIFsic3RhcnRzLXdpdGgiLCAiJHgtYW16LW1ldGEt\
    dGFnIiwgIiJdLA0KDQogICAgeyJ4LWFtei1jcmVkZW50aWFsIjogIkFLSUFJT1NGT0ROTjdFWEFNUExFLzIwMTMw\
    ODA2L3VzLWVhc3QtMS9zMy9hd3M0X3JlcXVlc3QifSwNCiAgICB7IngtYW16LWFsZ29yaXRobSI6ICJBV1M0LUhN\
    QUMtU0hBMjU2In0sDQogICAgeyJ4LWFtei1kYXRlIjogIjIwMTMwODA2VDAwMDAwMFoiIH0NCiAgXQ0KfQ==";

/// aws-sdk-php, `tests/S3/PostObjectV4Test.php`.
const OF_PHP: &str = "\
    {\"expiration\":\"2015-12-29T01:00:00Z\",\"conditions\":[{\"bucket\":\"sigv4exampleb\
    ucket\"},[\"starts-with\",\"$key\",\"user\\/user1\\/\"],{\"acl\":\"public-read\"},{\
    \"success_action_redirect\":\"http:\\/\\/sigv4examplebucket.s3.amazonaws.com\\/succe\
    ssful_upload.html\"},[\"starts-with\",\"$Content-Type\",\"image\\/\"],{\"x-amz-meta-\
    uuid\":\"14365123651274\"},{\"x-amz-server-side-encryption\":\"AES256\"},[\"starts-w\
    ith\",\"$x-amz-meta-tag\",\"\"],{\"X-Amz-Date\":\"20151229T0000Z\"},{\"X-Amz-Credent\
    ial\":\"AKIAIOSFODNN7EXAMPLE\\/20151229\\/us-east-1\\/s3\\/aws4_request\"},{\"X-Amz-\
    Algorithm\":\"AWS4-HMAC-SHA256\"}]}";

const OF_PHP_IN_BASE64: &str = "\
    eyJleHBpcmF0aW9uIjoiMjAxNS0xMi0yOVQwMTowMDowMFoiLCJjb25kaXRpb25zIjpbeyJidWNrZXQiOiJzaWd2\
    NGV4YW1wbGVidWNrZXQifSxbInN0YXJ0cy13aXRoIiwiJGtleSIsInVzZXJcL3VzZXIxXC8iXSx7ImFjbCI6InB1\
    YmxpYy1yZWFkIn0seyJzdWNjZXNzX2FjdGlvbl9yZWRpcmVjdCI6Imh0dHA6XC9cL3NpZ3Y0ZXhhbXBsZWJ1Y2tl\
    dC5zMy5hbWF6b25hd3MuY29tXC9zdWNjZXNzZnVsX3VwbG9hZC5odG1sIn0sWyJzdGFydHMtd2l0aCIsIiRDb250\
    ZW50LVR5cGUiLCJpbWFnZVwvIl0seyJ4LWFtei1tZXRhLXV1aWQiOiIxNDM2NTEyMzY1MTI3NCJ9LHsieC1hbXot\
    c2VydmVyLXNpZGUtZW5jcnlwdGlvbiI6IkFFUzI1NiJ9LFsic3RhcnRzLXdpdGgiLCIkeC1hbXotbWV0YS10YWci\
    LCIiXSx7IlgtQW16LURhdGUiOiIyMDE1MTIyOVQwMDAwWiJ9LHsiWC1BbXotQ3JlZGVudGlhbCI6IkFLSUFJT1NG\
    T0ROTjdFWEFNUExFXC8yMDE1MTIyOVwvdXMtZWFzdC0xXC9zM1wvYXdzNF9yZXF1ZXN0In0seyJYLUFtei1BbGdv\
    cml0aG0iOiJBV1M0LUhNQUMtU0hBMjU2In1dfQ==";
