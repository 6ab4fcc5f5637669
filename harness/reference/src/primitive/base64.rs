//! Base64 with padding (RFC 4648, section 4).

use crate::primitive::text::Cursor;

/// How many bytes the base64 of `length` bytes takes.
pub(crate) const fn room(length: usize) -> usize {
    length.div_ceil(3) * 4
}

/// Writes the base64 of `bytes`.
pub(crate) fn encode(out: &mut Cursor<'_>, bytes: &[u8]) {
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        let digit = |index: usize| {
            let value = word >> (18 - 6 * index) & 63;
            if index > chunk.len() { b'=' } else { ALPHABET[value as usize] }
        };
        out.text(&[digit(0), digit(1), digit(2), digit(3)]);
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
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
        }
    }
}
