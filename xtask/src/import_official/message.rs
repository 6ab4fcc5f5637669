//! Requests in the format of the suite.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

/// What a request file should contain and does not, and at which line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) line: usize,
    pub(super) expected: &'static str,
}

/// Reads a request: a request line, header lines, and the body after an empty line.
///
/// Lines end with a line feed alone. The target runs from the first space to the last
/// ` HTTP/1.1`, because it may contain spaces itself. A header value is everything after the colon;
/// lines that begin with a space or a tab continue it, including their line breaks. The empty line
/// may be missing if there is no body.
pub(super) fn parse(bytes: &[u8]) -> Result<Request, Malformed> {
    let (first, mut rest) = split_line(bytes)
        .ok_or(Malformed { line: 1, expected: "a request line that ends with a line feed" })?;
    let request_line = || {
        let start = first.strip_suffix(b" HTTP/1.1")?;
        let space = start.iter().position(|byte| *byte == b' ')?;
        Some((&start[..space], &start[space + 1..]))
    };
    let (method, target) = request_line()
        .ok_or(Malformed { line: 1, expected: "a request line `METHOD TARGET HTTP/1.1`" })?;

    let mut headers: Vec<(&[u8], Vec<u8>)> = Vec::new();
    let mut line_number = 1;
    while !rest.is_empty() {
        line_number += 1;
        let malformed = |expected| Malformed { line: line_number, expected };
        let (line, behind) =
            split_line(rest).ok_or(malformed("a header line that ends with a line feed"))?;
        rest = behind;
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let (_, value) =
                headers.last_mut().ok_or(malformed("a header before a continuation line"))?;
            value.push(b'\n');
            value.extend_from_slice(line);
        } else {
            let colon = line.iter().position(|byte| *byte == b':');
            let colon = colon.ok_or(malformed("a header line `Name:value`"))?;
            headers.push((&line[..colon], line[colon + 1..].to_vec()));
        }
    }
    Ok(Request {
        method: Bytes::from(method),
        target: Bytes::from(target),
        headers: headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        body: Bytes::from(rest),
    })
}

fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_may_hold_spaces_and_the_version() {
        let request = parse(b"GET /a HTTP/1.1 b HTTP/1.1\n").unwrap();
        assert_eq!((&*request.method, &*request.target), (&b"GET"[..], &b"/a HTTP/1.1 b"[..]));
    }

    #[test]
    fn values_are_kept_as_written() {
        let request = parse(b"GET / HTTP/1.1\nA: b : c \nD:e\n  f\n\tg\n\n").unwrap();
        assert_eq!(
            request.headers,
            [("A".into(), " b : c ".into()), ("D".into(), "e\n  f\n\tg".into())]
        );
        assert!(request.body.is_empty());
    }

    #[test]
    fn the_body_is_all_behind_the_empty_line() {
        assert_eq!(&*parse(b"PUT / HTTP/1.1\nA:b\n\nc\n\nd").unwrap().body, b"c\n\nd");
    }

    #[test]
    fn malformed_requests_name_the_line() {
        for (bytes, line, expected) in [
            (&b""[..], 1, "a request line that ends"),
            (b"GET / HTTP/1.1", 1, "a request line that ends"),
            (b"GET /\n", 1, "a request line `METHOD"),
            (b"GET HTTP/1.1\n", 1, "a request line `METHOD"),
            (b"GET / HTTP/1.1\n folded\n", 2, "a header before"),
            (b"GET / HTTP/1.1\nA:b\nc\n", 3, "a header line `Name:value`"),
            (b"GET / HTTP/1.1\nA:b", 2, "a header line that ends"),
        ] {
            let malformed = parse(bytes).unwrap_err();
            assert_eq!(malformed.line, line, "{}", bytes.escape_ascii());
            assert!(malformed.expected.starts_with(expected), "{malformed:?}");
        }
    }
}
