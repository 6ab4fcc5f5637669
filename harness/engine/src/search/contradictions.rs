//! Relations between a signer's own answers, which hold whatever the right answer is.

use sigv4_generate::Class;
use sigv4_protocol::{Sent, SignQuestion, SignedAnswer};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::lab::{Lab, Manner};
use super::oracle::{Outcome, Wrong};

/// A change to a request that leaves its signature as it is.
struct Relation {
    /// What a subject does that breaks it.
    broken: &'static str,
    /// The changed request; `None` if it cannot be changed this way.
    change: fn(&SignQuestion) -> Option<SignQuestion>,
}

const RELATIONS: &[Relation] = &[
    Relation {
        broken: "asked the same again, it gives another signature",
        change: |question| Some(question.clone()),
    },
    Relation { broken: "the order of headers changes its signature", change: headers_reversed },
    Relation {
        broken: "the case of header names changes its signature",
        change: names_in_other_case,
    },
    Relation {
        broken: "spaces around a header's value change its signature",
        change: values_padded,
    },
    Relation {
        broken: "the order of query parameters changes its signature",
        change: query_reversed,
    },
    Relation {
        broken: "a header that it does not sign changes its signature",
        change: trace_id_added,
    },
];

/// The relations that the subject breaks at this request.
///
/// A relation is claimed only where all of the vendor's signers agree on both requests: elsewhere
/// another signature may be a legitimate reading. A subject that chooses another list of headers
/// for the changed request does not contradict itself either.
pub(super) fn contradictions(
    lab: &mut Lab<'_>,
    question: &SignQuestion,
    wrong: &Wrong,
) -> Vec<&'static str> {
    let Some(own) = wrong.answers.first().and_then(|answer| trace(question, answer)) else {
        return Vec::new();
    };
    let signed = |lab: &mut Lab<'_>, question: &SignQuestion| {
        let signing = lab.oracle.signings(std::slice::from_ref(question))?.into_iter().next()?;
        Some(signing.expect)
    };
    let Some(before) = signed(lab, question).filter(|_| Class::is_core_of(question)) else {
        return Vec::new();
    };
    let mut breaks = |relation: &&Relation| {
        let changed = (relation.change)(question).filter(Class::is_core_of)?;
        let after = signed(lab, &changed)?;
        if before.signature != after.signature {
            return None;
        }
        let answer = match lab.ask(std::slice::from_ref(&changed), Manner::OneByOne) {
            Outcome::Wrong(wrong) => wrong.answers.into_iter().next()?,
            // Without an answer, the subject answered exactly as the reference does.
            Outcome::Conforms(_, answers) => match answers.into_iter().next() {
                Some(answer) => answer,
                None => return Some(own.signature != after.signature.as_bytes()),
            },
            Outcome::Beyond | Outcome::Refused(..) => return None,
        };
        let other = trace(&changed, &answer)?;
        Some(names(&own) == names(&other) && own.signature != other.signature)
    };
    let broken = RELATIONS.iter().filter(|relation| breaks(relation).unwrap_or_default());
    broken.map(|relation| relation.broken).collect()
}

/// The names of the signed headers, sorted, so that their order does not matter.
fn names(sent: &Sent) -> Vec<Vec<u8>> {
    let names = sent.signed_headers.split(|byte| *byte == b';');
    let mut names: Vec<Vec<u8>> = names.map(<[u8]>::to_ascii_lowercase).collect();
    names.sort_unstable();
    names
}

/// What a signer added to a request: its signature, and the list of headers that it signed.
fn trace(question: &SignQuestion, answer: &SignedAnswer) -> Option<Sent> {
    Sent::read(question.placement, &answer.request).ok()
}

fn headers_reversed(question: &SignQuestion) -> Option<SignQuestion> {
    let mut changed = question.clone();
    let headers = &mut changed.input.request.headers;
    headers.reverse();
    (headers.len() > 1).then_some(changed)
}

fn names_in_other_case(question: &SignQuestion) -> Option<SignQuestion> {
    let mut changed = question.clone();
    let any = !changed.input.request.headers.is_empty();
    for (name, _) in &mut changed.input.request.headers {
        let upper = name.iter().any(u8::is_ascii_uppercase);
        let other = if upper { name.to_ascii_lowercase() } else { name.to_ascii_uppercase() };
        *name = Bytes::from(other);
    }
    any.then_some(changed)
}

fn values_padded(question: &SignQuestion) -> Option<SignQuestion> {
    let mut changed = question.clone();
    let mut any = false;
    for (name, value) in &mut changed.input.request.headers {
        if !name.eq_ignore_ascii_case(b"host") {
            any = true;
            *value = [b" ", &value[..], b" "].concat().into();
        }
    }
    any.then_some(changed)
}

fn query_reversed(question: &SignQuestion) -> Option<SignQuestion> {
    let mut changed = question.clone();
    let target = &mut changed.input.request.target;
    let mark = target.iter().position(|byte| *byte == b'?')?;
    let mut pairs: Vec<&[u8]> = target[mark + 1..].split(|byte| *byte == b'&').collect();
    pairs.reverse();
    let several = pairs.len() > 1;
    let reversed = [&target[..=mark], &pairs.join(&b'&')].concat();
    *target = reversed.into();
    several.then_some(changed)
}

fn trace_id_added(question: &SignQuestion) -> Option<SignQuestion> {
    let mut changed = question.clone();
    changed.input.request.headers.push(("X-Amzn-Trace-Id".into(), "Root=1".into()));
    (question.placement == Placement::Header).then_some(changed)
}
