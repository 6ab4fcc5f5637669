//! `derive-key-pair`: derive the key pair of SigV4A.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::PairDerivation;
use sigv4_vectors::{Bytes, Secret};

use super::asked::Asked;

/// Derive the key pair of SigV4A, which is the same on every day, in every region and for every service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyPairQuestion {
    /// The id of the secret, which is derived from, too.
    pub access_key_id: Bytes,
    /// The secret.
    pub secret_access_key: Secret,
}

/// The key pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DerivedKeyPair {
    /// The private key, big-endian: 64 lower-case hexadecimal digits.
    pub private_key: String,
    /// The public half, if the subject shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<PublicKey>,
}

/// A point of P-256, as the subject writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Its first coordinate: 64 lower-case hexadecimal digits.
    pub x: String,
    /// Its second coordinate, in the same form.
    pub y: String,
}

impl KeyPairQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(derivation: &PairDerivation) -> Self {
        let input = derivation.input.clone();
        Self { access_key_id: input.access_key_id, secret_access_key: input.secret_access_key }
    }
}

impl Asked for KeyPairQuestion {
    fn in_words(&self) -> String {
        format!("derive-key-pair {}", self.access_key_id)
    }
}
