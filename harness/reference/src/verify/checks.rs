//! The checks besides the signature, one function per rule.

use super::claim::Placement;
use super::excerpt::Excerpt;
use super::form::Form;
use super::key_store::{KeyStore, StoredKey};
use super::parse::{Credential, Stated};
use super::reason::{Reason, Refused, refused};
use super::rules::{ContentTypeRule, HostRule, UnsignedPayload, UnstatedPayload, Verifier};
use super::sent::SentHeaders;
use crate::UNSIGNED_PAYLOAD;
use crate::dialect::Name;
use crate::primitive::bytes;
use crate::primitive::constant_time::equal;
use crate::request::Request;
use crate::sign::{PayloadLine, TokenCoverage};
use crate::stream::Marker;
use crate::time::Time;

/// There must be no second `Host` and no empty one. None at all is refused as unsigned.
#[inline]
pub(super) fn host(verifier: &Verifier<'_>, sent: &SentHeaders<'_>) -> Result<(), Refused> {
    let detail = match sent.host.first {
        _ if verifier.host == HostRule::Any => return Ok(()),
        _ if sent.host.repeated => "more than one Host header",
        Some(host) if host.trim_ascii().is_empty() => "the Host header is empty",
        _ => return Ok(()),
    };
    Err(refused(Reason::MalformedRequest, detail))
}

/// The scope must be the verifier's own, region and service, and of the day of the signing time.
#[inline]
pub(crate) fn scope(
    form: &Form,
    (region, service): (&[u8], &[u8]),
    time: &Time,
    stated: &Credential<'_>,
) -> Result<(), Refused> {
    let date = &time.date()[..];
    let (reason, expected, actual) = if stated.date != date {
        (Reason::ScopeDateMismatch, date, stated.date)
    } else if !(form.covers)(stated.region, region) {
        (Reason::ScopeRegionMismatch, region, stated.region)
    } else if stated.service != service {
        (Reason::ScopeServiceMismatch, service, stated.service)
    } else {
        return Ok(());
    };
    let detail = format!("expected {}, got {}", Excerpt(expected), Excerpt(actual));
    Err(refused(reason, detail))
}

/// The clock window, and the lifetime of a presigned URL. Both ends are included.
#[inline]
pub(super) fn time(verifier: &Verifier<'_>, claim: &Stated<'_>) -> Result<(), Refused> {
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
    Err(refused(reason, format!("signed at {}, now {}", claim.time, verifier.now)))
}

/// Which headers are sent that the signature does not cover.
pub(super) struct Unsigned<'v> {
    verifier: &'v Verifier<'v>,
    host_is_signed: bool,
    /// The first header, in the order in which they were sent, that must be signed and is not.
    first: usize,
}

impl<'v> Unsigned<'v> {
    /// If every header is signed.
    pub(super) fn new(verifier: &'v Verifier<'v>, sent: &SentHeaders<'_>) -> Self {
        Self { verifier, host_is_signed: sent.host.first.is_some(), first: usize::MAX }
    }

    /// Adds a header that is not. `host` must be signed, and so must every `x-amz-*` header (or that of
    /// another dialect), except for a session token where the service wants it added after signing.
    #[inline]
    pub(super) fn add(&mut self, index: usize, name: &[u8]) {
        let Verifier { dialect, token_coverage, content_type, .. } = self.verifier;
        let prefix = dialect.header_prefix().as_bytes();
        let must_be_signed =
            if name.get(..prefix.len()).is_some_and(|start| bytes::eq_ignore_case(start, prefix)) {
                let token = dialect.header(Name::SecurityToken).as_bytes();
                *token_coverage == TokenCoverage::Signed || !bytes::eq_ignore_case(name, token)
            } else {
                *content_type == ContentTypeRule::MustBeSigned
                    && bytes::eq_ignore_case(name, b"content-type")
            };
        if must_be_signed {
            self.first = self.first.min(index);
        }
        self.host_is_signed &= !bytes::eq_ignore_case(name, b"host");
    }
}

/// Every signed header must be there, and every header must be signed of which [`Unsigned`] says so.
#[inline]
pub(super) fn signed_headers(
    request: &Request<'_>,
    claim: &Stated<'_>,
    unsigned: &Unsigned<'_>,
) -> Result<(), Refused> {
    if let Some(rest) = claim.missing_headers {
        let missing = bytes::split(rest, b';').next().unwrap_or_default();
        let detail = format!("{} is signed but not sent", Excerpt(missing));
        return Err(refused(Reason::SignedHeaderMissing, detail));
    }
    #[cfg(sigv4_planted)]
    if crate::planted::is("host-may-be-unsigned") {
        return Ok(());
    }
    let name = match request.headers.get(unsigned.first) {
        _ if !unsigned.host_is_signed => b"host",
        Some(header) => header.name,
        None => return Ok(()),
    };
    let detail = format!("{} must be signed", Excerpt(name));
    Err(refused(Reason::UnsignedHeader, detail))
}

/// The key must exist and be active.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the key is not moved")]
pub(crate) fn key<'k>(
    keys: &'k impl KeyStore,
    access_key_id: &[u8],
) -> Result<StoredKey<'k>, Refused> {
    let Some(key) = keys.key(access_key_id) else {
        let detail = format!("no key {}", Excerpt(access_key_id));
        return Err(refused(Reason::UnknownAccessKey, detail));
    };
    if !key.active {
        let detail = format!("key {} is inactive", Excerpt(access_key_id));
        return Err(refused(Reason::InactiveAccessKey, detail));
    }
    Ok(key)
}

/// The token sent must be that of the key; if the key has none, none may be sent. Tokens are compared
/// like header values, without surrounding white space, and in constant time.
///
/// If the service has tokens appended, an unsigned token header beside a presigned query is a token
/// too. A signed one is an ordinary header.
pub(super) fn session_token(
    verifier: &Verifier<'_>,
    sent: &SentHeaders<'_>,
    stored: &StoredKey<'_>,
    claim: &Stated<'_>,
) -> Result<(), Refused> {
    let appended = match claim.placement {
        Placement::Query { .. }
            if verifier.token_coverage == TokenCoverage::Appended
                && !claim.signs(verifier.dialect.header(Name::SecurityToken)) =>
        {
            sent.single(verifier.dialect, Name::SecurityToken)?
        }
        Placement::Header | Placement::Query { .. } => None,
    };
    tokens(stored, [claim.session_token, appended])
}

/// Compares the tokens that are sent, if any, with that of the key.
pub(crate) fn tokens(stored: &StoredKey<'_>, sent: [Option<&[u8]>; 2]) -> Result<(), Refused> {
    let expected = stated_token(stored.session_token);
    let mut sent = sent.into_iter().filter_map(stated_token).peekable();
    let detail = match expected {
        Some(_) if sent.peek().is_none() => "the key has a session token, but none was sent",
        Some(expected) if sent.all(|actual| equal(expected, actual)) => return Ok(()),
        Some(_) => "the session token is not the key's",
        None if sent.peek().is_none() => return Ok(()),
        None => "a session token was sent, but the key has none",
    };
    Err(refused(Reason::SessionTokenMismatch, detail))
}

/// A token without surrounding white space. Some of the vendor's signers send an empty token if there
/// is none.
fn stated_token(token: Option<&[u8]>) -> Option<&[u8]> {
    token.map(<[u8]>::trim_ascii).filter(|token| !token.is_empty())
}

/// The payload lines that the signature may cover, checked against the body.
pub(super) struct Payload<'a> {
    pub(super) line: Line<'a>,
    /// Differs from the first.
    pub(super) other: Option<Line<'a>>,
    /// The hash of the body, if a line is that.
    hash: Option<PayloadLine<'a>>,
}

/// A payload line.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Line<'a> {
    /// The hash of the body.
    Hash,
    Text(&'a [u8]),
}

impl<'a> Payload<'a> {
    /// The text of a line.
    #[inline]
    pub(super) fn text(&self, line: Line<'a>) -> &[u8] {
        match line {
            Line::Hash => self.hash.as_ref().map_or(b"", |hash| hash.as_bytes()),
            Line::Text(text) => text,
        }
    }
}

/// The payload line of a request whose body is a stream: the marker that it states. A head that is
/// signed with one algorithm does not announce pieces that are signed with another one.
pub(super) fn stream_payload<'c>(
    form: &Form,
    claim: &Stated<'c>,
) -> Result<(Marker, Payload<'c>), Refused> {
    let stated = claim.content_sha256.unwrap_or_default();
    let is_own = |marker: &Marker| match marker {
        Marker::UnsignedTrailer => true,
        Marker::Events | Marker::SignedChunks | Marker::SignedChunksTrailer => form.region_in_scope,
        Marker::EcdsaSignedChunks | Marker::EcdsaSignedChunksTrailer => !form.region_in_scope,
    };
    if let Some(marker) = Marker::parse(stated).filter(is_own) {
        return Ok((marker, Payload { line: Line::Text(stated), other: None, hash: None }));
    }
    let detail = format!(
        "x-amz-content-sha256: expected the marker of a stream in the algorithm of the head, got {}",
        Excerpt(stated)
    );
    Err(refused(Reason::UnsupportedPayload, detail))
}

/// The payload line that the request states, which must be true, or the service's default.
///
/// In query placement the two can differ. Of twelve S3-compatible servers that were tested with a
/// hash in `X-Amz-Content-Sha256`, ten expect `UNSIGNED-PAYLOAD` as the payload line and two expect
/// the hash. The signature covers the parameter in both cases, so either is accepted.
#[inline]
pub(super) fn payload(
    verifier: &Verifier<'_>,
    request: &Request<'_>,
    claim: &Stated<'_>,
) -> Result<Payload<'static>, Refused> {
    const UNSIGNED: Line<'static> = Line::Text(UNSIGNED_PAYLOAD.as_bytes());
    let in_header = claim.placement == Placement::Header;
    let stated = claim.content_sha256.map(|text| match text {
        _ if text == UNSIGNED_PAYLOAD.as_bytes() => UNSIGNED,
        _ => Line::Hash,
    });
    let unstated = match verifier.unstated_payload {
        UnstatedPayload::Unsigned => UNSIGNED,
        UnstatedPayload::UnsignedIfPresigned if !in_header => UNSIGNED,
        UnstatedPayload::UnsignedIfPresigned | UnstatedPayload::BodyHash => Line::Hash,
    };
    let (line, other) = match stated {
        Some(stated) if in_header => (stated, None),
        stated => (unstated, stated.filter(|stated| *stated != unstated)),
    };
    let is_hashed = line == Line::Hash || other == Some(Line::Hash);
    let hash = is_hashed.then(|| PayloadLine::hash_of(request.body));
    if let (Some(Line::Hash), Some(text), Some(hash)) = (stated, claim.content_sha256, &hash)
        && text != hash.as_bytes()
    {
        return Err(untrue_payload(verifier, text, hash.as_bytes()));
    }
    if in_header && line == UNSIGNED && verifier.unsigned_payload == UnsignedPayload::Refused {
        let detail = "UNSIGNED-PAYLOAD is not accepted in header placement";
        return Err(refused(Reason::UnsupportedPayload, detail));
    }
    Ok(Payload { line, other, hash })
}

/// Refuses a request that states neither `UNSIGNED-PAYLOAD` nor the hash of its body.
#[cold]
fn untrue_payload(verifier: &Verifier<'_>, stated: &[u8], hash: &[u8]) -> Refused {
    let reason = if stated.len() == 64 && stated.iter().all(u8::is_ascii_hexdigit) {
        Reason::PayloadHashMismatch
    } else {
        Reason::UnsupportedPayload
    };
    let name = verifier.dialect.header(Name::ContentSha256);
    let detail = format!("{name}: expected {}, got {}", Excerpt(hash), Excerpt(stated));
    refused(reason, detail)
}
