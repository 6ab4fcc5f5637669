//! Secrets that one side reads in another form. No text here may contain any of a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sigv4_protocol::SignQuestion;
use sigv4_vectors::Secret;

use super::super::documented;
use super::super::s3_form;
use super::{Change, Part, Received, Undone};

pub(super) const GIVEN: Change = Change {
    id: "secret-given-with-more",
    title: "The secret that was given here has something at its ends that the signer's has not.",
    part: Part::Secret,
    who: "Editors that add a final line break or a byte order mark, text that was copied with a \
          blank or with quotes around it.",
    fix: "Give the secret without it. With the signer's secret the signature is right.",
    undo: undo_given,
};

pub(super) const SIGNERS: Change = Change {
    id: "secret-misread",
    title: "The signer has the secret in another form.",
    part: Part::Secret,
    who: "Secrets that are read from a file or an environment variable with a line break, a blank or \
          quotes (Kubernetes secrets made with `echo` instead of `echo -n`, `docker --env-file`), \
          escaped for a URL or for JSON, or cut at a special character.",
    fix: "Look at the secret where the signer reads it: its length is usually 40 characters. Remove \
          what was added, or make a key without `/` and `+`.",
    undo: undo_signers,
};

pub(super) const GIVEN_OF_ANOTHER_KEY: Change = Change {
    id: "secret-given-of-another-key",
    title: "The secret that was given here is not that of the key that the request names.",
    part: Part::Secret,
    who: "People with several keys. The examples of the vendor's documentation differ in one \
          character.",
    fix: "Give the secret of the key that the request names: with it the signature is right.",
    undo: undo_given_of_another_key,
};

pub(super) const OF_ANOTHER_KEY: Change = Change {
    id: "secret-of-another-key",
    title: "The request names one key and is signed with the secret of another one.",
    part: Part::Secret,
    who: "Profiles, environment variables and tests that mix two key pairs. The examples of the \
          vendor's documentation differ in one character.",
    fix: "Take id and secret from the same key pair.",
    undo: undo_of_another_key,
};

/// What gets to the end of a secret.
const ENDS: &[(&str, &str)] = &[
    ("\n", "a line break"),
    ("\r\n", "a line break (CRLF)"),
    ("\r", "a carriage return"),
    (" ", "a blank"),
    ("\t", "a tab"),
    ("\n\n", "two line breaks"),
    ("\\n", "the two characters `\\n`"),
    ("\0", "a NUL"),
    (",", "a comma"),
    (";", "a semicolon"),
    ("\"", "a quote"),
    ("'", "a quote"),
    ("=", "an equals sign"),
    ("\u{a0}", "a no-break space"),
    ("\u{200b}", "a zero-width space"),
];

/// What gets to the start of a secret.
const STARTS: &[(&str, &str)] = &[
    (" ", "a blank"),
    ("\t", "a tab"),
    ("\n", "a line break"),
    ("\u{feff}", "a byte order mark"),
    ("=", "an equals sign"),
    ("\"", "a quote"),
    ("'", "a quote"),
    ("\u{a0}", "a no-break space"),
];

const QUOTES: &[(&str, &str)] = &[("\"", "\""), ("'", "'"), ("`", "`"), ("<", ">"), ("{", "}")];

/// Where configuration files, shells and URLs cut a secret.
const CUTS: &[u8] = b"/+=#:;&%$@";

/// Every other form of the secret that was given, with what made it so.
pub(in crate::explain) fn other_secrets(
    given: &[u8],
    access_key_id: &[u8],
) -> impl Iterator<Item = (&'static Change, Vec<u8>, String)> {
    let by = |change: &'static Change| move |(secret, what)| (change, secret, what);
    let shorter = given_forms(given).into_iter().map(by(&GIVEN));
    let others = shorter.chain(signers_forms(given, access_key_id).into_iter().map(by(&SIGNERS)));
    let given = given.to_vec();
    others.filter(move |(_, secret, _)| *secret != given)
}

fn undo_given(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    with_secrets(asked, given_forms(&asked.input.credentials.secret_access_key))
}

fn given_forms(given: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut forms: Vec<(Vec<u8>, String)> = Vec::new();
    let without_mark = given.strip_prefix("\u{feff}".as_bytes()).unwrap_or(given);
    let places = [
        (without_mark, "begins with a byte order mark"),
        (given.trim_ascii_end(), "ends in white space"),
        (given.trim_ascii_start(), "begins with white space"),
        (given.trim_ascii(), "has white space at both ends"),
        (without_mark.trim_ascii(), "has a byte order mark and white space at its ends"),
    ];
    for (shorter, place) in places {
        forms.push((shorter.to_vec(), format!("the secret that was given {place}")));
    }
    for (open, close) in QUOTES {
        let inner = given.trim_ascii().strip_prefix(open.as_bytes());
        let inner = inner.and_then(|inner| inner.strip_suffix(close.as_bytes()));
        if let Some(inner) = inner {
            let what = "the secret that was given has quotes or brackets around it";
            forms.push((inner.to_vec(), what.to_owned()));
        }
    }
    forms
}

fn undo_signers(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let credentials = &asked.input.credentials;
    with_secrets(asked, signers_forms(&credentials.secret_access_key, &credentials.access_key_id))
}

fn undo_given_of_another_key(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let id = &asked.input.credentials.access_key_id[..];
    let own = documented::secrets_of(id);
    let what = format!("signed with the documented secret of {}", id.escape_ascii());
    with_secrets(asked, own.map(|secret| (secret.into(), what.clone())).collect())
}

fn undo_of_another_key(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let id = &asked.input.credentials.access_key_id[..];
    let others = documented::KEYS.iter().filter(|key| key.id.as_bytes() != id);
    let what = |other: &str| {
        let id = id.escape_ascii();
        format!("signed with the documented secret of {other}, and the request names {id}")
    };
    with_secrets(asked, others.map(|key| (key.secret.into(), what(key.id))).collect())
}

fn signers_forms(given: &[u8], access_key_id: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut forms: Vec<(Vec<u8>, String)> = Vec::new();
    let mut add =
        |secret: Vec<u8>, what: &str| forms.push((secret, format!("the signer's secret {what}")));
    for (end, what) in ENDS {
        add([given, end.as_bytes()].concat(), &format!("has {what} at its end"));
    }
    for (start, what) in STARTS {
        add([start.as_bytes(), given].concat(), &format!("has {what} at its start"));
    }
    for (open, close) in QUOTES {
        let quoted = [open.as_bytes(), given, close.as_bytes()].concat();
        add([&quoted[..], b"\n"].concat(), "has quotes or brackets around it and a line break");
        add(quoted, "has quotes or brackets around it");
    }
    add([b" ", given, b" "].concat(), "has a blank at both ends");
    add(given.trim_ascii().to_vec(), "has no white space at its ends");
    let encoded = s3_form::encoded_value(given);
    add(encoded.to_ascii_lowercase(), "is URL-encoded, with letters in lower case");
    add(s3_form::encoded_value(&encoded), "is URL-encoded twice");
    add(encoded, "is URL-encoded");
    add(s3_form::decoded(given), "is URL-decoded");
    let replaced = |from: &str, to: &str| {
        let text = String::from_utf8_lossy(given);
        text.replace(from, to).into_bytes()
    };
    add(replaced("/", "\\/"), "has a backslash before each slash");
    add(replaced("\\/", "/"), "has no backslash before its slashes");
    add(replaced("/", "%2F"), "has %2F for each slash");
    add(replaced("/", "%2f"), "has %2f for each slash");
    add(replaced("+", "%2B"), "has %2B for each plus");
    add(replaced("+", " "), "has a blank for each plus");
    add(replaced(" ", "+"), "has a plus for each blank");
    add(replaced("&", "&amp;"), "has `&amp;` for each `&`");
    add(replaced("/", ""), "has lost its slashes");
    add(replaced("+", ""), "has lost its pluses");
    add(replaced("\\", ""), "has lost its backslashes");
    // What a shell takes for a variable.
    if let Some(at) = given.iter().position(|byte| *byte == b'$') {
        let name = given[at + 1..].iter();
        let end = name.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        add([&given[..at], &given[at + 1 + end..]].concat(), "has lost what follows a `$`");
    }
    for byte in CUTS {
        let name = char::from(*byte);
        if let Some(at) = given.iter().position(|other| other == byte) {
            add(given[..at].to_vec(), &format!("is cut at its first `{name}`"));
            add(given[at + 1..].to_vec(), &format!("has lost everything up to its first `{name}`"));
        }
        if let Some(at) = given.iter().rposition(|other| other == byte) {
            add(given[..at].to_vec(), &format!("is cut at its last `{name}`"));
        }
    }
    if let [first_lost @ .., _] = given {
        add(first_lost.to_vec(), "has lost its last character");
    }
    if let [_, last_lost @ ..] = given {
        add(last_lost.to_vec(), "has lost its first character");
    }
    add(given.to_ascii_lowercase(), "is in lower case");
    add(given.to_ascii_uppercase(), "is in upper case");
    add(base64(given), "is in base64");
    add(base64(&[given, b"\n"].concat()), "is in base64, with a line break in it");
    add([given, given].concat(), "is there twice");
    add(Vec::new(), "is empty");
    add(access_key_id.to_vec(), "is the access key id");
    forms
}

fn base64(secret: &[u8]) -> Vec<u8> {
    STANDARD.encode(secret).into_bytes()
}

fn with_secrets(asked: &SignQuestion, forms: Vec<(Vec<u8>, String)>) -> Vec<Undone> {
    let given = &asked.input.credentials.secret_access_key;
    let others = forms.into_iter().filter(|(secret, _)| secret[..] != given[..]);
    others
        .map(|(secret, what)| {
            let mut undone = Undone::new(asked, what, |_| {});
            undone.question.input.credentials.secret_access_key = Secret::from(&secret[..]);
            undone
        })
        .collect()
}
