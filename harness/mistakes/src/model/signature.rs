//! The hash in the string to sign, and the signature.

use sha2::{Digest as _, Sha256};

use super::scope_and_key::hmac;
use super::text::{base64, hex, lossy, until};
use crate::catalogue::{Mistake, MistakeSet};

/// "The hash of the canonical request, in lower-case hexadecimal."
pub(super) fn hash(canonical_request: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::StringToSignUnhashed) {
        return canonical_request.to_vec();
    }
    let digest = Sha256::digest(canonical_request);
    if has(Mistake::StringToSignHashBase64) {
        return base64(&digest);
    }
    let mut hash = hex(&digest);
    if has(Mistake::StringToSignHashedTwice) {
        hash = hex(&Sha256::digest(&hash));
    }
    if has(Mistake::StringToSignHashZerosLost) {
        hash = without_leading_zeros(&hash);
    }
    if has(Mistake::StringToSignHashUpperCase) {
        hash.make_ascii_uppercase();
    }
    hash
}

/// "The HMAC of the string to sign, keyed by the signing key, in lower-case hexadecimal."
pub(super) fn signature(
    key: &[u8],
    canonical_request: &[u8],
    string_to_sign: &[u8],
    mistakes: MistakeSet,
) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let hashed;
    let message = if has(Mistake::SignatureOfCanonicalRequest) {
        canonical_request
    } else if has(Mistake::SignatureOfHash) {
        hashed = hex(&Sha256::digest(string_to_sign));
        &hashed
    } else {
        string_to_sign
    };
    let digest = if has(Mistake::SignatureArgumentsSwapped) {
        hmac(message, key)
    } else if has(Mistake::SignatureKeyInHex) {
        hmac(&hex(key), message)
    } else if has(Mistake::SignatureKeyLossyUtf8) {
        hmac(&lossy(key), message)
    } else if has(Mistake::SignatureKeyCutAtNul) {
        hmac(until(key, b"\0"), message)
    } else {
        hmac(key, message)
    };
    if has(Mistake::SignatureBase64) {
        return base64(&digest);
    }
    let mut signature = if has(Mistake::SignatureByteZerosLost) {
        let short = |byte: &u8| format!("{byte:x}").into_bytes();
        digest.iter().flat_map(short).collect()
    } else {
        hex(&digest)
    };
    if has(Mistake::SignatureZerosLost) {
        signature = without_leading_zeros(&signature);
    }
    if has(Mistake::SignatureCut) {
        signature.truncate(32);
    }
    if has(Mistake::SignatureUpperCase) {
        signature.make_ascii_uppercase();
    }
    signature
}

fn without_leading_zeros(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits[zeros..].to_vec()
}
