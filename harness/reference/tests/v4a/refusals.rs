//! What signer and verifier refuse, besides what they refuse in Version 4 as well.

use sigv4_reference::sign::Signer;
use sigv4_reference::v4a::{EcdsaSignature, ScopedV4aKey};
use sigv4_reference::verify::{Reason, StoredKey, Verifier};
use sigv4_reference::{Error, Header, KeyMaterial, Request, Scope, ScopedKey, Time, Workspace};

use crate::common::Sent;
use crate::{ACCESS_KEY_ID, SECRET, example_key, verify};

const REQUEST: Request<'_> = Request {
    method: b"PUT",
    target: b"/a?b=c",
    headers: &[Header { name: b"Host", value: b"example.amazonaws.com" }],
    body: b"Welcome to Amazon S3.",
};

#[test]
fn a_region_set_must_be_there_and_be_signed() {
    let sent = in_header();
    assert_eq!(answer(&sent), Ok(()));
    let without = |name: &str| {
        let mut sent = sent.clone();
        sent.headers.retain(|(own, _)| own != name.as_bytes());
        sent
    };
    assert_eq!(answer(&without("X-Amz-Region-Set")), Err(Reason::MalformedAuthentication));
    let mut twice = sent.clone();
    twice.headers.push((b"x-amz-region-set".to_vec(), b"*".to_vec()));
    assert_eq!(answer(&twice), Err(Reason::MalformedAuthentication));
    let unsigned = replaced(&sent, ";x-amz-region-set", "");
    assert_eq!(answer(&unsigned), Err(Reason::UnsignedHeader));
    let mut other = sent.clone();
    for (name, value) in &mut other.headers {
        if name == b"X-Amz-Region-Set" {
            *value = b"*".to_vec();
        }
    }
    assert_eq!(answer(&other), Err(Reason::SignatureMismatch));

    let sent = in_query();
    assert_eq!(answer(&sent), Ok(()));
    for (from, to, expected) in [
        ("&X-Amz-Region-Set=us-east-1", "", Reason::MalformedAuthentication),
        (
            "&X-Amz-Region-Set=",
            "&X-Amz-Region-Set=*&X-Amz-Region-Set=",
            Reason::MalformedAuthentication,
        ),
        ("&X-Amz-Region-Set=us-east-1", "&X-Amz-Region-Set=*", Reason::SignatureMismatch),
        ("&X-Amz-Region-Set=us-east-1", "&X-Amz-Region-Set=", Reason::ScopeRegionMismatch),
        ("&X-Amz-Region-Set=us-east-1", "&X-Amz-Region-Set=us-east-2", Reason::ScopeRegionMismatch),
    ] {
        assert_eq!(answer(&replaced(&sent, from, to)), Err(expected), "{to}");
    }
}

#[test]
fn the_scope_has_no_region() {
    for (from, to, expected) in [
        ("/20150830/service/", "/20150830/us-east-1/service/", Reason::ScopeDateMismatch),
        ("/20150830/service/", "/20150831/service/", Reason::ScopeDateMismatch),
        ("/20150830/service/", "/20150830/another/", Reason::ScopeServiceMismatch),
        ("/service/aws4_request", "/service/aws4", Reason::ScopeTerminatorMismatch),
        ("AKIDEXAMPLE/20150830/", "", Reason::MalformedAuthentication),
        ("AKIDEXAMPLE/", "AKIDEXAMPLE2/", Reason::UnknownAccessKey),
        ("AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256", Reason::UnsupportedAlgorithm),
    ] {
        assert_eq!(answer(&replaced(&in_header(), from, to)), Err(expected), "{to}");
    }
}

#[test]
fn a_bad_signature_is_malformed_and_a_wrong_one_mismatches() {
    let sent = in_header();
    let text = String::from_utf8(authorization(&sent)).unwrap();
    let (_, signature) = text.rsplit_once('=').unwrap();
    let wrong = EcdsaSignature::from_hex(b"3006020101020101").unwrap();
    for (other, expected, detail) in [
        (wrong.to_string(), Reason::SignatureMismatch, "the signature is not the one"),
        (signature.to_uppercase(), Reason::MalformedAuthentication, "lower-case hexadecimal digit"),
        (
            "3006020100020101".to_owned(),
            Reason::MalformedAuthentication,
            "r: expected a number above zero",
        ),
        (format!("{signature}**"), Reason::MalformedAuthentication, "byte"),
        ("0".repeat(4_000_000), Reason::MalformedAuthentication, "at most 144 digits"),
        ("ab".repeat(32), Reason::MalformedAuthentication, "DER: byte 0: expected 30, a sequence"),
    ] {
        let sent = replaced(&sent, signature, &other);
        let rejection = verify(&verifier(), &sent, None).unwrap_err();
        assert_eq!(rejection.reason, expected);
        assert!(rejection.detail.contains(detail), "{}", rejection.detail);
    }
}

/// The other half of `s` is a signature as well: the vendor's signers make both.
#[test]
fn both_halves_of_s_are_accepted() {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let key = example_key();
    let signature = key.sign(b"text");
    let (r, s) = signature.as_bytes().split_first_chunk::<32>().unwrap();
    let mut other = [0; 32];
    let mut borrow = false;
    for (index, byte) in other.iter_mut().enumerate().rev() {
        let (difference, first) = ORDER[index].overflowing_sub(s[index]);
        let (difference, second) = difference.overflowing_sub(u8::from(borrow));
        (*byte, borrow) = (difference, first | second);
    }
    let other = EcdsaSignature::from_numbers(r, &other).unwrap();
    assert_ne!(other, signature);
    assert!(key.public_key().verifies(b"text", &signature));
    assert!(key.public_key().verifies(b"text", &other));
}

#[test]
fn a_key_is_good_for_its_own_algorithm() {
    let key = example_key();
    let public = key.public_key();
    let scope = Scope::new(&time(), b"us-east-1", b"service").unwrap();
    let scoped = ScopedKey::derive(SECRET, scope);
    let stored = |material| StoredKey {
        access_key_id: ACCESS_KEY_ID,
        material,
        session_token: None,
        active: true,
    };
    let v4a = in_header();
    let v4 = Sent::with_header(&Signer::new(time(), ACCESS_KEY_ID, &scoped), &REQUEST).unwrap();
    for (material, expected_v4, expected_v4a) in [
        (KeyMaterial::Secret(SECRET), Ok(()), Ok(())),
        (KeyMaterial::Public(&public), Err(Reason::KeyOutOfScope), Ok(())),
        (KeyMaterial::Signing(&scoped), Ok(()), Err(Reason::KeyOutOfScope)),
        (
            KeyMaterial::Secret(b"another"),
            Err(Reason::SignatureMismatch),
            Err(Reason::SignatureMismatch),
        ),
    ] {
        let keys = [stored(material)];
        let answer = v4.verify(&verifier(), &keys);
        assert_eq!(answer.map(|_| ()).map_err(|rejection| rejection.reason), expected_v4);
        let answer = v4a
            .borrowed(|request| verifier().verify_v4a(&mut Workspace::default(), request, &keys));
        assert_eq!(answer.map(|_| ()).map_err(|rejection| rejection.reason), expected_v4a);
    }
}

#[test]
fn a_signer_needs_a_region_set() {
    let key = example_key();
    for (region_set, service, expected) in [
        (&b""[..], &b"s3"[..], Error::RegionSet),
        (b" ", b"s3", Error::RegionSet),
        (b"a\nb", b"s3", Error::ControlByte { field: "region set", offset: 1 }),
        (b"*", b"s\r", Error::ControlByte { field: "service", offset: 1 }),
    ] {
        assert_eq!(ScopedV4aKey::new(&key, region_set, service).unwrap_err(), expected);
    }
}

/// The caller's region set gives way to the signer's, in either placement.
#[test]
fn the_signers_region_set_replaces_the_callers() {
    let host = REQUEST.headers[0];
    let own = Header { name: b"x-AMZ-region-set", value: b"*" };
    let request =
        Request { target: b"/a?x&X-Amz-Region%2DSet=*&b=c", headers: &[host, own], ..REQUEST };
    let signed = with_signer(|signer| {
        [Sent::with_header(signer, &request), Sent::with_query(signer, &request, 60)]
    });
    let [in_header, in_query] = signed.map(Result::unwrap);
    let sets = in_header.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(own.name));
    assert_eq!(sets.map(|(_, value)| &value[..]).collect::<Vec<_>>(), [b"us-east-1"]);
    let target = String::from_utf8(in_query.target).unwrap();
    assert!(
        !target.contains("%2DSet") && target.contains("X-Amz-Region-Set=us-east-1"),
        "{target}"
    );
}

fn answer(sent: &Sent) -> Result<(), Reason> {
    verify(&verifier(), sent, None).map(|_| ()).map_err(|rejection| rejection.reason)
}

fn with_signer<T>(act: impl FnOnce(&Signer<'_>) -> T) -> T {
    let key = example_key();
    let scoped = ScopedV4aKey::new(&key, b"us-east-1", b"service").unwrap();
    act(&Signer::new(time(), ACCESS_KEY_ID, &scoped))
}

fn in_header() -> Sent {
    with_signer(|signer| Sent::with_header(signer, &REQUEST).unwrap())
}

fn in_query() -> Sent {
    with_signer(|signer| Sent::with_query(signer, &REQUEST, 60).unwrap())
}

fn authorization(sent: &Sent) -> Vec<u8> {
    let (_, value) = sent.headers.iter().find(|(name, _)| name == b"Authorization").unwrap();
    value.clone()
}

/// With the only `from`, in the target or the authorization, replaced by `to`.
fn replaced(sent: &Sent, from: &str, to: &str) -> Sent {
    let mut sent = sent.clone();
    let Sent { target, headers, .. } = &mut sent;
    let mut count = 0;
    for text in headers.iter_mut().map(|(_, value)| value).chain([target]) {
        let old = String::from_utf8(std::mem::take(text)).unwrap();
        count += old.matches(from).count();
        *text = old.replace(from, to).into_bytes();
    }
    assert_eq!(count, 1, "{from}");
    sent
}

fn verifier() -> Verifier<'static> {
    Verifier { window_seconds: 0, ..Verifier::new(time(), b"us-east-1", b"service") }
}

fn time() -> Time {
    Time::parse(b"20150830T123600Z").unwrap()
}
