//! The checks besides the signature itself, each for one rule.

use super::key_store::{KeyStore, StoredKey};
use super::parse::{Claim, Placement};
use super::reason::{Reason, Rejection};
use super::{UnstatedPayload, Verifier};
use crate::UNSIGNED_PAYLOAD;
use crate::request::Request;
use crate::sign::PayloadLine;

/// The scope must be the verifier's own, and of the day of the signing time.
pub(super) fn scope(verifier: &Verifier<'_>, claim: &Claim) -> Result<(), Rejection> {
    for (reason, expected, actual) in [
        (Reason::ScopeDateMismatch, &claim.time.date()[..], &claim.scope_date),
        (Reason::ScopeRegionMismatch, verifier.region, &claim.region),
        (Reason::ScopeServiceMismatch, verifier.service, &claim.service),
    ] {
        if expected != actual {
            let detail = format!(
                "expected {:?}, got {:?}",
                String::from_utf8_lossy(expected),
                String::from_utf8_lossy(actual)
            );
            return Err(Rejection::new(reason, detail));
        }
    }
    Ok(())
}

/// The clock window, and a presigned URL's own life. Both ends are inside.
pub(super) fn time(verifier: &Verifier<'_>, claim: &Claim) -> Result<(), Rejection> {
    let age = verifier.now.unix_seconds() - claim.time.unix_seconds();
    let outside = |limit: u64| age.unsigned_abs() > limit;
    #[cfg(sigv4_planted)]
    let outside = |limit| outside(limit + u64::from(crate::planted::is("a-second-longer")));
    let reason = match claim.placement {
        Placement::Header if outside(verifier.window_seconds) => Reason::RequestTimeTooSkewed,
        Placement::Query { .. } if age < 0 && outside(verifier.window_seconds) => {
            Reason::NotYetValid
        }
        Placement::Query { expires } if age > 0 && outside(expires) => Reason::Expired,
        _ => return Ok(()),
    };
    Err(Rejection::new(reason, format!("signed at {}, now {}", claim.time, verifier.now)))
}

/// `host` must be signed and so must every `x-amz-*` header that is there; every signed header
/// must be there. A session token may be unsigned: some services want it added after signing.
pub(super) fn signed_headers(request: &Request<'_>, claim: &Claim) -> Result<(), Rejection> {
    let mut sent = vec![false; claim.signed_headers.len()];
    for place in request.headers.iter().filter_map(|header| claim.place(header.name)) {
        sent[place] = true;
    }
    let mut listed = claim.signed_headers.iter().zip(sent);
    if let Some((missing, _)) = listed.find(|(_, sent)| !sent) {
        let detail = format!("{:?} is listed and not sent", String::from_utf8_lossy(missing));
        return Err(Rejection::new(Reason::SignedHeaderMissing, detail));
    }
    let unsigned = |name: &[u8]| {
        let detail = format!("{:?} must be signed", String::from_utf8_lossy(name));
        Err(Rejection::new(Reason::UnsignedHeader, detail))
    };
    #[cfg(sigv4_planted)]
    if crate::planted::is("host-may-be-unsigned") {
        return Ok(());
    }
    if !claim.signs(b"host") {
        return unsigned(b"host");
    }
    let must_be_signed = |name: &[u8]| {
        name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"x-amz-"))
            && !name.eq_ignore_ascii_case(b"x-amz-security-token")
    };
    match request.headers.iter().find(|h| must_be_signed(h.name) && !claim.signs(h.name)) {
        Some(header) => unsigned(header.name),
        None => Ok(()),
    }
}

/// The key must exist and be active.
pub(super) fn key<'k>(keys: &'k impl KeyStore, claim: &Claim) -> Result<StoredKey<'k>, Rejection> {
    let shown = String::from_utf8_lossy(&claim.access_key_id);
    let key = keys
        .key(&claim.access_key_id)
        .ok_or_else(|| Rejection::new(Reason::UnknownAccessKey, format!("no key {shown:?}")))?;
    if key.active {
        Ok(key)
    } else {
        Err(Rejection::new(Reason::InactiveAccessKey, format!("key {shown:?} is inactive")))
    }
}

/// The token sent must be the key's, and none where the key has none. It is compared as a header
/// value, without the white space around it.
pub(super) fn session_token(key: &StoredKey<'_>, claim: &Claim) -> Result<(), Rejection> {
    let expected = stated_token(key.session_token);
    let actual = stated_token(claim.session_token.as_deref());
    let detail = match (expected, actual) {
        (Some(expected), Some(actual)) if expected == actual => return Ok(()),
        (None, None) => return Ok(()),
        (Some(_), Some(_)) => "another session token than the key's",
        (Some(_), None) => "the key needs a session token and none was sent",
        (None, Some(_)) => "a session token was sent and the key has none",
    };
    Err(Rejection::new(Reason::SessionTokenMismatch, detail.to_owned()))
}

/// A token without the white space around it. Some of the vendor's signers send an empty one where
/// there is none.
fn stated_token(token: Option<&[u8]>) -> Option<&[u8]> {
    token.map(<[u8]>::trim_ascii).filter(|token| !token.is_empty())
}

/// The payload line, checked against the body where it is a hash.
pub(super) fn payload<'a>(
    verifier: &Verifier<'_>,
    request: &Request<'_>,
    claim: &'a Claim,
) -> Result<PayloadLine<'a>, Rejection> {
    let body_hash = PayloadLine::hash_of(request.body);
    match claim.content_sha256.as_deref() {
        Some(stated) if stated == UNSIGNED_PAYLOAD.as_bytes() || stated == body_hash.as_bytes() => {
            Ok(PayloadLine::Text(stated))
        }
        Some(stated) => {
            let reason = if stated.len() == 64 && stated.iter().all(u8::is_ascii_hexdigit) {
                Reason::PayloadHashMismatch
            } else {
                Reason::UnsupportedPayload
            };
            let detail = format!(
                "x-amz-content-sha256: expected {:?}, got {:?}",
                String::from_utf8_lossy(body_hash.as_bytes()),
                String::from_utf8_lossy(stated)
            );
            Err(Rejection::new(reason, detail))
        }
        None => Ok(match verifier.unstated_payload {
            UnstatedPayload::BodyHash => body_hash,
            UnstatedPayload::Unsigned => PayloadLine::Text(UNSIGNED_PAYLOAD.as_bytes()),
        }),
    }
}
