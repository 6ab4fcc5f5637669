//! What curl shows of a transfer: the output of `-v`, of `--trace` and of `--trace-ascii`. Both
//! become the same exchanges of a request and its answer.

mod lines;
mod trace;

use super::curl;
use super::error_document::{self, ErrorDocument};
use super::field_request::{FieldRequest, Scheme, ServerAnswer};
use super::http_body::{self, Framing};
use super::lines::Lines;
use super::parts::InputError;
use super::raw_http::Head;

/// One request and what came back.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Exchange {
    /// The number of the line in which the request begins.
    line: usize,
    /// Request line and headers, as lines.
    head: Vec<u8>,
    /// The body, where the output shows it.
    body: Option<Vec<u8>>,
    /// Whether other bytes may be behind the dots of the body.
    has_dots: bool,
    /// The status of the final answer.
    status: Option<u16>,
    /// The body of the answer.
    answer: Vec<u8>,
    /// Why no answer came, in curl's words.
    failure: Option<String>,
    /// Whether the connection is known to have TLS or not.
    scheme: Option<Scheme>,
}

/// Whether text is such output.
pub(super) fn is_one(text: &[u8]) -> bool {
    trace::is_one(text) || lines::is_one(text)
}

/// Reads the request that was refused, or else the last one that is signed.
///
/// # Errors
/// Output without a request, or with one that is not whole.
pub(super) fn parse(text: &[u8]) -> Result<FieldRequest, InputError> {
    let mut exchanges =
        if trace::is_one(text) { trace::exchanges(text)? } else { lines::exchanges(text) };
    // The tunnel that a proxy opens is not a request to the server.
    exchanges.retain(|exchange| !exchange.head.starts_with(b"CONNECT "));
    let count = exchanges.len();
    let refused = |exchange: &Exchange| matches!(exchange.status, Some(400 | 403));
    let at = (exchanges.iter().rposition(refused))
        .or_else(|| exchanges.iter().rposition(Exchange::is_signed))
        .or(count.checked_sub(1));
    let Some(at) = at else {
        let problem = "expected a request: in the output of `curl -v` its lines begin with `> `";
        return Err(InputError::new("curl output", problem));
    };
    let mut read = exchanges.swap_remove(at).read()?;
    if count > 1 {
        read.remarks.insert(
            0,
            format!("The output shows {count} requests; number {} is read here.", at + 1),
        );
    }
    if read.request.body.is_empty() {
        take_body_from_command(text, &mut read);
    }
    Ok(read)
}

/// The command before its output has the body that `-v` does not show.
fn take_body_from_command(text: &[u8], read: &mut FieldRequest) {
    let Framing::Length(length) = Framing::of(&read.request.headers) else { return };
    if length == 0 || !curl::is_one(text) {
        return;
    }
    let Ok(command) = curl::parse(text) else { return };
    if command.request.body.len() == length {
        read.request.body = command.request.body;
        read.remarks.retain(|remark| !remark.starts_with(NOT_SHOWN));
        read.remarks.push("The body was taken from the command above the output.".to_owned());
    }
}

const NOT_SHOWN: &str = "`curl -v` does not show the body";

impl Exchange {
    fn is_signed(&self) -> bool {
        let has = |text: &[u8]| memchr::memmem::find(&self.head, text).is_some();
        has(b"AWS4-") || has(b"X-Amz-Signature=")
    }

    fn read(self) -> Result<FieldRequest, InputError> {
        let mut lines = Lines { rest: &self.head, number: self.line.saturating_sub(1) };
        let head = Head::read(&mut lines)?;
        let framing = Framing::of(&head.headers);
        let mut remarks = Vec::new();
        let body = self.body.as_ref();
        let body = body.map(|body| http_body::framed(framing, body, &mut remarks));
        if body.is_none() {
            remarks.extend(match framing {
                Framing::Length(length) if length > 0 => Some(format!(
                    "{NOT_SHOWN}, which has {length} bytes by its Content-Length: give it as \
                     --body-file."
                )),
                Framing::Chunked => Some(format!("{NOT_SHOWN}: give it as --body-file.")),
                Framing::Length(_) | Framing::Unsaid => None,
            });
        }
        if self.has_dots {
            remarks.push(
                "`--trace-ascii` shows each byte that cannot be printed as a dot: where the body \
                 holds such bytes, give it as --body-file."
                    .to_owned(),
            );
        }
        let hides_body = body.is_none() && !matches!(framing, Framing::Length(0) | Framing::Unsaid);
        let mut read = head.request(body.unwrap_or_default(), remarks)?;
        read.hides_body = hides_body;
        read.scheme = read.scheme.or(self.scheme);
        let answer = self.answer.trim_ascii();
        let text = std::str::from_utf8(answer).ok().filter(|_| error_document::is_one(answer));
        let document = text.and_then(|text| ErrorDocument::parse(text.as_bytes()).ok());
        if self.status.is_some() || document.is_some() || self.failure.is_some() {
            let (status, failure) = (self.status, self.failure);
            read.answer = Some(ServerAnswer { status, document, failure });
        }
        Ok(read)
    }

    /// Takes a line of the answer's head.
    fn take_status(&mut self, line: &[u8]) {
        let Some(status) = status(line) else { return };
        // `100 Continue` and its like come before the answer.
        if status >= 200 {
            self.status = Some(status);
            self.answer.clear();
        }
    }
}

/// The code of a status line.
fn status(line: &[u8]) -> Option<u16> {
    let mut words = line.split(|&byte| byte == b' ');
    words.next().filter(|version| version.starts_with(b"HTTP/"))?;
    let code = words.next().filter(|code| code.len() == 3)?;
    std::str::from_utf8(code).ok()?.parse().ok()
}

/// What curl says where a connection ends without an answer: in a line of its own, or at its end.
fn failure(line: &[u8]) -> Option<String> {
    const WORDS: [&str; 6] = [
        "Recv failure",
        "Send failure",
        "Empty reply from server",
        "timed out",
        "Connection reset",
        "Broken pipe",
    ];
    if line.starts_with(b"curl: (") {
        return Some(String::from_utf8_lossy(line).into_owned());
    }
    let said = line.strip_prefix(b"* ").or_else(|| line.strip_prefix(b"== Info: "))?;
    let said = String::from_utf8_lossy(said);
    WORDS.iter().any(|words| said.contains(words)).then(|| said.trim().to_owned())
}

/// What an information line says of the connection.
fn scheme(info: &[u8]) -> Option<Scheme> {
    let has = |text: &str| memchr::memmem::find(info, text.as_bytes()).is_some();
    if has("SSL connection using") || has("TLS handshake") || has(") port 443") {
        Some(Scheme::Https)
    } else if has(") port 80 ") || info.ends_with(b") port 80") {
        Some(Scheme::Http)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refused_request_is_read_before_the_signed_and_the_last() {
        let exchange = |target: &str, status: u16, signed: bool| {
            let header = if signed { "> Authorization: AWS4-HMAC-SHA256 x\n" } else { "" };
            format!("> GET {target} HTTP/1.1\n> Host: h\n{header}>\n< HTTP/1.1 {status} x\n<\n")
        };
        for (output, target) in [
            ([exchange("/1", 403, true), exchange("/2", 200, true)], "/1"),
            ([exchange("/1", 200, true), exchange("/2", 200, false)], "/1"),
            ([exchange("/1", 200, false), exchange("/2", 301, false)], "/2"),
            ([exchange("/1", 403, true), exchange("/2", 400, true)], "/2"),
        ] {
            let read = parse(output.concat().as_bytes()).unwrap();
            assert_eq!(read.request.target, target.into());
            assert!(read.remarks[0].starts_with("The output shows 2 requests; number"));
        }
    }

    #[test]
    fn a_connection_that_ends_without_an_answer_is_told() {
        let sent = "> GET / HTTP/1.1\n> Host: h\n> \n";
        let failure = |end: &str| {
            let read = parse(format!("{sent}{end}").as_bytes()).unwrap();
            read.answer.map(|answer| (answer.status, answer.failure))
        };
        let reset = "* Recv failure: Connection reset by peer\n* Closing connection 0\n";
        let words = "Recv failure: Connection reset by peer".to_owned();
        assert_eq!(failure(reset), Some((None, Some(words))));
        let empty = "* Empty reply from server\ncurl: (52) Empty reply from server\n";
        let words = "curl: (52) Empty reply from server".to_owned();
        assert_eq!(failure(empty), Some((None, Some(words))));
        assert_eq!(failure("* Request completely sent off\n"), None);
        let traced =
            b"=> Send header, 28 bytes (0x1c)\n0000: GET /a HTTP/1.1\n0011: Host: h\n001a: \n\
                       == Info: Recv failure: Connection reset by peer\n";
        let answer = parse(traced).unwrap().answer.unwrap();
        assert_eq!(answer.failure.as_deref(), Some("Recv failure: Connection reset by peer"));
    }

    #[test]
    fn the_body_comes_from_the_command_if_it_has_the_length() {
        let output = "\n> POST / HTTP/1.1\n> Host: h\n> Content-Length: 3\n>\n< HTTP/1.1 200 OK\n";
        let read = parse(format!("$ curl -v -d a=b https://h/{output}").as_bytes()).unwrap();
        assert_eq!(read.request.body, "a=b".into());
        assert_eq!(read.remarks, ["The body was taken from the command above the output."]);
        let read = parse(format!("$ curl -v -d abcd https://h/{output}").as_bytes()).unwrap();
        assert!(read.request.body.is_empty() && read.remarks[0].starts_with(NOT_SHOWN));
    }

    #[test]
    fn output_without_a_request_is_refused() {
        let output =
            b"* Trying 1.2.3.4\n> CONNECT h:443 HTTP/1.1\n> Host: h\n>\n< HTTP/1.1 200 OK\n";
        assert!(is_one(output));
        assert_eq!(parse(output).unwrap_err().place, "curl output");
    }
}
