//! The two sides of a difference, cut to the line around the first differing byte, with spaces and
//! control characters visible.

use std::fmt::Write as _;

use super::difference::Difference;

/// The sides, aligned, and where to point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The expected text.
    pub expected: String,
    /// What the subject has.
    pub actual: String,
    /// The number of characters before the first that differs.
    pub column: usize,
}

impl Sides {
    /// The sides of a difference, with this many characters before it and behind it.
    #[must_use]
    pub fn of(difference: &Difference, before: usize, behind: usize) -> Self {
        let Difference { expected, actual, offset, column, .. } = difference;
        // Both sides are equal before the offset, so one prefix serves both.
        let prefix = visible(&expected[offset + 1 - column..*offset]);
        let length = prefix.chars().count();
        let cut = length.saturating_sub(before);
        let mut start: String = prefix.chars().skip(cut).collect();
        if cut > 0 {
            start.insert(0, '…');
        }
        let side = |text: &[u8]| {
            let rest = visible(line_from(text, *offset));
            let shown: String = rest.chars().take(behind).collect();
            let more = if rest.chars().count() > behind { "…" } else { "" };
            format!("{start}{shown}{more}")
        };
        Self { expected: side(expected), actual: side(actual), column: start.chars().count() }
    }
}

/// The rest of the line at the offset, including its line break: a missing one must show.
fn line_from(text: &[u8], offset: usize) -> &[u8] {
    let rest = text.get(offset..).unwrap_or_default();
    match rest.iter().position(|&byte| byte == b'\n') {
        Some(end) => &rest[..=end],
        None => rest,
    }
}

/// The text with every byte visible: one character for each of its own, and `\xNN` for what is not
/// UTF-8.
#[must_use]
pub fn visible(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                ' ' => shown.push('·'),
                '\u{0}'..='\u{1f}' => {
                    // The block of control pictures begins with that of NUL.
                    let picture = char::from_u32(0x2400 + u32::from(character));
                    shown.push(picture.unwrap_or(character));
                }
                '\u{7f}' => shown.push('␡'),
                other if is_invisible(other) => {
                    shown.extend(other.escape_unicode());
                }
                other => shown.push(other),
            }
        }
        for byte in chunk.invalid() {
            // Writing into a String cannot fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Whether a character shows as nothing, or changes how those around it show: a space, a mark, a change of
/// direction.
fn is_invisible(character: char) -> bool {
    let is_quoted = matches!(character, '"' | '\'' | '\\');
    character.is_whitespace() || (!is_quoted && character.escape_debug().len() > 1)
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::Stage;

    use super::*;

    fn sides(expected: &[u8], actual: &[u8]) -> (String, String, usize) {
        let difference = Difference::between(Stage::CanonicalRequest, expected, actual);
        let sides = Sides::of(&difference.expect("the texts differ"), 40, 30);
        (sides.expected, sides.actual, sides.column)
    }

    #[test]
    fn both_sides_start_alike_and_show_the_line_from_the_difference_on() {
        let (expected, actual, column) = sides(b"GET\n/a b\nq", b"GET\n/a\tb\nq");
        assert_eq!((&*expected, &*actual, column), ("/a·b␊", "/a␉b␊", 2));
    }

    #[test]
    fn the_end_of_one_side_shows_as_nothing() {
        assert_eq!(sides(b"abc", b"ab"), ("abc".to_owned(), "ab".to_owned(), 2));
    }

    #[test]
    fn long_lines_are_cut_on_both_ends() {
        let expected = ["a".repeat(100), "x".repeat(100)].concat();
        let actual = ["a".repeat(100), "y".repeat(100)].concat();
        let (expected, actual, column) = sides(expected.as_bytes(), actual.as_bytes());
        assert_eq!(expected, format!("…{}{}…", "a".repeat(40), "x".repeat(30)));
        assert_eq!(actual, format!("…{}{}…", "a".repeat(40), "y".repeat(30)));
        assert_eq!(column, 41);
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_numbers() {
        assert_eq!(sides(b"\xff", b"\x00"), ("\\xff".to_owned(), "␀".to_owned(), 0));
        assert_eq!(visible("\u{a0}\u{1234}".as_bytes()), "\\u{a0}ሴ");
        assert_eq!(
            visible("\u{200b}\u{202e}\"\\e\u{301}".as_bytes()),
            "\\u{200b}\\u{202e}\"\\e\\u{301}"
        );
    }
}
