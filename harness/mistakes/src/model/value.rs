//! The value of a header as the canonical request has it.

use std::borrow::Cow;

use super::text::{Encoder, latin1_as_utf8, lossy, replaced, split_once, until};
use crate::catalogue::{Mistake, MistakeSet};

/// "Remove leading and trailing white space, and convert sequential spaces to a single space."
pub(super) fn canonical(name: &[u8], sent: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let is_space = |byte: &u8| match byte {
        b'\t' => !has(Mistake::HeaderTabsKept),
        b'\r' | b'\n' => !has(Mistake::HeaderFoldedBreakKept),
        _ => matches!(byte, b' ' | 0x0b | 0x0c),
    };
    let value = respelt(sent, mistakes);
    let first = value.iter().position(|byte| !is_space(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_space(byte)).map_or(first, |last| last + 1);

    let mut out = Vec::with_capacity(value.len());
    if has(Mistake::HeaderEndsNotTrimmed) {
        out.extend(&value[..first]);
    }
    let mut quoted = false;
    let mut after_space = false;
    for &byte in &value[first..end] {
        quoted ^= byte == b'"' && has(Mistake::HeaderQuotedSpacesKept);
        if !is_space(&byte) || quoted || has(Mistake::HeaderInnerSpacesKept) {
            out.push(byte);
            after_space = false;
        } else if !after_space {
            if !has(Mistake::HeaderAllSpacesRemoved) {
                out.push(b' ');
            }
            after_space = true;
        }
    }
    if has(Mistake::HeaderEndsNotTrimmed) || has(Mistake::HeaderTrailingSpaceKept) {
        out.extend(&value[end..]);
    }
    let out = finished(out, mistakes);
    if name.eq_ignore_ascii_case(b"host") { host(out, mistakes) } else { out }
}

/// The value as a parser or a string type hands it on.
fn respelt(sent: &[u8], mistakes: MistakeSet) -> Cow<'_, [u8]> {
    let has = |mistake| mistakes.contains(mistake);
    let mut value = Cow::Borrowed(sent);
    if has(Mistake::HeaderValueCutAtColon) {
        value = split_once(sent, b':').0.into();
    }
    if has(Mistake::HeaderNbspIsSpace) {
        value = replaced(&value, "\u{a0}".as_bytes(), b" ").into();
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
    value
}

fn finished(mut value: Vec<u8>, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::HeaderCommaSpacesRemoved) {
        value = replaced(&value, b", ", b",");
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
        // The last colon of a bare IPv6 address stands inside its brackets.
        host[colon + 1..].iter().all(u8::is_ascii_digit)
    });
    if let Some(colon) = port {
        let is_default = matches!(&host[colon + 1..], b"80" | b"443");
        if has(Mistake::HostPortDropped) || (is_default && has(Mistake::HostDefaultPortDropped)) {
            host.truncate(colon);
        }
    } else if has(Mistake::HostDefaultPortAdded) {
        host.extend(b":443");
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

/// The first and the second label of a host.
pub(super) fn labels(host: &[u8]) -> (&[u8], &[u8]) {
    let (first, rest) = split_once(host, b'.');
    (first, until(rest.unwrap_or_default(), b"."))
}
