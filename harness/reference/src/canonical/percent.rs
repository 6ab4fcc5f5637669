//! Percent-encoding as SigV4 has it (specification: `UriEncode`).

const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Appends `bytes` with everything but the unreserved set (`A-Z a-z 0-9 - . _ ~`) encoded as `%`
/// and two upper-case digits. A slash is kept where `keep` says so.
pub fn encode(out: &mut Vec<u8>, bytes: &[u8], keep: Slash) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| !stays(byte, keep)) {
        let byte = rest[at];
        out.extend_from_slice(&rest[..at]);
        out.push(b'%');
        out.push(HEX_DIGITS[usize::from(byte >> 4)]);
        out.push(HEX_DIGITS[usize::from(byte & 15)]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// What [`encode`] does with `/`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Slash {
    /// Encoded as `%2F`: in query names and values.
    Encode,
    /// Kept: in paths.
    Keep,
}

/// The bytes of a text in which `%` and two digits (of either case) stand for one byte. The items
/// are `Err(offset)` where a `%` is not followed by two digits, with the offset of that `%`;
/// walking on takes the `%` as the byte it is. A `+` is a plus.
pub fn decode(text: &[u8]) -> impl Iterator<Item = Result<u8, usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let &byte = text.get(at)?;
        let offset = at;
        at += 1;
        if byte != b'%' {
            return Some(Ok(byte));
        }
        match text.get(at..at + 2).and_then(|pair| Some((digit(pair[0])?, digit(pair[1])?))) {
            Some((high, low)) => {
                at += 2;
                Some(Ok(high << 4 | low))
            }
            None => Some(Err(offset)),
        }
    })
}

/// Whether `text`, decoded, is `name`.
pub(crate) fn decodes_to(text: &[u8], name: &str) -> bool {
    decode(text).eq(name.bytes().map(Ok))
}

fn stays(byte: u8, slash: Slash) -> bool {
    UNRESERVED[usize::from(byte)] || (byte == b'/' && slash == Slash::Keep)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// RFC 3986, section 2.3.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let character = byte as u8;
        table[byte] =
            character.is_ascii_alphanumeric() || matches!(character, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_unreserved_set_stays() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let mut out = Vec::new();
        encode(&mut out, &every_byte, Slash::Encode);
        let kept = out.split(|&byte| byte == b'%').map(|piece| piece.len().saturating_sub(2));
        assert_eq!(kept.sum::<usize>(), 66, "26 + 26 + 10 + 4 bytes stay");
        let decoded: Result<Vec<u8>, usize> = decode(&out).collect();
        assert_eq!(decoded, Ok(every_byte));
    }

    #[test]
    fn slashes_stay_in_paths_alone() {
        let mut out = Vec::new();
        encode(&mut out, b"/~ ", Slash::Keep);
        encode(&mut out, b"/", Slash::Encode);
        assert_eq!(out, b"/~%20%2F");
    }

    #[test]
    fn a_bare_percent_sign_is_located() {
        for (text, expected) in [("a%", 1), ("%4", 0), ("%41%zz", 3), ("%+1", 0)] {
            let first = decode(text.as_bytes()).find_map(Result::err);
            assert_eq!(first, Some(expected), "{text}");
        }
    }
}
