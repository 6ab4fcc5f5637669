//! The signature that a vector expects.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::text::{Hex32, WrongShape};

/// A signature as requests carry it, in lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Signature {
    /// An HMAC-SHA256: 64 digits. A correct signer writes this one.
    HmacSha256(Hex32),
    /// An ECDSA signature of the curve P-256 in DER: at most 144 digits, which begin with the `30`
    /// of a sequence. It is one of many that verify.
    EcdsaP256(String),
}

/// A sequence of two integers of at least one byte takes 8 bytes, of at most 33 bytes 72.
const DER: std::ops::RangeInclusive<usize> = 16..=144;

impl TryFrom<String> for Signature {
    type Error = WrongShape;

    fn try_from(text: String) -> Result<Self, WrongShape> {
        let text = match Hex32::try_from(text) {
            Ok(digits) => return Ok(Self::HmacSha256(digits)),
            Err(wrong) => wrong.text,
        };
        let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_der = text.starts_with("30") && text.len() % 2 == 0 && DER.contains(&text.len());
        if is_hex && is_der {
            Ok(Self::EcdsaP256(text))
        } else {
            let expected = "64 lower-case hexadecimal digits, or the digits of a DER sequence";
            Err(WrongShape { text, expected })
        }
    }
}

impl From<Signature> for String {
    fn from(signature: Signature) -> Self {
        match signature {
            Signature::HmacSha256(digits) => digits.into(),
            Signature::EcdsaP256(digits) => digits,
        }
    }
}

impl Deref for Signature {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::HmacSha256(digits) => digits,
            Self::EcdsaP256(digits) => digits,
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_tells_the_algorithm() {
        let read = |text: String| Signature::try_from(text);
        assert!(matches!(read("0f".repeat(32)), Ok(Signature::HmacSha256(_))));
        for length in [8, 70, 72] {
            let digits = format!("30{}", "0f".repeat(length - 1));
            assert_eq!(read(digits.clone()).expect("DER").to_string(), digits);
        }
        for bad in
            [String::new(), "0f".repeat(31), "0F".repeat(32), "30".repeat(73), "g0".repeat(35)]
        {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }
}
