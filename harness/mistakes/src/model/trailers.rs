//! The trailers of an upload: their text, and the lines that are signed.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::ChunksQuestion;

use super::chain::Link;
use super::text::{base64, base64_decoded, hex};
use crate::catalogue::{Mistake, MistakeSet};

/// "The algorithm, the time, the scope, the signature of the final chunk, the hash of the trailers."
pub(super) fn lines(
    question: &ChunksQuestion,
    link: &Link,
    previous: Vec<u8>,
    mistakes: MistakeSet,
) -> Vec<Vec<u8>> {
    let has = |mistake| mistakes.contains(mistake);
    let ending = if has(Mistake::TrailerAlgorithmOfChunk) {
        "-PAYLOAD"
    } else if has(Mistake::TrailerAlgorithmOfRequest) {
        ""
    } else {
        "-TRAILER"
    };
    let mut lines = vec![link.label(ending), link.time(), link.scope_text(), previous];
    if has(Mistake::TrailerEmptyHashAdded) {
        lines.push(hex(&Sha256::digest(b"")));
    }
    let mut text = text(question, mistakes);
    if has(Mistake::TrailerNewlineMissing) {
        text.pop();
    }
    lines.push(hex(&Sha256::digest(&text)));
    lines
}

/// "Each trailer as `name:value` and a line feed, the name in lower case, sorted by name."
fn text(question: &ChunksQuestion, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let colon: &[u8] = if has(Mistake::TrailerSpaceAfterColon) { b": " } else { b":" };
    let end: &[u8] = if has(Mistake::TrailerLineEndsHashed) { b"\r\n" } else { b"\n" };
    let trailers = list(question, mistakes).into_iter();
    let lines = trailers.map(|trailer| {
        let kept = has(Mistake::TrailerNameCaseKept);
        let name = if kept { trailer.given_name } else { &trailer.name };
        [name, colon, &trailer.value, end].concat()
    });
    lines.collect::<Vec<_>>().concat()
}

/// One trailer as it is sent.
pub(super) struct Trailer<'q> {
    /// In lower case.
    pub(super) name: Vec<u8>,
    given_name: &'q [u8],
    pub(super) value: Vec<u8>,
}

/// The trailers, sorted by name.
pub(super) fn list(question: &ChunksQuestion, mistakes: MistakeSet) -> Vec<Trailer<'_>> {
    let mut list: Vec<Trailer<'_>> = question
        .trailers
        .iter()
        .map(|(name, value)| Trailer {
            name: name.to_ascii_lowercase(),
            given_name: name,
            value: sent_value(value, mistakes),
        })
        .collect();
    list.sort_by(|one, other| (&one.name, &one.value).cmp(&(&other.name, &other.value)));
    list
}

/// The value without the spaces and TABs around it (RFC 9110, section 5.6.3).
fn sent_value(value: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let mut value = value;
    if !mistakes.contains(Mistake::TrailerValueUntrimmed) {
        while let [b' ' | b'\t', rest @ ..] = value {
            value = rest;
        }
        while let [rest @ .., b' ' | b'\t'] = value {
            value = rest;
        }
    }
    if mistakes.contains(Mistake::TrailerChecksumOfHex)
        && let Some(checksum) = base64_decoded(value)
    {
        return base64(&hex(&checksum));
    }
    value.to_vec()
}
