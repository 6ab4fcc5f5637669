//! Keys that signers derive by mistake.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sigv4_reference::key::DateKey;
use sigv4_reference::v4a::{PublicKey, V4aKey};
use sigv4_reference::verify::Claim;
use sigv4_reference::{Dialect, Signature, SigningKey};

use super::Cause;

/// A key, and what the signer did to get it; nothing for the right one.
pub(super) struct Derived {
    pub(super) cause: Option<Cause>,
    key: Key,
}

enum Key {
    Ecdsa(PublicKey),
    Hmac(SigningKey),
}

impl Derived {
    pub(super) fn verifies(&self, text: &[u8], signature: &Signature) -> bool {
        match (&self.key, signature) {
            (Key::Ecdsa(key), Signature::EcdsaP256(signature)) => key.verifies(text, signature),
            (Key::Hmac(key), signature) => key.verifies(text, signature),
            (Key::Ecdsa(_), _) => false,
        }
    }
}

/// The key pair of SigV4A, the right one first.
pub(super) fn of_v4a(access_key_id: &[u8], secret: &[u8]) -> Vec<Derived> {
    const DERIVE: &str = "Derive the key pair from \"AWS4A\" + secret: counter mode of NIST SP 800-108, \
                          with the id and a counter from 1 as the context; the private key is the \
                          first candidate that is at most n - 2, plus one.";
    let right = V4aKey::derive(access_key_id, secret).ok().map(|key| key.public_key());
    let mut keys: Vec<Derived> =
        right.map(|key| Derived { cause: None, key: Key::Ecdsa(key) }).into_iter().collect();
    let mut add = |what: &str, key: Option<PublicKey>| {
        let cause = Some(Cause { what: what.to_owned(), fix: DERIVE });
        keys.extend(key.map(|key| Derived { cause, key: Key::Ecdsa(key) }));
    };
    let candidate = |prefix: &str, id: &[u8], count: u8| {
        let mut key = Hmac::<Sha256>::new_from_slice(&[prefix.as_bytes(), secret].concat()).ok()?;
        for part in [
            &1_u32.to_be_bytes()[..],
            b"AWS4-ECDSA-P256-SHA256\0",
            id,
            &[count],
            &256_u32.to_be_bytes(),
        ] {
            key.update(part);
        }
        Some(<[u8; 32]>::from(key.finalize().into_bytes()))
    };
    let public = |private: [u8; 32]| V4aKey::from_bytes(&private).ok().map(|key| key.public_key());
    let incremented = |mut bytes: [u8; 32]| {
        let mut carry = true;
        for byte in bytes.iter_mut().rev() {
            (*byte, carry) = byte.overflowing_add(u8::from(carry));
        }
        bytes
    };
    let derived =
        |prefix, id, count| candidate(prefix, id, count).map(incremented).and_then(public);
    add(
        "the key pair was derived with the prefix AWS4 before the secret",
        derived("AWS4", access_key_id, 1),
    );
    add(
        "the key pair was derived with a counter that begins at 0",
        derived("AWS4A", access_key_id, 0),
    );
    add("the key pair was derived without the access key id", derived("AWS4A", b"", 1));
    add(
        "the candidate was taken as the private key without adding one",
        candidate("AWS4A", access_key_id, 1).and_then(public),
    );
    for (what, secret) in read_otherwise(secret) {
        let key = V4aKey::derive(access_key_id, &secret).ok().map(|key| key.public_key());
        let cause = Some(Cause { what: what.to_owned(), fix: SECRET });
        keys.extend(key.map(|key| Derived { cause, key: Key::Ecdsa(key) }));
    }
    keys
}

/// The signing key in the words of Google, the right one first.
pub(super) fn of_google(claim: &Claim, secret: &[u8]) -> Vec<Derived> {
    const WORDS: &str =
        "Derive the signing key from \"GOOG4\" + secret, and end with goog4_request.";
    let derive = |prefix: &Dialect, terminator: &Dialect, secret: &[u8]| {
        let date = DateKey::derive_in(prefix, secret, &claim.time);
        date.region(&claim.region).service(&claim.service).signing_in(terminator)
    };
    let (aws, google) = (Dialect::AWS, Dialect::GOOGLE);
    let mut keys = vec![Derived { cause: None, key: Key::Hmac(derive(google, google, secret)) }];
    for (what, prefix, terminator) in [
        ("the signing key was derived with the prefix AWS4", aws, google),
        ("the signing key ends with aws4_request", google, aws),
        ("the signing key is that of AWS: prefix AWS4, terminator aws4_request", aws, aws),
    ] {
        let cause = Some(Cause { what: what.to_owned(), fix: WORDS });
        keys.push(Derived { cause, key: Key::Hmac(derive(prefix, terminator, secret)) });
    }
    for (what, secret) in read_otherwise(secret) {
        let cause = Some(Cause { what: what.to_owned(), fix: SECRET });
        keys.push(Derived { cause, key: Key::Hmac(derive(google, google, &secret)) });
    }
    keys
}

pub(super) const SECRET: &str = "Use the bytes of the secret as they are.";

/// Other bytes that signers take for the secret.
pub(super) fn read_otherwise(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut others = vec![
        ("the signer's secret has a line break at its end", [secret, b"\n"].concat()),
        ("the signer's secret has a space at its end", [secret, b" "].concat()),
        ("the signer's secret has quotation marks around it", [b"\"", secret, b"\""].concat()),
    ];
    if secret.trim_ascii() != secret {
        others.push(("the signer trimmed its secret", secret.trim_ascii().to_vec()));
    }
    if let Ok(decoded) = STANDARD.decode(secret) {
        others.push(("the signer decoded its secret from base64", decoded));
    }
    others
}
