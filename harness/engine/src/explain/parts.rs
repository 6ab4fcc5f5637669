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
    pub(super) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }
}

/// Splits `https://host/path?query` before the path, and changes no byte. The origin of a target
/// alone is empty.
#[must_use]
pub fn split_url(url: &str) -> (&str, &str) {
    let Some(scheme) = url.find("://").filter(|_| !url.starts_with('/')) else {
        return ("", url);
    };
    let authority = scheme + "://".len();
    let end = url[authority..].find(['/', '?']).map_or(url.len(), |at| authority + at);
    url.split_at(end)
}

/// A request from its parts. If no header names the host, it is taken from the URL.
pub(super) fn assemble(
    method: &str,
    url: &str,
    mut headers: Vec<(Bytes, Bytes)>,
    body: Vec<u8>,
) -> Request {
    let (origin, target) = split_url(url);
    let has_host = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"host"));
    if let (Some((_, host)), false) = (origin.split_once("://"), has_host) {
        headers.insert(0, ("Host".into(), host.into()));
    }
    // A fragment is never sent.
    let target = target.split('#').next().unwrap_or_default();
    Request {
        method: method.into(),
        target: if target.is_empty() { "/".into() } else { target.into() },
        headers,
        body: body.into(),
    }
}
