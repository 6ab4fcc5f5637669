//! Base64 with padding, and its form for URLs without it (RFC 4648, sections 4 and 5).

use crate::primitive::text::Cursor;

/// How many bytes the base64 of `length` bytes takes.
pub(crate) const fn room(length: usize) -> usize {
    length.div_ceil(3) * 4
}

/// Writes the base64 of `bytes`.
pub(crate) fn encode(out: &mut Cursor<'_>, bytes: &[u8]) {
    for chunk in bytes.chunks(3) {
        let mut digits = digits(chunk, ALPHABET);
        digits[chunk.len() + 1..].fill(b'=');
        out.text(&digits);
    }
}

/// Writes the form for URLs, without padding.
pub(crate) fn encode_for_url(out: &mut Cursor<'_>, bytes: &[u8]) {
    for chunk in bytes.chunks(3) {
        out.text(&digits(chunk, URL_ALPHABET)[..=chunk.len()]);
    }
}

/// The digits of one to three bytes.
fn digits(chunk: &[u8], alphabet: &[u8; 64]) -> [u8; 4] {
    let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
    let word = byte(0) << 16 | byte(1) << 8 | byte(2);
    [18, 12, 6, 0].map(|shift| alphabet[(word >> shift & 63) as usize])
}

/// The bytes of a text in base64, or the offset of the first byte that does not belong there. Only
/// the text that [`encode`] writes is accepted: with its padding, and without blanks.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, usize> {
    let padding = text.iter().rev().take(2).take_while(|&&byte| byte == b'=').count();
    let digits = &text[..text.len() - padding];
    let (fours, rest) = digits.as_chunks::<4>();
    let length = fours.len() * 3 + rest.len() * 3 / 4;
    let mut bytes = vec![0; length];
    let (threes, last) = bytes.as_chunks_mut::<3>();
    // All digits take the same steps; whether one was none is asked once, at the end.
    let mut all = 0;
    let mut word = |digits: &[u8]| {
        let shifts = [18, 12, 6, 0].into_iter();
        digits.iter().zip(shifts).fold(0, |word, (&digit, shift)| {
            let value = VALUES[usize::from(digit)];
            all |= value;
            word | u32::from(value) << shift
        })
    };
    for (three, four) in threes.iter_mut().zip(fours) {
        let [_, decoded @ ..] = word(four).to_be_bytes();
        *three = decoded;
    }
    let [_, decoded @ ..] = word(rest).to_be_bytes();
    let (decoded, unused) = decoded.split_at(last.len());
    last.copy_from_slice(decoded);
    if all >= NO_DIGIT {
        let is_none = |&byte: &u8| VALUES[usize::from(byte)] == NO_DIGIT;
        return Err(digits.iter().position(is_none).unwrap_or_default());
    }
    // One digit alone holds no byte, and the padding completes the last four.
    if rest.len() == 1 || !text.len().is_multiple_of(4) {
        return Err(text.len());
    }
    if unused.iter().any(|&byte| byte != 0) {
        return Err(digits.len() - 1);
    }
    Ok(bytes)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Marks a byte that is not a digit: a bit that no digit has.
const NO_DIGIT: u8 = 64;

/// The values of the digits.
const VALUES: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut value = 0;
    while value < NO_DIGIT {
        table[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::primitive::text::Text;

    /// RFC 4648, section 10, and the last two digits of the alphabet.
    #[test]
    fn the_examples_of_the_standard_are_right() {
        for (bytes, expected) in [
            (&b""[..], ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"fooba", "Zm9vYmE="),
            (b"foobar", "Zm9vYmFy"),
            (b"\xfb\xff\xbf", "+/+/"),
        ] {
            let mut out = Text::default();
            out.write(room(bytes.len()), |out| encode(out, bytes));
            assert_eq!(&out[..], expected.as_bytes());
            assert_eq!(decode(expected.as_bytes()).as_deref(), Ok(bytes));
            out.clear();
            out.write(room(bytes.len()), |out| encode_for_url(out, bytes));
            let expected = expected.trim_end_matches('=').replace('+', "-").replace('/', "_");
            assert_eq!(&out[..], expected.as_bytes());
        }
    }

    #[test]
    fn what_is_wrong_in_a_text_is_located() {
        for (text, offset) in [
            ("Zm9", 3),
            ("Zm9vY", 5),
            ("Zm9v=", 5),
            ("Zm9vYg=", 7),
            ("Zm9v\n", 4),
            ("Zm 9v", 2),
            ("Zm-v", 2),
            ("Z===", 1),
            ("Zh==", 1),
            ("Zm9=", 2),
            ("====", 0),
            ("=", 1),
        ] {
            assert_eq!(decode(text.as_bytes()), Err(offset), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut out = Text::default();
            out.write(room(bytes.len()), |out| encode(out, &bytes));
            prop_assert_eq!(decode(&out), Ok(bytes));
        }

        #[test]
        fn what_is_read_is_what_is_written(text in "[A-Da-d+/= ]{0,9}") {
            if let Ok(bytes) = decode(text.as_bytes()) {
                let mut out = Text::default();
                out.write(room(bytes.len()), |out| encode(out, &bytes));
                prop_assert_eq!(&out[..], text.as_bytes());
            }
        }
    }
}
