//! Where and how two canonical requests differ, as a text that does not depend on the request.

use serde::{Deserialize, Serialize};
use sigv4_protocol::SentRequest;
use sigv4_vectors::model::{Placement, Request};

const HEADER_LINES: &str = "header lines";

/// Where and how an answer differs.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Shape {
    /// The part of the canonical request; empty if the subject shows none, or if it is right.
    pub part: String,
    /// What differs there, as the rest of a sentence.
    pub difference: String,
}

impl Shape {
    /// A header is missing in the request that is sent.
    pub(super) fn of_unsent() -> Self {
        Self {
            part: "request that is sent".to_owned(),
            difference: "lacks a header that was asked for".to_owned(),
        }
    }

    /// A correct signer gives the same answer.
    pub(super) fn of_correct() -> Self {
        Self {
            part: "answer".to_owned(),
            difference: "is that of a correct signer: check the vector".to_owned(),
        }
    }

    /// The first part of the request that is not sent as it was asked for. A signer may write a target with
    /// other escapes, so this is for answers in which nothing else differs.
    pub(super) fn of_sent(asked: &Request, placement: Placement, sent: &SentRequest) -> Self {
        let [(path, query), (sent_path, sent_query)] =
            [&asked.target, &sent.target].map(|target| {
                let mut halves = target.splitn(2, |byte| *byte == b'?');
                (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
            });
        let body = sent.body.as_ref().unwrap_or(&asked.body);
        // A presigned URL has the signer's own parameters.
        let query_counts = placement == Placement::Header;
        let parts = [
            ("method", &asked.method[..], &sent.method[..]),
            ("path", path, sent_path),
            ("query", query, if query_counts { sent_query } else { query }),
            ("body", &asked.body[..], &body[..]),
        ];
        let changed = parts.into_iter().find(|(_, asked, sent)| asked != sent);
        changed.map_or_else(Self::default, |(part, asked, sent)| Self {
            part: format!("{part} that is sent"),
            difference: difference(asked, sent).to_owned(),
        })
    }

    /// The first difference of two canonical requests.
    #[must_use]
    pub fn of(expected: Option<&[u8]>, actual: Option<&[u8]>) -> Self {
        let (Some(expected), Some(actual)) = (expected, actual) else { return Self::default() };
        let lines = |text: &[u8]| -> Vec<Vec<u8>> {
            text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
        };
        let (expected, actual) = (lines(expected), lines(actual));
        let differing = expected.iter().zip(&actual).position(|(left, right)| left != right);
        let at = match differing {
            Some(at) => at,
            None if expected.len() == actual.len() => return Self::default(),
            None => expected.len().min(actual.len()),
        };
        let part = match at {
            0 => "method",
            1 => "path",
            2 => "query",
            _ if at + 1 >= expected.len() => "payload hash",
            _ if at + 2 == expected.len() => "list of signed headers",
            _ => HEADER_LINES,
        };
        let line = |lines: &[Vec<u8>]| lines.get(at).cloned().unwrap_or_default();
        let difference = difference(&line(&expected), &line(&actual)).to_owned();
        Self { part: part.to_owned(), difference }
    }

    /// A sentence without its full stop; `None` without a part.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let Self { part, difference } = self;
        if part.is_empty() {
            return None;
        }
        // The one part that is in the plural.
        let plural = [("is ", "are "), ("has ", "have "), ("goes ", "go "), ("ends ", "end ")];
        let verb = plural.iter().filter(|_| part == HEADER_LINES);
        let in_plural = |(one, many): &(&str, &str)| {
            let rest = difference.strip_prefix(one)?.replace(" it ", " they ");
            Some(format!("{many}{rest}"))
        };
        let difference = verb.into_iter().find_map(in_plural).unwrap_or_else(|| difference.clone());
        Some(format!("the {part} {difference}"))
    }
}

/// How two lines differ.
fn difference(expected: &[u8], actual: &[u8]) -> &'static str {
    let same = |change: fn(&[u8]) -> Vec<u8>| change(expected) == change(actual);
    if same(sorted_tokens) {
        return "is in another order";
    }
    if same(without_blanks) {
        return "has other white space";
    }
    if same(<[u8]>::to_ascii_lowercase) {
        return "has letters in another case";
    }
    let at = expected.iter().zip(actual).take_while(|(left, right)| left == right).count();
    match (expected.get(at), actual.get(at)) {
        (None, _) => "goes on where it should end",
        (_, None) => "ends too early",
        (Some(b'%'), Some(_)) => "has a byte unescaped",
        (Some(_), Some(b'%')) => "has a byte escaped that should not be",
        _ if at > 0 && expected[at - 1] == b'%' => "has another escape",
        (Some(b'&' | b'='), _) | (_, Some(b'&' | b'=')) => "has other parameters",
        _ => "has other text",
    }
}

fn sorted_tokens(line: &[u8]) -> Vec<u8> {
    let mut tokens: Vec<&[u8]> = line.split(|byte| b"&;,".contains(byte)).collect();
    tokens.sort_unstable();
    tokens.join(&b'&')
}

fn without_blanks(line: &[u8]) -> Vec<u8> {
    line.iter().copied().filter(|byte| !byte.is_ascii_whitespace() && *byte != 0x0b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_part_and_words() {
        const RIGHT: &str = "GET\n/a%20b\na=1&b=2\nhost:h\nx:a b\n\nhost;x\ne3";
        for (actual, part, difference) in [
            ("PUT\n/a%20b\na=1&b=2\nhost:h\nx:a b\n\nhost;x\ne3", "method", "has other text"),
            ("GET\n/a b\na=1&b=2\nhost:h\nx:a b\n\nhost;x\ne3", "path", "has a byte unescaped"),
            ("GET\n/a%20b\nb=2&a=1\nhost:h\nx:a b\n\nhost;x\ne3", "query", "is in another order"),
            (
                "GET\n/a%20b\na=1&b=2\nhost:h\nx:a  b\n\nhost;x\ne3",
                "header lines",
                "has other white space",
            ),
            (
                "GET\n/a%20b\na=1&b=2\nhost:h\nx:a b\n\nhost;X\ne3",
                "list of signed headers",
                "has letters in another case",
            ),
            ("GET\n/a%20b\na=1&b=2\nhost:h\nx:a b\n\nhost;x\ne", "payload hash", "ends too early"),
        ] {
            let shape = Shape::of(Some(RIGHT.as_bytes()), Some(actual.as_bytes()));
            assert_eq!((&shape.part[..], &shape.difference[..]), (part, difference), "{actual}");
        }
        assert_eq!(Shape::of(Some(RIGHT.as_bytes()), Some(RIGHT.as_bytes())), Shape::default());
        assert_eq!(Shape::of(Some(RIGHT.as_bytes()), None), Shape::default());
    }

    #[test]
    fn what_is_sent_otherwise_has_words() {
        let asked = Request {
            method: "POST".into(),
            target: "/a?b=1".into(),
            headers: Vec::new(),
            body: "text".into(),
        };
        let words = |placement, method: &str, target: &str, body: Option<&str>| {
            let sent = SentRequest {
                method: method.into(),
                target: target.into(),
                headers: Vec::new(),
                body: body.map(Into::into),
            };
            Shape::of_sent(&asked, placement, &sent).in_words().unwrap_or_default()
        };
        let header = Placement::Header;
        assert_eq!(words(header, "POST", "/a?b=1", None), "");
        assert_eq!(words(Placement::Query, "POST", "/a?b=1&c=2", None), "");
        for (method, target, body, expected) in [
            ("post", "/a?b=1", None, "the method that is sent has letters in another case"),
            (
                "POST",
                "/%61?b=1",
                None,
                "the path that is sent has a byte escaped that should not be",
            ),
            ("POST", "/a?b=2", None, "the query that is sent has other text"),
            ("POST", "/a?b=1", Some("tex"), "the body that is sent ends too early"),
        ] {
            assert_eq!(words(header, method, target, body), expected);
        }
    }

    #[test]
    fn header_lines_are_in_the_plural() {
        let words = |part: &str, difference: &str| {
            Shape { part: part.to_owned(), difference: difference.to_owned() }.in_words()
        };
        for (difference, one, many) in [
            ("has other text", "the query has other text", "the header lines have other text"),
            (
                "goes on where it should end",
                "the query goes on where it should end",
                "the header lines go on where they should end",
            ),
            ("ends too early", "the query ends too early", "the header lines end too early"),
            (
                "is in another order",
                "the query is in another order",
                "the header lines are in another order",
            ),
        ] {
            assert_eq!(words("query", difference).as_deref(), Some(one));
            assert_eq!(words(HEADER_LINES, difference).as_deref(), Some(many));
        }
        assert_eq!(words("", ""), None);
    }
}
