//! Which of the bytes behind the headers are the body.

use sigv4_vectors::Bytes;

/// How the headers say that the body ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// `Content-Length`.
    Length(usize),
    /// Nothing says it.
    Unsaid,
}

impl Framing {
    pub(super) fn of(headers: &[(Bytes, Bytes)]) -> Self {
        let values = |wanted: &'static str| {
            headers
                .iter()
                .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()))
                .map(|(_, value)| value.trim_ascii())
        };
        let is_chunked = values("transfer-encoding")
            .filter_map(|value| value.rsplit(|&byte| byte == b',').next())
            .any(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"chunked"));
        let length = values("content-length").find_map(|value| {
            let digits = value.iter().all(u8::is_ascii_digit);
            std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
        });
        match (is_chunked, length) {
            (true, _) => Self::Chunked,
            (false, Some(length)) => Self::Length(length),
            (false, None) => Self::Unsaid,
        }
    }
}

/// The body in what follows the headers; what was left out or is missing is said.
pub(super) fn framed(framing: Framing, rest: &[u8], remarks: &mut Vec<String>) -> Vec<u8> {
    match framing {
        // A proxy or a log may have taken the transfer coding off, and left the header.
        Framing::Chunked if is_aws_chunked(rest) => rest.to_vec(),
        Framing::Chunked => match unchunked(rest) {
            Some(body) => {
                remarks.push(format!(
                    "Transfer-Encoding: the body was put together from its chunks; what is signed \
                     is the {} bytes in them.",
                    body.len()
                ));
                body
            }
            None if rest.is_empty() => Vec::new(),
            None => {
                remarks.push(
                    "Transfer-Encoding says that the body comes in chunks, but it is not written \
                     so to its end: it is taken as it is."
                        .to_owned(),
                );
                rest.to_vec()
            }
        },
        Framing::Length(length) => cut(length, rest, remarks),
        Framing::Unsaid => {
            if rest.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
                // An editor's empty lines: a request without a length has no body.
                return Vec::new();
            }
            if begins_a_request(rest) {
                remarks.push(
                    "Another request follows, which is not explained: give it alone.".to_owned(),
                );
                return Vec::new();
            }
            if rest.ends_with(b"\n") {
                remarks.push(format!(
                    "No Content-Length says where the body ends: all {} bytes were taken, the line \
                     end at their end too.",
                    rest.len()
                ));
            }
            rest.to_vec()
        }
    }
}

/// Whether the next line with text in it is a request line.
fn begins_a_request(text: &[u8]) -> bool {
    let line = text.trim_ascii_start().split(|&byte| byte == b'\n').next().unwrap_or_default();
    let words: Vec<&[u8]> = line.trim_ascii_end().split(|&byte| byte == b' ').collect();
    let [method, _, version] = words[..] else { return false };
    !method.is_empty() && method.iter().all(u8::is_ascii_uppercase) && version.starts_with(b"HTTP/")
}

fn cut(length: usize, rest: &[u8], remarks: &mut Vec<String>) -> Vec<u8> {
    if let Some(body) = rest.get(..length) {
        match &rest[length..] {
            [] => {}
            b"\n" | b"\r\n" => remarks.push(format!(
                "The line end behind the {length} bytes of Content-Length was left out: an editor \
                 adds one."
            )),
            more => remarks.push(format!(
                "Content-Length says {length} bytes: what follows them was left out ({} more).",
                more.len()
            )),
        }
        return body.to_vec();
    }
    let bare =
        memchr::memchr_iter(b'\n', rest).filter(|&at| at == 0 || rest[at - 1] != b'\r').count();
    let hint = match rest.len() {
        0 => " Give it as --body-file.",
        // With the line ends that an editor took.
        there if bare > 0 && there + bare == length => {
            " With CRLF as its line ends it has that length: they were changed when it was kept. \
             Give it as --body-file."
        }
        _ => "",
    };
    remarks.push(format!(
        "Content-Length says {length} bytes, {} of the body are there.{hint}",
        rest.len()
    ));
    rest.to_vec()
}

/// Whether the first framing of a body is that of `aws-chunked`: its chunks are signed, or a checksum
/// comes behind them. In a transfer coding it is within the chunks.
fn is_aws_chunked(text: &[u8]) -> bool {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let is_signed = memchr::memmem::find(line, b";chunk-signature=").is_some();
    let has_trailer = || {
        memchr::memmem::rfind(text, b"\n0\r\nx-amz-checksum-").is_some_and(|at| {
            let behind = &text[at + b"\n0\r\n".len()..];
            // One line and the end, without the last chunk of a transfer coding.
            behind.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count()
                == 1
        })
    };
    is_signed || has_trailer()
}

/// The data of all chunks; nothing where the text is not chunks up to the last one. Behind that one
/// there may be trailers.
fn unchunked(text: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let mut rest = text;
    loop {
        let line = take_line(&mut rest)?;
        let size = line.split(|byte| b"; \t".contains(byte)).next()?;
        if size.is_empty() || !size.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            break;
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = &rest[size..];
        take_line(&mut rest).filter(|end| end.is_empty())?;
    }
    while let Some(line) = take_line(&mut rest) {
        if line.is_empty() {
            break;
        }
        // A trailer.
        memchr::memchr(b':', line)?;
    }
    rest.iter().all(|byte| matches!(byte, b'\r' | b'\n')).then_some(body)
}

fn take_line<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    let end = memchr::memchr(b'\n', rest)?;
    let line = &rest[..end];
    *rest = &rest[end + 1..];
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(framing: Framing, rest: &[u8]) -> (Vec<u8>, String) {
        let mut remarks = Vec::new();
        let body = framed(framing, rest, &mut remarks);
        (body, remarks.join("\n"))
    }

    #[test]
    fn the_headers_say_where_the_body_ends() {
        let framing = |name: &str, value: &str| Framing::of(&[(name.into(), value.into())]);
        assert_eq!(framing("content-length", " 5 "), Framing::Length(5));
        assert_eq!(framing("Content-Length", "+5"), Framing::Unsaid);
        assert_eq!(framing("Content-Length", ""), Framing::Unsaid);
        assert_eq!(framing("Transfer-Encoding", "gzip, Chunked"), Framing::Chunked);
        assert_eq!(framing("Transfer-Encoding", "chunked, gzip"), Framing::Unsaid);
        assert_eq!(Framing::of(&[]), Framing::Unsaid);
    }

    #[test]
    fn the_framing_of_an_upload_is_told_from_that_of_the_transfer() {
        for (text, is_own) in [
            ("5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n\r\n", true),
            ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", true),
            ("2e\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n\r\n0\r\n\r\n", false),
            ("5\r\nhello\r\n0\r\n\r\n", false),
        ] {
            assert_eq!(is_aws_chunked(text.as_bytes()), is_own, "{text}");
        }
    }

    #[test]
    fn what_is_too_much_is_cut_and_what_is_too_little_is_said() {
        for (length, rest, kept, remark) in [
            (5, &b"hello"[..], &b"hello"[..], ""),
            (5, b"hello\n", b"hello", "an editor adds one"),
            (5, b"hello\r\n", b"hello", "an editor adds one"),
            (5, b"hello\n\n", b"hello", "what follows them was left out (2 more)"),
            (0, b"\n", b"", "an editor adds one"),
            (9, b"hello", b"hello", "Content-Length says 9 bytes, 5 of the body are there."),
            (6, b"a\nb\n", b"a\nb\n", "With CRLF as its line ends"),
            (9, b"", b"", "Give it as --body-file"),
        ] {
            let (body, remarks) = body(Framing::Length(length), rest);
            assert_eq!(body, kept);
            assert!(
                remarks.contains(remark) && remarks.is_empty() == remark.is_empty(),
                "{remarks}"
            );
        }
    }

    #[test]
    fn without_a_length_all_is_kept_but_empty_lines() {
        assert_eq!(body(Framing::Unsaid, b"\r\n\n"), (Vec::new(), String::new()));
        let (kept, remarks) = body(Framing::Unsaid, b"a\n");
        assert!(kept == b"a\n" && remarks.contains("the line end at their end too"), "{remarks}");
        assert_eq!(body(Framing::Unsaid, b"a"), (b"a".to_vec(), String::new()));
    }

    #[test]
    fn chunks_are_put_together_where_they_are_whole() {
        for text in [
            &b"5\r\nhello\r\n0\r\n\r\n"[..],
            b"2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nx-a: b\r\n\r\n",
            b"5\nhello\n0\n\n",
            b"005\r\nhello\r\n0\r\n\r\n\n",
        ] {
            let (body, remarks) = body(Framing::Chunked, text);
            assert_eq!(body, b"hello");
            assert!(remarks.contains("from its chunks"), "{remarks}");
        }
        for text in [
            &b"hello"[..],
            b"5\r\nhel",
            b"5\r\nhello0\r\n",
            b"5\r\nhello\r\n",
            b"0\r\n\r\nmore",
            b"ffffffffffffffff\r\nx",
        ] {
            let (body, remarks) = body(Framing::Chunked, text);
            assert_eq!(body, text);
            assert!(remarks.contains("taken as it is"), "{remarks}");
        }
    }
}
