//! What all input formats share: how a request is assembled from its parts.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

/// Text that does not hold a signed request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct InputError {
    /// Where in the input.
    pub place: String,
    /// What is wrong there and what was expected.
    pub problem: String,
}

impl InputError {
    /// Either text may quote the input, whose parts have any length: it is cut.
    pub(super) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: cut(place.into(), 200), problem: cut(problem.into(), 1000) }
    }
}

/// The first `longest` bytes of a text, or one to three fewer: a character is not divided.
fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|&at| text.is_char_boundary(at));
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
    text
}

/// Splits `https://host/path?query` before the path, and changes no byte. The origin of a target
/// alone is empty.
#[must_use]
pub fn split_url(url: &str) -> (&str, &str) {
    url.split_at(origin(url.as_bytes()).len())
}

/// What stands before the path.
fn origin(url: &[u8]) -> &[u8] {
    let scheme = memchr::memmem::find(url, b"://").filter(|_| !url.starts_with(b"/"));
    let Some(scheme) = scheme else { return b"" };
    let authority = scheme + "://".len();
    let rest = &url[authority..];
    &url[..rest.iter().position(|byte| b"/?".contains(byte)).map_or(url.len(), |at| authority + at)]
}

/// A request from its parts. If no header names the host, it is taken from the URL.
pub(super) fn assemble(
    method: impl AsRef<[u8]>,
    url: impl AsRef<[u8]>,
    mut headers: Vec<(Bytes, Bytes)>,
    body: Vec<u8>,
) -> Request {
    let url = url.as_ref();
    let origin = origin(url);
    let target = &url[origin.len()..];
    let has_host = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"host"));
    if let (Some(at), false) = (memchr::memmem::find(origin, b"://"), has_host) {
        headers.insert(0, ("Host".into(), origin[at + "://".len()..].into()));
    }
    // A fragment is never sent.
    let target = target.split(|&byte| byte == b'#').next().unwrap_or_default();
    Request {
        method: method.as_ref().into(),
        target: if target.is_empty() { "/".into() } else { target.into() },
        headers,
        body: body.into(),
    }
}

/// The value of the first header with this name.
pub(super) fn header<'r>(request: &'r Request, wanted: &str) -> Option<&'r Bytes> {
    let mut headers = request.headers.iter();
    headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes())).map(|(_, value)| value)
}

/// Whether the list of signed headers, in the header or in the query, names this one.
pub(super) fn is_signed_header(request: &Request, name: &str) -> bool {
    let lists = request.headers.iter().filter_map(|(header, value)| {
        let is_it = header.eq_ignore_ascii_case(b"authorization");
        list_behind(value, b"SignedHeaders=").filter(|_| is_it)
    });
    lists.chain(list_behind(&request.target, b"X-Amz-SignedHeaders=")).any(|list| {
        let names = list.split(|&byte| byte == b';');
        names
            .flat_map(escaped_semicolons)
            .any(|signed| signed.eq_ignore_ascii_case(name.as_bytes()))
    })
}

fn list_behind<'t>(text: &'t [u8], label: &[u8]) -> Option<&'t [u8]> {
    let list = &text[memchr::memmem::find(text, label)? + label.len()..];
    list.split(|byte| b", &".contains(byte)).next()
}

fn escaped_semicolons(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = text.windows(3).position(|window| window.eq_ignore_ascii_case(b"%3b"));
        rest = at.map(|at| &text[at + 3..]);
        Some(&text[..at.unwrap_or(text.len())])
    })
}

/// The first bytes of a line, for a message; what is assigned to a name may be a secret, and so may a
/// long word alone on its line.
pub(super) fn excerpt(line: &[u8]) -> String {
    const LONGEST_WORD: usize = 24;
    let word = line.trim_ascii();
    if word.len() > LONGEST_WORD && !word.contains(&b' ') && !word.contains(&b'=') {
        return format!("a word of {} characters", word.len());
    }
    let shown = line.split(|&byte| byte == b'=').next().unwrap_or_default();
    let shown = &shown[..shown.len().min(40)];
    let end = if shown.len() < line.len() { "…" } else { "" };
    format!("\"{}\"{end}", shown.escape_ascii())
}

/// The names in a list of signed headers. A list that is not one, because it is joined by something else
/// than `;` or escaped, is taken apart there.
pub(super) fn listed(list: &[u8]) -> Vec<&[u8]> {
    let by = |separators: &'static [u8]| {
        list.split(|byte| separators.contains(byte)).filter(|name| !name.is_empty())
    };
    let names: Vec<&[u8]> = list.split(|byte| *byte == b';').collect();
    let is_name = |name: &&[u8]| !name.iter().any(|byte| b", ".contains(byte));
    if names.iter().all(is_name) { names } else { by(b";, ").collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_short_whatever_it_quotes() {
        let long = format!("a{}", "é".repeat(5000));
        let error = InputError::new(long.clone(), long);
        assert_eq!((error.place.chars().count(), error.problem.chars().count()), (101, 501));
        let error = InputError::new("line 1", "é");
        assert_eq!((error.place.as_str(), error.problem.as_str()), ("line 1", "é"));
    }

    #[test]
    fn an_origin_ends_before_the_path() {
        for (url, origin, target) in [
            ("https://h/a?b", "https://h", "/a?b"),
            ("https://h?u=http://x/", "https://h", "?u=http://x/"),
            ("https://h", "https://h", ""),
            ("/a?u=http://x/", "", "/a?u=http://x/"),
        ] {
            assert_eq!(split_url(url), (origin, target));
        }
    }

    #[test]
    fn an_excerpt_shows_no_secret() {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assert_eq!(excerpt(secret.as_bytes()), "a word of 40 characters");
        assert_eq!(excerpt(format!("KEY={secret}").as_bytes()), "\"KEY\"…");
        assert_eq!(excerpt(b"hello"), "\"hello\"");
    }

    #[test]
    fn signed_headers_are_found_in_header_and_query() {
        let header = |value: &str| Request {
            headers: vec![("authorization".into(), value.into())],
            ..Request::default()
        };
        let signed =
            header("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=accept;host, Signature=0");
        assert!(is_signed_header(&signed, "accept") && is_signed_header(&signed, "host"));
        assert!(!is_signed_header(&signed, "acc") && !is_signed_header(&header("x"), "host"));
        let target = "/?X-Amz-SignedHeaders=amz-sdk-request%3Bhost&x";
        let signed = Request { target: target.into(), ..Request::default() };
        assert!(is_signed_header(&signed, "amz-sdk-request") && is_signed_header(&signed, "host"));
        assert!(!is_signed_header(&signed, "x"));
    }
}
