//! Targets: every kind of byte that the canonical path and the canonical query distinguish.

use std::ops::Range;

use super::draw::{Draw, Words};

/// A path.
pub(super) fn path(draw: &mut Draw<'_, '_>) -> Vec<u8> {
    if draw.odd && draw.odds(20) {
        return Vec::new();
    }
    let mut path = Vec::with_capacity(64);
    path.push(b'/');
    match draw.below(8) {
        0 => {}
        1 => path.extend_from_slice(draw.pick(WHOLE_PATHS)),
        2 => (0..=draw.below(12)).for_each(|_| path.push(path_byte(draw))),
        3 => {
            for _ in 0..=draw.below(6) {
                let byte = draw.byte();
                append_escape(byte, draw.odds(40), &mut path);
            }
        }
        _ => {
            for _ in 0..=draw.below(5) {
                path.extend_from_slice(draw.word(&PATH));
            }
        }
    }
    if draw.odds(1) {
        // Longer than anything that is handled at once.
        path.extend(std::iter::repeat_n(b"a*/", 700).flatten());
    }
    path
}

/// An escape, with digits in upper case unless `lower`.
fn append_escape(byte: u8, lower: bool, text: &mut Vec<u8>) {
    let escape = if lower { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
    text.extend_from_slice(escape.as_bytes());
}

/// A byte below 128, escaped if a query has to escape it.
fn append_ascii(draw: &mut Draw<'_, '_>, text: &mut Vec<u8>) {
    let byte = draw.byte() & 0x7F;
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        text.push(byte);
    } else {
        append_escape(byte, false, text);
    }
}

/// A byte that is allowed in a path without escaping.
fn path_byte(draw: &mut Draw<'_, '_>) -> u8 {
    let byte = if draw.odd { draw.byte() } else { b' ' + draw.byte() % 0x5F };
    if draw.odd && byte >= b' ' || !matches!(byte, b'?' | b'#' | b';' | ..b' ') {
        byte
    } else {
        b'a'
    }
}

/// Appends a query to a path, or nothing. Without `repeats` each name appears once: the vendor's
/// signers disagree on repeated names in presigned requests.
pub(super) fn append_query(draw: &mut Draw<'_, '_>, repeats: bool, target: &mut Vec<u8>) {
    if !draw.odds(190) {
        return;
    }
    target.push(b'?');
    let start = target.len();
    let mut name = std::mem::take(&mut draw.scratch);
    // Where the names are in the target.
    let mut names: Vec<Range<usize>> = Vec::new();
    let count = draw.below(6);
    for index in 0..count {
        name.clear();
        append_name(draw, &mut name);
        let once = !repeats && !draw.odd;
        if once && names.iter().any(|place| target[place.clone()] == name) {
            continue;
        }
        if index > 0 && target.len() > start || draw.odd && draw.odds(20) {
            target.push(b'&');
        }
        target.extend_from_slice(&name);
        if once {
            names.push(target.len() - name.len()..target.len());
        }
        if draw.odd && draw.odds(40) {
            // A name without a value.
        } else if draw.odd && draw.odds(30) {
            target.extend_from_slice(draw.pick(AUTHENTICATION));
        } else {
            target.push(b'=');
            append_value(draw, target);
        }
        if draw.odd && draw.odds(20) {
            target.push(b'&');
        }
    }
    draw.scratch = name;
    if draw.odd && draw.odds(6) {
        target.extend_from_slice(draw.pick(STRAY));
    }
}

fn append_name(draw: &mut Draw<'_, '_>, name: &mut Vec<u8>) {
    match draw.below(8) {
        0 | 1 => name.extend_from_slice(draw.pick(NAMES)),
        2 => (0..=draw.below(2)).for_each(|_| name.push(draw.pick(NAME_BYTES))),
        3 => {
            name.push(b'a');
            append_ascii(draw, name);
        }
        4 | 5 => {
            name.extend_from_slice(draw.pick(NAMES));
            name.extend_from_slice(draw.word(&QUERY));
        }
        _ => draw.append_text(&QUERY, 3, name),
    }
}

fn append_value(draw: &mut Draw<'_, '_>, query: &mut Vec<u8>) {
    match draw.below(8) {
        0 | 1 => query.extend_from_slice(draw.pick(VALUES)),
        2 => {
            query.push(b'a');
            append_ascii(draw, query);
        }
        _ => draw.append_text(&QUERY, 4, query),
    }
}

/// Paths that are used as a whole.
const WHOLE_PATHS: &[&[u8]] = &[
    b"a/",
    b"a/b",
    b"a%20b",
    b"Key.txt",
    b"./a",
    b"../a",
    b"a/../b",
    b"a/./b",
    b"a//b",
    b"/",
    b"/a",
    b"a/b/../../c",
    b"...",
    b".a/b.",
    b"base/op/",
    b"a/%2E%2e/b",
    b"%E1%88%B4",
    b"a/../../../b/",
    b"photos/2015/08/30/sample.jpg",
    b"2015-03-31/functions/f/invocations",
];

static PATH: Words = Words {
    plain: &[
        b"a",
        b"B",
        b"0",
        b"/",
        b"/",
        b"-",
        b"_.",
        b"~",
        b"%20",
        b"%2F",
        b"%2f",
        b"%2e",
        b"%2E%2E",
        b"%7E",
        b"%7e",
        b"%41",
        b"%25",
        b"%2525",
        b"%2B",
        b"%2b",
        b"%3D",
        b"%00",
        b"%0A",
        b"%zz",
        b"%",
        b"%4",
        b"+",
        b" ",
        b"*",
        b"=",
        b"&",
        b":",
        b"@",
        b"$",
        b"!",
        b"'",
        b"(",
        b")",
        b",",
        b"\\",
        b"<",
        b"\"",
        b"[",
        b"^",
        b"`",
        b"{",
        b"|",
        b"\xC3\xA9",
        b"e\xCC\x81",
        b"\xF0\x9F\x98\x80",
        b"%C3%A9",
        b"e%CC%81",
        b"%F0%9F%98%80",
        b"%EF%BF%BF",
        b"%FF",
        b"%C0%AF",
        b"/./",
        b"/../",
        b"//",
        b"aws-chunked",
        b"?",
    ],
    odd: &[
        b".",
        b"..",
        b"/..",
        b"/.",
        b"\t",
        b"#",
        b";",
        b";v=1/",
        b"\xFF",
        b"\xC3",
        b"://",
        b"http://h/",
        b"\x7F",
        b"\x01",
    ],
};

/// Bytes of short names: letters in both cases, and what sorts before, between and after them.
const NAME_BYTES: &[u8] = b"aAbBzZ09-._~";

/// Names that sort closely, or that signers treat specially.
const NAMES: &[&[u8]] = &[
    b"a",
    b"b",
    b"A",
    b"ab",
    b"aB",
    b"a-b",
    b"a.b",
    b"a_b",
    b"a0",
    b"a1",
    b"a10",
    b"a9",
    b"a%3D",
    b"a%2Fb",
    b"a%3Ab",
    b"a~",
    b"Z",
    b"",
    b"acl",
    b"prefix",
    b"uploadId",
    b"partNumber",
    b"X-Amz-Meta-A",
    b"x-id",
    b"aa",
    b"Action",
    b"Version",
    b"list-type",
    b"versionId",
    b"response-content-disposition",
    b"%C3%BC",
    b"%EF%BF%BF",
    b"%F0%90%80%80",
    b"%00",
];

/// Values that sort closely, or that signers treat specially.
const VALUES: &[&[u8]] = &[
    b"1",
    b"",
    b"2",
    b"10",
    b"b",
    b"B",
    b"%20b%20",
    b"a%2Fb",
    b"x%2By",
    b"x%26y",
    b"b%3Dc",
    b"%2541",
    b"b%00c",
    b"e%CC%81",
    b"%C3%A9",
    b"%F0%9F%98%80",
    b"2015-08-30T12%3A36%3A00Z",
    b"https%3A%2F%2Fh%2F%3Fa%3Db",
    b"2010-05-08",
    b"attachment%3B%20filename%3D%22a.txt%22",
];

static QUERY: Words = Words {
    plain: &[
        b"a",
        b"A",
        b"b",
        b"1",
        b"10",
        b"9",
        b"-",
        b"_",
        b".",
        b"~",
        b"%20",
        b"%2F",
        b"%3D",
        b"%26",
        b"%2B",
        b"%3F",
        b"%3A",
        b"%3B",
        b"%25",
        b"%2525",
        b"%2541",
        b"%00",
        b"%0A",
        b"%0D%0A",
        b"%2A",
        b"%21",
        b"%27%28%29",
        b"%2C",
        b"%40",
        b"%22",
        b"%5B%5D",
        b"%7C",
        b"%23",
        b"%24",
        b"%C3%BC",
        b"e%CC%81",
        b"%E2%82%AC",
        b"%EF%BF%BF",
        b"%F0%90%80%80",
    ],
    odd: &[
        b"=",
        b"==",
        b"+",
        b" ",
        b"/",
        b"?",
        b";",
        b";b=2",
        b"#",
        b"*",
        b"!",
        b"'",
        b"(",
        b")",
        b":",
        b",",
        b"@",
        b"$",
        b"[",
        b"\"",
        b"|",
        b"%3d",
        b"%2f",
        b"%c3%bc",
        b"%aB",
        b"%41",
        b"%7E",
        b"%7e",
        b"%2D",
        b"%FF",
        b"%C3",
        b"%C0%AF",
        b"%ED%A0%80",
        b"\xC3\xBC",
        b"\xFF",
        b"\xF0\x90\x80\x80",
        b"\t",
        b"%5f",
    ],
};

/// What a presigned target may already contain, as it is and in disguise; appended to a name.
const AUTHENTICATION: &[&[u8]] = &[
    b"&X-Amz-Date=20150829T000000Z",
    b"&X-Amz-Algorithm=AWS4-HMAC-SHA256",
    b"&X-Amz-Credential=a%2Fb",
    b"&X-Amz-Expires=60",
    b"&X-Amz-Security-Token=old",
    b"&X-Amz-SignedHeaders=host",
    b"&X-Amz-Signature=abc",
    b"&X%2DAmz-Signature=0",
    b"&x-amz-signature=0",
    b"&x-amz-date=0",
];

/// Percent signs that do not begin an escape: a query with one cannot be signed.
const STRAY: &[&[u8]] = &[b"%", b"&a=%4", b"%zz"];
