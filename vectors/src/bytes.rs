//! Bytes that read as text wherever they are text.

use std::fmt;
use std::ops::Deref;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

/// Any bytes: a JSON string where they are UTF-8, else `{"base64": "..."}`.
///
/// Both forms are accepted on reading, whatever the bytes are. The base64 alphabet is the standard
/// one of RFC 4648, section 4, with padding.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(SmallVec<[u8; INLINE]>);

/// This number of bytes needs no allocation: most names, values and parts of a scope are shorter.
const INLINE: usize = 24;

impl Bytes {
    /// The bytes as text, or nothing if they are not UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self).ok()
    }

    /// Decodes standard base64 with padding.
    pub(crate) fn from_base64<E: de::Error>(encoded: &str) -> Result<Self, E> {
        let bytes = STANDARD.decode(encoded).map_err(|_| {
            E::custom(format_args!("`{encoded}` is not standard base64 with padding"))
        })?;
        Ok(bytes.into())
    }
}

impl Clone for Bytes {
    /// In one copy, where `SmallVec` clones item after item.
    fn clone(&self) -> Self {
        Self::from(&self[..])
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl AsMut<[u8]> for Bytes {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<String> for Bytes {
    fn from(text: String) -> Self {
        Self::from(text.into_bytes())
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(SmallVec::from_slice(bytes))
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(SmallVec::from_vec(bytes))
    }
}

impl From<Bytes> for Vec<u8> {
    fn from(bytes: Bytes) -> Self {
        bytes.0.into_vec()
    }
}

/// The text as it stands, or an ASCII escape of each byte that is not printable.
impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => formatter.write_str(text),
            None => write!(formatter, "{}", self.escape_ascii()),
        }
    }
}

/// A string literal, or a byte string literal where the bytes are not UTF-8.
impl fmt::Debug for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => fmt::Debug::fmt(text, formatter),
            None => write!(formatter, "b\"{}\"", self.escape_ascii()),
        }
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = self.as_str() {
            return serializer.serialize_str(text);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("base64", &STANDARD.encode(self))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BytesVisitor)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Bytes;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("bytes: a string, or {\"base64\": \"...\"}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bytes, E> {
        Ok(Bytes::from(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Bytes, E> {
        Ok(Bytes::from(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bytes, A::Error> {
        let Some(key) = map.next_key::<String>()? else {
            return Err(de::Error::missing_field("base64"));
        };
        if key != "base64" {
            return Err(de::Error::unknown_field(&key, &["base64"]));
        }
        let bytes = Bytes::from_base64(&map.next_value::<String>()?)?;
        match map.next_key::<String>()? {
            None => Ok(bytes),
            Some(extra) if extra == "base64" => Err(de::Error::duplicate_field("base64")),
            Some(extra) => Err(de::Error::unknown_field(&extra, &["base64"])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Bytes, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn text_is_a_string_and_other_bytes_are_base64() {
        let text = Bytes::from("a \u{1234}\n\0");
        assert_eq!(serde_json::to_string(&text).unwrap(), r#""a ሴ\n\u0000""#);
        let binary = Bytes::from(vec![0xff, b'a']);
        assert_eq!(serde_json::to_string(&binary).unwrap(), r#"{"base64":"/2E="}"#);
    }

    #[test]
    fn every_byte_survives_a_round_trip() {
        for byte in 0..=u8::MAX {
            let bytes = Bytes::from(vec![b'<', byte, b'>']);
            let json = serde_json::to_string(&bytes).unwrap();
            assert_eq!(read(&json).unwrap(), bytes, "{json}");
        }
    }

    #[test]
    fn both_forms_are_read_for_text() {
        assert_eq!(read(r#"{"base64":"YQ=="}"#).unwrap(), read(r#""a""#).unwrap());
    }

    #[test]
    fn wrong_forms_say_what_was_expected() {
        for (json, message) in [
            ("7", "expected bytes: a string"),
            ("{}", "missing field `base64`"),
            (r#"{"base32":"MF"}"#, "unknown field `base32`, expected `base64`"),
            (r#"{"base64":"YQ"}"#, "`YQ` is not standard base64 with padding"),
            (r#"{"base64":"YQ==","base64":"YQ=="}"#, "duplicate field `base64`"),
            (r#"{"base64":"YQ==","more":1}"#, "unknown field `more`"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(message), "{json}: {error}");
        }
    }

    #[test]
    fn shown_as_text_where_it_is_text() {
        let text = Bytes::from("a\n\u{e9}");
        assert_eq!((format!("{text}"), format!("{text:?}")), ("a\né".into(), "\"a\\né\"".into()));
        let binary = Bytes::from(vec![0xff, b'\n']);
        assert_eq!(format!("{binary} {binary:?}"), r#"\xff\n b"\xff\n""#);
    }
}
