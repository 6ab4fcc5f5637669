//! The forms that boto3, the SDKs for JavaScript and Go and minio-go make, with their signatures.

use sigv4_reference::legacy::s3_v2::S3V2Verifier;
use sigv4_reference::legacy::{Clock, LegacyWorkspace};
use sigv4_reference::post::{AcceptedForm, Form, Limits, Refusal};

use crate::{ID, TYPE, body, stored, time, verifier, verify};

#[test]
fn forms_of_others_verify() {
    for (who, fields, bucket, token, key) in [
        ("boto3", BOTO3, "b", Some("TOKENEXAMPLE"), "user/report.txt"),
        ("JavaScript", JAVASCRIPT, "b", Some("TOKENEXAMPLE"), "user/report.txt"),
        ("minio-go", MINIO_GO, "bkt", None, "k"),
    ] {
        let body = body(fields, "C:\\Users\\me\\report.txt", "hello");
        let accepted = verify(verifier("20261127T144000Z", bucket), &body, token);
        let expected =
            AcceptedForm { access_key_id: ID.as_bytes().to_vec(), key: key.as_bytes().to_vec() };
        assert_eq!(accepted, Ok(expected), "{who}");
    }
}

/// The SDK for Go asks for a key that is `user/${filename}` as it is written, which no file has.
#[test]
fn the_condition_that_go_makes_of_a_file_name_cannot_be_met() {
    let body = body(GO, "report.txt", "hello");
    let refusal = verify(verifier("20261127T144000Z", "b"), &body, None).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the condition [\"eq\", \"$key\", \"user/${filename}\"] is not met: \
         \"user/report.txt\" was sent"
    );
    assert!(matches!(refusal, Refusal::Unmet(_)));
}

/// By default boto3 signs with Version 2.
#[test]
fn a_form_of_version_2_verifies() {
    let body = body(BOTO3_V2, "a.txt", "hello");
    let form = Form::parse(TYPE, &body, Limits::default()).unwrap();
    let verify = |now: &str, bucket: &[u8]| {
        let clock = Clock { now: time(now), window_seconds: 900 };
        let verifier = S3V2Verifier { clock, bucket: Some(bucket) };
        let keys = [stored(Some("TOKENEXAMPLE"))];
        verifier.verify_form(&mut LegacyWorkspace::default(), &form, &keys)
    };
    assert_eq!(verify("20261127T144903Z", b"b").unwrap().key, b"user/a.txt");
    let refused = |now, bucket| verify(now, bucket).unwrap_err().to_string();
    assert_eq!(
        refused("20261127T144904Z", b"b"),
        "expired: the policy was good until 20261127T144903Z, now 20261127T144904Z"
    );
    assert_eq!(
        refused("20261127T144903Z", b"c"),
        "the condition [\"eq\", \"$bucket\", \"b\"] is not met: \"c\" was sent"
    );

    // Neither verifier takes the form of the other.
    let refusal = crate::verify(verifier("20261127T144000Z", "b"), &body, None).unwrap_err();
    let missing = "missing-authentication: form: missing field x-amz-signature";
    assert_eq!(refusal.to_string(), missing);
}

pub(crate) const BOTO3: &[(&str, &str)] = &[
    ("acl", "private"),
    ("key", "user/${filename}"),
    ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
    ("x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request"),
    ("x-amz-date", "20261127T143903Z"),
    ("x-amz-security-token", "TOKENEXAMPLE"),
    (
        "policy",
        "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjdUMTQ6NDk6MDNaIiwgImNvbmRpdGlvbnMiOiBbeyJh\
         Y2wiOiAicHJpdmF0ZSJ9LCBbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMSwgMTBdLCB7ImJ1Y2tl\
         dCI6ICJiIn0sIFsic3RhcnRzLXdpdGgiLCAiJGtleSIsICJ1c2VyLyJdLCB7IngtYW16LWFsZ29y\
         aXRobSI6ICJBV1M0LUhNQUMtU0hBMjU2In0sIHsieC1hbXotY3JlZGVudGlhbCI6ICJBS0lBSU9T\
         Rk9ETk43RVhBTVBMRS8yMDI2MTEyNy91cy1lYXN0LTEvczMvYXdzNF9yZXF1ZXN0In0sIHsieC1h\
         bXotZGF0ZSI6ICIyMDI2MTEyN1QxNDM5MDNaIn0sIHsieC1hbXotc2VjdXJpdHktdG9rZW4iOiAi\
         VE9LRU5FWEFNUExFIn1dfQ==",
    ),
    ("x-amz-signature", "438d34569874695853e6c0d8b65a39da859b2de8dc329a8562d5e265e5dfada4"),
];

/// With its default settings.
const BOTO3_V2: &[(&str, &str)] = &[
    ("acl", "private"),
    ("key", "user/${filename}"),
    ("AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE"),
    ("x-amz-security-token", "TOKENEXAMPLE"),
    (
        "policy",
        "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjdUMTQ6NDk6MDNaIiwgImNvbmRpdGlvbnMiOiBbeyJh\
         Y2wiOiAicHJpdmF0ZSJ9LCBbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMSwgMTBdLCB7ImJ1Y2tl\
         dCI6ICJiIn0sIFsic3RhcnRzLXdpdGgiLCAiJGtleSIsICJ1c2VyLyJdLCB7IngtYW16LXNlY3Vy\
         aXR5LXRva2VuIjogIlRPS0VORVhBTVBMRSJ9XX0=",
    ),
    ("signature", "jAlsbJBu5LqERNTRhbPUMFuedUA="),
];

const JAVASCRIPT: &[(&str, &str)] = &[
    ("acl", "private"),
    ("bucket", "b"),
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
    ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request"),
    ("X-Amz-Date", "20261127T143904Z"),
    ("X-Amz-Security-Token", "TOKENEXAMPLE"),
    ("key", "user/${filename}"),
    (
        "Policy",
        "eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yN1QxNDo0OTowNFoiLCJjb25kaXRpb25zIjpbeyJhY2wi\
         OiJwcml2YXRlIn0sWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsMSwxMF0seyJidWNrZXQiOiJiIn0s\
         eyJYLUFtei1BbGdvcml0aG0iOiJBV1M0LUhNQUMtU0hBMjU2In0seyJYLUFtei1DcmVkZW50aWFs\
         IjoiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAyNjExMjcvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVz\
         dCJ9LHsiWC1BbXotRGF0ZSI6IjIwMjYxMTI3VDE0MzkwNFoifSx7IlgtQW16LVNlY3VyaXR5LVRv\
         a2VuIjoiVE9LRU5FWEFNUExFIn0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1c2VyLyJdXX0=",
    ),
    ("X-Amz-Signature", "d8b16756eb0746aae527689b7e73c86dcf8aadeeffb11bbcdeffea95ffad8737"),
];

const GO: &[(&str, &str)] = &[
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
    ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request"),
    ("X-Amz-Date", "20261127T143904Z"),
    ("X-Amz-Signature", "a81fd0c11b1b9041ef7cbdd6c49e764cb88edb0b24e09e81ea0e65d13eac1bc4"),
    ("key", "user/${filename}"),
    (
        "policy",
        "eyJjb25kaXRpb25zIjpbeyJYLUFtei1BbGdvcml0aG0iOiJBV1M0LUhNQUMtU0hBMjU2In0seyJi\
         dWNrZXQiOiJiIn0seyJYLUFtei1DcmVkZW50aWFsIjoiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAy\
         NjExMjcvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LHsiWC1BbXotRGF0ZSI6IjIwMjYxMTI3\
         VDE0MzkwNFoifSx7ImtleSI6InVzZXIvJHtmaWxlbmFtZX0ifV0sImV4cGlyYXRpb24iOiIyMDI2\
         LTExLTI3VDE0OjU0OjA0WiJ9",
    ),
];

const MINIO_GO: &[(&str, &str)] = &[
    ("Content-Type", "text/plain"),
    ("bucket", "bkt"),
    ("key", "k"),
    (
        "policy",
        "eyJleHBpcmF0aW9uIjoiMjAzMC0wMS0wMlQwMzowNDowNS42NzhaIiwiY29uZGl0aW9ucyI6W1si\
         ZXEiLCIkYnVja2V0IiwiYmt0Il0sWyJlcSIsIiRrZXkiLCJrIl0sWyJlcSIsIiRDb250ZW50LVR5\
         cGUiLCJ0ZXh0L3BsYWluIl0sWyJlcSIsIiR4LWFtei1kYXRlIiwiMjAyNjExMjdUMTQzOTM0WiJd\
         LFsiZXEiLCIkeC1hbXotYWxnb3JpdGhtIiwiQVdTNC1ITUFDLVNIQTI1NiJdLFsiZXEiLCIkeC1h\
         bXotY3JlZGVudGlhbCIsIkFLSUFJT1NGT0ROTjdFWEFNUExFLzIwMjYxMTI3L3VzLWVhc3QtMS9z\
         My9hd3M0X3JlcXVlc3QiXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMSwgMTBdXX0=",
    ),
    ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
    ("x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request"),
    ("x-amz-date", "20261127T143934Z"),
    ("x-amz-signature", "0c05dfb5bb0f51fa08c2a396c8d1f150c537e1d534bf6c2c6c9b82e4e9966d12"),
];
