//! A request as it is signed: bytes in the order of the wire.

use std::fmt;

use crate::error::Error;
use crate::primitive::bytes;
use crate::redact::{REDACTED, Shown, is_token};
use crate::target;

/// An HTTP request, borrowed. Nothing in it has to be UTF-8.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method. Its case is kept.
    pub method: &'a [u8],
    /// The request target as on the request line: path, and `?` with the query if any. An empty path
    /// means `/`.
    pub target: &'a [u8],
    /// The headers in the order in which they are sent; a name may occur more than once.
    pub headers: &'a [Header<'a>],
    /// The body before any transfer coding.
    pub body: &'a [u8],
}

/// One header line.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Header<'a> {
    /// The name in any case.
    pub name: &'a [u8],
    /// The value as sent, including all white space; a line that is folded by obs-fold (RFC 9112,
    /// section 5.2) contains its line break.
    pub value: &'a [u8],
}

impl<'a> Request<'a> {
    /// Path and query as sent; no query if there is no `?`.
    #[must_use]
    pub fn path_and_query(&self) -> (&'a [u8], Option<&'a [u8]>) {
        target::split(self.target)
    }

    /// The first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a [u8]> {
        self.headers_named(name).next()
    }

    /// All headers with this name, in any case and in order.
    pub fn headers_named(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let name = name.as_bytes();
        let headers = self.headers;
        headers.iter().filter(move |header| header.is(name)).map(|header| header.value)
    }

    /// Refuses what would end its line in a canonical request.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(offset) = not_token(self.method) {
            return Err(Error::Method { offset });
        }
        if self.target.first().is_some_and(|&first| first != b'/' && first != b'?') {
            return Err(Error::Target { offset: 0 });
        }
        if let Some(offset) = control_byte(self.target) {
            return Err(Error::Target { offset });
        }
        for (index, header) in self.headers.iter().enumerate() {
            if let Some(offset) = not_token(header.name) {
                return Err(Error::HeaderName { index, offset });
            }
        }
        Ok(())
    }
}

impl Header<'_> {
    /// Whether the name is this one, in any case.
    #[must_use]
    pub fn is(&self, name: &[u8]) -> bool {
        bytes::eq_ignore_case(self.name, name)
    }
}

/// Without session tokens and without the body.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &Shown(self.method))
            .field("target", &Shown(self.target))
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// The value of a session token is not shown.
impl fmt::Debug for Header<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if is_token(self.name) { REDACTED.as_bytes() } else { self.value };
        formatter
            .debug_struct("Header")
            .field("name", &String::from_utf8_lossy(self.name))
            .field("value", &String::from_utf8_lossy(value))
            .finish()
    }
}

/// Offset of the first CR, LF or NUL.
#[inline]
pub(crate) fn control_byte(text: &[u8]) -> Option<usize> {
    // Bytes this low are rare, so one comparison usually answers for all three.
    if bytes::any_below(text, b'\r' + 1) { first_control_byte(text) } else { None }
}

#[cold]
fn first_control_byte(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| matches!(byte, b'\r' | b'\n' | 0))
}

/// Offset of the first byte that is not allowed in a token.
#[inline]
pub(crate) fn not_token(text: &[u8]) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    // Most texts are tokens, so all bytes are tested before anything is decided.
    let are_tokens =
        |some: &[u8]| some.iter().fold(true, |are, &byte| are & IS_TOKEN[usize::from(byte)]);
    let (fours, rest) = text.as_chunks::<4>();
    if fours.iter().fold(are_tokens(rest), |are, four| are & are_tokens(four)) {
        return None;
    }
    text.iter().position(|&byte| !IS_TOKEN[usize::from(byte)])
}

/// `tchar` of RFC 9110, section 5.6.2.
const IS_TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"!#$%&'*+-.^_`|~";
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
};
