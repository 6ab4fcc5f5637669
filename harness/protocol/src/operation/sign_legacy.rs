//! `sign-legacy`: sign a request as it was done before Version 4.

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{LegacyInput, LegacyScheme, LegacySigning};

use super::asked::{Asked, Variable};
use super::sign::{SentRequest, header_lines, wire};
use crate::sent::percent_decoded;
use crate::stage::Stage;

/// Sign a request as it was done before Version 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyQuestion {
    /// Everything that the signer is given.
    #[serde(flatten)]
    pub input: LegacyInput,
}

/// A request that was signed in that way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LegacyAnswer {
    /// What would be sent.
    pub request: SentRequest,
    /// The intermediate results that the subject exposes.
    #[serde(default)]
    pub stages: LegacyStages,
}

/// Intermediate results, each if it is exposed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LegacyStages {
    /// The string to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_to_sign: Option<Bytes>,
    /// The signature, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Bytes>,
}

impl LegacyQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(signing: &LegacySigning) -> Self {
        Self { input: signing.input.clone() }
    }

    /// Whether the parameters of the request are those of its body, and not those of its query.
    #[must_use]
    pub fn is_form(&self) -> bool {
        let Self { input } = self;
        input.scheme == LegacyScheme::QueryV2 && &input.request.method[..] == b"POST"
    }

    /// The parameters that a request has where this scheme signs them: pieces of the form
    /// `name=value` as they are sent, without the empty ones.
    pub fn parameters<'r>(&'r self, sent: &'r SentRequest) -> impl Iterator<Item = &'r [u8]> {
        let text = if self.is_form() {
            sent.body.as_ref().unwrap_or(&self.input.request.body)
        } else {
            let mark = sent.target.iter().position(|&byte| byte == b'?');
            mark.map_or(&b""[..], |mark| &sent.target[mark + 1..])
        };
        text.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty())
    }

    /// The signature in a request, and `None` if there is none where this scheme has it.
    #[must_use]
    pub fn signature(&self, sent: &SentRequest) -> Option<Vec<u8>> {
        let header = |name: &[u8]| {
            let mut headers = sent.headers.iter();
            headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| &value[..])
        };
        let after = |value: &[u8], end: &[u8]| {
            let at = value.windows(end.len()).rposition(|window| window == end)?;
            Some(value[at + end.len()..].trim_ascii().to_vec())
        };
        match self.input.scheme {
            LegacyScheme::S3Header => after(header(b"authorization")?, b":"),
            LegacyScheme::Aws3Https => after(header(b"x-amzn-authorization")?, b"Signature="),
            LegacyScheme::S3Query | LegacyScheme::QueryV2 => {
                let value = |piece: &[u8]| piece.strip_prefix(b"Signature=").map(percent_decoded);
                self.parameters(sent).filter_map(value).last()
            }
        }
    }
}

impl LegacyAnswer {
    /// What is shown, stage by stage.
    pub(super) fn steps(&self) -> [(Stage, Vec<u8>); 3] {
        let bytes = |bytes: &Option<Bytes>| bytes.clone().unwrap_or_default().into();
        [
            (Stage::StringToSign, bytes(&self.stages.string_to_sign)),
            (Stage::Signature, bytes(&self.stages.signature)),
            (Stage::Wire, wire(&self.request)),
        ]
    }
}

impl Asked for LegacyQuestion {
    fn body(&self) -> Option<&[u8]> {
        Some(&self.input.request.body)
    }

    fn variables(&self) -> Vec<Variable> {
        let input = &self.input;
        let credentials = &input.credentials;
        let text = |text: &str| Some(text.as_bytes().to_vec());
        let bytes = |bytes: &[u8]| Some(bytes.to_vec());
        vec![
            ("SCHEME", text(input.scheme.as_str())),
            ("ALGORITHM", text(input.algorithm.as_str())),
            ("TIME", text(&input.time)),
            ("BUCKET", input.bucket.as_deref().and_then(bytes)),
            ("EXPIRES_AT", input.expires_at.and_then(|seconds| text(&seconds.to_string()))),
            ("ACCESS_KEY_ID", bytes(&credentials.access_key_id)),
            ("SECRET_ACCESS_KEY", bytes(&credentials.secret_access_key)),
            ("SESSION_TOKEN", credentials.session_token.as_deref().and_then(bytes)),
            ("METHOD", bytes(&input.request.method)),
            ("TARGET", bytes(&input.request.target)),
            ("HEADERS", header_lines(&input.request.headers)),
        ]
    }

    fn in_words(&self) -> String {
        let LegacyInput { scheme, request, .. } = &self.input;
        format!("sign {} {} ({scheme})", request.method, request.target)
    }
}
