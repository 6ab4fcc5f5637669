//! A key to derive.

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::secret::Secret;
use crate::text::{Date, Hex32};

/// A key to derive, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// What the derivation is given.
    pub input: DerivationInput,
    /// The keys that a correct derivation goes through.
    pub expect: DerivedKeys,
}

/// All that a key is derived from. The names are those of the adapter protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivationInput {
    /// An example secret. Never a real one.
    pub secret_access_key: Secret,
    /// The day of the credential scope.
    pub date: Date,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
}

/// The chain of keys, as far as it was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedKeys {
    /// The key after the date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_key: Option<Hex32>,
    /// The key after the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_key: Option<Hex32>,
    /// The key after the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_key: Option<Hex32>,
    /// The last key, which signs.
    pub signing_key: Hex32,
}
