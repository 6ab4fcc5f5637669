//! What usually makes two requests differ in one place.

use super::cause::Cause;
use super::change::{CHANGES, between_hosts};
use crate::judge::{Component, Difference};

impl Cause {
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
            Component::Path if without_slashes(&arrived) == without_slashes(&sent) => {
                "path-slashes-changed"
            }
            Component::Path if without_escapes_case(&arrived) == without_escapes_case(&sent) => {
                "path-escape-case-changed"
            }
            Component::Path if arrived.eq_ignore_ascii_case(&sent) => "path-case-changed",
            Component::Path if arrived.ends_with(&sent) => "path-prefix-added",
            Component::Path if sent.ends_with(&arrived) => "path-prefix-removed",
            Component::Path => "path-escapes-changed",
            Component::Query if arrived.len() > sent.len() => "query-parameter-added",
            Component::Query if arrived.len() < sent.len() => "query-parameter-removed",
            Component::Query => "query-reencoded",
            Component::Header(name) if name == "host" => {
                let host = |line: &[u8]| String::from_utf8_lossy(line).replacen("host:", "", 1);
                return Some(between_hosts(&host(&sent), &host(&arrived)));
            }
            Component::Header(name) => return Some(Self::of_header(name.as_bytes())),
            Component::PayloadHash => "body-changed",
            _ => return None,
        };
        Self::of_change(id)
    }
}

/// With the digits of its escapes, and of those that are escaped once more, in upper case.
fn without_escapes_case(path: &[u8]) -> Vec<u8> {
    let mut path = path.to_vec();
    for at in 0..path.len() {
        let digits = if path[at..].starts_with(b"%25") { 3..5 } else { 1..3 };
        if path[at] == b'%'
            && let Some(digits) = path.get_mut(at + digits.start..at + digits.end)
        {
            digits.make_ascii_uppercase();
        }
    }
    path
}

fn without_slashes(path: &[u8]) -> Vec<u8> {
    path.iter().copied().filter(|byte| *byte != b'/').collect()
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
            ("GET\n/a//b\n", "GET\n/a/b\n", change("path-slashes-changed")),
            ("GET\n/a%20b\n", "GET\n/a b\n", change("path-escapes-changed")),
            ("GET\n/A/b\n", "GET\n/a/b\n", change("path-case-changed")),
            ("GET\n/a%2fb\n", "GET\n/a%2Fb\n", change("path-escape-case-changed")),
            ("GET\n/a%252fb\n", "GET\n/a%252Fb\n", change("path-escape-case-changed")),
            ("GET\n/\na=1\n", "GET\n/\na=1&b=2\n", change("query-parameter-added")),
            ("GET\n/\na=1&b=2\n", "GET\n/\na=1\n", change("query-parameter-removed")),
            ("GET\n/\n\nhost:h\n\nhost\n0", "GET\n/\n\nhost:g\n\nhost\n0", between_hosts("h", "g")),
            ("GET\n/\n\nte:a\n\nte\n0", "GET\n/\n\nte:b\n\nte\n0", Cause::of_header(b"te")),
            ("GET\n/\n\nte:a\n\nte\n0", "GET\n/\n\nte:a\n\nte\nf", change("body-changed")),
        ] {
            let difference =
                Difference::between(Stage::CanonicalRequest, sent.as_bytes(), arrived.as_bytes());
            let cause = Cause::of_difference(&difference.unwrap());
            assert_eq!(cause, Some(expected), "{sent:?} {arrived:?}");
        }
    }
}
