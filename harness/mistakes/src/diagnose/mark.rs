//! The traces in a sent request that distinguish one signer from another.

use std::collections::HashSet;
use std::io::Read as _;

use flate2::read::GzDecoder;
use sigv4_protocol::{Sent, SentRequest, SignQuestion, SignedAnswer};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::baseline::{CONTENT_SHA256, is_written_as_asked};
use crate::catalogue::MistakeSet;
use crate::model::Model;

/// The traces that a signer leaves in a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Mark {
    /// The signature as text; empty if none can be found.
    signature: Vec<u8>,
    /// Everything that is sent: the parameters of the target and the headers with lower-case names,
    /// sorted, because their order is up to the signer, and the body if the signer changed it.
    parts: Vec<Vec<u8>>,
    /// The lower-case names of the headers that were given and are not sent, sorted.
    unsent: Vec<Vec<u8>>,
}

impl Mark {
    pub(super) fn of(question: &SignQuestion, request: &SentRequest) -> Self {
        let signature = Sent::read(question.placement, request).map(|sent| sent.signature);
        let mut parts: Vec<Vec<u8>> = match question.placement {
            Placement::Header => vec![request.target.to_vec()],
            Placement::Query => {
                let mut halves = request.target.splitn(2, |&byte| byte == b'?');
                let path = halves.next().unwrap_or_default();
                let query = halves.next().unwrap_or_default();
                let parameters = query.split(|&byte| byte == b'&');
                std::iter::once(path).chain(parameters).map(<[u8]>::to_vec).collect()
            }
        };
        parts.extend(request.headers.iter().map(|(name, value)| {
            let value = without_completion(question, name, value).unwrap_or(value.trim_ascii());
            [&name.to_ascii_lowercase()[..], b":", value].concat()
        }));
        parts.push([b"method:", &request.method[..]].concat());
        let changed = request.body.as_ref().filter(|sent| **sent != question.input.request.body);
        parts.extend(changed.map(|sent| body(sent)));
        parts.sort_unstable();
        let unsent = unsent(question, request);
        Self { signature: signature.unwrap_or_default(), parts, unsent }
    }

    /// The signature, and what of the headers is not sent.
    pub(super) fn of_signature(question: &SignQuestion, answer: &SignedAnswer) -> Self {
        let signature = answer.stages.signature.as_ref();
        let signature = signature.map(|digits| digits.as_bytes().to_vec()).unwrap_or_default();
        Self { signature, parts: Vec::new(), unsent: unsent(question, &answer.request) }
    }

    /// The signature, and everything that is sent.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<Vec<u8>>) {
        (self.signature, self.parts)
    }

    /// Whether the signature alone shows that a signer did the same: it is there, and wrong.
    pub(super) fn is_telling(&self, correct: Option<&Self>) -> bool {
        !self.signature.is_empty()
            && correct.is_none_or(|correct| correct.signature != self.signature)
    }

    /// The same, of a text that the signer computed: quotation marks and separators are written
    /// around it.
    pub(super) fn is_computed_and_telling(&self, correct: Option<&Self>) -> bool {
        let is_written = |byte: &u8| b"\",; ".contains(byte);
        self.is_telling(correct) && !self.signature.iter().any(is_written)
    }

    /// Whether a header is not sent that was given.
    pub(super) fn lacks_a_header(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Whether an answer has the same signature.
    pub(super) fn is_signed_as(&self, answer: &SignedAnswer) -> bool {
        let signature = answer.stages.signature.as_ref();
        signature.map_or(&b""[..], |digits| digits.as_bytes()) == self.signature
    }

    /// Whether both carry the same signature.
    pub(super) fn has_signature_of(&self, other: &Self) -> bool {
        self.signature == other.signature
    }

    /// Whether the signer that left `self` did the same as the one that left `seen`. If both have
    /// the same wrong signature and send the same headers, they did. A signature that is right or missing proves nothing, so
    /// everything that is sent has to agree.
    pub(super) fn reproduces(&self, seen: &Self, correct: Option<&Self>) -> bool {
        if seen.is_telling(correct) {
            self.signature == seen.signature && self.unsent == seen.unsent
        } else {
            self == seen
        }
    }
}

/// The headers that were given and are not sent. Those that a signer writes itself do not count; with a
/// presigned URL the caller sends the others.
fn unsent(question: &SignQuestion, request: &SentRequest) -> Vec<Vec<u8>> {
    if question.placement == Placement::Query {
        return Vec::new();
    }
    let is_own = |name: &[u8]| is_written_as_asked(name) || name == CONTENT_SHA256;
    let lower = |(name, _): &(Bytes, Bytes)| name.to_ascii_lowercase();
    // A request may have thousands of headers.
    let sent: HashSet<Vec<u8>> = request.headers.iter().map(lower).collect();
    let given = question.input.request.headers.iter().map(lower);
    let mut names: Vec<Vec<u8>> =
        given.filter(|name| !sent.contains(name) && !is_own(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The mark that the model leaves with these mistakes; `None` if it refuses the request.
pub(super) fn mark_under(question: &SignQuestion, mistakes: MistakeSet) -> Option<Mark> {
    let answer = Model::new(mistakes).sign(question).ok()?;
    Some(Mark::of(question, &answer.request))
}

/// The caller's media type with the semicolon that follows it, if the sent one has parameters that
/// the caller did not give, such as a charset or a boundary.
fn without_completion<'v>(
    question: &SignQuestion,
    name: &[u8],
    value: &'v [u8],
) -> Option<&'v [u8]> {
    let mut given = question.input.request.headers.iter();
    let (_, given) = given.find(|(other, _)| {
        name.eq_ignore_ascii_case(b"content-type") && other.eq_ignore_ascii_case(b"content-type")
    })?;
    let rest = value.strip_prefix(&given[..])?;
    rest.starts_with(b";").then(|| &value[..=given.len()])
}

/// A body that was changed. Compressors differ in their output, so a compressed body is represented
/// by its content, cut to a length that no question exceeds.
fn body(sent: &[u8]) -> Vec<u8> {
    const LONGEST: u64 = 1 << 20;
    let mut content = Vec::new();
    let read = GzDecoder::new(sent).take(LONGEST).read_to_end(&mut content);
    match read {
        Ok(_) => [b"compressed body:", &content[..]].concat(),
        Err(_) => [b"body:", sent].concat(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::{Depth, diagnose};
    use crate::catalogue::{Call, Mistake, MistakeSet};
    use crate::model;
    use flate2::Compression;
    use flate2::read::GzEncoder;
    use sigv4_protocol::{SentRequest, SignedAnswer};

    /// The diagnosis of a right answer to a POST of text after `change`.
    fn diagnosed(change: impl FnOnce(&mut SignedAnswer)) -> Vec<MistakeSet> {
        let call =
            "method = \"POST\"\nbody = \"é\"\nheaders = [[\"Content-Type\", \"text/plain\"]]";
        let question = toml::from_str::<Call>(call).unwrap().question().unwrap();
        let mut answer = model::sign(&question, MistakeSet::EMPTY).unwrap();
        change(&mut answer);
        diagnose(&question, &answer, Depth::Singles).sets
    }

    #[test]
    fn one_of_many_headers_that_is_not_sent_is_found() {
        let mut question = toml::from_str::<Call>("method = \"GET\"").unwrap().question().unwrap();
        let names = (0..1_000).map(|number| format!("x-{number}"));
        question.input.request.headers = names.map(|name| (name[..].into(), "1".into())).collect();
        let mut request = SentRequest {
            method: "GET".into(),
            target: "/".into(),
            headers: question.input.request.headers.clone(),
            body: None,
        };
        request.headers.reverse();
        assert_eq!(request.headers.pop(), Some(("x-0".into(), "1".into())));
        assert_eq!(super::unsent(&question, &request), [b"x-0".to_vec()]);
    }

    #[test]
    fn what_happens_to_a_request_after_signing_is_named() {
        let compressed = |answer: &mut SignedAnswer| {
            let mut body = Vec::new();
            let mut encoder = GzEncoder::new("é".as_bytes(), Compression::none());
            encoder.read_to_end(&mut body).unwrap();
            answer.request.body = Some(body.into());
            answer.request.headers.push(("content-encoding".into(), "gzip".into()));
        };
        assert_eq!(diagnosed(compressed), [Mistake::OutputBodyCompressed.into()]);
        let multipart = |answer: &mut SignedAnswer| {
            answer.request.headers[1].1 = "text/plain; boundary=a".into();
        };
        assert_eq!(diagnosed(multipart), [Mistake::OutputContentTypeCompleted.into()]);
        let latin1 = |answer: &mut SignedAnswer| answer.request.body = Some(b"\xe9"[..].into());
        assert_eq!(diagnosed(latin1), [Mistake::OutputBodyLatin1.into()]);
        let without = |answer: &mut SignedAnswer| answer.request.body = Some("".into());
        assert_eq!(diagnosed(without), [Mistake::OutputBodyDropped.into()]);
        let get = |answer: &mut SignedAnswer| answer.request.method = "GET".into();
        assert_eq!(diagnosed(get), [Mistake::OutputMethodGet.into()]);
        let same = |answer: &mut SignedAnswer| answer.request.body = Some("é".into());
        assert_eq!(diagnosed(same), [MistakeSet::EMPTY]);
    }
}
