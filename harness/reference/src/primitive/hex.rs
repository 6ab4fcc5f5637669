//! Lower-case hexadecimal.

use crate::primitive::bytes;
use crate::primitive::hash::Digest;
use crate::primitive::text::Text;

/// The 64 lower-case digits of a SHA-256 or HMAC-SHA256 value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Hex([u8; Self::LENGTH]);

impl Hex {
    /// How many digits they are.
    pub(crate) const LENGTH: usize = 64;

    /// The hash of an empty body, which most requests have.
    pub(crate) const EMPTY_MESSAGE: Self =
        Self(*b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// All bytes take the same steps, so that the compiler can process them together.
    #[inline]
    pub(crate) fn encode(digest: &Digest) -> Self {
        Self::of_bytes(digest.to_bytes())
    }

    /// The digits of a value as bytes.
    #[inline]
    pub(crate) fn of_bytes(bytes: [u8; 32]) -> Self {
        let mut text = [0; 64];
        for ([high, low], byte) in text.as_chunks_mut().0.iter_mut().zip(bytes) {
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

#[inline]
fn digit(value: u8) -> u8 {
    let to_letters = if value > 9 { b'a' - 1 - b'9' } else { 0 };
    value + b'0' + to_letters
}

/// Whether these are exactly 64 lower-case digits. All of them take the same steps, as in
/// [`Hex::encode`].
#[inline]
pub(crate) fn is_hash(text: &[u8]) -> bool {
    let is_digit = |byte: u8| (byte.wrapping_sub(b'0') < 10) | (byte.wrapping_sub(b'a') < 6);
    text.len() == Hex::LENGTH && !bytes::any(text, |byte| !is_digit(byte))
}

/// Reads exactly 64 lower-case digits.
pub(crate) fn decode(text: &[u8]) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.try_into().ok()?;
    if !is_hash(text) {
        return None;
    }
    // The low bits of `a` are one.
    let values = text.map(|byte| (byte & 15) + 9 * (byte >> 6));
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(values.as_chunks().0) {
        let [value, _] = ((u16::from_be_bytes(*pair) * 0x11) >> 4).to_le_bytes();
        *byte = value;
    }
    Some(bytes)
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
        fn a_digest_survives_encoding_and_decoding(message in prop::collection::vec(any::<u8>(), 0..9)) {
            let digest = Digest::of(&message);
            prop_assert_eq!(decode(Hex::encode(&digest).as_bytes()), Some(digest.to_bytes()));
        }

        #[test]
        fn only_lower_case_digits_decode(at in 0_usize..64, byte: u8) {
            let mut text = *Hex::EMPTY_MESSAGE.as_bytes();
            text[at] = byte;
            let is_digit = byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            prop_assert_eq!(decode(&text).is_some(), is_digit);
            prop_assert_eq!(is_hash(&text), is_digit);
            prop_assert_eq!(decode(&text[1..]), None);
        }
    }

    #[test]
    fn the_hash_of_an_empty_message_is_right() {
        assert_eq!(Hex::encode(&Digest::of(b"")), Hex::EMPTY_MESSAGE);
    }
}
