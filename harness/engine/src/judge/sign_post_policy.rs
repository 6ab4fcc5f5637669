//! `sign-post-policy`: the field `policy`, its signature, and the fields that name the key.

use sigv4_protocol::{Answer, PolicyAnswer, PolicyQuestion, Stage};
use sigv4_vectors::model::PolicySigning;

use super::finding::{Finding, Judgement};
use super::stream::{unsignable, wire};
use super::verdict::Verdict;
use crate::subject::policy;

/// Judges a signed policy; `None` for the answer of another operation.
pub(super) fn judge(signing: &PolicySigning, answer: &Answer) -> Option<Judgement> {
    let Answer::SignedPostPolicy(answer) = answer else { return None };
    Some(match judge_fields(signing, answer) {
        Ok(()) => Judgement::of(Verdict::Exact),
        Err(finding) => Judgement::mismatch(*finding),
    })
}

fn judge_fields(signing: &PolicySigning, answer: &PolicyAnswer) -> Result<(), Box<Finding>> {
    let sent = |name: &str| {
        answer.value(name).ok_or_else(|| wire(format!("the form has no field `{name}`")))
    };
    let (policy, signature) = (sent("policy")?, sent("x-amz-signature")?);
    let expect = &signing.expect;
    let texts = [
        (Stage::StringToSign, "policy: the string to sign", &expect.policy[..], policy),
        (Stage::Signature, "policy: the signature", expect.signature.as_bytes(), signature),
    ];
    for (stage, what, expected, actual) in texts {
        Finding::of_text(stage, what, expected, actual)
            .map_or(Ok(()), |found| Err(Box::new(found)))?;
    }
    let expected = policy::signed(&PolicyQuestion::of(signing)).map_err(unsignable)?;
    for (name, expected) in &expected.fields {
        let name = name.as_str().unwrap_or_default();
        let actual = sent(name)?;
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
