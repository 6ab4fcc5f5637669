//! Lower-case hexadecimal, for people and for the protocol.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Two digits per byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2];
    write(bytes, &mut text);
    // The digits are ASCII.
    String::from_utf8(text).unwrap_or_default()
}

/// Writes two digits per byte into `text`, which has room for them.
pub fn write(bytes: &[u8], text: &mut [u8]) {
    for ([high, low], byte) in text.as_chunks_mut().0.iter_mut().zip(bytes) {
        *high = DIGITS[usize::from(byte >> 4)];
        *low = DIGITS[usize::from(byte & 0xF)];
    }
}

/// The bytes of 64 digits of either case.
#[must_use]
pub fn parse(text: &str) -> Option<[u8; 32]> {
    let digit =
        |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks();
    let pairs: &[[u8; 2]; 32] = pairs.as_array()?;
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(high)? << 4 | digit(low)?;
    }
    rest.is_empty().then_some(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_byte_has_its_two_digits() {
        for byte in 0..=u8::MAX {
            assert_eq!(super::hex(&[byte, byte]), format!("{byte:02x}{byte:02x}"));
            assert_eq!(super::parse(&super::hex(&[byte; 32])), Some([byte; 32]));
        }
    }

    #[test]
    fn only_64_digits_are_32_bytes() {
        for bad in ["0".repeat(63), "0".repeat(65), "0".repeat(66), "g".repeat(64), String::new()] {
            assert_eq!(super::parse(&bad), None, "{bad}");
        }
    }
}
