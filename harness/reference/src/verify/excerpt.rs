//! What a refusal shows of a request.

use std::fmt;

use crate::primitive::bytes;

/// How many bytes are shown at most, so that to refuse a request costs less than to verify it, however
/// long it is.
const LONGEST: usize = 128;

/// The start of a text, in quotes, with escapes for what cannot be printed.
pub(super) struct Excerpt<'t>(pub(super) &'t [u8]);

/// As much of a text as is shown of it.
pub(super) fn start(text: &[u8]) -> &[u8] {
    text.get(..LONGEST).unwrap_or(text)
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = String::from_utf8_lossy(start(self.0));
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        // Testing each character for what has to be escaped takes longer than everything else.
        if bytes::any(shown.as_bytes(), |byte| !is_plain(byte)) {
            write!(formatter, "{shown:?}")?;
        } else {
            formatter.write_str("\"")?;
            formatter.write_str(&shown)?;
            formatter.write_str("\"")?;
        }
        if self.0.len() > LONGEST {
            write!(formatter, "... ({} bytes)", self.0.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_shown_as_debug_shows_it() {
        for text in ["", "a b", "a\"b", "a\\b", "a\nb", "\u{e9}\u{1}", "'~\u{7f}"] {
            assert_eq!(Excerpt(text.as_bytes()).to_string(), format!("{text:?}"));
        }
        assert_eq!(Excerpt(b"\xff").to_string(), "\"\u{fffd}\"");
    }

    #[test]
    fn a_long_text_is_cut() {
        let shown = Excerpt(&[b'a'; LONGEST]).to_string();
        assert_eq!(shown.len(), LONGEST + 2);
        let cut = Excerpt(&[b'a'; 1000]).to_string();
        assert_eq!(cut, shown + "... (1000 bytes)");
    }
}
