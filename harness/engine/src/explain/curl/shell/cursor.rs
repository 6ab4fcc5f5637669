//! A place in a text of bytes, which knows its line.

use super::super::super::parts::InputError;

/// Reads a text byte by byte.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = self.text.len().min(self.at + count);
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    /// Everything before `end`, which is passed; nothing where `end` does not follow.
    pub(super) fn until(&mut self, end: u8) -> Option<&'t [u8]> {
        let length = memchr::memchr(end, self.rest())?;
        let found = &self.rest()[..length];
        self.skip(length + 1);
        Some(found)
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'t [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
        self.skip(length);
        &rest[..length]
    }

    /// The length of the line end at this place: of LF, of CRLF, or nothing.
    pub(super) fn line_end(&self, ahead: usize) -> usize {
        match (self.peek_at(ahead), self.peek_at(ahead + 1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            _ => 0,
        }
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> InputError {
        error_at(self.text, self.at, problem)
    }
}

/// An error at a byte of a text, by its line.
pub(super) fn error_at(text: &[u8], at: usize, problem: impl Into<String>) -> InputError {
    let before = &text[..at.min(text.len())];
    let line = 1 + memchr::memchr_iter(b'\n', before).count();
    InputError::new(format!("curl, line {line}"), problem)
}
