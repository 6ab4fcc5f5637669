//! The head of a request, byte for byte. Read by hand: a parser of real HTTP refuses the very bytes
//! that this is about, such as a raw space in the target.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::problem::Problem;

/// The head of a request and what it says of its body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Head {
    /// The request, without its body.
    pub(super) request: Request,
    /// Where the body ends.
    pub(super) framing: Framing,
    /// Whether it is HTTP/1.0.
    pub(super) old: bool,
    /// The options of `Connection` that say whether the connection stays open.
    pub(super) connection: Option<&'static str>,
    /// Whether the client waits for a word before it sends the body.
    pub(super) expects_continue: bool,
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    /// After this many bytes.
    Length(u64),
    /// Where its chunks say.
    Chunked,
}

impl Head {
    /// Reads the bytes up to and including the blank line. Line ends are CRLF or LF.
    pub(super) fn parse(raw: &[u8], body_limit: u64) -> Result<Self, Problem> {
        let mut lines = raw
            .split(|&byte| byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .enumerate()
            .skip_while(|(_, line)| line.is_empty());
        let (_, start) = lines.next().unwrap_or_default();
        let (method, target, old) = start_line(start)?;
        let mut headers: Vec<(Bytes, Bytes)> = Vec::new();
        for (number, line) in lines.take_while(|(_, line)| !line.is_empty()) {
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                let Some((_, value)) = headers.last_mut() else {
                    return Err(Problem::HeaderLine { line: number + 1, text: line.into() });
                };
                *value = [value, &b"\n"[..], line].concat().into();
                continue;
            }
            let Some(colon) = line.iter().position(|&byte| byte == b':') else {
                return Err(Problem::HeaderLine { line: number + 1, text: line.into() });
            };
            headers.push((line[..colon].into(), line[colon + 1..].trim_ascii().into()));
        }
        let request = Request {
            method: method.into(),
            target: target.into(),
            headers,
            body: Bytes::default(),
        };
        let is_continue = |value: &[u8]| value.eq_ignore_ascii_case(b"100-continue");
        let expects_continue = values(&request, "expect").any(is_continue);
        let framing = framing(&request, old, body_limit)?;
        let connection = connection(&request);
        Ok(Self { request, framing, old, connection, expects_continue })
    }
}

/// The values of all headers with this name.
pub(super) fn values<'r>(request: &'r Request, name: &str) -> impl Iterator<Item = &'r [u8]> {
    request
        .headers
        .iter()
        .filter(move |(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| &value[..])
}

/// The first value of a header, as text.
pub(super) fn text(request: &Request, name: &str) -> Option<String> {
    values(request, name).next().map(|value| String::from_utf8_lossy(value).into_owned())
}

/// Method, target and whether it is HTTP/1.0. The target may hold spaces: it ends at the last one
/// before `HTTP/`.
fn start_line(line: &[u8]) -> Result<(&[u8], &[u8], bool), Problem> {
    let problem = || Problem::RequestLine { text: line.into() };
    let method = line.iter().position(|&byte| byte == b' ').ok_or_else(problem)?;
    let marker = b" HTTP/";
    let version = (method..line.len())
        .rev()
        .find(|&at| line[at..].starts_with(marker))
        .filter(|&at| at > method)
        .ok_or_else(problem)?;
    let old = match &line[version + marker.len()..] {
        b"1.1" => false,
        b"1.0" => true,
        other => return Err(Problem::Version { version: other.into() }),
    };
    let target = without_origin(&line[method + 1..version]);
    if method == 0 || target.is_empty() {
        return Err(problem());
    }
    Ok((&line[..method], target, old))
}

/// The target that a client sends to a proxy begins with scheme and host.
fn without_origin(target: &[u8]) -> &[u8] {
    let schemes: [&[u8]; 2] = [b"http://", b"https://"];
    match schemes.iter().find_map(|scheme| target.strip_prefix(*scheme)) {
        Some(rest) => match rest.iter().position(|byte| matches!(byte, b'/' | b'?')) {
            Some(at) => &rest[at..],
            None => b"/",
        },
        None => target,
    }
}

fn framing(request: &Request, old: bool, limit: u64) -> Result<Framing, Problem> {
    let codings: Vec<&[u8]> = values(request, "transfer-encoding").collect();
    if !codings.is_empty() {
        return match codings[..] {
            [coding] if coding.eq_ignore_ascii_case(b"chunked") && !old => Ok(Framing::Chunked),
            _ => Err(Problem::TransferCoding { text: codings.join(&b", "[..]).into() }),
        };
    }
    let mut lengths = values(request, "content-length");
    let Some(length) = lengths.next() else { return Ok(Framing::Length(0)) };
    let problem = || Problem::Length { text: length.into() };
    if lengths.any(|other| other != length) {
        return Err(problem());
    }
    let digits = Some(length).filter(|length| length.iter().all(u8::is_ascii_digit));
    let number = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    match number.ok_or_else(problem)? {
        length if length > limit => Err(Problem::BodyTooLong { limit }),
        length => Ok(Framing::Length(length)),
    }
}

fn connection(request: &Request) -> Option<&'static str> {
    let options = values(request, "connection").flat_map(|value| value.split(|&byte| byte == b','));
    options.map(<[u8]>::trim_ascii).find_map(|option| {
        let known = ["close", "keep-alive"];
        known.into_iter().find(|known| option.eq_ignore_ascii_case(known.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &[u8]) -> Result<Head, Problem> {
        Head::parse(raw, 1000)
    }

    #[test]
    fn odd_bytes_are_kept() {
        let raw =
            b"GET /a b\xff?x=#y HTTP/1.1\r\nhOsT: h\r\nX-A: 1\r\n  2 \r\nX-B:\t\xe9\t\r\n\r\n";
        let head = parse(raw).expect("a head");
        assert_eq!(&head.request.target[..], b"/a b\xff?x=#y");
        let headers: Vec<(&[u8], &[u8])> =
            head.request.headers.iter().map(|(name, value)| (&name[..], &value[..])).collect();
        let expected: [(&[u8], &[u8]); 3] =
            [(b"hOsT", b"h"), (b"X-A", b"1\n  2 "), (b"X-B", b"\xe9")];
        assert_eq!(headers, expected);
    }

    #[test]
    fn the_end_of_the_body_is_read_from_the_head() {
        let framing = |lines: &str| {
            let head = parse(format!("PUT /k HTTP/1.1\r\n{lines}\r\n").as_bytes());
            head.map(|head| head.framing)
        };
        assert_eq!(framing(""), Ok(Framing::Length(0)));
        assert_eq!(framing("Content-Length: 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("content-length:5\ncontent-length:5\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("Transfer-Encoding: Chunked\r\n"), Ok(Framing::Chunked));
        assert_eq!(
            framing("content-length: 7\r\ntransfer-encoding: chunked\r\n"),
            Ok(Framing::Chunked)
        );
        for wrong in [
            "Content-Length: -1\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: \r\n",
            "Transfer-Encoding: gzip\r\n",
            "Content-Length: 1001\r\n",
        ] {
            assert!(framing(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn garbage_names_the_place() {
        let said = |raw: &[u8]| parse(raw).expect_err("garbage").to_string();
        let problems = [
            said(b"hello\r\n\r\n"),
            said(b"GET /\r\n\r\n"),
            said(b"PRI * HTTP/2.0\r\n\r\n"),
            said(b"GET / HTTP/1.1\r\nHost h\r\n\r\n"),
            said(b"GET / HTTP/1.1\r\n folded\r\n\r\n"),
            said(b"PUT / HTTP/1.1\r\nContent-Length: five\r\n\r\n"),
        ];
        insta::assert_snapshot!("garbage", problems.join("\n"));
    }

    #[test]
    fn a_target_for_a_proxy_loses_its_origin() {
        let target = |line: &str| {
            parse(format!("{line}\r\n\r\n").as_bytes()).expect("a head").request.target
        };
        assert_eq!(target("GET http://h:1/a?b HTTP/1.1"), "/a?b".into());
        assert_eq!(target("GET http://h:1 HTTP/1.1"), "/".into());
        assert_eq!(target("GET /http://h/ HTTP/1.0"), "/http://h/".into());
    }
}
