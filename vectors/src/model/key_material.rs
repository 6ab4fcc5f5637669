//! The key material that a verifier holds.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::bytes::Bytes;
use crate::secret::Secret;
use crate::text::{Date, Hex32};

/// A secret, or a key derived from it, which is valid for the scope that it was derived for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum KeyMaterial {
    /// The secret: valid for every scope.
    SecretAccessKey(Secret),
    /// The key of a day: valid for every region and service on that day.
    DateKey {
        /// The day.
        date: Date,
        /// The key.
        key: Key,
    },
    /// The key of a region on a day: valid for every service there.
    RegionKey {
        /// The day.
        date: Date,
        /// The region.
        region: Bytes,
        /// The key.
        key: Key,
    },
    /// The key of a service in a region on a day.
    ServiceKey {
        /// The day.
        date: Date,
        /// The region.
        region: Bytes,
        /// The service.
        service: Bytes,
        /// The key.
        key: Key,
    },
    /// The signing key of a service in a region on a day.
    SigningKey {
        /// The day.
        date: Date,
        /// The region.
        region: Bytes,
        /// The service.
        service: Bytes,
        /// The key.
        key: Key,
    },
}

/// A derived key: 32 bytes, on the wire 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Hex32", into = "String")]
pub struct Key([u8; 32]);

impl Key {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Key {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<Hex32> for Key {
    fn from(digits: Hex32) -> Self {
        Self(digits.to_bytes())
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        use std::fmt::Write as _;

        let mut text = Self::with_capacity(64);
        for byte in key.0 {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(redacted)")
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_material_is_a_field_named_for_it() {
        let key = "0f".repeat(32);
        for json in [
            r#"{"secret_access_key":"secret"}"#.to_owned(),
            format!(r#"{{"date_key":{{"date":"20150830","key":"{key}"}}}}"#),
            format!(r#"{{"region_key":{{"date":"20150830","region":"r","key":"{key}"}}}}"#),
            format!(
                r#"{{"signing_key":{{"date":"20150830","region":"r","service":"s","key":"{key}"}}}}"#
            ),
        ] {
            let material: KeyMaterial = serde_json::from_str(&json).expect("key material");
            assert_eq!(serde_json::to_string(&material).expect("json"), json);
            let shown = format!("{material:?}");
            assert!(!shown.contains("0f0f") && !shown.contains("\"secret"), "{shown}");
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let json = r#"{"date_key":{"date":"20150830","key":"0f"}}"#;
        let error = serde_json::from_str::<KeyMaterial>(json).expect_err("two digits");
        assert!(error.to_string().contains("64 lower-case hexadecimal digits"), "{error}");
    }
}
