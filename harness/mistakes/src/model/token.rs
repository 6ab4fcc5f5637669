//! The session token of temporary credentials.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::Placement;

use super::text::{Encoder, replaced};
use crate::catalogue::{Mistake, MistakeSet};

/// The parameter, or header, that carries the session token.
pub(super) fn name(mistakes: MistakeSet) -> &'static str {
    if mistakes.contains(Mistake::TokenNameWrong) {
        "X-Amz-Session-Token"
    } else {
        "X-Amz-Security-Token"
    }
}

/// The session token, and whether it is signed; an empty token means none.
pub(super) fn given(question: &SignQuestion, mistakes: MistakeSet) -> Option<(Vec<u8>, bool)> {
    let has = |mistake| mistakes.contains(mistake);
    let mut token = question.input.credentials.session_token.as_deref()?.to_vec();
    if (token.is_empty() && !has(Mistake::TokenEmptySent)) || has(Mistake::TokenMissing) {
        return None;
    }
    if has(Mistake::TokenDecoded) {
        token = replaced(&token, b"+", b" ");
    }
    if has(Mistake::TokenEncoded) && question.placement == Placement::Header {
        token = Encoder::new().encode(&token);
    }
    if has(Mistake::TokenPaddingStripped) {
        let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
        token.truncate(token.len() - padding);
    }
    if has(Mistake::TokenCutAt1024) {
        token.truncate(1024);
    }
    let signed = if question.input.session_token_signed {
        !has(Mistake::TokenUnsigned)
    } else {
        has(Mistake::TokenSigned)
    };
    Some((token, signed))
}
