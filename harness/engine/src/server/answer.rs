//! The answer of a server, read from the bytes that have arrived so far.

/// What a server answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The `Code` of an error document of S3, such as `SignatureDoesNotMatch`.
    pub code: Option<String>,
    /// The body, without the framing of a transfer in chunks.
    pub body: Vec<u8>,
}

/// Bytes that are no answer of HTTP/1.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct NotHttp;

/// The end of the head.
const BLANK_LINE: &[u8] = b"\r\n\r\n";

impl Answer {
    /// Whether another request got the same refusal.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        (self.status, &self.code) == (other.status, &other.code)
    }

    /// The answer, once it is complete; interim answers (1xx) before it are skipped. `is_closed` says
    /// that nothing more will come, `is_head` that the answer has no body.
    pub(super) fn read(
        mut bytes: &[u8],
        is_head: bool,
        is_closed: bool,
    ) -> Result<Option<Self>, NotHttp> {
        loop {
            if !bytes.starts_with(&b"HTTP/1."[..bytes.len().min(7)]) {
                return Err(NotHttp);
            }
            let Some(end) = memchr::memmem::find(bytes, BLANK_LINE) else { return Ok(None) };
            let (head, rest) = (&bytes[..end], &bytes[end + BLANK_LINE.len()..]);
            let status = status(head).ok_or(NotHttp)?;
            if (100..200).contains(&status) {
                bytes = rest;
                continue;
            }
            let has_none = is_head || matches!(status, 204 | 304);
            let is_complete = is_closed
                || has_none
                || match length(head) {
                    Some(length) => rest.len() >= length,
                    None => is_chunked(head) && rest.ends_with(b"0\r\n\r\n"),
                };
            let answer = || {
                let body = match length(head) {
                    _ if has_none => Vec::new(),
                    Some(length) => rest[..length.min(rest.len())].to_vec(),
                    None if is_chunked(head) => joined(rest),
                    None => rest.to_vec(),
                };
                Self { status, code: code(&body), body }
            };
            return Ok(is_complete.then(answer));
        }
    }
}

fn status(head: &[u8]) -> Option<u16> {
    let text = head.get(b"HTTP/1.1 ".len()..)?.get(..3)?;
    str::from_utf8(text).ok()?.parse().ok()
}

/// The value of `Content-Length`; `None` without a valid one.
fn length(head: &[u8]) -> Option<usize> {
    str::from_utf8(field(head, b"content-length")?).ok()?.parse().ok()
}

fn is_chunked(head: &[u8]) -> bool {
    field(head, b"transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case(b"chunked"))
}

fn field<'h>(head: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let at = memchr::memchr(b':', line)?;
        line[..at].eq_ignore_ascii_case(name).then(|| line[at + 1..].trim_ascii())
    })
}

/// The data of a transfer in chunks, as far as they can be read.
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    while let Some(end) = memchr::memmem::find(chunks, b"\r\n") {
        let size = chunks[..end].split(|byte| *byte == b';').next().unwrap_or_default();
        let size = str::from_utf8(size).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let start = end + 2;
        let Some(chunk) = size.and_then(|size| chunks.get(start..start.checked_add(size)?)) else {
            break;
        };
        if chunk.is_empty() {
            break;
        }
        data.extend_from_slice(chunk);
        chunks = chunks.get(start + chunk.len() + 2..).unwrap_or_default();
    }
    data
}

/// The text of the first element `Code`.
fn code(body: &[u8]) -> Option<String> {
    let start = memchr::memmem::find(body, b"<Code>")? + b"<Code>".len();
    let length = memchr::memmem::find(&body[start..], b"</Code>")?;
    str::from_utf8(&body[start..start + length]).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Answer>, NotHttp> {
        Answer::read(text.as_bytes(), false, false)
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, code: code(body.as_bytes()), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn an_answer_is_read_once_it_is_complete() {
        let text =
            "HTTP/1.1 403 Forbidden\r\nContent-length: 29\r\n\r\n<Error><Code>A</Code></Error>";
        assert_eq!(read(text), Ok(Some(answer(403, "<Error><Code>A</Code></Error>"))));
        for end in 0..text.len() {
            assert_eq!(read(&text[..end]), Ok(None), "{end}");
        }
        let chunked =
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2;x\r\nbc\r\n";
        assert_eq!(read(chunked), Ok(None));
        assert_eq!(read(&format!("{chunked}0\r\n\r\n")), Ok(Some(answer(200, "abc"))));
    }

    #[test]
    fn an_answer_without_a_length_ends_with_the_connection() {
        let text = b"HTTP/1.0 400 Bad Request\r\n\r\n<Code>B</Code>";
        assert_eq!(Answer::read(text, false, false), Ok(None));
        assert_eq!(Answer::read(text, false, true), Ok(Some(answer(400, "<Code>B</Code>"))));
    }

    #[test]
    fn an_answer_to_head_has_no_body() {
        let text = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n";
        assert_eq!(Answer::read(text, true, false), Ok(Some(answer(404, ""))));
        assert_eq!(read("HTTP/1.1 204 No Content\r\n\r\n"), Ok(Some(answer(204, ""))));
    }

    #[test]
    fn interim_answers_are_skipped() {
        let interim = "HTTP/1.1 100 Continue\r\n\r\n";
        assert_eq!(read(interim), Ok(None));
        let text = format!("{interim}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(read(&text), Ok(Some(answer(200, ""))));
    }

    #[test]
    fn other_bytes_are_no_answer() {
        assert_eq!(read("<html>"), Err(NotHttp));
        assert_eq!(read("HTTP/1.1 abc\r\n\r\n"), Err(NotHttp));
    }
}
