//! A key that a verifier knows.

use serde::{Deserialize, Serialize};

use super::key_material::{Key, KeyMaterial};
use crate::bytes::Bytes;
use crate::secret::Secret;
use crate::text::Date;

/// A key that a verifier knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Record")]
pub struct StoredKey {
    /// The id by which requests name it.
    pub access_key_id: Bytes,
    /// The secret, or a key derived from it.
    #[serde(flatten)]
    pub material: KeyMaterial,
    /// The token that belongs to it.
    pub session_token: Option<Secret>,
    /// Whether it may be used.
    pub active: bool,
}

/// The fields as they are written: flattening in serde would take unknown ones.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    access_key_id: Bytes,
    #[serde(default)]
    secret_access_key: Option<Secret>,
    #[serde(default)]
    date_key: Option<Derived>,
    #[serde(default)]
    region_key: Option<Derived>,
    #[serde(default)]
    service_key: Option<Derived>,
    #[serde(default)]
    signing_key: Option<Derived>,
    #[serde(default)]
    session_token: Option<Secret>,
    #[serde(default = "active")]
    active: bool,
}

/// A derived key with the scope that it is valid for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Derived {
    date: Date,
    #[serde(default)]
    region: Option<Bytes>,
    #[serde(default)]
    service: Option<Bytes>,
    key: Key,
}

/// A key whose material is missing, given twice, or without its scope.
#[derive(Debug, thiserror::Error)]
#[error(
    "a stored key: expected one of `secret_access_key`, `date_key` with its `date`, `region_key` with \
     `region`, `service_key` and `signing_key` with `service`, too"
)]
struct WrongMaterial;

fn active() -> bool {
    true
}

impl TryFrom<Record> for StoredKey {
    type Error = WrongMaterial;

    fn try_from(record: Record) -> Result<Self, WrongMaterial> {
        let Record { access_key_id, session_token, active, .. } = record;
        let mut found = [
            record.secret_access_key.map(KeyMaterial::SecretAccessKey).map(Some),
            record.date_key.map(Derived::of_day),
            record.region_key.map(Derived::of_region),
            record.service_key.map(|derived| derived.of_service(false)),
            record.signing_key.map(|derived| derived.of_service(true)),
        ]
        .into_iter()
        .flatten();
        match (found.next(), found.next()) {
            (Some(Some(material)), None) => {
                Ok(Self { access_key_id, material, session_token, active })
            }
            _ => Err(WrongMaterial),
        }
    }
}

impl Derived {
    fn of_day(self) -> Option<KeyMaterial> {
        let Self { date, region: None, service: None, key } = self else { return None };
        Some(KeyMaterial::DateKey { date, key })
    }

    fn of_region(self) -> Option<KeyMaterial> {
        let Self { date, region: Some(region), service: None, key } = self else { return None };
        Some(KeyMaterial::RegionKey { date, region, key })
    }

    fn of_service(self, is_last: bool) -> Option<KeyMaterial> {
        let Self { date, region: Some(region), service: Some(service), key } = self else {
            return None;
        };
        Some(if is_last {
            KeyMaterial::SigningKey { date, region, service, key }
        } else {
            KeyMaterial::ServiceKey { date, region, service, key }
        })
    }
}
