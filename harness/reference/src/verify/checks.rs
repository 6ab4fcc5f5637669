//! The checks besides the signature, one function per rule.

use super::form::Form;
use super::key_store::{KeyStore, StoredKey};
use super::parse::{Claim, Credential, Placement, is_header, single};
use super::reason::{Reason, Rejection};
use super::rules::{ContentTypeRule, HostRule, UnsignedPayload, UnstatedPayload, Verifier};
use crate::UNSIGNED_PAYLOAD;
use crate::dialect::Name;
use crate::primitive::constant_time::equal;
use crate::request::Request;
use crate::sign::{PayloadLine, TokenCoverage};
use crate::stream::Marker;
use crate::time::Time;

/// There must be no second `Host` and no empty one. None at all is refused as unsigned.
pub(super) fn host(verifier: &Verifier<'_>, request: &Request<'_>) -> Result<(), Rejection> {
    if verifier.host == HostRule::Any {
        return Ok(());
    }
    let mut hosts = request.headers_named("host");
    let detail = match (hosts.next(), hosts.next()) {
        (Some(first), None) if first.trim_ascii().is_empty() => "the Host header is empty",
        (_, None) => return Ok(()),
        (_, Some(_)) => "more than one Host header",
    };
    Err(Rejection::new(Reason::MalformedRequest, detail.to_owned()))
}

/// The scope must be the verifier's own, region and service, and of the day of the signing time.
#[inline]
pub(crate) fn scope(
    form: &Form,
    (region, service): (&[u8], &[u8]),
    time: &Time,
    stated: &Credential<'_>,
) -> Result<(), Rejection> {
    let date = &time.date()[..];
    for (reason, expected, actual, agree) in [
        (Reason::ScopeDateMismatch, date, stated.date, stated.date == date),
        (Reason::ScopeRegionMismatch, region, stated.region, (form.covers)(stated.region, region)),
        (Reason::ScopeServiceMismatch, service, stated.service, stated.service == service),
    ] {
        if !agree {
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

/// The clock window, and the lifetime of a presigned URL. Both ends are included.
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

/// Every signed header must be there. `host` must be signed, and so must every `x-amz-*` header (or
/// that of another dialect) that is there, except for a session token where the service wants it added after signing.
pub(super) fn signed_headers(
    verifier: &Verifier<'_>,
    request: &Request<'_>,
    claim: &Claim,
) -> Result<(), Rejection> {
    let mut sent = vec![false; claim.signed_headers.len()];
    for place in request.headers.iter().filter_map(|header| claim.place(header.name)) {
        sent[place] = true;
    }
    let mut listed = claim.signed_headers.iter().zip(sent);
    if let Some((missing, _)) = listed.find(|(_, sent)| !sent) {
        let detail = format!("{:?} is signed but not sent", String::from_utf8_lossy(missing));
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
    let prefix = verifier.dialect.header_prefix().as_bytes();
    let must_be_signed = |name: &[u8]| {
        if name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
            verifier.token_coverage == TokenCoverage::Signed
                || !is_header(verifier.dialect, Name::SecurityToken, name)
        } else {
            verifier.content_type == ContentTypeRule::MustBeSigned
                && name.eq_ignore_ascii_case(b"content-type")
        }
    };
    match request.headers.iter().find(|h| must_be_signed(h.name) && !claim.signs(h.name)) {
        Some(header) => unsigned(header.name),
        None => Ok(()),
    }
}

/// The key must exist and be active.
pub(crate) fn key<'k>(
    keys: &'k impl KeyStore,
    access_key_id: &[u8],
) -> Result<StoredKey<'k>, Rejection> {
    let shown = String::from_utf8_lossy(access_key_id);
    let key = keys
        .key(access_key_id)
        .ok_or_else(|| Rejection::new(Reason::UnknownAccessKey, format!("no key {shown:?}")))?;
    if key.active {
        Ok(key)
    } else {
        Err(Rejection::new(Reason::InactiveAccessKey, format!("key {shown:?} is inactive")))
    }
}

/// The token sent must be that of the key; if the key has none, none may be sent. Tokens are compared
/// like header values, without surrounding white space, and in constant time.
///
/// If the service has tokens appended, an unsigned token header beside a presigned query is a token
/// too. A signed one is an ordinary header.
pub(super) fn session_token(
    verifier: &Verifier<'_>,
    request: &Request<'_>,
    stored: &StoredKey<'_>,
    claim: &Claim,
) -> Result<(), Rejection> {
    let token = verifier.dialect.header(Name::SecurityToken);
    let appended = match claim.placement {
        Placement::Query { .. }
            if verifier.token_coverage == TokenCoverage::Appended
                && !claim.signs(token.as_bytes()) =>
        {
            single(request, token)?
        }
        Placement::Header | Placement::Query { .. } => None,
    };
    let own = claim.session_token.as_ref().map(|token| &token[..]);
    tokens(stored, [own, appended])
}

/// Compares the tokens that are sent, if any, with that of the key.
pub(crate) fn tokens(stored: &StoredKey<'_>, sent: [Option<&[u8]>; 2]) -> Result<(), Rejection> {
    let expected = stated_token(stored.session_token);
    let mut sent = sent.into_iter().filter_map(stated_token).peekable();
    let detail = match expected {
        Some(_) if sent.peek().is_none() => "the key has a session token, but none was sent",
        Some(expected) if sent.all(|actual| equal(expected, actual)) => return Ok(()),
        Some(_) => "the session token is not the key's",
        None if sent.peek().is_none() => return Ok(()),
        None => "a session token was sent, but the key has none",
    };
    Err(Rejection::new(Reason::SessionTokenMismatch, detail.to_owned()))
}

/// A token without surrounding white space. Some of the vendor's signers send an empty token if there
/// is none.
fn stated_token(token: Option<&[u8]>) -> Option<&[u8]> {
    token.map(<[u8]>::trim_ascii).filter(|token| !token.is_empty())
}

/// The payload lines that the signature may cover, checked against the body.
pub(super) struct Payload<'a> {
    line: PayloadLine<'a>,
    other: Option<PayloadLine<'a>>,
}

impl<'a> Payload<'a> {
    pub(super) fn lines(&self) -> impl Iterator<Item = &PayloadLine<'a>> {
        std::iter::once(&self.line).chain(&self.other)
    }
}

/// The payload line of a request whose body is a stream: the marker that it states.
pub(super) fn stream_payload(claim: &Claim) -> Result<(Marker, Payload<'_>), Rejection> {
    let stated = claim.content_sha256.as_deref().unwrap_or_default();
    if let Some(marker) = Marker::parse(stated) {
        return Ok((marker, Payload { line: PayloadLine::Text(stated), other: None }));
    }
    let detail = format!(
        "x-amz-content-sha256: expected the marker of a stream, got {:?}",
        String::from_utf8_lossy(stated)
    );
    Err(Rejection::new(Reason::UnsupportedPayload, detail))
}

/// The payload line that the request states, which must be true, or the service's default.
///
/// In query placement the two can differ. Of twelve S3-compatible servers that were tested with a
/// hash in `X-Amz-Content-Sha256`, ten expect `UNSIGNED-PAYLOAD` as the payload line and two expect
/// the hash. The signature covers the parameter in both cases, so either is accepted.
pub(super) fn payload<'a>(
    verifier: &Verifier<'_>,
    request: &Request<'_>,
    claim: &'a Claim,
) -> Result<Payload<'a>, Rejection> {
    let stated = claim.content_sha256.as_deref();
    let stated = stated.map(|stated| stated_payload(verifier, request, stated)).transpose()?;
    let in_header = claim.placement == Placement::Header;
    let unstated = || match verifier.unstated_payload {
        UnstatedPayload::BodyHash => PayloadLine::hash_of(request.body),
        UnstatedPayload::UnsignedIfPresigned if in_header => PayloadLine::hash_of(request.body),
        UnstatedPayload::Unsigned | UnstatedPayload::UnsignedIfPresigned => {
            PayloadLine::Text(UNSIGNED_PAYLOAD.as_bytes())
        }
    };
    let payload = match stated {
        Some(line) if in_header => Payload { line, other: None },
        other => Payload { line: unstated(), other },
    };
    let is_unsigned = payload.line.as_bytes() == UNSIGNED_PAYLOAD.as_bytes();
    if in_header && is_unsigned && verifier.unsigned_payload == UnsignedPayload::Refused {
        let detail = format!("{UNSIGNED_PAYLOAD} is not accepted in header placement");
        return Err(Rejection::new(Reason::UnsupportedPayload, detail));
    }
    Ok(payload)
}

/// The payload line that a request states: `UNSIGNED-PAYLOAD`, or the hash of the body.
fn stated_payload<'a>(
    verifier: &Verifier<'_>,
    request: &Request<'_>,
    stated: &'a [u8],
) -> Result<PayloadLine<'a>, Rejection> {
    if stated == UNSIGNED_PAYLOAD.as_bytes() {
        return Ok(PayloadLine::Text(stated));
    }
    let body_hash = PayloadLine::hash_of(request.body);
    if stated == body_hash.as_bytes() {
        return Ok(PayloadLine::Text(stated));
    }
    let reason = if stated.len() == 64 && stated.iter().all(u8::is_ascii_hexdigit) {
        Reason::PayloadHashMismatch
    } else {
        Reason::UnsupportedPayload
    };
    let detail = format!(
        "{}: expected {:?}, got {:?}",
        verifier.dialect.header(Name::ContentSha256),
        String::from_utf8_lossy(body_hash.as_bytes()),
        String::from_utf8_lossy(stated)
    );
    Err(Rejection::new(reason, detail))
}
