//! Presigned URLs that other implementations made, and the rules of a service.

use sigv4_reference::verify::{
    ContentTypeRule, HostRule, Reason, StoredKey, UnsignedPayload, UnstatedPayload, Verifier,
};
use sigv4_reference::{KeyMaterial, Time};

use crate::common::Sent;
use crate::scene::replace;

struct Presigned {
    method: &'static str,
    target: &'static str,
    host: &'static str,
    access_key_id: &'static str,
    secret_access_key: &'static str,
    time: &'static str,
    region: &'static str,
    service: &'static str,
}

impl Presigned {
    fn answer(&self) -> Result<(), Reason> {
        self.answer_of(|_| (), |_| ())
    }

    fn answer_of(
        &self,
        on_its_way: impl FnOnce(&mut Sent),
        rules: impl FnOnce(&mut Verifier<'_>),
    ) -> Result<(), Reason> {
        let mut sent = Sent {
            method: self.method.into(),
            target: self.target.into(),
            headers: vec![(b"Host".to_vec(), self.host.into())],
            body: Vec::new(),
        };
        on_its_way(&mut sent);
        let key = StoredKey {
            access_key_id: self.access_key_id.as_bytes(),
            material: KeyMaterial::Secret(self.secret_access_key.as_bytes()),
            session_token: None,
            active: true,
        };
        let now = Time::parse(self.time.as_bytes()).unwrap();
        let mut verifier = Verifier::new(now, self.region.as_bytes(), self.service.as_bytes());
        rules(&mut verifier);
        sent.verify(&verifier, &[key]).map(|_| ()).map_err(|rejection| rejection.reason)
    }
}

/// Presigned while `X-Amz-Content-Sha256` was in the query: by @smithy/signature-v4 with
/// `UNSIGNED-PAYLOAD` as the payload line, by several of the vendor's signers with the hash of the
/// body, and for S3 with `UNSIGNED-PAYLOAD`.
#[test]
fn a_target_that_holds_the_payload_line_already_verifies() {
    for presigned in [STATED_AND_SIGNED, STATED, STATED_FOR_S3] {
        assert_eq!(presigned.answer(), Ok(()), "{}", presigned.target);
        let another = |sent: &mut Sent| replace(&mut sent.target, "UNSIGNED-PAYLOAD", "unsigned");
        let answer = presigned.answer_of(another, |_| ());
        assert_eq!(answer, Err(Reason::UnsupportedPayload), "{}", presigned.target);
    }
    // The hash of the body was signed, so another body is refused although the query says that
    // it is not signed.
    let another_body = |sent: &mut Sent| sent.body.push(b'a');
    assert_eq!(STATED.answer_of(another_body, |_| ()), Err(Reason::SignatureMismatch));
    assert_eq!(STATED_FOR_S3.answer_of(another_body, |_| ()), Ok(()));
}

/// Signatures computed with Python's `hashlib` and `hmac` from the canonical request with
/// `X-Amz-Expires` as in the target.
#[test]
fn a_lifetime_with_leading_zeros_is_the_number() {
    const SIXTY: &str = "00000000000000000000060";
    for (expires, signature, now, expected) in [
        ("0900", NINE_HUNDRED, "20150830T125100Z", Ok(())),
        ("0900", NINE_HUNDRED, "20150830T125101Z", Err(Reason::Expired)),
        (SIXTY, SIXTY_PADDED, "20150830T123700Z", Ok(())),
        (SIXTY, SIXTY_PADDED, "20150830T123701Z", Err(Reason::Expired)),
        ("0604801", TOO_LONG, "20150830T123600Z", Err(Reason::ExpiresOutOfRange)),
        ("00", ZERO, "20150830T123600Z", Err(Reason::ExpiresOutOfRange)),
        // The zeros are signed like any other text.
        ("900", NINE_HUNDRED, "20150830T123600Z", Err(Reason::SignatureMismatch)),
    ] {
        let write = |sent: &mut Sent| {
            replace(&mut sent.target, "{expires}", expires);
            replace(&mut sent.target, "{signature}", signature);
        };
        let set_clock = |rules: &mut Verifier<'_>| rules.now = Time::parse(now.as_bytes()).unwrap();
        assert_eq!(PLAIN.answer_of(write, set_clock), expected, "{expires} at {now}");
    }
}

#[test]
fn a_service_has_its_rules() {
    let now = Time::parse(b"20150830T123600Z").unwrap();
    for service in ["s3", "s3-object-lambda", "s3-outposts", "s3express"] {
        let rules = Verifier::new(now, b"us-east-1", service.as_bytes());
        assert_eq!(rules.unsigned_payload, UnsignedPayload::Accepted, "{service}");
        assert_eq!(rules.unstated_payload, UnstatedPayload::UnsignedIfPresigned, "{service}");
        assert_eq!(rules.window_seconds, 900, "{service}");
    }
    for service in ["", "S3", "s3tables", "s3vectors", "service", "execute-api"] {
        let rules = Verifier::new(now, b"us-east-1", service.as_bytes());
        assert_eq!(rules.unsigned_payload, UnsignedPayload::Refused, "{service}");
        assert_eq!(rules.unstated_payload, UnstatedPayload::BodyHash, "{service}");
        assert_eq!(rules.window_seconds, 300, "{service}");
        assert_eq!(rules.host, HostRule::One, "{service}");
        assert_eq!(rules.content_type, ContentTypeRule::MayBeUnsigned, "{service}");
    }
}

/// @smithy/signature-v4's own test, "presign, x-amz-content-sha256 in the query".
const STATED_AND_SIGNED: Presigned = Presigned {
    method: "POST",
    target: "/?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=foo%2F20000101%2Fus-bar-1%2Ffoo%2Faws4_request\
             &X-Amz-Date=20000101T000000Z&X-Amz-Expires=1800&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=04ccc7891757c0ca3811d0e018e4655919ef11fa7b956fe9b782f273cec2374f",
    host: "foo.us-bar-1.amazonaws.com",
    access_key_id: "foo",
    secret_access_key: "bar",
    time: "20000101T000000Z",
    region: "us-bar-1",
    service: "foo",
};

const STATED: Presigned = Presigned {
    method: "GET",
    target: "/?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request\
             &X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=616a19538a6b02c4df1db998827fdf8745f65373d6cd22ab2d478ea412b273a3",
    ..PLAIN
};

const STATED_FOR_S3: Presigned = Presigned {
    method: "GET",
    target: "/?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=acf61a31c2382dba96bdbc40c7f5e9a1fb98c0f281f6016731142f7fb2ff419b",
    host: "examplebucket.s3.amazonaws.com",
    service: "s3",
    ..PLAIN
};

const PLAIN: Presigned = Presigned {
    method: "GET",
    target: "/?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request\
             &X-Amz-Date=20150830T123600Z&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host\
             &X-Amz-Signature={signature}",
    host: "example.amazonaws.com",
    access_key_id: "AKIDEXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    time: "20150830T123600Z",
    region: "us-east-1",
    service: "service",
};

const NINE_HUNDRED: &str = "373a869c78cd6ca09141447dde83447a8bf57a66b6104f2ca9bc338dd1e106c8";
const SIXTY_PADDED: &str = "c9020725196ffd41cb5b3f0a9400fffafee6eb74f4ca76a097f7ae5ff1c35d32";
const TOO_LONG: &str = "86cd4b4b9f367e876d4103db85642f8d4ff3f44c77b1c07655f62977baf5e289";
const ZERO: &str = "4878dee734ec184bddf82a5da8a00454862f8a289e2aca1db93473522232b7f1";
