//! Key derivation (specification: "Derive a signing key"): four HMACs, each keyed by the one
//! before, so that each level can be handed out without the one above.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::TERMINATOR;
use crate::time::Time;

type HmacSha256 = Hmac<Sha256>;

/// `HMAC("AWS4" + secret, date)`: signs for every region and service on one day.
#[derive(Clone)]
pub struct DateKey([u8; 32]);

/// `HMAC(date key, region)`: signs for every service in one region on one day.
#[derive(Clone)]
pub struct RegionKey([u8; 32]);

/// `HMAC(region key, service)`: one step short of the signing key.
#[derive(Clone)]
pub struct ServiceKey([u8; 32]);

/// `HMAC(service key, "aws4_request")`: signs for one service in one region on one day.
///
/// Keeps the HMAC's inner and outer states, which saves two of the compressions of each use.
#[derive(Clone)]
pub struct SigningKey {
    bytes: [u8; 32],
    state: HmacSha256,
}

impl DateKey {
    /// The key of a secret for the day of `time`. The secret is any bytes of any length.
    #[must_use]
    pub fn derive(secret: &[u8], time: &Time) -> Self {
        const PREFIX: &[u8] = b"AWS4";
        let mut block = [0; 64];
        let length = PREFIX.len() + secret.len();
        if length <= block.len() {
            block[..PREFIX.len()].copy_from_slice(PREFIX);
            block[PREFIX.len()..length].copy_from_slice(secret);
        } else {
            // RFC 2104: a key longer than a block is replaced by its hash. Done here so that the
            // prefix needs no allocation.
            let digest = Sha256::new().chain_update(PREFIX).chain_update(secret).finalize();
            block[..32].copy_from_slice(&digest);
        }
        Self(hmac(HmacSha256::new(&block.into()), time.date()))
    }

    /// The next key of the chain.
    #[must_use]
    pub fn region(&self, region: &[u8]) -> RegionKey {
        RegionKey(hmac(keyed(&self.0), region))
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl RegionKey {
    /// The next key of the chain.
    #[must_use]
    pub fn service(&self, service: &[u8]) -> ServiceKey {
        ServiceKey(hmac(keyed(&self.0), service))
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl ServiceKey {
    /// The last key of the chain.
    #[must_use]
    pub fn signing(&self) -> SigningKey {
        let bytes = hmac(keyed(&self.0), TERMINATOR.as_bytes());
        SigningKey { bytes, state: keyed(&bytes) }
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl SigningKey {
    /// The whole chain at once.
    #[must_use]
    pub fn derive(secret: &[u8], time: &Time, region: &[u8], service: &[u8]) -> Self {
        DateKey::derive(secret, time).region(region).service(service).signing()
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The signature of a string to sign, before it is written in hexadecimal.
    #[must_use]
    pub fn sign(&self, string_to_sign: &[u8]) -> [u8; 32] {
        hmac(self.state.clone(), string_to_sign)
    }

    /// Whether `signature` is the signature of `string_to_sign`, in time that does not depend on
    /// where they differ.
    #[must_use]
    pub fn verifies(&self, string_to_sign: &[u8], signature: &[u8; 32]) -> bool {
        self.state.clone().chain_update(string_to_sign).verify_slice(signature).is_ok()
    }
}

/// Keys are secrets: their bytes are never printed.
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

fn keyed(key: &[u8; 32]) -> HmacSha256 {
    // A key shorter than a block is padded with zeros (RFC 2104); giving the whole block leaves
    // no length to be wrong.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    HmacSha256::new(&block.into())
}

fn hmac(state: HmacSha256, message: &[u8]) -> [u8; 32] {
    state.chain_update(message).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8; 32]) -> String {
        crate::hex::Hex::encode(bytes).as_str().to_owned()
    }

    /// AWS General Reference, "Deriving the signing key": examples of how to derive a key.
    #[test]
    fn the_documented_chain_comes_out() {
        let time = Time::parse(b"20120215T000000Z").unwrap();
        let date = DateKey::derive(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &time);
        let region = date.region(b"us-east-1");
        let service = region.service(b"iam");
        assert_eq!(
            [
                hex(date.as_bytes()),
                hex(region.as_bytes()),
                hex(service.as_bytes()),
                hex(service.signing().as_bytes())
            ],
            [
                "969fbb94feb542b71ede6f87fe4d5fa29c789342b0f407474670f0c2489e0a0d",
                "69daa0209cd9c5ff5c8ced464a696fd4252e981430b10e3d3fd8e2f197d7a70c",
                "f72cfd46f26bc4643f06a11eabb6c0ba18780c19a8da0c31ace671265e3c87fa",
                "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"
            ]
        );
    }

    /// A 60-byte secret fills the block with its prefix, a 61-byte one is hashed first; the
    /// library's own key handling is the second opinion.
    #[test]
    fn secrets_around_the_block_size_are_plain_hmac_keys() {
        let time = Time::parse(b"20150830T123600Z").unwrap();
        for length in [0, 1, 59, 60, 61, 200] {
            let secret = vec![b'k'; length];
            let whole = [b"AWS4", &secret[..]].concat();
            let expected = HmacSha256::new_from_slice(&whole).unwrap();
            assert_eq!(
                DateKey::derive(&secret, &time).as_bytes(),
                &hmac(expected, b"20150830"),
                "{length} bytes"
            );
        }
    }
}
