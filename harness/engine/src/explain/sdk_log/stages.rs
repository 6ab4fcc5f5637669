//! The signer's own texts in a log. A log ends them in its own way; how they are built says where
//! they end.

use memchr::memmem;
use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::hex;
use sigv4_vectors::model::Request;

use crate::explain::SignerLog;
use crate::explain::parts::header;

/// What stands before a canonical request: botocore; the SDKs for Java, versions 1 and 2; for Go,
/// versions 1 and 2; for C++; and what people are told to print in Ruby.
/// botocore's ends its line: with a value behind it, it would be an error of the server.
const CANONICAL_REQUEST: [&[u8]; 6] = [
    b"CanonicalRequest:\n",
    b"CanonicalRequest:\r\n",
    b"AWS4 Canonical Request:",
    b"---[ CANONICAL STRING  ]---",
    b"Canonical Request String:",
    b"CANONICAL_REQUEST:",
];

/// The same before a string to sign.
const STRING_TO_SIGN: [&[u8]; 7] = [
    b"StringToSign:\n",
    b"StringToSign:\r\n",
    b"AWS4 String to Sign:",
    b"AWS4 String to sign:",
    b"---[ STRING TO SIGN ]---",
    b"Final String to sign:",
    b"STRING_TO_SIGN:",
];

/// And before a signature.
const SIGNATURE: [&[u8]; 3] = [b"Signature:\n", b"Signature:\r\n", b"Final computed signing hash:"];

/// The texts that are logged last: a client that tries again logs them again.
pub(super) fn read(text: &[u8]) -> SignerLog {
    paired(found(text, &CANONICAL_REQUEST, canonical_request).pop(), text)
}

/// The texts that were computed for this request: the last with its method and its signed headers.
/// `None` where all that are logged belong to other requests.
pub(super) fn of(text: &[u8], request: &Request) -> Option<SignerLog> {
    let mut canonical = found(text, &CANONICAL_REQUEST, canonical_request);
    if canonical.is_empty() {
        return Some(read(text));
    }
    let is_its = |canonical: &Vec<u8>| {
        let mut lines = canonical.split(|&byte| byte == b'\n');
        let method = lines.next().unwrap_or_default();
        let signed_headers = lines.nth_back(1).unwrap_or_default();
        let in_query = memmem::find(&request.target, b"X-Amz-SignedHeaders=").is_some();
        let is_listed = in_query
            || header(request, "authorization")
                .is_none_or(|value| memmem::find(value, signed_headers).is_some());
        method == &request.method[..] && is_listed
    };
    canonical.retain(is_its);
    let last = canonical.pop()?;
    Some(paired(Some(last), text))
}

/// A canonical request with the string to sign that has its hash; where none has, with the last one.
fn paired(canonical: Option<Vec<u8>>, text: &[u8]) -> SignerLog {
    let mut strings = found(text, &STRING_TO_SIGN, string_to_sign);
    let with_hash = canonical.as_ref().and_then(|canonical| {
        let hash = hex(&Sha256::digest(canonical));
        strings.iter().rposition(|string| string.ends_with(hash.as_bytes()))
    });
    let string_to_sign = match with_hash {
        Some(index) => Some(strings.swap_remove(index)),
        None => strings.pop(),
    };
    SignerLog { canonical_request: canonical, string_to_sign }
}

/// The signature that is logged last.
pub(super) fn signature(text: &[u8]) -> Option<Vec<u8>> {
    let digits = |text: &[u8]| {
        let end = text.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(text.len());
        (end == 64).then_some(end)
    };
    found(text, &SIGNATURE, digits).pop()
}

/// Whether a text has one of them.
pub(super) fn are_in(text: &[u8]) -> bool {
    !found(text, &CANONICAL_REQUEST, canonical_request).is_empty()
        || !found(text, &STRING_TO_SIGN, string_to_sign).is_empty()
}

/// All that can be read behind one of the marks, in the order of the log. The reader returns the
/// length. A log that was kept on Windows has other line ends.
fn found(text: &[u8], marks: &[&[u8]], length: impl Fn(&[u8]) -> Option<usize>) -> Vec<Vec<u8>> {
    let mut found: Vec<(usize, &[u8])> = Vec::new();
    for mark in marks {
        for at in memmem::find_iter(text, *mark) {
            let rest = &text[at + mark.len()..];
            // Go fills the line with dashes, Java opens two quotation marks.
            let is_filler = |byte: &&u8| matches!(byte, b'-' | b' ' | b'\r' | b'\n' | b'\'' | b'"');
            let rest = &rest[rest.iter().take_while(is_filler).count()..];
            found.extend(length(rest).map(|length| (at, &rest[..length])));
        }
    }
    found.sort_by_key(|&(at, _)| at);
    found.into_iter().map(|(_, text)| with_line_feeds(text)).collect()
}

fn with_line_feeds(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|&byte| byte == b'\n');
    let lines: Vec<&[u8]> = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    lines.join(&b'\n')
}

/// Method, path and query, the header lines up to an empty one, their names, the payload hash.
fn canonical_request(text: &[u8]) -> Option<usize> {
    let mut lines = Lines { text, at: 0 };
    let method = lines.next()?;
    let is_method = !method.is_empty() && method.iter().all(u8::is_ascii_uppercase);
    if !is_method || !lines.next()?.starts_with(b"/") {
        return None;
    }
    let _query = lines.next()?;
    loop {
        let line = lines.next()?;
        if line.is_empty() {
            break;
        }
        // Without this a text of many beginnings would be read to its end for each.
        memchr::memchr(b':', line)?;
    }
    let _signed_headers = lines.next()?;
    let start = lines.at;
    Some(start + word(&text[start..])?)
}

/// The algorithm, the time, the scope, and one to three hashes.
fn string_to_sign(text: &[u8]) -> Option<usize> {
    if !text.starts_with(b"AWS4-") {
        return None;
    }
    let mut lines = Lines { text, at: 0 };
    let algorithm = lines.next()?;
    let hashes = match algorithm {
        algorithm if algorithm.ends_with(b"-PAYLOAD") => 3,
        algorithm if algorithm.ends_with(b"-TRAILER") => 2,
        _ => 1,
    };
    // The time, the scope, and all hashes but the last, which need not end with its line.
    for _ in 0..=hashes {
        lines.next()?;
    }
    let start = lines.at;
    Some(start + word(&text[start..])?)
}

/// The length of the word at the start; `None` where there is none.
fn word(text: &[u8]) -> Option<usize> {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let end = text.iter().position(is_end).unwrap_or(text.len());
    (end > 0).then_some(end)
}

struct Lines<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Lines<'t> {
    /// A line that has an end, without it.
    fn next(&mut self) -> Option<&'t [u8]> {
        /// Longer than any query that is sent.
        const LONGEST: usize = 32 << 10;
        let rest = &self.text[self.at..];
        let end = memchr::memchr(b'\n', &rest[..rest.len().min(LONGEST)])?;
        self.at += end + 1;
        let line = &rest[..end];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str =
        "GET\n/a b\n\nhost:h\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD";
    const TO_SIGN: &str =
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\n00ff";

    fn check(log: &str) {
        let found = read(log.as_bytes());
        assert_eq!(found.canonical_request.as_deref(), Some(CANONICAL.as_bytes()), "{log}");
        assert_eq!(found.string_to_sign.as_deref(), Some(TO_SIGN.as_bytes()), "{log}");
    }

    #[test]
    fn every_sdk_has_its_marks() {
        // botocore 1.44.8 through `logging`, and the AWS CLI with --debug.
        for prefix in [
            "2015-08-30 12:36:00,000 botocore.auth [DEBUG]",
            "- MainThread - botocore.auth - DEBUG -",
        ] {
            check(&format!(
                "{prefix} CanonicalRequest:\n{CANONICAL}\n{prefix} StringToSign:\n{TO_SIGN}\n{prefix} Signature:\n00"
            ));
        }
        // Java: version 1 with the marks that it does not close, and 2.58.0.
        check(&format!(
            "DEBUG AWS4Signer - AWS4 Canonical Request: '\"{CANONICAL}\"\nDEBUG AWS4Signer - AWS4 String to \
             Sign: '\"{TO_SIGN}\"\n"
        ));
        check(&format!(
            "DEBUG a.B - AWS4 Canonical Request: {CANONICAL}\nDEBUG a.B - AWS4 Canonical Request Hash: 00\n\
             DEBUG a.B - AWS4 String to sign: {TO_SIGN}"
        ));
        // Go: aws-sdk-go-v2 1.48.0, and version 1, which has a colon behind DEBUG.
        check(&format!(
            "2015/08/30 DEBUG: Request Signature:\n---[ CANONICAL STRING  ]----------\n{CANONICAL}\n\
             ---[ STRING TO SIGN ]-----------\n{TO_SIGN}\n--------------"
        ));
        // C++.
        check(&format!(
            "[DEBUG] AWSAuthV4Signer [1] Canonical Request String: {CANONICAL}\n[DEBUG] AWSAuthV4Signer [1] \
             Final String to sign: {TO_SIGN}\n"
        ));
    }

    #[test]
    fn line_ends_of_windows_are_undone() {
        let log = format!("a CanonicalRequest:\n{CANONICAL}\na StringToSign:\n{TO_SIGN}\n");
        check(&log.replace('\n', "\r\n"));
    }

    #[test]
    fn the_last_of_several_is_taken() {
        let first = CANONICAL.replace("/a b", "/first");
        check(&format!(
            "CanonicalRequest:\n{first}\nCanonicalRequest:\n{CANONICAL}\nStringToSign:\n{TO_SIGN}"
        ));
        // The last one is cut: the one before it is whole.
        check(&format!(
            "CanonicalRequest:\n{CANONICAL}\nStringToSign:\n{TO_SIGN}\nCanonicalRequest:\nGET\n/"
        ));
    }

    #[test]
    fn the_texts_of_a_request_are_found_among_others() {
        let others = CANONICAL.replace("GET", "PUT");
        let hash = |canonical: &str| hex(&Sha256::digest(canonical));
        let to_sign = |canonical: &str| format!("AWS4-HMAC-SHA256\nt\ns\n{}", hash(canonical));
        let log = [CANONICAL, &others].map(|canonical| {
            format!("CanonicalRequest:\n{canonical}\nStringToSign:\n{}\n", to_sign(canonical))
        });
        let log = log.concat();
        let request = |method: &str, signed: &str| Request {
            method: method.into(),
            target: "/a b".into(),
            headers: vec![("Authorization".into(), format!("x, SignedHeaders={signed}, y").into())],
            ..Request::default()
        };
        for (method, canonical) in [("GET", CANONICAL), ("PUT", &others)] {
            let found = of(log.as_bytes(), &request(method, "host;x-amz-date")).unwrap();
            assert_eq!(found.canonical_request.as_deref(), Some(canonical.as_bytes()));
            assert_eq!(found.string_to_sign, Some(to_sign(canonical).into_bytes()));
        }
        assert_eq!(of(log.as_bytes(), &request("HEAD", "host;x-amz-date")), None);
        assert_eq!(of(log.as_bytes(), &request("GET", "host")), None);
        assert_eq!(of(b"", &request("GET", "host")), Some(SignerLog::default()));
    }

    #[test]
    fn chunks_have_more_hashes() {
        let chunk = "AWS4-HMAC-SHA256-PAYLOAD\nt\ns\n1\n2\n3";
        let found = read(format!("StringToSign:\n{chunk}\n").as_bytes());
        assert_eq!(found.string_to_sign.as_deref(), Some(chunk.as_bytes()));
        let trailer = "AWS4-HMAC-SHA256-TRAILER\nt\ns\n1\n2";
        let found = read(format!("StringToSign:\n{trailer}\n").as_bytes());
        assert_eq!(found.string_to_sign.as_deref(), Some(trailer.as_bytes()));
    }

    #[test]
    fn signatures_have_64_digits() {
        let digits = "0f".repeat(32);
        let log = format!("Signature:\n{digits}\nSignature:\nshort\n");
        assert_eq!(signature(log.as_bytes()), Some(digits.into_bytes()));
        assert_eq!(signature(b"Request Signature:\n---"), None);
    }

    #[test]
    fn other_text_has_none() {
        for text in [
            "CanonicalRequest:\nnot one\n",
            "StringToSign:\nGET\n",
            "StringToSign: 'AWS4-HMAC-SHA256\na\nb\nc'",
            "AWS4-HMAC-SHA256\na\nb\nc",
        ] {
            assert!(!are_in(text.as_bytes()), "{text}");
        }
    }
}
