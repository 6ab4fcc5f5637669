//! Text of a fixed shape: a value that exists has it.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A moment in the form in which requests carry it: `YYYYMMDDTHHMMSSZ`.
///
/// Only the shape is checked. A day that no calendar has can be the point of a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(String);

impl TryFrom<String> for Time {
    type Error = WrongShape;

    fn try_from(text: String) -> Result<Self, WrongShape> {
        const SHAPE: &[u8] = b"ddddddddTddddddZ";
        let fits = |(byte, shape): (u8, &u8)| match shape {
            b'd' => byte.is_ascii_digit(),
            exact => byte == *exact,
        };
        if text.len() == SHAPE.len() && text.bytes().zip(SHAPE).all(fits) {
            Ok(Self(text))
        } else {
            Err(WrongShape { text, expected: "a time like 20150830T123600Z" })
        }
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

/// Thirty-two bytes as 64 lower-case hexadecimal digits: a signing key or a signature.
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

/// The text has another shape than its type asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct WrongShape {
    text: String,
    expected: &'static str,
}

macro_rules! shown_as_text {
    ($($name:ident),+) => { $(
        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+ };
}

shown_as_text!(Time, Date, Hex32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_shape() {
        for good in ["20150830T123600Z", "99991399T999999Z"] {
            assert_eq!(&*Time::try_from(good.to_owned()).unwrap(), good);
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
