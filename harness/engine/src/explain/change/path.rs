//! Paths that proxies, gateways and servers rewrite.

use std::collections::HashSet;

use sigv4_protocol::SignQuestion;
use unicode_normalization::UnicodeNormalization as _;

use super::super::s3_form;
use super::{Change, Part, Received, Undone, copies, shown};

pub(super) const PREFIX_ADDED: Change = Change {
    id: "path-prefix-added",
    title: "The path was signed without a prefix that it arrived with.",
    part: Part::Path,
    who: "Reverse proxies that serve a store below a path of their own (minio#6546), gateways that \
          add the name of a stage.",
    fix: "Let the proxy remove the prefix again before the server sees the request, or sign the \
          path with it.",
    undo: undo_added,
};

pub(super) const PREFIX_REMOVED: Change = Change {
    id: "path-prefix-removed",
    title: "The path was signed with a prefix that was removed on the way.",
    part: Part::Path,
    who: "Reverse proxies and API Gateway's custom domains, which map a base path to a stage.",
    fix: "Sign the path that the service sees.",
    undo: undo_removed,
};

pub(super) const SLASHES_CHANGED: Change = Change {
    id: "path-slashes-changed",
    title: "A slash of the path was added, removed or merged with its neighbour.",
    part: Part::Path,
    who: "nginx merges repeated slashes (`merge_slashes on`), frameworks add or remove the one at the \
          end.",
    fix: "Sign the path as it arrives, with the slash at its end or without it; where S3 keys may hold \
          `//`, switch the merging off.",
    undo: undo_slashes,
};

pub(super) const ESCAPES_CHANGED: Change = Change {
    id: "path-escapes-changed",
    title: "The escapes of the path were decoded or written differently on the way.",
    part: Part::Path,
    who: "Proxies that decode the path before they pass it on, `%2F` too (nginx with a URI in \
          `proxy_pass`), HTTP libraries that escape it again.",
    fix: "Let the proxy pass the raw path on; for S3, write every byte outside the unreserved set \
          as an upper-case escape before signing and sending.",
    undo: undo_escapes,
};

pub(super) const CASE_CHANGED: Change = Change {
    id: "path-case-changed",
    title: "Letters of the path arrived in another case than they were signed.",
    part: Part::Path,
    who: "Proxies, gateways and frameworks that write paths in small letters, rewrite rules that map \
          names (nginx with a map, Apache with `RewriteMap int:tolower`), people who type a link.",
    fix: "Pass the path on with its letters as they are, or sign it as it arrives: bucket names have \
          small letters only, and the names of objects are told apart by their case.",
    undo: undo_case,
};

pub(super) const ESCAPE_CASE_CHANGED: Change = Change {
    id: "path-escape-case-changed",
    title: "The digits of the path's escapes arrived in another case (`%2f` and `%2F`).",
    part: Part::Path,
    who: "Proxies and HTTP libraries that normalise escapes (RFC 3986, section 6.2.2.1, wants upper \
          case), URL encoders that write lower case (.NET's HttpUtility.UrlEncode).",
    fix: "Write escapes with upper-case digits before signing, and sign what is sent.",
    undo: undo_escape_case,
};

pub(super) const ACCENTS_CHANGED: Change = Change {
    id: "path-accents-changed",
    title: "Letters with accents arrived composed otherwise than they were signed.",
    part: Part::Path,
    who: "macOS, which decomposes file names (NFD) where others compose them (NFC): `é` is one \
          character or two; systems that write them in Latin-1, where `é` is `%E9`.",
    fix: "Take the key in one form, usually NFC in UTF-8, and sign and send that.",
    undo: undo_accents,
};

pub(super) const OTHER_ESCAPES: Change = Change {
    id: "path-signed-with-other-escapes",
    title: "The path was signed with other escapes than S3 computes.",
    part: Part::Escapes,
    who: "Signers that use a general URL encoder: JavaScript's encodeURI and encodeURIComponent leave \
          `!'()*` raw, old Python, Perl and Java encoders escape `~`, Go's leaves `$&+=:@` raw \
          (aws-sdk-go-v2#952, boto#2849, net-amazon-s3#119). How the path is sent does not matter \
          to S3, which decodes it first.",
    fix: "In the canonical request, write every byte of the path but A-Z a-z 0-9 - . _ ~ / as an \
          upper-case escape.",
    undo: undo_other_escapes,
};

/// The most segments that a prefix has.
const SEGMENTS: usize = 4;
/// The most slashes that are doubled, alone and two at once, or escaped alone.
const SLASHES: usize = 8;
/// The most slashes of which each may have been one, two or three.
const ROWS: usize = 4;
/// The most letters whose case is changed alone, and the most words that may each have capitals.
const LETTERS: usize = 200;
const WORDS: usize = 5;
/// Prefixes that gateways remove.
const PREFIXES: &[&str] = &[
    "api", "beta", "default", "dev", "latest", "live", "prod", "s3", "stage", "staging", "test",
    "v1", "v2", "minio", "storage", "files", "bucket", "$default",
];

fn undo_added(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, rest) = split(asked);
    let starts = (1..path.len()).filter(|at| path[*at] == b'/').take(SEGMENTS);
    let whole = (path.len() > 1).then_some(path.len());
    starts
        .chain(whole)
        .map(|at| {
            let signed = if at == path.len() { &b"/"[..] } else { &path[at..] };
            let what = format!(
                "signed as {}, arrived as {}: the prefix {} was added",
                shown(signed),
                shown(path),
                shown(&path[..at])
            );
            retargeted(asked, what, signed, rest)
        })
        .collect()
}

fn undo_removed(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, rest) = split(asked);
    let prefixes = PREFIXES.iter();
    prefixes
        .map(|prefix| {
            let signed = [b"/", prefix.as_bytes(), path].concat();
            let what = format!("signed as {}, arrived as {}", shown(&signed), shown(path));
            retargeted(asked, what, &signed, rest)
        })
        .collect()
}

fn undo_slashes(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, rest) = split(asked);
    let slashes: Vec<usize> =
        (0..path.len()).filter(|at| path[*at] == b'/').take(SLASHES).collect();
    let doubled_at = |places: &[usize]| {
        let mut doubled = path.to_vec();
        for at in places.iter().rev() {
            doubled.insert(*at, b'/');
        }
        doubled
    };
    let one = slashes.iter().map(|at| doubled_at(&[*at]));
    let two = slashes.iter().enumerate().flat_map(|(index, first)| {
        slashes[..index].iter().map(|before| doubled_at(&[*before, *first]))
    });
    let places = rows(slashes.get(..ROWS).unwrap_or(&slashes));
    let rows = places.iter().map(|places| doubled_at(places));
    let doubled = one.chain(two).chain(rows).chain([
        doubled_at(&slashes),
        doubled_at(slashes.get(1..).unwrap_or_default()),
        merged(path),
    ]);
    let ended = match path.strip_suffix(b"/") {
        Some(shorter) if !shorter.is_empty() => shorter.to_vec(),
        _ => [path, b"/"].concat(),
    };
    let mut forms: Vec<Vec<u8>> = [ended].into_iter().chain(doubled).collect();
    forms.retain(|form| form != path);
    let mut seen = HashSet::new();
    forms.retain(|form| seen.insert(form.clone()));
    forms
        .into_iter()
        .map(|signed| {
            let what = format!("signed as {}, arrived as {}", shown(&signed), shown(path));
            retargeted(asked, what, &signed, rest)
        })
        .collect()
}

/// Every way to write two or three slashes for some of these.
fn rows(slashes: &[usize]) -> Vec<Vec<usize>> {
    slashes.iter().fold(vec![Vec::new()], |rows, at| {
        let longer =
            rows.iter().flat_map(|row| (0..=2).map(|more| [row.clone(), vec![*at; more]].concat()));
        longer.collect()
    })
}

/// With one slash for each row of them.
fn merged(path: &[u8]) -> Vec<u8> {
    let mut merged = path.to_vec();
    merged.dedup_by(|byte, before| *byte == b'/' && *before == b'/');
    merged
}

fn undo_escapes(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, _) = split(asked);
    let replaced = |from: &str, to: &str| {
        let text = String::from_utf8_lossy(path);
        text.replace(from, to).into_bytes()
    };
    let as_sent = received.request.target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let spaced = String::from_utf8_lossy(as_sent).replace('+', "%20");
    let slashes = (1..path.len()).filter(|at| path[*at] == b'/').take(SLASHES);
    let one_escaped = slashes.map(|at| [&path[..at], b"%2F", &path[at + 1..]].concat());
    let mut forms = vec![
        s3_form::recoded(path),
        s3_form::decoded(path),
        s3_form::encoded(path),
        s3_form::encoded(&s3_form::decoded(path)),
        s3_form::recoded(&s3_form::decoded(path)),
        // A space and a plus are taken for each other.
        replaced("+", "%20"),
        replaced("+", "%2B"),
        replaced("%20", "+"),
        replaced("%20", "%2B"),
        replaced("%2B", "+"),
        replaced("%2B", "%20"),
        replaced("%2B", "%252B"),
        escaped_slashes(path),
        s3_form::recoded(spaced.as_bytes()),
    ];
    forms.extend(one_escaped);
    // What nobody but an encoder writes shows that one was at work.
    let is_evident = |signed: &[u8]| {
        let is_spaced = as_sent.contains(&b'+')
            && s3_form::recoded(spaced.as_bytes()) == s3_form::recoded(signed);
        is_spaced || (signed == s3_form::decoded(path) && holds_escape(signed))
    };
    let evident = |undone: Undone| {
        let target = &undone.question.input.request.target;
        let signed = target.split(|byte| *byte == b'?').next().unwrap_or_default();
        Undone { is_evident: is_evident(signed), ..undone }
    };
    respelt(asked, forms).into_iter().map(evident).collect()
}

/// Whether there is an escape in it: then a path with this in place of its `%25` was escaped twice.
fn holds_escape(path: &[u8]) -> bool {
    path.windows(3).any(|text| text[0] == b'%' && text[1..].iter().all(u8::is_ascii_hexdigit))
}

fn undo_case(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, _) = split(asked);
    let letters: Vec<usize> = letters(path).collect();
    let starts_word = |at: &usize| *at == 0 || !path[at - 1].is_ascii_alphanumeric();
    let words: Vec<usize> = letters.iter().copied().filter(starts_word).collect();
    let mut forms = vec![path.to_ascii_lowercase(), path.to_ascii_uppercase()];
    forms = forms.into_iter().map(|form| with_letters_of(path, &letters, &form)).collect();
    forms.push(with_letters_of(path, &words, &path.to_ascii_uppercase()));
    if words.len() <= WORDS {
        forms.extend(words.iter().fold(vec![path.to_vec()], |forms, at| {
            forms.iter().flat_map(|form| with_word_at(form, *at)).collect()
        }));
    }
    let toggled = |at: &usize| {
        let mut path = path.to_vec();
        path[*at] ^= b'a' ^ b'A';
        path
    };
    forms.extend(letters.iter().take(LETTERS.min(copies(asked))).map(toggled));
    respelt(asked, forms)
}

/// The path with these letters as another form of it has them.
fn with_letters_of(path: &[u8], letters: &[usize], other: &[u8]) -> Vec<u8> {
    let mut path = path.to_vec();
    for at in letters {
        path[*at] = other[*at];
    }
    path
}

/// With the word at this place as it is, with a capital, and in capitals.
fn with_word_at(path: &[u8], at: usize) -> [Vec<u8>; 3] {
    let end = path[at..].iter().position(|byte| !byte.is_ascii_alphanumeric());
    let end = end.map_or(path.len(), |length| at + length);
    [at, at + 1, end].map(|to| {
        let mut path = path.to_vec();
        path[at..to].make_ascii_uppercase();
        path
    })
}

/// The places of the letters that are not digits of an escape.
fn letters(path: &[u8]) -> impl Iterator<Item = usize> {
    let is_digit = |at: usize| {
        let before = |distance: usize| at >= distance && path[at - distance] == b'%';
        (before(1) || before(2)) && path[at].is_ascii_hexdigit()
    };
    (0..path.len()).filter(move |at| path[*at].is_ascii_alphabetic() && !is_digit(*at))
}

fn undo_escape_case(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, _) = split(asked);
    let forms = [u8::make_ascii_lowercase, u8::make_ascii_uppercase];
    respelt(asked, forms.into_iter().map(|case| with_escapes_in(path, case)).collect())
}

/// With the slashes of the key as escapes, all but the first one.
fn escaped_slashes(path: &[u8]) -> Vec<u8> {
    let key = path.strip_prefix(b"/").unwrap_or(path);
    [b"/", &String::from_utf8_lossy(key).replace('/', "%2F").into_bytes()[..]].concat()
}

fn undo_accents(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, _) = split(asked);
    let decoded = s3_form::decoded(path);
    let Ok(text) = std::str::from_utf8(&decoded) else { return Vec::new() };
    if text.is_ascii() {
        return Vec::new();
    }
    let forms: [String; 4] =
        [text.nfc().collect(), text.nfd().collect(), text.nfkc().collect(), text.nfkd().collect()];
    let mut forms: Vec<Vec<u8>> =
        forms.iter().map(|form| s3_form::encoded(form.as_bytes())).collect();
    // And one in Latin-1, as old systems store it.
    let latin1: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
    forms.extend(latin1.map(|text| s3_form::encoded(&text)));
    forms.push(s3_form::encoded(
        decoded.iter().map(|byte| char::from(*byte)).collect::<String>().as_bytes(),
    ));
    respelt(asked, forms)
}

/// What general encoders leave raw.
const RAW: &[&[u8]] = &[
    b"",
    b"!'()*",
    b"*",
    b"$&+=:@",
    b";,?:@&=+$#!'()*",
    b"$&+,/:;=@",
    b"!$&'()*+,;=:@",
    b"()",
    b":",
    b"+",
    b"@",
    b",",
];

fn undo_other_escapes(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    // Elsewhere the path is signed as it is sent.
    if asked.input.double_encode {
        return Vec::new();
    }
    let (path, _) = split(asked);
    let decoded = s3_form::decoded(path);
    let in_path = |bytes: &[u8]| decoded.iter().any(|byte| bytes.contains(byte));
    let tilde: &[bool] = if in_path(b"~") { &[false, true] } else { &[false] };
    let beyond_ascii: &[bool] = if decoded.is_ascii() { &[false] } else { &[false, true] };
    let mut forms = Vec::new();
    for raw in RAW.iter().filter(|raw| raw.is_empty() || in_path(raw)) {
        for escapes_tilde in tilde {
            for leaves_letters in beyond_ascii {
                let form = s3_form::encode(&decoded, |byte| match byte {
                    b'~' => !escapes_tilde,
                    b'/' => true,
                    _ if !byte.is_ascii() => *leaves_letters,
                    _ => s3_form::is_unreserved(byte) || raw.contains(&byte),
                });
                let text = String::from_utf8_lossy(&form);
                forms.push(text.replace("%20", "+").into_bytes());
                forms.push(text.replace("%20", " ").into_bytes());
                forms.push(with_escapes_in(&form, u8::make_ascii_lowercase));
                forms.push(form);
            }
        }
    }
    respelt(asked, forms)
}

/// With the digits of its escapes in one case.
fn with_escapes_in(path: &[u8], case: fn(&mut u8)) -> Vec<u8> {
    let mut path = path.to_vec();
    for at in 0..path.len().saturating_sub(2) {
        if path[at] == b'%' {
            path[at + 1..at + 3].iter_mut().for_each(case);
        }
    }
    path
}

/// The same with the path in each of these forms.
fn respelt(asked: &SignQuestion, mut forms: Vec<Vec<u8>>) -> Vec<Undone> {
    let (path, rest) = split(asked);
    forms.retain(|form| form != path);
    forms.sort_unstable();
    forms.dedup();
    forms
        .into_iter()
        .map(|signed| {
            let what = format!("signed as {}, arrived as {}", shown(&signed), shown(path));
            retargeted(asked, what, &signed, rest)
        })
        .collect()
}

/// The path, and the rest of the target from the question mark on.
fn split(asked: &SignQuestion) -> (&[u8], &[u8]) {
    let target = &asked.input.request.target;
    let end = target.iter().position(|byte| *byte == b'?').unwrap_or(target.len());
    target.split_at(end)
}

fn retargeted(asked: &SignQuestion, what: String, path: &[u8], rest: &[u8]) -> Undone {
    Undone::new(asked, what, |request| request.target = [path, rest].concat().into())
}
