//! Hexadecimal digits as a subject shows them.

use std::fmt;
use std::ops::Deref;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use crate::hex;

/// A key or a signature as a subject shows it: 64 lower-case hexadecimal digits if it is right, any
/// text if it is not. Up to that length it needs no allocation: every answer has two of them.
#[derive(Eq, PartialEq)]
pub struct Digits(SmallVec<[u8; 64]>);

impl Digits {
    /// Two digits per byte.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut text = SmallVec::from_elem(0, 2 * bytes.len());
        hex::write(bytes, &mut text);
        Self(text)
    }
}

impl From<&str> for Digits {
    fn from(text: &str) -> Self {
        Self(SmallVec::from_slice(text.as_bytes()))
    }
}

impl Deref for Digits {
    type Target = str;

    fn deref(&self) -> &str {
        // It was made from text or from digits.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Clone for Digits {
    fn clone(&self) -> Self {
        Self(SmallVec::from_slice(&self.0))
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DigitsVisitor)
    }
}

struct DigitsVisitor;

impl Visitor<'_> for DigitsVisitor {
    type Value = Digits;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Digits, E> {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use crate::*;

    #[test]
    fn digits_are_read_as_they_are_written_however_long() {
        for text in ["", "00ff", &"0f".repeat(32), &"no digits \u{e4} ".repeat(9)] {
            let digits = Digits::from(text);
            assert_eq!((&*digits, format!("{digits:?}")), (text, format!("{text:?}")));
            let written = serde_json::to_string(&digits).unwrap();
            assert_eq!(serde_json::from_str::<Digits>(&written).unwrap(), digits.clone());
        }
        assert_eq!(Digits::of(&[0x0f; 32]), Digits::from(&*"0f".repeat(32)));
        assert_eq!(Digits::of(&[0xa5; 40]), Digits::from(&*"a5".repeat(40)));
        assert!(serde_json::from_str::<Digits>("7").is_err());
    }
}
