//! Signatures over given texts: as plain as the documentation, since what is signed is often wrong.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::hex;

/// The credential scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) date: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) terminator: String,
}

impl Scope {
    /// The scope as text.
    pub(super) fn text(&self) -> String {
        [&self.date[..], &self.region, &self.service, &self.terminator].join("/")
    }

    /// The keys of the chain: of the day, the region, the service, and for signing.
    pub(super) fn keys(&self, secret: &str) -> [[u8; 32]; 4] {
        let day = mac(format!("AWS4{secret}").as_bytes(), &self.date);
        let region = mac(&day, &self.region);
        let service = mac(&region, &self.service);
        [day, region, service, mac(&service, &self.terminator)]
    }

    /// The key that signs.
    pub(super) fn key(&self, secret: &str) -> [u8; 32] {
        self.keys(secret)[3]
    }
}

/// HMAC-SHA256.
pub(super) fn mac(key: &[u8], text: &str) -> [u8; 32] {
    // Any length of key is valid.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The digits of the SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
