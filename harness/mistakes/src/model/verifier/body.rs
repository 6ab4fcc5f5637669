//! A body in chunks, read line by line, and its chain of signatures.

use super::arrived::Arrived;
use super::{Checked, refused};
use crate::catalogue::Mistake;
use crate::model::scope_and_key::hmac;
use crate::model::text::hex;

pub(super) const CRLF: &[u8] = b"\r\n";

/// A body that is read from front to back.
pub(super) struct Body<'b> {
    pub(super) arrived: &'b Arrived<'b>,
    pub(super) rest: &'b [u8],
    /// The data of the chunks so far.
    pub(super) data: Vec<u8>,
    /// The chain of signatures; `None` if nothing is signed.
    pub(super) chain: Option<Chain<'b>>,
    /// The value of `x-amz-decoded-content-length`.
    pub(super) length: Option<u64>,
    /// How many chunks came.
    pub(super) count: usize,
}

/// What the next signature needs.
pub(super) struct Chain<'b> {
    pub(super) key: &'b [u8],
    /// Time and scope, as in the string to sign of the head.
    pub(super) time_and_scope: Vec<u8>,
    pub(super) previous: Vec<u8>,
}

pub(super) fn wrong<T>(detail: &str) -> Checked<T> {
    refused("malformed-chunk", detail)
}

pub(super) fn incomplete<T>() -> Checked<T> {
    refused("incomplete-body", "the body ends too early")
}

impl<'b> Body<'b> {
    pub(super) fn has(&self, mistake: Mistake) -> bool {
        self.arrived.has(mistake)
    }

    /// The rest up to and including the next line feed, of at most `limit` bytes.
    pub(super) fn line(&mut self, limit: usize) -> Checked<&'b [u8]> {
        let seen = &self.rest[..self.rest.len().min(limit)];
        let Some(at) = seen.iter().position(|&byte| byte == b'\n') else {
            return if seen.len() < limit { incomplete() } else { wrong("the line is too long") };
        };
        let (line, rest) = self.rest.split_at(at + 1);
        self.rest = rest;
        Ok(line)
    }

    pub(super) fn line_end(&mut self) -> Checked<()> {
        match self.rest.strip_prefix(CRLF) {
            Some(rest) => self.rest = rest,
            None if self.has(Mistake::VerifyChunkEndOptional) => {}
            None if CRLF.starts_with(self.rest) => return incomplete(),
            None => return wrong("expected CR LF"),
        }
        Ok(())
    }

    /// Nothing follows.
    pub(super) fn end(&self) -> Checked<()> {
        if self.rest.is_empty() || self.has(Mistake::VerifyAfterEndIgnored) {
            Ok(())
        } else {
            wrong("expected nothing after the end of the body")
        }
    }
}

impl Chain<'_> {
    /// The signature of the next piece.
    pub(super) fn signature(&self, label: &[u8], hashes: &[Vec<u8>]) -> Vec<u8> {
        let mut lines = vec![label, &self.time_and_scope, &self.previous];
        lines.extend(hashes.iter().map(|hash| &hash[..]));
        hex(&hmac(self.key, &lines.join(&b'\n')))
    }
}

/// "64 lower-case hexadecimal digits."
pub(super) fn signature(arrived: &Arrived<'_>, digits: &[u8]) -> Checked<Vec<u8>> {
    let mut digits = digits.to_vec();
    if arrived.has(Mistake::VerifyChunkSignatureInAnyCase) {
        digits.make_ascii_lowercase();
    }
    let are_digits = digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if are_digits && digits.len() == 64 {
        Ok(digits)
    } else {
        wrong("expected 64 lower-case hexadecimal digits")
    }
}
