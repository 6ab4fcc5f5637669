//! Policies of forms, as the reference signs them.

use sigv4_protocol::{Answer, PolicyAnswer, PolicyQuestion};
use sigv4_reference::post::PostSigner;
use sigv4_reference::{Error, Scope, ScopedKey, Time};

use super::streams::Refusal;

/// The fields that sign the form.
pub(crate) fn signed(question: &PolicyQuestion) -> Result<PolicyAnswer, Refusal> {
    let refused = |error: Error| Answer::unrepresentable(error.to_string());
    let time = Time::parse(question.time.as_bytes()).map_err(refused)?;
    let scope = Scope::new(&time, &question.region, &question.service).map_err(refused)?;
    let credentials = &question.credentials;
    let key = ScopedKey::derive(&credentials.secret_access_key, scope);
    let signer = PostSigner {
        time,
        access_key_id: &credentials.access_key_id,
        key: &key,
        session_token: credentials.session_token.as_deref(),
    };
    let own = signer.sign(&question.policy).map_err(refused)?;
    let fields = own.fields().map(|(name, value)| (name.into(), value.into())).collect();
    Ok(PolicyAnswer { fields })
}
