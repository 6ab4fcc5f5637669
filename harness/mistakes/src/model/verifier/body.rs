//! A body in chunks, read line by line, and its chain of signatures.

use super::arrived::Arrived;
use super::claim::ecdsa;
use super::proof::Key;
use super::{Checked, refused};
use crate::catalogue::Mistake;

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
    pub(super) key: &'b Key,
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

    /// Whether chunks are signed with SigV4A.
    pub(super) fn is_ecdsa(&self) -> bool {
        matches!(&self.chain, Some(Chain { key: Key::Ecdsa(_), .. }))
    }

    /// "64 lower-case hexadecimal digits", or those of ECDSA, filled up with `*` to 144 characters.
    pub(super) fn signature(&self, text: &[u8]) -> Checked<Vec<u8>> {
        let mut digits = text.to_vec();
        if self.has(Mistake::VerifyChunkSignatureInAnyCase) {
            digits.make_ascii_lowercase();
        }
        let padded = digits.len();
        let is_ecdsa = self.is_ecdsa();
        while is_ecdsa && digits.last() == Some(&b'*') {
            digits.pop();
        }
        let are_digits = digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let fits =
            || if is_ecdsa { padded == 144 && ecdsa(&digits).is_some() } else { padded == 64 };
        if are_digits && fits() {
            Ok(digits)
        } else {
            wrong("expected a signature in lower-case hexadecimal digits")
        }
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
    /// What the next piece is signed as; `what` is after the algorithm.
    pub(super) fn string_to_sign(&self, what: &[u8], hashes: &[Vec<u8>]) -> Vec<u8> {
        let label = [self.key.algorithm(), what].concat();
        let mut lines = vec![&label[..], &self.time_and_scope, &self.previous];
        lines.extend(hashes.iter().map(|hash| &hash[..]));
        lines.join(&b'\n')
    }
}
