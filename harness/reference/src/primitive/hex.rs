//! Lower-case hexadecimal.

use crate::primitive::hash::Digest;
use crate::primitive::text::Text;

/// The 64 lower-case digits of a SHA-256 or HMAC-SHA256 value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Hex([u8; 64]);

impl Hex {
    /// The hash of an empty body, which most requests have.
    pub(crate) const EMPTY_MESSAGE: Self =
        Self(*b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// All bytes take the same steps, so that the compiler can process them together.
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

#[inline]
fn digit(value: u8) -> u8 {
    let to_letters = if value > 9 { b'a' - 1 - b'9' } else { 0 };
    value + b'0' + to_letters
}

/// Reads exactly 64 lower-case digits.
pub(crate) fn decode(text: &[u8]) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.try_into().ok()?;
    let mut bytes = [0; 32];
    let mut all = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(text.as_chunks().0) {
        let (high, low) = (VALUES[usize::from(*high)], VALUES[usize::from(*low)]);
        all |= high | low;
        *byte = high << 4 | low;
    }
    (all < NO_DIGIT).then_some(bytes)
}

/// Marks a byte that is not a digit: a bit that no digit has.
const NO_DIGIT: u8 = 16;

/// The values of the lower-case digits.
const VALUES: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

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
            prop_assert_eq!(decode(&text[1..]), None);
        }
    }

    #[test]
    fn the_hash_of_an_empty_message_is_right() {
        assert_eq!(Hex::encode(&Digest::of(b"")), Hex::EMPTY_MESSAGE);
    }
}
