//! Lower-case hexadecimal, the only form that SigV4 writes.

use crate::hash::Digest;
use crate::text::Text;

/// The 64 lower-case digits of a SHA-256 or HMAC-SHA256 value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Hex([u8; 64]);

impl Hex {
    /// The hash of nothing, which most requests carry.
    pub(crate) const EMPTY_MESSAGE: Self =
        Self(*b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// All bytes take the same few steps, so that the compiler does them side by side.
    #[inline]
    pub(crate) fn encode(digest: &Digest) -> Self {
        let mut text = [0; 64];
        for ([high, low], byte) in text.as_chunks_mut().0.iter_mut().zip(digest.to_bytes()) {
            *high = digit(byte >> 4);
            *low = digit(byte & 15);
        }
        Self(text)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

/// Appends the digits of `digest`.
pub(crate) fn append(out: &mut Text, digest: &Digest) {
    out.append(Hex::encode(digest).as_bytes());
}

/// The digits that `text` ends with.
pub(crate) fn last(text: &[u8]) -> &str {
    let digits = text.last_chunk::<64>().map(|digits| std::str::from_utf8(digits));
    digits.and_then(Result::ok).unwrap_or_default()
}

#[inline]
fn digit(value: u8) -> u8 {
    let to_letters = if value > 9 { b'a' - 1 - b'9' } else { 0 };
    value + b'0' + to_letters
}

/// Reads exactly 64 lower-case digits; anything else is `None`.
pub(crate) fn decode(text: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_are_those_of_the_standard_library(message in prop::collection::vec(any::<u8>(), 0..9)) {
            let digest = Digest::of(&message);
            let pairs = digest.to_bytes().map(|byte| format!("{byte:02x}"));
            let expected = pairs.concat();
            let Hex(digits) = Hex::encode(&digest);
            prop_assert_eq!(&digits, expected.as_bytes());
        }

        #[test]
        fn what_is_encoded_decodes(message in prop::collection::vec(any::<u8>(), 0..9)) {
            let digest = Digest::of(&message);
            prop_assert_eq!(decode(Hex::encode(&digest).as_bytes()), Some(digest.to_bytes()));
        }
    }

    #[test]
    fn the_hash_of_nothing_is_right() {
        assert_eq!(Hex::encode(&Digest::of(b"")), Hex::EMPTY_MESSAGE);
    }
}
