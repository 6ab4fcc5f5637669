//! `token`: make a token or a password for a service that takes no signed request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{TokenInput, TokenKind, TokenMaking};

use super::asked::{Asked, Variable};
use super::sign::StagesShown;
use crate::stage::Stage;

/// What is before the URL in a token of EKS.
const EKS: &[u8] = b"k8s-aws-v1.";

/// The parameter of the signature.
const SIGNATURE: &[u8] = b"X-Amz-Signature=";

/// How many characters of a password of `CodeCommit` are the time.
const TIME: usize = 16;

/// Make a token or a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenQuestion {
    /// Everything that the signer is given.
    #[serde(flatten)]
    pub input: TokenInput,
}

/// A token, with the intermediate results that the subject exposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// The text of the token.
    pub token: Bytes,
    /// The intermediate results that the subject exposes.
    #[serde(default)]
    pub stages: StagesShown,
}

/// What a token consists of.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TokenParts {
    /// What is before its parameters, decoded; a password without its signature.
    pub start: Vec<u8>,
    /// Its parameters as they are sent, sorted, without the signature: their order is up to the
    /// signer.
    pub parameters: Vec<Vec<u8>>,
    /// The signature, or the whole of a password that is nothing else.
    pub signature: Vec<u8>,
}

impl TokenQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(making: &TokenMaking) -> Self {
        Self { input: making.input.clone() }
    }

    /// The parts of a token; `None` if it is not encoded as one of its kind is, or has no signature.
    #[must_use]
    pub fn parts(&self, token: &[u8]) -> Option<TokenParts> {
        let decoded = |text: &[u8]| URL_SAFE_NO_PAD.decode(text).ok();
        let url = match self.input.kind {
            TokenKind::SesSmtp => {
                return Some(TokenParts { signature: token.to_vec(), ..TokenParts::default() });
            }
            TokenKind::Codecommit => {
                let (start, signature) = token.split_at_checked(TIME)?;
                let (start, signature) = (start.to_vec(), signature.to_vec());
                return Some(TokenParts { start, signature, ..TokenParts::default() });
            }
            TokenKind::Eks => decoded(token.strip_prefix(EKS)?)?,
            TokenKind::Msk => decoded(token)?,
            _ => token.to_vec(),
        };
        let mark = url.iter().position(|&byte| byte == b'?')?;
        let (start, query) = (&url[..mark], &url[mark + 1..]);
        let pieces = query.split(|&byte| byte == b'&');
        let (own, others): (Vec<&[u8]>, Vec<&[u8]>) =
            pieces.partition(|piece| piece.starts_with(SIGNATURE));
        let signature = own.last()?.strip_prefix(SIGNATURE)?.to_vec();
        let mut parameters: Vec<Vec<u8>> = others.into_iter().map(<[u8]>::to_vec).collect();
        parameters.sort_unstable();
        Some(TokenParts { start: start.to_vec(), parameters, signature })
    }
}

impl TokenAnswer {
    /// What is shown, stage by stage.
    pub(super) fn steps(&self) -> [(Stage, Vec<u8>); 4] {
        let Self { token, stages } = self;
        let bytes = |bytes: &Option<Bytes>| bytes.clone().unwrap_or_default().into();
        let signature = stages.signature.as_deref().unwrap_or_default();
        [
            (Stage::CanonicalRequest, bytes(&stages.canonical_request)),
            (Stage::StringToSign, bytes(&stages.string_to_sign)),
            (Stage::Signature, signature.into()),
            (Stage::Wire, token.to_vec()),
        ]
    }
}

impl Asked for TokenQuestion {
    fn variables(&self) -> Vec<Variable> {
        let input = &self.input;
        let credentials = &input.credentials;
        let text = |text: &str| Some(text.as_bytes().to_vec());
        let bytes = |bytes: &[u8]| Some(bytes.to_vec());
        let given = |bytes: &Option<Bytes>| bytes.as_ref().map(|bytes| bytes.to_vec());
        vec![
            ("KIND", text(input.kind.as_str())),
            ("TIME", text(&input.time)),
            ("REGION", bytes(&input.region)),
            ("ACCESS_KEY_ID", bytes(&credentials.access_key_id)),
            ("SECRET_ACCESS_KEY", bytes(&credentials.secret_access_key)),
            ("SESSION_TOKEN", credentials.session_token.as_deref().and_then(bytes)),
            ("HOST", given(&input.host)),
            ("PORT", input.port.and_then(|port| text(&port.to_string()))),
            ("NAME", given(&input.name)),
            ("USER", given(&input.user)),
            ("PATH", given(&input.path)),
            ("USER_AGENT", given(&input.user_agent)),
            ("LIFETIME", input.lifetime.and_then(|seconds| text(&seconds.to_string()))),
        ]
    }

    fn in_words(&self) -> String {
        format!("make a token ({})", self.input.kind)
    }
}
