//! The policy of a form: its text in base64, its signature, and the fields of the form.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::{PolicyAnswer, PolicyQuestion};
use sigv4_vectors::Bytes;

use super::check::{ModelError, check_line, check_scope};
use super::memory::Memory;
use super::scope_and_key::{Scope, hmac};
use super::text::{base64, base64_for_url, hex, replaced};
use super::{output, signature};
use crate::catalogue::{Mistake, MistakeSet};

/// Signs.
pub(super) fn sign(
    question: &PolicyQuestion,
    mistakes: MistakeSet,
    memory: &mut Memory,
) -> Result<PolicyAnswer, ModelError> {
    let has = |mistake| mistakes.contains(mistake);
    let bare = question.bare();
    let moment = check_scope(&bare.input)?;
    let credentials = &question.credentials;
    check_line("access key id", &credentials.access_key_id)?;
    let token = credentials.session_token.as_deref().filter(|token| !token.is_empty());
    check_line("session token", token.map_or(&b""[..], |token| token))?;

    let scope = Scope::new(&bare.input, moment, mistakes);
    let json = json(&question.policy, mistakes);
    let policy = encoded(&json, mistakes);
    let signed = if has(Mistake::PolicySignedAsJson) {
        json
    } else if has(Mistake::PolicySignedAsRequest) {
        let hash = hex(&Sha256::digest(&policy));
        let scope = output::scope_text(&scope, moment, mistakes);
        [b"AWS4-HMAC-SHA256".to_vec(), moment.text_to_sign(mistakes), scope, hash].join(&b'\n')
    } else {
        policy.clone()
    };
    let signature = if has(Mistake::PolicySignedWithSecret) {
        hex(&hmac(&credentials.secret_access_key, &signed))
    } else {
        let key = memory.key(&bare.input, &scope, moment, mistakes);
        signature::signature(&key, &signed, &signed, mistakes)
    };

    let mut fields: Vec<(Bytes, Bytes)> = Vec::new();
    let mut add = |name: &str, value: &[u8]| fields.push((name.into(), value.into()));
    if !has(Mistake::PolicyAlgorithmMissing) {
        add("x-amz-algorithm", b"AWS4-HMAC-SHA256");
    }
    add("x-amz-credential", &output::credential(&bare.input, &scope, moment, mistakes));
    let date = if has(Mistake::PolicyDateOnly) {
        moment.day(mistakes)
    } else {
        moment.header_text(mistakes)
    };
    add("x-amz-date", &date);
    if let Some(token) = token.filter(|_| !has(Mistake::PolicyTokenMissing)) {
        add("x-amz-security-token", token);
    }
    add("policy", &policy);
    let name =
        if has(Mistake::PolicySignatureNamedAsBefore) { "signature" } else { "x-amz-signature" };
    add(name, &signature);
    Ok(PolicyAnswer { fields })
}

/// "The policy as it is."
fn json(policy: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let mut json = policy.to_vec();
    if has(Mistake::PolicyLineEndsChanged) {
        json = replaced(&json, b"\r\n", b"\n");
    }
    if has(Mistake::PolicyBlanksRemoved) {
        json = without_blanks(&json);
    }
    if has(Mistake::PolicyFinalNewlineAdded) {
        json.push(b'\n');
    }
    json
}

/// Without the blanks between the tokens of JSON.
fn without_blanks(json: &[u8]) -> Vec<u8> {
    let (mut in_string, mut is_escaped) = (false, false);
    let keeps = |&byte: &u8| {
        let is_kept = in_string || !byte.is_ascii_whitespace();
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ => {}
        }
        is_kept
    };
    json.iter().copied().filter(keeps).collect()
}

/// "In base64, with padding and without line breaks."
fn encoded(json: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let for_url = has(Mistake::PolicyBase64ForUrl);
    let mut text = if for_url { base64_for_url(json) } else { base64(json) };
    if has(Mistake::PolicyBase64Unpadded) {
        text.retain(|byte| *byte != b'=');
    }
    if has(Mistake::PolicyBase64InLines) {
        text = text.chunks(60).flat_map(|line| [line, b"\n"].concat()).collect();
    }
    text
}
