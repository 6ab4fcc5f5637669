//! What logs do to a text on its way: entities of HTML, and the backslashes of string literals.
//! Each function undoes one level, and leaves alone what it does not know: a log may be cut anywhere.

use std::borrow::Cow;

/// A text can be wrapped this many times, such as a document in a JSON string in a line of a log
/// that itself is JSON. Beyond that nobody reads it, and the work stays bounded.
pub(super) const LEVELS: usize = 4;

/// Undoes the entities of HTML and XML; `None` where there are none.
pub(super) fn without_entities(text: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut is_changed = false;
    while let Some(at) = memchr::memchr(b'&', rest) {
        plain.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let length = if let Some((meant, length)) = entity(rest) {
            plain.extend_from_slice(meant.encode_utf8(&mut [0; 4]).as_bytes());
            is_changed = true;
            length
        } else {
            plain.push(b'&');
            1
        };
        rest = &rest[length..];
    }
    plain.extend_from_slice(rest);
    is_changed.then_some(plain)
}

/// The character that the entity at the start means, and the length of its name.
fn entity(text: &[u8]) -> Option<(char, usize)> {
    /// `&#x10FFFF;`, the longest that has a meaning.
    const LONGEST: usize = 10;
    let end = text.iter().take(LONGEST).position(|&byte| byte == b';')?;
    let name = std::str::from_utf8(&text[1..end]).ok()?;
    let meant = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(value.ok()?)?
        }
    };
    Some((meant, end + 1))
}

/// Undoes the backslashes of string literals as JSON, Python, Go, Java and JavaScript write them, and
/// joins the pieces of a literal that was broken into lines; `None` where there are neither.
pub(super) fn without_backslashes(text: &[u8]) -> Option<Vec<u8>> {
    let text = joined(text);
    if matches!(text, Cow::Borrowed(_)) {
        memchr::memchr(b'\\', &text)?;
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some(at) = memchr::memchr(b'\\', rest) {
        plain.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let length = backslash(rest, &mut plain);
        rest = &rest[length..];
    }
    plain.extend_from_slice(rest);
    Some(plain)
}

/// Whether a text holds a string literal that was broken into lines.
pub(super) fn is_in_pieces(text: &[u8]) -> bool {
    matches!(joined(text), Cow::Owned(_))
}

/// The string literal at the start, `'...'`, `"..."` or `b'...'`, and what is behind it; `None` where
/// there is none, or one that is cut. A text that was joined before has it in one piece.
pub(super) fn literal(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let text = text.strip_prefix(b"b").unwrap_or(text);
    let quote = *text.first().filter(|quote| matches!(quote, b'\'' | b'"' | b'`'))?;
    let mut end = 1;
    while *text.get(end)? != quote {
        end += if text[end] == b'\\' { 2 } else { 1 };
    }
    let inner = &text[1..end];
    Some((without_backslashes(inner).unwrap_or_else(|| inner.to_vec()), &text[end + 1..]))
}

/// Appends what the escape at the start means, and returns its length.
fn backslash(text: &[u8], plain: &mut Vec<u8>) -> usize {
    let Some(&kind) = text.get(1) else {
        plain.push(b'\\');
        return 1;
    };
    match kind {
        b'n' => plain.push(b'\n'),
        b'r' => plain.push(b'\r'),
        b't' => plain.push(b'\t'),
        // Ruby escapes `#`, before which a brace would be code.
        b'"' | b'\'' | b'\\' | b'/' | b'`' | b'#' => plain.push(kind),
        b'x' => {
            if let Some(byte) = hex(text, 2, 2).and_then(|value| u8::try_from(value).ok()) {
                plain.push(byte);
                return 4;
            }
            plain.extend_from_slice(b"\\x");
        }
        b'u' => {
            if let Some((meant, length)) = unicode(text) {
                plain.extend_from_slice(meant.encode_utf8(&mut [0; 4]).as_bytes());
                return length;
            }
            plain.extend_from_slice(b"\\u");
        }
        other => plain.extend_from_slice(&[b'\\', other]),
    }
    2
}

/// `\u0026`, or two of them that are the halves of one character.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let first = hex(text, 2, 4)?;
    if let Some(meant) = char::from_u32(first) {
        return Some((meant, 6));
    }
    let second = text[6..].starts_with(b"\\u").then(|| hex(text, 8, 4)).flatten()?;
    let halves = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let meant = char::decode_utf16(halves).next()?.ok()?;
    Some((meant, 12))
}

fn hex(text: &[u8], start: usize, digits: usize) -> Option<u32> {
    let digits = text.get(start..start + digits)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Python's `pprint` breaks a long literal into pieces below each other, and Node.js joins its pieces
/// with a plus: closing quote, white space with a line end, opening quote.
pub(super) fn joined(text: &[u8]) -> Cow<'_, [u8]> {
    let mut pieces: Vec<&[u8]> = Vec::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(quote) = memchr::memchr2(b'\'', b'"', &text[at..]).map(|found| at + found) {
        at = quote + 1;
        let gap = &text[at..];
        let width =
            gap.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'+').count();
        if !gap[..width].contains(&b'\n') {
            continue;
        }
        let prefix = usize::from(gap.get(width) == Some(&b'b'));
        let opens = at + width + prefix;
        // A quote that opens and one that closes look alike; the pieces have the same one.
        if text.get(opens) == Some(&text[quote]) {
            pieces.push(&text[kept..quote]);
            kept = opens + 1;
            at = kept;
        }
    }
    if pieces.is_empty() {
        return Cow::Borrowed(text);
    }
    pieces.push(&text[kept..]);
    Cow::Owned(pieces.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_undone_once() {
        let plain = without_entities(b"&lt;a&gt; &amp;lt; &quot;&#39;&apos;&#x41;&#10;").unwrap();
        assert_eq!(plain, b"<a> &lt; \"''A\n");
        assert_eq!(without_entities(b"a & b &nbsp; &; &"), None);
        assert_eq!(without_entities(b"&lt;&unknown;&"), Some(b"<&unknown;&".to_vec()));
    }

    #[test]
    fn backslashes_are_undone_once() {
        let plain = without_backslashes(br#"a\n\\n\"\'\/\t\r"#).unwrap();
        assert_eq!(plain, b"a\n\\n\"'/\t\r");
        assert_eq!(without_backslashes(b"none"), None);
        assert_eq!(without_backslashes(br"\q\x4\u12"), Some(br"\q\x4\u12".to_vec()));
        assert_eq!(without_backslashes(b"end\\"), Some(b"end\\".to_vec()));
    }

    #[test]
    fn numbers_mean_bytes_or_characters() {
        assert_eq!(without_backslashes(br"\xff\u0026"), Some(b"\xff&".to_vec()));
        assert_eq!(without_backslashes(br"\ud83d\ude00"), Some("\u{1f600}".into()));
        assert_eq!(without_backslashes(br"\ud83d"), Some(br"\ud83d".to_vec()));
    }

    #[test]
    fn a_literal_ends_at_its_own_quotation_mark() {
        assert_eq!(literal(br#"'it\'s "a"'b"#), Some((br#"it's "a""#.to_vec(), &b"b"[..])));
        assert_eq!(literal(b"b\"x\""), Some((b"x".to_vec(), &b""[..])));
        for cut in [&b"'x"[..], b"'x\\'", b"x", b"", b"b"] {
            assert_eq!(literal(cut), None);
        }
    }

    #[test]
    fn the_pieces_of_a_literal_are_joined() {
        let python = b"b'GET\\n/'\n    b'x\\n'";
        assert_eq!(without_backslashes(python), Some(b"b'GET\n/x\n'".to_vec()));
        let javascript = b"'GET\\n' +\n  '/x\\n'";
        assert_eq!(without_backslashes(javascript), Some(b"'GET\n/x\n'".to_vec()));
        assert_eq!(joined(b"'a'\n\"b\"").len(), 7);
    }
}
