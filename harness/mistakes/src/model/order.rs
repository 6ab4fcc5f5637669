//! Orders by which signers compare names and values, other than by their bytes.

/// By UTF-16 units.
pub(super) fn utf16(text: &[u8]) -> Vec<u16> {
    String::from_utf8_lossy(text).encode_utf16().collect()
}

/// Punctuation and symbols in the order of the Unicode collation's root (CLDR); digits and letters
/// follow.
const PUNCTUATION: &[u8] = b" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// By a locale's collation: punctuation before digits before letters; case counts only if nothing
/// else differs, small letters first.
pub(super) fn by_locale(text: &[u8]) -> (Vec<(u8, usize)>, Vec<bool>) {
    let primary = |byte: &u8| match byte {
        b'0'..=b'9' => (1, usize::from(*byte)),
        b'a'..=b'z' | b'A'..=b'Z' => (2, usize::from(byte.to_ascii_lowercase())),
        _ => (0, PUNCTUATION.iter().position(|other| other == byte).unwrap_or_default()),
    };
    (text.iter().map(primary).collect(), text.iter().map(u8::is_ascii_uppercase).collect())
}

/// By the number at the end: what comes before it, and its digits.
pub(super) fn by_number(text: &[u8]) -> (&[u8], usize, &[u8]) {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (start, digits) = text.split_at(text.len() - digits);
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    (start, digits.len() - zeros, &digits[zeros..])
}

/// As .NET compares words: hyphens count only if nothing else differs.
pub(super) fn without_hyphens(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| *byte != b'-').collect()
}

/// Small letters before capital letters, by swapping the case of each.
pub(super) fn small_letters_first(text: &[u8]) -> Vec<u8> {
    let swapped = |byte: &u8| {
        if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte }
    };
    text.iter().map(swapped).collect()
}

/// The shorter text first.
pub(super) fn shorter_first(text: &[u8]) -> (usize, &[u8]) {
    (text.len(), text)
}

/// The keys of a JavaScript object: whole numbers first, by their value, then the others in the
/// order of insertion.
pub(super) fn as_object_key(text: &[u8]) -> (bool, u32) {
    let number = std::str::from_utf8(text).ok().and_then(|text| {
        let number: u32 = text.parse().ok()?;
        (number.to_string() == text).then_some(number)
    });
    (number.is_none(), number.unwrap_or_default())
}
