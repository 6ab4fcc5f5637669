//! The value of a header as it is in the canonical request.

use std::borrow::Cow;

use super::text::{
    Encoder, composed, decode, in_surrogates, latin1_as_utf8, lossy, replaced, split_once, until,
};
use crate::catalogue::{Mistake, MistakeSet};

/// "Remove leading and trailing white space, and convert sequential spaces to a single space."
pub(super) fn canonical(name: &[u8], sent: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let is_space = |byte: &u8| match byte {
        b'\t' => !has(Mistake::HeaderTabsKept),
        b'\r' | b'\n' => !has(Mistake::HeaderFoldedBreakKept),
        0x0b | 0x0c => !has(Mistake::HeaderFormFeedKept),
        _ => *byte == b' ',
    };
    let value = respelt(sent, mistakes);
    let mut first = value.iter().position(|byte| !is_space(byte)).unwrap_or(value.len());
    let mut end = value.iter().rposition(|byte| !is_space(byte)).map_or(first, |last| last + 1);
    if has(Mistake::HeaderOneSpaceTrimmed) {
        first = first.min(1);
        end = end.max(value.len().saturating_sub(1));
    }

    let mut out = Vec::with_capacity(value.len());
    if has(Mistake::HeaderEndsNotTrimmed) || has(Mistake::HeaderLeadingSpaceKept) {
        out.extend(&value[..first]);
    }
    let mut quoted = false;
    // The spaces of the run so far, and the runs before it.
    let (mut run, mut runs) = (0, 0);
    for &byte in &value[first..end] {
        quoted ^= byte == b'"' && has(Mistake::HeaderQuotedSpacesKept);
        let kept = !is_space(&byte)
            || quoted
            || has(Mistake::HeaderInnerSpacesKept)
            || (byte == b'\t' && has(Mistake::HeaderInnerTabsKept));
        if kept {
            out.push(byte);
            runs += u32::from(run > 0);
            run = 0;
            continue;
        }
        let written = run == 0
            || (run % 2 == 0 && has(Mistake::HeaderSpaceRunsHalved))
            || (runs > 0 && has(Mistake::HeaderFirstRunCollapsed));
        run += 1;
        if written && !has(Mistake::HeaderAllSpacesRemoved) {
            out.push(if has(Mistake::HeaderRunToFirstByte) { byte } else { b' ' });
        }
    }
    if has(Mistake::HeaderEndsNotTrimmed) || has(Mistake::HeaderTrailingSpaceKept) {
        out.extend(&value[end..]);
    }
    let mut out = finished(out, mistakes);
    if has(Mistake::HeaderContentTypeParametersCut) && name.eq_ignore_ascii_case(b"content-type") {
        out.truncate(until(&out, b";").len());
    }
    if name.eq_ignore_ascii_case(b"host") { host(out, mistakes) } else { out }
}

/// The value as a parser or a string type returns it.
fn respelt(sent: &[u8], mistakes: MistakeSet) -> Cow<'_, [u8]> {
    let has = |mistake| mistakes.contains(mistake);
    let mut value = Cow::Borrowed(sent);
    if has(Mistake::HeaderValueCutAtColon) {
        value = split_once(sent, b':').0.into();
    }
    if has(Mistake::HeaderNbspIsSpace) {
        value = replaced(&value, "\u{a0}".as_bytes(), b" ").into();
    }
    if has(Mistake::HeaderUnicodeSpaceIsSpace) {
        let blank = |character: char| if character.is_whitespace() { ' ' } else { character };
        let characters = String::from_utf8_lossy(&value).chars().map(blank).collect::<String>();
        value = characters.into_bytes().into();
    }
    if has(Mistake::HeaderByteOrderMarkTrimmed) {
        let mark = "\u{feff}".as_bytes();
        let rest = value.strip_prefix(mark).unwrap_or(&value);
        value = rest.strip_suffix(mark).unwrap_or(rest).to_vec().into();
    }
    if has(Mistake::HeaderValueDecoded) {
        value = decode(&value).into();
    }
    if has(Mistake::HeaderFoldedJoinedByComma) && value.contains(&b'\n') {
        let lines = value.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        value = lines.collect::<Vec<_>>().join(&b',').into();
    }
    if has(Mistake::HeaderLossyUtf8) {
        value = lossy(&value).into();
    }
    if has(Mistake::HeaderNonAsciiReencoded) {
        value = latin1_as_utf8(&value).into();
    }
    if has(Mistake::HeaderNonAsciiDropped) {
        value.to_mut().retain(u8::is_ascii);
    }
    if has(Mistake::HeaderNfc) {
        value = composed(&value).into();
    }
    if has(Mistake::HeaderUtf16Surrogates) {
        value = in_surrogates(&value).into();
    }
    if has(Mistake::HeaderValueCutAt1024) {
        value.to_mut().truncate(1024);
    }
    value
}

fn finished(mut value: Vec<u8>, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::HeaderCommaSpacesRemoved) {
        value = replaced(&value, b", ", b",");
    }
    if has(Mistake::HeaderListItemsTrimmed) {
        let items = value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        value = items.collect::<Vec<_>>().join(&b',');
    }
    if has(Mistake::HeaderQuotesStripped) {
        let rest = value.strip_prefix(b"\"").unwrap_or(&value);
        value = rest.strip_suffix(b"\"").unwrap_or(rest).to_vec();
    }
    if has(Mistake::HeaderSpacesPercentEncoded) {
        value = replaced(&value, b" ", b"%20");
    }
    if has(Mistake::HeaderValueLowerCased) {
        value.make_ascii_lowercase();
    }
    if has(Mistake::HeaderNonAsciiPercentEncoded) {
        let ascii: Vec<u8> = (0..128).collect();
        value = Encoder::new().leaving(&ascii).encode(&value);
    }
    value
}

/// The host is signed as it is sent.
fn host(mut host: Vec<u8>, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let port = host.iter().rposition(|&byte| byte == b':').filter(|&colon| {
        // The last colon of an IPv6 address without a port is inside its brackets.
        host[colon + 1..].iter().all(u8::is_ascii_digit)
    });
    if let Some(colon) = port {
        let port = &host[colon + 1..];
        let drops_default = has(Mistake::HostDefaultPortDropped);
        let drops = match port {
            b"80" => drops_default || has(Mistake::HostPort80Dropped),
            b"443" => drops_default || has(Mistake::HostPort443Dropped),
            b"" => has(Mistake::HostEmptyPortDropped),
            _ => false,
        };
        if drops || has(Mistake::HostPortDropped) {
            host.truncate(colon);
        } else if has(Mistake::HostPortNormalised) {
            let zeros = port.iter().take_while(|digit| **digit == b'0').count();
            host.drain(colon + 1..colon + 1 + zeros);
        }
    } else if has(Mistake::HostDefaultPortAdded) {
        host.extend(b":443");
    }
    if has(Mistake::HostCutAtColon) {
        host.truncate(until(&host, b":").len());
    }
    if has(Mistake::HostBucketDropped)
        && let Some(bucket) = bucket(&host)
    {
        host.drain(..=bucket.len());
    }
    if has(Mistake::HostLowerCased) {
        host.make_ascii_lowercase();
    }
    if has(Mistake::HostTrailingDotDropped) && host.ends_with(b".") {
        host.pop();
    }
    if has(Mistake::HostBracketsDropped)
        && let Some(rest) = host.strip_prefix(b"[")
    {
        host = replaced(rest, b"]", b"");
    }
    host
}

/// The bucket at the beginning of an S3 host.
pub(super) fn bucket(host: &[u8]) -> Option<&[u8]> {
    let bucket = until(host, b".s3");
    (bucket.len() < host.len()).then_some(bucket)
}

/// The first and the second label of a host.
pub(super) fn labels(host: &[u8]) -> (&[u8], &[u8]) {
    let (first, rest) = split_once(host, b'.');
    (first, until(rest.unwrap_or_default(), b"."))
}
