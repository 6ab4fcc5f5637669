//! Step 6 of the canonical request: the hash of the body, or what stands for it.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::{Payload, Placement};

use super::text::{base64, hex, latin1_as_utf8, lossy, replaced, until};
use crate::catalogue::{Mistake, MistakeSet};

const MARKER: &[u8] = b"UNSIGNED-PAYLOAD";

/// The payload line; `hash_before` is the one of the first call.
pub(super) fn line(
    question: &SignQuestion,
    hash_before: Option<&[u8]>,
    mistakes: MistakeSet,
) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let presigned = question.placement == Placement::Query;
    let unsigned = match question.input.payload {
        Payload::Unsigned => {
            let hashed = presigned && has(Mistake::PresignPayloadHashed);
            !hashed && !has(Mistake::PayloadMarkerIgnored)
        }
        Payload::Signed => {
            has(Mistake::PayloadNeverSigned) || (presigned && has(Mistake::PresignPayloadUnsigned))
        }
    };
    if unsigned {
        return marker(mistakes);
    }
    match hash_before {
        Some(hash) if has(Mistake::StatePayloadHashKept) => hash.to_vec(),
        _ => hash(question, mistakes),
    }
}

fn marker(mistakes: MistakeSet) -> Vec<u8> {
    if mistakes.contains(Mistake::PayloadMarkerMisspelt) {
        b"UNSIGNED_PAYLOAD".to_vec()
    } else if mistakes.contains(Mistake::PayloadMarkerLowerCase) {
        MARKER.to_ascii_lowercase()
    } else if mistakes.contains(Mistake::PayloadMarkerHashed) {
        hex(&Sha256::digest(MARKER))
    } else {
        MARKER.to_vec()
    }
}

/// "The SHA-256 of the payload in lower-case hexadecimal; without a payload, of the empty string."
pub(super) fn hash(question: &SignQuestion, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let body = body(question, mistakes);
    if has(Mistake::PayloadBodyUnhashed) {
        return body;
    }
    if body.is_empty() && has(Mistake::PayloadLineEmptyWithoutBody) {
        return body;
    }
    let digest = Sha256::digest(&body);
    if has(Mistake::PayloadHashBase64) {
        return base64(&digest);
    }
    let mut hash = hex(&digest);
    if has(Mistake::PayloadHashedTwice) {
        hash = hex(&Sha256::digest(&hash));
    }
    if has(Mistake::PayloadHashUpperCase) {
        hash.make_ascii_uppercase();
    }
    hash
}

/// The body as it comes to be hashed.
fn body(question: &SignQuestion, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let request = &question.input.request;
    if has(Mistake::PayloadAlwaysEmpty)
        || (has(Mistake::PayloadGetBodyIgnored) && request.method[..] == b"GET"[..])
    {
        return Vec::new();
    }
    let mut body = request.body.to_vec();
    if has(Mistake::PayloadCutAtNul) {
        body.truncate(until(&body, b"\0").len());
    }
    if has(Mistake::PayloadLossyUtf8) {
        body = lossy(&body);
    }
    if has(Mistake::PayloadLatin1AsUtf8) {
        body = latin1_as_utf8(&body);
    }
    if has(Mistake::PayloadFormDecoded) {
        body = replaced(&body, b"+", b" ");
    }
    if has(Mistake::PayloadTrimmed) {
        body = body.trim_ascii().to_vec();
    }
    if has(Mistake::PayloadFinalNewlineAdded) && !body.is_empty() {
        body.push(b'\n');
    }
    if has(Mistake::PayloadCrlfToLf) {
        body = replaced(&body, b"\r\n", b"\n");
    }
    if has(Mistake::PayloadSpacesRemoved) && matches!(body.first(), Some(b'{' | b'[')) {
        body.retain(|byte| !byte.is_ascii_whitespace());
    }
    body
}
