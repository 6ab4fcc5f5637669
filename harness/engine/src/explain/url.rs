//! A URL in its parts, byte for byte.

use super::field_request::Scheme;
use super::parts::{InputError, excerpt};

/// A URL of a request. Nothing in it is decoded or changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Url<'t> {
    pub(super) scheme: Scheme,
    /// The host as it is written, an IPv6 address in its brackets.
    pub(super) host: &'t [u8],
    pub(super) port: Option<u16>,
    pub(super) path: &'t [u8],
    /// What follows the first question mark.
    pub(super) query: Option<&'t [u8]>,
}

impl<'t> Url<'t> {
    /// Reads `text`; without a scheme in it, it has that of `default`.
    ///
    /// # Errors
    /// Another scheme than those of HTTP and `WebSocket`; no host; no number as the port; a user or
    /// password before the host, which is not repeated.
    pub(super) fn parse(text: &'t [u8], default: Scheme) -> Result<Self, InputError> {
        let (scheme, rest) = scheme(text, default)?;
        let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        if authority.contains(&b'@') {
            let problem = "a user name or password before the host: take it out, it is not part of \
                           what AWS signatures cover";
            return Err(InputError::new("URL", problem));
        }
        let (host, port) = split_port(authority)?;
        // A fragment is never sent.
        let rest = rest.split(|&byte| byte == b'#').next().unwrap_or_default();
        let (path, query) = split_query(rest);
        Ok(Self { scheme, host, port, path, query })
    }

    /// The value of the header `Host`: clients leave away the port that the scheme implies.
    pub(super) fn host_header(&self) -> Vec<u8> {
        match self.port.filter(|&port| port != self.scheme.default_port()) {
            Some(port) => [self.host, b":", port.to_string().as_bytes()].concat(),
            None => self.host.to_vec(),
        }
    }

    /// Path and query, as they are sent.
    pub(super) fn target(&self) -> Vec<u8> {
        target(self.path, self.query)
    }
}

impl Scheme {
    /// The port that goes without saying.
    pub(super) fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    /// The scheme of that name; that of `WebSocket` begins as a request over HTTP.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        match &name.to_ascii_lowercase()[..] {
            b"http" | b"ws" => Some(Self::Http),
            b"https" | b"wss" => Some(Self::Https),
            _ => None,
        }
    }
}

/// A request target out of path and query.
pub(super) fn target(path: &[u8], query: Option<&[u8]>) -> Vec<u8> {
    let path = if path.is_empty() { b"/" } else { path };
    match query {
        Some(query) => [path, b"?", query].concat(),
        None => path.to_vec(),
    }
}

/// Splits a target at its first question mark.
pub(super) fn split_query(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(b'?', target) {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}

fn scheme(text: &[u8], default: Scheme) -> Result<(Scheme, &[u8]), InputError> {
    let end = text.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)));
    let Some(end) = end.filter(|&end| end > 0 && text[end..].starts_with(b"://")) else {
        return Ok((default, text));
    };
    let scheme = Scheme::named(&text[..end]).ok_or_else(|| {
        let problem = format!("expected http or https, got {}", excerpt(&text[..end]));
        InputError::new("URL", problem)
    })?;
    Ok((scheme, &text[end + "://".len()..]))
}

fn split_port(authority: &[u8]) -> Result<(&[u8], Option<u16>), InputError> {
    let from = memchr::memchr(b']', authority).unwrap_or(0);
    let colon = memchr::memchr(b':', &authority[from..]).map(|at| from + at);
    let (host, port) = match colon {
        Some(at) => (&authority[..at], &authority[at + 1..]),
        None => (authority, &b""[..]),
    };
    if host.is_empty() {
        return Err(InputError::new("URL", "expected a host"));
    }
    if port.is_empty() {
        return Ok((host, None));
    }
    let number = std::str::from_utf8(port).ok().filter(|port| !port.starts_with('+'));
    match number.and_then(|port| port.parse().ok()) {
        Some(port) => Ok((host, Some(port))),
        None => Err(InputError::new("URL", "expected a port number behind the host's colon")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &[u8]) -> (Scheme, Vec<u8>, Vec<u8>) {
        let url = Url::parse(text, Scheme::Http).unwrap();
        (url.scheme, url.host_header(), url.target())
    }

    #[test]
    fn host_and_target_are_those_that_are_sent() {
        for (text, scheme, host, target) in [
            (&b"https://h/a%2Fb?c=d#e"[..], Scheme::Https, &b"h"[..], &b"/a%2Fb?c=d"[..]),
            (b"http://h:80", Scheme::Http, b"h", b"/"),
            (b"https://h:443/", Scheme::Https, b"h", b"/"),
            (b"http://h:443?x", Scheme::Http, b"h:443", b"/?x"),
            (b"HTTPS://H:9000/?u=http://x@y", Scheme::Https, b"H:9000", b"/?u=http://x@y"),
            (b"h:0080/a", Scheme::Http, b"h", b"/a"),
            (b"h/a://b", Scheme::Http, b"h", b"/a://b"),
            (b"http://[::1]:9000/", Scheme::Http, b"[::1]:9000", b"/"),
            (b"http://[::1]/", Scheme::Http, b"[::1]", b"/"),
            (b"wss://h:/a", Scheme::Https, b"h", b"/a"),
            (b"http://h/\xe9 ?", Scheme::Http, b"h", b"/\xe9 ?"),
        ] {
            let expected = (scheme, host.to_vec(), target.to_vec());
            assert_eq!(sent(text), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn other_texts_are_refused_and_no_password_is_repeated() {
        for (text, problem) in [
            (&b"ftp://h/"[..], "got \"ftp\""),
            (b"https:///a", "expected a host"),
            (b"http://h:port/", "port number"),
            (b"http://h:99999/", "port number"),
            (b"https://user:hunter2@h/", "before the host"),
        ] {
            let error = Url::parse(text, Scheme::Http).unwrap_err().to_string();
            assert!(error.contains(problem) && !error.contains("hunter2"), "{error}");
        }
    }
}
