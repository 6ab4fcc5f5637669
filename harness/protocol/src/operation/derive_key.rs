//! `derive-key`: derive the chain of keys.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::Derivation;
use sigv4_vectors::{Bytes, Secret};

use super::asked::Asked;

/// Derive the chain of keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyQuestion {
    /// The secret.
    pub secret_access_key: Secret,
    /// `YYYYMMDD`.
    pub date: String,
    /// The region.
    pub region: Bytes,
    /// The service.
    pub service: Bytes,
}

/// The four keys of the chain, each 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DerivedKeys {
    /// `HMAC("AWS4" + secret, date)`.
    pub date_key: String,
    /// `HMAC(date key, region)`.
    pub region_key: String,
    /// `HMAC(region key, service)`.
    pub service_key: String,
    /// `HMAC(service key, "aws4_request")`.
    pub signing_key: String,
}

impl KeyQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(derivation: &Derivation) -> Self {
        let input = derivation.input.clone();
        Self {
            secret_access_key: input.secret_access_key,
            date: input.date.into(),
            region: input.region,
            service: input.service,
        }
    }
}

impl Asked for KeyQuestion {
    fn in_words(&self) -> String {
        format!("derive-key {} {} {}", self.date, self.region, self.service)
    }
}
