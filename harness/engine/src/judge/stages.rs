//! The first stage in which a subject differs.
//!
//! Stages that a subject exposes are believed only where they belong together: text that was
//! written for a log is not always what was signed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::hex;
use sigv4_protocol::{Sent, SignedAnswer, Stage, StagesShown};
use sigv4_vectors::model::{Signing, SigningExpectation};

use super::difference::Difference;
use super::finding::Finding;
use super::sides::Sides;

/// How many bytes of a text a summary holds; of a longer one, the characters around the first difference.
const WHOLE: usize = 256;
const BEFORE: usize = 40;
const BEHIND: usize = 30;

/// Whether the exposed stages fit each other: the string to sign ends in the hash of the canonical
/// request, and the key makes the signature of it.
///
/// # Errors
/// What does not fit, in a sentence.
pub fn belong_together(stages: &StagesShown) -> Result<(), String> {
    if let (Some(canonical_request), Some(string_to_sign)) =
        (&stages.canonical_request, &stages.string_to_sign)
    {
        let hash = hex(&Sha256::digest(canonical_request));
        if !string_to_sign.ends_with(hash.as_bytes()) {
            return Err(format!(
                "the exposed string to sign does not end in the hash of the exposed canonical \
                 request, {hash}"
            ));
        }
    }
    if let (Some(string_to_sign), Some(key), Some(signature)) =
        (&stages.string_to_sign, &stages.signing_key, &stages.signature)
    {
        let computed = signature_by(key, string_to_sign)
            .ok_or_else(|| format!("the exposed signing key is not hexadecimal: {key:?}"))?;
        if *computed != **signature {
            return Err("the exposed signature is not that of the exposed string to sign under \
                        the exposed signing key"
                .to_owned());
        }
    }
    Ok(())
}

/// What is worth saying of the stages of a subject whose signature is right.
pub(super) fn notes_on_exact(expect: &SigningExpectation, answer: &SignedAnswer) -> Vec<String> {
    let shown = &answer.stages.canonical_request;
    match (shown, belong_together(&answer.stages)) {
        (Some(shown), _) if *shown != expect.canonical_request => {
            vec!["the exposed canonical request is not the one that was signed".to_owned()]
        }
        (_, Err(problem)) => vec![problem],
        _ => Vec::new(),
    }
}

/// Locates the difference of a subject whose signature is not the expected one.
pub(super) fn first_difference(signing: &Signing, answer: &SignedAnswer, sent: &Sent) -> Finding {
    let expect = &signing.expect;
    let shown = &answer.stages;
    if let Err(problem) = belong_together(shown) {
        return visible_difference(signing, sent, &format!("{problem}; they are not believed"));
    }
    for (stage, expected, actual) in [
        (Stage::CanonicalRequest, &expect.canonical_request, &shown.canonical_request),
        (Stage::StringToSign, &expect.string_to_sign, &shown.string_to_sign),
    ] {
        let actual = actual.as_ref();
        let found = actual.and_then(|actual| Difference::between(stage, expected, actual));
        if let Some(difference) = found {
            return located(stage, difference);
        }
    }
    if let Some(actual) = &shown.signing_key {
        let key = expect.signing_key.as_bytes();
        if let Some(difference) = Difference::between(Stage::SigningKey, key, actual.as_bytes()) {
            return Finding {
                stage: Stage::SigningKey,
                summary: "the signing key differs; region, service and date of the scope are right"
                    .to_owned(),
                difference: Some(difference),
            };
        }
    }
    let known = match (&shown.canonical_request, &shown.string_to_sign, &shown.signing_key) {
        (_, Some(_), Some(_)) => "the string to sign and the signing key are right",
        (_, Some(_), None) => "the string to sign is right; the signing key is not exposed",
        (Some(_), None, _) => "the canonical request is right; nothing behind it is exposed",
        (None, None, _) => "the subject exposes no stage that could locate the difference",
    };
    visible_difference(signing, sent, known)
}

/// What the sent request itself shows: algorithm, scope, signed headers. Failing that, only the
/// signatures differ.
fn visible_difference(signing: &Signing, sent: &Sent, known: &str) -> Finding {
    let expect = &signing.expect;
    let mut lines = expect.string_to_sign.split(|&byte| byte == b'\n');
    let algorithm = lines.next().unwrap_or_default();
    let scope = lines.nth(1).unwrap_or_default();
    let sent_scope = sent.scope(&signing.input.credentials.access_key_id);
    let mut canonical_lines = expect.canonical_request.rsplit(|&byte| byte == b'\n');
    let signed_headers = canonical_lines.nth(1).unwrap_or_default();
    for (stage, name, expected, actual) in [
        (Stage::StringToSign, "algorithm", algorithm, Some(&sent.algorithm[..])),
        (Stage::StringToSign, "credential scope", scope, sent_scope),
        (
            Stage::CanonicalRequest,
            "list of signed headers",
            signed_headers,
            Some(&sent.signed_headers[..]),
        ),
    ] {
        let actual = actual.unwrap_or(&sent.credential);
        if let Some(difference) = Difference::between(Stage::Wire, expected, actual) {
            let summary = if expected.len().max(actual.len()) > WHOLE {
                let sides = Sides::of(&difference, BEFORE, BEHIND);
                format!("the {name} differs: expected `{}`, got `{}`", sides.expected, sides.actual)
            } else {
                format!(
                    "the {name} differs: expected `{}`, got `{}`",
                    String::from_utf8_lossy(expected),
                    String::from_utf8_lossy(actual)
                )
            };
            return Finding { stage, summary, difference: Some(difference) };
        }
    }
    Finding {
        stage: Stage::Signature,
        summary: format!("the signature differs; {known}"),
        difference: Difference::between(
            Stage::Signature,
            expect.signature.as_bytes(),
            &sent.signature,
        ),
    }
}

fn located(stage: Stage, difference: Difference) -> Finding {
    Finding::located(stage, &format!("the {}", difference.component), difference)
}

fn signature_by(key: &str, string_to_sign: &[u8]) -> Option<String> {
    let digits = key.as_bytes().chunks(2).map(|pair| {
        std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
    });
    let key: Vec<u8> = digits.collect::<Option<_>>()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(string_to_sign);
    Some(hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::{Answer, InProcess as _, Question};
    use sigv4_vectors::Vectors;

    use super::super::{Verdict, judge};
    use crate::subject::Reference;

    #[test]
    fn stages_that_do_not_belong_to_a_right_signature_are_noted() {
        let case = Vectors::embedded().case("official/sigv4/header/get-vanilla").expect("a case");
        let Answer::Signed(mut answer) = Reference::new().answer(&Question::of(case)) else {
            panic!("a signed request");
        };
        let notes = |answer| {
            let judgement = judge(case, &Ok(Answer::Signed(answer)));
            assert_eq!(judgement.verdict, Verdict::Exact);
            judgement.notes.join("\n")
        };
        assert_eq!(notes(answer.clone()), "");
        answer.stages.string_to_sign = Some("another text".into());
        let said = notes(answer);
        assert!(said.starts_with("the exposed string to sign does not end in the hash"), "{said}");
    }
}
