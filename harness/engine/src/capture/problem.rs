//! What keeps bytes on a connection from being a request.

use std::time::Duration;

use sigv4_vectors::Bytes;

/// How much of a line is shown.
const SHOWN: usize = 80;

/// Why bytes on a connection are not read as a request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// A body over the limit.
    #[error("the body is longer than {limit} bytes")]
    BodyTooLong {
        /// The longest body that is taken.
        limit: u64,
    },
    /// The connection ended inside the body, or its chunks are broken.
    #[error("the body ended before its announced end, or its chunks are broken")]
    BodyCut,
    /// A clock that shows a year in which nothing can be signed.
    #[error("the clock of this machine shows a year that no request can carry")]
    Clock,
    /// A client that does not come to terms over TLS.
    #[error(
        "TLS: {detail}. Does the client trust the certificate, and does its URL have https://?"
    )]
    Handshake {
        /// What the library says.
        detail: String,
    },
    /// The connection ended inside the head.
    #[error("the connection ended before the blank line that ends the head")]
    HeadCut,
    /// A head over the limit.
    #[error("the head is longer than {limit} bytes")]
    HeadTooLong {
        /// The longest head that is taken.
        limit: usize,
    },
    /// A line of the head without a colon.
    #[error("line {line}: expected `Name: value`, got {:?}", shown(text))]
    HeaderLine {
        /// The line, counted from 1.
        line: usize,
        /// What it holds.
        text: Bytes,
    },
    /// The head did not come in time.
    #[error("the head was not complete after {} s", limit.as_secs_f64())]
    Late {
        /// How long was waited.
        limit: Duration,
    },
    /// A `Content-Length` other than a number, or several that differ.
    #[error("Content-Length: expected one number, got {:?}", shown(text))]
    Length {
        /// The first one.
        text: Bytes,
    },
    /// A first line other than a request line.
    #[error("line 1: expected `METHOD target HTTP/1.1`, got {:?}", shown(text))]
    RequestLine {
        /// What it holds.
        text: Bytes,
    },
    /// TLS where plain HTTP is spoken.
    #[error(
        "expected plain HTTP, got TLS: give the client a URL with http://, or capture with --tls"
    )]
    Tls,
    /// A transfer coding other than `chunked`.
    #[error("Transfer-Encoding: expected `chunked` in HTTP/1.1, got {:?}", shown(text))]
    TransferCoding {
        /// All of them.
        text: Bytes,
    },
    /// Another version of HTTP.
    #[error("line 1: expected HTTP/1.1, got HTTP/{}", shown(version))]
    Version {
        /// What follows `HTTP/`.
        version: Bytes,
    },
}

impl Problem {
    /// The status code that a server answers with.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::BodyTooLong { .. } => 413,
            Self::Clock => 500,
            Self::HeadTooLong { .. } => 431,
            Self::Late { .. } => 408,
            Self::TransferCoding { .. } => 501,
            Self::Version { .. } => 505,
            Self::BodyCut
            | Self::HeadCut
            | Self::Handshake { .. }
            | Self::HeaderLine { .. }
            | Self::Length { .. }
            | Self::RequestLine { .. }
            | Self::Tls => 400,
        }
    }
}

fn shown(text: &Bytes) -> Bytes {
    text[..text.len().min(SHOWN)].into()
}
