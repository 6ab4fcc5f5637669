//! Bodies that are compressed, re-encoded or cut.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::{GzDecoder, ZlibDecoder};
use sha2::{Digest as _, Sha256};
use sigv4_protocol::SignQuestion;
use sigv4_protocol::hex::hex;

use super::super::cause::Cause;
use super::super::s3_form;
use super::{Change, Part, Received, Undone, json};

pub(super) const CHANGED: Change = Change {
    id: "body-changed",
    title: "Another body arrived than the one that was signed.",
    part: Part::Body,
    who: "HTTP libraries that compress after signing (opensearch-net#104), serialise JSON or a form \
          again, or choose the format by the media type (axios, jQuery), editors that add a final \
          newline, text modes that change line ends.",
    fix: "Sign the bytes that are sent: compress, encode and serialise first, and pass the result to \
          the HTTP library as bytes.",
    undo,
};

/// The most bytes that a compressed body may grow to.
const LONGEST: u64 = 64 << 20;
/// What crypto-js 4.2.0 computes of everything that is neither text nor a list of words: of any object.
pub(in crate::explain) const HASH_OF_ANY_OBJECT: &[u8] =
    b"4ea5c508a6566e76240543f8feb06fd457777be39549c4016436afda65d2330e";
/// What curl sends is not the file.
const AS_FILE: &str = "as the file has it, with its line breaks";
/// Longer bodies are not serialised again.
const LONGEST_TEXT: usize = 1 << 20;

fn undo(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    if !received.is_body_hashed {
        return Vec::new();
    }
    let file = received.file.map(|file| (file.to_vec(), AS_FILE, By::Text));
    let originals = originals(&received.request.body).into_iter();
    let what = "an object was hashed in place of its text, by crypto-js".to_owned();
    let mut of_object = Undone::new(asked, what, |_| {});
    of_object.payload = Some(HASH_OF_ANY_OBJECT.to_vec());
    let of_bodies = file.into_iter().chain(originals).map(|(body, what, by)| {
        let length = body.len().to_string();
        let mut undone = Undone::new(asked, format!("the body was signed {what}"), |request| {
            // A client states the length of the body that it has.
            let is_length = |name: &[u8]| name.eq_ignore_ascii_case(b"content-length");
            for (_, value) in request.headers.iter_mut().filter(|(name, _)| is_length(name)) {
                *value = length[..].into();
            }
        });
        undone.payload = Some(hex(&Sha256::digest(&body)).as_bytes().to_vec());
        undone.by(by.cause())
    });
    of_bodies.chain([of_object.by(By::LateBody.cause())]).collect()
}

/// The signed body and how it differs from the one that arrived, if any passes the test.
pub(in crate::explain) fn original(
    body: &[u8],
    file: Option<&[u8]>,
    is_signed: impl Fn(&[u8]) -> bool,
) -> Option<(Vec<u8>, &'static str)> {
    if let Some(file) = file.filter(|file| is_signed(file)) {
        return Some((file.to_vec(), AS_FILE));
    }
    let mut originals = originals(body).into_iter();
    originals.find(|(original, ..)| is_signed(original)).map(|(original, what, _)| (original, what))
}

/// Who changes a body.
#[derive(Clone, Copy)]
enum By {
    Compression,
    LateBody,
    Text,
    Library,
    Base64,
    Charset,
}

impl By {
    fn cause(self) -> Cause {
        let (who, fix) = match self {
            Self::Compression => (
                "HTTP libraries and agents that compress the body after signing (opensearch-net#104).",
                "Compress first, and sign the compressed bytes with Content-Encoding; or switch the \
                 compression off.",
            ),
            Self::LateBody => (
                "Signers that run before the body is there: forms (`curl -F`, curl#13351), streams that \
                 are not read yet, interceptors before the one that writes the body.",
                "Make the body first, a form with its boundary, and sign these bytes.",
            ),
            Self::Text => (
                "Editors that add a final newline, text modes that change line ends, and `curl -d`, \
                 which drops the line ends of a file (`--data-binary` keeps them).",
                "Sign and send the same bytes: read the body in binary mode, once.",
            ),
            Self::Library => (
                "HTTP libraries that serialise JSON or a form again, or choose the format by the media \
                 type (axios, jQuery).",
                "Serialise first, sign the text, and pass the same text to the HTTP library as bytes.",
            ),
            Self::Base64 => (
                "Gateways and functions that hand a body on in base64, and clients that do not decode \
                 it again.",
                "Sign the bytes that are sent, after every step of encoding.",
            ),
            Self::Charset => (
                "HTTP libraries that write text in another character set than the signer.",
                "Encode the text first, in UTF-8, and sign and send these bytes.",
            ),
        };
        Cause::new(who, fix)
    }
}

/// What a body may have been when it was signed, each in words.
fn originals(body: &[u8]) -> Vec<(Vec<u8>, &'static str, By)> {
    let mut originals = Vec::new();
    let mut add = |original: Vec<u8>, what, by| {
        if original != body {
            originals.push((original, what, by));
        }
    };
    let mut content = Vec::new();
    if GzDecoder::new(body).take(LONGEST).read_to_end(&mut content).is_ok() {
        add(content, "before it was compressed with gzip", By::Compression);
    }
    let mut content = Vec::new();
    if ZlibDecoder::new(body).take(LONGEST).read_to_end(&mut content).is_ok() {
        add(content, "before it was compressed with deflate", By::Compression);
    }
    add(Vec::new(), "as empty", By::LateBody);
    for end in [&b"\n"[..], b"\r\n"] {
        if let Some(shorter) = body.strip_suffix(end) {
            add(shorter.to_vec(), "without its final line break", By::Text);
        }
        add([body, end].concat(), "with one more line break at its end", By::Text);
    }
    let text = String::from_utf8_lossy(body);
    let unix = text.replace("\r\n", "\n");
    add(unix.replace('\n', "\r\n").into_bytes(), "with CRLF for its line breaks", By::Text);
    add(unix.into_bytes(), "with LF for its line breaks", By::Text);
    add(
        body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).to_vec(),
        "without a byte order mark",
        By::Text,
    );
    for padding in [" ", "\u{feff}"] {
        add(
            [padding.as_bytes(), body].concat(),
            "with a blank or a byte order mark before it",
            By::Text,
        );
    }
    add(body.trim_ascii().to_vec(), "without white space at its ends", By::Text);
    if body.is_empty() {
        add(b"{}".to_vec(), "as `{}`, and arrived empty", By::Library);
        add(b"null".to_vec(), "as `null`, and arrived empty", By::Library);
    }
    for (text, what) in [
        ("[object Object]", "as `[object Object]`: a signer made text of an object"),
        ("[object FormData]", "as `[object FormData]`: a signer made text of a form"),
        ("[object ReadableStream]", "as `[object ReadableStream]`: a signer made text of a stream"),
    ] {
        add(text.as_bytes().to_vec(), what, By::LateBody);
    }
    if body.len() <= LONGEST_TEXT {
        if let Ok(text) = std::str::from_utf8(body) {
            for (form, what) in json::forms(text) {
                add(form.into_bytes(), what, By::Library);
            }
        }
        for (form, what) in form_data(body) {
            add(form, what, By::Library);
        }
    }
    if let Ok(decoded) = STANDARD.decode(body.trim_ascii()) {
        add(decoded, "before it was encoded in base64", By::Base64);
    }
    add(STANDARD.encode(body).into_bytes(), "in base64, and arrived decoded", By::Base64);
    if let Ok(text) = std::str::from_utf8(body) {
        let latin1: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
        add(latin1.unwrap_or_default(), "in Latin-1 and arrived in UTF-8", By::Charset);
    }
    let utf8: String = body.iter().map(|byte| char::from(*byte)).collect();
    add(utf8.into_bytes(), "in UTF-8 and arrived in Latin-1", By::Charset);
    originals
}

/// A form in the ways in which libraries write it.
fn form_data(body: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    if !body.contains(&b'=') || body.starts_with(b"{") {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(body);
    let replaced = |from: &str, to: &str| text.replace(from, to).into_bytes();
    let sorted = |body: &[u8]| {
        let mut pairs: Vec<&[u8]> = body.split(|byte| *byte == b'&').collect();
        pairs.sort_unstable();
        pairs.join(&b'&')
    };
    let reversed = |body: &[u8]| {
        let pairs: Vec<&[u8]> = body.rsplit(|byte| *byte == b'&').collect();
        pairs.join(&b'&')
    };
    let strict = s3_form::recoded_query(body);
    let strict_text = String::from_utf8_lossy(&strict).into_owned();
    let with_plus = strict_text.replace("%20", "+");
    let decoded = s3_form::decoded(&replaced("+", " "));
    vec![
        (replaced("+", "%20"), "with %20 for each space, and arrived with a plus"),
        (replaced("%20", "+"), "with a plus for each space, and arrived with %20"),
        (replaced("+", "%2B"), "with %2B for each plus"),
        (sorted(&strict), "with its parameters sorted and strictly escaped"),
        (sorted(with_plus.as_bytes()), "with its parameters sorted and a plus for each space"),
        (strict, "with other escapes"),
        (with_plus.into_bytes(), "with other escapes"),
        (strict_text.replace("%2A", "*").replace('~', "%7E").into_bytes(), "with other escapes"),
        (decoded, "without escapes"),
        (sorted(body), "with its parameters in another order"),
        (reversed(body), "with its parameters in another order"),
        (json::of_form(body).into_bytes(), "as JSON, and arrived as a form"),
        (json::spaced(&json::of_form(body)).into_bytes(), "as JSON, and arrived as a form"),
    ]
}
