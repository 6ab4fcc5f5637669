//! What a subject is asked. The fields are those of the protocol (`harness/PROTOCOL.md`).

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{self, Case, Placement, Profile, Request, SigningInput};
use sigv4_vectors::text::Time;

use super::Role;

/// One question to a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Question {
    /// Derive the chain of keys.
    DeriveKey(KeyQuestion),
    /// Sign a request.
    Sign(Box<SignQuestion>),
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
            model::Question::Sign(signing) => Self::Sign(Box::new(SignQuestion {
                placement: signing.placement,
                profile: signing.profile,
                input: signing.input.clone(),
            })),
        }
    }

    /// What a subject must be able to do to be asked this.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self::DeriveKey(_) => Role::DeriveKey,
            Self::Sign(question) => match question.placement {
                Placement::Header => Role::SignHeader,
                Placement::Query => Role::SignQuery,
            },
            Self::Verify(_) => Role::Verify,
        }
    }
}

fn active() -> bool {
    true
}
