//! Who makes two requests differ in one place, and how to mend it.

use super::change::{self, CHANGES};
use crate::judge::{Component, Difference};

/// Who does it, and what to do about it, in sentences.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// Who changes the request so.
    pub who: String,
    /// How to mend it.
    pub fix: String,
}

impl Cause {
    pub(super) fn new(who: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { who: who.into(), fix: fix.into() }
    }

    /// The words of the catalogue of changes.
    pub(super) fn of_change(id: &str) -> Option<Self> {
        let change = CHANGES.iter().find(|change| change.id == id)?;
        Some(Self::new(change.who, change.fix))
    }

    /// What usually makes such a difference between a sent and an arrived canonical request; nothing
    /// where that is not known.
    #[must_use]
    pub fn of_difference(difference: &Difference) -> Option<Self> {
        let line = |text: &[u8]| -> Vec<u8> {
            let line = text.split(|byte| *byte == b'\n').nth(difference.line - 1);
            line.unwrap_or_default().to_vec()
        };
        let (sent, arrived) = (line(&difference.expected), line(&difference.actual));
        let id = match &difference.component {
            Component::Method => "method-changed",
            Component::Path if arrived.ends_with(&sent) => "path-prefix-added",
            Component::Path if sent.ends_with(&arrived) => "path-prefix-removed",
            Component::Path => "path-escapes-changed",
            Component::Query if arrived.len() > sent.len() => "query-parameter-added",
            Component::Query if arrived.len() < sent.len() => "query-parameter-removed",
            Component::Query => "query-reencoded",
            Component::Header(name) if name == "host" => "host-replaced",
            Component::Header(name) => return Some(Self::of_header(name.as_bytes())),
            Component::PayloadHash => "body-changed",
            _ => return None,
        };
        Self::of_change(id)
    }

    /// A signed header that arrives with another value.
    pub(super) fn of_header(name: &[u8]) -> Self {
        if let Some(why) = change::fragile(name) {
            return Self::new(sentence(why), "Leave it out of the signed headers.");
        }
        if name == b"content-type" {
            return Self::new(
                "HTTP libraries complete it with a charset or a boundary (curl#13351), browsers guess \
                 it from the file, gateways normalise it.",
                "Send exactly the value that was signed, with its charset; or do not sign it.",
            );
        }
        Self::new(
            "Proxies, HTTP libraries and retries write their own values, and change white space.",
            "Send each signed header byte for byte as it was signed, and sign no more than host, \
             x-amz-* and content-type.",
        )
    }

    /// A signed header that did not arrive.
    pub(super) fn of_missing(name: &[u8]) -> Self {
        match name {
            b"content-length" => Self::new(
                "HTTP clients leave out `Content-Length: 0` and write the header themselves; proxies \
                 drop it when they send the body in chunks.",
                "Do not sign content-length.",
            ),
            b"x-amz-security-token" => Self::new(
                "The session token was dropped: a proxy removes the header, or the client signs with \
                 the token and does not send it.",
                "Send X-Amz-Security-Token with the token that belongs to the key.",
            ),
            _ => match change::fragile(name) {
                Some(why) => Self::new(sentence(why), "Leave it out of the signed headers."),
                None if name.contains(&b'_') => Self::new(
                    "nginx drops headers with an underscore in their name unless \
                     `underscores_in_headers on` is set, and so do other servers and gateways.",
                    "Name it with hyphens, or let the proxy keep it.",
                ),
                None => Self::new(
                    "Those who use a presigned URL have to send every header that it names \
                     (aws-sdk-ruby#2411, mjswan#119); HTTP libraries and proxies drop headers with an \
                     empty value, and those that they do not know.",
                    "Send it with the value that was signed, or do not sign it.",
                ),
            },
        }
    }
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut sentence = format!("{clause}.");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::Stage;

    use super::*;

    #[test]
    fn each_part_has_its_usual_cause() {
        let change = |id| Cause::of_change(id).unwrap();
        for (sent, arrived, expected) in [
            ("GET\n/", "HEAD\n/", change("method-changed")),
            ("GET\n/k\n", "GET\n/b/k\n", change("path-prefix-added")),
            ("GET\n/b/k\n", "GET\n/k\n", change("path-prefix-removed")),
            ("GET\n/a%20b\n", "GET\n/a b\n", change("path-escapes-changed")),
            ("GET\n/\na=1\n", "GET\n/\na=1&b=2\n", change("query-parameter-added")),
            ("GET\n/\na=1&b=2\n", "GET\n/\na=1\n", change("query-parameter-removed")),
            ("GET\n/\n\nhost:h\n\nhost\n0", "GET\n/\n\nhost:g\n\nhost\n0", change("host-replaced")),
            ("GET\n/\n\nte:a\n\nte\n0", "GET\n/\n\nte:b\n\nte\n0", Cause::of_header(b"te")),
            ("GET\n/\n\nte:a\n\nte\n0", "GET\n/\n\nte:a\n\nte\nf", change("body-changed")),
        ] {
            let difference =
                Difference::between(Stage::CanonicalRequest, sent.as_bytes(), arrived.as_bytes());
            let cause = Cause::of_difference(&difference.unwrap());
            assert_eq!(cause, Some(expected), "{sent:?} {arrived:?}");
        }
    }

    #[test]
    fn headers_have_causes_of_their_own() {
        assert_eq!(Cause::of_header(b"user-agent").who, "Browsers and proxies replace it.");
        assert_eq!(Cause::of_missing(b"via").who, Cause::of_header(b"via").who);
        for (name, said) in [
            (&b"x-amz-security-token"[..], "session token"),
            (b"content-length", "Content-Length: 0"),
            (b"x-a", "every header that it names"),
            (b"x_a", "underscores_in_headers"),
        ] {
            let cause = Cause::of_missing(name);
            assert!(cause.who.contains(said), "{cause:?}");
        }
    }
}
