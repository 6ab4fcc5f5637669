//! Keys that signers derive by mistake.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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

/// The key pair of SigV4A, the right one first, then those of other secrets. Mistakes in deriving it
/// are in the catalogue.
pub(super) fn of_v4a(access_key_id: &[u8], secret: &[u8]) -> Vec<Derived> {
    let of = |cause, secret: &[u8]| {
        let key = V4aKey::derive(access_key_id, secret).ok()?.public_key();
        Some(Derived { cause, key: Key::Ecdsa(key) })
    };
    let others = read_otherwise(secret).into_iter().filter_map(|(what, secret)| {
        of(Some(Cause { what: what.to_owned(), fix: SECRET }), &secret)
    });
    of(None, secret).into_iter().chain(others).collect()
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
