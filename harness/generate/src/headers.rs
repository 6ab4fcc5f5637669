//! Headers: names that sort closely, values with every kind of blank, hosts of every form.

use sigv4_vectors::Bytes;

use super::draw::{Draw, Words};

/// The value of `Host`; `None` for a request without one.
pub(super) fn host(draw: &mut Draw<'_, '_>) -> Option<&'static [u8]> {
    if draw.odd && draw.odds(25) {
        return None;
    }
    Some(if draw.odds(90) { draw.word(&HOSTS) } else { HOSTS.plain[0] })
}

/// The headers of the caller other than `Host`.
pub(super) fn headers(draw: &mut Draw<'_, '_>) -> Vec<(Bytes, Bytes)> {
    let mut headers: Vec<(Bytes, Bytes)> = Vec::with_capacity(8);
    for _ in 0..draw.below(6) {
        if draw.odd && draw.odds(50) {
            let (name, value) = draw.pick(CONTESTED);
            headers.push((name.into(), value.into()));
            continue;
        }
        let name = match (draw.below(8), headers.last()) {
            // The same name again, or in another case.
            (0, Some((name, _))) => name.clone(),
            (1, Some((name, _))) => name.to_ascii_uppercase().into(),
            (2 | 3, _) => short_name(draw),
            _ => draw.pick(NAMES).into(),
        };
        headers.push((name, value(draw)));
    }
    headers
}

fn short_name(draw: &mut Draw<'_, '_>) -> Bytes {
    let length = 1 + draw.below(3);
    let name: Vec<u8> = (0..length).map(|_| draw.pick(NAME_BYTES)).collect();
    name.into()
}

fn value(draw: &mut Draw<'_, '_>) -> Bytes {
    match draw.below(4) {
        0 => draw.pick(VALUES).into(),
        _ => draw.text(&VALUE, 5),
    }
}

static HOSTS: Words = Words {
    plain: &[
        b"example.amazonaws.com",
        b"h",
        b"h:8080",
        b"h:80",
        b"EX.com",
        b"h.",
        b"[::1]",
        b"[::1]:8443",
        b"127.0.0.1:9000",
        b"bucket.s3.amazonaws.com",
        b"bucket.s3.eu-west-1.amazonaws.com",
        b"service.us-east-1.amazonaws.com",
        b"xn--bcher-kva.example",
    ],
    odd: &[b"h:443", b"[::1]:443", b" h ", b"", b"\th", b"u@h", b"[fe80::1%25eth0]", b"b\xC3\xBC"],
};

/// Names that sort closely, that differ in case, or that signers treat specially.
const NAMES: &[&str] = &[
    "X-A",
    "x-a",
    "a",
    "A",
    "a-a",
    "A-A",
    "a.b",
    "a1",
    "a_b",
    "ab",
    "Ab",
    "A-C",
    "X-A-B",
    "Zeta",
    "Alpha",
    "Content-Type",
    "Content-MD5",
    "Accept",
    "If-Match",
    "Range",
    "Cookie",
    "X-Amz-Acl",
    "X-Amz-Meta-A",
    "x-amz-meta-b",
    "X-Amz-Target",
    "User-Agent",
    "Expect",
    "X-Amzn-Trace-Id",
    "Upgrade",
    "X-Forwarded-For",
    "aB",
    "aa",
    "Accept-Encoding",
    "X-Amz-Date-A",
    "Cache-Control",
    "x-amz-server-side-encryption",
];

/// Bytes of short names: every token byte that sorts differently from the others.
const NAME_BYTES: &[u8] = b"ab-AZ_.019!#$%&'*+^`|~z";

/// Headers on which the vendor's signers disagree.
const CONTESTED: &[(&str, &str)] = &[
    ("X-Amz-Date", "20150829T000000Z"),
    ("Date", "Sat, 29 Aug 2015 12:36:00 GMT"),
    ("Date", "20150829T000000Z"),
    ("Authorization", "Basic eDp5"),
    ("X-Amz-Security-Token", "stale"),
    ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
    ("Content-Length", "0"),
    ("Transfer-Encoding", "chunked"),
    ("Trailer", "a"),
    ("Host", "other"),
    ("X-Amz-User-Agent", "a"),
    ("Connection", "keep-alive"),
    ("TE", "trailers"),
];

/// Values that are used as a whole.
const VALUES: &[&[u8]] = &[
    b"1",
    b"",
    b" ",
    b" v ",
    b"a   b",
    b"a, b",
    b"http://b",
    b"Value",
    b"text/plain; charset=utf-8",
    b"application/x-www-form-urlencoded",
    b"1B2M2Y8AsgTpgAmY7PhCfg==",
    b"\"a b\"",
    b"gzip",
    b"application/x-amz-json-1.0",
    b"DynamoDB_20120810.ListTables",
    b"bytes=0-1023",
    b"max-age=0",
];

static VALUE: Words = Words {
    plain: &[
        b"a",
        b"B",
        b"1",
        b" ",
        b"  ",
        b"   ",
        b",",
        b", ",
        b":",
        b";",
        b"=",
        b"\"",
        b"'",
        b"/",
        b"%20",
        b"\xC3\xA9",
        b"\xE2\x82\xAC",
        b"\\",
        b"?",
        b"#",
        b"&",
        b"+",
        b"@",
        b"~",
    ],
    odd: &[
        b"\t",
        b"\t\t",
        b" \t",
        b"\r\n ",
        b"\n ",
        b"\n\t ",
        b"\x0B",
        b"\x0C",
        b"\x1F",
        b"\x01",
        b"\0",
        b"\x7F",
        b"\"a  b\"",
        b"\xC2\xA0",
        b"\xC2\x85",
        b"\xE2\x80\x83",
        b"\xFF",
        b"\xC3",
    ],
};
