//! Relations between a signer's own answers, which need nobody to know the right one.

use sigv4_protocol::Sent;
use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::lab::{Lab, Manner};
use super::oracle::{Outcome, Wrong};

/// A change to a request that leaves its signature as it is.
struct Relation {
    /// What the subject does who breaks it.
    broken: &'static str,
    /// The changed request; `None` where it cannot be changed so.
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
    Relation { broken: "a header that nobody signs changes its signature", change: trace_id_added },
];

/// The relations that the subject breaks at this request.
pub(super) fn contradictions(
    lab: &mut Lab<'_>,
    question: &SignQuestion,
    wrong: &Wrong,
) -> Vec<&'static str> {
    let Some(own) = signature(question, wrong) else { return Vec::new() };
    let breaks = |relation: &&Relation| {
        let Some(changed) = (relation.change)(question) else { return false };
        let calls = std::slice::from_ref(&changed);
        let Some(expected) = lab.oracle.signings(calls) else { return false };
        let expects_same = lab
            .oracle
            .signings(std::slice::from_ref(question))
            .is_some_and(|before| before[0].expect.signature == expected[0].expect.signature);
        // Where it is right its signature is the reference's, else its own wrong one.
        expects_same
            && match lab.ask(calls, Manner::OneByOne) {
                Outcome::Wrong(wrong) => {
                    signature(&changed, &wrong).is_some_and(|other| other != own)
                }
                Outcome::Conforms(_) => own != expected[0].expect.signature.as_bytes(),
                Outcome::Beyond | Outcome::Refused(..) => false,
            }
    };
    RELATIONS.iter().filter(breaks).map(|relation| relation.broken).collect()
}

fn signature(question: &SignQuestion, wrong: &Wrong) -> Option<Vec<u8>> {
    let answer = wrong.answers.first()?;
    Sent::read(question.placement, &answer.request).ok().map(|sent| sent.signature)
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
