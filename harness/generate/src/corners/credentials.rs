//! Unusual key ids and secrets.

use sigv4_vectors::Bytes;

use super::rules::{KEY_ID, SECRET};
use super::{Corner, GENERIC_AND_S3, Sample, Topic};

static SECRETS: Topic =
    Topic::new("secrets", "Secrets of all kinds and lengths", &SECRET, &["hmac-key", "empty-text"]);
static KEY_IDS: Topic = Topic::new(
    "key-ids",
    "Key ids with bytes that have a meaning in a URL or a header",
    &KEY_ID,
    &["presigned-query", "byte-table"],
);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for (name, title, secret) in secrets() {
        let sample =
            Sample::plain().with(|input| input.credentials.secret_access_key = secret.into());
        corners.push(SECRETS.corner(name, title, sample));
    }
    for place in GENERIC_AND_S3 {
        for (name, key_id) in IDS {
            let sample =
                Sample::new(place).with(|input| input.credentials.access_key_id = (*key_id).into());
            corners.push(KEY_IDS.corner(name, format!("The key id `{key_id}`"), sample));
        }
        let sample = Sample::new(place)
            .with(|input| input.credentials.access_key_id = "A".repeat(128).into());
        corners.push(KEY_IDS.corner("long", "A key id of 128 bytes", sample));
    }
}

fn secrets() -> Vec<(&'static str, &'static str, Bytes)> {
    let letters = |length: usize| Bytes::from("a".repeat(length));
    let text = |text: &str| Bytes::from(text);
    vec![
        ("empty", "An empty secret", letters(0)),
        ("one-byte", "A secret of one byte", letters(1)),
        ("length-59", "With the prefix a byte less than a block of SHA-256", letters(59)),
        ("length-60", "With the prefix a block of SHA-256", letters(60)),
        (
            "length-61",
            "With the prefix a byte more than a block, so that HMAC hashes it",
            letters(61),
        ),
        ("length-64", "A secret as long as a block", letters(64)),
        ("length-65", "A secret longer than a block", letters(65)),
        ("length-124", "With the prefix two blocks", letters(124)),
        ("length-200", "A secret of 200 bytes", letters(200)),
        ("length-4096", "A secret of 4096 bytes", letters(4096)),
        ("leading-space", "A space first", text(" secret")),
        ("trailing-space", "A space last", text("secret ")),
        ("inner-spaces", "Two spaces inside", text("a  b")),
        ("only-space", "A secret that is a space", text(" ")),
        ("leading-tab", "A TAB first", text("\tsecret")),
        ("trailing-line-feed", "A line feed last", text("secret\n")),
        ("trailing-line-end", "CR and LF last", text("secret\r\n")),
        ("nul-inside", "A NUL inside", text("a\0b")),
        ("nul-at-end", "A NUL last", text("secret\0")),
        ("slash", "A slash", text("a/b")),
        ("escaped-slash", "An escape", text("a%2Fb")),
        ("plus", "A plus", text("a+b")),
        ("equals", "Padding", text("YWI=")),
        ("base64", "A secret that decodes as base64", text("c2VjcmV0")),
        ("hexadecimal", "A secret that decodes as hexadecimal", text("00ff")),
        ("quotes", "Quotes", text("\"a'b\"")),
        ("dollar", "A dollar, which a shell expands", text("$HOME")),
        ("backslash", "A backslash", text("a\\nb")),
        ("colon", "A colon, which separates user and password", text("a:b")),
        ("hash", "A hash, which starts a comment", text("a#b")),
        ("prefix-alone", "A secret that is the prefix", text("AWS4")),
        ("single-quotes", "Single quotes", text("'secret'")),
        ("prefixed", "A secret that begins like the prefix", text("AWS4secret")),
        ("e-acute", "A letter of two bytes", text("s\u{e9}cret")),
        ("e-decomposed", "A letter and a mark", text("se\u{301}cret")),
        ("astral", "A letter of four bytes", text("\u{1f511}")),
        ("no-break-space", "A no-break space last", text("secret\u{a0}")),
        ("byte-order-mark", "A byte order mark first", text("\u{feff}secret")),
        ("lone-byte", "A secret that is not UTF-8", Bytes::from(&b"a\xffb"[..])),
        ("latin-1", "A secret in Latin 1", Bytes::from(&b"s\xe9cret"[..])),
    ]
}

const IDS: &[(&str, &str)] = &[
    ("slash", "AKID/EXAMPLE"),
    ("slash-at-end", "AKIDEXAMPLE/"),
    ("slashes", "a/b/c/d/e"),
    ("scope", "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"),
    ("plus", "AKID+EXAMPLE"),
    ("equals", "AKIDEXAMPLE=="),
    ("comma", "AKID,EXAMPLE"),
    ("semicolon", "AKID;EXAMPLE"),
    ("colon", "user:key"),
    ("at", "user@example.com"),
    ("space", "AKID EXAMPLE"),
    ("spaces", "AKID  EXAMPLE"),
    ("space-at-end", "AKIDEXAMPLE "),
    ("quote", "AKID\"EXAMPLE"),
    ("ampersand", "AKID&EXAMPLE"),
    ("question-mark", "AKID?EXAMPLE"),
    ("hash", "AKID#EXAMPLE"),
    ("percent", "AKID%EXAMPLE"),
    ("escape", "AKID%2FEXAMPLE"),
    ("tilde", "AKID~EXAMPLE"),
    ("underscore", "AKID_EXAMPLE"),
    ("hyphen", "akid-example"),
    ("dot", "akid.example"),
    ("star", "AKID*EXAMPLE"),
    ("bar", "AKID|EXAMPLE"),
    ("lower-case", "akidexample"),
    ("digits", "123456789012"),
    ("one-letter", "A"),
    ("empty", ""),
    ("e-acute", "AKID\u{e9}"),
    ("astral", "\u{1f511}"),
];
