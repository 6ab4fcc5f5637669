//! Headers that did not arrive as they were signed.

use std::collections::HashSet;

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::super::cause::Cause;
use super::super::chunks;
use super::{Change, Part, Received, Undone, copies, shown};

pub(super) const DROPPED: Change = Change {
    id: "header-dropped",
    title: "A header was signed and did not arrive.",
    part: Part::Header,
    who: "Proxies and load balancers remove hop-by-hop headers (opensearch-py#1047); those who use a \
          presigned URL have to send every header that it names (aws-sdk-ruby#2411, mjswan#119).",
    fix: "Do not sign headers that are removed on the way, or send every signed header with the \
          value that was signed.",
    undo: undo_dropped,
};

pub(super) const REPLACED: Change = Change {
    id: "header-replaced",
    title: "A signed header arrived with another value.",
    part: Part::Header,
    who: "Proxies and CDNs rewrite Accept-Encoding (terraform#36412, talos-backup#64); HTTP \
          libraries complete Content-Type with a charset or a boundary (curl#13351); browsers \
          guess it from the file.",
    fix: "Do not sign headers that others write, or make sure that they leave the value alone.",
    undo: undo_replaced,
};

/// The most missing headers for which all values are tried.
const TRIED: usize = 2;

/// How many beginnings of a value are tried, and how many of its longest ones.
const ENDS: usize = 8;

/// Values with which headers are usually sent.
const USUAL: &[(&str, &[&str])] = &[
    (
        "accept-encoding",
        &[
            "identity",
            "gzip",
            "gzip, deflate",
            "gzip, deflate, br",
            "gzip, deflate, br, zstd",
            "gzip,deflate",
            "deflate, gzip",
            "br",
            "*",
            "",
        ],
    ),
    ("accept", &["*/*", "application/json", "application/json, text/plain, */*", ""]),
    ("accept-language", &["*", "en-US", "en-US,en;q=0.9", ""]),
    (
        "amz-sdk-request",
        &[
            "attempt=1; max=3",
            "attempt=1",
            "attempt=1; max=1",
            "attempt=2; max=3",
            "attempt=3; max=3",
            "attempt=1; max=2",
            "attempt=1; max=4",
            "attempt=1; max=5",
            "attempt=1; max=10",
            "attempt=2",
        ],
    ),
    ("cache-control", &["no-cache", "no-store", "max-age=0", "max-age=31536000", "public"]),
    ("connection", &["keep-alive", "Keep-Alive", "close", "Close", "upgrade"]),
    (
        "content-encoding",
        &["gzip", "aws-chunked", "aws-chunked,gzip", "gzip,aws-chunked", "identity", "utf-8", ""],
    ),
    ("content-length", &["0", ""]),
    ("content-type", TYPES),
    ("expect", &["100-continue"]),
    ("range", &["bytes=0-", "bytes=0-0", "bytes=0-1", "bytes=0-1023", "bytes=0-1048575"]),
    ("te", &["trailers"]),
    ("transfer-encoding", &["chunked"]),
    ("x-amz-acl", &["private", "public-read", "bucket-owner-full-control"]),
    ("x-amz-checksum-mode", &["ENABLED"]),
    ("x-amz-content-sha256", &["UNSIGNED-PAYLOAD"]),
    ("x-amz-sdk-checksum-algorithm", &["CRC32", "SHA256", "CRC64NVME"]),
    ("x-amz-server-side-encryption", &["AES256", "aws:kms"]),
    ("x-amz-storage-class", &["STANDARD", "INTELLIGENT_TIERING"]),
    ("x-forwarded-proto", &["http", "https"]),
    ("x-forwarded-port", &["80", "443"]),
];

/// Media types that clients send without being asked, that browsers guess from a file's name, and
/// that libraries have as defaults.
const TYPES: &[&str] = &[
    "application/octet-stream",
    "binary/octet-stream",
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/x-amz-json-1.0",
    "application/x-amz-json-1.1",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/xml",
    "application/csv",
    "application/gzip",
    "application/javascript",
    "application/msword",
    "application/pdf",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/wasm",
    "application/x-gzip",
    "application/x-ndjson",
    "application/x-tar",
    "application/x-zip-compressed",
    "application/zip",
    "audio/mp3",
    "audio/mp4",
    "audio/mpeg",
    "audio/wav",
    "audio/webm",
    "audio/x-wav",
    "image/avif",
    "image/gif",
    "image/heic",
    "image/*",
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/svg+xml",
    "image/webp",
    "multipart/form-data",
    "text/css",
    "text/csv",
    "text/html",
    "text/html; charset=utf-8",
    "text/javascript",
    "text/markdown",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/plain;charset=UTF-8",
    "text/xml",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "",
    "null",
    "undefined",
];

/// How a charset is written after a media type.
const CHARSETS: &[&str] = &[
    "; charset=utf-8",
    ";charset=utf-8",
    "; charset=UTF-8",
    ";charset=UTF-8",
    "; charset=iso-8859-1",
    "; charset=ISO-8859-1",
];

fn usual(name: &[u8]) -> &'static [&'static str] {
    let known = USUAL.iter().find(|(known, _)| known.as_bytes() == name);
    known.map_or(&[], |(_, values)| *values)
}

/// The values that follow from the body, as it arrived.
fn of_body(name: &[u8], received: &Received<'_>) -> Option<String> {
    let body = &received.request.body;
    match name {
        b"content-length" => Some(body.len().to_string()),
        b"x-amz-decoded-content-length" => {
            Some(chunks::length(body).unwrap_or(body.len()).to_string())
        }
        b"x-amz-content-sha256" => Some(String::from_utf8_lossy(&received.payload).into_owned()),
        _ => None,
    }
}

fn undo_dropped(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let has = |name: &[u8]| {
        let mut headers = asked.input.request.headers.iter();
        headers.any(|(other, _)| other.eq_ignore_ascii_case(name))
    };
    let missing: Vec<&Vec<u8>> =
        received.missing().filter(|name| !has(name)).take(TRIED + 1).collect();
    if missing.is_empty() || missing.len() > TRIED {
        return Vec::new();
    }
    let mut undone = vec![Undone::new(asked, String::new(), |_| {})];
    for name in missing {
        let usual = usual(name).iter().map(|value| (*value).to_owned());
        let mut values: Vec<String> = of_body(name, received).into_iter().chain(usual).collect();
        if values.is_empty() {
            // A header without a value is often not sent.
            values.push(String::new());
        }
        undone = undone
            .iter()
            .flat_map(|before| values.iter().map(move |value| with(before, name, value)))
            .collect();
    }
    undone
}

/// The same with one more header.
fn with(before: &Undone, name: &[u8], value: &str) -> Undone {
    let separator = if before.what.is_empty() { "" } else { "; " };
    let what = format!(
        "{}{separator}`{}` was signed with the value `{value}` and did not arrive",
        before.what,
        shown(name)
    );
    let mut undone = Undone::new(&before.question, what, |request| {
        request.headers.push((name.into(), value.into()));
    });
    let states_payload = name == b"x-amz-content-sha256";
    undone.payload = if states_payload { Some(value.into()) } else { before.payload.clone() };
    let is_presigned = before.question.placement == Placement::Query;
    let cause = Cause::of_missing(name, is_presigned);
    undone.by(before.cause.as_ref().map_or(cause.clone(), |others| others.and(&cause)))
}

fn undo_replaced(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let headers = &asked.input.request.headers;
    let most = copies(asked);
    let mut undone = Vec::new();
    for (index, (name, arrived)) in headers.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        if lower == b"host" {
            continue;
        }
        let mut values: Vec<Bytes> = usual(&lower).iter().map(|value| (*value).into()).collect();
        if lower == b"content-type" {
            values.extend(charsets(arrived));
        }
        values.extend(of_body(&lower, received).map(Bytes::from));
        values.extend(recoded(arrived));
        values.extend(with_commas(arrived));
        // What was appended, and the parameters of a media type.
        let cuts = [&b","[..], b";", b", ", b"; "];
        for cut in cuts {
            values.extend(ends(arrived, cut).map(Bytes::from));
        }
        values.push(arrived.to_ascii_lowercase().into());
        values.retain(|value| value != arrived);
        values.sort_unstable();
        values.dedup();
        let cause = |value: &[u8]| {
            if is_list_of(value, arrived) { joined() } else { Cause::of_header(&lower) }
        };
        undone.extend(values.into_iter().take(most - undone.len()).map(|value| {
            let what = format!(
                "`{}` was signed as `{}` and arrived as `{}`",
                shown(&lower),
                shown(&value),
                shown(arrived)
            );
            let cause = cause(&value);
            Undone::new(asked, what, |request| request.headers[index].1 = value).by(cause)
        }));
    }
    undone
}

/// A media type with other parameters, and with letters in another case.
fn charsets(arrived: &[u8]) -> impl Iterator<Item = Bytes> {
    let text = String::from_utf8_lossy(arrived).into_owned();
    let media_type = text.split(';').next().unwrap_or_default().trim().to_owned();
    let with_charset = CHARSETS.iter().map(|charset| format!("{media_type}{charset}"));
    let respelt = [
        text.replace("utf-8", "UTF-8"),
        text.replace("; ", ";"),
        text.replace(';', "; "),
        text.replace("charset=", "charset=\"") + "\"",
        text.replace('"', ""),
    ];
    with_charset.chain(respelt).map(Bytes::from).collect::<Vec<_>>().into_iter()
}

/// A list with other white space at its commas: signers join the values of a repeated header with a comma
/// alone, HTTP libraries with a comma and a space.
fn with_commas(arrived: &[u8]) -> Vec<Bytes> {
    if !arrived.contains(&b',') {
        return Vec::new();
    }
    [&b","[..], b", "].map(|comma| items(arrived).join(comma).into()).into()
}

fn items(list: &[u8]) -> Vec<&[u8]> {
    list.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect()
}

fn is_list_of(value: &[u8], arrived: &[u8]) -> bool {
    arrived.contains(&b',') && items(value) == items(arrived)
}

/// Who writes lists in another form.
fn joined() -> Cause {
    Cause::new(
        "Proxies and HTTP libraries that join a repeated header to one, with a comma and a space where \
         signers join with a comma alone, or that write a list with other white space.",
        "Send the header once, with its values joined by commas, and let nobody write it again; or do \
         not sign it.",
    )
}

/// A value beyond ASCII in the other of the two usual encodings.
fn recoded(arrived: &[u8]) -> Option<Bytes> {
    if arrived.is_ascii() {
        return None;
    }
    let of_latin1 =
        || arrived.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes();
    let to_latin1 = |text: &str| text.chars().map(|char| u8::try_from(char).ok()).collect();
    let latin1: Option<Vec<u8>> = std::str::from_utf8(arrived).ok().and_then(to_latin1);
    Some(latin1.unwrap_or_else(of_latin1).into())
}

/// What is before a separator: the shortest and the longest beginnings of the value.
fn ends<'v>(value: &'v [u8], separator: &'v [u8]) -> impl Iterator<Item = &'v [u8]> {
    let is_end = move |at: &usize| value[*at..].starts_with(separator);
    let ends = move || (1..value.len()).filter(is_end);
    ends().take(ENDS).chain(ends().rev().take(ENDS)).map(move |at| &value[..at])
}

impl Received<'_> {
    /// The signed headers that did not arrive, each once.
    pub(in crate::explain) fn missing(&self) -> impl Iterator<Item = &Vec<u8>> {
        let arrived = self.request.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        let mut known: HashSet<Vec<u8>> = arrived.collect();
        self.signed.iter().filter(move |name| !name.is_empty() && known.insert((*name).clone()))
    }
}
