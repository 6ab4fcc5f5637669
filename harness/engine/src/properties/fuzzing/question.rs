//! Generated questions, signed, changed and verified; requests that nobody signed; pairs of keys.

use arbitrary::{Arbitrary, Unstructured};
use sigv4_generate::{Generated, plain};
use sigv4_protocol::{Answer, InProcess as _, Question, SignQuestion, VerifyQuestion};
use sigv4_vectors::model::{KeyMaterial, Profile, Request, StoredKey, VerificationInput};

use super::resign::resigned_is_refused_by_its_rule;
use super::{Outcome, Violation, all, with_reference};
use crate::properties::derivation::{Derivation, Pair, keys_are_injective};
use crate::properties::signature::{
    authorization_round_trips, mutated_fails, order_does_not_matter, signed_verifies,
    unsigned_header_changes_nothing, window_includes_its_edges,
};
use crate::subject::Reference;

/// What the reference signs, it verifies: for as long as it is valid, and as who signed it.
pub fn sign_then_verify(bytes: &[u8]) -> Result<Outcome, Violation> {
    of_question(bytes, |reference, question, seed| {
        Ok(all([
            signed_verifies(reference, question, seed)?,
            authorization_round_trips(reference, question, seed)?,
            window_includes_its_edges(reference, question, seed)?,
        ]))
    })
}

/// What is changed after signing is refused, unless the change does not matter.
pub fn mutate_then_verify(bytes: &[u8]) -> Result<Outcome, Violation> {
    of_question(bytes, |reference, question, seed| {
        Ok(all([
            mutated_fails(reference, question, seed)?,
            order_does_not_matter(reference, question, seed)?,
            unsigned_header_changes_nothing(reference, question, seed)?,
        ]))
    })
}

/// What is changed and signed again is accepted, unless a rule besides the signature forbids it.
pub fn resign_then_verify(bytes: &[u8]) -> Result<Outcome, Violation> {
    of_question(bytes, |reference, question, seed| {
        resigned_is_refused_by_its_rule(reference, question, seed)
    })
}

/// Any request is answered, and none is accepted, because none was signed.
pub fn verify_anything(bytes: &[u8]) -> Result<Outcome, Violation> {
    let mut bytes = Unstructured::new(bytes);
    let Ok(parts) = Unsigned::arbitrary(&mut bytes) else { return Ok(Outcome::Vacuous) };
    let switches = parts.0;
    let plain = plain().input;
    let input = VerificationInput {
        time: plain.time,
        window_seconds: 900,
        region: plain.region,
        service: plain.service,
        profile: if switches & 1 == 0 { Profile::Generic } else { Profile::S3 },
        normalize: switches & 2 == 0,
        double_encode: switches & 4 == 0,
        keys: vec![StoredKey {
            access_key_id: plain.credentials.access_key_id,
            // Not the secret of any vector, so that no seed is signed with it.
            material: KeyMaterial::SecretAccessKey("nobody signs by this".into()),
            session_token: None,
            active: true,
        }],
        request: unsigned_request(parts),
    };
    let question = Question::Verify(Box::new(VerifyQuestion::from(input)));
    match with_reference(|reference| reference.answer(&question)) {
        Answer::Reject { .. } => Ok(Outcome::Held),
        answer => Err(Violation {
            property: "verify_anything",
            detail: format!("{answer:?} to {question:?}"),
        }),
    }
}

/// Two tuples share a key exactly if they are equivalent by rule, and the reference's chain equals
/// the one that is written out plainly.
pub fn key_derivation(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Ok(pair) = Pair::arbitrary(&mut Unstructured::new(bytes)) else {
        return Ok(Outcome::Vacuous);
    };
    for parts in pair.tuples() {
        let [chain, plainly] =
            [Derivation::Chain, Derivation::ChainOfAnyDate].map(|way| way.keys(parts));
        if chain.is_some() && chain != plainly {
            return Err(Violation {
                property: "key_derivation",
                detail: format!("{parts}: {chain:?}, expected {plainly:?}"),
            });
        }
    }
    let mut outcome = Outcome::Vacuous;
    for &derivation in Derivation::SOUND {
        outcome = all([outcome, keys_are_injective(derivation, &pair)?]);
    }
    Ok(outcome)
}

/// A seed of two bytes for what a property chooses, followed by the decisions about a question.
fn of_question(
    bytes: &[u8],
    check: impl FnOnce(&mut Reference, &SignQuestion, u64) -> Result<Outcome, Violation>,
) -> Result<Outcome, Violation> {
    let Some((seed, bytes)) = bytes.split_first_chunk() else { return Ok(Outcome::Vacuous) };
    let seed = u64::from(u16::from_le_bytes(*seed));
    match Generated::arbitrary(&mut Unstructured::new(bytes)) {
        Ok(generated) => with_reference(|reference| check(reference, &generated.question, seed)),
        Err(_) => Ok(Outcome::Vacuous),
    }
}

/// Switches, method, target, headers, the authentication, body.
type Unsigned<'b> = (u8, &'b [u8], &'b [u8], Vec<(&'b [u8], &'b [u8])>, Option<&'b [u8]>, &'b [u8]);

fn unsigned_request((_, method, target, headers, authorization, body): Unsigned<'_>) -> Request {
    let plain = plain().input;
    let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into()));
    let authorization = authorization.map(|value| ("Authorization".into(), value.into()));
    let mut sent = plain.request.headers;
    sent.push(("X-Amz-Date".into(), plain.time.as_bytes().into()));
    sent.extend(headers.chain(authorization));
    Request {
        // Without a method and a path there would be nothing to look at.
        method: [b"GET", method].concat().into(),
        target: [b"/", target].concat().into(),
        headers: sent,
        body: body.into(),
    }
}
