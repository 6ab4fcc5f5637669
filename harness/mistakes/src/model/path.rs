//! Step 2 of the canonical request: the canonical URI.

use sigv4_vectors::model::SigningInput;

use super::text::{
    BEYOND_ASCII, CharacterMistakes, Encoder, decode, escape, first_marks_escaped, js_escaped,
    replaced, split_target, until,
};
use super::value::bucket;
use crate::catalogue::{Mistake, MistakeSet};

const CHARACTERS: CharacterMistakes = CharacterMistakes {
    utf16_surrogates: Mistake::PathUtf16Surrogates,
    latin1: Mistake::PathLatin1,
    nfc: Mistake::PathNfc,
    lossy_utf8: Mistake::PathLossyUtf8,
};

/// How often the path is encoded.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Passes {
    /// It is decoded.
    Decoded,
    /// Escapes are kept, everything else is encoded.
    AroundEscapes,
    /// It is taken as it was sent.
    None,
    /// It is decoded, then encoded.
    Once,
    /// It is encoded once more than it already is.
    Double,
    /// Only the percent signs are encoded once more.
    PercentSigns,
    /// It is encoded twice more.
    Triple,
}

/// The canonical path. "Normalize the path, then encode each segment; for S3 do not normalize,
/// and encode once."
pub(super) fn canonical(input: &SigningInput, host: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let (normalize, double_encode) = rules(input, mistakes);
    let passes = passes(double_encode, mistakes);
    let path = taken(&input.request.target, normalize, mistakes);
    let path = respelt(path, passes, mistakes);
    let path = if path.is_empty() && mistakes.contains(Mistake::PathEmptyStaysEmpty) {
        path
    } else {
        normalized(&path, normalize, mistakes)
    };
    let path = encoded(&path, passes, mistakes);
    finished(path, host, double_encode, mistakes)
}

/// Whether the path is normalised, and whether it is encoded once more: as the caller says,
/// whatever the name of the service.
fn rules(input: &SigningInput, mistakes: MistakeSet) -> (bool, bool) {
    let asked = (input.normalize, input.double_encode);
    if mistakes.contains(Mistake::PathS3RulesByPrefix) && input.service.starts_with(b"s3") {
        (false, false)
    } else if mistakes.contains(Mistake::PathS3RulesByNameAlone)
        && asked == (false, false)
        && input.service[..] != b"s3"[..]
    {
        (true, true)
    } else {
        asked
    }
}

fn passes(double_encode: bool, mistakes: MistakeSet) -> Passes {
    let choices: &[(Mistake, Passes)] = if double_encode {
        &[
            (Mistake::PathReservedRaw, Passes::None),
            (Mistake::PathDecoded, Passes::Decoded),
            (Mistake::PathEscapesKept, Passes::AroundEscapes),
            (Mistake::PathDecodedFirst, Passes::Triple),
            (Mistake::PathEncodedOnce, Passes::Once),
            (Mistake::PathSecondPassPercentOnly, Passes::PercentSigns),
            (Mistake::PathEncodedThreeTimes, Passes::Triple),
        ]
    } else {
        &[
            (Mistake::PathS3EncodedTwice, Passes::Double),
            (Mistake::PathS3DecodedAndEncoded, Passes::Once),
            (Mistake::PathS3ReservedEscaped, Passes::AroundEscapes),
            (Mistake::PathDecoded, Passes::Decoded),
        ]
    };
    let made = choices.iter().find(|(mistake, _)| mistakes.contains(*mistake));
    let right = if double_encode { Passes::Double } else { Passes::None };
    made.map_or(right, |(_, passes)| *passes)
}

/// The path as it is in the target.
fn taken(target: &[u8], normalize: bool, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let mut path = split_target(target).0;
    if has(Mistake::PathHoldsQuery) {
        path = target;
    }
    if has(Mistake::PathAlwaysRoot) {
        path = b"/";
    }
    if has(Mistake::PathCutAtHash) {
        path = until(path, b"#");
    }
    if has(Mistake::PathNulCuts) {
        path = until(path, b"%00");
    }
    if has(Mistake::PathEscapedMarkCuts) {
        path = until(until(path, b"%3F"), b"%3f");
    }
    if has(Mistake::PathEscapedHashCuts) {
        path = until(path, b"%23");
    }
    if has(Mistake::PathCutAt1024) {
        path = &path[..path.len().min(1024)];
    }
    if has(Mistake::PathTrimmed) {
        while let Some(rest) = path.strip_suffix(b" ").or(path.strip_suffix(b"%20")) {
            path = rest;
        }
    }
    if has(Mistake::PathFirstSegmentDropped) {
        let second = path.iter().skip(1).position(|&byte| byte == b'/');
        path = second.map_or(b"/", |at| &path[at + 1..]);
    }
    let mut path = path.to_vec();
    if has(Mistake::PathTabDropped) {
        path.retain(|&byte| byte != b'\t');
    }
    if has(Mistake::PathBackslashIsSlash) {
        path = replaced(&path, b"\\", b"/");
    }
    if has(Mistake::PathSemicolonCut) {
        let segments = path.split(|&byte| byte == b'/').map(|segment| until(segment, b";"));
        path = segments.collect::<Vec<_>>().join(&b'/');
    }
    if has(Mistake::PathTrailingDotsStripped) {
        path = without_trailing_dots(&path);
    }
    if normalize {
        path = cleaned(path, mistakes);
    }
    path
}

/// Segments of dots alone are kept.
fn without_trailing_dots(path: &[u8]) -> Vec<u8> {
    let segments = path.split(|&byte| byte == b'/').map(|segment| {
        let end = segment.iter().rposition(|&byte| byte != b'.');
        end.map_or(segment, |end| &segment[..=end])
    });
    segments.collect::<Vec<_>>().join(&b'/')
}

/// What home-grown normalisation does before, or instead of, resolving dot segments.
fn cleaned(mut path: Vec<u8>, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::PathDotsRemoved) {
        path = replaced(&path, b"..", b"");
    }
    if has(Mistake::PathSlashesHalved) {
        path = replaced(&path, b"//", b"/");
    }
    if has(Mistake::PathOneLetterSegmentsDropped) {
        path = without_one_letter_segments(&path);
    }
    path
}

/// Replaces what the regular expression `/./` matches with a slash.
fn without_one_letter_segments(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, others @ ..] = rest {
        out.push(*first);
        rest = if matches!(rest, [b'/', _, b'/', ..]) { &rest[3..] } else { others };
    }
    out
}

/// The path as a URL library or a string type returns it.
fn respelt(mut path: Vec<u8>, passes: Passes, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::PathDecodedFirst) && passes == Passes::Triple {
        path = decode(&path);
    }
    if has(Mistake::PathLowerCased) {
        path.make_ascii_lowercase();
    }
    if has(Mistake::PathEscapesUpperCased) {
        path = by_escapes(&path, |_, written| written.to_ascii_uppercase());
    }
    if has(Mistake::PathEscapesLowerCased) {
        path = by_escapes(&path, |_, written| written.to_ascii_lowercase());
    }
    if has(Mistake::PathUnreservedDecoded) {
        let encoder = Encoder::new();
        path = by_escapes(&path, |byte, written| {
            let stays = encoder.encode(&[byte]).len() > 1;
            if stays { written.to_vec() } else { vec![byte] }
        });
    }
    if has(Mistake::PathEscapedSlashDecoded) {
        path = by_escapes(
            &path,
            |byte, written| {
                if byte == b'/' { b"/".to_vec() } else { written.to_vec() }
            },
        );
    }
    if has(Mistake::PathRawPlusIsSpace) {
        path = replaced(&path, b"+", if passes == Passes::None { b"%20" } else { b" " });
    }
    if has(Mistake::PathEscapedPlusIsSpace) {
        path = by_escapes(
            &path,
            |byte, written| {
                if byte == b'+' { b"%20".to_vec() } else { written.to_vec() }
            },
        );
    }
    if has(Mistake::PathSpaceIsPlus) && passes == Passes::None {
        path = replaced(&replaced(&path, b"%20", b"+"), b" ", b"+");
    }
    if has(Mistake::PathEscapedPercentDecoded) {
        path = replaced(&path, b"%25", b"%");
    }
    in_other_characters(path, mistakes)
}

/// Raw characters are changed in place; escaped ones are decoded, changed and encoded.
fn in_other_characters(path: Vec<u8>, mistakes: MistakeSet) -> Vec<u8> {
    if !CHARACTERS.any(mistakes) {
        return path;
    }
    let changed = CHARACTERS.applied(path.clone(), mistakes);
    if changed != path {
        return changed;
    }
    let decoded = decode(&path);
    let changed = CHARACTERS.applied(decoded.clone(), mistakes);
    if changed == decoded { path } else { Encoder::new().leaving(b"/").encode(&changed) }
}

/// Rewrites each escape and keeps everything else.
fn by_escapes(path: &[u8], rewrite: impl Fn(u8, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, others @ ..] = rest {
        if let Some(byte) = escape(rest) {
            out.extend(rewrite(byte, &rest[..3]));
            rest = &rest[3..];
        } else {
            out.push(*first);
            rest = others;
        }
    }
    out
}

/// "Normalize URI paths according to RFC 3986 by removing redundant and relative path components."
/// An empty path is a slash.
pub(super) fn normalized(path: &[u8], normalize: bool, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let (resolve, merge) = if normalize {
        let keep = has(Mistake::PathNotNormalised);
        let keep_slashes = has(Mistake::PathSlashesKept) || has(Mistake::PathSlashesHalved);
        (!keep && !has(Mistake::PathDotSegmentsKept), !keep && !keep_slashes)
    } else {
        (has(Mistake::PathS3DotSegmentsResolved), has(Mistake::PathS3SlashesMerged))
    };
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut ends_in_dots = false;
    let (mut parents, mut follows_parent) = (0, false);
    let leads_with_two = matches!(path, [b'/', b'/', next, ..] if *next != b'/');
    let path = path.strip_prefix(b"/").unwrap_or(path);
    for segment in path.split(|&byte| byte == b'/') {
        let read = if has(Mistake::PathEncodedDotsResolved) { decode(segment) } else { Vec::new() };
        let read = if read.is_empty() { segment } else { &read[..] };
        ends_in_dots = resolve && matches!(read, b"." | b"..");
        match read {
            b"" if merge => {}
            b"." if resolve && !has(Mistake::PathSingleDotsKept) => {}
            b".."
                if (follows_parent && has(Mistake::PathParentsResolvedOnce))
                    || (parents > 0 && has(Mistake::PathFirstParentResolved)) =>
            {
                kept.push(segment);
            }
            b".." if resolve => {
                let above = kept.last().is_none_or(|last| *last == b"..");
                if above && has(Mistake::PathAboveRootKept) {
                    kept.push(b"..");
                } else {
                    kept.pop();
                }
            }
            _ => kept.push(segment),
        }
        follows_parent = read == b"..";
        parents += u32::from(follows_parent);
    }
    let mut out = Vec::with_capacity(path.len() + 2);
    if normalize && leads_with_two && has(Mistake::PathLeadingSlashesKept) {
        out.push(b'/');
    }
    for segment in &kept {
        out.push(b'/');
        out.extend(*segment);
    }
    if out.is_empty() {
        if normalize && !path.is_empty() && has(Mistake::PathEmptyWhenNormalised) {
            return out;
        }
        out.push(b'/');
    }
    let ends_in_slash = merge && path.ends_with(b"/");
    let ends_in_slash = ends_in_slash || (ends_in_dots && has(Mistake::PathFinalDotLeavesSlash));
    if ends_in_slash && !out.ends_with(b"/") {
        out.push(b'/');
    }
    if has(Mistake::PathTrailingSlashAdded) && !out.ends_with(b"/") {
        out.push(b'/');
    }
    if has(Mistake::PathTrailingSlashStripped) && out.len() > 1 && out.ends_with(b"/") {
        out.pop();
    }
    out
}

/// "URI encode each path segment; do not encode the slashes."
fn encoded(path: &[u8], passes: Passes, mistakes: MistakeSet) -> Vec<u8> {
    let encoder = encoder(mistakes);
    match passes {
        Passes::None => path.to_vec(),
        Passes::Decoded => decode(path),
        Passes::AroundEscapes => encoder.encode_around_escapes(path),
        Passes::Once => encoder.encode(&decode(path)),
        Passes::Double if mistakes.contains(Mistake::PathInvalidEscapeKept) => {
            let mut out = Vec::new();
            for (index, piece) in path.split(|&byte| byte == b'%').enumerate() {
                if index > 0 {
                    let begins_escape = escape(&[b"%", piece].concat()).is_some();
                    out.extend(if begins_escape { &b"%25"[..] } else { b"%" });
                }
                out.extend(encoder.encode(piece));
            }
            out
        }
        Passes::Double if mistakes.contains(Mistake::PathOnlyLastSegmentEncoded) => {
            let start = path.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
            [&path[..start], &encoder.encode(&path[start..])].concat()
        }
        Passes::Double if mistakes.contains(Mistake::PathFirstMarkReplaced) => {
            first_marks_escaped(&encoder.leaving(b"!'()*").encode(path))
        }
        Passes::Double if mistakes.contains(Mistake::PathJsEscape) => js_escaped(path),
        Passes::Double => encoder.encode(path),
        Passes::PercentSigns => replaced(path, b"%", b"%25"),
        Passes::Triple => encoder.encode(&encoder.encode(path)),
    }
}

fn encoder(mistakes: MistakeSet) -> Encoder {
    let has = |mistake| mistakes.contains(mistake);
    let mut encoder = Encoder::new().leaving(b"/");
    for (mistake, raw) in [
        (Mistake::PathJsEncode, &b"!'()*"[..]),
        (Mistake::PathEncodeUri, b";,?:@&=+$#!'()*"),
        (Mistake::PathGoEscape, b"$&+=:@"),
        (Mistake::PathStarRaw, b"*"),
    ] {
        if has(mistake) {
            encoder = encoder.leaving(raw);
        }
    }
    if has(Mistake::PathNonAsciiRaw) {
        encoder = encoder.leaving(&BEYOND_ASCII);
    }
    if has(Mistake::PathSignExtended) {
        encoder = encoder.sign_extended();
    }
    if has(Mistake::PathTildeEscaped) {
        encoder = encoder.escaping(b"~");
    }
    if has(Mistake::PathPunctuationEscaped) {
        encoder = encoder.escaping(b"-._");
    }
    if has(Mistake::PathLowerCaseHex) {
        encoder = encoder.in_lower_case();
    }
    if has(Mistake::PathSpaceIsPlus) {
        encoder = encoder.with_plus_for_space();
    }
    encoder
}

fn finished(mut path: Vec<u8>, host: &[u8], double_encode: bool, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::PathS3BucketPrefixed)
        && !double_encode
        && let Some(bucket) = bucket(host)
    {
        path = [b"/", bucket, &path].concat();
    }
    if has(Mistake::PathSeparatorEscaped)
        && let Some(rest) = path.strip_prefix(b"/")
    {
        path = [b"/", &replaced(rest, b"/", b"%2F")[..]].concat();
    }
    if has(Mistake::PathLeadingSlashMissing) && path.starts_with(b"/") {
        path.remove(0);
    }
    if has(Mistake::PathAbsoluteUrl) {
        path = [b"https://", host, &path].concat();
    }
    path
}
