//! Percent-encoding as SigV4 defines it (specification: `UriEncode`).

use std::cmp::Ordering;
use std::ops::Range;

use crate::primitive::bytes;
use crate::primitive::text::{Cursor, Text};

/// The most bytes that a text can take when encoded.
pub(crate) fn room(text: &[u8]) -> usize {
    3 * text.len()
}

/// Writes `bytes` with everything but the unreserved set (`A-Z a-z 0-9 - . _ ~`) encoded as `%` and
/// two upper-case digits. `keep` says what happens to a slash.
pub(crate) fn encode(out: &mut Cursor<'_>, bytes: &[u8], keep: Slash) {
    let place = keep.place();
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        if STAYS[usize::from(*byte)] & place != 0 {
            rest = write_kept(out, rest, keep);
        } else {
            out.text(&ESCAPES[usize::from(*byte)]);
            rest = tail;
        }
    }
}

/// Whether [`encode`] leaves a path unchanged.
#[inline]
pub(crate) fn is_plain(path: &[u8]) -> bool {
    let stay = |some: &[u8]| some.iter().fold(IN_PATH, |all, &byte| all & STAYS[usize::from(byte)]);
    if path.len() < 32 {
        let (fours, rest) = path.as_chunks::<4>();
        return fours.iter().fold(stay(rest), |all, four| all & stay(four)) != 0;
    }
    !bytes::any(path, |byte| !stays(byte, IN_PATH))
}

/// Writes `text` with its percent-escapes decoded and all of it encoded again. Returns the offset of
/// the first `%` that is not followed by two digits; such a `%` is taken literally.
pub(crate) fn recode(out: &mut Cursor<'_>, text: &[u8], keep: Slash) -> Option<usize> {
    let stays = |byte: u8| STAYS[usize::from(byte)] & keep.place() != 0;
    let mut invalid = None;
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        if stays(*first) {
            rest = write_kept(out, rest, keep);
            continue;
        }
        let mut byte = *first;
        let mut tail = tail;
        if byte == b'%' {
            match tail {
                [high, low, after @ ..] if let Some(decoded) = pair(*high, *low) => {
                    (byte, tail) = (decoded, after);
                }
                _ => invalid = invalid.or(Some(text.len() - rest.len())),
            }
        }
        if stays(byte) {
            out.byte(byte);
        } else {
            out.text(&ESCAPES[usize::from(byte)]);
        }
        rest = tail;
    }
    invalid
}

/// The indices of all bytes outside of the unreserved set.
#[inline]
pub(crate) fn reserved(text: &[u8]) -> impl Iterator<Item = usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = 0x80 * EACH;
    bytes::marked(text, b'a', |word| {
        // One addition sets the highest bit of each byte from a limit on.
        let from = |word: u64, limit: u8| word + (0x80 - u64::from(limit)) * EACH;
        let other = |word: u64, byte: u8| (word ^ (u64::from(byte) * EACH)) + 0x7f * EACH;
        let bytes = word & !HIGHEST;
        let lower = bytes | (0x20 * EACH);
        let letters = from(lower, b'a') & !from(lower, b'z' + 1);
        let marks_and_digits = from(bytes, b'-') & !from(bytes, b'9' + 1) & other(bytes, b'/');
        let others = !(other(bytes, b'_') & other(bytes, b'~'));
        (!(letters | marks_and_digits | others) | word) & HIGHEST
    })
}

/// Whether there is an escape at the start of `text`.
pub(crate) fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'%', high, low, ..] if pair(*high, *low).is_some())
}

/// Whether [`recode`] leaves the escape at the start of `text` unchanged in a query.
#[inline]
pub(crate) fn is_canonical_escape(text: &[u8]) -> bool {
    let [b'%', high, low, ..] = text else { return false };
    pair(*high, *low).is_some_and(|byte| {
        STAYS[usize::from(byte)] & IN_QUERY == 0
            && ESCAPES[usize::from(byte)] == [b'%', *high, *low]
    })
}

/// Writes the start of `text` up to the first byte that has to be encoded, and returns the rest.
#[inline]
fn write_kept<'t>(out: &mut Cursor<'_>, text: &'t [u8], keep: Slash) -> &'t [u8] {
    let end = match keep {
        Slash::Encode => kept::<{ IN_QUERY }>(text),
        Slash::Keep => kept::<{ IN_PATH }>(text),
    };
    out.text(&text[..end]);
    &text[end..]
}

/// How many bytes at the start of `text` are kept. Most runs are short and are tested one byte at a
/// time; longer ones are tested sixteen bytes at a time.
#[inline]
fn kept<const WHERE: u8>(text: &[u8]) -> usize {
    const SHORT: usize = 16;
    let changes = |&byte: &u8| STAYS[usize::from(byte)] & WHERE == 0;
    let start = &text[..text.len().min(SHORT)];
    let end = start.iter().position(changes);
    end.unwrap_or_else(|| if text.len() > SHORT { kept_long::<WHERE>(text) } else { text.len() })
}

/// The same for a long run.
fn kept_long<const WHERE: u8>(text: &[u8]) -> usize {
    let changes = |&byte: &u8| STAYS[usize::from(byte)] & WHERE == 0;
    let all_stay = |lanes: &&[u8; 16]| !bytes::any(*lanes, |byte| !stays(byte, WHERE));
    let start = 16 * text.as_chunks().0.iter().take_while(all_stay).count();
    text[start..].iter().position(changes).map_or(text.len(), |at| start + at)
}

/// What [`encode`] does with `/`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Slash {
    /// Encoded as `%2F`: in query names and values.
    Encode,
    /// Kept: in paths.
    Keep,
}

impl Slash {
    fn place(self) -> u8 {
        match self {
            Self::Encode => IN_QUERY,
            Self::Keep => IN_PATH,
        }
    }
}

/// The bytes of a text in which `%` and two digits (of either case) stand for one byte. The items
/// are `Err(offset)` for a `%` that is not followed by two digits, with the offset of that `%`; the
/// iterator then continues after the `%`. A `+` is a plus.
pub fn decode(text: &[u8]) -> impl Iterator<Item = Result<u8, usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let &byte = text.get(at)?;
        let offset = at;
        at += 1;
        if byte != b'%' {
            return Some(Ok(byte));
        }
        match text.get(at..at + 2).and_then(|digits| pair(digits[0], digits[1])) {
            Some(byte) => {
                at += 2;
                Some(Ok(byte))
            }
            None => Some(Err(offset)),
        }
    })
}

/// Appends the text with its escapes decoded, and returns where it is. A text without escapes is not
/// copied. Fails with the offset of an invalid escape.
pub(crate) fn append_decoded(out: &mut Text, text: &[u8]) -> Result<Option<Range<usize>>, usize> {
    let Some(first) = bytes::position(text, b'%') else { return Ok(None) };
    let start = out.len();
    out.write(text.len(), |out| {
        let (mut rest, mut run) = (0, Some(first));
        while let Some(length) = run {
            let escape = rest + length;
            let digits = text.get(escape + 1..).and_then(<[u8]>::first_chunk);
            let byte = digits.and_then(|&[high, low]| pair(high, low)).ok_or(escape)?;
            out.text(&text[rest..escape]);
            out.byte(byte);
            rest = escape + "%41".len();
            run = bytes::position(&text[rest..], b'%');
        }
        out.text(&text[rest..]);
        Ok::<(), usize>(())
    })?;
    Ok(Some(start..out.len()))
}

/// Whether `text`, decoded, is `name`, in which there is no `%`.
pub(crate) fn decodes_to(text: &[u8], name: &str) -> bool {
    // Decoding an escape shortens the text.
    match text.len().cmp(&name.len()) {
        Ordering::Less => false,
        Ordering::Equal => text == name.as_bytes(),
        Ordering::Greater => decode(text).eq(name.bytes().map(Ok)),
    }
}

/// Where a byte is kept: in the names and values of a query, or in a path.
const IN_QUERY: u8 = 1;
const IN_PATH: u8 = 2;

/// RFC 3986, section 2.3. Arithmetic instead of the table below, so that many bytes are tested at
/// once. In ASCII `-` and `.` come before `/`, and the digits after it.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would be taken byte by byte")]
const fn stays(byte: u8, place: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') <= b'z' - b'a';
    let mark_or_digit = byte.wrapping_sub(b'-') <= b'9' - b'-';
    let slash = (byte == b'/') & (place == IN_QUERY);
    letter | (mark_or_digit & !slash) | (byte == b'_') | (byte == b'~')
}

/// The same as a table: where each byte is kept.
const STAYS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if stays(byte, IN_QUERY) {
            table[byte as usize] |= IN_QUERY;
        }
        if stays(byte, IN_PATH) {
            table[byte as usize] |= IN_PATH;
        }
        byte += 1;
    }
    table
};

/// The byte that two hexadecimal digits of either case stand for.
fn pair(high: u8, low: u8) -> Option<u8> {
    let (high, low) = (VALUES[usize::from(high)], VALUES[usize::from(low)]);
    ((high | low) < 16).then_some(high << 4 | low)
}

/// The values of the digits; 16 for any other byte.
const VALUES: [u8; 256] = {
    let mut table = [16; 256];
    let mut value = 0;
    while value < 16 {
        table[HEX_DIGITS[value as usize] as usize] = value;
        table[HEX_DIGITS[value as usize].to_ascii_lowercase() as usize] = value;
        value += 1;
    }
    table
};

/// The escape of each byte.
const ESCAPES: [[u8; 3]; 256] = {
    let mut table = [[b'%'; 3]; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = [b'%', HEX_DIGITS[byte >> 4], HEX_DIGITS[byte & 15]];
        byte += 1;
    }
    table
};

const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_unreserved_set_is_kept() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let mut out = Text::default();
        out.write(room(&every_byte), |out| encode(out, &every_byte, Slash::Encode));
        let kept = out.split(|&byte| byte == b'%').map(|piece| piece.len().saturating_sub(2));
        assert_eq!(kept.sum::<usize>(), 66, "26 + 26 + 10 + 4 bytes are kept");
        let decoded: Result<Vec<u8>, usize> = decode(&out).collect();
        assert_eq!(decoded, Ok(every_byte));
    }

    #[test]
    fn slashes_are_kept_in_paths_only() {
        let mut out = Text::default();
        out.write(9, |out| encode(out, b"/~ ", Slash::Keep));
        out.write(3, |out| encode(out, b"/", Slash::Encode));
        assert_eq!(&out[..], b"/~%20%2F");
    }

    #[test]
    fn a_bare_percent_sign_is_located() {
        for (text, expected) in [("a%", 1), ("%4", 0), ("%41%zz", 3), ("%+1", 0)] {
            let first = decode(text.as_bytes()).find_map(Result::err);
            assert_eq!(first, Some(expected), "{text}");
        }
    }

    /// The simple way: byte by byte, with the standard library's definition of a digit.
    fn plain(text: &[u8], keep: Slash, decode_first: bool) -> Vec<u8> {
        let decoded: Vec<u8> = if decode_first {
            decode(text).map(|byte| byte.unwrap_or(b'%')).collect()
        } else {
            text.to_vec()
        };
        let encoded = decoded.iter().map(|&byte| match byte {
            b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            b'/' if keep == Slash::Keep => "/".to_owned(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        encoded.collect::<String>().into_bytes()
    }

    proptest::proptest! {
        #[test]
        fn runs_are_encoded_like_single_bytes(
            text in proptest::collection::vec(
                proptest::prop_oneof![
                    8 => proptest::sample::select(b"azAZ09-._~/%%%2fF".to_vec()),
                    1 => proptest::num::u8::ANY,
                ],
                0..60,
            ),
        ) {
            for keep in [Slash::Encode, Slash::Keep] {
                let mut out = Text::default();
                out.write(room(&text), |out| encode(out, &text, keep));
                proptest::prop_assert_eq!(&out[..], plain(&text, keep, false));
                proptest::prop_assert!(keep == Slash::Encode || is_plain(&text) == (out[..] == text));
                out.clear();
                let invalid = out.write(room(&text), |out| recode(out, &text, keep));
                proptest::prop_assert_eq!(&out[..], plain(&text, keep, true));
                proptest::prop_assert_eq!(invalid, decode(&text).find_map(Result::err));
                let all: Result<Vec<u8>, usize> = decode(&text).collect();
                out.clear();
                out.push(b'a');
                let appended = append_decoded(&mut out, &text);
                let appended = appended.map(|at| at.map_or(text.clone(), |at| out[at].to_vec()));
                proptest::prop_assert_eq!(appended, all);
                let name: String = decode(&text).flatten().filter(u8::is_ascii_alphanumeric).map(char::from).collect();
                let decodes = decode(&text).eq(name.bytes().map(Ok));
                proptest::prop_assert_eq!(decodes_to(&text, &name), decodes);
                let stays = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
                let outside = (0..text.len()).filter(|at| !stays(text[*at]));
                proptest::prop_assert!(reserved(&text).eq(outside));
                if let Some(escape) = text.first_chunk::<3>() {
                    let is_escape_there = escape[0] == b'%' && decode(escape).count() == 1;
                    let stays = is_escape_there && plain(escape, Slash::Encode, true) == escape;
                    proptest::prop_assert_eq!(is_canonical_escape(&text), stays);
                    proptest::prop_assert_eq!(is_escape(&text), is_escape_there);
                }
            }
        }
    }
}
