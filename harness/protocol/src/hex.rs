//! Lower-case hexadecimal, for people and for the protocol.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Two digits a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2];
    write(bytes, &mut text);
    // The digits are ASCII.
    String::from_utf8(text).unwrap_or_default()
}

/// Two digits a byte into `text`, which has room for them.
pub fn write(bytes: &[u8], text: &mut [u8]) {
    for ([high, low], byte) in text.as_chunks_mut().0.iter_mut().zip(bytes) {
        *high = DIGITS[usize::from(byte >> 4)];
        *low = DIGITS[usize::from(byte & 0xF)];
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_byte_has_its_two_digits() {
        for byte in 0..=u8::MAX {
            assert_eq!(super::hex(&[byte, byte]), format!("{byte:02x}{byte:02x}"));
        }
    }
}
