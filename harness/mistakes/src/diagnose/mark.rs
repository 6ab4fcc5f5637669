//! What of a sent request tells one signer from another.

use sigv4_protocol::Sent;
use sigv4_protocol::{SentRequest, SignQuestion};
use sigv4_vectors::model::Placement;

use crate::catalogue::MistakeSet;
use crate::model::Model;

/// The traces that a signer leaves in a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Mark {
    /// The signature as text; empty where none can be found.
    signature: Vec<u8>,
    /// Everything that is sent: the parameters of the target, the headers in lower case, both sorted,
    /// since their order is up to the signer, and the body where it is not the one asked for.
    parts: Vec<Vec<u8>>,
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
            [&name.to_ascii_lowercase()[..], b":", value.trim_ascii()].concat()
        }));
        if let Some(body) =
            request.body.as_ref().filter(|body| **body != question.input.request.body)
        {
            parts.push([b"body:", &body[..]].concat());
        }
        parts.sort_unstable();
        Self { signature: signature.unwrap_or_default(), parts }
    }

    /// Whether both carry the same signature.
    pub(super) fn has_signature_of(&self, other: &Self) -> bool {
        self.signature == other.signature
    }

    /// Whether the signer that left `self` did what the one that left `seen` did. Two signers with
    /// the same wrong signature did; a signature that is right or missing tells nothing, so that
    /// everything that is sent has to agree.
    pub(super) fn reproduces(&self, seen: &Self, correct: Option<&Self>) -> bool {
        let telling = !seen.signature.is_empty()
            && correct.is_none_or(|correct| correct.signature != seen.signature);
        if telling { self.signature == seen.signature } else { self == seen }
    }
}

/// The mark that the model leaves under these mistakes; `None` where it refuses the request.
pub(super) fn mark_under(question: &SignQuestion, mistakes: MistakeSet) -> Option<Mark> {
    let answer = Model::new(mistakes).sign(question).ok()?;
    Some(Mark::of(question, &answer.request))
}
