//! Requests that are signed in other words than those of AWS: curl's own tests, and what curl 7.88.1
//! (Debian 12) sends for Google Cloud Storage and Outscale.

mod common;

use sigv4_reference::key::{DateKey, KeyCache, Secret};
use sigv4_reference::sign::{Payload, Signer};
use sigv4_reference::verify::{Reason, StoredKey, UnsignedPayload, UnstatedPayload, Verifier};
use sigv4_reference::{
    Dialect, Header, KeyMaterial, Profile, Request, Scope, ScopedKey, Time, Workspace,
};

use common::Sent;

/// One request that curl signed. The headers are those of the caller; the signer adds the date.
struct Example {
    id: &'static str,
    words: (&'static str, &'static str),
    credentials: (&'static str, &'static str),
    time: &'static str,
    region: &'static str,
    service: &'static str,
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    payload: &'static str,
    /// The SHA-256 of the canonical request; empty where curl does not print it.
    hash: &'static str,
    signature: &'static str,
}

impl Example {
    fn with_signer(&self, act: impl FnOnce(&Signer<'_>, &Request<'_>, &Dialect)) {
        let dialect = Dialect::of_words(self.words.0, self.words.1).unwrap();
        let time = Time::parse(self.time.as_bytes()).unwrap();
        let scope = Scope::new(&time, self.region.as_bytes(), self.service.as_bytes()).unwrap();
        let (id, secret) = self.credentials;
        let key = ScopedKey::derive(secret.as_bytes(), scope.in_dialect(&dialect));
        let signer = Signer {
            profile: Profile::S3,
            payload: Payload::Given(self.payload.as_bytes()),
            ..Signer::new(time, id.as_bytes(), &key)
        };
        let header = |(name, value): &(&'static str, &'static str)| Header {
            name: name.as_bytes(),
            value: value.as_bytes(),
        };
        let headers: Vec<Header<'_>> = self.headers.iter().map(header).collect();
        let (method, target) = (self.method.as_bytes(), self.target.as_bytes());
        act(&signer, &Request { method, target, headers: &headers, body: b"" }, &dialect);
    }

    fn stored(&self) -> [StoredKey<'static>; 1] {
        let (id, secret) = self.credentials;
        [StoredKey {
            access_key_id: id.as_bytes(),
            material: KeyMaterial::Secret(secret.as_bytes()),
            session_token: None,
            active: true,
        }]
    }

    fn verifier<'d>(&self, dialect: &'d Dialect) -> Verifier<'d>
    where
        'static: 'd,
    {
        Verifier {
            dialect,
            profile: Profile::S3,
            unsigned_payload: UnsignedPayload::Accepted,
            ..Verifier::new(
                Time::parse(self.time.as_bytes()).unwrap(),
                self.region.as_bytes(),
                self.service.as_bytes(),
            )
        }
    }
}

#[test]
fn every_signature_is_the_one_of_curl() {
    for example in EXAMPLES {
        example.with_signer(|signer, request, dialect| {
            let mut workspace = Workspace::default();
            let signed = signer.header(&mut workspace, request).unwrap();
            let text = String::from_utf8_lossy(signed.stages().string_to_sign);
            let hash = text.rsplit('\n').next().unwrap();
            assert!(example.hash.is_empty() || example.hash == hash, "{}: {text}", example.id);
            assert!(text.starts_with(dialect.algorithm()), "{text}");
            assert_eq!(signed.stages().signature, example.signature, "{}", example.id);
        });
    }
}

/// Of bodies that are known: those of the others are not published.
#[test]
fn what_curl_signed_verifies_in_its_dialect_alone() {
    let known =
        EXAMPLES.iter().filter(|example| [EMPTY, "UNSIGNED-PAYLOAD"].contains(&example.payload));
    for example in known {
        example.with_signer(|signer, request, dialect| {
            let sent = Sent::with_header(signer, request).unwrap();
            let verifier = example.verifier(dialect);
            let keys = example.stored();
            let accepted = sent.verify(&verifier, &keys);
            assert!(accepted.is_ok(), "{}: {accepted:?}", example.id);
            let other = Dialect::of_words("other", "other").unwrap();
            let refused = sent.verify(&example.verifier(&other), &example.stored()).unwrap_err();
            assert_eq!(refused.reason, Reason::UnsupportedAlgorithm, "{}", example.id);
        });
    }
}

#[test]
fn a_presigned_url_has_the_names_of_its_dialect() {
    for example in EXAMPLES {
        example.with_signer(|signer, request, dialect| {
            let signer = Signer { payload: Payload::Signed, ..*signer };
            let sent = Sent::with_query(&signer, request, 60).unwrap();
            let target = String::from_utf8(sent.target.clone()).unwrap();
            let names: Vec<&str> = target
                .split(['?', '&'])
                .skip(1)
                .map(|piece| piece.split('=').next().unwrap())
                .collect();
            let mut expected: Vec<&str> = dialect
                .authentication_parameters()
                .filter(|name| !name.ends_with("Security-Token"))
                .collect();
            expected.sort_unstable();
            let mut sorted = names.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, expected, "{}", example.id);
            let verifier = Verifier {
                unstated_payload: UnstatedPayload::BodyHash,
                ..example.verifier(dialect)
            };
            let has_hash = example.headers.iter().any(|(name, _)| name.ends_with("256"));
            let keys = example.stored();
            let accepted = sent.verify(&verifier, &keys);
            assert!(accepted.is_ok() || has_hash, "{}: {accepted:?}", example.id);
        });
    }
}

/// Every header of the dialect that is there must be signed, and those of others need not.
#[test]
fn the_headers_of_the_dialect_must_be_signed() {
    let example = EXAMPLES.iter().find(|example| example.id == "curl-storage-get").unwrap();
    example.with_signer(|signer, request, dialect| {
        let verifier = example.verifier(dialect);
        for (name, expected) in
            [("X-Goog-Meta-A", Some(Reason::UnsignedHeader)), ("X-Amz-Meta-A", None)]
        {
            let mut sent = Sent::with_header(signer, request).unwrap();
            sent.headers.push((name.into(), b"1".to_vec()));
            let refused = sent.verify(&verifier, &example.stored()).err();
            assert_eq!(refused.map(|refused| refused.reason), expected, "{name}");
        }
    });
}

/// A key belongs to its dialect: a cache keeps the two apart, and the keys of a day and a region are
/// those of AWS.
#[test]
fn keys_of_one_dialect_are_not_used_in_another() {
    let time = Time::parse(b"20150830T123600Z").unwrap();
    let aws = Scope::new(&time, b"auto", b"storage").unwrap();
    let google = aws.in_dialect(Dialect::GOOGLE);
    let secret = Secret { access_key_id: b"id", secret_access_key: b"secret" };
    let cache = KeyCache::new(8, 0);
    for scope in [aws, google, aws, google] {
        let expected = ScopedKey::derive(b"secret", scope);
        let kept = cache.signing_key(secret, scope);
        assert_eq!(kept.key().as_bytes(), expected.key().as_bytes());
    }
    assert_eq!(cache.len(), 2);

    let (date, day) = (*time.date(), DateKey::derive(b"secret", &time));
    let region = day.region(b"auto");
    let service = region.service(b"storage");
    for material in [
        KeyMaterial::Day { date, key: &day },
        KeyMaterial::Region { date, region: b"auto", key: &region },
        KeyMaterial::Service { scope: aws, key: &service },
    ] {
        assert!(material.signing_key(aws).is_some(), "{material:?}");
        assert!(material.signing_key(google).is_none(), "{material:?}");
    }
    let day = DateKey::derive_in(Dialect::GOOGLE, b"secret", &time);
    let service = day.region(b"auto").service(b"storage");
    let material = KeyMaterial::Service { scope: google, key: &service };
    let expected = ScopedKey::derive(b"secret", google);
    let key = material.signing_key(google).map(|key| *key.key().as_bytes());
    assert_eq!(key.as_ref(), Some(expected.key().as_bytes()));
}

/// The hash of nothing.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const EXAMPLES: &[Example] = &[
    Example {
        id: "curl-1974-s3-get",
        words: ("AWS", "amz"),
        credentials: ("xxx", ""),
        time: "19700101T000000Z",
        region: "us-east-1",
        service: "s3",
        method: "GET",
        target: "/aws_sigv4/testapi/test",
        headers: &[
            ("Host", "exam.ple.com:9000"),
            (
                "x-amz-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
        ],
        payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        hash: "61c0a522f5e0b3a19612264daeec05c1cfb6ff816cae443d970b689285bed315",
        signature: "e6270423932feafe9b00ca5d60c9ed566be649f9ca9676144288273945153021",
    },
    Example {
        id: "curl-1970-s3-put-empty",
        words: ("AWS", "amz"),
        credentials: ("xxx", ""),
        time: "19700101T000000Z",
        region: "us-east-1",
        service: "s3",
        method: "PUT",
        target: "/aws_sigv4/testapi/test",
        headers: &[
            ("Content-Type", "application/json"),
            ("Host", "exam.ple.com:9000"),
            (
                "x-amz-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
        ],
        payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        hash: "dfa76609c81c7e787d075a075506cfe91e6af99d6a82b6041fa62f7d8a287e75",
        signature: "a028756f42a859122e9609c1f90cae4b272d6b03bf60d9fd354138176dfa2260",
    },
    Example {
        id: "curl-1971-s3-put-unsigned",
        words: ("AWS", "amz"),
        credentials: ("xxx", ""),
        time: "19700101T000000Z",
        region: "us-east-1",
        service: "s3",
        method: "PUT",
        target: "/aws_sigv4/testapi/test",
        headers: &[
            ("Content-Type", "application/json"),
            ("Host", "exam.ple.com:9000"),
            ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ],
        payload: "UNSIGNED-PAYLOAD",
        hash: "78c03e0cc9c53a1c6d4a2bcbb13c01a5a6f40421971312c76fb56e7060b9744a",
        signature: "4a6e9b4af0542ffb83744c6852f8e1bfec14f2a67e6f6f037b39f172f79d62af",
    },
    Example {
        id: "curl-1956-xxx-empty",
        words: ("XXX", "xxx"),
        credentials: ("xxx", ""),
        time: "19700101T000000Z",
        region: "ple",
        service: "exam",
        method: "GET",
        target: "/aws_sigv4/testapi/test",
        headers: &[
            ("Content-Type", "application/json"),
            ("Host", "exam.ple.com:9000"),
            (
                "X-Xxx-Content-Sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
        ],
        payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        hash: "7b8b2a1a66fe99941319b82ae66763716920b3c4f84695eabac56647f93faeb1",
        signature: "dfe78c8846a9b7d65d1eb4c1d6ea7bc886650d03f3568088cb8d5b4c3778287f",
    },
    Example {
        id: "curl-1957-xxx-arbitrary",
        words: ("XXX", "xxx"),
        credentials: ("xxx", ""),
        time: "19700101T000000Z",
        region: "ple",
        service: "exam",
        method: "GET",
        target: "/aws_sigv4/testapi/test",
        headers: &[
            ("Content-Type", "application/json"),
            ("Host", "exam.ple.com:9000"),
            ("X-Xxx-Content-Sha256", "arbitrary"),
        ],
        payload: "arbitrary",
        hash: "74b9d4b70472dad11f4449b5ec9d33f823d503be92f70309415be8ddc4dff781",
        signature: "25b4cac711ea8f65010c485d3778885f5f3870d0b8ff0b3ab58a8d7eeab991ff",
    },
    Example {
        id: "curl-1937-provider-post",
        words: ("PROVIDER1", "provider2"),
        credentials: ("keyId", "SecretKey"),
        time: "19700101T000000Z",
        region: "region",
        service: "service",
        method: "POST",
        target: "/1937/testapi/test",
        headers: &[("Content-Type", "application/json"), ("Host", "127.0.0.1:9000")],
        payload: "f1c9fa0490bcc64629357637cae18234f5869a1fc3e0841207fa30bf8393541e",
        hash: "b7c98fbe4ef70a65f2eb95049cf956b91e9076cce8678557531f0813490656c2",
        signature: "4928ccf97a9e71fe27f91db5a3b3c943b6080d25e6f4df8593d4c38e7d1e849b",
    },
    Example {
        id: "curl-1933-xxx",
        words: ("XXX", "xxx"),
        credentials: ("xxx", "yyy"),
        time: "19700101T000000Z",
        region: "0",
        service: "127",
        method: "GET",
        target: "/1933/testapi/test",
        headers: &[("Content-Type", "application/json"), ("Host", "127.0.0.1:9000")],
        payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        hash: "78396c0322150f510e107b72851c10f6031b0fa7dab1b998e36fdbcbc3d646b8",
        signature: "3d8e00a02e437211a596143dcd590fcc805b731365c68f7f48951ea6eda39c4f",
    },
    Example {
        id: "curl-storage-get",
        words: ("goog", "goog"),
        credentials: ("GOOG1EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        time: "20150830T123600Z",
        region: "auto",
        service: "storage",
        method: "GET",
        target: "/bucket/photos/a.jpg",
        headers: &[("Host", "storage.googleapis.com")],
        payload: EMPTY,
        hash: "",
        signature: "ccc4d572733593c0197f599ef10b3cf706b699b4b267c9d7567104f7de1fc250",
    },
    Example {
        id: "curl-storage-put",
        words: ("goog", "goog"),
        credentials: ("GOOG1EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        time: "20150830T123600Z",
        region: "auto",
        service: "storage",
        method: "PUT",
        target: "/bucket/k",
        headers: &[
            ("Host", "storage.googleapis.com"),
            ("X-Goog-Content-Sha256", "UNSIGNED-PAYLOAD"),
            ("Content-Type", "text/plain"),
        ],
        payload: "UNSIGNED-PAYLOAD",
        hash: "",
        signature: "2a80eefd889a6beb5614915cc9cd184e1c7684ba0c2862894fcb4e6091534be8",
    },
    Example {
        id: "curl-outscale-post",
        words: ("osc", "osc"),
        credentials: ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        time: "20150830T123600Z",
        region: "eu-west-2",
        service: "fcu",
        method: "POST",
        target: "/",
        headers: &[("Host", "fcu.eu-west-2.outscale.com"), ("Content-Type", "application/json")],
        payload: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        hash: "",
        signature: "882970bbf022c605887d242cfd45c6d358d4b03423b567faaeccecd135a61add",
    },
];
