//! The first byte in which two texts differ, and which part of the text that is.

use serde::{Deserialize, Serialize};
use sigv4_protocol::Stage;
use sigv4_vectors::Bytes;

/// Two texts of one stage that are not the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// What a correct signer has.
    pub expected: Bytes,
    /// What the subject has.
    pub actual: Bytes,
    /// Offset of the first differing byte.
    pub offset: usize,
    /// The line it is in, from 1.
    pub line: usize,
    /// The byte in that line, from 1.
    pub column: usize,
    /// The part of the text that the line is.
    pub component: Component,
}

/// A part of a stage's text.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// First line of the string to sign.
    Algorithm,
    /// Last line of the string to sign.
    CanonicalRequestHash,
    /// A header line of the canonical request; the name where the expected line has one.
    Header(String),
    /// First line of the canonical request.
    Method,
    /// Second line of the canonical request.
    Path,
    /// Last line of the canonical request.
    PayloadHash,
    /// Third line of the canonical request.
    Query,
    /// Third line of the string to sign.
    Scope,
    /// The line of the canonical request that names the signed headers.
    SignedHeaders,
    /// Second line of the string to sign.
    Time,
    /// A text of one part only, such as a key.
    Whole,
}

impl Difference {
    /// Compares two texts of `stage`; `None` where they are the same.
    #[must_use]
    pub fn between(stage: Stage, expected: &[u8], actual: &[u8]) -> Option<Self> {
        if expected == actual {
            return None;
        }
        let offset = expected.iter().zip(actual).take_while(|(left, right)| left == right).count();
        let before = &expected[..offset];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        Some(Self {
            component: component(stage, expected, line),
            expected: expected.into(),
            actual: actual.into(),
            offset,
            line,
            column: offset - start + 1,
        })
    }

    /// The differing byte of each side, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let side = |text: &[u8]| match text.get(self.offset..) {
            None | Some([]) => "the end".to_owned(),
            Some(rest) => format!("`{}`", glimpse(rest)),
        };
        format!("expected {}, got {}", side(&self.expected), side(&self.actual))
    }
}

impl std::fmt::Display for Component {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Algorithm => formatter.write_str("algorithm"),
            Self::CanonicalRequestHash => formatter.write_str("hash of the canonical request"),
            Self::Header(name) if name.is_empty() => formatter.write_str("header lines"),
            Self::Header(name) => write!(formatter, "header line of `{name}`"),
            Self::Method => formatter.write_str("method"),
            Self::Path => formatter.write_str("path"),
            Self::PayloadHash => formatter.write_str("payload hash"),
            Self::Query => formatter.write_str("query"),
            Self::Scope => formatter.write_str("credential scope"),
            Self::SignedHeaders => formatter.write_str("list of signed headers"),
            Self::Time => formatter.write_str("time"),
            Self::Whole => formatter.write_str("whole"),
        }
    }
}

/// The part that a line of the expected text is.
fn component(stage: Stage, expected: &[u8], line: usize) -> Component {
    let lines: Vec<&[u8]> = expected.split(|&byte| byte == b'\n').collect();
    match (stage, line) {
        (Stage::CanonicalRequest, 1) => Component::Method,
        (Stage::CanonicalRequest, 2) => Component::Path,
        (Stage::CanonicalRequest, 3) => Component::Query,
        (Stage::CanonicalRequest, _) if line >= lines.len() => Component::PayloadHash,
        (Stage::CanonicalRequest, _) if line + 1 == lines.len() => Component::SignedHeaders,
        (Stage::CanonicalRequest, _) => {
            let name = lines[line - 1].split(|&byte| byte == b':').next().unwrap_or_default();
            Component::Header(String::from_utf8_lossy(name).into_owned())
        }
        (Stage::StringToSign, 1) => Component::Algorithm,
        (Stage::StringToSign, 2) => Component::Time,
        (Stage::StringToSign, 3) => Component::Scope,
        (Stage::StringToSign, _) => Component::CanonicalRequestHash,
        _ => Component::Whole,
    }
}

/// The next bytes, enough to recognise them: up to the end of the line, at most twelve characters
/// of text.
fn glimpse(rest: &[u8]) -> String {
    let line = match rest.iter().position(|&byte| byte == b'\n') {
        Some(0) => &b"\n"[..],
        Some(end) => &rest[..end],
        None => rest,
    };
    let text = String::from_utf8_lossy(line);
    let shown: String = text.chars().take(12).flat_map(char::escape_debug).collect();
    if text.chars().count() > 12 { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str = "GET\n/\na=b\nhost:h\nx-a:1\n\nhost;x-a\ne3b0";

    fn place(actual: &str) -> (String, usize, usize) {
        let difference =
            Difference::between(Stage::CanonicalRequest, CANONICAL.as_bytes(), actual.as_bytes());
        let difference = difference.expect("the texts differ");
        (difference.component.to_string(), difference.line, difference.column)
    }

    #[test]
    fn the_part_that_differs_is_named() {
        for (actual, component, line, column) in [
            ("PUT\n/\na=b", "method", 1, 1),
            ("GET\n//\na=b", "path", 2, 2),
            ("GET\n/\na=c", "query", 3, 3),
            ("GET\n/\na=b\nhost:h\nx-a:2", "header line of `x-a`", 5, 5),
            ("GET\n/\na=b\nhost:h\nx-a:1\nx-b:2", "header lines", 6, 1),
            ("GET\n/\na=b\nhost:h\nx-a:1\n\nhost\n", "list of signed headers", 7, 5),
            ("GET\n/\na=b\nhost:h\nx-a:1\n\nhost;x-a\ne3b1", "payload hash", 8, 4),
            ("GET\n/\na=b\nhost:h\nx-a:1\n\nhost;x-a\ne3b", "payload hash", 8, 4),
        ] {
            assert_eq!(place(actual), (component.to_owned(), line, column), "{actual:?}");
        }
    }

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(Difference::between(Stage::Signature, b"ab", b"ab"), None);
    }

    #[test]
    fn both_sides_are_put_into_words() {
        let words = |expected: &str, actual: &str| {
            Difference::between(Stage::Signature, expected.as_bytes(), actual.as_bytes())
                .map(|difference| difference.in_words())
        };
        assert_eq!(words("a b", "a+b").as_deref(), Some("expected ` b`, got `+b`"));
        assert_eq!(words("a", "a\nb").as_deref(), Some("expected the end, got `\\n`"));
    }
}
