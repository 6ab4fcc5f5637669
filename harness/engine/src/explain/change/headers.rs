//! Headers that did not arrive as they were signed.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;

use super::{Change, Received, Undone, shown};

pub(super) const DROPPED: Change = Change {
    id: "header-dropped",
    title: "A header was signed and did not arrive.",
    who: "Proxies and load balancers remove hop-by-hop headers (opensearch-py#1047); those who use a \
          presigned URL have to send every header that it names (aws-sdk-ruby#2411, mjswan#119).",
    fix: "Do not sign headers that are removed on the way, or send every signed header with the \
          value that was signed.",
    undo: undo_dropped,
};

pub(super) const REPLACED: Change = Change {
    id: "header-replaced",
    title: "A signed header arrived with another value.",
    who: "Proxies and CDNs rewrite Accept-Encoding (terraform#36412, talos-backup#64); HTTP \
          libraries complete Content-Type with a charset or a boundary (curl#13351); browsers \
          guess it from the file.",
    fix: "Do not sign headers that others write, or make sure that they leave the value alone.",
    undo: undo_replaced,
};

/// The most missing headers for which all values are tried.
const TRIED: usize = 2;

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
    ("amz-sdk-request", &["attempt=1; max=3", "attempt=1", "attempt=1; max=1", "attempt=2; max=3"]),
    ("cache-control", &["no-cache", "no-store", "max-age=0", "max-age=31536000", "public"]),
    ("connection", &["keep-alive", "Keep-Alive", "close", "Close", "upgrade"]),
    ("content-encoding", &["gzip", "aws-chunked", "identity", ""]),
    ("content-type", TYPES),
    ("expect", &["100-continue"]),
    ("te", &["trailers"]),
    ("transfer-encoding", &["chunked"]),
    ("x-amz-acl", &["private", "public-read", "bucket-owner-full-control"]),
    ("x-amz-sdk-checksum-algorithm", &["CRC32", "SHA256", "CRC64NVME"]),
    ("x-amz-server-side-encryption", &["AES256", "aws:kms"]),
    ("x-amz-storage-class", &["STANDARD", "INTELLIGENT_TIERING"]),
    ("x-forwarded-proto", &["http", "https"]),
    ("x-forwarded-port", &["80", "443"]),
];

/// Media types that clients send without being asked.
const TYPES: &[&str] = &[
    "application/octet-stream",
    "binary/octet-stream",
    "application/json",
    "application/x-amz-json-1.0",
    "application/x-amz-json-1.1",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/xml",
    "application/pdf",
    "application/zip",
    "image/jpeg",
    "image/png",
    "multipart/form-data",
    "text/html",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/plain;charset=UTF-8",
    "text/xml",
    "video/mp4",
    "",
];

/// Headers that are rewritten or removed on the way, with who does it. A name that ends in `-` is a
/// prefix.
const FRAGILE: &[(&str, &str)] = &[
    ("accept-encoding", "proxies and CDNs rewrite it"),
    ("cdn-loop", "CDNs set it"),
    ("cf-", "Cloudflare sets it"),
    ("connection", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("expect", "proxies answer it themselves"),
    ("forwarded", "proxies write it"),
    ("keep-alive", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("max-forwards", "every proxy counts it down"),
    ("proxy-", "proxies remove it"),
    ("te", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("traceparent", "tracing libraries and gateways rewrite it"),
    ("tracestate", "tracing libraries and gateways rewrite it"),
    ("transfer-encoding", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("upgrade", "it is hop-by-hop: every proxy removes it (RFC 9110, section 7.6.1)"),
    ("user-agent", "browsers and proxies replace it"),
    ("via", "every proxy appends to it"),
    ("x-amzn-trace-id", "load balancers and gateways set it"),
    ("x-forwarded-", "proxies write it"),
    ("x-real-ip", "proxies write it"),
    ("x-request-id", "gateways set it"),
];

/// Why a signed header of this name (in lower case) may not arrive as it was signed.
pub(in crate::explain) fn fragile(name: &[u8]) -> Option<&'static str> {
    let is = |known: &&(&str, &str)| {
        let known = known.0.as_bytes();
        if known.ends_with(b"-") { name.starts_with(known) } else { name == known }
    };
    FRAGILE.iter().find(is).map(|(_, why)| *why)
}

fn usual(name: &[u8]) -> &'static [&'static str] {
    let known = USUAL.iter().find(|(known, _)| known.as_bytes() == name);
    known.map_or(&[], |(_, values)| *values)
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
    let mut undone = vec![Undone { question: asked.clone(), what: String::new() }];
    for name in missing {
        undone = undone
            .iter()
            .flat_map(|before| usual(name).iter().map(move |value| with(before, name, value)))
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
    Undone::new(&before.question, what, |request| request.headers.push((name.into(), value.into())))
}

fn undo_replaced(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let headers = &asked.input.request.headers;
    let mut undone = Vec::new();
    for (index, (name, arrived)) in headers.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        if lower == b"host" {
            continue;
        }
        let mut values: Vec<Bytes> = usual(&lower).iter().map(|value| (*value).into()).collect();
        // What was appended, and the parameters of a media type.
        let cuts = [&b","[..], b";", b", ", b"; "];
        for cut in cuts {
            values.extend(ends(arrived, cut).map(Bytes::from));
        }
        values.push(arrived.to_ascii_lowercase().into());
        values.retain(|value| value != arrived);
        values.sort_unstable();
        values.dedup();
        undone.extend(values.into_iter().map(|value| {
            let what = format!(
                "`{}` was signed as `{}` and arrived as `{}`",
                shown(&lower),
                shown(&value),
                shown(arrived)
            );
            Undone::new(asked, what, |request| request.headers[index].1 = value)
        }));
    }
    undone
}

/// What stands before each occurrence of a separator.
fn ends<'v>(value: &'v [u8], separator: &'v [u8]) -> impl Iterator<Item = &'v [u8]> {
    let at = move |at: &usize| value[*at..].starts_with(separator);
    (1..value.len()).filter(at).map(|at| &value[..at])
}

impl Received<'_> {
    /// The signed headers that did not arrive.
    pub(in crate::explain) fn missing(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.signed.iter().filter(|name| {
            let is = |(other, _): &(Bytes, Bytes)| other.eq_ignore_ascii_case(name);
            !name.is_empty() && !self.request.headers.iter().any(is)
        })
    }
}
