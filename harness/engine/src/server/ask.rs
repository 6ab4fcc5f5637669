//! One request, one connection, one answer: over a plain socket, since libraries for HTTP rewrite
//! the very bytes that are asked about.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use sigv4_vectors::model::Request;

use super::answer::Answer;

/// The bounds of one request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take until the answer is complete.
    pub time: Duration,
    /// How many bytes the answer may have.
    pub size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(6), size: 1 << 20 }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The connection was closed before the answer was complete.
    #[error("the server closed the connection without a complete answer")]
    Closed,
    /// Nobody listens, or the network does not work.
    #[error("cannot connect to {address}: {source}")]
    Connect {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The answer takes too long.
    #[error("no complete answer within {seconds} s")]
    Late {
        /// The limit.
        seconds: u64,
    },
    /// The answer is not HTTP/1.
    #[error("expected an answer of HTTP/1, got other bytes")]
    NotHttp,
    /// The answer is too long.
    #[error("expected an answer of at most {limit} bytes, got more")]
    TooLong {
        /// The limit.
        limit: usize,
    },
}

/// Sends the bytes of one request and reads the answer.
///
/// # Errors
/// [`AskError`] if there is no complete answer within the limits.
pub fn ask(address: SocketAddr, request: &[u8], limits: Limits) -> Result<Answer, AskError> {
    let deadline = Instant::now() + limits.time;
    let late = || AskError::Late { seconds: limits.time.as_secs() };
    let left = || {
        let left = deadline.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    };
    let connect = |source| AskError::Connect { address, source };
    let mut stream = TcpStream::connect_timeout(&address, limits.time).map_err(connect)?;
    stream.set_write_timeout(left()).map_err(connect)?;
    // A server may refuse a request before it has read all of it: the answer is what counts.
    let _ = stream.write_all(request);
    let is_head = request.starts_with(b"HEAD ");
    let mut bytes = Vec::new();
    let mut piece = vec![0; 1 << 14];
    loop {
        stream.set_read_timeout(Some(left().ok_or_else(late)?)).map_err(connect)?;
        let length = match stream.read(&mut piece) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error)
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
            {
                return Err(late());
            }
            // Reset, by a server that did not read everything.
            Err(_) => 0,
        };
        bytes.extend_from_slice(&piece[..length]);
        if bytes.len() > limits.size {
            return Err(AskError::TooLong { limit: limits.size });
        }
        match Answer::read(&bytes, is_head, length == 0) {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) if length == 0 => return Err(AskError::Closed),
            Ok(None) => {}
            Err(_) => return Err(AskError::NotHttp),
        }
    }
}

/// A request as HTTP/1.1 has it, every byte of target and headers as given. A request that has a
/// body, or may have one, gets a `Content-Length`.
#[must_use]
pub fn on_the_wire(request: &Request) -> Vec<u8> {
    let mut bytes = [&request.method[..], b" ", &request.target, b" HTTP/1.1\r\n"].concat();
    for (name, value) in &request.headers {
        bytes.extend_from_slice(&[name, &b":"[..], value, b"\r\n"].concat());
    }
    let has_length =
        request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"content-length"));
    let may_have_body = [&b"POST"[..], b"PUT"].contains(&&request.method[..]);
    if !has_length && (may_have_body || !request.body.is_empty()) {
        bytes.extend_from_slice(format!("Content-Length:{}\r\n", request.body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&request.body);
    bytes
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_millis(300), size: 1000 };

    /// What comes of a server that answers with these pieces, and whether it then closes.
    fn asked(pieces: &'static [&[u8]], closes: bool) -> (Result<Answer, AskError>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 1000];
            let length = stream.read(&mut request).unwrap();
            for piece in pieces {
                stream.write_all(piece).unwrap();
            }
            if !closes {
                // Until the other side has had enough.
                let _ = stream.read(&mut [0]);
            }
            request.truncate(length);
            request
        });
        let request = Request {
            method: "GET".into(),
            target: "/a b?c+d".into(),
            headers: vec![("Host".into(), "h".into()), ("A".into(), "\u{e9}\t".into())],
            body: "x".into(),
        };
        let answer = ask(address, &on_the_wire(&request), LIMITS);
        (answer, server.join().unwrap())
    }

    #[test]
    fn the_bytes_are_sent_as_given() {
        let (answer, request) =
            asked(&[b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n"], false);
        assert_eq!(answer.unwrap().status, 200);
        let expected = "GET /a b?c+d HTTP/1.1\r\nHost:h\r\nA:\u{e9}\t\r\nContent-Length:1\r\n\r\nx";
        assert_eq!(request, expected.as_bytes());
    }

    #[test]
    fn a_server_that_gives_no_answer_is_described() {
        let error = |pieces, closes| asked(pieces, closes).0.unwrap_err().to_string();
        assert_eq!(error(&[], true), "the server closed the connection without a complete answer");
        assert_eq!(error(&[], false), "no complete answer within 0 s");
        assert_eq!(
            error(&[b"HTTP/1.1 200 OK\r\nA: ", &[b'a'; 1000]], false),
            "expected an answer of at most 1000 bytes, got more"
        );
        assert_eq!(error(&[b"SSH-2.0"], false), "expected an answer of HTTP/1, got other bytes");
    }
}
