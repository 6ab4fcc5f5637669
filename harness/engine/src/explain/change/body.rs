//! Bodies that are compressed, re-encoded or cut.

use std::io::Read as _;

use flate2::read::{GzDecoder, ZlibDecoder};
use sigv4_protocol::SignQuestion;

use super::{Change, Received, Undone};

pub(super) const CHANGED: Change = Change {
    id: "body-changed",
    title: "Another body arrived than the one that was signed.",
    who: "HTTP libraries that compress after signing (opensearch-net#104) or serialise JSON again, \
          editors that add a final newline, text modes that change line ends.",
    fix: "Sign the bytes that are sent: compress, encode and serialise first.",
    undo,
};

/// The most bytes that a compressed body may grow to.
const LONGEST: u64 = 64 << 20;

fn undo(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let originals = originals(&asked.input.request.body).into_iter();
    originals
        .map(|(body, what)| {
            Undone::new(asked, format!("the body was signed {what}"), |request| {
                request.body = body.into();
            })
        })
        .collect()
}

/// The signed body and how it differs from the one that arrived, if any passes the test.
pub(in crate::explain) fn original(
    body: &[u8],
    is_signed: impl Fn(&[u8]) -> bool,
) -> Option<(Vec<u8>, &'static str)> {
    originals(body).into_iter().find(|(original, _)| is_signed(original))
}

/// What a body may have been when it was signed, each in words.
fn originals(body: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    let mut originals = Vec::new();
    let mut add = |original: Vec<u8>, what| {
        if original != body {
            originals.push((original, what));
        }
    };
    let mut content = Vec::new();
    if GzDecoder::new(body).take(LONGEST).read_to_end(&mut content).is_ok() {
        add(content, "before it was compressed with gzip");
    }
    let mut content = Vec::new();
    if ZlibDecoder::new(body).take(LONGEST).read_to_end(&mut content).is_ok() {
        add(content, "before it was compressed with deflate");
    }
    add(Vec::new(), "as empty");
    for end in [&b"\n"[..], b"\r\n"] {
        if let Some(shorter) = body.strip_suffix(end) {
            add(shorter.to_vec(), "without its final line break");
        }
        add([body, end].concat(), "with one more line break at its end");
    }
    let text = String::from_utf8_lossy(body);
    let unix = text.replace("\r\n", "\n");
    add(unix.replace('\n', "\r\n").into_bytes(), "with CRLF for its line breaks");
    add(unix.into_bytes(), "with LF for its line breaks");
    add(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).to_vec(), "without a byte order mark");
    if let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) {
        add(json.to_string().into_bytes(), "as compact JSON");
        add(spaced(&json.to_string()).into_bytes(), "as JSON with a space after `,` and `:`");
        if let Ok(pretty) = serde_json::to_string_pretty(&json) {
            add(pretty.into_bytes(), "as indented JSON");
        }
    }
    if let Ok(text) = std::str::from_utf8(body) {
        let latin1: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
        add(latin1.unwrap_or_default(), "in Latin-1 and arrived in UTF-8");
    }
    let utf8: String = body.iter().map(|byte| char::from(*byte)).collect();
    add(utf8.into_bytes(), "in UTF-8 and arrived in Latin-1");
    originals
}

/// Compact JSON with a space after each separator, as Python's `json` writes it.
fn spaced(compact: &str) -> String {
    let (mut spaced, mut in_string, mut escaped) = (String::new(), false, false);
    for char in compact.chars() {
        spaced.push(char);
        match char {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            ',' | ':' if !in_string => spaced.push(' '),
            _ => {}
        }
    }
    spaced
}
