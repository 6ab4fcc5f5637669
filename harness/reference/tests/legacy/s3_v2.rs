use sigv4_reference::legacy::s3_v2::{S3V2Signer, S3V2Verifier, SignedPolicy};
use sigv4_reference::legacy::{LegacyWorkspace, Mac};
use sigv4_reference::verify::{Reason, StoredKey};
use sigv4_reference::{Error, KeyMaterial};

use crate::common::Sent;
use crate::policy::POLICY;
use crate::s3_examples::{EXAMPLE, EXAMPLES, Example, OLD, TEXTS};
use crate::{clock, request, stored, text};

#[test]
fn examples_are_signed_as_published() {
    let mut workspace = LegacyWorkspace::default();
    for example in EXAMPLES {
        let place = format!("{} ({})", example.id, example.source);
        let signed_text = example.unsigned().borrowed(|request| {
            let signer = example.signer();
            let result = match example.expires_at {
                None => signer.header(&mut workspace, request),
                Some(expires_at) => signer.query(&mut workspace, request, expires_at),
            }
            .unwrap();
            assert_eq!(text(result.signature()), example.signature, "{place}");
            text(result.string_to_sign())
        });
        assert_eq!(signed_text, example.string_to_sign, "{place}");
    }
    for example in TEXTS {
        let secret = example.secret.secret_access_key;
        let result = workspace.sign(Mac::HmacSha1, secret, example.string_to_sign.as_bytes());
        let place = format!("{} ({})", example.id, example.source);
        assert_eq!(text(result.signature()), example.signature, "{place}");
    }
}

#[test]
fn what_was_signed_verifies() {
    for example in EXAMPLES {
        let sent = example.sent();
        let verifier = S3V2Verifier { clock: example.clock(), bucket: bytes(example.bucket) };
        let keys = [stored(example.secret, example.token())];
        let answer = sent
            .borrowed(|request| verifier.verify(&mut LegacyWorkspace::default(), request, &keys));
        assert_eq!(answer, Ok(example.secret.access_key_id.to_vec()), "{}", example.id);
    }
}

/// S3 Developer Guide until 2020, `RESTAuthentication`; boto3 sends the parameters in this order.
#[test]
fn the_query_carries_the_authentication() {
    let signer = S3V2Signer { secret: EXAMPLE, bucket: Some(b"johnsmith") };
    let sent = request("GET", "/photos/puppy.jpg?a=b&Signature=old", &[], "");
    let mut workspace = LegacyWorkspace::default();
    let target = sent.borrowed(|request| {
        text(signer.query(&mut workspace, request, 1_175_139_620).unwrap().output())
    });
    assert_eq!(
        target,
        "/photos/puppy.jpg?a=b&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620\
         &Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D"
    );
}

/// By the documentation; the value of an override is signed decoded.
#[test]
fn sub_resources_are_sorted_and_nothing_else_is_signed() {
    let headers = [("Date", "Tue, 27 Mar 2007 19:36:42 +0000")];
    for (target, expected) in [
        ("", "/"),
        ("/?a=b&acl", "/?acl"),
        (
            "/k?versions&uploads&uploadId=1&versionId=2&acl=",
            "/k?acl=&uploadId=1&uploads&versionId=2&versions",
        ),
        ("/k?response-content-type=text%2Fplain%3B+a", "/k?response-content-type=text/plain; a"),
        ("/k?ACL&acls&ac%6C", "/k?acl"),
    ] {
        let sent = request("GET", target, &headers, "");
        let signer = S3V2Signer { secret: EXAMPLE, bucket: None };
        let result = sent.borrowed(|request| {
            text(signer.header(&mut LegacyWorkspace::default(), request).unwrap().string_to_sign())
        });
        let expected = format!("GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n{expected}");
        assert_eq!(result, expected, "{target}");
    }
}

/// The rule of the documentation, from which its own example departs; botocore follows the rule.
#[test]
fn an_amz_date_empties_the_line_of_the_date_and_headers_are_unfolded() {
    let headers = [
        ("Date", "Tue, 27 Mar 2007 21:20:27 +0000"),
        ("X-Amz-Date", " Tue, 27 Mar 2007 21:20:26 +0000 "),
        ("x-amz-meta-a", "b  c\r\n  d"),
        ("X-AMZ-Meta-A", "e"),
    ];
    let sent = request("DELETE", "/awsexamplebucket1/photos/puppy.jpg", &headers, "");
    let signer = S3V2Signer { secret: EXAMPLE, bucket: None };
    let result = sent.borrowed(|request| {
        text(signer.header(&mut LegacyWorkspace::default(), request).unwrap().string_to_sign())
    });
    assert_eq!(
        result,
        "DELETE\n\n\n\nx-amz-date:Tue, 27 Mar 2007 21:20:26 +0000\nx-amz-meta-a:b  c d,e\n\
         /awsexamplebucket1/photos/puppy.jpg"
    );
}

/// S3 Developer Guide, HTTPPOSTExamples.md: the page prints the signature of the secret of 2011.
#[test]
fn the_policy_of_a_form_is_signed() {
    let mut workspace = LegacyWorkspace::default();
    for (secret, expected) in
        [(OLD, "0RavWzkygo6QX9caELEqKi9kDbU="), (EXAMPLE, "gp42sMsv4L5xLO0OjT+56V64o+A=")]
    {
        let signer = S3V2Signer { secret, bucket: None };
        let result = signer.post(&mut workspace, POLICY.as_bytes());
        assert_eq!(text(result.signature()), expected);
    }
    let form = SignedPolicy {
        access_key_id: EXAMPLE.access_key_id,
        policy: POLICY.as_bytes(),
        signature: b"gp42sMsv4L5xLO0OjT+56V64o+A=",
        session_token: None,
    };
    let keys = [stored(EXAMPLE, None)];
    let mut verify = |form: &SignedPolicy<'_>| {
        let answer = S3V2Verifier::verify_post(&mut workspace, form, &keys);
        answer.map_err(|rejection| rejection.reason)
    };
    assert_eq!(verify(&form), Ok(()));
    let shorter = &POLICY.as_bytes()[4..];
    assert_eq!(verify(&SignedPolicy { policy: shorter, ..form }), Err(Reason::SignatureMismatch));
    let other = SignedPolicy { signature: b"0RavWzkygo6QX9caELEqKi9kDbU=", ..form };
    assert_eq!(verify(&other), Err(Reason::SignatureMismatch));
    let other = SignedPolicy { access_key_id: b"AKIDEXAMPLE", ..form };
    assert_eq!(verify(&other), Err(Reason::UnknownAccessKey));
    let token = SignedPolicy { session_token: Some(b"token"), ..form };
    assert_eq!(verify(&token), Err(Reason::SessionTokenMismatch));
}

/// botocore moves the headers that it signs into the query.
#[test]
fn headers_in_the_query_are_signed_headers() {
    let secret = sigv4_reference::key::Secret {
        access_key_id: b"access_key",
        secret_access_key: b"secret_key",
    };
    let target = "/mybucket/myobject?x-amz-security-token=foo&x-amz-acl=read-only\
                  &AWSAccessKeyId=access_key&Expires=1427430247\
                  &Signature=5oyMAGiUk1E5Ry2BnFr6cIS3Gus%3D";
    let verify = |target: &str, token| {
        let verifier = S3V2Verifier { clock: clock("20150327T042407Z", 0), bucket: None };
        let keys = [stored(secret, token)];
        let sent = request("GET", target, &[], "");
        let answer = sent
            .borrowed(|request| verifier.verify(&mut LegacyWorkspace::default(), request, &keys));
        answer.map(|_| ()).map_err(|rejection| rejection.reason)
    };
    assert_eq!(verify(target, Some(b"foo")), Ok(()));
    assert_eq!(verify(target, None), Err(Reason::SessionTokenMismatch));
    let other = target.replace("read-only", "public-read");
    assert_eq!(verify(&other, Some(b"foo")), Err(Reason::SignatureMismatch));
}

#[test]
fn what_is_wrong_in_a_header_has_a_reason() {
    let example = &EXAMPLES[0];
    let sent = example.sent();
    let answer = |sent: &Sent, now: &str| {
        let verifier = S3V2Verifier { clock: clock(now, 900), bucket: bytes(example.bucket) };
        let inactive = StoredKey { active: false, ..stored(OLD, None) };
        let keys = [stored(example.secret, None), inactive];
        let answer = sent
            .borrowed(|request| verifier.verify(&mut LegacyWorkspace::default(), request, &keys));
        answer.map(|_| ()).map_err(|rejection| rejection.reason)
    };
    let now = "20070327T193642Z";
    for (now, expected) in [
        (now, Ok(())),
        ("20070327T195142Z", Ok(())),
        ("20070327T195143Z", Err(Reason::RequestTimeTooSkewed)),
        ("20070327T192141Z", Err(Reason::RequestTimeTooSkewed)),
    ] {
        assert_eq!(answer(&sent, now), expected, "{now}");
    }
    let signature = "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=";
    for (value, expected) in [
        (format!("AWS AKIAIOSFODNN7EXAMPLE:{signature}"), Ok(())),
        (format!("AWS AKIAIOSFODNN7EXAMPLE:{signature}="), Err(Reason::SignatureMismatch)),
        ("AWS AKIAIOSFODNN7EXAMPLE:".to_owned(), Err(Reason::SignatureMismatch)),
        ("AWS AKIAIOSFODNN7EXAMPLE".to_owned(), Err(Reason::MalformedAuthentication)),
        (format!("AWS AKIDEXAMPLE:{signature}"), Err(Reason::UnknownAccessKey)),
        (format!("AWS 0PN5J17HBGZHT7JJ3X82:{signature}"), Err(Reason::InactiveAccessKey)),
        (format!("aws AKIAIOSFODNN7EXAMPLE:{signature}"), Err(Reason::UnsupportedAlgorithm)),
        ("AWS4-HMAC-SHA256 Credential=".to_owned(), Err(Reason::UnsupportedAlgorithm)),
    ] {
        let mut other = sent.clone();
        other.headers.last_mut().unwrap().1 = value.clone().into_bytes();
        assert_eq!(answer(&other, now), expected, "{value}");
    }
    for (change, expected) in [
        (
            (|sent: &mut Sent| drop(sent.headers.pop())) as fn(&mut Sent),
            Reason::MissingAuthentication,
        ),
        (|sent| sent.headers.extend(sent.headers.last().cloned()), Reason::MultipleAuthentications),
        (|sent| sent.target.extend(b"?Signature=a"), Reason::MultipleAuthentications),
        (|sent| sent.target.extend(b"?acl"), Reason::SignatureMismatch),
        (|sent| sent.target.extend(b"?%zz"), Reason::MalformedRequest),
        (|sent| drop(sent.headers.remove(1)), Reason::MissingDate),
        (|sent| sent.headers[1].1 = b"yesterday".to_vec(), Reason::MalformedAuthentication),
        (|sent| sent.method = b"PUT".to_vec(), Reason::SignatureMismatch),
        (|sent| sent.method = b"P T".to_vec(), Reason::MalformedRequest),
    ] {
        let mut other = sent.clone();
        change(&mut other);
        assert_eq!(answer(&other, now), Err(expected), "{other:?}");
    }
    let keys = [StoredKey {
        material: KeyMaterial::Public(
            &sigv4_reference::v4a::V4aKey::derive(b"a", b"b").unwrap().public_key(),
        ),
        ..stored(example.secret, None)
    }];
    let verifier = S3V2Verifier { clock: clock(now, 900), bucket: bytes(example.bucket) };
    let answer =
        sent.borrowed(|request| verifier.verify(&mut LegacyWorkspace::default(), request, &keys));
    assert_eq!(answer.unwrap_err().reason, Reason::KeyOutOfScope);
}

#[test]
fn what_is_wrong_in_a_query_has_a_reason() {
    let start = "/quotes/nelson?AWSAccessKeyId=44CF9590006BF252F707";
    let signature = "vjbyPxybdZaNmGa%2ByT272YEAiv4%3D";
    let keys = [stored(crate::s3_examples::OLDEST, None)];
    let answer = |target: &str, now: &str| {
        let verifier = S3V2Verifier { clock: clock(now, 0), bucket: None };
        let sent = request("GET", target, &[], "");
        let answer = sent
            .borrowed(|request| verifier.verify(&mut LegacyWorkspace::default(), request, &keys));
        answer.map(|_| ()).map_err(|rejection| rejection.reason)
    };
    let good = format!("{start}&Expires=1141889120&Signature={signature}");
    // 1141889120 is 2006-03-09 07:25:20 UTC (`date -u -d @1141889120`).
    assert_eq!(answer(&good, "20060309T072520Z"), Ok(()));
    assert_eq!(answer(&good, "20060309T072521Z"), Err(Reason::Expired));
    for (target, expected) in [
        (format!("{start}&Signature={signature}"), Reason::MalformedAuthentication),
        (format!("{start}&Expires=&Signature={signature}"), Reason::ExpiresOutOfRange),
        (format!("{start}&Expires=%2B1141889120&Signature={signature}"), Reason::ExpiresOutOfRange),
        (format!("{start}&Expires=-1&Signature={signature}"), Reason::ExpiresOutOfRange),
        (
            format!("{start}&Expires={}&Signature={signature}", "9".repeat(30)),
            Reason::ExpiresOutOfRange,
        ),
        (format!("{start}&Expires=1141889121&Signature={signature}"), Reason::SignatureMismatch),
        (format!("{good}&Signature={signature}"), Reason::MalformedAuthentication),
        (format!("{good}&Expires=1"), Reason::MalformedAuthentication),
        (good.replace("%3D", "%zz"), Reason::MalformedAuthentication),
        // A plus in a query is a space.
        (good.replace("%2B", "+"), Reason::SignatureMismatch),
        (good.replace("AWSAccessKeyId", "AccessKeyId"), Reason::MalformedAuthentication),
        (good.replace("F707", "F708"), Reason::UnknownAccessKey),
        (format!("{good}&acl"), Reason::SignatureMismatch),
        (format!("{start}&Expires=1141889120"), Reason::MissingAuthentication),
    ] {
        assert_eq!(answer(&target, "20060309T072520Z"), Err(expected), "{target}");
    }
}

#[test]
fn a_signer_needs_a_date_and_an_id_on_one_line() {
    let signer = S3V2Signer { secret: EXAMPLE, bucket: None };
    let mut workspace = LegacyWorkspace::default();
    let sent = request("GET", "/", &[("Host", "s3.amazonaws.com")], "");
    let error = sent.borrowed(|request| signer.header(&mut workspace, request).unwrap_err());
    assert_eq!(error, Error::MissingDate);
    let error = request("GET", "/?a%", &[("Date", "")], "")
        .borrowed(|request| signer.header(&mut workspace, request).unwrap_err());
    assert_eq!(error, Error::PercentEscape { offset: 3 });
    let secret = sigv4_reference::key::Secret { access_key_id: b"a\n", ..EXAMPLE };
    let signer = S3V2Signer { secret, ..signer };
    let error = sent.borrowed(|request| signer.query(&mut workspace, request, 1).unwrap_err());
    assert_eq!(error, Error::ControlByte { field: "access key id", offset: 1 });
}

impl Example {
    fn signer(&self) -> S3V2Signer<'_> {
        S3V2Signer { secret: self.secret, bucket: bytes(self.bucket) }
    }

    fn unsigned(&self) -> Sent {
        request(self.method, self.target, self.headers, "")
    }

    fn sent(&self) -> Sent {
        let mut sent = self.unsigned();
        let mut workspace = LegacyWorkspace::default();
        let output = sent.borrowed(|request| {
            let result = match self.expires_at {
                None => self.signer().header(&mut workspace, request),
                Some(expires_at) => self.signer().query(&mut workspace, request, expires_at),
            };
            result.unwrap().output().to_vec()
        });
        match self.expires_at {
            None => sent.headers.push((b"Authorization".to_vec(), output)),
            Some(_) => sent.target = output,
        }
        sent
    }

    /// Within an hour of the date, or not after the expiry.
    fn clock(&self) -> sigv4_reference::legacy::Clock {
        let now = match (self.expires_at, self.headers.iter().find(|(name, _)| *name == "Date")) {
            (Some(1_427_430_247), _) => "20150327T042407Z",
            (Some(_), _) => "20060309T072520Z",
            (None, Some((_, date))) => match *date {
                "Thu, 17 Nov 2005 18:49:58 GMT" => "20051117T184958Z",
                date if date.contains("28 Mar") => "20070328T013959Z",
                _ => "20070327T202000Z",
            },
            (None, None) => panic!("{} has no date", self.id),
        };
        clock(now, 3_600)
    }

    fn token(&self) -> Option<&[u8]> {
        let token = self.headers.iter().find(|(name, _)| *name == "x-amz-security-token");
        token.map(|(_, value)| value.as_bytes())
    }
}

fn bytes(text: Option<&str>) -> Option<&[u8]> {
    text.map(str::as_bytes)
}
