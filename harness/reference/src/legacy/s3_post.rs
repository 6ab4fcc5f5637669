//! The form of S3 before Version 4: its policy is signed with the secret itself.

use super::claim::malformed;
use super::s3_v2::{S3V2Verifier, SignedPolicy};
use super::workspace::LegacyWorkspace;
use crate::post::{AcceptedForm, Exempt, Form, Policy, Refusal, check_upload};
use crate::verify::{KeyStore, Reason, Rejection};

impl S3V2Verifier<'_> {
    /// Verifies a form: the signature of its policy, and what the policy says.
    ///
    /// # Errors
    /// The first check that fails, in the order of
    /// [`PostVerifier::verify`](crate::post::PostVerifier::verify).
    pub fn verify_form(
        &self,
        workspace: &mut LegacyWorkspace,
        form: &Form<'_>,
        keys: &impl KeyStore,
    ) -> Result<AcceptedForm, Refusal> {
        let signed = signed_policy(form)?;
        Self::verify_post(workspace, &signed, keys)?;
        let policy = Policy::decode(signed.policy)?;
        let policy = Policy::parse(&policy)?;
        let access_key_id = signed.access_key_id.to_vec();
        check_upload(&policy, form, self.clock.now, self.bucket, Exempt::S3_V2)
            .map(|key| AcceptedForm { access_key_id, key })
    }
}

/// The fields of the signature.
fn signed_policy<'f>(form: &Form<'f>) -> Result<SignedPolicy<'f>, Rejection> {
    let Some(signature) = form.value("signature") else {
        let detail = "form: missing field signature".to_owned();
        return Err(Rejection::new(Reason::MissingAuthentication, detail));
    };
    if form.value("x-amz-signature").is_some() {
        let detail = "fields of both Version 2 and Version 4".to_owned();
        return Err(Rejection::new(Reason::MultipleAuthentications, detail));
    }
    let required = |name: &str| {
        form.value(name).ok_or_else(|| malformed(format!("form: missing field {name}")))
    };
    Ok(SignedPolicy {
        access_key_id: required("AWSAccessKeyId")?,
        policy: required("policy")?,
        signature,
        session_token: form.value("x-amz-security-token"),
    })
}
