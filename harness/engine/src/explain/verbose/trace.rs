//! The output of `curl --trace` and `--trace-ascii`: blocks with a heading, and the bytes behind
//! their place in the block. With `--trace` they are hexadecimal; with `--trace-ascii` a line ends
//! at CRLF or after 64 bytes, which the next place tells.

use super::super::lines::Lines;
use super::super::parts::InputError;
use super::{Exchange, failure, scheme};

/// Whether a heading of such output is in the text.
pub(super) fn is_one(text: &[u8]) -> bool {
    let mut lines = Lines { rest: text, number: 0 };
    lines.any(|line| Heading::of(line).is_some_and(|heading| heading.kind == Kind::SentHeader))
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    SentHeader,
    SentData,
    ReceivedHeader,
    ReceivedData,
    /// What is below HTTP, or no data.
    Other,
}

/// `=> Send header, 123 bytes (0x7b)`, with a time before it or not.
struct Heading {
    kind: Kind,
    size: usize,
}

impl Heading {
    fn of(line: &[u8]) -> Option<Self> {
        let at = [&b"=> Send "[..], b"<= Recv ", b"== Info"]
            .iter()
            .find_map(|sign| memchr::memmem::find(&line[..line.len().min(48)], sign))?;
        let text = std::str::from_utf8(&line[at..]).ok()?;
        let (title, size) = text.split_once(", ").unwrap_or((text, ""));
        let kind = match title {
            "=> Send header" => Kind::SentHeader,
            "=> Send data" => Kind::SentData,
            "<= Recv header" => Kind::ReceivedHeader,
            "<= Recv data" => Kind::ReceivedData,
            _ => Kind::Other,
        };
        let size = size.split(' ').next().and_then(|size| size.parse().ok());
        match (kind, size) {
            (Kind::Other, _) => Some(Self { kind, size: 0 }),
            (_, size) => Some(Self { kind, size: size? }),
        }
    }
}

/// The exchanges in the order of their requests.
pub(super) fn exchanges(text: &[u8]) -> Result<Vec<Exchange>, InputError> {
    let mut found: Vec<Exchange> = Vec::new();
    let mut known_scheme = None;
    let mut lines = Lines { rest: text, number: 0 };
    let mut before = Kind::Other;
    let mut heading = None;
    // A heading follows the block before it, which had to read it to know its end.
    while let Some((line, number)) = heading.take().or_else(|| next(&mut lines)) {
        if let (Some(words), Some(exchange)) = (failure(line), found.last_mut()) {
            exchange.failure = Some(words);
        }
        let Some(Heading { kind, size }) = Heading::of(line) else { continue };
        if kind == Kind::Other {
            known_scheme = scheme(line).or(known_scheme);
            continue;
        }
        let mut rows = Vec::new();
        while let Some((line, number)) = next(&mut lines) {
            let Some(row) = Row::of(line, number) else {
                heading = Some((line, number));
                break;
            };
            rows.push(row);
        }
        let (bytes, is_ascii) = block(&rows, size, number)?;
        match kind {
            Kind::SentHeader => {
                // A long head comes in several blocks.
                if before != Kind::SentHeader {
                    let exchange =
                        Exchange { line: number + 1, scheme: known_scheme, ..Exchange::default() };
                    found.push(Exchange { body: Some(Vec::new()), ..exchange });
                }
                if let Some(exchange) = found.last_mut() {
                    exchange.head.extend(bytes);
                }
            }
            Kind::SentData => {
                if let Some(exchange) = found.last_mut() {
                    exchange.has_dots |= is_ascii && bytes.contains(&b'.');
                    exchange.body.get_or_insert_default().extend(bytes);
                }
            }
            Kind::ReceivedHeader => {
                if let Some(exchange) = found.last_mut() {
                    exchange.take_status(bytes.trim_ascii_end());
                }
            }
            Kind::ReceivedData => {
                if let Some(exchange) = found.last_mut() {
                    exchange.answer.extend(bytes);
                }
            }
            Kind::Other => {}
        }
        before = kind;
    }
    Ok(found)
}

fn next<'t>(lines: &mut Lines<'t>) -> Option<(&'t [u8], usize)> {
    let line = lines.next()?;
    Some((line, lines.number))
}

/// `0010: ` and what follows it.
struct Row<'t> {
    place: usize,
    text: &'t [u8],
    number: usize,
}

impl<'t> Row<'t> {
    fn of(line: &'t [u8], number: usize) -> Option<Self> {
        let colon = memchr::memchr(b':', line).filter(|at| (4..=16).contains(at))?;
        let digits =
            std::str::from_utf8(&line[..colon]).ok().filter(|text| !text.starts_with('+'))?;
        let place = usize::from_str_radix(digits, 16).ok()?;
        let text = &line[colon + 1..];
        Some(Self { place, text: text.strip_prefix(b" ").unwrap_or(text), number })
    }

    /// The bytes of a row of `--trace`.
    fn hexadecimal(&self, size: usize) -> Option<Vec<u8>> {
        let count = size.checked_sub(self.place)?.min(16);
        let pairs = self.text.get(..3 * count)?.chunks(3);
        pairs
            .map(|pair| {
                let digits = std::str::from_utf8(&pair[..2]).ok()?;
                let is_pair =
                    pair[2] == b' ' && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                u8::from_str_radix(digits, 16).ok().filter(|_| is_pair)
            })
            .collect()
    }
}

/// The bytes of a block, and whether it is in the form with dots for what cannot be printed.
fn block(rows: &[Row<'_>], size: usize, number: usize) -> Result<(Vec<u8>, bool), InputError> {
    let incomplete =
        |number: usize, problem: String| InputError::new(format!("line {number}"), problem);
    // The column of the digits is full in each row, by blanks in the last one.
    let is_hexadecimal =
        rows.iter().all(|row| row.text.len() > 48 && row.hexadecimal(size).is_some());
    let mut bytes = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if row.place != bytes.len() {
            let problem = format!("expected the place {:04x}: a part is missing", bytes.len());
            return Err(incomplete(row.number, problem));
        }
        if is_hexadecimal {
            bytes.extend(row.hexadecimal(size).unwrap_or_default());
            continue;
        }
        let end = rows.get(at + 1).map_or(size, |next| next.place);
        bytes.extend_from_slice(row.text);
        match end.checked_sub(bytes.len()) {
            Some(0) => {}
            Some(2) => bytes.extend(b"\r\n"),
            // Blanks at the end of a line are what editors take away.
            Some(more) if row.text.len() + more <= 64 => bytes.resize(end, b' '),
            _ => {
                let problem = "expected as many bytes as the next place says".to_owned();
                return Err(incomplete(row.number, problem));
            }
        }
    }
    if bytes.len() != size {
        let problem = format!("expected {size} bytes below this heading, got {}", bytes.len());
        return Err(incomplete(number, problem));
    }
    Ok((bytes, !is_hexadecimal))
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    /// As curl 7.88 wrote it, for the body `hel.lo`, CRLF, `w`, a zero byte, `rld`.
    const ASCII: &str = "\
        == Info:   Trying 127.0.0.1:18099...\n\
        == Info: Connected to 127.0.0.1 (127.0.0.1) port 18099 (#0)\n\
        => Send header, 257 bytes (0x101)\n\
        0000: PUT /k HTTP/1.1\n\
        0011: Host: 127.0.0.1:18099\n\
        0028: User-Agent: curl/7.88.1\n\
        0041: Accept: */*\n\
        004e: X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\
        008e: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\
        00b2: X-E: .\n\
        00ba: Content-Length: 13\n\
        00ce: Content-Type: application/x-www-form-urlencoded\n\
        00ff: \n\
        => Send data, 13 bytes (0xd)\n\
        0000: hel.lo\n\
        0008: w.rld\n\
        <= Recv header, 24 bytes (0x18)\n\
        0000: HTTP/1.1 403 Forbidden\n\
        <= Recv header, 20 bytes (0x14)\n\
        0000: Content-Length: 40\n\
        <= Recv header, 2 bytes (0x2)\n\
        0000: \n\
        <= Recv data, 40 bytes (0x28)\n\
        0000: <Error><Code>AccessDenied</Code></Error>\n\
        == Info: Connection #0 to host 127.0.0.1 left intact\n";

    /// The same, with the byte `e9` in a header.
    const HEXADECIMAL: &str = "\
        == Info:   Trying 127.0.0.1:18099...\n\
        == Info: Connected to 127.0.0.1 (127.0.0.1) port 18099 (#0)\n\
        => Send header, 157 bytes (0x9d)\n\
        0000: 50 55 54 20 2f 6b 20 48 54 54 50 2f 31 2e 31 0d PUT /k HTTP/1.1.\n\
        0010: 0a 48 6f 73 74 3a 20 31 32 37 2e 30 2e 30 2e 31 .Host: 127.0.0.1\n\
        0020: 3a 31 38 30 39 39 0d 0a 55 73 65 72 2d 41 67 65 :18099..User-Age\n\
        0030: 6e 74 3a 20 63 75 72 6c 2f 37 2e 38 38 2e 31 0d nt: curl/7.88.1.\n\
        0040: 0a 41 63 63 65 70 74 3a 20 2a 2f 2a 0d 0a 58 2d .Accept: */*..X-\n\
        0050: 45 3a 20 e9 0d 0a 43 6f 6e 74 65 6e 74 2d 4c 65 E: ...Content-Le\n\
        0060: 6e 67 74 68 3a 20 31 33 0d 0a 43 6f 6e 74 65 6e ngth: 13..Conten\n\
        0070: 74 2d 54 79 70 65 3a 20 61 70 70 6c 69 63 61 74 t-Type: applicat\n\
        0080: 69 6f 6e 2f 78 2d 77 77 77 2d 66 6f 72 6d 2d 75 ion/x-www-form-u\n\
        0090: 72 6c 65 6e 63 6f 64 65 64 0d 0a 0d 0a          rlencoded....\n\
        => Send data, 13 bytes (0xd)\n\
        0000: 68 65 6c 2e 6c 6f 0d 0a 77 00 72 6c 64          hel.lo..w.rld\n\
        <= Recv header, 24 bytes (0x18)\n\
        0000: 48 54 54 50 2f 31 2e 31 20 34 30 33 20 46 6f 72 HTTP/1.1 403 For\n\
        0010: 62 69 64 64 65 6e 0d 0a                         bidden..\n\
        <= Recv header, 20 bytes (0x14)\n\
        0000: 43 6f 6e 74 65 6e 74 2d 4c 65 6e 67 74 68 3a 20 Content-Length: \n\
        0010: 34 30 0d 0a                                     40..\n\
        <= Recv header, 2 bytes (0x2)\n\
        0000: 0d 0a                                           ..\n\
        <= Recv data, 40 bytes (0x28)\n\
        0000: 3c 45 72 72 6f 72 3e 3c 43 6f 64 65 3e 41 63 63 <Error><Code>Acc\n\
        0010: 65 73 73 44 65 6e 69 65 64 3c 2f 43 6f 64 65 3e essDenied</Code>\n\
        0020: 3c 2f 45 72 72 6f 72 3e                         </Error>\n\
        == Info: Connection #0 to host 127.0.0.1 left intact\n";

    #[test]
    fn the_ascii_form_is_put_together_by_its_places() {
        let read = parse(ASCII.as_bytes()).unwrap();
        assert_eq!((&read.request.method[..], &read.request.target[..]), (&b"PUT"[..], &b"/k"[..]));
        assert_eq!(read.request.headers.len(), 7);
        assert_eq!(read.request.headers[3].1, "a".repeat(90).into());
        assert_eq!(read.request.body, "hel.lo\r\nw.rld".into());
        assert!(read.remarks[0].contains("as a dot"), "{:?}", read.remarks);
        let answer = read.answer.unwrap();
        let code = answer.document.unwrap().code;
        assert_eq!((answer.status, &code[..]), (Some(403), "AccessDenied"));
    }

    #[test]
    fn the_hexadecimal_form_is_read_from_its_digits() {
        let timed = HEXADECIMAL.replace("=> ", "12:34:56.789012 => ");
        for output in [HEXADECIMAL, &timed] {
            let read = parse(output.as_bytes()).unwrap();
            assert_eq!(read.request.headers[3], ("X-E".into(), b"\xe9"[..].into()));
            assert_eq!(read.request.body, b"hel.lo\r\nw\0rld"[..].into());
            assert_eq!(read.remarks, [""; 0]);
            assert_eq!(read.answer.unwrap().status, Some(403));
        }
    }

    #[test]
    fn blanks_at_the_end_of_a_line_may_be_lost() {
        let output = "=> Send header, 21 bytes (0x15)\n0000: GET / HTTP/1.1\n0010: A:\n0015: \n";
        let output = output.replace("21 bytes", "23 bytes");
        let read = parse(output.as_bytes()).unwrap();
        assert_eq!(read.request.headers, [("A".into(), "".into())]);
    }

    #[test]
    fn a_part_that_is_missing_is_said_with_its_line() {
        for (text, line) in [
            ("=> Send header, 27 bytes (0x1b)\n0010: GET / HTTP/1.1\n", 2),
            ("=> Send header, 270 bytes (0x10e)\n0000: GET / HTTP/1.1\n", 2),
            ("=> Send header, 27 bytes (0x1b)\n", 1),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().place, format!("line {line}"));
        }
    }
}
