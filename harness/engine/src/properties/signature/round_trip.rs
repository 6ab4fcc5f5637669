//! What a verifier reads out of a signed request is what was written into it.

use sigv4_protocol::{InProcess, SignQuestion};
use sigv4_reference::ALGORITHM;
use sigv4_reference::verify::{Claim, Placement};

use super::exchange::{Exchange, can_verify};
use crate::properties::{Outcome, Violation};

/// What is signed verifies, at the time of signing, under the same key and scope (IAM User Guide,
/// "AWS Signature Version 4 for API requests": the service repeats the calculation).
pub fn signed_verifies(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    _seed: u64,
) -> Result<Outcome, Violation> {
    let violation = |detail| Err(Violation { property: "signed_verifies", detail });
    if !can_verify(question) {
        return Ok(Outcome::Vacuous);
    }
    let Some(exchange) = Exchange::new(signer, question) else { return Ok(Outcome::Vacuous) };
    let Some(now) = exchange.time() else {
        return violation(format!("signed at {}, which is not a time", question.input.time));
    };
    let expected = &*question.input.credentials.access_key_id;
    match exchange.verify(&exchange.sent, now, 0) {
        Ok((access_key_id, time)) if access_key_id == expected && time == now => Ok(Outcome::Held),
        answer => violation(format!("{answer:?}: {:?}", exchange.sent)),
    }
}

/// Reading the `Authorization` header, or the presigned query, and writing it again gives the same
/// text, with the values of the question (specification: "Add the signature to the request").
pub fn authorization_round_trips(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    _seed: u64,
) -> Result<Outcome, Violation> {
    let violation = |detail| Err(Violation { property: "authorization_round_trips", detail });
    if !can_verify(question) {
        return Ok(Outcome::Vacuous);
    }
    let Some(exchange) = Exchange::new(signer, question) else { return Ok(Outcome::Vacuous) };
    let claim = match Exchange::claim(&exchange.sent) {
        Ok(claim) => claim,
        Err(rejection) => return violation(format!("{rejection}: {:?}", exchange.sent)),
    };

    let input = &question.input;
    let given = (
        &*input.credentials.access_key_id,
        input.time.as_bytes(),
        &*input.region,
        &*input.service,
        input.expires,
    );
    let expires = match claim.placement {
        Placement::Query { expires } => Some(expires),
        _ => None,
    };
    let (id, time) = (&*claim.access_key_id, &claim.time.text()[..]);
    let read = (id, time, &*claim.region, &*claim.service, expires);
    if read != given || !time.starts_with(&claim.scope_date) {
        return violation(format!("given {given:?}, read {claim:?}"));
    }
    if exchange
        .stages
        .signature
        .as_ref()
        .is_some_and(|shown| **shown != claim.signature.to_string())
    {
        return violation(format!("signature {:?}, read {claim:?}", exchange.stages.signature));
    }
    let mut headers = exchange.sent.headers.iter();
    let sent = headers.find(|(name, _)| name.eq_ignore_ascii_case(b"authorization"));
    match sent {
        Some((_, sent)) if **sent != *written(&claim) => violation(format!(
            "sent {}, written again {}",
            sent.escape_ascii(),
            written(&claim).escape_ascii()
        )),
        _ => Ok(Outcome::Held),
    }
}

/// The value of the `Authorization` header that says what `claim` says.
fn written(claim: &Claim) -> Vec<u8> {
    [
        ALGORITHM.as_bytes(),
        b" Credential=",
        &[
            &claim.access_key_id[..],
            &claim.scope_date,
            &claim.region,
            &claim.service,
            b"aws4_request",
        ]
        .join(&b'/'),
        b", SignedHeaders=",
        &claim.signed_headers.join(&b';'),
        b", Signature=",
        claim.signature.to_string().as_bytes(),
    ]
    .concat()
}
