//! The payload line of the canonical request.

use sha2::{Digest as _, Sha256};
use sigv4_vectors::model::Profile;

use super::arrived::{Arrived, is_marker};
use super::claim::Claim;
use super::{Checked, refused, shown};
use crate::catalogue::Mistake;
use crate::model::text::hex;

const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";

/// The payload line of a stream.
pub(super) fn of_stream(claim: &Claim) -> Checked<Vec<Vec<u8>>> {
    let stated = claim.content_sha256.clone().unwrap_or_default();
    if is_marker(&stated, claim.is_v4a) {
        return Ok(vec![stated]);
    }
    refused(
        "unsupported-payload",
        format!("expected the marker of a stream, got {}", shown(&stated)),
    )
}

/// The lines that the signature may cover: what the request states, which must be true, or what the
/// service takes if nothing is stated. In query placement the two may differ; servers take either.
pub(super) fn lines(arrived: &Arrived<'_>, claim: &Claim) -> Checked<Vec<Vec<u8>>> {
    let has = |mistake| arrived.has(mistake);
    let presigned = claim.expires.is_some();
    let is_s3 = arrived.input.profile == Profile::S3;
    let stated = match &claim.content_sha256 {
        Some(stated) => Some(checked(arrived, stated)?),
        None => None,
    };
    let leaves_unsigned = (presigned && (is_s3 || has(Mistake::VerifyPresignPayloadUnsigned)))
        || has(Mistake::VerifyUnstatedPayloadUnsigned);
    let unstated = if leaves_unsigned { UNSIGNED.to_vec() } else { body_hash(arrived) };
    let lines = match stated {
        Some(stated) if !presigned => vec![stated],
        stated => std::iter::once(unstated).chain(stated).collect(),
    };
    let refuses = !is_s3 && !has(Mistake::VerifyUnsignedPayloadEverywhere);
    if !presigned && lines[0] == UNSIGNED && refuses && !has(Mistake::VerifyUnstatedPayloadUnsigned)
    {
        let detail = "UNSIGNED-PAYLOAD is not accepted in header placement";
        return refused("unsupported-payload", detail);
    }
    Ok(lines)
}

/// "`UNSIGNED-PAYLOAD`, or the hash of the body in lower-case hexadecimal."
fn checked(arrived: &Arrived<'_>, stated: &[u8]) -> Checked<Vec<u8>> {
    let has = |mistake| arrived.has(mistake);
    let body = &arrived.request().body;
    let hash = body_hash(arrived);
    let is_hash = stated.len() == 64 && stated.iter().all(u8::is_ascii_hexdigit);
    let is_true = stated == UNSIGNED
        || stated == hash
        || (has(Mistake::VerifyPayloadHashInAnyCase) && stated.eq_ignore_ascii_case(&hash))
        || (is_hash && has(Mistake::VerifyBodyNotHashed))
        || (is_hash && has(Mistake::VerifyBodyHashedUnlessEmpty) && body.is_empty())
        || (is_hash
            && has(Mistake::VerifyBodyHashedForPutAlone)
            && arrived.request().method[..] != *b"PUT")
        || (is_hash && has(Mistake::VerifyPayloadHashByPrefix) && stated[..8] == hash[..8])
        || (!is_hash && has(Mistake::VerifyPayloadUnknownAccepted));
    if is_true {
        return Ok(stated.to_vec());
    }
    let reason = if is_hash { "payload-hash-mismatch" } else { "unsupported-payload" };
    refused(reason, format!("expected {}, got {}", shown(&hash), shown(stated)))
}

fn body_hash(arrived: &Arrived<'_>) -> Vec<u8> {
    hex(&Sha256::digest(&arrived.request().body))
}
