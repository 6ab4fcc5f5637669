//! A change of anything that is signed is refused.

use std::ops::Range;

use fastrand::Rng;
use sigv4_protocol::{InProcess, SignQuestion};
use sigv4_reference::verify::Claim;
use sigv4_reference::{Profile, Workspace};
use sigv4_vectors::model::{Payload, Request};

use super::exchange::{Exchange, can_verify};
use crate::properties::{Outcome, Violation};
use crate::subject::convert::profile;

/// A request that verifies no longer does once a byte of a signed part is changed, unless both
/// requests have the same canonical form (specification: "Calculate the signature"). One byte is
/// changed in each part in turn.
pub fn mutated_fails(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    seed: u64,
) -> Result<Outcome, Violation> {
    if !can_verify(question) {
        return Ok(Outcome::Vacuous);
    }
    let Some(exchange) = Exchange::new(signer, question) else { return Ok(Outcome::Vacuous) };
    let (Some(now), Ok(claim)) = (exchange.time(), Exchange::claim(&exchange.sent)) else {
        return Ok(Outcome::Vacuous);
    };
    if exchange.verify(&exchange.sent, now, 0).is_err() {
        return Ok(Outcome::Vacuous);
    }

    let profile = profile(question.input.normalize, question.input.double_encode);
    let canonical = canonical_parts(&exchange.sent, profile);
    let mut random = Rng::with_seed(seed);
    let mut outcome = Outcome::Vacuous;
    for part in Part::ALL {
        if part == Part::Body && question.input.payload == Payload::Unsigned {
            continue;
        }
        let Some(tampered) = part.tamper(&exchange.sent, &claim, &mut random) else { continue };
        if canonical_parts(&tampered, profile) == canonical {
            continue;
        }
        if exchange.verify(&tampered, now, 0).is_ok() {
            let detail = format!("{part:?}: {:?} is accepted as {tampered:?}", exchange.sent);
            return Err(Violation { property: "mutated_fails", detail });
        }
        outcome = Outcome::Held;
    }
    Ok(outcome)
}

/// A part of a sent request that the signature covers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Body,
    /// Key id and scope, if they are in the `Authorization` header. In query placement they are a
    /// part of the query, as are `Signature` and `SignedHeaders`.
    Credential,
    HeaderName,
    HeaderValue,
    Method,
    Path,
    Query,
    Signature,
    SignedHeaders,
}

impl Part {
    const ALL: [Self; 9] = [
        Self::Body,
        Self::Credential,
        Self::HeaderName,
        Self::HeaderValue,
        Self::Method,
        Self::Path,
        Self::Query,
        Self::Signature,
        Self::SignedHeaders,
    ];

    /// The request with one byte of this part changed; `None` if it does not have the part.
    fn tamper(self, sent: &Request, claim: &Claim, random: &mut Rng) -> Option<Request> {
        let signed: Vec<usize> =
            (0..sent.headers.len()).filter(|&index| claim.signs(&sent.headers[index].0)).collect();
        let signed = random.choice(signed);
        let authorization =
            sent.headers.iter().position(|(name, _)| name.eq_ignore_ascii_case(b"authorization"));
        let mark = sent.target.iter().position(|&byte| byte == b'?');

        let mut tampered = sent.clone();
        let text = match self {
            Self::Body => &mut tampered.body,
            Self::Credential | Self::Signature | Self::SignedHeaders => {
                &mut tampered.headers[authorization?].1
            }
            Self::HeaderName => &mut tampered.headers[signed?].0,
            Self::HeaderValue => &mut tampered.headers[signed?].1,
            Self::Method => &mut tampered.method,
            Self::Path | Self::Query => &mut tampered.target,
        };
        let whole = 0..text.len();
        let range = match self {
            Self::Path => 0..mark.unwrap_or(whole.end),
            Self::Query => mark? + 1..whole.end,
            Self::Credential => between(text, b"Credential=", b", SignedHeaders=")?,
            Self::SignedHeaders => between(text, b", SignedHeaders=", b", Signature=")?,
            Self::Signature => between(text, b", Signature=", b"")?,
            Self::Body | Self::HeaderName | Self::HeaderValue | Self::Method => whole,
        };
        if range.is_empty() {
            return None;
        }
        let mut changed = text.to_vec();
        changed[random.usize(range)] ^= random.u8(1..);
        *text = changed.into();
        Some(tampered)
    }
}

/// The range between the first `start` and the last `end`, or the end of the text.
fn between(text: &[u8], start: &[u8], end: &[u8]) -> Option<Range<usize>> {
    let from = text.windows(start.len()).position(|window| window == start)? + start.len();
    let to = match end {
        b"" => text.len(),
        end => text.windows(end.len()).rposition(|window| window == end)?,
    };
    (from <= to).then_some(from..to)
}

/// A sent request without the differences that do not matter.
#[derive(Debug, PartialEq)]
struct Canonical {
    method: Vec<u8>,
    path: Vec<u8>,
    /// As it was sent, if it has no canonical form.
    query: Vec<u8>,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<u8>,
}

fn canonical_parts(sent: &Request, profile: Profile) -> Canonical {
    let mut workspace = Workspace::default();
    let headers = sent.headers.iter().map(|(name, value)| {
        (name.to_ascii_lowercase(), workspace.canonical_header_value(value).to_vec())
    });
    Canonical {
        headers: headers.collect(),
        method: sent.method.to_vec(),
        path: workspace.canonical_path(&sent.target, profile).to_vec(),
        query: workspace
            .canonical_query(&sent.target, |_| true)
            .map_or_else(|_| sent.target.to_vec(), <[u8]>::to_vec),
        body: sent.body.to_vec(),
    }
}
