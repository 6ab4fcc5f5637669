//! The bytes of a body as they come: where the next one is, and a line that is not complete yet.

use std::borrow::Cow;

use super::line::CRLF;
use super::problem::{Problem, StreamError};
use crate::primitive::bytes;

/// How far a body was read.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// How much was read.
    offset: u64,
    /// The current line as far as it came, and where it begins.
    line: Vec<u8>,
    line_start: u64,
}

/// How much of a line there is.
pub(super) enum Line<'i> {
    Partial,
    TooLong,
    /// The line, up to and including its LF: in the input, or collected.
    Whole(Cow<'i, [u8]>),
}

impl Source {
    /// Offset of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Offset of the last line.
    pub(super) fn line_start(&self) -> u64 {
        self.line_start
    }

    /// Whether a line was begun.
    pub(super) fn is_in_line(&self) -> bool {
        !self.line.is_empty()
    }

    /// Takes the first bytes of the input.
    pub(super) fn take<'i>(&mut self, input: &mut &'i [u8], length: usize) -> &'i [u8] {
        let (first, rest) = input.split_at(length);
        *input = rest;
        self.offset += length as u64;
        first
    }

    /// Reads up to and including the next LF, at most `limit` bytes. The line is to be given back.
    pub(super) fn read_line<'i>(&mut self, input: &mut &'i [u8], limit: usize) -> Line<'i> {
        if self.line.is_empty() {
            self.line_start = self.offset;
        }
        let seen = &input[..input.len().min(limit - self.line.len())];
        let end = bytes::position(seen, b'\n');
        let more = self.take(input, end.map_or(seen.len(), |at| at + 1));
        if end.is_some() && self.line.is_empty() {
            return Line::Whole(Cow::Borrowed(more));
        }
        self.line.extend_from_slice(more);
        match end {
            Some(_) => Line::Whole(Cow::Owned(std::mem::take(&mut self.line))),
            None if self.line.len() == limit => Line::TooLong,
            None => Line::Partial,
        }
    }

    /// Keeps the memory of a line for the next one.
    pub(super) fn give_back(&mut self, line: Cow<'_, [u8]>) {
        if let Cow::Owned(mut line) = line {
            line.clear();
            self.line = line;
        }
    }

    /// Reads CR LF. Returns whether all of it came.
    pub(super) fn expect_crlf(
        &mut self,
        input: &mut &[u8],
        problem: &Problem,
    ) -> Result<bool, StreamError> {
        if self.line.is_empty() {
            self.line_start = self.offset;
            if input.starts_with(CRLF) {
                self.take(input, CRLF.len());
                return Ok(true);
            }
        }
        let length = input.len().min(CRLF.len() - self.line.len());
        let more = self.take(input, length);
        self.line.extend_from_slice(more);
        let right = common_prefix(&self.line);
        if right < self.line.len() {
            return Err(self.error_in_line(right, problem.clone()));
        }
        if right == CRLF.len() {
            self.line.clear();
        }
        Ok(right == CRLF.len())
    }

    /// Something is wrong at this offset of the last line.
    pub(super) fn error_in_line(&self, at: usize, problem: Problem) -> StreamError {
        StreamError { offset: self.line_start + at as u64, problem }
    }

    /// The last bytes that were taken should have been CR LF.
    pub(super) fn error_in_end(&self, end: &[u8]) -> StreamError {
        let offset = self.offset - end.len() as u64 + common_prefix(end) as u64;
        StreamError { offset, problem: Problem::LineEnd }
    }
}

/// How many bytes are as in CR LF.
fn common_prefix(end: &[u8]) -> usize {
    end.iter().zip(CRLF).take_while(|(byte, expected)| byte == expected).count()
}
