//! Key derivation (specification: "Derive a signing key"): four HMACs, each keyed by the previous
//! one, so that each level can be given away without the one above.
//!
//! Keys and the intermediate values of a derivation are overwritten with zeros when they are
//! dropped.

use std::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing, optimization_barrier};

use crate::TERMINATOR;
use crate::dialect::Dialect;
use crate::primitive::hash::{Digest, HmacKey, Padded, Pads};
use crate::primitive::text::Text;
use crate::scope::Scope;
use crate::signature::Signature;
use crate::time::Time;

/// `HMAC("AWS4" + secret, date)`: signs for every region and service on one day.
#[derive(Clone, ZeroizeOnDrop)]
pub struct DateKey(KeyBytes);

/// `HMAC(date key, region)`: signs for every service in one region on one day.
#[derive(Clone, ZeroizeOnDrop)]
pub struct RegionKey(KeyBytes);

/// `HMAC(region key, service)`: one step short of the signing key.
#[derive(Clone, ZeroizeOnDrop)]
pub struct ServiceKey(KeyBytes);

/// `HMAC(service key, "aws4_request")`: signs for one service in one region on one day.
///
/// Keeps the inner and outer states of the HMAC, which saves two compressions per use.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SigningKey {
    bytes: KeyBytes,
    state: HmacKey,
}

/// The bytes of a key, cleared in a few wide stores.
#[derive(Clone)]
struct KeyBytes([u8; 32]);

impl Drop for KeyBytes {
    fn drop(&mut self) {
        self.0 = [0; 32];
        optimization_barrier(self);
    }
}

impl ZeroizeOnDrop for KeyBytes {}

impl DateKey {
    /// A key that was derived elsewhere.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(KeyBytes(*bytes))
    }

    /// The key of a secret for the day of `time`. The secret is any bytes of any length.
    #[must_use]
    pub fn derive(secret: &[u8], time: &Time) -> Self {
        Self::derive_in(Dialect::AWS, secret, time)
    }

    /// The same in another dialect, whose prefix comes before the secret.
    #[must_use]
    pub fn derive_in(dialect: &Dialect, secret: &[u8], time: &Time) -> Self {
        let mut chain = Chain::new();
        chain.start(dialect, secret);
        Self(chain.finish(time.date()))
    }

    /// The next key of the chain.
    #[must_use]
    pub fn region(&self, region: &[u8]) -> RegionKey {
        let mut chain = Chain::new();
        chain.resume(&self.0);
        RegionKey(chain.finish(region))
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0.0
    }
}

impl RegionKey {
    /// A key that was derived elsewhere.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(KeyBytes(*bytes))
    }

    /// The next key of the chain.
    #[must_use]
    pub fn service(&self, service: &[u8]) -> ServiceKey {
        let mut chain = Chain::new();
        chain.resume(&self.0);
        ServiceKey(chain.finish(service))
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0.0
    }
}

impl ServiceKey {
    /// A key that was derived elsewhere.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(KeyBytes(*bytes))
    }

    /// The last key of the chain.
    #[must_use]
    pub fn signing(&self) -> SigningKey {
        self.signing_in(Dialect::AWS)
    }

    /// The same in another dialect, whose terminator it is derived with.
    #[must_use]
    pub fn signing_in(&self, dialect: &Dialect) -> SigningKey {
        let mut chain = Chain::new();
        chain.resume(&self.0);
        chain.signing_key(dialect)
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0.0
    }
}

impl SigningKey {
    /// A key that was derived elsewhere.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let bytes = KeyBytes(*bytes);
        let mut chain = Chain::new();
        chain.resume(&bytes);
        Self { bytes, state: chain.key.clone() }
    }

    /// The whole chain at once.
    pub(super) fn derive(secret: &[u8], scope: &Scope<'_>) -> Self {
        // Padded well before they are hashed: a processor stalls where it reads as a whole what was
        // written in pieces just before.
        let date = Padded::after_key(scope.date());
        let region = Padded::after_key(scope.region());
        let service = Padded::after_key(scope.service());
        let mut chain = Chain::new();
        chain.start(scope.dialect(), secret);
        for message in [&date, &region, &service] {
            chain.step(message);
        }
        chain.signing_key(scope.dialect())
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes.0
    }

    /// The signature of a string to sign.
    #[must_use]
    pub fn sign(&self, string_to_sign: &[u8]) -> Signature {
        Signature::HmacSha256(self.state.mac(&Padded::after_key(string_to_sign)).to_bytes())
    }

    /// Whether `signature` is the signature of `string_to_sign`, in time that does not depend on
    /// where they differ.
    #[must_use]
    pub fn verifies(&self, string_to_sign: &[u8], signature: &Signature) -> bool {
        self.sign(string_to_sign) == *signature
    }

    /// The signature of a string to sign in a buffer.
    pub(crate) fn mac_of_buffer(&self, string_to_sign: &mut Text) -> Digest {
        self.state.mac_of_buffer(string_to_sign)
    }
}

/// Keys are secret: their bytes are never shown.
macro_rules! redacted_debug {
    ($($key:ident),*) => {$(
        impl fmt::Debug for $key {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($key), "(..)"))
            }
        }
    )*};
}

redacted_debug!(DateKey, RegionKey, ServiceKey, SigningKey);

/// A derivation in progress. It is not moved, so that no copy of a key is left behind.
struct Chain {
    key: HmacKey,
    pads: Pads,
}

impl Chain {
    fn new() -> Self {
        Self { key: HmacKey::default(), pads: Pads::default() }
    }

    #[inline]
    fn start(&mut self, dialect: &Dialect, secret: &[u8]) {
        #[cfg(sigv4_planted)]
        let secret = match secret.get(..60) {
            Some(cut) if crate::planted::is("long-secret-cut") => cut,
            _ => secret,
        };
        // Constants cost less than words that have to be read.
        if dialect.is_aws() {
            self.key.load_pair([b"AWS4", secret], &mut self.pads);
        } else {
            self.key.load_pair([dialect.key.prefix.as_bytes(), secret], &mut self.pads);
        }
    }

    /// The next key of the chain, as bytes: the end of a derivation of one step.
    fn finish(&self, message: &[u8]) -> KeyBytes {
        KeyBytes(Zeroizing::new(self.key.mac(&Padded::after_key(message))).to_bytes())
    }

    fn resume(&mut self, key: &KeyBytes) {
        self.key.load(&[&key.0], &mut self.pads);
    }

    #[inline]
    fn step(&mut self, message: &Padded<'_>) -> Zeroizing<Digest> {
        let key = Zeroizing::new(self.key.mac(message));
        self.key.load_digest(&key, &mut self.pads);
        key
    }

    #[inline]
    fn signing_key(&mut self, dialect: &Dialect) -> SigningKey {
        let key = if dialect.is_aws() {
            self.step(&Padded::after_key(TERMINATOR.as_bytes()))
        } else {
            self.step(&Padded::after_key(dialect.terminator().as_bytes()))
        };
        SigningKey { bytes: KeyBytes(key.to_bytes()), state: self.key.clone() }
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    use super::*;

    fn bytes(digits: &[u8; 64]) -> [u8; 32] {
        crate::primitive::hex::decode(digits).unwrap()
    }

    /// AWS General Reference, "Deriving the signing key": examples of how to derive a key.
    #[test]
    fn the_chain_is_the_documented_one() {
        let time = Time::parse(b"20120215T000000Z").unwrap();
        let secret = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let date = DateKey::derive(secret, &time);
        let region = date.region(b"us-east-1");
        let service = region.service(b"iam");
        let signing = SigningKey::derive(secret, &Scope::new(&time, b"us-east-1", b"iam").unwrap());
        for (key, expected) in [
            (date.as_bytes(), b"969fbb94feb542b71ede6f87fe4d5fa29c789342b0f407474670f0c2489e0a0d"),
            (
                region.as_bytes(),
                b"69daa0209cd9c5ff5c8ced464a696fd4252e981430b10e3d3fd8e2f197d7a70c",
            ),
            (
                service.as_bytes(),
                b"f72cfd46f26bc4643f06a11eabb6c0ba18780c19a8da0c31ace671265e3c87fa",
            ),
            (
                signing.as_bytes(),
                b"f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
            ),
        ] {
            assert_eq!(key, &bytes(expected));
        }
        assert_eq!(signing.as_bytes(), service.signing().as_bytes());

        // Each level, handed over as bytes, leads to the same key.
        let date = DateKey::from_bytes(date.as_bytes());
        let region = RegionKey::from_bytes(date.region(b"us-east-1").as_bytes());
        let service = ServiceKey::from_bytes(region.service(b"iam").as_bytes());
        let handed_over = SigningKey::from_bytes(service.signing().as_bytes());
        assert_eq!(handed_over.as_bytes(), signing.as_bytes());
        assert_eq!(handed_over.sign(b"text"), signing.sign(b"text"));
    }

    /// With its prefix, a secret of 60 bytes fills the block, and one of 61 bytes is hashed first.
    /// Compared with the key handling of the `hmac` crate.
    #[test]
    fn secrets_around_the_block_size_are_plain_hmac_keys() {
        let time = Time::parse(b"20150830T123600Z").unwrap();
        for length in [0, 1, 59, 60, 61, 200] {
            let secret = vec![b'k'; length];
            let whole = [b"AWS4", &secret[..]].concat();
            let expected = Hmac::<Sha256>::new_from_slice(&whole).unwrap();
            let expected: [u8; 32] =
                expected.chain_update(b"20150830").finalize().into_bytes().into();
            assert_eq!(DateKey::derive(&secret, &time).as_bytes(), &expected, "{length} bytes");
        }
    }

    #[test]
    fn no_other_signature_verifies() {
        let time = Time::parse(b"20150830T123600Z").unwrap();
        let scope = Scope::new(&time, b"us-east-1", b"service").unwrap();
        let key = SigningKey::derive(b"secret", &scope);
        let signature = key.sign(b"text");
        assert!(key.verifies(b"text", &signature));
        for bit in 0..256 {
            let mut other: [u8; 32] = signature.as_bytes().try_into().unwrap();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.verifies(b"text", &Signature::HmacSha256(other)), "bit {bit}");
        }
    }
}
