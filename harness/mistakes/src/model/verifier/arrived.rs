//! The request as it arrived, and what can be read of it before anything is verified.

use std::cell::RefCell;

use sigv4_vectors::model::{Request, VerificationInput};

use super::material::Material;
use super::remembered::Remembered;
use super::{Checked, refused};
use crate::catalogue::{Mistake, MistakeSet};
use crate::model::check::is_token;
use crate::model::text::split_target;

/// The algorithm with one region.
pub(super) const HMAC: &[u8] = b"AWS4-HMAC-SHA256";

/// The algorithm with a set of regions.
pub(super) const ECDSA: &[u8] = b"AWS4-ECDSA-P256-SHA256";

pub(super) const EVENTS: &str = "STREAMING-AWS4-HMAC-SHA256-EVENTS";
pub(super) const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
/// What is after the algorithm in the marker of signed chunks.
pub(super) const SIGNED_CHUNKS: &[u8] = b"-PAYLOAD";
/// The same where a trailer follows.
const SIGNED_CHUNKS_TRAILER: &[u8] = b"-PAYLOAD-TRAILER";

/// A request and its verifier.
pub(super) struct Arrived<'q> {
    pub(super) input: &'q VerificationInput,
    pub(super) mistakes: MistakeSet,
    /// The clock, in seconds since 1970.
    pub(super) now: i64,
    /// What there is of each key.
    pub(super) material: &'q [Material<'q>],
    /// What was kept from earlier requests.
    pub(super) memory: &'q RefCell<Remembered>,
}

impl<'q> Arrived<'q> {
    pub(super) fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(mistake)
    }

    pub(super) fn request(&self) -> &'q Request {
        &self.input.request
    }

    /// The values of all headers of this name, in any case.
    pub(super) fn values(&self, name: &[u8]) -> Vec<&'q [u8]> {
        let headers = self.input.request.headers.iter();
        let named = headers.filter(|(other, _)| other.eq_ignore_ascii_case(name));
        named.map(|(_, value)| &value[..]).collect()
    }

    /// The value of a header that must not be repeated.
    pub(super) fn value(&self, name: &str) -> Checked<Option<&'q [u8]>> {
        match self.values(name.as_bytes())[..] {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            [first, ..] if self.has(Mistake::VerifyRepeatedOwnHeaderFirst) => Ok(Some(first)),
            [.., last] if self.has(Mistake::VerifyRepeatedOwnHeaderLast) => Ok(Some(last)),
            _ => refused("malformed-authentication", format!("headers: repeated header {name:?}")),
        }
    }

    /// The query as it was sent.
    pub(super) fn query(&self) -> &'q [u8] {
        split_target(&self.request().target).1.unwrap_or_default()
    }

    /// Refuses what could not have been signed.
    pub(super) fn check(&self) -> Checked<()> {
        let Request { method, target, headers, .. } = self.request();
        let ends_line = |byte: &u8| b"\r\n\0".contains(byte);
        let wrong_start =
            !target.is_empty() && !target.starts_with(b"/") && !target.starts_with(b"?");
        if !is_token(method) {
            refused("malformed-request", "method: expected a token")
        } else if wrong_start || target.iter().any(ends_line) {
            refused("malformed-request", "target: expected a path without CR, LF or NUL")
        } else if headers.iter().any(|(name, _)| !is_token(name)) {
            refused("malformed-request", "headers: expected a token as name")
        } else {
            Ok(())
        }
    }

    /// Whether it states the algorithm with a set of regions.
    pub(super) fn is_v4a(&self) -> bool {
        let parameter = [b"X-Amz-Algorithm=", ECDSA].concat();
        self.values(b"authorization")
            .iter()
            .any(|value| value.trim_ascii_start().starts_with(ECDSA))
            || self.query().split(|&byte| byte == b'&').any(|piece| piece == parameter)
    }

    /// Whether the payload line says that the body is a stream.
    pub(super) fn is_stream(&self, is_v4a: bool) -> bool {
        let values = self.values(b"x-amz-content-sha256");
        values.first().is_some_and(|stated| is_marker(stated.trim_ascii(), is_v4a))
    }
}

/// Whether this is the payload line of a request whose body is a stream. Chunks are signed with the algorithm of
/// the head.
pub(super) fn is_marker(line: &[u8], is_v4a: bool) -> bool {
    let algorithm = if is_v4a { ECDSA } else { HMAC };
    let signed = |what: &[u8]| line == [b"STREAMING-", algorithm, what].concat();
    line == UNSIGNED_TRAILER.as_bytes()
        || signed(SIGNED_CHUNKS)
        || signed(SIGNED_CHUNKS_TRAILER)
        || (!is_v4a && line == EVENTS.as_bytes())
}
