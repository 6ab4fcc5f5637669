//! The output of `curl -v`: `>` before what is sent, `<` before what comes back, `*` before what
//! curl says, and in between the body of the answer as it is.

use super::super::lines::Lines;
use super::{Exchange, failure, scheme};

/// Whether a line of the text is a request line behind `> `.
pub(super) fn is_one(text: &[u8]) -> bool {
    let mut lines = Lines { rest: text, number: 0 };
    lines.any(|line| sent(untimed(line)).is_some_and(is_request_line))
}

/// The exchanges in the order of their requests.
pub(super) fn exchanges(text: &[u8]) -> Vec<Exchange> {
    let mut lines = Lines { rest: text, number: 0 };
    let mut found: Vec<Exchange> = Vec::new();
    let mut known_scheme = None;
    // Whether the head of a request, of an answer, or the body of an answer is being read.
    let mut in_request = false;
    let mut in_answer = false;
    while let Some(line) = lines.next() {
        let line = untimed(line);
        if let Some(header) = sent(line) {
            if is_request_line(header) {
                found.push(Exchange {
                    line: lines.number,
                    scheme: known_scheme,
                    ..Exchange::default()
                });
                in_request = true;
            }
            in_answer = false;
            if let Some(exchange) = found.last_mut().filter(|_| in_request) {
                exchange.head.extend_from_slice(header);
                exchange.head.extend_from_slice(b"\r\n");
            }
            // Behind the blank line `>` stands for nothing that curl shows.
            in_request &= !header.is_empty();
        } else if let Some(header) = behind(line, b'<') {
            in_answer = true;
            if let Some(exchange) = found.last_mut() {
                exchange.take_status(header);
            }
        } else if let Some(words) = failure(line) {
            if let Some(exchange) = found.last_mut() {
                exchange.failure = Some(words);
            }
        } else if is_said(line) {
            known_scheme = scheme(line).or(known_scheme);
        } else if let Some(exchange) = found.last_mut().filter(|_| in_answer) {
            // A body without a line end runs into what curl says behind it.
            let end = memchr::memmem::find(line, b"* Connection #").unwrap_or(line.len());
            exchange.answer.extend_from_slice(&line[..end]);
            exchange.answer.push(b'\n');
        }
    }
    found
}

fn is_said(line: &[u8]) -> bool {
    behind(line, b'*').is_some()
        || [&b"{ ["[..], b"} ["].iter().any(|begin| line.starts_with(begin))
}

/// What is sent, behind `> `.
fn sent(line: &[u8]) -> Option<&[u8]> {
    behind(line, b'>')
}

/// The rest of a line that has this sign before it: a blank follows, or nothing.
fn behind(line: &[u8], sign: u8) -> Option<&[u8]> {
    match line.strip_prefix(&[sign])? {
        b"" => Some(b""),
        rest => rest.strip_prefix(b" "),
    }
}

fn is_request_line(text: &[u8]) -> bool {
    let mut words = text.split(|&byte| byte == b' ');
    let is_method = words.next().is_some_and(|word| {
        !word.is_empty() && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    });
    let version = words.next_back().unwrap_or_default();
    is_method && version.starts_with(b"HTTP/") && version.len() <= 8
}

/// The line without the time that `--trace-time` puts before it, and the numbers of `--trace-ids`.
fn untimed(line: &[u8]) -> &[u8] {
    let mut line = line;
    if let [h1, h2, b':', _, _, b':', _, _, b'.', ..] = line
        && h1.is_ascii_digit()
        && h2.is_ascii_digit()
    {
        let end = memchr::memchr(b' ', line).map_or(line.len(), |at| at + 1);
        line = &line[end..];
    }
    if let [b'[', digit, ..] = line
        && digit.is_ascii_digit()
        && let Some(end) = memchr::memmem::find(line, b"] ").filter(|&end| end < 16)
    {
        line = &line[end + 2..];
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::super::field_request::Scheme;
    use super::super::parse;
    use super::*;

    const REPORT: &str = "* Connected to api.example.com (192.0.2.1) port 443\n* using HTTP/1.x\n\
        > POST /my-resource?my_query=param HTTP/1.1\n> Host: api.example.com\n\
        > accept: application/json\n> Content-Length: 147\n\
        > Content-Type: multipart/form-data; boundary=------------------------d74496d66958873e\n>\n\
        * upload completely sent off\n< HTTP/1.1 403 Forbidden\n\
        < x-amzn-ErrorType: InvalidSignatureException\n";

    #[test]
    fn the_request_is_read_from_its_lines() {
        let read = parse(REPORT.as_bytes()).unwrap();
        assert_eq!(read.request.method, "POST".into());
        assert_eq!(read.request.target, "/my-resource?my_query=param".into());
        assert_eq!(read.request.headers.len(), 4);
        assert_eq!(read.scheme, Some(Scheme::Https));
        assert_eq!(read.answer.unwrap().status, Some(403));
        assert!(read.remarks[0].contains("which has 147 bytes"), "{:?}", read.remarks);
    }

    #[test]
    fn the_document_is_found_behind_the_answer() {
        let output = "> PUT /\u{e9} HTTP/2\r\n> Host: h\r\n> Expect: 100-continue\r\n> \r\n\
            < HTTP/1.1 100 Continue\r\n< \r\n} [5 bytes data]\n< HTTP/2 403 \r\n< x: y\r\n< \r\n\
            { [9 bytes data]\n<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code>\n\
            <StringToSign>a</StringToSign></Error>* Connection #0 to host h left intact\n";
        let answer = parse(output.as_bytes()).unwrap().answer.unwrap();
        assert_eq!(answer.status, Some(403));
        assert_eq!(answer.document.unwrap().code, "SignatureDoesNotMatch");
        // What is not a document is left out.
        let page = "<html>Forbidden</html>";
        let (start, end) = (output.find("<?xml").unwrap(), output.find("* Connection").unwrap());
        let other = [&output[..start], page, &output[end..]].concat();
        let answer = parse(other.as_bytes()).unwrap().answer.unwrap();
        assert_eq!((answer.status, answer.document), (Some(403), None));
    }

    #[test]
    fn times_and_numbers_before_a_line_are_passed() {
        let output = b"12:34:56.789012 [0-0] * Trying\n12:34:56.789012 [0-0] > GET /a HTTP/1.1\n\
            12:34:56.789013 [0-0] > Host: h\n12:34:56.789014 [0-0] >\n";
        assert!(is_one(output));
        let read = parse(output).unwrap();
        assert_eq!(read.request.headers, [("Host".into(), "h".into())]);
    }

    #[test]
    fn other_texts_are_not_taken_for_it() {
        for text in [&b"GET / HTTP/1.1\nHost: h\n\n"[..], b"curl h > HTTP/1.1", b"> curl h", b"> a"]
        {
            assert!(!is_one(text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn an_error_names_the_line_of_the_output() {
        let error = parse(b"* x\n> GET / HTTP/1.1\n> Host h\n>\n").unwrap_err();
        assert_eq!(error.place, "line 3");
    }
}
