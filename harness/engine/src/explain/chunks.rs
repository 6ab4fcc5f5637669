//! The body of a streamed upload: its framing, the signatures of its chunks and its checksum.

use sigv4_reference::stream::{
    Decoder, Framing, Limits, Marker, Problem, Seed, StreamError, StreamKey,
};
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::verify::Claim;
use sigv4_reference::{Scope, ScopedKey, Time};
use sigv4_vectors::model::Request;

use super::stages::Stated;
use super::{FieldRequest, Scene};
use crate::subject::convert::{headers, request};

/// What a check of the chunks found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Chunks {
    /// They are not here, or come in a form that is not checked.
    Unchecked,
    /// All are right.
    Right {
        /// Whether each has a signature.
        is_signed: bool,
    },
    /// One is wrong, or the trailer behind them.
    Wrong {
        /// How many are right before it.
        before: usize,
        error: StreamError,
    },
}

impl Chunks {
    /// Checks the body of a request whose headers are signed correctly.
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        Self::checked(scene).unwrap_or(Self::Unchecked)
    }

    /// The same where they are signed with SigV4A.
    pub(super) fn of_v4a(sent: &FieldRequest, secret_access_key: &[u8]) -> Self {
        Self::checked_v4a(sent, secret_access_key).unwrap_or(Self::Unchecked)
    }

    fn checked(scene: &Scene<'_>) -> Option<Self> {
        let input = &scene.asked.input;
        let time = Time::parse(input.time.as_bytes()).ok()?;
        let scope = Scope::new(&time, &input.region, &input.service).ok()?;
        let key = ScopedKey::derive(&input.credentials.secret_access_key, scope);
        check(scene.sent, &Seed { key: (&key).into(), time, signature: &scene.signature })
    }

    fn checked_v4a(sent: &FieldRequest, secret_access_key: &[u8]) -> Option<Self> {
        let claim = Claim::parse_v4a(&request(&sent.request, &headers(&sent.request))).ok()?;
        let key = V4aKey::derive(&claim.access_key_id, secret_access_key).ok()?;
        let key = ScopedV4aKey::new(&key, &claim.region, &claim.service).ok()?;
        let signature = claim.signature.to_string();
        let (time, signature) = (claim.time, signature.as_bytes());
        check(sent, &Seed { key: (&key).into(), time, signature })
    }
}

fn check(sent: &FieldRequest, seed: &Seed<'_>) -> Option<Chunks> {
    let Request { body, .. } = &sent.request;
    let stated = Stated::of(&sent.request)?;
    let Stated::Stream(text) = stated else { return None };
    if body.is_empty() || sent.hides_body {
        return None;
    }
    let is_ecdsa = !matches!(seed.key, StreamKey::Hmac(_));
    let framing = match (Marker::parse(text)?, is_ecdsa) {
        (Marker::SignedChunks, false) | (Marker::EcdsaSignedChunks, true) => Framing::Signed(*seed),
        (Marker::SignedChunksTrailer, false) | (Marker::EcdsaSignedChunksTrailer, true) => {
            Framing::SignedTrailer(*seed)
        }
        (Marker::UnsignedTrailer, _) => Framing::UnsignedTrailer,
        _ => return None,
    };
    // The body is in memory as it is.
    let limits = Limits { chunk: body.len(), ..Limits::default() };
    let headers = headers(&sent.request);
    let mut decoder = Decoder::new(&framing, &headers, limits).ok()?;
    let (mut rest, mut before) = (&body[..], 0);
    let error = loop {
        match decoder.decode(&mut rest) {
            Ok(Some(_)) => before += 1,
            Ok(None) => break decoder.finish().err(),
            Err(error) => break Some(error),
        }
    };
    let is_signed = !matches!(framing, Framing::UnsignedTrailer);
    Some(match error {
        None => Chunks::Right { is_signed },
        Some(error) => Chunks::Wrong { before, error },
    })
}

/// How much data is in a body of chunks, whatever their signatures; `None` if it is not in chunks.
pub(super) fn length(mut body: &[u8]) -> Option<usize> {
    let mut length = 0_usize;
    loop {
        let line = &body[..memchr::memmem::find(body, b"\r\n")?];
        let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return Some(length);
        }
        length = length.checked_add(size)?;
        let data = &body[line.len() + 2..];
        body = data.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

/// What is wrong with a chunk, and how it comes about.
pub(super) fn problem(body: &[u8], before: usize, error: &StreamError) -> String {
    let place = match error.problem {
        Problem::ChunkSignature => format!("Chunk {} of the body", before + 1),
        _ => format!("The body, at byte {},", error.offset),
    };
    let cause = match &error.problem {
        Problem::ChunkSignature => {
            "its data changed after it was signed, or a chunk before it is missing or was signed again"
        }
        Problem::TrailerSignature => "a trailer changed after it was signed",
        Problem::Checksum { .. } => "the data changed after the checksum was made",
        Problem::Size if error.offset == 0 && !begins_with_a_size(body) => {
            "the body is not in chunks: something took them off and left the marker in \
             x-amz-content-sha256"
        }
        Problem::LineEnd | Problem::Extension | Problem::Size if has_bare_line_feeds(body) => {
            "line ends were changed when the request was kept; give the body as --body-file"
        }
        Problem::Truncated => "the rest was cut off, here or on the way",
        _ => "a server that checks the chunks refuses it",
    };
    format!("{place} is wrong: {}: {cause}.", error.problem)
}

/// Whether the first line is a number in hexadecimal, perhaps not as it should be written.
fn begins_with_a_size(body: &[u8]) -> bool {
    let digits = body.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    digits > 0 && matches!(body.get(digits), Some(b';' | b'\r' | b'\n'))
}

fn has_bare_line_feeds(body: &[u8]) -> bool {
    memchr::memchr_iter(b'\n', body).any(|at| at == 0 || body[at - 1] != b'\r')
}
