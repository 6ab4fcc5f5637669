//! Changes that do not affect the signature.

use fastrand::Rng;
use sigv4_protocol::{InProcess, SignQuestion};
use sigv4_reference::sign::UNSIGNED_HEADERS;
use sigv4_vectors::Bytes;

use super::exchange::{Exchange, can_verify};
use crate::properties::{Outcome, Violation};

/// Headers in another order and case, and parameters in another order, are the same request
/// (specification: "Create a canonical request": both are sorted, names in lower case). The order
/// of the values of one header does count.
pub fn order_does_not_matter(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    seed: u64,
) -> Result<Outcome, Violation> {
    let mut random = Rng::with_seed(seed);
    let mut other = question.clone();
    let request = &mut other.input.request;

    let mut names: Vec<Vec<u8>> =
        request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    random.shuffle(&mut names);
    // Stable, so that the values of one name keep their order.
    request
        .headers
        .sort_by_key(|(name, _)| names.iter().position(|other| other.eq_ignore_ascii_case(name)));
    for (name, _) in &mut request.headers {
        let change = |byte: u8| {
            if random.bool() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
        };
        *name = name.iter().copied().map(change).collect::<Vec<u8>>().into();
    }
    if let Some(mark) = request.target.iter().position(|&byte| byte == b'?') {
        let (path, query) = request.target.split_at(mark + 1);
        let mut parameters: Vec<&[u8]> = query.split(|&byte| byte == b'&').collect();
        random.shuffle(&mut parameters);
        request.target = [path, &parameters.join(&b'&')].concat().into();
    }
    compare("order_does_not_matter", signer, question, &other)
}

/// A header that is not signed can be added, before or after signing, without changing the
/// signature or the verdict. [`UNSIGNED_HEADERS`] lists the headers that a signer leaves out
/// (specification: "Canonical headers": `host` and `x-amz-*` must be signed, others may be).
pub fn unsigned_header_changes_nothing(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    seed: u64,
) -> Result<Outcome, Violation> {
    const NAME: &str = "unsigned_header_changes_nothing";
    let mut random = Rng::with_seed(seed);
    let value: Bytes =
        (0..random.usize(..20)).map(|_| random.u8(b' '..)).collect::<Vec<u8>>().into();
    let name = random.choice(UNSIGNED_HEADERS).copied().unwrap_or("user-agent");
    let mut other = question.clone();
    let headers = &mut other.input.request.headers;
    headers.insert(random.usize(..=headers.len()), (name.into(), value.clone()));
    let outcome = compare(NAME, signer, question, &other)?;
    if outcome == Outcome::Vacuous || !can_verify(question) {
        return Ok(outcome);
    }

    let Some(exchange) = Exchange::new(signer, question) else { return Ok(Outcome::Vacuous) };
    let Some(now) = exchange.time() else { return Ok(Outcome::Vacuous) };
    let mut sent = exchange.sent.clone();
    let place = random.usize(..=sent.headers.len());
    sent.headers.insert(place, ("Added-On-The-Way".into(), value));
    let (before, after) = (exchange.verify(&exchange.sent, now, 0), exchange.verify(&sent, now, 0));
    if before == after {
        return Ok(Outcome::Held);
    }
    Err(Violation { property: NAME, detail: format!("{before:?}, then {after:?}: {sent:?}") })
}

/// Whether both questions get the same signature, if the signer shows it.
fn compare(
    property: &'static str,
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    other: &SignQuestion,
) -> Result<Outcome, Violation> {
    let mut signature = |question| Some(Exchange::new(signer, question)?.stages.signature);
    match (signature(question), signature(other)) {
        (None, None) | (Some(None), _) => Ok(Outcome::Vacuous),
        (expected, actual) if expected == actual => Ok(Outcome::Held),
        (expected, actual) => Err(Violation {
            property,
            detail: format!(
                "{:?} gives {expected:?}, {:?} gives {actual:?}",
                question.input.request, other.input.request
            ),
        }),
    }
}
