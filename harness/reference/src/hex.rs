//! Lower-case hexadecimal, the only form that SigV4 writes.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The 64 lower-case digits of a SHA-256 or HMAC-SHA256 value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Hex([u8; 64]);

impl Hex {
    pub(crate) fn encode(bytes: &[u8; 32]) -> Self {
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(text)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    pub(crate) fn as_str(&self) -> &str {
        // Every byte is one of DIGITS, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Default for Hex {
    fn default() -> Self {
        Self([b'0'; 64])
    }
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
