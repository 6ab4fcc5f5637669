//! An event stream: its head, and the messages in order.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::{EventsAnswer, EventsQuestion};
use sigv4_vectors::model::EventInput;

use super::chain::{Link, seed};
use super::check::ModelError;
use super::memory::Memory;
use super::signer;
use super::text::{hex, unhex};
use crate::catalogue::{Mistake, MistakeSet};

/// The header `:date` up to its value: the length of the name, the name, the type of a timestamp.
const DATE: &[u8] = b"\x05:date\x08";

/// How long the prelude of a message is: two lengths and a CRC; a CRC ends it.
const PRELUDE: usize = 12;
const END: usize = 4;

/// Signs.
pub(super) fn sign(
    question: &EventsQuestion,
    mistakes: MistakeSet,
    memory: &mut Memory,
) -> Result<EventsAnswer, ModelError> {
    let has = |mistake| mistakes.contains(mistake);
    let head = question.head().map(|head| signer::sign(&head, mistakes, memory)).transpose()?;
    let seed = seed(&question.start, head.as_ref())?;
    let of_head = Link::new(&question.bare(&question.time), &question.key, mistakes, memory)?;
    let mut previous = seed;
    let mut messages = Vec::new();
    for message in &question.messages {
        let ends = message.payload.is_empty();
        let own = Link::new(&question.bare(&message.time), &question.key, mistakes, memory)?;
        if ends && has(Mistake::EventEndUnsigned) {
            continue;
        }
        let signer = if has(Mistake::EventKeyOfHead) { &of_head } else { &own };
        let piece = signer.sign(&lines(message, &previous, &own, &of_head, mistakes))?;
        if !has(Mistake::EventSignedWithSeed) {
            previous = piece.signature.as_bytes().to_vec();
        }
        messages.push(piece);
    }
    Ok(EventsAnswer { head, messages })
}

/// "The algorithm, the time, the scope, the previous signature, the hash of the headers, the hash of
/// the payload."
fn lines(
    message: &EventInput,
    previous: &[u8],
    own: &Link,
    of_head: &Link,
    mistakes: MistakeSet,
) -> Vec<Vec<u8>> {
    let has = |mistake| mistakes.contains(mistake);
    let label: &[u8] = if has(Mistake::EventAlgorithmOfRequest) {
        b"AWS4-HMAC-SHA256"
    } else {
        b"AWS4-HMAC-SHA256-PAYLOAD"
    };
    let time = if has(Mistake::EventTimeOfHead) { of_head.time() } else { own.time() };
    let scope =
        if has(Mistake::EventScopeOfHead) { of_head.scope_text() } else { own.scope_text() };
    let previous = if has(Mistake::EventPreviousRaw) { unhex(previous) } else { previous.to_vec() };
    let (headers, payload) = signed_parts(message, mistakes);
    let payload_hash = if payload.is_empty() && has(Mistake::EventEndHashEmpty) {
        Vec::new()
    } else {
        hex(&Sha256::digest(&payload))
    };
    let mut hashes = vec![hex(&Sha256::digest(&headers)), payload_hash];
    if has(Mistake::EventHashesSwapped) {
        hashes.reverse();
    }
    if has(Mistake::EventHeadersHashMissing) {
        hashes.remove(0);
    } else if has(Mistake::EventPayloadHashMissing) {
        hashes.pop();
    }
    let mut lines = vec![label.to_vec(), time, scope, previous];
    lines.extend(hashes);
    if has(Mistake::EventFinalNewline) {
        lines.push(Vec::new());
    }
    lines
}

/// The headers and the payload as they are hashed.
fn signed_parts(message: &EventInput, mistakes: MistakeSet) -> (Vec<u8>, Vec<u8>) {
    let has = |mistake| mistakes.contains(mistake);
    let (mut headers, mut payload) = (message.headers.to_vec(), message.payload.to_vec());
    if has(Mistake::EventInnerMessageSigned)
        && let Some((inner_headers, inner_payload)) = inner(&payload)
    {
        (headers, payload) = (inner_headers.to_vec(), inner_payload.to_vec());
    }
    if let Some(value) = headers.strip_prefix(DATE).and_then(|value| value.as_array()) {
        let milliseconds = i64::from_be_bytes(*value);
        if has(Mistake::EventDateInSeconds) {
            headers = [DATE, &(milliseconds / 1000).to_be_bytes()].concat();
        } else if has(Mistake::EventDateLittleEndian) {
            headers = [DATE, &milliseconds.to_le_bytes()].concat();
        } else if has(Mistake::EventDateAsText) {
            let text = milliseconds.to_string();
            let length = u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes();
            headers = [&b"\x05:date\x07"[..], &length, text.as_bytes()].concat();
        }
    }
    if has(Mistake::EventHeadersEmpty) {
        headers.clear();
    }
    (headers, payload)
}

/// Headers and payload of an encoded message.
fn inner(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = message.get(4..8)?.as_array()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let body = message.get(PRELUDE..message.len().checked_sub(END)?)?;
    body.split_at_checked(length)
}
