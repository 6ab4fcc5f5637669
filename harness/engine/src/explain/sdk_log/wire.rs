//! What went over the wire, as HTTP libraries log it: Apache's client under the SDKs for Java, the dump
//! of the SDKs for Go, `Net::HTTP` under the SDK for Ruby, Python's `http.client`. Seen with the SDK for
//! Java 2.58.0, aws-sdk-go-v2 1.48.0, Ruby 3.1 and Python 3.11.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memmem;

use crate::explain::escapes::without_backslashes;

/// A request and what came back, as raw HTTP.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::explain) struct Exchange {
    pub(in crate::explain) request: Vec<u8>,
    pub(in crate::explain) answer: Vec<u8>,
}

/// The signed exchanges of a log, in their order.
pub(super) fn exchanges(text: &[u8]) -> Vec<Exchange> {
    let mut found = [apache(text), go(text), net_http(text)].concat();
    found.retain(|exchange| {
        let signs = [&b"AWS4-"[..], b"X-Amz-Signature=", b"Authorization: AWS "];
        signs.iter().any(|sign| memmem::find(&exchange.request, sign).is_some())
    });
    found
}

/// Puts the pieces of a log together. Connections are used in turns, and each has its pieces in order;
/// a log that does not name them has one.
#[derive(Default)]
struct Transcript<'t> {
    exchanges: Vec<Exchange>,
    /// The exchange that a connection is at.
    current: HashMap<&'t [u8], usize>,
}

impl<'t> Transcript<'t> {
    fn sent(&mut self, connection: &'t [u8], piece: &[u8]) {
        if starts_request(piece) {
            self.current.insert(connection, self.exchanges.len());
            self.exchanges.push(Exchange::default());
        }
        if let Some(&index) = self.current.get(connection) {
            self.exchanges[index].request.extend_from_slice(piece);
        }
    }

    fn received(&mut self, connection: &'t [u8], piece: &[u8]) {
        if let Some(&index) = self.current.get(connection) {
            self.exchanges[index].answer.extend_from_slice(piece);
        }
    }
}

/// The connection of a log that does not name it.
const ONLY: &[u8] = b"";

/// Whether a piece starts with a request line.
fn starts_request(piece: &[u8]) -> bool {
    let line = piece.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let method = line.split(|&byte| byte == b' ').next().unwrap_or_default();
    let is_method = !method.is_empty() && method.iter().all(u8::is_ascii_uppercase);
    is_method && (line.ends_with(b" HTTP/1.1") || line.ends_with(b" HTTP/1.0"))
}

/// `... http-outgoing-0 >> "PUT / HTTP/1.1[\r][\n]"`, and the same without quotation marks from the
/// logger of the headers, which leaves out the body.
pub(in crate::explain) fn apache(text: &[u8]) -> Vec<Exchange> {
    const MARK: &[u8] = b"http-outgoing-";
    if memmem::find(text, MARK).is_none() {
        return Vec::new();
    }
    let mut wire = Transcript::default();
    let mut headers = Transcript::default();
    for line in text.split(|&byte| byte == b'\n') {
        let Some(at) = memmem::find(line, MARK) else { continue };
        let rest = line[at + MARK.len()..].trim_ascii_end();
        let Some(space) = memchr::memchr(b' ', rest) else { continue };
        let (connection, rest) = rest.split_at(space);
        let (is_sent, piece) = match (rest.strip_prefix(b" >> "), rest.strip_prefix(b" << ")) {
            (Some(piece), _) => (true, piece),
            (_, Some(piece)) => (false, piece),
            _ => continue,
        };
        let quoted = piece.strip_prefix(b"\"").and_then(|piece| piece.strip_suffix(b"\""));
        let is_remark =
            quoted.is_some_and(|piece| piece == b"end of stream" || piece.starts_with(b"[read]"));
        if is_remark {
            continue;
        }
        let (transcript, piece) = match quoted {
            Some(piece) => (&mut wire, without_brackets(piece)),
            None => (&mut headers, [piece, b"\r\n"].concat()),
        };
        if is_sent {
            transcript.sent(connection, &piece);
        } else {
            transcript.received(connection, &piece);
        }
    }
    if wire.exchanges.is_empty() { headers.exchanges } else { wire.exchanges }
}

/// Undoes `[\r]`, `[\n]` and `[0xff]`.
fn without_brackets(piece: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(piece.len());
    let mut rest = piece;
    while let Some(&first) = rest.first() {
        let number = || {
            let digits = rest.strip_prefix(b"[0x")?;
            let end = memchr::memchr(b']', digits).filter(|end| (1..=2).contains(end))?;
            let byte = u8::from_str_radix(std::str::from_utf8(&digits[..end]).ok()?, 16).ok()?;
            Some((byte, end + 4))
        };
        let (byte, length) = if rest.starts_with(b"[\\r]") {
            (b'\r', 4)
        } else if rest.starts_with(b"[\\n]") {
            (b'\n', 4)
        } else {
            number().unwrap_or((first, 1))
        };
        plain.push(byte);
        rest = &rest[length..];
    }
    plain
}

/// The dump that the SDKs for Go make: version 1 with a line of dashes around it, version 2 up to the
/// next line of the log.
fn go(text: &[u8]) -> Vec<Exchange> {
    enum Part {
        Outside,
        Request,
        Answer,
    }
    let mut transcript = Transcript::default();
    let mut part = Part::Outside;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let bare = line.trim_ascii_end();
        if bare.ends_with(b" DEBUG Request") || bare.starts_with(b"---[ REQUEST POST-SIGN ]---") {
            part = Part::Request;
        } else if bare.ends_with(b" DEBUG Response") || bare.starts_with(b"---[ RESPONSE ]---") {
            part = Part::Answer;
        } else if bare.starts_with(b"-----") || is_log_line(bare) {
            part = Part::Outside;
        } else {
            match part {
                Part::Outside => {}
                Part::Request => transcript.sent(ONLY, line),
                Part::Answer => transcript.received(ONLY, line),
            }
        }
    }
    transcript.exchanges
}

/// `SDK 2015/08/30 12:36:00 DEBUG ...`, or without the name.
fn is_log_line(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"SDK ").unwrap_or(line);
    let shape = |(byte, expected): (&u8, &u8)| match expected {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    let date = b"0000/00/00 ";
    line.len() >= date.len() && line.iter().zip(date).all(shape)
}

/// `<- "PUT / HTTP/1.1\r\n..."` of `Net::HTTP`, where the arrow shows what the client writes, and
/// `send: b'...'` of `http.client`.
fn net_http(text: &[u8]) -> Vec<Exchange> {
    let mut transcript = Transcript::default();
    for line in text.split(|&byte| byte == b'\n') {
        let line = line.trim_ascii_end();
        let literal = |mark: &[u8], quotes: &[u8]| {
            let rest = &line[memmem::find(line, mark)? + mark.len()..];
            let quote = rest.first().filter(|quote| quotes.contains(quote))?;
            let inner = rest[1..].strip_suffix(std::slice::from_ref(quote))?;
            Some(without_backslashes(inner).map_or(Cow::Borrowed(inner), Cow::Owned))
        };
        if let Some(piece) = literal(b"<- ", b"\"").or_else(|| literal(b"send: b", b"'\"")) {
            transcript.sent(ONLY, &piece);
        } else if let Some(piece) = literal(b"-> ", b"\"").or_else(|| literal(b"reply: ", b"'\"")) {
            transcript.received(ONLY, &piece);
        }
    }
    transcript.exchanges
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "PUT /a HTTP/1.1\r\nHost: h\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n";
    const ANSWER: &str = "HTTP/1.1 403 Forbidden\r\n\r\n<Error>";

    fn only(log: &str) -> (String, String) {
        let found = exchanges(log.as_bytes());
        assert_eq!(found.len(), 1, "{log}");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (text(&found[0].request), text(&found[0].answer))
    }

    #[test]
    fn apaches_wire_log_is_put_together_by_connection() {
        let log = r#"
12:36:00 DEBUG org.apache.http.headers - http-outgoing-0 >> PUT /a HTTP/1.1
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 >> "PUT /a HTTP/1.1[\r][\n]"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-1 >> "GET /unsigned HTTP/1.1[\r][\n]"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 >> "Host: h[\r][\n]"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 >> "Authorization: AWS4-HMAC-SHA256 x[\r][\n]"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 >> "[\r][\n]"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 << "HTTP/1.1 403 Forbidden[\r][\n]"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 << "[\r][\n]"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 << "<Error>"
12:36:00 DEBUG org.apache.http.wire - http-outgoing-0 << "end of stream"
"#;
        assert_eq!(only(log), (REQUEST.to_owned(), ANSWER.to_owned()));
        assert_eq!(without_brackets(b"a[0xff][0x1][0x][0x100][\\t]"), b"a\xff\x01[0x][0x100][\\t]");
    }

    #[test]
    fn the_order_is_that_of_the_requests() {
        let line = |connection: u8, text: &str| {
            format!("x http-outgoing-{connection} >> \"{text}[\\n]\"\n")
        };
        let request = |connection: u8, path: &str| {
            line(connection, &format!("GET /{path} HTTP/1.1"))
                + &line(connection, "Authorization: AWS4-x")
        };
        let log = [request(0, "a"), request(1, "b"), request(0, "c")].concat();
        let found = exchanges(log.as_bytes());
        let paths: Vec<u8> = found.iter().map(|exchange| exchange.request[5]).collect();
        assert_eq!(paths, *b"abc");
    }

    #[test]
    fn apaches_headers_are_enough() {
        let log = "x http-outgoing-0 >> PUT /a HTTP/1.1\nx http-outgoing-0 >> Host: h\n\
                   x http-outgoing-0 >> Authorization: AWS4-HMAC-SHA256 x\n\
                   x http-outgoing-0 << HTTP/1.1 403 Forbidden\n";
        let (request, answer) = only(log);
        assert_eq!(format!("{request}\r\n"), REQUEST);
        assert_eq!(answer, "HTTP/1.1 403 Forbidden\r\n");
    }

    #[test]
    fn gos_dumps_end_with_dashes_or_the_next_line() {
        let version_1 = format!(
            "2015/08/30 12:36:00 DEBUG: Request s3/PutObject Details:\n---[ REQUEST POST-SIGN ]----------\n\
             {REQUEST}\n----------------\n2015/08/30 12:36:00 DEBUG: Response s3/PutObject Details:\n\
             ---[ RESPONSE ]--------\n{ANSWER}\n-----------------\n"
        );
        let version_2 = format!(
            "SDK 2015/08/30 12:36:00 DEBUG Request\n{REQUEST}\nSDK 2015/08/30 12:36:00 DEBUG Response\n\
             {ANSWER}\nSDK 2015/08/30 12:36:00 DEBUG end"
        );
        for log in [version_1, version_2] {
            let (request, answer) = only(&log);
            assert_eq!((request, answer), (format!("{REQUEST}\n"), format!("{ANSWER}\n")));
        }
    }

    #[test]
    fn literals_of_ruby_and_python_are_read() {
        let escaped = |text: &str| text.replace('\r', "\\r").replace('\n', "\\n");
        let ruby = format!(
            "opening connection to h:443...\nopened\n<- \"{}\"\n-> \"HTTP/1.1 403 Forbidden\\r\\n\"\n\
             -> \"\\r\\n\"\nreading 7 bytes...\n-> \"<Error>\"\nread 7 bytes\n",
            escaped(REQUEST)
        );
        assert_eq!(only(&ruby), (REQUEST.to_owned(), ANSWER.to_owned()));
        let python =
            format!("send: b'{}'\nreply: 'HTTP/1.1 403 Forbidden\\r\\n'\n", escaped(REQUEST));
        assert_eq!(only(&python), (REQUEST.to_owned(), "HTTP/1.1 403 Forbidden\r\n".to_owned()));
    }

    #[test]
    fn a_retry_is_an_exchange_of_its_own() {
        let again =
            format!("<- \"{}\"\n", REQUEST.replace('\r', "\\r").replace('\n', "\\n")).repeat(3);
        assert_eq!(exchanges(again.as_bytes()).len(), 3);
        assert_eq!(exchanges(b"<- \"GET / HTTP/1.1\\r\\n\"\n<- \"\n<- ").len(), 0);
    }
}
