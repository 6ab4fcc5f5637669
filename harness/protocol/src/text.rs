//! Text from outside: escaped once, where it enters.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

/// How many bytes of a text from an adapter are kept.
pub const LIMIT: usize = 4096;

/// The text in a form that is safe to print: with control characters, and those that change the
/// direction of what follows, escaped, and with no line that continuous integration reads as a
/// command (`::error::`). Line feeds stay. What is already escaped stays as it is.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mut line = line;
        // A command may be indented.
        if line.trim_start().starts_with("::") {
            let (indent, command) = line.split_at(line.len() - line.trim_start().len());
            out.extend(indent.chars().filter(|blank| !is_escaped(*blank)));
            out.push_str("\\u{3a}");
            line = &command[1..];
        }
        for character in line.chars() {
            if is_escaped(character) {
                out.extend(character.escape_unicode());
            } else {
                out.push(character);
            }
        }
    }
    Cow::Owned(out)
}

/// Like [`escaped`], on one line.
#[must_use]
pub fn line(text: &str) -> String {
    escaped(text).replace('\n', "\\n")
}

/// Like [`escaped`], but at most [`LIMIT`] bytes.
#[must_use]
pub fn note(text: &str) -> String {
    let end = text.floor_char_boundary(LIMIT);
    let kept = escaped(&text[..end]);
    if end < text.len() {
        return format!("{kept}... ({} more bytes)", text.len() - end);
    }
    kept.into_owned()
}

/// Reads a text of one line; for `serde`.
pub(crate) fn read_line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    Ok(line(&text[..text.floor_char_boundary(LIMIT)]))
}

/// Reads a text of several lines; for `serde`.
pub(crate) fn read_note<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(note(&Cow::<str>::deserialize(deserializer)?))
}

fn is_escaped(character: char) -> bool {
    let turns_direction = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || turns_direction
        || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_a_terminal_or_a_log_as_a_command() {
        for (text, printed) in [
            ("plain, \u{e4} and \u{1F600}", "plain, \u{e4} and \u{1F600}"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\rb\u{7f}\u{9b}c", "a\\u{d}b\\u{7f}\\u{9b}c"),
            ("\u{202e}txt.exe", "\\u{202e}txt.exe"),
            ("::error::no", "\\u{3a}:error::no"),
            ("one\n  ::warning file=x::two", "one\n  \\u{3a}:warning file=x::two"),
            ("std::env::args\n", "std::env::args\n"),
        ] {
            assert_eq!(escaped(text), printed);
            assert_eq!(escaped(printed), printed, "once is enough");
        }
        assert_eq!(line("one\ntwo"), "one\\ntwo");
    }

    #[test]
    fn a_note_is_cut_at_its_limit() {
        let long = "\u{e4}".repeat(LIMIT);
        let note = note(&long);
        assert!(note.ends_with("... (4096 more bytes)"), "{note}");
        assert!(note.len() < LIMIT + 30);
        assert_eq!(super::note("short"), "short");
    }
}
