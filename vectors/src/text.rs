//! Text of a fixed shape: a value that exists has it.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A moment in the form in which requests carry it: `YYYYMMDDTHHMMSSZ`.
///
/// Only the shape is checked. A day that no calendar has can be the point of a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time([u8; SHAPE_OF_TIME.len()]);

/// `d` stands for a digit, anything else for itself.
const SHAPE_OF_TIME: &[u8; 16] = b"ddddddddTddddddZ";

impl TryFrom<&str> for Time {
    type Error = WrongShape;

    fn try_from(text: &str) -> Result<Self, WrongShape> {
        let fits = |(byte, shape): (&u8, &u8)| match shape {
            b'd' => byte.is_ascii_digit(),
            exact => byte == exact,
        };
        match text.as_bytes().as_array() {
            Some(bytes) if bytes.iter().zip(SHAPE_OF_TIME).all(fits) => Ok(Self(*bytes)),
            _ => {
                let expected = "a time like 20150830T123600Z";
                Err(WrongShape { text: text.to_owned(), expected })
            }
        }
    }
}

impl TryFrom<String> for Time {
    type Error = WrongShape;

    fn try_from(text: String) -> Result<Self, WrongShape> {
        Self::try_from(&text[..])
    }
}

impl Deref for Time {
    type Target = str;

    fn deref(&self) -> &str {
        // The shape is ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Time").field(&&**self).finish()
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        (*time).to_owned()
    }
}

/// A day in the form in which credential scopes carry it: `YYYYMMDD`. Only the shape is checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(String);

impl TryFrom<String> for Date {
    type Error = WrongShape;

    fn try_from(text: String) -> Result<Self, WrongShape> {
        if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text))
        } else {
            Err(WrongShape { text, expected: "a date like 20150830" })
        }
    }
}

/// 32 bytes as 64 lower-case hexadecimal digits: a derived key or a signature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hex32(String);

impl TryFrom<String> for Hex32 {
    type Error = WrongShape;

    fn try_from(text: String) -> Result<Self, WrongShape> {
        if text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text))
        } else {
            Err(WrongShape { text, expected: "64 lower-case hexadecimal digits" })
        }
    }
}

impl Hex32 {
    /// The bytes that the digits stand for.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        // The digits are checked when they are read.
        let digit = |byte: u8| if byte <= b'9' { byte - b'0' } else { byte - b'a' + 10 };
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(self.0.as_bytes().as_chunks().0) {
            *byte = digit(*high) << 4 | digit(*low);
        }
        bytes
    }
}

/// The text has another shape than its type asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct WrongShape {
    pub(crate) text: String,
    pub(crate) expected: &'static str,
}

macro_rules! is_text {
    ($($name:ident),+) => { $(
        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+ };
}

macro_rules! shown_as_text {
    ($($name:ident),+) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self)
            }
        }
    )+ };
}

is_text!(Date, Hex32);
shown_as_text!(Time, Date, Hex32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_shape() {
        for good in ["20150830T123600Z", "99991399T999999Z"] {
            let time = Time::try_from(good.to_owned()).unwrap();
            assert_eq!((&*time, format!("{time:?}")), (good, format!("Time({good:?})")));
        }
        for bad in
            ["", "20150830T123600", "20150830t123600Z", "2015083٠T12360Z", "20150830T1236000Z"]
        {
            assert!(Time::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_date_has_its_shape() {
        assert_eq!(&*Date::try_from("20150830".to_owned()).unwrap(), "20150830");
        for bad in ["", "2015083", "2015-08-30", "20150830T", "2015083٠"] {
            assert!(Date::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn hex_is_lower_case_and_of_full_length() {
        assert!(Hex32::try_from("0123456789abcdef".repeat(4)).is_ok());
        for bad in [String::new(), "0".repeat(63), "0".repeat(65), "A".repeat(64), "g".repeat(64)] {
            assert!(Hex32::try_from(bad.clone()).is_err(), "{bad}");
        }
    }
}
