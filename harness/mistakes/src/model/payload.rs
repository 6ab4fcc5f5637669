//! Step 6 of the canonical request: the hash of the body, or the marker that replaces it.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::{Payload, Placement};

use super::text::{base64, composed, decode, hex, latin1_as_utf8, lossy, replaced, until};
use crate::catalogue::{Mistake, MistakeSet};

pub(super) const MARKER: &[u8] = b"UNSIGNED-PAYLOAD";

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The payload line; `hash_before` is a hash that was kept from an earlier call.
pub(super) fn line(
    question: &SignQuestion,
    hash_before: Option<Vec<u8>>,
    mistakes: MistakeSet,
) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::PayloadOfCallersHeader)
        && let Some(value) = callers_header(question)
    {
        return value.to_vec();
    }
    let is_empty = question.input.request.body.is_empty();
    let presigned = question.placement == Placement::Query;
    let unsigned = match question.input.payload {
        Payload::Unsigned => {
            let hashed = presigned && has(Mistake::PresignPayloadHashed);
            !hashed && !has(Mistake::PayloadMarkerIgnored)
        }
        Payload::Signed => {
            has(Mistake::PayloadNeverSigned)
                || (presigned && has(Mistake::PresignPayloadUnsigned))
                || (is_empty && has(Mistake::PayloadUnsignedWhenEmpty))
                || (!is_empty && has(Mistake::PayloadUnsignedWithBody))
        }
        stream => {
            if !has(Mistake::PayloadMarkerIgnored) {
                return stream_marker(stream, mistakes);
            }
            false
        }
    };
    if unsigned {
        return marker(mistakes);
    }
    hash_before.unwrap_or_else(|| hash(question, mistakes))
}

/// The payload line according to the caller.
fn callers_header(question: &SignQuestion) -> Option<&[u8]> {
    let mut headers = question.input.request.headers.iter();
    let (_, value) =
        headers.find(|(name, _)| name.eq_ignore_ascii_case(b"x-amz-content-sha256"))?;
    Some(value)
}

/// The marker of a body that is signed piece by piece.
fn stream_marker(stream: Payload, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let text = stream.as_str();
    let text = if has(Mistake::ChunkMarkerMisspelt) {
        text.replace("AWS4-", "")
    } else if has(Mistake::ChunkMarkerWithoutTrailer) {
        text.trim_end_matches("-TRAILER").to_owned()
    } else if has(Mistake::ChunkMarkerUnsigned) {
        return MARKER.to_vec();
    } else {
        text.to_owned()
    };
    text.into_bytes()
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
    let digest = if has(Mistake::PayloadBase64Hashed) {
        Sha256::digest(base64(&body))
    } else {
        Sha256::digest(&body)
    };
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

/// The body as it is hashed.
fn body(question: &SignQuestion, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let request = &question.input.request;
    if has(Mistake::PayloadAlwaysEmpty)
        || (has(Mistake::PayloadGetBodyIgnored) && request.method[..] == b"GET"[..])
        || (has(Mistake::PayloadDeleteBodyIgnored) && request.method[..] == b"DELETE"[..])
        || (has(Mistake::PayloadZeroIsEmpty) && request.body[..] == b"0"[..])
    {
        return Vec::new();
    }
    let mut body = request.body.to_vec();
    if has(Mistake::PayloadFirstBufferHashed) {
        body.truncate(8192);
    }
    if has(Mistake::PayloadLastBlockLost) {
        body.truncate(body.len() - body.len() % 4096);
    }
    if has(Mistake::PayloadEmptyIsObject) && body.is_empty() {
        return b"{}".to_vec();
    }
    if has(Mistake::PayloadByteOrderMarkDropped) && body.starts_with(BYTE_ORDER_MARK) {
        body.drain(..BYTE_ORDER_MARK.len());
    }
    if has(Mistake::PayloadNfc) {
        body = composed(&body);
    }
    if has(Mistake::PayloadPercentDecoded) {
        body = decode(&body);
    }
    if has(Mistake::PayloadJsonQuoted) && !body.is_empty() {
        let escaped = replaced(&replaced(&body, b"\\", b"\\\\"), b"\"", b"\\\"");
        body = [b"\"", &escaped[..], b"\""].concat();
    }
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
    if has(Mistake::PayloadLfToCrlf) {
        body = replaced(&replaced(&body, b"\r\n", b"\n"), b"\n", b"\r\n");
    }
    if has(Mistake::PayloadSpacesRemoved) && matches!(body.first(), Some(b'{' | b'[')) {
        body.retain(|byte| !byte.is_ascii_whitespace());
    }
    body
}
