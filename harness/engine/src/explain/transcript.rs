//! A request with its answer below it in one text, as consoles and the traces of `mc` and minio-go show
//! them.

use std::borrow::Cow;

use super::ErrorDocument;
use super::field_request::ServerAnswer;
use super::http_body::Framing;
use super::lines::Lines;

/// What minio-go's `TraceOn` writes around each exchange.
const MINIO_GO: [&[u8]; 2] = [b"---------START-HTTP---------", b"---------END-HTTP---------"];
/// What `mc --debug` writes before the first line of a request and of an answer.
const MC: &[u8] = b"mc: <DEBUG> ";

/// What `requests_toolbelt` writes before the lines of a request and of an answer: the other way round
/// than curl. The bodies have it at most before their first line.
const TOOLBELT: [&[u8]; 2] = [b"< ", b"> "];

/// The text of the last exchange, without what such programs put around it.
pub(super) fn without_marks(text: &[u8]) -> Cow<'_, [u8]> {
    if let Some(exchange) = last_of_toolbelt(text) {
        return Cow::Owned(exchange);
    }
    let [start, end] = MINIO_GO;
    if let Some(at) = memchr::memmem::rfind(text, start) {
        let exchange = text[at + start.len()..].trim_ascii_start();
        let end = memchr::memmem::find(exchange, end).unwrap_or(exchange.len());
        return Cow::Borrowed(&exchange[..end]);
    }
    if !text.starts_with(MC) {
        return Cow::Borrowed(text);
    }
    let mut kept = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_prefix(MC).unwrap_or(line);
        if line.starts_with(b"Response Time:") {
            break;
        }
        kept.extend_from_slice(line);
    }
    Cow::Owned(kept)
}

fn last_of_toolbelt(text: &[u8]) -> Option<Vec<u8>> {
    let [request, answer] = TOOLBELT;
    let is_start = |line: &[u8]| {
        line.strip_prefix(request).is_some_and(|line| line.trim_ascii_end().ends_with(b" HTTP/1.1"))
    };
    if !is_start(text.split(|&byte| byte == b'\n').next()?) {
        return None;
    }
    let lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
    let start = lines.iter().rposition(|line| is_start(line))?;
    let mut kept = Vec::new();
    // How many more lines may have the mark: all of a head, and one below it.
    let (mut mark, mut marked) = (request, usize::MAX);
    for line in &lines[start..] {
        if line.strip_prefix(answer).is_some_and(is_status_line) {
            (mark, marked) = (answer, usize::MAX);
        }
        let content = line.strip_prefix(mark).filter(|_| marked > 0).unwrap_or(line);
        let is_end_of_head = content.trim_ascii().is_empty();
        marked = if is_end_of_head { 1 } else { marked.saturating_sub(1) };
        kept.extend_from_slice(content);
    }
    Some(kept)
}

/// Splits what follows the head of a request into the body and the answer, if there is one.
pub(super) fn split_answer(framing: Framing, rest: &[u8]) -> (&[u8], Option<ServerAnswer>) {
    let length = match framing {
        Framing::Length(length) if length == rest.len() => return (rest, None),
        Framing::Length(length) => length.min(rest.len()),
        Framing::Unsaid => 0,
        Framing::Chunked => return (rest, None),
    };
    // A trace may leave out the body.
    for (body, below) in [rest.split_at(length), rest.split_at(0)] {
        if let Some(answer) = answer(below.trim_ascii_start()) {
            return (body, Some(answer));
        }
    }
    if framing == Framing::Unsaid {
        return split_at_status_line(rest);
    }
    (rest, None)
}

/// Splits at the first line that begins the answer to a refused request and has an empty line above it.
/// A body may hold an answer, but hardly a refusal.
fn split_at_status_line(rest: &[u8]) -> (&[u8], Option<ServerAnswer>) {
    let starts = memchr::memmem::find_iter(rest, b"\nHTTP/").map(|at| at + 1);
    for (body, below) in starts.map(|start| rest.split_at(start)) {
        let is_below_empty_line = body.ends_with(b"\n\n") || body.ends_with(b"\r\n\r\n");
        let is_refusal = |answer: &ServerAnswer| answer.status.is_some_and(|status| status >= 400);
        if let Some(answer) = answer(below).filter(is_refusal).filter(|_| is_below_empty_line) {
            return (body.trim_ascii_end(), Some(answer));
        }
    }
    (rest, None)
}

/// Whether a line begins an answer: `HTTP/1.1 403 Forbidden`.
pub(super) fn is_status_line(line: &[u8]) -> bool {
    status(line).is_some()
}

fn status(line: &[u8]) -> Option<u16> {
    let mut words = line.strip_prefix(b"HTTP/")?.split(|&byte| byte == b' ');
    let is_version = words.next()?.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let status = std::str::from_utf8(words.next()?.trim_ascii()).ok()?;
    (is_version && status.len() == 3).then(|| status.parse().ok())?
}

fn answer(text: &[u8]) -> Option<ServerAnswer> {
    let mut lines = Lines { rest: text, number: 0 };
    let status = status(lines.next()?)?;
    _ = lines.by_ref().find(|line| line.trim_ascii().is_empty());
    let document = ErrorDocument::parse(lines.rest).ok();
    Some(ServerAnswer { status: Some(status), document, failure: None })
}

#[cfg(test)]
mod tests {
    use super::super::FieldRequest;

    const DOCUMENT: &str = "<Error><Code>AccessDenied</Code></Error>";

    fn read(text: &str) -> FieldRequest {
        FieldRequest::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn the_answer_below_a_request_is_no_part_of_it() {
        let answer = format!("HTTP/1.1 403 Forbidden\nServer: x\n\n{DOCUMENT}");
        for (request, body) in [
            ("GET /a HTTP/1.1\nHost: h\n\n".to_owned(), ""),
            // Postman's console has a blank in the empty line.
            ("GET /a HTTP/1.1\nHost: h\n \n".to_owned(), ""),
            ("PUT /a HTTP/1.1\nHost: h\nContent-Length: 2\n\nhi\n\n".to_owned(), "hi"),
            ("PUT /a HTTP/1.1\nHost: h\nContent-Length: 99\n\n".to_owned(), ""),
            // HTTPie's output, if the request says no length.
            ("PUT /a HTTP/1.1\nHost: h\n\nhi\nho\n\n\n".to_owned(), "hi\nho"),
        ] {
            let marked = [
                format!("{request}{answer}"),
                format!(
                    "---------START-HTTP---------\n{request}{answer}\n---------END-HTTP---------\n"
                ),
                format!(
                    "mc: <DEBUG> {request}mc: <DEBUG> {answer}\nmc: <DEBUG> Response Time: 1ms\n"
                ),
            ];
            for text in marked {
                let read = read(&text);
                assert_eq!(read.request.target, "/a".into(), "{text}");
                assert_eq!(read.request.headers[0], ("Host".into(), "h".into()), "{text}");
                assert_eq!(read.request.body, body.into(), "{text}");
                let answer = read.answer.expect("an answer");
                let code = answer.document.map(|document| document.code);
                assert_eq!((answer.status, code.as_deref()), (Some(403), Some("AccessDenied")));
            }
        }
    }

    #[test]
    fn a_dump_of_requests_toolbelt_is_read() {
        let first =
            "< GET /first HTTP/1.1\r\n< Host: h\r\n< \r\n\r\n> HTTP/1.1 307 Moved\r\n> \r\n\r\n";
        let last = "< PUT /a HTTP/1.1\r\n< Host: h\r\n< Content-Length: 6\r\n< \r\n< hi\n< x\r\n\r\n\
                    > HTTP/1.1 403 Forbidden\r\n> Server: x\r\n> \r\n";
        for before in ["", first] {
            let read = read(&format!("{before}{last}{DOCUMENT}"));
            assert_eq!(read.request.target, "/a".into());
            assert_eq!(read.request.headers[0], ("Host".into(), "h".into()));
            assert_eq!(read.request.body, "hi\n< x".into());
            let code = read.answer.and_then(|answer| answer.document).map(|document| document.code);
            assert_eq!(code.as_deref(), Some("AccessDenied"));
        }
    }

    #[test]
    fn a_body_that_looks_like_an_answer_stays_a_body() {
        let text = "PUT /a HTTP/1.1\nHost: h\nContent-Length: 12\n\nHTTP/1.1 200";
        let read = read(text);
        assert_eq!((read.request.body, read.answer), ("HTTP/1.1 200".into(), None));

        let batch = "--x\n\nHTTP/1.1 200 OK\n\n{}\n--x--";
        let read = self::read(&format!("PUT /a HTTP/1.1\nHost: h\n\n{batch}"));
        assert_eq!((read.request.body, read.answer), (batch.into(), None));
    }
}
