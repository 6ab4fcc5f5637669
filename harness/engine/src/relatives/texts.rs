//! Reading and changing the texts of a request.

use sigv4_reference::Request;
use sigv4_reference::canonical::percent;

/// The query of a request.
pub(super) fn query<'r>(request: &Request<'r>) -> &'r [u8] {
    let mark = request.target.iter().position(|&byte| byte == b'?');
    mark.map_or(b"", |mark| &request.target[mark + 1..])
}

/// The path of a request.
pub(super) fn path<'r>(request: &Request<'r>) -> &'r [u8] {
    request.target.split(|&byte| byte == b'?').next().unwrap_or_default()
}

/// Name and value of each parameter, as they are sent.
pub(super) fn parameters(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    text.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty()).map(|piece| {
        let mut halves = piece.splitn(2, |&byte| byte == b'=');
        (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
    })
}

/// The value of the first parameter of this name, decoded.
pub(super) fn parameter(text: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut found = parameters(text).filter(|(own, _)| *own == name.as_bytes());
    found.next().map(|(_, value)| decoded(value))
}

/// Without percent-escapes; invalid ones are kept.
pub(super) fn decoded(text: &[u8]) -> Vec<u8> {
    percent::decode(text).collect::<Result<Vec<u8>, usize>>().unwrap_or_else(|_| text.to_vec())
}

/// A text with one line replaced, or taken out.
pub(super) fn with_line(text: &[u8], index: usize, line: Option<&[u8]>) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    if index < lines.len() {
        lines.splice(index..=index, line);
    }
    lines.join(&b'\n')
}

/// The index of the first line that begins so.
pub(super) fn line_of(text: &[u8], start: &[u8]) -> Option<usize> {
    text.split(|&byte| byte == b'\n').position(|line| line.starts_with(start))
}

/// Which methods a request is made with where it was signed with another one.
pub(super) const METHODS: [&str; 5] = ["GET", "HEAD", "PUT", "POST", "DELETE"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_replaced_and_taken_out() {
        assert_eq!(with_line(b"a\nb\nc", 1, Some(b"d")), b"a\nd\nc");
        assert_eq!(with_line(b"a\nb\nc", 1, None), b"a\nc");
        assert_eq!(with_line(b"a", 1, None), b"a");
        assert_eq!((line_of(b"a\nbc", b"b"), line_of(b"a\nbc", b"c")), (Some(1), None));
    }

    #[test]
    fn parameters_are_read_decoded() {
        assert_eq!(parameter(b"a=1&b=%2F%zz&c", "b"), Some(b"%2F%zz".to_vec()));
        assert_eq!(parameter(b"a=%2F", "a"), Some(b"/".to_vec()));
        assert_eq!((parameter(b"a", "a"), parameter(b"a", "b")), (Some(Vec::new()), None));
    }
}
