//! The operations: what a subject can be asked to do. Each has a file with its question, its
//! answer, the environment variables of the one-shot mode and its words for messages, and a row in
//! the table below.

mod asked;
mod derive_key;
mod derive_key_pair;
mod sign;
mod sign_chunks;
mod sign_events;
mod sign_legacy;
mod sign_post_policy;
mod sign_sequence;
mod sign_v4a;
mod stream;
mod token;
mod verify;

use std::fmt;

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::{self, Case, Placement};

use crate::side::Side;
use crate::stage::Stage;
use crate::text;
use crate::word::Word;

pub use asked::{Asked, Variable};
pub use derive_key::{DerivedKeys, KeyQuestion};
pub use derive_key_pair::{DerivedKeyPair, KeyPairQuestion, PublicKey};
pub use sign::{SentRequest, SignQuestion, SignedAnswer, StagesShown};
pub use sign_chunks::{ChunksAnswer, ChunksQuestion, SignedChunk};
pub use sign_events::{EventsAnswer, EventsQuestion};
pub use sign_legacy::{LegacyAnswer, LegacyQuestion, LegacyStages};
pub use sign_post_policy::{PolicyAnswer, PolicyQuestion};
pub use sign_sequence::SequenceQuestion;
pub use sign_v4a::V4aQuestion;
pub use stream::SignedPiece;
pub use token::{TokenAnswer, TokenParts, TokenQuestion};
pub use verify::VerifyQuestion;

/// Defines [`Operation`], [`Role`] and [`Question`] from the table of operations: what is asked,
/// the type of its question, its word in `op`, the side that it tests, the roles that it needs with
/// the word of each, and which of them a question needs.
macro_rules! operations {
    ($(
        $(#[$doc:meta])*
        $operation:ident($question:ty) = $word:literal, $side:ident,
            roles { $($(#[$role_doc:meta])* $role:ident = $role_word:literal,)+ }
            of $role_of:expr;
    )+) => {
        /// Something that a subject can be asked to do.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Operation {
            $($(#[$doc])* $operation,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &[Self] = &[$(Self::$operation),+];

            /// Its name in the field `op`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$operation => $word,)+
                }
            }

            /// The side that it tests.
            #[must_use]
            pub const fn side(self) -> Side {
                match self {
                    $(Self::$operation => Side::$side,)+
                }
            }
        }

        /// Something that a subject may be able to do.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Role {
            $($($(#[$role_doc])* #[serde(rename = $role_word)] $role,)+)+
        }

        impl Role {
            /// The word for it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$role => $role_word,)+)+
                }
            }

            /// The side that it belongs to.
            #[must_use]
            pub fn side(self) -> Side {
                match self {
                    $($(Self::$role)|+ => Side::$side,)+
                }
            }
        }

        impl Word for Role {
            const KIND: &'static str = "role";
            const ALL: &'static [Self] = &[$($(Self::$role,)+)+];

            fn word(self) -> &'static str {
                self.as_str()
            }
        }

        /// One question to a subject.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "op")]
        #[non_exhaustive]
        pub enum Question {
            $($(#[$doc])* #[serde(rename = $word)] $operation($question),)+
        }

        impl Question {
            /// The operation that it belongs to.
            #[must_use]
            pub fn operation(&self) -> Operation {
                match self {
                    $(Self::$operation(_) => Operation::$operation,)+
                }
            }

            /// What a subject must be able to do to be asked this.
            #[must_use]
            pub fn role(&self) -> Role {
                match self {
                    $(Self::$operation(question) => {
                        let role_of: fn(&$question) -> Role = $role_of;
                        role_of(question)
                    })+
                }
            }

            fn asked(&self) -> &dyn Asked {
                match self {
                    $(Self::$operation(question) => question,)+
                }
            }
        }
    };
}

operations! {
    /// Derive the chain of keys.
    DeriveKey(KeyQuestion) = "derive-key", Signer,
        roles {
            /// Derive the chain of keys.
            DeriveKey = "derive-key",
        }
        of |_| Role::DeriveKey;
    /// Derive the key pair of SigV4A.
    DeriveKeyPair(KeyPairQuestion) = "derive-key-pair", Signer,
        roles {
            /// Derive the key pair of SigV4A.
            DeriveKeyPair = "derive-key-pair",
        }
        of |_| Role::DeriveKeyPair;
    /// Sign a request.
    Sign(Box<SignQuestion>) = "sign", Signer,
        roles {
            /// Sign in header placement.
            SignHeader = "sign-header",
            /// Sign in query placement.
            SignQuery = "sign-query",
        }
        of |question| role_of_placement(question.placement);
    /// Sign several requests in order with one signer.
    SignSequence(SequenceQuestion) = "sign-sequence", Signer,
        roles {
            /// Sign several requests in order with one signer.
            SignSequence = "sign-sequence",
        }
        of |_| Role::SignSequence;
    /// Sign an upload chunk by chunk.
    SignChunks(Box<ChunksQuestion>) = "sign-chunks", Signer,
        roles {
            /// Sign an upload chunk by chunk.
            SignChunks = "sign-chunks",
        }
        of |_| Role::SignChunks;
    /// Sign the messages of an event stream.
    SignEvents(Box<EventsQuestion>) = "sign-events", Signer,
        roles {
            /// Sign the messages of an event stream.
            SignEvents = "sign-events",
        }
        of |_| Role::SignEvents;
    /// Sign a request with SigV4A.
    SignV4a(Box<V4aQuestion>) = "sign-v4a", Signer,
        roles {
            /// Sign with SigV4A, in both placements.
            SignV4a = "sign-v4a",
        }
        of |_| Role::SignV4a;
    /// Sign an upload chunk by chunk with SigV4A.
    SignV4aChunks(Box<ChunksQuestion>) = "sign-v4a-chunks", Signer,
        roles {
            /// Sign an upload chunk by chunk with SigV4A.
            SignV4aChunks = "sign-v4a-chunks",
        }
        of |_| Role::SignV4aChunks;
    /// Sign the policy of a form for uploads from a browser.
    SignPostPolicy(Box<PolicyQuestion>) = "sign-post-policy", Signer,
        roles {
            /// Sign the policy of a form for uploads from a browser.
            SignPostPolicy = "sign-post-policy",
        }
        of |_| Role::SignPostPolicy;
    /// Sign a request as it was done before Version 4.
    SignLegacy(Box<LegacyQuestion>) = "sign-legacy", Signer,
        roles {
            /// Sign requests as it was done before Version 4.
            SignLegacy = "sign-legacy",
        }
        of |_| Role::SignLegacy;
    /// Make a token or a password for a service that takes no signed request.
    Token(Box<TokenQuestion>) = "token", Signer,
        roles {
            /// Make tokens and passwords.
            Token = "token",
        }
        of |_| Role::Token;
    /// Verify a signed request.
    Verify(Box<VerifyQuestion>) = "verify", Verifier,
        roles {
            /// Verify.
            Verify = "verify",
        }
        of |_| Role::Verify;
}

fn role_of_placement(placement: Placement) -> Role {
    match placement {
        Placement::Header => Role::SignHeader,
        Placement::Query => Role::SignQuery,
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One answer of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Answer {
    /// The verifier accepted the request.
    Accept,
    /// The keys that were derived.
    Derived(DerivedKeys),
    /// The key pair that was derived.
    DerivedKeyPair(DerivedKeyPair),
    /// The implementation failed.
    Error {
        /// What it said.
        #[serde(default, deserialize_with = "text::read_note")]
        detail: String,
    },
    /// The verifier refused the request.
    Reject {
        /// A word for the reason.
        #[serde(default, deserialize_with = "text::read_line")]
        reason: String,
        /// More about it.
        #[serde(default, deserialize_with = "text::read_note")]
        detail: String,
    },
    /// The signed request.
    Signed(Box<SignedAnswer>),
    /// The signed upload.
    SignedChunks(Box<ChunksAnswer>),
    /// The signed event stream.
    SignedEvents(Box<EventsAnswer>),
    /// The request, signed as it was done before Version 4.
    SignedLegacy(Box<LegacyAnswer>),
    /// The fields that sign a form.
    SignedPostPolicy(Box<PolicyAnswer>),
    /// The signed requests of a sequence, call by call.
    SignedSequence {
        /// One per call, in order.
        calls: Vec<SignedAnswer>,
    },
    /// The request, signed with SigV4A.
    SignedV4a(Box<SignedAnswer>),
    /// The upload, signed with SigV4A.
    SignedV4aChunks(Box<ChunksAnswer>),
    /// The token.
    Token(Box<TokenAnswer>),
    /// Its interface or its HTTP library cannot hold the input.
    Unrepresentable {
        /// What it cannot hold.
        #[serde(default, deserialize_with = "text::read_note")]
        detail: String,
    },
    /// It lacks the feature.
    Unsupported {
        /// Which one.
        #[serde(default, deserialize_with = "text::read_note")]
        detail: String,
    },
}

impl Question {
    /// The question that a case asks.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        match &case.question {
            model::Question::DeriveKey(derivation) => Self::DeriveKey(KeyQuestion::of(derivation)),
            model::Question::DeriveKeyPair(derivation) => {
                Self::DeriveKeyPair(KeyPairQuestion::of(derivation))
            }
            model::Question::Sign(signing) => Self::Sign(Box::new(SignQuestion::of(signing))),
            model::Question::SignSequence(calls) => {
                let calls = calls.iter().map(SignQuestion::of).collect();
                Self::SignSequence(SequenceQuestion { calls })
            }
            model::Question::SignChunks(signing) => {
                Self::SignChunks(Box::new(ChunksQuestion::of(&signing.input)))
            }
            model::Question::SignV4aChunks(signing) => {
                Self::SignV4aChunks(Box::new(ChunksQuestion::of(&signing.input)))
            }
            model::Question::SignV4a(signing) => Self::SignV4a(Box::new(V4aQuestion::of(signing))),
            model::Question::SignEvents(signing) => {
                Self::SignEvents(Box::new(EventsQuestion::of(signing)))
            }
            model::Question::Verify(verification) => {
                Self::Verify(Box::new(VerifyQuestion::of(verification)))
            }
            model::Question::SignPostPolicy(signing) => {
                Self::SignPostPolicy(Box::new(PolicyQuestion::of(signing)))
            }
            model::Question::SignLegacy(signing) => {
                Self::SignLegacy(Box::new(LegacyQuestion::of(signing)))
            }
            model::Question::Token(making) => Self::Token(Box::new(TokenQuestion::of(making))),
        }
    }

    /// The requests to sign, first to last; empty if there is nothing to sign.
    #[must_use]
    pub fn calls(&self) -> &[SignQuestion] {
        match self {
            Self::Sign(question) => std::slice::from_ref(question),
            Self::SignSequence(question) => &question.calls,
            _ => &[],
        }
    }

    /// Takes out what the subject has to be asked before, first to last.
    pub fn take_before(&mut self) -> Vec<Self> {
        match self {
            Self::Verify(question) => {
                let before = std::mem::take(&mut question.before).into_iter();
                before.map(|input| Self::Verify(Box::new(input.into()))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The profiles that a subject must know to be asked this.
    pub fn profiles(&self) -> impl Iterator<Item = model::Profile> {
        let verified = match self {
            Self::Verify(question) => Some(question.input.profile),
            _ => None,
        };
        self.calls().iter().map(|call| call.profile).chain(verified)
    }

    /// Everything that a subject must be able to do to be asked this; for a sequence, including
    /// what each call needs.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        let calls = self.calls().iter().map(|call| role_of_placement(call.placement));
        std::iter::once(self.role()).chain(calls)
    }

    /// The body that a one-shot adapter reads from a file, if there is one.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.asked().body()
    }

    /// The fields as a one-shot adapter reads them from its environment.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        self.asked().variables()
    }

    /// The question in a few words, for a message.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.asked().in_words()
    }
}

impl Answer {
    /// The refusal of what the subject does not support.
    #[must_use]
    pub fn unsupported(detail: impl Into<String>) -> Self {
        Self::Unsupported { detail: detail.into() }
    }

    /// The refusal of what the subject cannot hold.
    #[must_use]
    pub fn unrepresentable(detail: impl Into<String>) -> Self {
        Self::Unrepresentable { detail: detail.into() }
    }

    /// The answer to a sequence, from the answers to its calls. Calls are made as long as they
    /// sign: the first answer that is not a signed request is the answer to the whole.
    #[must_use]
    pub fn of_calls(calls: impl Iterator<Item = Self>) -> Self {
        let mut signed = Vec::new();
        for (index, call) in calls.enumerate() {
            let of_call = |detail| format!("call {}: {detail}", index + 1);
            match call {
                Self::Signed(answer) => signed.push(*answer),
                Self::Unsupported { detail } => return Self::unsupported(of_call(detail)),
                Self::Unrepresentable { detail } => return Self::unrepresentable(of_call(detail)),
                other => return other,
            }
        }
        Self::SignedSequence { calls: signed }
    }

    /// Whether a signer signed something, or derived a key pair.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let is_other = matches!(
            self,
            Self::SignedChunks(_)
                | Self::SignedEvents(_)
                | Self::SignedV4a(_)
                | Self::SignedV4aChunks(_)
                | Self::SignedPostPolicy(_)
                | Self::SignedLegacy(_)
                | Self::Token(_)
                | Self::DerivedKeyPair(_)
        );
        is_other || !self.signed().is_empty()
    }

    /// The signed requests, first to last; empty if nothing was signed.
    #[must_use]
    pub fn signed(&self) -> &[SignedAnswer] {
        match self {
            Self::Signed(answer) => std::slice::from_ref(answer),
            Self::SignedSequence { calls } => calls,
            _ => &[],
        }
    }

    /// What a signer shows of its work, in the order in which it is done: the text of each stage, and
    /// of each again for every further piece that is signed. Empty for what it does not expose, and
    /// for every other answer.
    #[must_use]
    pub fn steps(&self) -> Vec<(Stage, Vec<u8>)> {
        match self {
            Self::SignedChunks(answer) | Self::SignedV4aChunks(answer) => answer.steps(),
            Self::SignedEvents(answer) => answer.steps(),
            Self::SignedV4a(answer) => answer.steps().into(),
            Self::SignedPostPolicy(answer) => answer.steps(),
            Self::SignedLegacy(answer) => answer.steps().into(),
            Self::Token(answer) => answer.steps().into(),
            _ => self.signed().iter().flat_map(SignedAnswer::steps).collect(),
        }
    }

    /// A failure of the subject itself.
    #[must_use]
    pub fn error(detail: impl Into<String>) -> Self {
        Self::Error { detail: detail.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sigv4_vectors::model::{ChainKey, KeyMaterial};
    use sigv4_vectors::{Secret, Vectors};

    /// Whatever holds a secret is a question, which ends up in messages and failed assertions.
    #[test]
    fn no_question_shows_a_secret() {
        for case in Vectors::embedded().cases() {
            let shown = format!("{:?}{:?}", case.question, Question::of(case));
            for secret in secrets(&case.question) {
                let secret = format!("{:?}", secret.expose());
                // Shorter ones are found in other texts by chance.
                assert!(secret.len() < 20 || !shown.contains(&secret), "{}", case.id);
            }
        }
    }

    fn secrets(question: &model::Question) -> Vec<Secret> {
        match question {
            model::Question::DeriveKey(derivation) => {
                vec![derivation.input.secret_access_key.clone()]
            }
            model::Question::DeriveKeyPair(derivation) => {
                vec![derivation.input.secret_access_key.clone()]
            }
            model::Question::Sign(signing) => {
                vec![signing.input.credentials.secret_access_key.clone()]
            }
            model::Question::SignSequence(calls) => {
                calls.iter().map(|call| call.input.credentials.secret_access_key.clone()).collect()
            }
            model::Question::SignChunks(signing) => secret_of(&signing.input.key),
            model::Question::SignV4aChunks(signing) => secret_of(&signing.input.key),
            model::Question::SignEvents(signing) => secret_of(&signing.input.key),
            model::Question::SignV4a(signing) => {
                vec![signing.input.credentials.secret_access_key.clone()]
            }
            model::Question::Verify(verification) => {
                let secret = |key: &'_ model::StoredKey| match &key.material {
                    KeyMaterial::SecretAccessKey(secret) => Some(secret.clone()),
                    _ => None,
                };
                let inputs = verification.before.iter().chain([&verification.input]);
                inputs.flat_map(|input| &input.keys).filter_map(secret).collect()
            }
            model::Question::SignPostPolicy(signing) => {
                vec![signing.input.credentials.secret_access_key.clone()]
            }
            model::Question::SignLegacy(signing) => {
                vec![signing.input.credentials.secret_access_key.clone()]
            }
            model::Question::Token(making) => {
                vec![making.input.credentials.secret_access_key.clone()]
            }
        }
    }

    fn secret_of(key: &ChainKey) -> Vec<Secret> {
        match key {
            ChainKey::Credentials(credentials) => vec![credentials.secret_access_key.clone()],
            ChainKey::SigningKey(_) => Vec::new(),
        }
    }
}
