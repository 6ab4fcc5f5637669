//! `sign`: sign a request.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::{
    Placement, Profile, Request, Signing, SigningExpectation, SigningInput,
};
use sigv4_vectors::text::Hex32;
use sigv4_vectors::{Bytes, Signature};

use super::asked::{Asked, Variable};
use crate::digits::Digits;
use crate::stage::Stage;

/// Sign a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignQuestion {
    /// Where the signature goes.
    pub placement: Placement,
    /// How the path becomes canonical, by name.
    pub profile: Profile,
    /// Everything that the signer is given.
    #[serde(flatten)]
    pub input: SigningInput,
}

/// A signed request, with the intermediate results that the subject exposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedAnswer {
    /// What would be sent.
    pub request: SentRequest,
    /// The intermediate results that the subject exposes.
    #[serde(default)]
    pub stages: StagesShown,
}

/// A request as a subject would send it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentRequest {
    /// The method.
    pub method: Bytes,
    /// The request target.
    pub target: Bytes,
    /// Names and values in order.
    pub headers: Vec<(Bytes, Bytes)>,
    /// The body, if the subject changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Bytes>,
}

/// Intermediate results, each if it is exposed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StagesShown {
    /// The canonical request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_request: Option<Bytes>,
    /// The string to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_to_sign: Option<Bytes>,
    /// The signing key, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<Digits>,
    /// The signature, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Digits>,
}

/// Of a subject that exposes no intermediate result.
impl From<SentRequest> for SignedAnswer {
    fn from(request: SentRequest) -> Self {
        Self { request, stages: StagesShown::default() }
    }
}

impl SignedAnswer {
    /// What is shown, stage by stage; empty for what the subject does not expose.
    pub(super) fn steps(&self) -> [(Stage, Vec<u8>); 5] {
        let Self { request, stages } = self;
        let text = |digits: &Option<Digits>| digits.as_deref().unwrap_or_default().into();
        let bytes = |bytes: &Option<Bytes>| bytes.clone().unwrap_or_default().into();
        [
            (Stage::CanonicalRequest, bytes(&stages.canonical_request)),
            (Stage::StringToSign, bytes(&stages.string_to_sign)),
            (Stage::SigningKey, text(&stages.signing_key)),
            (Stage::Signature, text(&stages.signature)),
            (Stage::Wire, wire(request)),
        ]
    }
}

impl SignQuestion {
    /// What one call of a case asks.
    #[must_use]
    pub fn of(signing: &Signing) -> Self {
        Self {
            placement: signing.placement,
            profile: signing.profile,
            input: signing.input.clone(),
        }
    }

    /// The call with an answer as its expectation; `None` for an answer that leaves out a stage.
    #[must_use]
    pub fn expecting(&self, answer: SignedAnswer) -> Option<Signing> {
        let SignedAnswer { request, stages } = answer;
        let Self { placement, profile, input } = self.clone();
        let expect = SigningExpectation {
            canonical_request: stages.canonical_request?,
            string_to_sign: stages.string_to_sign?,
            signing_key: Hex32::try_from(stages.signing_key?.to_string()).ok()?,
            signature: Signature::try_from(stages.signature?.to_string()).ok()?,
            signed_request: Request {
                method: request.method,
                target: request.target,
                headers: request.headers,
                body: request.body.unwrap_or_else(|| input.request.body.clone()),
            },
        };
        Some(Signing { profile, placement, input, expect })
    }
}

impl Asked for SignQuestion {
    fn body(&self) -> Option<&[u8]> {
        Some(&self.input.request.body)
    }

    fn variables(&self) -> Vec<Variable> {
        let input = &self.input;
        let credentials = &input.credentials;
        let text = |text: &str| Some(text.as_bytes().to_vec());
        let bytes = |bytes: &[u8]| Some(bytes.to_vec());
        let switch = |on: bool| text(if on { "true" } else { "false" });
        vec![
            ("PLACEMENT", text(self.placement.as_str())),
            ("PROFILE", text(self.profile.as_str())),
            ("NORMALIZE", switch(input.normalize)),
            ("DOUBLE_ENCODE", switch(input.double_encode)),
            ("TIME", text(&input.time)),
            ("REGION", bytes(&input.region)),
            ("SERVICE", bytes(&input.service)),
            ("ACCESS_KEY_ID", bytes(&credentials.access_key_id)),
            ("SECRET_ACCESS_KEY", bytes(&credentials.secret_access_key)),
            ("SESSION_TOKEN", credentials.session_token.as_deref().and_then(bytes)),
            ("SESSION_TOKEN_SIGNED", switch(input.session_token_signed)),
            ("PAYLOAD", text(input.payload.as_str())),
            ("CONTENT_SHA256_HEADER", switch(input.content_sha256_header)),
            ("EXPIRES", input.expires.and_then(|seconds| text(&seconds.to_string()))),
            ("METHOD", bytes(&input.request.method)),
            ("TARGET", bytes(&input.request.target)),
            ("HEADERS", header_lines(&input.request.headers)),
        ]
    }

    fn in_words(&self) -> String {
        let request = &self.input.request;
        format!("sign {} {} ({})", request.method, request.target, self.placement)
    }
}

/// What is sent, as text.
pub(super) fn wire(request: &SentRequest) -> Vec<u8> {
    let mut wire = [&request.method[..], b" ", &request.target].concat();
    for (name, value) in &request.headers {
        wire.extend([b"\n", &name[..], b": ", value].concat());
    }
    if let Some(body) = &request.body {
        wire.extend([b"\nBody: ", &body[..]].concat());
    }
    wire
}

/// One `Name:value` line per header. `None` if the lines could not be read back: a name with a
/// colon or a line break, a value with a line break that is not an obs-fold.
pub(super) fn header_lines(headers: &[(Bytes, Bytes)]) -> Option<Vec<u8>> {
    let mut lines = Vec::new();
    for (name, value) in headers {
        let folds = value.split(|&byte| byte == b'\n').skip(1);
        let mut continued = folds.map(|line| matches!(line.first(), Some(b' ' | b'\t')));
        if name.iter().any(|byte| b":\n".contains(byte)) || !continued.all(|folded| folded) {
            return None;
        }
        for piece in [name, &b":"[..], value, b"\n"] {
            lines.extend_from_slice(piece);
        }
    }
    Some(lines)
}
