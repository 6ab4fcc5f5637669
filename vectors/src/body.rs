//! Bodies in vector files: long ones that repeat a byte are written as a repetition.

use std::ops::Deref;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::bytes::Bytes;

/// The shortest body that is written as a repetition.
const SHORTEST_REPETITION: usize = 128;
/// The longest body that is read from a repetition: 16 MiB.
const LONGEST_REPETITION: usize = 16 << 20;

/// A body: as [`Bytes`], or `{"repeat": "a", "times": 66560}` for one ASCII character again and
/// again, which is how a body of at least 128 bytes of one kind is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body(Bytes);

impl Deref for Body {
    type Target = Bytes;

    fn deref(&self) -> &Bytes {
        &self.0
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl Body {
    /// The character of which it is a repetition that is worth writing so.
    fn repeated(&self) -> Option<char> {
        let first = *self.first().filter(|byte| byte.is_ascii())?;
        let repeats = self.len() >= SHORTEST_REPETITION && self.iter().all(|byte| *byte == first);
        repeats.then(|| char::from(first))
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(character) = self.repeated() else { return self.0.serialize(serializer) };
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("repeat", &character)?;
        map.serialize_entry("times", &self.len())?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BodyVisitor)
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(
            "a body: a string, {\"base64\": \"...\"}, or {\"repeat\": \"a\", \"times\": 66560}",
        )
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Body, E> {
        Ok(Body(text.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Body, A::Error> {
        match Fields::deserialize(de::value::MapAccessDeserializer::new(map))? {
            Fields { base64: Some(encoded), repeat: None, times: None } => {
                Bytes::from_base64(&encoded).map(Body)
            }
            Fields { base64: None, repeat: Some(character), times: Some(times) } => {
                if !character.is_ascii() || !(1..=LONGEST_REPETITION).contains(&times) {
                    return Err(de::Error::custom(format_args!(
                        "expected an ASCII character 1 to {LONGEST_REPETITION} times"
                    )));
                }
                Ok(Body(vec![character as u8; times].into()))
            }
            _ => Err(de::Error::custom("expected `base64` alone, or `repeat` and `times`")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    base64: Option<String>,
    repeat: Option<char>,
    times: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_of_one_byte_is_written_as_a_repetition() {
        for (body, written) in [
            ("a".repeat(66_560), r#"{"repeat":"a","times":66560}"#.to_owned()),
            ("a".repeat(128), r#"{"repeat":"a","times":128}"#.to_owned()),
            ("a".repeat(127), format!("{:?}", "a".repeat(127))),
            ("a".repeat(127) + "b", format!("{:?}", "a".repeat(127) + "b")),
            (String::new(), r#""""#.to_owned()),
        ] {
            let body = Body::from(Bytes::from(body));
            assert_eq!(serde_json::to_string(&body).unwrap(), written);
            assert_eq!(serde_json::from_str::<Body>(&written).unwrap(), body);
        }
        let bytes: Body = serde_json::from_str(r#"{"base64":"/w=="}"#).unwrap();
        assert_eq!(bytes[..], b"\xff"[..]);
        let few: Body = serde_json::from_str(r#"{"repeat":"a","times":3}"#).unwrap();
        assert_eq!(few[..], b"aaa"[..]);
    }

    #[test]
    fn a_repetition_is_bounded_and_whole() {
        for wrong in [
            r#"{"repeat":"a","times":0}"#,
            r#"{"repeat":"a","times":16777217}"#,
            r#"{"repeat":"a","times":-1}"#,
            r#"{"repeat":"ab","times":2}"#,
            r#"{"repeat":"é","times":2}"#,
            r#"{"repeat":"a"}"#,
            r#"{"times":2}"#,
            r#"{"repeat":"a","times":2,"base64":""}"#,
            r#"{"base64":"/w="}"#,
            "{}",
            "7",
        ] {
            assert!(serde_json::from_str::<Body>(wrong).is_err(), "{wrong}");
        }
    }
}
