//! Raw HTTP/1.1, as a proxy or a packet capture shows it. The parser is written by hand: a strict
//! HTTP parser would refuse exactly the bytes that matter here, such as a raw space in the target.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::parts::{InputError, assemble};

/// Reads request line, header lines, a blank line and the body. Line ends are LF or CRLF.
pub(super) fn parse(text: &[u8]) -> Result<Request, InputError> {
    let (head, body) = split_head(text);
    let lines = String::from_utf8_lossy(head);
    let mut lines = lines.lines().enumerate();
    let (_, start) = lines.next().unwrap_or_default();
    let (method, target) = start_line(start)?;
    let mut headers: Vec<(Bytes, Bytes)> = Vec::new();
    for (number, line) in lines {
        if line.starts_with([' ', '\t']) {
            let Some((_, value)) = headers.last_mut() else {
                return Err(InputError::new(
                    format!("line {}", number + 1),
                    "a continuation line before the first header",
                ));
            };
            *value = format!("{value}\n{line}").into();
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| {
            InputError::new(
                format!("line {}", number + 1),
                format!("expected `Name: value`, got {line:?}"),
            )
        })?;
        headers.push((name.into(), value.trim().into()));
    }
    Ok(assemble(method, target, headers, body.to_vec()))
}

/// The target may hold spaces: it ends at the last one before `HTTP/`.
fn start_line(line: &str) -> Result<(&str, &str), InputError> {
    let parts = line.split_once(' ').map(|(method, rest)| match rest.rsplit_once(" HTTP/") {
        Some((target, _)) => (method, target),
        None => (method, rest),
    });
    parts.filter(|(method, target)| !method.is_empty() && !target.is_empty()).ok_or_else(|| {
        InputError::new(
            "line 1",
            format!("expected a request line, a HAR entry or a curl command, got {line:?}"),
        )
    })
}

fn split_head(text: &[u8]) -> (&[u8], &[u8]) {
    for separator in [&b"\r\n\r\n"[..], b"\n\n"] {
        if let Some(at) = text.windows(separator.len()).position(|window| window == separator) {
            return (&text[..at], &text[at + separator.len()..]);
        }
    }
    (text, b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_may_hold_spaces_and_the_value_may_be_folded() {
        let text = b"GET /a b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n  2\r\n\r\nbody\n";
        let request = parse(text).unwrap();
        assert_eq!(request.target, "/a b".into());
        assert_eq!(request.headers[1].1, "1\n  2".into());
        assert_eq!(request.body, "body\n".into());
    }

    #[test]
    fn what_is_no_request_says_in_which_line() {
        let error = parse(b"GET / HTTP/1.1\nHost h\n\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: expected `Name: value`, got \"Host h\"");
        assert_eq!(parse(b"hello").unwrap_err().place, "line 1");
    }
}
