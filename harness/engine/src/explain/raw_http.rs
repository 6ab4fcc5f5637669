//! Raw HTTP/1.1, as a proxy or a packet capture shows it, and the pseudo-headers of HTTP/2 as
//! lines. Read by hand: a parser of real HTTP would refuse the very bytes that this is about, such
//! as a raw space in the target.

use sigv4_vectors::Bytes;

use super::field_request::{FieldRequest, Scheme};
use super::http_body::{self, Framing};
use super::lines::Lines;
use super::parts::{InputError, assemble, excerpt};
use super::transcript;
use super::url::Url;

/// Reads request line, header lines, a blank line and the body. Line ends are LF or CRLF.
pub(super) fn parse(text: &[u8]) -> Result<FieldRequest, InputError> {
    let mut lines = Lines { rest: text, number: 0 };
    let head = Head::read(&mut lines)?;
    let mut remarks = Vec::new();
    let framing = Framing::of(&head.headers);
    let (body, answer) = transcript::split_answer(framing, lines.rest);
    let body = http_body::framed(framing, body, &mut remarks);
    // Without a length, a request that usually has a body was kept without it.
    let usually_has = [&b"POST"[..], b"PUT", b"PATCH"].contains(&&head.method[..]);
    let hides_body = usually_has && body.is_empty() && framing == Framing::Unsaid;
    let request = FieldRequest { hides_body, ..head.request(body, remarks)? };
    Ok(FieldRequest { answer, ..request })
}

/// Request line and headers.
pub(super) struct Head {
    method: Bytes,
    target: Bytes,
    pub(super) headers: Vec<(Bytes, Bytes)>,
    scheme: Option<Scheme>,
}

impl Head {
    /// Reads up to the blank line or the end.
    ///
    /// # Errors
    /// A line that is neither a request line nor a header, by its number.
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, InputError> {
        let first = lines.by_ref().find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let is_pseudo = first.starts_with(b":");
        let (method, target) =
            if is_pseudo { (&b""[..], &b""[..]) } else { start_line(first, lines.number.max(1))? };
        let mut head = Self {
            method: method.into(),
            target: target.into(),
            headers: Vec::new(),
            scheme: None,
        };
        let mut pseudo = Pseudo::default();
        let mut headers: Vec<(&[u8], Vec<u8>)> = Vec::new();
        let mut line = if is_pseudo { Some(first) } else { lines.next() };
        while let Some(text) = line.filter(|line| !line.is_empty()) {
            if text.trim_ascii().is_empty() && transcript::is_status_line(lines.peek()) {
                // A console's empty line, with a blank in it.
                break;
            }
            if matches!(text[0], b' ' | b'\t') {
                // A folded value keeps its line breaks: whether they are signed is what may be wrong.
                let (_, value) = headers.last_mut().ok_or_else(|| {
                    let problem = "a continuation line before the first header";
                    InputError::new(format!("line {}", lines.number), problem)
                })?;
                value.push(b'\n');
                value.extend_from_slice(text);
            } else {
                let (name, value) = field(text, lines.number)?;
                if name.starts_with(b":") {
                    pseudo.take(name, value);
                } else {
                    headers.push((name, value.to_vec()));
                }
            }
            line = lines.next();
        }
        head.headers =
            headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        head.complete(pseudo, is_pseudo)?;
        Ok(head)
    }

    /// What the pseudo-headers say, which HTTP/2 has in place of request line and host.
    fn complete(&mut self, pseudo: Pseudo, is_pseudo: bool) -> Result<(), InputError> {
        if is_pseudo {
            let missing = |name: &str| {
                InputError::new("HTTP/2 headers", format!("expected a line `{name}: …`"))
            };
            self.method = pseudo.method.ok_or_else(|| missing(":method"))?;
            self.target = pseudo.path.ok_or_else(|| missing(":path"))?;
            self.scheme = pseudo.scheme;
        }
        let has_host = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"host"));
        if let (Some(authority), false) = (pseudo.authority, has_host) {
            self.headers.insert(0, ("host".into(), authority));
        }
        Ok(())
    }

    /// The request with this body; a target with scheme and host is split.
    pub(super) fn request(
        self,
        body: Vec<u8>,
        mut remarks: Vec<String>,
    ) -> Result<FieldRequest, InputError> {
        let mut scheme = self.scheme;
        let lower = self.target.get(..8).unwrap_or(&self.target).to_ascii_lowercase();
        if !(lower.starts_with(b"http://") || lower.starts_with(b"https://")) {
            let target = if self.target.is_empty() { "/".into() } else { self.target };
            let mut request = assemble(&self.method, b"/", self.headers, body);
            request.target = target;
            return Ok(FieldRequest { request, scheme, remarks, ..FieldRequest::default() });
        }
        let url = Url::parse(&self.target, Scheme::Http)?;
        scheme = Some(url.scheme);
        let host: Bytes = url.host_header().into();
        let mut headers = self.headers;
        match headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(b"host")) {
            None => headers.insert(0, ("Host".into(), host)),
            Some((_, given)) if !given.eq_ignore_ascii_case(&host) => remarks.push(format!(
                "The request line names the host {}, the header `Host` names {}: the header is \
                 taken, a server may take the other.",
                host.escape_ascii(),
                given.escape_ascii()
            )),
            Some(_) => {}
        }
        let mut request = assemble(&self.method, b"/", headers, body);
        request.target = url.target().into();
        Ok(FieldRequest { request, scheme, remarks, ..FieldRequest::default() })
    }
}

#[derive(Default)]
struct Pseudo {
    method: Option<Bytes>,
    path: Option<Bytes>,
    authority: Option<Bytes>,
    scheme: Option<Scheme>,
}

impl Pseudo {
    fn take(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b":method" => self.method = Some(value.into()),
            b":path" => self.path = Some(value.into()),
            b":authority" => self.authority = Some(value.into()),
            b":scheme" => self.scheme = Scheme::named(value),
            // `:protocol` and `:status` say nothing that is signed.
            _ => {}
        }
    }
}

/// Name and value of a header line; blanks around the value are no part of it (RFC 9110, 5.5).
fn field(line: &[u8], number: usize) -> Result<(&[u8], &[u8]), InputError> {
    // The colon that begins a pseudo-header is a part of its name.
    let from = usize::from(line.starts_with(b":"));
    let colon = memchr::memchr(b':', &line[from..]).map(|at| from + at).filter(|&at| at > 0);
    let colon = colon.ok_or_else(|| {
        let problem = format!("expected `Name: value`, got {}", excerpt(line));
        InputError::new(format!("line {number}"), problem)
    })?;
    Ok((&line[..colon], trim_blanks(&line[colon + 1..])))
}

pub(super) fn trim_blanks(value: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let from = value.iter().position(|byte| !is_blank(byte)).unwrap_or(value.len());
    let to = value.iter().rposition(|byte| !is_blank(byte)).map_or(from, |at| at + 1);
    &value[from..to]
}

/// The target may hold spaces: it ends at the last one before `HTTP/`. Without a version, the line
/// has to begin as a request line does.
fn start_line(line: &[u8], number: usize) -> Result<(&[u8], &[u8]), InputError> {
    let parts = memchr::memchr(b' ', line).and_then(|at| {
        let (method, rest) = (&line[..at], &line[at + 1..]);
        if let Some(version) = memchr::memmem::rfind(rest, b" HTTP/") {
            return Some((method, &rest[..version]));
        }
        // Before a URL, small letters are a word of a sentence.
        let is_url = rest.starts_with(b"http");
        let is_method = method.iter().all(u8::is_ascii_alphabetic)
            && !(is_url && method.iter().any(u8::is_ascii_lowercase));
        let targets = [&b"/"[..], b"http://", b"https://", b"*"];
        let is_target = targets.iter().any(|begin| rest.starts_with(begin));
        (is_method && is_target).then_some((method, rest))
    });
    parts.filter(|(method, target)| !method.is_empty() && !target.is_empty()).ok_or_else(|| {
        let is_assignment = line.split(|&byte| byte == b'=').next().is_some_and(|name| {
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            name.len() < line.len() && name.iter().all(is_name)
        });
        let is_trace = memchr::memmem::find(line, b" [REQUEST ").is_some();
        let begins = |text: &str| line.trim_ascii_start().starts_with(text.as_bytes());
        let is_script =
            ["fetch(", "await fetch(", "Invoke-WebRequest", "Invoke-RestMethod", "$session = ", "wget "]
                .into_iter()
                .any(begins);
        let problem = if is_script {
            "this is a call of another program: in the browser, choose \"Copy as cURL\"; otherwise write \
             the request as raw HTTP, or as a curl command"
                .to_owned()
        } else if is_trace {
            "this is the output of `mc admin trace -v`: leave out the first word of each line, and write \
             the request line as `GET /path HTTP/1.1`"
                .to_owned()
        } else if is_assignment {
            "expected a request line or a curl command: leave out the variables that are set \
             before the command"
                .to_owned()
        } else if line.starts_with(b"-") && !line.starts_with(b"---") {
            "expected a request line or a curl command: this is the middle of a command, which \
             begins with the word `curl`"
                .to_owned()
        } else {
            format!(
                "expected a request line such as `GET /path HTTP/1.1`, a HAR file, a curl command, \
                 the output of `curl -v`, or a presigned URL, got {}",
                excerpt(line)
            )
        };
        InputError::new(format!("line {number}"), problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_may_hold_spaces_and_the_value_may_be_folded() {
        let text = b"GET /a b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n  2\r\n\r\nbody\n";
        let request = parse(text).unwrap().request;
        assert_eq!(request.target, "/a b".into());
        assert_eq!(request.headers[1].1, "1\n  2".into());
        assert_eq!(request.body, "body\n".into());
    }

    #[test]
    fn line_ends_may_be_mixed_and_bytes_are_kept() {
        let text = b"\r\n\nPUT /\xe9 HTTP/1.1\nHost: h\r\nX-A:\t \xe9\xa0 \t\nX-B:\r\n\n\xff\0\r\n";
        let request = parse(text).unwrap().request;
        assert_eq!(request.target, b"/\xe9"[..].into());
        let headers: Vec<_> = request.headers.iter().map(|(_, value)| &value[..]).collect();
        assert_eq!(headers, [&b"h"[..], b"\xe9\xa0", b""]);
        assert_eq!(request.body, b"\xff\0\r\n"[..].into());
    }

    #[test]
    fn a_line_may_lack_the_version_and_hold_the_whole_url() {
        for (line, target, host, scheme) in [
            ("GET /a", "/a", "h", None),
            ("GET http://h:80/a?b HTTP/1.1", "/a?b", "h", Some(Scheme::Http)),
            ("GET https://h:9000 HTTP/1.1", "/", "h:9000", Some(Scheme::Https)),
            ("OPTIONS * HTTP/1.1", "*", "h", None),
        ] {
            let with_host = if scheme.is_none() { "Host: h\n" } else { "" };
            let read = parse(format!("{line}\n{with_host}\n").as_bytes()).unwrap();
            assert_eq!(read.request.target, target.into(), "{line}");
            assert_eq!(read.request.headers[0], ("Host".into(), host.into()), "{line}");
            assert_eq!(read.scheme, scheme, "{line}");
        }
        let read = parse(b"GET http://h/ HTTP/1.1\nHost: g\n\n").unwrap();
        assert_eq!(read.request.headers, [("Host".into(), "g".into())]);
        assert!(read.remarks[0].contains("names the host h, the header `Host` names g"));
    }

    #[test]
    fn pseudo_headers_are_the_request_line() {
        let text =
            b":method: PUT\n:scheme: https\n:authority: h:9000\n:path: /a?b=:c\nx-a: 1\n\nbody";
        let read = parse(text).unwrap();
        assert_eq!(read.request.method, "PUT".into());
        assert_eq!(read.request.target, "/a?b=:c".into());
        assert_eq!(
            read.request.headers,
            [("host".into(), "h:9000".into()), ("x-a".into(), "1".into())]
        );
        assert_eq!((read.scheme, &read.request.body[..]), (Some(Scheme::Https), &b"body"[..]));
        assert!(parse(b":method: GET\nx: y\n").unwrap_err().problem.contains("`:path: …`"));
    }

    #[test]
    fn what_is_no_request_says_in_which_line() {
        let error = parse(b"AWS_SECRET_ACCESS_KEY=hunter2 curl h").unwrap_err();
        assert!(error.problem.contains("leave out the variables"), "{error}");
        let error = parse(b"export AWS_SECRET_ACCESS_KEY=hunter2").unwrap_err();
        assert!(!error.problem.contains("hunter2"), "{error}");
        let error = parse(b"GET / HTTP/1.1\nHost h\n\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: expected `Name: value`, got \"Host h\"");
        for (text, place) in [
            (&b"hello"[..], "line 1"),
            (b"\n\nhello world out there", "line 3"),
            (b"", "line 1"),
            (b"-H 'a: b'", "line 1"),
            (b"\x7fELF\x02\x01\0\0", "line 1"),
            (b"GET / HTTP/1.1\n folded\n", "line 2"),
            (b"GET / HTTP/1.1\n: x\n", "line 2"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.place, place, "{error}");
            assert!(error.to_string().len() < 300, "{error}");
        }
    }
}
