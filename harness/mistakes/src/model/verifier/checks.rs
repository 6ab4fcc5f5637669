//! The checks of host, scope, signed headers and token.

use super::arrived::Arrived;
use super::claim::Claim;
use super::{Checked, refused, shown};
use crate::catalogue::Mistake;

/// One `Host` that is not empty (RFC 9112, section 3.2). None at all is refused as unsigned.
pub(super) fn host(arrived: &Arrived<'_>) -> Checked<()> {
    let hosts = arrived.values(b"host");
    let takes_one = arrived.has(Mistake::VerifyTwoHostsFirstWins)
        || arrived.has(Mistake::VerifyTwoHostsLastWins);
    match hosts[..] {
        [_, _, ..] if !takes_one => refused("malformed-request", "more than one Host header"),
        [one] if one.trim_ascii().is_empty() && !arrived.has(Mistake::VerifyHostEmpty) => {
            refused("malformed-request", "the Host header is empty")
        }
        _ => Ok(()),
    }
}

/// "The scope must be of the day of the request, and of the region and service that it is sent to."
pub(super) fn scope(arrived: &Arrived<'_>, claim: &Claim) -> Checked<()> {
    let has = |mistake| arrived.has(mistake);
    if has(Mistake::VerifyScopeOwnUsed) {
        return Ok(());
    }
    let stated = &claim.credential;
    let any_case = has(Mistake::VerifyScopeInAnyCase);
    let (region, service) = (&arrived.input.region[..], &arrived.input.service[..]);
    let is =
        |own: &[u8], stated: &[u8]| own == stated || (any_case && own.eq_ignore_ascii_case(stated));
    let day = if has(Mistake::VerifyScopeDateOfClock) {
        &arrived.input.time[..8]
    } else {
        &claim.time[..8]
    };
    let is_date = stated.date == day.as_bytes()
        || has(Mistake::VerifyScopeDateIgnored)
        || (has(Mistake::VerifyScopeDateByMonth)
            && stated.date.get(..6) == Some(&day.as_bytes()[..6]))
        || (has(Mistake::VerifyScopeDateByPrefix) && stated.date.starts_with(day.as_bytes()));
    let is_region = match &claim.region_set {
        Some(set) => covers(arrived, set, region),
        None => {
            is(region, &stated.region)
                || has(Mistake::VerifyScopeRegionIgnored)
                || (has(Mistake::VerifyScopeRegionByPrefix) && stated.region.starts_with(region))
        }
    };
    let is_service = is(service, &stated.service)
        || has(Mistake::VerifyScopeServiceIgnored)
        || (has(Mistake::VerifyScopeServiceByPrefix) && stated.service.starts_with(service));
    let region_stated = claim.region_set.as_ref().unwrap_or(&stated.region);
    for (reason, agrees, own, stated) in [
        ("scope-date-mismatch", is_date, day.as_bytes(), &stated.date),
        ("scope-region-mismatch", is_region, region, region_stated),
        ("scope-service-mismatch", is_service, service, &stated.service),
    ] {
        if !agrees {
            return refused(reason, format!("expected {}, got {}", shown(own), shown(stated)));
        }
    }
    Ok(())
}

/// "The region set: regions separated by commas, or `*`."
fn covers(arrived: &Arrived<'_>, set: &[u8], region: &[u8]) -> bool {
    let mut regions = set.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let is = |own: &[u8]| {
        own == b"*"
            || own == region
            || (arrived.has(Mistake::VerifyRegionSetPatterns)
                && own.strip_suffix(b"*").is_some_and(|start| region.starts_with(start)))
            || (arrived.has(Mistake::VerifyRegionSetByPrefix) && own.starts_with(region))
    };
    arrived.has(Mistake::VerifyRegionSetIgnored) || regions.any(is)
}

/// "`host` and every `x-amz-*` header of the request must be signed"; every header that is signed must
/// be there.
pub(super) fn signed_headers(arrived: &Arrived<'_>, claim: &Claim) -> Checked<()> {
    let has = |mistake| arrived.has(mistake);
    let missing = claim.names.iter().find(|name| arrived.values(name).is_empty());
    let tolerated =
        has(Mistake::VerifyMissingHeaderIsEmpty) || has(Mistake::VerifyMissingHeaderSkipped);
    if let Some(missing) = missing.filter(|_| !tolerated) {
        let detail = format!("{} is signed but not sent", shown(missing));
        return refused("signed-header-missing", detail);
    }
    let unsigned =
        |name: &[u8]| refused("unsigned-header", format!("{} must be signed", shown(name)));
    if !claim.signs(b"host") && !has(Mistake::VerifyHostUnsigned) {
        return unsigned(b"host");
    }
    let headers = arrived.request().headers.iter();
    match headers
        .map(|(name, _)| name)
        .find(|name| must_be_signed(arrived, claim, name) && !claim.signs(name))
    {
        Some(name) => unsigned(name),
        None => Ok(()),
    }
}

fn must_be_signed(arrived: &Arrived<'_>, claim: &Claim, name: &[u8]) -> bool {
    const KNOWN: [&str; 4] =
        ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-region-set"];
    let has = |mistake| arrived.has(mistake);
    let start = name.get(..6).unwrap_or_default();
    let is = |own: &str| name.eq_ignore_ascii_case(own.as_bytes());
    if is("content-type") {
        return has(Mistake::VerifyContentTypeMustBeSigned);
    }
    let is_x_amz = if has(Mistake::VerifyXAmzByCase) {
        start == b"x-amz-"
    } else {
        start.eq_ignore_ascii_case(b"x-amz-")
    };
    let is_meta = name.get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"x-amz-meta-"));
    let presigned = claim.expires.is_some();
    let passes = has(Mistake::VerifyXAmzUnsigned)
        || (has(Mistake::VerifyXAmzUnsignedInPresign) && presigned)
        || (has(Mistake::VerifyXAmzUnsignedInHeader) && !presigned)
        || (has(Mistake::VerifyXAmzOnlyKnown) && !KNOWN.into_iter().any(is))
        || (has(Mistake::VerifyXAmzMetaUnsigned) && is_meta)
        || (has(Mistake::VerifyTokenUnsigned) && is("x-amz-security-token"))
        || (has(Mistake::VerifyPayloadHashUnsigned) && is("x-amz-content-sha256"))
        || (has(Mistake::VerifyDateUnsigned) && is("x-amz-date"));
    is_x_amz && !passes
}

/// "Temporary credentials are valid with their session token", and no others have one. Surrounding
/// white space is not part of it, and an empty one is none.
pub(super) fn token(arrived: &Arrived<'_>, own: Option<&[u8]>, sent: Option<&[u8]>) -> Checked<()> {
    let has = |mistake| arrived.has(mistake);
    let stated = |token: Option<&[u8]>| {
        token.map(|token| token.trim_ascii().to_vec()).filter(|token| !token.is_empty())
    };
    let is_right = match (stated(own), stated(sent)) {
        _ if has(Mistake::VerifyTokenIgnored) => true,
        (None, None) => true,
        (None, Some(_)) => has(Mistake::VerifyTokenUnexpected),
        (Some(_), None) => has(Mistake::VerifyTokenOptional),
        (Some(own), Some(sent)) => {
            own == sent
                || has(Mistake::VerifyTokenAny)
                || (has(Mistake::VerifyTokenByPrefix)
                    && (own.starts_with(&sent) || sent.starts_with(&own)))
                || (has(Mistake::VerifyTokenInAnyCase) && own.eq_ignore_ascii_case(&sent))
        }
    };
    if is_right {
        return Ok(());
    }
    refused("session-token-mismatch", "the session token is not that of the key")
}
