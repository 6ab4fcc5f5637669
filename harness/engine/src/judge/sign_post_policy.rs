//! `sign-post-policy`: the field `policy`, its signature, and the fields that name the key. A subject
//! that completes the policy itself, with conditions on the fields that it adds, signs another text:
//! the form is then judged by what its policy says.

use sigv4_protocol::{Answer, PolicyAnswer, PolicyQuestion, Stage};
use sigv4_reference::post::{Policy, Test};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::PolicySigning;

use super::finding::{Finding, Judgement};
use super::stream::{unsignable, wire};
use super::verdict::Verdict;
use crate::subject::policy;

/// The fields that a signer adds to the form, and asks for in a policy that it completes.
const OWN: [&str; 4] =
    ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token"];

/// Judges a signed policy; `None` for the answer of another operation.
pub(super) fn judge(signing: &PolicySigning, answer: &Answer) -> Option<Judgement> {
    let Answer::SignedPostPolicy(answer) = answer else { return None };
    Some(judge_fields(signing, answer).unwrap_or_else(|finding| Judgement::mismatch(*finding)))
}

fn judge_fields(signing: &PolicySigning, answer: &PolicyAnswer) -> Result<Judgement, Box<Finding>> {
    let (policy, signature) = (sent(answer, "policy")?, sent(answer, "x-amz-signature")?);
    let question = PolicyQuestion::of(signing);
    if let Some(completed) = completed(&signing.input.policy, policy) {
        let own = PolicyQuestion { policy: completed.into(), ..question };
        check(&own, answer)?;
        let note = "the policy is completed with conditions on the fields that sign it".to_owned();
        return Ok(Judgement { notes: vec![note], ..Judgement::of(Verdict::Equivalent) });
    }
    let expect = &signing.expect;
    let texts = [
        (Stage::StringToSign, "policy: the string to sign", &expect.policy[..], policy),
        (Stage::Signature, "policy: the signature", expect.signature.as_bytes(), signature),
    ];
    for (stage, what, expected, actual) in texts {
        Finding::of_text(stage, what, expected, actual)
            .map_or(Ok(()), |found| Err(Box::new(found)))?;
    }
    check(&question, answer)?;
    Ok(Judgement::of(Verdict::Exact))
}

/// The fields have to be those with which the reference signs a policy.
fn check(question: &PolicyQuestion, answer: &PolicyAnswer) -> Result<(), Box<Finding>> {
    let expected = policy::signed(question).map_err(unsignable)?;
    for (name, expected) in &expected.fields {
        let name = name.as_str().unwrap_or_default();
        let actual = sent(answer, name)?;
        if actual != expected {
            return Err(wire(format!("the field `{name}` is `{actual}`, expected `{expected}`")));
        }
    }
    let has_token = |answer: &PolicyAnswer| answer.value("x-amz-security-token").is_some();
    if has_token(answer) && !has_token(&expected) {
        return Err(wire("the form has a session token, and the credentials have none"));
    }
    Ok(())
}

fn sent<'a>(answer: &'a PolicyAnswer, name: &str) -> Result<&'a Bytes, Box<Finding>> {
    answer.value(name).ok_or_else(|| wire(format!("the form has no field `{name}`")))
}

/// The policy of a form, if it is the one that was asked for with more conditions, all of them on
/// fields of the signer.
fn completed(asked: &[u8], field: &[u8]) -> Option<Vec<u8>> {
    let text = Policy::decode(field).ok()?;
    let (asked, sent) = (Policy::parse(asked).ok()?, Policy::parse(&text).ok()?);
    let is_own = |test: &Test<'_>| match test {
        Test::Exact { field, .. } => OWN.iter().any(|own| field.eq_ignore_ascii_case(own)),
        Test::StartsWith { .. } | Test::LengthRange { .. } => false,
    };
    let (first, added) = sent.conditions.split_at_checked(asked.conditions.len())?;
    let tests = asked.conditions.iter().map(|condition| &condition.test);
    let is_kept = tests.eq(first.iter().map(|condition| &condition.test));
    let is_completed = asked.expiration == sent.expiration
        && is_kept
        && !added.is_empty()
        && added.iter().all(|condition| is_own(&condition.test));
    is_completed.then_some(text)
}
