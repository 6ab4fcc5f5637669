//! The verifier of Version 4 refuses every older signature, and says why.

use sigv4_reference::sign::{ContentSha256, Payload, Signer};
use sigv4_reference::verify::{Reason, Verifier};
use sigv4_reference::{Profile, Scope, ScopedKey, Time};

use crate::common::Sent;
use crate::s3_examples::EXAMPLE;
use crate::{query_v2, request, stored};

#[test]
fn version_4_refuses_the_older_signatures() {
    let date = ("Date", "Tue, 27 Mar 2007 19:36:42 +0000");
    let host = ("Host", "awsexamplebucket1.us-west-1.s3.amazonaws.com");
    let aws = ("Authorization", "AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=");
    let aws3 = "AWS3-HTTPS AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE,Algorithm=HmacSHA256,Signature=M245";
    let query = "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\
                 &Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";
    for (what, sent, expected, detail) in [
        (
            "S3, header",
            request("GET", "/photos/puppy.jpg", &[host, date, aws], ""),
            Reason::UnsupportedAlgorithm,
            "expected AWS4-HMAC-SHA256, got \"AWS\"",
        ),
        (
            "S3, query",
            request("GET", query, &[host], ""),
            Reason::MissingAuthentication,
            "neither an Authorization header nor X-Amz-* parameters",
        ),
        (
            "query services",
            query_v2::signed(),
            Reason::MissingAuthentication,
            "neither an Authorization header nor X-Amz-* parameters",
        ),
        (
            "AWS3-HTTPS in its own header",
            request("GET", "/", &[host, date, ("X-Amzn-Authorization", aws3)], ""),
            Reason::MissingAuthentication,
            "neither an Authorization header nor X-Amz-* parameters",
        ),
        (
            "AWS3-HTTPS in Authorization",
            request("GET", "/", &[host, date, ("Authorization", aws3)], ""),
            Reason::UnsupportedAlgorithm,
            "expected AWS4-HMAC-SHA256, got \"AWS3-HTTPS\"",
        ),
    ] {
        let answer = answer(&sent);
        assert_eq!(answer, Err((expected, detail.to_owned())), "{what}");
    }
}

/// The same verifier accepts what it is for.
#[test]
fn version_4_accepts_its_own() {
    let time = Time::parse(b"20070327T193642Z").unwrap();
    let scope = Scope::new(&time, b"us-west-1", b"s3").unwrap();
    let key = ScopedKey::derive(EXAMPLE.secret_access_key, scope);
    let signer = Signer {
        profile: Profile::S3,
        payload: Payload::Unsigned,
        content_sha256: ContentSha256::Header,
        ..Signer::new(time, EXAMPLE.access_key_id, &key)
    };
    let host = ("Host", "awsexamplebucket1.us-west-1.s3.amazonaws.com");
    request("GET", "/photos/puppy.jpg", &[host], "").borrowed(|request| {
        assert_eq!(answer(&Sent::with_header(&signer, request).unwrap()), Ok(()));
        assert_eq!(answer(&Sent::with_query(&signer, request, 60).unwrap()), Ok(()));
    });
}

fn answer(sent: &Sent) -> Result<(), (Reason, String)> {
    let now = Time::parse(b"20070327T193642Z").unwrap();
    let verifier = Verifier::new(now, b"us-west-1", b"s3");
    let keys = [stored(EXAMPLE, None)];
    let answer = sent.verify(&verifier, &keys);
    answer.map(|_| ()).map_err(|rejection| (rejection.reason, rejection.detail.into_owned()))
}
