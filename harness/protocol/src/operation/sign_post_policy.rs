//! `sign-post-policy`: sign the policy of a form for uploads from a browser.

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    Credentials, Payload, Placement, PolicySigning, Profile, Request, SigningInput,
};
use sigv4_vectors::text::Time;

use super::asked::{Asked, Variable};
use super::sign::SignQuestion;
use crate::stage::Stage;

/// Sign the policy of a form, byte for byte as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyQuestion {
    /// The moment of signing.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// The key pair and the session token.
    pub credentials: Credentials,
    /// The policy.
    pub policy: Bytes,
}

/// The fields that sign a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyAnswer {
    /// Names and values, in any order. Names are compared without regard to case.
    pub fields: Vec<(Bytes, Bytes)>,
}

impl PolicyQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(signing: &PolicySigning) -> Self {
        let input = signing.input.clone();
        Self {
            time: input.time,
            region: input.region,
            service: input.service,
            credentials: input.credentials,
            policy: input.policy,
        }
    }

    /// The plainest request with the scope and the credentials of the policy.
    #[must_use]
    pub fn bare(&self) -> SignQuestion {
        let (method, target) = ("POST".into(), "/".into());
        SignQuestion {
            placement: Placement::Header,
            profile: Profile::S3,
            input: SigningInput {
                time: self.time.clone(),
                region: self.region.clone(),
                service: self.service.clone(),
                credentials: self.credentials.clone(),
                session_token_signed: true,
                normalize: false,
                double_encode: false,
                payload: Payload::Signed,
                content_sha256_header: false,
                expires: None,
                request: Request { method, target, ..Request::default() },
            },
        }
    }
}

impl PolicyAnswer {
    /// The value of the field of this name, in any case.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Bytes> {
        let mut fields = self.fields.iter();
        fields.find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
    }

    /// The field `policy` is what was signed.
    pub(super) fn steps(&self) -> Vec<(Stage, Vec<u8>)> {
        let lines = self.fields.iter().map(|(name, value)| [&name[..], b"=", value].concat());
        let lines: Vec<Vec<u8>> = lines.collect();
        let step = |stage, value: Option<&Bytes>| value.map(|value| (stage, value.to_vec()));
        // A form that names its signature as Version 2 does is signed all the same.
        let signature = self.value("x-amz-signature").or_else(|| self.value("signature"));
        let mut steps: Vec<_> =
            step(Stage::StringToSign, self.value("policy")).into_iter().collect();
        steps.extend(step(Stage::Signature, signature));
        steps.push((Stage::Wire, lines.join(&b'\n')));
        steps
    }
}

impl Asked for PolicyQuestion {
    /// A one-shot adapter reads the policy from the file of the body.
    fn body(&self) -> Option<&[u8]> {
        Some(&self.policy)
    }

    fn variables(&self) -> Vec<Variable> {
        let bytes = |bytes: &[u8]| Some(bytes.to_vec());
        let credentials = &self.credentials;
        vec![
            ("TIME", bytes(self.time.as_bytes())),
            ("REGION", bytes(&self.region)),
            ("SERVICE", bytes(&self.service)),
            ("ACCESS_KEY_ID", bytes(&credentials.access_key_id)),
            ("SECRET_ACCESS_KEY", bytes(&credentials.secret_access_key)),
            ("SESSION_TOKEN", credentials.session_token.as_deref().and_then(bytes)),
        ]
    }

    fn in_words(&self) -> String {
        format!("sign a policy of {} bytes", self.policy.len())
    }
}
