//! The model's verifier: what a service does with a signed request, as the documentation says it (IAM
//! User Guide, "AWS Signature Version 4 for API requests"; S3 API Reference, "Authenticating Requests").
//!
//! The canonical request is made by the steps of the signer. Everything else is written again, and each
//! check asks the set of mistakes.

mod arrived;
mod body;
mod checks;
mod checksum;
mod chunks;
mod claim;
mod clock;
mod conditions;
mod fields;
mod form;
mod instant;
mod json;
mod keys;
mod material;
mod multipart;
mod parameters;
mod payload;
mod policy;
mod proof;
mod remembered;
mod steps;
mod trailers;

use std::cell::RefCell;

use sigv4_protocol::{Answer, VerifyQuestion};
use sigv4_vectors::model::{Profile, VerificationInput};

use arrived::Arrived;
use claim::Claim;
use material::Material;
use proof::Proof;
pub(super) use remembered::Remembered;

use crate::catalogue::{Mistake, MistakeSet};

/// Why a request is refused: a word, and what was found.
#[derive(Debug)]
struct Refusal {
    reason: &'static str,
    detail: String,
}

/// What passed a check.
type Checked<T> = Result<T, Refusal>;

fn refused<T>(reason: &'static str, detail: impl Into<String>) -> Checked<T> {
    Err(Refusal { reason, detail: detail.into() })
}

/// The text of bytes, for a detail.
fn shown(text: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(text))
}

/// Verifies what has to be asked before, then the request.
pub(super) fn verify(
    question: &VerifyQuestion,
    mistakes: MistakeSet,
    memory: &mut Remembered,
) -> Answer {
    for before in &question.before {
        rule(before, mistakes, memory);
    }
    rule(&question.input, mistakes, memory)
}

/// Verifies: an upload form by its policy, a body in chunks with every chunk, any other request as a
/// whole.
fn rule(input: &VerificationInput, mistakes: MistakeSet, memory: &mut Remembered) -> Answer {
    let kept = RefCell::new(std::mem::take(memory));
    let taken = kept.borrow_mut().taken(input, mistakes);
    let answer = answer(&taken, mistakes, &kept);
    *memory = kept.into_inner();
    answer
}

fn answer(input: &VerificationInput, mistakes: MistakeSet, memory: &RefCell<Remembered>) -> Answer {
    let Some(now) = instant::of(&input.time) else {
        return Answer::error(format!("the clock shows no time: {}", input.time));
    };
    let material = input.keys.iter().map(|key| Material::of(&key.material));
    let material = match material.collect::<Result<Vec<Material<'_>>, String>>() {
        Ok(material) => material,
        Err(problem) => return Answer::error(problem),
    };
    let arrived = Arrived { input, mistakes, now, material: &material, memory };
    let ruling = if form::is_one(&input.request) {
        form::verify(&arrived)
    } else {
        verify_request(&arrived)
    };
    match ruling {
        Ok(()) => Answer::Accept,
        Err(Refusal { reason, detail }) => Answer::Reject { reason: reason.to_owned(), detail },
    }
}

fn verify_request(arrived: &Arrived<'_>) -> Checked<()> {
    let is_v4a = arrived.is_v4a();
    let is_stream = arrived.input.profile == Profile::S3 && arrived.is_stream(is_v4a);
    arrived.check()?;
    checks::host(arrived)?;
    let claim = match Claim::read(arrived, is_v4a) {
        Err(refusal)
            if refusal.reason == "missing-authentication"
                && arrived.has(Mistake::VerifyAnonymousAccepted) =>
        {
            return Ok(());
        }
        claim => claim?,
    };
    if let Some(decided) = arrived.memory.borrow().decided(&claim, arrived.mistakes) {
        return decided;
    }
    let ruling = verify_claim(arrived, &claim, is_stream);
    arrived.memory.borrow_mut().keep(&claim, &ruling);
    ruling
}

fn verify_claim(arrived: &Arrived<'_>, claim: &Claim, is_stream: bool) -> Checked<()> {
    checks::scope(arrived, claim)?;
    clock::check(arrived, claim)?;
    checks::signed_headers(arrived, claim)?;
    let mut ruling = refused("unknown-access-key", "no key");
    for key in keys::candidates(arrived, &claim.credential.access_key_id)? {
        ruling = verify_with(arrived, claim, &key, is_stream);
        if ruling.is_ok() {
            break;
        }
    }
    ruling
}

/// Verifies with one key.
fn verify_with(
    arrived: &Arrived<'_>,
    claim: &Claim,
    key: &keys::Candidate<'_>,
    is_stream: bool,
) -> Checked<()> {
    checks::token(arrived, key.token, claim.token.as_deref())?;
    let lines =
        if is_stream { payload::of_stream(claim)? } else { payload::lines(arrived, claim)? };
    let proof = Proof { arrived, claim };
    let signing_key = proof.key(key)?;
    proof.check(&signing_key, &lines)?;
    if is_stream { chunks::verify(arrived, claim, &signing_key) } else { Ok(()) }
}
