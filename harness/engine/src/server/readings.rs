//! One request on the wire, signed in each of the ways in which servers are known to make it
//! canonical.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::{self, hex};
use sigv4_protocol::{Answer, SignQuestion};
use sigv4_reference::SigningKey;
use sigv4_vectors::model::{Placement, Reading, Request};

use crate::explain::s3_form::{decoded, encoded_value, recoded, recoded_query};
use crate::subject::Reference;

/// A request with one signature for each reading in which its canonical request differs, and with a
/// wrong one. All of them are the same on the wire but for the signature.
#[derive(Clone, Debug)]
pub struct Readings {
    /// With a signature that is right in no reading.
    pub wrong: Request,
    /// With the signature of each reading; [`Reading::Expected`] is the first.
    pub each: Vec<(Reading, Request)>,
}

/// Signs the request in each reading; `None` if the reference cannot sign it.
#[must_use]
pub fn readings(question: &SignQuestion) -> Option<Readings> {
    let Answer::Signed(answer) = Reference::new().sign(question) else { return None };
    let stages = &answer.stages;
    let signature = stages.signature.as_deref()?;
    let (canonical, to_sign) =
        (stages.canonical_request.as_ref()?, stages.string_to_sign.as_ref()?);
    let key = SigningKey::from_bytes(&hex::parse(stages.signing_key.as_deref()?)?);
    let sent = Request {
        method: answer.request.method.clone(),
        target: answer.request.target.clone(),
        headers: answer.request.headers.clone(),
        body: question.input.request.body.clone(),
    };
    let parts = Parts::of(canonical, &sent, question.placement)?;
    let mut known: Vec<Vec<u8>> = Vec::new();
    let mut each = Vec::new();
    for reading in Reading::ALL {
        let text = parts.canonical(*reading);
        if known.contains(&text) {
            continue;
        }
        let own = key.sign(&with_hash_of(to_sign, &text)).to_string();
        each.push((*reading, with_signature(&sent, signature, &own)));
        known.push(text);
    }
    let other = if signature.starts_with('0') { "1" } else { "0" };
    let wrong = with_signature(&sent, signature, &format!("{other}{}", &signature[1..]));
    Some(Readings { wrong, each })
}

/// Whether a target is written as S3 clients write it: text in UTF-8, every byte outside the
/// unreserved set as an escape, once, and no parameter empty.
#[must_use]
pub fn is_usual_form(target: &[u8]) -> bool {
    let mut halves = target.splitn(2, |byte| *byte == b'?');
    let path = halves.next().unwrap_or_default();
    let query = halves.next().unwrap_or_default();
    let has_empty = query.split(|byte| *byte == b'&').any(<[u8]>::is_empty);
    str::from_utf8(&decoded(target)).is_ok()
        && path == recoded(path)
        && query == recoded_query(query)
        && (query.is_empty() || !has_empty)
}

/// The string to sign with the hash of another canonical request in its last line.
fn with_hash_of(to_sign: &[u8], canonical: &[u8]) -> Vec<u8> {
    let start = memchr::memrchr(b'\n', to_sign).map_or(0, |at| at + 1);
    [&to_sign[..start], hex(&Sha256::digest(canonical)).as_bytes()].concat()
}

/// The request with another signature, in the header or in the query.
fn with_signature(sent: &Request, old: &str, new: &str) -> Request {
    let replaced = |text: &[u8]| -> Vec<u8> {
        match memchr::memmem::rfind(text, old.as_bytes()) {
            Some(at) => [&text[..at], new.as_bytes(), &text[at + old.len()..]].concat(),
            None => text.to_vec(),
        }
    };
    let mut request = sent.clone();
    request.target = replaced(&sent.target).into();
    for (_, value) in &mut request.headers {
        *value = replaced(value).into();
    }
    request
}

/// A canonical request in its parts, with what was sent.
struct Parts<'r> {
    method: &'r [u8],
    path: &'r [u8],
    query: &'r [u8],
    /// Names and canonical values.
    headers: Vec<(&'r [u8], &'r [u8])>,
    /// The list of signed headers and the payload hash, after the line feed.
    end: &'r [u8],
    sent: &'r Request,
    sent_path: &'r [u8],
    /// The parameters that were sent, without the signature.
    sent_query: Vec<&'r [u8]>,
}

impl<'r> Parts<'r> {
    fn of(canonical: &'r [u8], sent: &'r Request, placement: Placement) -> Option<Self> {
        let mut lines = canonical.splitn(4, |byte| *byte == b'\n');
        let [method, path, query, rest] = std::array::from_fn(|_| lines.next().unwrap_or_default());
        let blank = memchr::memmem::find(rest, b"\n\n")?;
        let header = |line: &'r [u8]| {
            let colon = memchr::memchr(b':', line)?;
            Some((&line[..colon], &line[colon + 1..]))
        };
        let headers = rest[..blank].split(|byte| *byte == b'\n').map(header);
        let mut halves = sent.target.splitn(2, |byte| *byte == b'?');
        let sent_path = halves.next().unwrap_or_default();
        let mut sent_query: Vec<&[u8]> = halves
            .next()
            .map(|query| query.split(|byte| *byte == b'&').collect())
            .unwrap_or_default();
        if placement == Placement::Query {
            sent_query.retain(|piece| !piece.starts_with(b"X-Amz-Signature="));
        }
        if sent_query == [b""] {
            sent_query.clear();
        }
        let headers = headers.collect::<Option<Vec<_>>>()?;
        let end = &rest[blank + 1..];
        Some(Self { method, path, query, headers, end, sent, sent_path, sent_query })
    }

    /// The canonical request in a reading.
    fn canonical(&self, reading: Reading) -> Vec<u8> {
        let pairs = || self.recoded_pairs();
        let path = match reading {
            Reading::Recoded
            | Reading::NamesDecoded
            | Reading::ValuesAsSent
            | Reading::PairsAsText => recoded(self.sent_path),
            Reading::AsSent => self.sent_path.to_vec(),
            _ => self.path.to_vec(),
        };
        let query = match reading {
            Reading::Recoded => {
                let mut pairs = pairs();
                pairs.sort();
                joined(&pairs)
            }
            Reading::AsSent => self.query_as_sent(),
            Reading::NamesDecoded => {
                let mut pairs = pairs();
                pairs.sort_by_key(|(name, _)| decoded(name));
                joined(&pairs)
            }
            Reading::ValuesAsSent => {
                let mut pairs = pairs();
                pairs.sort_by(|(left, _), (right, _)| left.cmp(right));
                joined(&pairs)
            }
            Reading::PairsAsText => {
                let mut texts: Vec<Vec<u8>> =
                    pairs().iter().map(|pair| joined(std::slice::from_ref(pair))).collect();
                texts.sort();
                texts.join(&b'&')
            }
            _ => self.query.to_vec(),
        };
        let mut text = [self.method, b"\n", &path, b"\n", &query, b"\n"].concat();
        for (name, value) in &self.headers {
            let value = self.header(reading, name, value);
            text.extend_from_slice(&[name, &b":"[..], &value, b"\n"].concat());
        }
        text.extend_from_slice(self.end);
        text
    }

    /// The parameters decoded and encoded, in the order in which they were sent, without empty ones.
    fn recoded_pairs(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let half = |half: Option<&[u8]>| {
            let spaced = half.unwrap_or_default().iter();
            let spaced: Vec<u8> =
                spaced.map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            encoded_value(&decoded(&spaced))
        };
        let pieces = self.sent_query.iter().filter(|piece| !piece.is_empty());
        let pair = |piece: &&[u8]| {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            (half(halves.next()), half(halves.next()))
        };
        pieces.map(pair).collect()
    }

    fn query_as_sent(&self) -> Vec<u8> {
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = self
            .sent_query
            .iter()
            .map(|piece| {
                let mut halves = piece.splitn(2, |byte| *byte == b'=').map(<[u8]>::to_vec);
                (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
            })
            .collect();
        pairs.sort();
        joined(&pairs)
    }

    /// The value of a header in a reading.
    fn header(&self, reading: Reading, name: &[u8], canonical: &[u8]) -> Vec<u8> {
        let of_name = self.sent.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let sent: Vec<&[u8]> = of_name.map(|(_, value)| value.trim_ascii()).collect();
        match (reading, &sent[..]) {
            (Reading::TabKept, [value]) => collapsed(value, |byte| byte == b' '),
            (Reading::QuotesKept, [value]) if value.starts_with(b"\"") => value.to_vec(),
            (Reading::Latin1, [_]) => {
                let text: String = canonical.iter().map(|byte| char::from(*byte)).collect();
                text.into_bytes()
            }
            _ => canonical.to_vec(),
        }
    }
}

/// With one space for each run of bytes that are spaces.
fn collapsed(value: &[u8], is_space: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(value.len());
    for byte in value {
        match is_space(*byte) {
            true if text.last() == Some(&b' ') => {}
            true => text.push(b' '),
            false => text.push(*byte),
        }
    }
    text
}

fn joined(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let texts = pairs.iter().map(|(name, value)| [name, &b"="[..], value].concat());
    texts.collect::<Vec<_>>().join(&b'&')
}

#[cfg(test)]
mod tests {
    use sigv4_vectors::Vectors;
    use sigv4_vectors::model::Question;

    use super::*;

    fn question(target: &str, headers: &[(&str, &str)]) -> SignQuestion {
        let case = Vectors::embedded().case("edge/sigv4/s3-query-parts/no-value").unwrap();
        let Question::Sign(signing) = &case.question else { panic!("a request") };
        let mut question = SignQuestion::of(signing);
        question.input.request.target = target.into();
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        question.input.request.headers.extend(headers);
        question
    }

    /// Path, query and the line of the header `my-header1` in each reading.
    fn texts(target: &str, headers: &[(&str, &str)]) -> Vec<(Reading, String)> {
        let question = question(target, headers);
        let Answer::Signed(answer) = Reference::new().sign(&question) else { panic!("signed") };
        let sent = Request {
            target: answer.request.target.clone(),
            headers: answer.request.headers.clone(),
            ..Request::default()
        };
        let canonical = answer.stages.canonical_request.unwrap();
        let parts = Parts::of(&canonical, &sent, Placement::Header).unwrap();
        assert_eq!(parts.canonical(Reading::Expected), &canonical[..]);
        let mut texts: Vec<(Reading, String)> = Vec::new();
        for reading in Reading::ALL {
            let text = parts.canonical(*reading);
            let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
            let header = lines[3..].iter().find(|line| line.starts_with(b"my-header1:"));
            let mut shown = [lines[1], b"?", lines[2]].concat();
            shown
                .extend(header.map(|line| line["my-header1".len()..].to_vec()).unwrap_or_default());
            let shown = shown.escape_ascii().to_string();
            if texts.iter().all(|(_, known)| *known != shown) {
                texts.push((*reading, shown));
            }
        }
        texts
    }

    #[test]
    fn a_request_has_as_many_readings_as_canonical_requests() {
        use Reading::{
            AsSent, Expected, Latin1, NamesDecoded, PairsAsText, QuotesKept, Recoded, TabKept,
            ValuesAsSent,
        };
        let header = "My-Header1";
        for (target, headers, expected) in [
            ("/a", &[][..], &[(Expected, "/a?")][..]),
            ("/a(b", &[], &[(Expected, "/a(b?"), (Recoded, "/a%28b?")]),
            (
                "/?a=b+c",
                &[],
                &[(Expected, "/?a=b%2Bc"), (Recoded, "/?a=b%20c"), (AsSent, "/?a=b+c")],
            ),
            ("/?a&&b", &[], &[(Expected, "/?a=&b="), (AsSent, "/?=&a=&b=")]),
            ("/?x=2&x=1&y=0", &[], &[(Expected, "/?x=1&x=2&y=0"), (NamesDecoded, "/?x=2&x=1&y=0")]),
            ("/?a%5B=2&aA=1", &[], &[(Expected, "/?a%5B=2&aA=1"), (NamesDecoded, "/?aA=1&a%5B=2")]),
            ("/?a-b=1&a=2", &[], &[(Expected, "/?a=2&a-b=1"), (PairsAsText, "/?a-b=1&a=2")]),
            ("/", &[(header, "a\tb")], &[(Expected, "/?:a b"), (TabKept, "/?:a\\tb")]),
            (
                "/",
                &[(header, "\"a  b\"")],
                &[(Expected, "/?:\\\"a b\\\""), (QuotesKept, "/?:\\\"a  b\\\"")],
            ),
            (
                "/",
                &[(header, "\u{e9}")],
                &[(Expected, "/?:\\xc3\\xa9"), (Latin1, "/?:\\xc3\\x83\\xc2\\xa9")],
            ),
            ("/", &[(header, "b"), (header, "a")], &[(Expected, "/?:b,a")]),
            (
                "/?z=1&%40=2&%40=1",
                &[],
                &[(Expected, "/?%40=1&%40=2&z=1"), (NamesDecoded, "/?%40=2&%40=1&z=1")],
            ),
            (
                "/?%7Ba=2&%7Ba=1&b=3",
                &[],
                &[
                    (Expected, "/?%7Ba=1&%7Ba=2&b=3"),
                    (NamesDecoded, "/?b=3&%7Ba=2&%7Ba=1"),
                    (ValuesAsSent, "/?%7Ba=2&%7Ba=1&b=3"),
                ],
            ),
        ] {
            let found = texts(target, headers);
            let found: Vec<_> = found.iter().map(|(one, text)| (*one, &text[..])).collect();
            assert_eq!(found, expected, "{target} {headers:?}");
        }
    }

    #[test]
    fn the_usual_form_has_every_byte_escaped_once() {
        for target in ["/", "/?", "/a%20b/~", "/a//../b?c=%2F&d&=", "/?x=2&x=1"] {
            assert!(is_usual_form(target.as_bytes()), "{target}");
        }
        for target in
            ["/a(b", "/%7E", "/a%2Fb", "/%c3%a9", "/?a=b+c", "/?a/b", "/?a&&b", "/?a&", "/%FF"]
        {
            assert!(!is_usual_form(target.as_bytes()), "{target}");
        }
    }

    #[test]
    fn requests_differ_in_their_signatures_alone() {
        let readings = readings(&question("/a(b?c=d+e", &[])).unwrap();
        let without = |request: &Request| {
            let headers = request.headers.iter().map(|(name, value)| {
                let end = memchr::memmem::find(value, b"Signature=").unwrap_or(value.len());
                (name.clone(), value[..end].to_vec())
            });
            (request.target.clone(), headers.collect::<Vec<_>>())
        };
        assert_eq!(readings.each[0].0, Reading::Expected);
        let all = || readings.each.iter().map(|(_, request)| request).chain([&readings.wrong]);
        assert!(all().all(|request| without(request) == without(&readings.wrong)));
        let mut headers: Vec<_> = all().map(|request| &request.headers).collect();
        headers.dedup();
        assert_eq!(headers.len(), readings.each.len() + 1);
    }
}
