//! What a subject is asked. The fields are those of the protocol (`harness/PROTOCOL.md`).

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    self, Case, Placement, Profile, Request, Signing, SigningExpectation, SigningInput,
};
use sigv4_vectors::text::{Hex32, Time};

use crate::{Role, SignedAnswer};

/// One question to a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Question {
    /// Derive the chain of keys.
    DeriveKey(KeyQuestion),
    /// Sign a request.
    Sign(Box<SignQuestion>),
    /// Sign several requests in order with one signer.
    SignSequence(SequenceQuestion),
    /// Verify a signed request.
    Verify(Box<VerifyQuestion>),
}

/// Sign a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignQuestion {
    /// Where the signature goes.
    pub placement: Placement,
    /// How the path becomes canonical, in a word.
    pub profile: Profile,
    /// Everything that the signer is given.
    #[serde(flatten)]
    pub input: SigningInput,
}

/// Sign several requests in order with one signer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SequenceQuestion {
    /// The calls, first to last.
    pub calls: Vec<SignQuestion>,
}

/// Verify a signed request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyQuestion {
    /// The verifier's clock.
    pub time: Time,
    /// How far the signing time may lie from it.
    pub window_seconds: u64,
    /// The region that the scope must name.
    pub region: Bytes,
    /// The service that the scope must name.
    pub service: Bytes,
    /// How the path becomes canonical, in a word.
    pub profile: Profile,
    /// Whether dot segments and repeated slashes are removed from the path.
    pub normalize: bool,
    /// Whether the path is encoded as it was sent, once more than it already is.
    pub double_encode: bool,
    /// The keys that the verifier knows.
    pub keys: Vec<StoredKey>,
    /// The signed request.
    pub request: Request,
}

/// A key that a verifier knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredKey {
    /// The id that requests name it by.
    pub access_key_id: Bytes,
    /// The secret.
    pub secret_access_key: Bytes,
    /// The token that belongs to it.
    #[serde(default)]
    pub session_token: Option<Bytes>,
    /// Whether it may be used.
    #[serde(default = "active")]
    pub active: bool,
}

/// Derive the chain of keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyQuestion {
    /// The secret.
    pub secret_access_key: Bytes,
    /// `YYYYMMDD`.
    pub date: String,
    /// The region.
    pub region: Bytes,
    /// The service.
    pub service: Bytes,
}

impl Question {
    /// The question that a case asks.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        match &case.question {
            model::Question::DeriveKey(derivation) => {
                let input = derivation.input.clone();
                Self::DeriveKey(KeyQuestion {
                    secret_access_key: input.secret_access_key,
                    date: input.date.into(),
                    region: input.region,
                    service: input.service,
                })
            }
            model::Question::Sign(signing) => Self::Sign(Box::new(SignQuestion::of(signing))),
            model::Question::SignSequence(calls) => {
                let calls = calls.iter().map(SignQuestion::of).collect();
                Self::SignSequence(SequenceQuestion { calls })
            }
        }
    }

    /// The requests to sign, first to last; none where nothing is to be signed.
    #[must_use]
    pub fn calls(&self) -> &[SignQuestion] {
        match self {
            Self::Sign(question) => std::slice::from_ref(question),
            Self::SignSequence(question) => &question.calls,
            Self::DeriveKey(_) | Self::Verify(_) => &[],
        }
    }

    /// What a subject must be able to do to be asked this.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self::DeriveKey(_) => Role::DeriveKey,
            Self::Sign(question) => question.role(),
            Self::SignSequence(_) => Role::SignSequence,
            Self::Verify(_) => Role::Verify,
        }
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

    /// What a subject must be able to do to be asked this by itself.
    #[must_use]
    pub fn role(&self) -> Role {
        match self.placement {
            Placement::Header => Role::SignHeader,
            Placement::Query => Role::SignQuery,
        }
    }

    /// The call with an answer as what is expected of it; `None` for one that leaves out a stage.
    #[must_use]
    pub fn expecting(&self, answer: SignedAnswer) -> Option<Signing> {
        let SignedAnswer { request, stages } = answer;
        let Self { placement, profile, input } = self.clone();
        let expect = SigningExpectation {
            canonical_request: stages.canonical_request?,
            string_to_sign: stages.string_to_sign?,
            signing_key: Hex32::try_from(stages.signing_key?.to_string()).ok()?,
            signature: Hex32::try_from(stages.signature?.to_string()).ok()?,
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

fn active() -> bool {
    true
}
