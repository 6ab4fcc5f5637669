//! Where one request on a connection ends and the next one begins.

use super::head::{Framing, Head};
use super::problem::Problem;

/// How long a line of a chunked body may be.
const CHUNK_LINE: usize = 4096;

/// The first byte of a TLS connection (RFC 8446, section 5.1); no method begins with it.
const TLS_HANDSHAKE: u8 = 22;

/// The bounds of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) head: usize,
    pub(super) body: u64,
}

/// Cuts the bytes of one connection into heads and bodies.
#[derive(Debug)]
pub(super) struct Framer {
    bounds: Bounds,
    state: State,
}

#[derive(Debug)]
enum State {
    /// What has come of the head.
    Head(Vec<u8>),
    /// How much of the body is to come.
    Body(u64),
    Chunks(Chunks),
    /// Nothing after this is read.
    Broken,
}

/// What the next bytes are.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'i> {
    /// A whole head, as it came, and as it was read.
    Head(Vec<u8>, Result<Head, Problem>),
    /// Bytes of a body.
    Body(&'i [u8]),
}

impl Framer {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, state: State::Head(Vec::new()) }
    }

    /// Takes from `input` what belongs together; `None` where more input is needed.
    pub(super) fn next<'i>(&mut self, input: &mut &'i [u8]) -> Option<Piece<'i>> {
        let taken = match &mut self.state {
            State::Head(head) => {
                let (raw, read) = next_head(head, input, self.bounds)?;
                self.state = match read.as_ref().map(|head| head.framing) {
                    Ok(Framing::Length(0)) => State::Head(Vec::new()),
                    Ok(Framing::Length(length)) => State::Body(length),
                    Ok(Framing::Chunked) => State::Chunks(Chunks::Size(Vec::new())),
                    Err(_) => State::Broken,
                };
                return Some(Piece::Head(raw, read));
            }
            _ if input.is_empty() => return None,
            State::Body(left) => {
                let taken =
                    usize::try_from(*left).map_or(input.len(), |left| left.min(input.len()));
                *left -= taken as u64;
                if *left == 0 {
                    self.state = State::Head(Vec::new());
                }
                taken
            }
            State::Chunks(chunks) => {
                let (taken, is_whole) = chunks.take(input);
                if is_whole {
                    self.state = State::Head(Vec::new());
                }
                taken
            }
            State::Broken => {
                *input = &[];
                return None;
            }
        };
        let (body, rest) = input.split_at(taken);
        *input = rest;
        Some(Piece::Body(body))
    }

    /// Ends a head that is not whole; `None` where nothing of it came.
    pub(super) fn end(&mut self, problem: Problem) -> Option<(Vec<u8>, Problem)> {
        let State::Head(head) = &mut self.state else { return None };
        let head = std::mem::take(head);
        self.state = State::Broken;
        (!head.is_empty()).then_some((head, problem))
    }

    /// What is being waited for.
    pub(super) fn waits_for(&self) -> Waiting {
        match &self.state {
            State::Head(head) if head.is_empty() => Waiting::Request,
            State::Head(_) => Waiting::Head,
            _ => Waiting::Body,
        }
    }
}

/// What a connection waits for: the first byte of a request, the rest of its head, or its body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Waiting {
    Request,
    Head,
    Body,
}

/// Moves `input` into `head` up to the blank line.
fn next_head(
    head: &mut Vec<u8>,
    input: &mut &[u8],
    bounds: Bounds,
) -> Option<(Vec<u8>, Result<Head, Problem>)> {
    while let Some((&byte, rest)) = input.split_first() {
        *input = rest;
        // Some clients end a body with a line break that belongs to no request.
        if head.is_empty() && matches!(byte, b'\r' | b'\n') {
            continue;
        }
        head.push(byte);
        if byte == b'\n' && (head.ends_with(b"\n\n") || head.ends_with(b"\n\r\n")) {
            let read = Head::parse(head, bounds.body);
            return Some((std::mem::take(head), read));
        }
        if head[0] == TLS_HANDSHAKE {
            return Some((std::mem::take(head), Err(Problem::Tls)));
        }
        if head.len() >= bounds.head {
            let problem = Problem::HeadTooLong { limit: bounds.head };
            return Some((std::mem::take(head), Err(problem)));
        }
    }
    None
}

/// A body in chunks (RFC 9112, section 7.1), as far as its end has to be found.
#[derive(Debug)]
enum Chunks {
    /// The line with the size of a chunk.
    Size(Vec<u8>),
    /// Bytes of a chunk and its line break.
    Data(u64),
    /// A line behind the last chunk.
    Trailer { is_empty: bool },
    /// Not chunks: the library that decodes them says so.
    Broken,
}

impl Chunks {
    /// How many bytes belong to the body, and whether it ends with them.
    fn take(&mut self, input: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < input.len() {
            let byte = input[at];
            match self {
                Self::Data(left) => {
                    let rest = (input.len() - at) as u64;
                    let taken = rest.min(*left);
                    *left -= taken;
                    at += usize::try_from(taken).unwrap_or(input.len());
                    if *left == 0 {
                        *self = Self::Size(Vec::new());
                    }
                    continue;
                }
                Self::Size(line) if byte == b'\n' => {
                    *self = match size(line) {
                        Some(0) => Self::Trailer { is_empty: true },
                        // The line break behind the bytes.
                        Some(size) => Self::Data(size.saturating_add(2)),
                        None => Self::Broken,
                    };
                }
                Self::Size(line) if line.len() < CHUNK_LINE => line.push(byte),
                Self::Size(_) => *self = Self::Broken,
                Self::Trailer { is_empty: true } if byte == b'\n' => return (at + 1, true),
                Self::Trailer { is_empty } => {
                    *is_empty = byte == b'\n' || (*is_empty && byte == b'\r');
                }
                Self::Broken => return (input.len(), false),
            }
            at += 1;
        }
        (at, false)
    }
}

/// The size of a chunk, which an extension may follow.
fn size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|&byte| byte == b';').next()?.trim_ascii();
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDS: Bounds = Bounds { head: 200, body: 1000 };

    /// Heads by their targets or problems, bodies by their bytes; however the bytes were cut.
    fn cut(bytes: &[u8], step: usize) -> Vec<String> {
        let mut framer = Framer::new(BOUNDS);
        let mut seen: Vec<String> = Vec::new();
        let mut body = String::new();
        for mut input in bytes.chunks(step) {
            while let Some(piece) = framer.next(&mut input) {
                match piece {
                    Piece::Body(bytes) => body += &String::from_utf8_lossy(bytes),
                    Piece::Head(_, read) => {
                        if !body.is_empty() {
                            seen.push(std::mem::take(&mut body));
                        }
                        seen.push(match read {
                            Ok(head) => head.request.target.to_string(),
                            Err(problem) => problem.to_string(),
                        });
                    }
                }
            }
        }
        if !body.is_empty() {
            seen.push(body);
        }
        seen
    }

    #[test]
    fn pipelined_requests_are_told_apart_wherever_the_bytes_are_cut() {
        let chunks = "4;x=y\r\nWiki\r\n5\r\n\r\n0\r\n\r\n0\r\nTrailer: 1\r\nMore: 2\r\n\r\n";
        let bytes = format!(
            "PUT /a HTTP/1.1\r\nContent-Length: 7\r\n\r\nGET / H\
             PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}\
             \r\nGET /c HTTP/1.1\n\nGET /d HTTP/1.1\r\n\r\n"
        );
        for step in [1, 2, 3, 7, 1000] {
            let seen = cut(bytes.as_bytes(), step);
            assert_eq!(seen, ["/a", "GET / H", "/b", chunks, "/c", "/d"], "{step}");
        }
    }

    #[test]
    fn nothing_is_read_behind_garbage() {
        let long = format!("GET /{} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", "a".repeat(300));
        assert_eq!(cut(long.as_bytes(), 64), ["the head is longer than 200 bytes"]);
        let seen = cut(b"hello\r\n\r\nGET / HTTP/1.1\r\n\r\n", 5);
        assert_eq!(seen, ["line 1: expected `METHOD target HTTP/1.1`, got \"hello\""]);
    }

    #[test]
    fn broken_chunks_never_end() {
        let bytes =
            b"PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nGET /c HTTP/1.1\r\n\r\n";
        assert_eq!(cut(bytes, 1000), ["/b", "xyz\r\nGET /c HTTP/1.1\r\n\r\n"]);
    }

    /// What requests are made of, in any order.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let known = prop::sample::select(vec![
            "GET / HTTP/1.1\r\n",
            "POST /a b HTTP/1.0\n",
            "Content-Length: 3\r\n",
            "Transfer-Encoding: chunked\r\n",
            "\r\n",
            "\n",
            "abc",
            "3\r\nabc\r\n",
            "0\r\n\r\n",
            "ffffffffffffffff\r\n",
        ]);
        let known = known.prop_map(|text| text.as_bytes().to_vec());
        let piece = prop_oneof![9 => known, 1 => prop::collection::vec(any::<u8>(), 0..9)];
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn whatever_comes_it_does_not_matter_how_it_is_cut(bytes in pieces(), step in 1_usize..50) {
            prop_assert_eq!(cut(&bytes, step), cut(&bytes, usize::MAX));
        }
    }

    #[test]
    fn a_part_of_a_head_is_not_lost() {
        let mut framer = Framer::new(BOUNDS);
        assert_eq!(framer.waits_for(), Waiting::Request);
        assert_eq!(framer.next(&mut &b"GET / HT"[..]), None);
        assert_eq!(framer.waits_for(), Waiting::Head);
        assert_eq!(framer.end(Problem::HeadCut), Some((b"GET / HT".to_vec(), Problem::HeadCut)));
        assert_eq!(Framer::new(BOUNDS).end(Problem::HeadCut), None);
    }
}
