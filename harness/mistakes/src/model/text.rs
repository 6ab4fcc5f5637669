//! Texts: hexadecimal, percent-encoding, and character sets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use unicode_normalization::UnicodeNormalization as _;

use crate::catalogue::{Mistake, MistakeSet};

/// The bytes that `UriEncode` of the specification leaves as they are.
const UNRESERVED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

/// Whether `UriEncode` keeps a byte.
const RAW: [bool; 256] = {
    let mut raw = [false; 256];
    let mut index = 0;
    while index < UNRESERVED.len() {
        raw[UNRESERVED[index] as usize] = true;
        index += 1;
    }
    raw
};

const LOWER_CASE_DIGITS: &[u8; 16] = b"0123456789abcdef";
const UPPER_CASE_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Two lower-case hexadecimal digits per byte.
pub(super) fn hex(bytes: &[u8]) -> Vec<u8> {
    sigv4_protocol::hex::hex(bytes).into_bytes()
}

/// The bytes of pairs of hexadecimal digits; a text of anything else as it is.
pub(super) fn unhex(text: &[u8]) -> Vec<u8> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let digits = text.len().is_multiple_of(2) && text.iter().all(u8::is_ascii_hexdigit);
    let bytes = digits.then(|| text.chunks(2).map(pair).collect::<Option<Vec<u8>>>());
    bytes.flatten().unwrap_or_else(|| text.to_vec())
}

fn two_digits(byte: u8, digits: &[u8; 16]) -> [u8; 2] {
    [digits[usize::from(byte / 16)], digits[usize::from(byte % 16)]]
}

/// RFC 4648, section 4.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    STANDARD.encode(bytes).into_bytes()
}

/// RFC 4648, section 5.
pub(super) fn base64_for_url(bytes: &[u8]) -> Vec<u8> {
    URL_SAFE.encode(bytes).into_bytes()
}

/// The decoded bytes, if the text is base64.
pub(super) fn base64_decoded(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A way to percent-encode: the specification's, unless it is changed.
#[derive(Clone)]
pub(super) struct Encoder {
    raw: [bool; 256],
    digits: &'static [u8; 16],
    space_is_plus: bool,
    /// Bytes below 16 get one digit.
    unpadded: bool,
    /// Bytes above 0x7F get eight digits, as a negative number.
    sign_extended: bool,
}

impl Encoder {
    /// Everything but the unreserved bytes is encoded, with upper-case digits.
    pub(super) fn new() -> Self {
        Self {
            raw: RAW,
            digits: UPPER_CASE_DIGITS,
            space_is_plus: false,
            unpadded: false,
            sign_extended: false,
        }
    }

    /// Leaves these bytes raw too.
    pub(super) fn leaving(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self.raw[usize::from(byte)] = true;
        }
        self
    }

    /// Encodes these bytes too.
    pub(super) fn escaping(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self.raw[usize::from(byte)] = false;
        }
        self
    }

    /// Writes the digits in lower case.
    pub(super) fn in_lower_case(mut self) -> Self {
        self.digits = LOWER_CASE_DIGITS;
        self
    }

    /// Writes a space as `+`.
    pub(super) fn with_plus_for_space(mut self) -> Self {
        self.space_is_plus = true;
        self
    }

    /// Writes bytes below 16 with one digit.
    pub(super) fn unpadded(mut self) -> Self {
        self.unpadded = true;
        self
    }

    /// Writes bytes above 0x7F as negative numbers of 32 bits.
    pub(super) fn sign_extended(mut self) -> Self {
        self.sign_extended = true;
        self
    }

    /// The text, encoded; a percent sign that begins an escape is kept with it.
    pub(super) fn encode_around_escapes(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() + 16);
        let mut rest = text;
        while !rest.is_empty() {
            if escape(rest).is_some() {
                out.extend(&rest[..3]);
                rest = &rest[3..];
            } else {
                out.extend(self.encode(&rest[..1]));
                rest = &rest[1..];
            }
        }
        out
    }

    /// The text, encoded.
    pub(super) fn encode(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() + 16);
        for &byte in text {
            if self.raw[usize::from(byte)] {
                out.push(byte);
            } else if byte == b' ' && self.space_is_plus {
                out.push(b'+');
            } else {
                out.push(b'%');
                if self.sign_extended && byte >= 0x80 {
                    out.extend(b"FFFFFF");
                }
                let digits = two_digits(byte, self.digits);
                out.extend(if self.unpadded && byte < 16 { &digits[1..] } else { &digits });
            }
        }
        out
    }
}

/// Every byte outside ASCII.
pub(super) const BEYOND_ASCII: [u8; 128] = {
    let mut bytes = [0; 128];
    let mut byte = 0x80;
    while byte <= 0xff {
        bytes[byte - 0x80] = byte.to_le_bytes()[0];
        byte += 1;
    }
    bytes
};

/// The text with the first of each of `! ' ( ) *` escaped, and all later ones left as they are.
pub(super) fn first_marks_escaped(text: &[u8]) -> Vec<u8> {
    let mut left = b"!'()*".to_vec();
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match left.iter().position(|mark| *mark == byte) {
            Some(index) => {
                left.swap_remove(index);
                out.extend(Encoder::new().encode(&[byte]));
            }
            None => out.push(byte),
        }
    }
    out
}

/// As JavaScript's `escape` writes it: an escape for each UTF-16 unit, of two or four digits.
pub(super) fn js_escaped(text: &[u8]) -> Vec<u8> {
    let encoder = Encoder::new().escaping(b"~").leaving(b"@*+/");
    let mut out = Vec::with_capacity(text.len());
    let mut units = [0; 2];
    for character in String::from_utf8_lossy(text).chars() {
        for unit in character.encode_utf16(&mut units) {
            match u8::try_from(*unit) {
                Ok(byte) => out.extend(encoder.encode(&[byte])),
                Err(_) => out.extend(format!("%u{unit:04X}").into_bytes()),
            }
        }
    }
    out
}

/// A parameter, decoded and encoded again by a form encoder.
pub(super) fn form_encoded(parameter: &[u8]) -> Vec<u8> {
    let encoder = Encoder::new().escaping(b"~").leaving(b"*").with_plus_for_space();
    let (name, value) = split_once(parameter, b'=');
    let value = decode(value.unwrap_or_default());
    [encoder.encode(&decode(name)), encoder.encode(&value)].join(&b'=')
}

/// The text with its escapes decoded; a percent sign that does not begin one is kept.
pub(super) fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, others @ ..] = rest {
        if let Some(byte) = escape(rest) {
            out.push(byte);
            rest = &rest[3..];
        } else {
            out.push(*first);
            rest = others;
        }
    }
    out
}

/// The byte that is escaped at the beginning of `text`.
pub(super) fn escape(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    Some(digit(*high)? * 16 + digit(*low)?)
}

/// The text with each occurrence of `from` replaced.
pub(super) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if rest.starts_with(from) {
            out.extend(to);
            rest = &rest[from.len()..];
        } else {
            out.push(rest[0]);
            rest = &rest[1..];
        }
    }
    out
}

/// The text up to the first occurrence of `end`.
pub(super) fn until<'t>(text: &'t [u8], end: &[u8]) -> &'t [u8] {
    let at = text.windows(end.len()).position(|window| window == end);
    &text[..at.unwrap_or(text.len())]
}

/// The text before and after the first `separator`.
pub(super) fn split_once(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&byte| byte == separator) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// The path and the query of a target.
pub(super) fn split_target(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    split_once(target, b'?')
}

/// The mistakes that one part of the request can make with characters.
pub(super) struct CharacterMistakes {
    pub(super) utf16_surrogates: Mistake,
    pub(super) latin1: Mistake,
    pub(super) nfc: Mistake,
    pub(super) lossy_utf8: Mistake,
}

impl CharacterMistakes {
    /// Whether one of them is made.
    pub(super) fn any(&self, mistakes: MistakeSet) -> bool {
        [self.utf16_surrogates, self.latin1, self.nfc, self.lossy_utf8]
            .iter()
            .any(|mistake| mistakes.contains(*mistake))
    }

    /// The text as a signer with these mistakes sees it.
    pub(super) fn applied(&self, text: Vec<u8>, mistakes: MistakeSet) -> Vec<u8> {
        if text.is_ascii() || !self.any(mistakes) {
            return text;
        }
        let mut text = text;
        if mistakes.contains(self.lossy_utf8) {
            text = lossy(&text);
        }
        if mistakes.contains(self.nfc) {
            text = composed(&text);
        }
        if mistakes.contains(self.utf16_surrogates) {
            text = in_surrogates(&text);
        }
        if mistakes.contains(self.latin1) {
            text = latin1(&text);
        }
        text
    }
}

/// Replaces what is not UTF-8 with U+FFFD.
pub(super) fn lossy(text: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(text).into_owned().into_bytes()
}

/// One byte for each character of Latin-1, a question mark for any other.
pub(super) fn latin1(text: &[u8]) -> Vec<u8> {
    by_characters(text, |character, out| {
        out.push(u8::try_from(u32::from(character)).unwrap_or(b'?'));
    })
}

/// Each byte read as a character of Latin-1 and written in UTF-8.
pub(super) fn latin1_as_utf8(text: &[u8]) -> Vec<u8> {
    text.iter().map(|&byte| char::from(byte)).collect::<String>().into_bytes()
}

/// Each half of a surrogate pair as a separate character.
pub(super) fn in_surrogates(text: &[u8]) -> Vec<u8> {
    by_characters(text, |character, out| {
        let mut units = [0; 2];
        match character.encode_utf16(&mut units) {
            [_] => push_utf8(character, out),
            halves => halves.iter().for_each(|half| push_three_bytes(*half, out)),
        }
    })
}

/// Normalization form C of the Unicode standard (annex 15); what is not UTF-8 is kept.
pub(super) fn composed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        chunk.valid().nfc().for_each(|character| push_utf8(character, &mut out));
        out.extend(chunk.invalid());
    }
    out
}

/// Writes each character with `write`, and keeps what is not UTF-8.
fn by_characters(text: &[u8], mut write: impl FnMut(char, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        chunk.valid().chars().for_each(|character| write(character, &mut out));
        out.extend(chunk.invalid());
    }
    out
}

fn push_utf8(character: char, out: &mut Vec<u8>) {
    out.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The three bytes that UTF-8 would have for a number of sixteen bits.
fn push_three_bytes(unit: u16, out: &mut Vec<u8>) {
    let [high, low] = unit.to_be_bytes();
    let middle = (high & 0x0f) << 2 | low >> 6;
    out.extend([0xe0 | high >> 4, 0x80 | middle, 0x80 | (low & 0x3f)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_encoding_and_its_inverse() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let encoded = Encoder::new().encode(&every_byte);
        assert_eq!(encoded.len(), 66 + 3 * 190);
        assert_eq!(decode(&encoded), every_byte);
        assert_eq!(decode(b"%4a%4A%zz%"), b"JJ%zz%");
    }

    /// Annex 15 of the Unicode standard, figures 3 to 5.
    #[test]
    fn composition_knows_more_than_letters_with_an_accent() {
        for (given, expected) in [
            ("e\u{301}", "\u{e9}"),
            ("\u{212b}", "\u{c5}"),
            ("\u{2126}", "\u{3a9}"),
            ("s\u{323}\u{307}", "\u{1e69}"),
            ("s\u{307}\u{323}", "\u{1e69}"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("\u{fb01}", "\u{fb01}"),
        ] {
            assert_eq!(composed(given.as_bytes()), expected.as_bytes(), "{given}");
        }
        assert_eq!(composed(b"\xffe\xcc\x81"), b"\xff\xc3\xa9");
    }

    #[test]
    fn a_surrogate_half_takes_three_bytes() {
        let mut out = Vec::new();
        push_three_bytes(0xd83d, &mut out);
        assert_eq!(out, b"\xED\xA0\xBD");
    }
}
