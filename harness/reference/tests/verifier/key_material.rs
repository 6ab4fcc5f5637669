//! A verifier that holds a derived key instead of the secret.

use std::error::Error as _;

use sigv4_reference::key::{DateKey, KeyCache, KeyMaterial, RegionKey, ServiceKey};
use sigv4_reference::verify::{CachedKeys, Reason, Rejection, StoredKey, Verifier};
use sigv4_reference::{Error, Scope, ScopedKey, SigningKey, Time};

use crate::common::Sent;

/// IAM User Guide, "Create a signed AWS API request": the signed `ListUsers` request.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date, \
    Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The keys of that request's chain. The last one is printed in the guide; the others were computed
/// with Python's `hmac`.
const DATE_KEY: &str = "0138c7a6cbd60aa727b2f653a522567439dfb9f3e72b21f9b25941a42f04a7cd";
const REGION_KEY: &str = "f33d5808504bf34812e5fade63308b424b244c59189be2a591dd2282c7cb563f";
const SERVICE_KEY: &str = "199e1f48c602a5ae77ce26a46906920e76fc8427aeaa53da643646fcda1ccfb0";
const SIGNING_KEY: &str = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";

const DATE: [u8; 8] = *b"20150830";
const REGION: &[u8] = b"us-east-1";

#[test]
fn each_level_of_the_chain_verifies_without_the_ones_above() {
    let (date, region) =
        (DateKey::from_bytes(&key(DATE_KEY)), RegionKey::from_bytes(&key(REGION_KEY)));
    let service = ServiceKey::from_bytes(&key(SERVICE_KEY));
    let signing = ScopedKey::new(SigningKey::from_bytes(&key(SIGNING_KEY)), scope(b"iam"));
    for material in [
        KeyMaterial::Secret(SECRET),
        KeyMaterial::Day { date: DATE, key: &date },
        KeyMaterial::Region { date: DATE, region: REGION, key: &region },
        KeyMaterial::Service { scope: scope(b"iam"), key: &service },
        KeyMaterial::Signing(&signing),
    ] {
        assert_eq!(answer(material), Ok(()), "{material:?}");
    }
}

#[test]
fn a_key_of_another_scope_does_not_verify() {
    let (date, region) =
        (DateKey::from_bytes(&key(DATE_KEY)), RegionKey::from_bytes(&key(REGION_KEY)));
    let service = ServiceKey::from_bytes(&key(SERVICE_KEY));
    let signing = ScopedKey::new(SigningKey::from_bytes(&key(SIGNING_KEY)), scope(b"s3"));
    for material in [
        KeyMaterial::Day { date: *b"20150831", key: &date },
        KeyMaterial::Region { date: *b"20150831", region: REGION, key: &region },
        KeyMaterial::Region { date: DATE, region: b"us-west-2", key: &region },
        KeyMaterial::Service { scope: scope(b"s3"), key: &service },
        KeyMaterial::Signing(&signing),
    ] {
        assert_eq!(answer(material), Err(Reason::KeyOutOfScope), "{material:?}");
    }
}

/// The right scope and the key of another secret.
#[test]
fn a_key_of_another_secret_is_a_mismatch() {
    let date = DateKey::from_bytes(&key(REGION_KEY));
    let material = KeyMaterial::Day { date: DATE, key: &date };
    assert_eq!(answer(material), Err(Reason::SignatureMismatch));
}

#[test]
fn a_refusal_keeps_its_source() {
    let rejection = |on_its_way: fn(&mut Sent)| {
        let mut sent = sent();
        on_its_way(&mut sent);
        verify(&sent, KeyMaterial::Secret(SECRET)).unwrap_err()
    };
    let source = |rejection: &Rejection| {
        rejection.source().and_then(|source| source.downcast_ref::<Error>()).cloned()
    };
    let method = rejection(|sent| sent.method = b"GE T".to_vec());
    assert_eq!(source(&method), Some(Error::Method { offset: 2 }));
    let time = rejection(|sent| sent.headers[2].1 = b"today".to_vec());
    assert_eq!(source(&time), Some(Error::Time { text: "today".to_owned() }));
    let another = rejection(|sent| sent.body.push(b'a'));
    assert_eq!((another.reason, source(&another)), (Reason::SignatureMismatch, None));
}

fn answer(material: KeyMaterial<'_>) -> Result<(), Reason> {
    verify(&sent(), material).map_err(|rejection| rejection.reason)
}

/// With a cache and without, which must agree.
fn verify(sent: &Sent, material: KeyMaterial<'_>) -> Result<(), Rejection> {
    let keys =
        [StoredKey { access_key_id: b"AKIDEXAMPLE", material, session_token: None, active: true }];
    let now = Time::parse(b"20150830T123600Z").unwrap();
    let verifier = Verifier::new(now, REGION, b"iam");
    let answer = sent.verify(&verifier, &keys);
    let cache = KeyCache::new(8, 0);
    assert_eq!(sent.verify(&verifier, &CachedKeys { keys, cache: &cache }), answer);
    answer.map(drop)
}

fn sent() -> Sent {
    let header = |name: &str, value: &str| (name.into(), value.into());
    Sent {
        method: b"GET".to_vec(),
        target: b"/?Action=ListUsers&Version=2010-05-08".to_vec(),
        headers: vec![
            header("Host", "iam.amazonaws.com"),
            header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            header("X-Amz-Date", "20150830T123600Z"),
            header("Authorization", AUTHORIZATION),
        ],
        body: Vec::new(),
    }
}

fn scope(service: &[u8]) -> Scope<'_> {
    Scope::new(&Time::parse(b"20150830T123600Z").unwrap(), REGION, service).unwrap()
}

fn key(digits: &str) -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
}
