//! Secrets in what is printed: of a session token the beginning is shown, which is enough to tell it
//! from another one; of a secret access key nothing is.

use sigv4_vectors::Secret;
use sigv4_vectors::model::Request;

use super::keys::looks_like_a_secret;
use super::s3_form::{self, decoded};

/// The names under which tokens and other secrets are sent, in lower case.
const NAMES: &[&[u8]] = &[
    b"x-amz-security-token",
    b"x-goog-security-token",
    b"x-amz-s3session-token",
    b"securitytoken",
    b"x-amz-server-side-encryption-customer-key",
    b"x-amz-copy-source-server-side-encryption-customer-key",
    b"cookie",
    b"webidentitytoken",
    b"samlassertion",
];

/// How much of a token is shown.
const SHOWN: usize = 8;

/// What stands for the rest.
const ELLIPSIS: &[u8] = "…".as_bytes();

/// The shortest text that is taken for a token where a name is before it; real ones have hundreds of
/// characters.
const SHORTEST: usize = 16;

/// The longest access key id (IAM API Reference, `AccessKey`): what is longer is a token in its place.
const LONGEST_ID: usize = 128;

/// How much of a form is searched for tokens, in bytes; one without a file that is longer is not.
const LONGEST_FORM: usize = 64 << 10;

/// A secret that is shorter is a placeholder, and may be a part of any word.
pub(super) const SHORTEST_SECRET: usize = 12;

/// The secrets of a request, in each form in which they may be printed.
#[derive(Debug, Default)]
pub struct Concealed {
    /// The longest first.
    tokens: Vec<Vec<u8>>,
    secrets: Vec<Secret>,
}

impl Concealed {
    /// The tokens in header and query, and the secret.
    #[must_use]
    pub fn of(request: &Request, secret_access_key: &[u8]) -> Self {
        let mut concealed = Self::default();
        let headers = request.headers.iter().filter(|(name, _)| Self::is_name(name));
        for (_, value) in headers {
            concealed.add_token(value);
        }
        for piece in request.target.split(|byte| b"?&".contains(byte)) {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            let (name, value) = (decoded(halves.next().unwrap_or_default()), halves.next());
            let value = value.unwrap_or_default();
            let credential = decoded(value);
            let id = credential.split(|byte| *byte == b'/').next().unwrap_or_default();
            // A secret in its place may hold slashes.
            let whole = credential.rsplitn(5, |byte| *byte == b'/').nth(4).unwrap_or_default();
            let is_credential = name.eq_ignore_ascii_case(b"x-amz-credential");
            if Self::is_name(&name) {
                concealed.add_token(value);
            } else if is_credential && id.len() > LONGEST_ID {
                concealed.add_token(id);
            } else if is_credential && looks_like_a_secret(whole) {
                concealed.add_secret(whole);
            }
        }
        for token in form_tokens(&request.body) {
            concealed.add_token(token);
        }
        // Query signature version 2 has its token in a form.
        let is_form = memchr::memmem::find(&request.body, b"SecurityToken=").is_some();
        if is_form && request.body.len() <= LONGEST_FORM {
            concealed.add_text(&request.body);
        }
        if secret_access_key.len() >= SHORTEST_SECRET {
            concealed.add_secret(secret_access_key);
        }
        concealed
    }

    /// Whether a header or parameter of this name holds a session token.
    #[must_use]
    pub fn is_name(name: &[u8]) -> bool {
        NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
    }

    /// The tokens in another text too, such as an error document: each has its name before it.
    pub fn add_text(&mut self, text: &[u8]) {
        for (start, end) in named_tokens(text) {
            self.add_token(&text[start..end]);
        }
    }

    /// Whether a text holds the secret, in any form in which it may be written.
    #[must_use]
    pub fn is_secret_in(&self, text: &[u8]) -> bool {
        self.secrets.iter().any(|secret| memchr::memmem::find(text, secret).is_some())
    }

    fn add_secret(&mut self, secret: &[u8]) {
        let in_json = String::from_utf8_lossy(secret).replace('/', "\\/");
        let escaped = s3_form::encoded_value(secret);
        self.secrets.extend([secret.into(), escaped.into(), in_json.into_bytes().into()]);
    }

    fn add_token(&mut self, token: &[u8]) {
        let token = token.trim_ascii();
        let decoded = decoded(token);
        let encoded = s3_form::recoded_query(token);
        let once_more = s3_form::encoded_value(token);
        let both = s3_form::encoded_value(&decoded);
        self.tokens.extend([token.to_vec(), decoded, encoded, once_more, both]);
        self.tokens.retain(|form| form.len() > SHOWN);
        self.tokens.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
        self.tokens.dedup();
    }

    /// The text without secrets, and with every token cut to its beginning.
    #[must_use]
    pub fn shortened(&self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for secret in &self.secrets {
            text = replaced(&text, secret, 0, |_| secret.len());
        }
        for token in &self.tokens {
            // What is printed may itself have been cut, or be another form of the same beginning.
            let start = &token[..token.len().min(2 * SHOWN)];
            text = replaced(&text, start, SHOWN, |rest| {
                let common = self.tokens.iter().map(|form| common_length(form, rest));
                common.max().unwrap_or_default()
            });
        }
        let mut shortened = Vec::with_capacity(text.len());
        let mut copied = 0;
        for (start, end) in named_tokens(&text) {
            // A token may hold the name of another one.
            if start < copied {
                continue;
            }
            shortened.extend_from_slice(&text[copied..start + SHOWN]);
            shortened.extend_from_slice(ELLIPSIS);
            copied = if text[end..].starts_with(ELLIPSIS) { end + ELLIPSIS.len() } else { end };
        }
        shortened.extend_from_slice(&text[copied..]);
        shortened
    }
}

/// The values of the fields of a form that hold tokens, before its file.
fn form_tokens(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let begin = &body[..body.len().min(LONGEST_FORM)];
    memchr::memmem::find_iter(begin, b"name=").filter_map(|at| {
        let rest = &begin[at + "name=".len()..];
        let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        let name = rest.split(|byte| b"\";\r\n".contains(byte)).next()?;
        let mut lines = rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        lines.find(|line| line.is_empty()).filter(|_| Concealed::is_name(name))?;
        lines.next()
    })
}

/// The text with an ellipsis for each `part`, of which `shown` bytes stay. `length` says how much
/// belongs to it, in bytes from its start on.
fn replaced(text: &[u8], part: &[u8], shown: usize, length: impl Fn(&[u8]) -> usize) -> Vec<u8> {
    let mut rest = text;
    let mut replaced = Vec::with_capacity(text.len());
    while let Some(at) = memchr::memmem::find(rest, part) {
        replaced.extend_from_slice(&rest[..at + shown]);
        replaced.extend_from_slice(ELLIPSIS);
        rest = &rest[at + length(&rest[at..]).max(shown)..];
        rest = rest.strip_prefix(ELLIPSIS).unwrap_or(rest);
    }
    replaced.extend_from_slice(rest);
    replaced
}

fn common_length(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(byte, others)| byte == others).count()
}

/// Where the values behind the names of tokens are, each from its start to its end; those of bearer
/// tokens too, which some send in place of a signature.
fn named_tokens(text: &[u8]) -> Vec<(usize, usize)> {
    const LAST: [&[u8]; 4] = [b"token", b"-key", b"cookie", b"samlassertion"];
    const BEARER: &[u8] = b"bearer";
    /// A name with each hyphen escaped twice.
    const LONGEST_NAME: usize = 90;
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut take = |end: usize| {
        let start = end + separators(&lower[end..]);
        // A longer name.
        if start == end {
            return;
        }
        let end = start + token_length(&lower[start..]);
        let is_cut = text[end..].starts_with(ELLIPSIS);
        if end - start >= SHORTEST || (end - start > SHOWN && is_cut) {
            found.push((start, end));
        }
    };
    for last in LAST {
        for at in memchr::memmem::find_iter(&lower, last) {
            let end = at + last.len();
            let before = &lower[end.saturating_sub(LONGEST_NAME)..end];
            let name = decoded(&decoded(before));
            if NAMES.iter().any(|known| name.ends_with(known)) {
                take(end);
            }
        }
    }
    for at in memchr::memmem::find_iter(&lower, BEARER) {
        take(at + BEARER.len());
    }
    found.sort_unstable();
    found
}

/// How many bytes are between a name and its value: `: `, `=`, `%3D`, `": "`.
fn separators(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let escapes = [&b"%3d"[..], b"%253d", b"%3a", b"%22"];
        let escape = escapes.iter().find(|escape| text[at..].starts_with(escape));
        match (escape, text.get(at)) {
            (Some(escape), _) => at += escape.len(),
            (None, Some(b':' | b'=' | b' ' | b'"' | b'\\' | b'\'' | b'`')) => at += 1,
            _ => return at,
        }
    }
}

/// How long the token at the start of a text is.
fn token_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += match byte {
            // As JSON may escape it.
            b'\\' if text[at..].starts_with(b"\\/") => 2,
            _ if byte.is_ascii_alphanumeric() || b"+/=%_-.~".contains(byte) => 1,
            _ => break,
        };
    }
    at
}

/// The beginning of a text that is a token.
pub(super) fn beginning(token: &str) -> String {
    match token.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &token[..end]),
        None => token.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shortened_in_each_form() {
        let request = Request {
            target: "/?X-Amz-Security-Token=IQoJb3JpZ2lu%2FX2Vj%3D%3D&a=b".into(),
            headers: vec![("x-amz-security-token".into(), " FwoGZXIvYXdzEXAMPLE+/ ".into())],
            ..Request::default()
        };
        let concealed = Concealed::of(&request, b"");
        for (text, shown) in [
            ("a IQoJb3JpZ2lu%2FX2Vj%3D%3D b", "a IQoJb3Jp… b"),
            ("token:IQoJb3JpZ2lu/X2Vj==\n", "token:IQoJb3Jp…\n"),
            ("IQoJb3JpZ2lu%252FX2Vj%253D%253D", "IQoJb3Jp…"),
            ("FwoGZXIvYXdzEXAMPLE%2B%2F,FwoGZXIvYXdzEXAMPLE+/", "FwoGZXIv…,FwoGZXIv…"),
            // Cut where it was printed.
            ("`IQoJb3JpZ2lu%2FX2…`", "`IQoJb3Jp…`"),
            // Not the token of this request.
            ("X-Amz-Security%2DToken=FwoGZXIvYXdzOTHEROTHER", "X-Amz-Security%2DToken=FwoGZXIv…"),
            (
                "\"x-amz-s3session-token\": \"FwoGZXIvYXdzOTHEROTHER\"}",
                "\"x-amz-s3session-token\": \"FwoGZXIv…\"}",
            ),
            (
                "x-amz-security-token:FwoGZXIvYXdzOTHEROTHER\\nhost;range",
                "x-amz-security-token:FwoGZXIv…\\nhost;range",
            ),
            (
                "x-amz-server-side-encryption-customer-key:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
                "x-amz-server-side-encryption-customer-key:MDEyMzQ1…",
            ),
            (
                "x-amz-server-side-encryption-customer-key-md5:4xSFkT8BwO0ZbL0aK1Vf5g==",
                "x-amz-server-side-encryption-customer-key-md5:4xSFkT8BwO0ZbL0aK1Vf5g==",
            ),
            ("cookie: session=0123456789abcdef; b", "cookie: session=…; b"),
            ("cookie: x-amz-security-token=FwoGZXIvYXdzOTHEROTHER;", "cookie: x-amz-se…;"),
            ("SecurityToken=bearer=eyJhbGciOiJSUzI1NiJ9.e30 b", "SecurityToken=bearer=e… b"),
            ("&WebIdentityToken=eyJhbGciOiJSUzI1NiJ9.e30&", "&WebIdentityToken=eyJhbGci…&"),
            ("ArgumentValue: Bearer eyJhbGciOiJIUzI1NiJ9.e30", "ArgumentValue: Bearer eyJhbGci…"),
            ("`x-amz-security-token`, which is signed", "`x-amz-security-token`, which is signed"),
            ("nothing", "nothing"),
        ] {
            let shortened = concealed.shortened(text.as_bytes());
            assert_eq!(String::from_utf8_lossy(&shortened), shown);
        }
        let escaped = Request {
            target: "/?X-Amz-Security%2DToken=IQoJb3JpZ2luX2VjEXAMPLE".into(),
            ..Request::default()
        };
        let shortened = Concealed::of(&escaped, b"").shortened(b"a IQoJb3JpZ2luX2VjEXAMPLE b");
        assert_eq!(String::from_utf8_lossy(&shortened), "a IQoJb3Jp… b");
        assert_eq!(beginning("IQoJb3JpZ2lu"), "IQoJb3Jp…");
        assert_eq!(beginning("short"), "short");
    }

    #[test]
    fn the_token_of_a_form_is_shortened() {
        for end in ["\r\n", "\n"] {
            let lines = [
                "--b",
                "Content-Disposition: form-data; name=\"X-Amz-Security-Token\"",
                "",
                "IQoJb3JpZ2luX2VjEXAMPLE",
                "--b--",
            ];
            let request = Request { body: lines.join(end).into(), ..Request::default() };
            let shortened = Concealed::of(&request, b"").shortened(b"a IQoJb3JpZ2luX2VjEXAMPLE b");
            assert_eq!(String::from_utf8_lossy(&shortened), "a IQoJb3Jp… b");
        }
    }

    #[test]
    fn nothing_of_a_secret_is_shown() {
        let secret = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let concealed = Concealed::of(&Request::default(), secret);
        let text = "a wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY b \
                    wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY";
        assert_eq!(concealed.shortened(text.as_bytes()), "a … b …".as_bytes());
        for text in text.split(" b ") {
            assert!(concealed.is_secret_in(text.as_bytes()), "{text}");
        }
        assert!(!concealed.is_secret_in(b"wJalrXUtnFEMI"));
        let escaped = text.split(" b ").nth(1).unwrap();
        let target = format!("/?X-Amz-Credential={escaped}%2F20150830%2Fr%2Fs3%2Faws4_request");
        let swapped = Request { target: target[..].into(), ..Request::default() };
        let shortened = Concealed::of(&swapped, b"").shortened(target.as_bytes());
        let shown = "/?X-Amz-Credential=…%2F20150830%2Fr%2Fs3%2Faws4_request";
        assert_eq!(String::from_utf8_lossy(&shortened), shown);
        let placeholder = Concealed::of(&Request::default(), b"secret");
        assert!(!placeholder.is_secret_in(b"the secret"));
        assert_eq!(placeholder.shortened(b"the secret"), b"the secret");
    }
}
