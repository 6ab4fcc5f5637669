//! What a vector is: the file format as types.
//!
//! Every field that is not described here is an error on reading. `vector.schema.json` says the
//! same to other languages; a test keeps the two together.

mod derive_key;
mod derive_key_pair;
mod evidence;
mod key_material;
mod need;
mod sign;
mod sign_chunks;
mod sign_events;
mod sign_legacy;
mod sign_post_policy;
mod sign_v4a;
mod sign_v4a_chunks;
mod stored_key;
mod token;
mod verify;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::words;

pub use derive_key::{Derivation, DerivationInput, DerivedKeys};
pub use derive_key_pair::{DerivedKeyPair, PairDerivation, PairInput};
pub use evidence::{Dissent, Evidence, EvidenceKind, Reading, Rule, Taking, Votes};
pub use key_material::{Key, KeyMaterial};
pub use need::Need;
pub use sign::{
    Credentials, Payload, Placement, Profile, Request, Signing, SigningExpectation, SigningInput,
};
pub use sign_chunks::{
    ChainKey, ChainStart, ChunkSigning, ChunkedPayload, ChunksExpectation, ChunksInput,
    PieceExpectation, SeedExpectation,
};
pub use sign_events::{EventInput, EventSigning, EventsExpectation, EventsInput};
pub use sign_legacy::{
    LegacyAlgorithm, LegacyExpectation, LegacyInput, LegacyScheme, LegacySigning,
};
pub use sign_post_policy::{PolicyExpectation, PolicyInput, PolicySigning};
pub use sign_v4a::{V4aExpectation, V4aPublicKey, V4aSigning};
pub use sign_v4a_chunks::{
    AroundSignature, V4aChunkSigning, V4aChunksExpectation, V4aSeedExpectation,
};
pub use stored_key::StoredKey;
pub use token::{TokenExpectation, TokenInput, TokenKind, TokenMaking};
pub use verify::{
    Importance, Made, Ruling, Verification, VerificationExpectation, VerificationInput,
};

/// One vector file with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Path relative to the root of the set: `<suite>/<family>/<topic>.json`.
    pub path: String,
    /// What it holds.
    pub file: File,
}

impl Topic {
    /// The suite that the file belongs to: its folder. One of [`Suite`], or one of a user's own.
    #[must_use]
    pub fn suite(&self) -> &str {
        suite_of(&self.path)
    }
}

/// The suite of a path or an id: its first part.
#[must_use]
pub fn suite_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

/// What stands in one file: the cases of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Relative path of the JSON Schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// What the topic is, in a line.
    pub title: String,
    /// Where the cases come from, and what was changed on the way.
    pub source: String,
    /// Relative path of the notice of origin, where others hold the copyright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The flags that the cases carry, each explained once.
    pub flags: BTreeMap<String, Flag>,
    /// The cases, in the order in which they are run.
    pub cases: Vec<Case>,
}

/// What a flag says about the cases that carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// What goes wrong in an implementation, or in a reader of the case.
    pub goes_wrong: String,
    /// How bad that is.
    pub how_bad: String,
}

/// One test case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// `<suite>/<family>/<topic>/<name>`: stable, and equal to the place of the case.
    pub id: String,
    /// What the case tests, in words.
    pub title: String,
    /// The member of the signing family, such as `sigv4`: the name of the folder.
    pub family: String,
    /// How binding the expectation is.
    pub level: Level,
    /// Why the expectation is believed.
    pub evidence: Vec<Evidence>,
    /// The rules of the specification that the case exercises.
    pub spec: Vec<Rule>,
    /// Names of flags, explained in the file.
    pub flags: Vec<String>,
    /// What a subject must be able to hold in its input to be asked at all.
    pub needs: Vec<Need>,
    /// Ids of the mistakes that the case is there to catch.
    pub catches: Vec<String>,
    /// What is asked, with the answer.
    pub question: Question,
}

/// What a case asks of a subject. Exhaustive on purpose: code that runs cases has to say what to do
/// with every operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Derive a signing key. In the file: the fields `derivation` and `keys`.
    DeriveKey(Box<Derivation>),
    /// Derive the key pair of SigV4A. In the file: the fields `pair_derivation` and `key_pair`.
    DeriveKeyPair(Box<PairDerivation>),
    /// Sign a request. In the file: the fields `profile`, `placement`, `input` and `expect`.
    Sign(Box<Signing>),
    /// Sign several requests in order with one signer, which may not let a call show in a later
    /// one. In the file: the field `calls`, at least two.
    SignSequence(Vec<Signing>),
    /// Sign an upload chunk by chunk. In the file: the fields `chunks` and `signed_chunks`.
    SignChunks(Box<ChunkSigning>),
    /// Sign the messages of an event stream. In the file: the fields `events` and `signed_events`.
    SignEvents(Box<EventSigning>),
    /// Sign a request with SigV4A. In the file: the fields `profile`, `placement`, `input` and
    /// `expect_v4a`.
    SignV4a(Box<V4aSigning>),
    /// Sign an upload chunk by chunk with SigV4A. In the file: the fields `chunks` and
    /// `signed_v4a_chunks`.
    SignV4aChunks(Box<V4aChunkSigning>),
    /// Verify a signed request. In the file: the fields `verification` and `ruling`.
    Verify(Box<Verification>),
    /// Sign the policy of a form. In the file: the fields `policy` and `signed_policy`.
    SignPostPolicy(Box<PolicySigning>),
    /// Sign a request as it was done before Version 4. In the file: the fields `legacy` and
    /// `signed_legacy`.
    SignLegacy(Box<LegacySigning>),
    /// Make a token or a password. In the file: the fields `token` and `signed_token`.
    Token(Box<TokenMaking>),
}

words! {
    /// The operation that a case asks for, as the adapter protocol names it in `op`.
    pub enum Operation {
        /// Derive a signing key.
        DeriveKey = "derive-key",
        /// Derive the key pair of SigV4A.
        DeriveKeyPair = "derive-key-pair",
        /// Sign a request.
        Sign = "sign",
        /// Sign several requests in order with one signer.
        SignSequence = "sign-sequence",
        /// Sign an upload chunk by chunk.
        SignChunks = "sign-chunks",
        /// Sign the messages of an event stream.
        SignEvents = "sign-events",
        /// Sign a request with SigV4A.
        SignV4a = "sign-v4a",
        /// Sign an upload chunk by chunk with SigV4A.
        SignV4aChunks = "sign-v4a-chunks",
        /// Verify a signed request.
        Verify = "verify",
        /// Sign the policy of a form.
        SignPostPolicy = "sign-post-policy",
        /// Sign a request as it was done before Version 4.
        SignLegacy = "sign-legacy",
        /// Make a token or a password.
        Token = "token",
    }
}

impl Question {
    /// The operation that it is of.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::DeriveKey(_) => Operation::DeriveKey,
            Self::DeriveKeyPair(_) => Operation::DeriveKeyPair,
            Self::Sign(_) => Operation::Sign,
            Self::SignSequence(_) => Operation::SignSequence,
            Self::SignChunks(_) => Operation::SignChunks,
            Self::SignEvents(_) => Operation::SignEvents,
            Self::SignV4a(_) => Operation::SignV4a,
            Self::SignV4aChunks(_) => Operation::SignV4aChunks,
            Self::Verify(_) => Operation::Verify,
            Self::SignPostPolicy(_) => Operation::SignPostPolicy,
            Self::SignLegacy(_) => Operation::SignLegacy,
            Self::Token(_) => Operation::Token,
        }
    }
}

impl Case {
    /// The requests that are to be signed: one, those of a sequence, or none of another operation.
    #[must_use]
    pub fn calls(&self) -> &[Signing] {
        match &self.question {
            Question::Sign(signing) => std::slice::from_ref(signing),
            Question::SignSequence(calls) => calls,
            Question::DeriveKey(_)
            | Question::DeriveKeyPair(_)
            | Question::SignChunks(_)
            | Question::SignEvents(_)
            | Question::SignV4a(_)
            | Question::SignV4aChunks(_)
            | Question::SignPostPolicy(_)
            | Question::SignLegacy(_)
            | Question::Token(_)
            | Question::Verify(_) => &[],
        }
    }

    /// What a verifier is asked, if it is a case for verifiers.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        match &self.question {
            Question::Verify(verification) => Some(verification),
            _ => None,
        }
    }

    /// What a verifier is expected to decide.
    #[must_use]
    pub fn ruling(&self) -> Option<Ruling> {
        self.verification().map(|verification| verification.expect.verdict)
    }

    /// The case that a verifier must accept for its rejection of this one to mean anything.
    #[must_use]
    pub fn twin(&self) -> Option<&str> {
        self.verification()?.expect.twin.as_deref()
    }

    /// How the path is made canonical, where there is one way.
    #[must_use]
    pub fn profile(&self) -> Option<Profile> {
        match &self.question {
            Question::SignV4a(signing) => return Some(signing.profile),
            Question::Verify(verification) => return Some(verification.input.profile),
            _ => {}
        }
        only(self.calls().iter().map(|signing| signing.profile))
    }

    /// Where the signature goes, where there is one place.
    #[must_use]
    pub fn placement(&self) -> Option<Placement> {
        if let Question::SignV4a(signing) = &self.question {
            return Some(signing.placement);
        }
        only(self.calls().iter().map(|signing| signing.placement))
    }
}

/// What all items are, if they are one.
fn only<T: PartialEq>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.all(|item| item == first).then_some(first)
}

words! {
    /// A folder of files with a common origin, of this project. Users have suites of their own
    /// beside these, under any other name.
    pub enum Suite {
        /// The vendor's test suite.
        Official = "official",
        /// Worked examples of the vendor's documentation and SDK tests.
        Published = "published",
        /// What no published vector covers.
        Edge = "edge",
        /// Requests that a verifier must accept or refuse.
        Verifier = "verifier",
        /// Findings of a search, kept by a user as regression tests: expected values from this
        /// project's reference. No part of the published vectors.
        Found = "found",
    }
}

words! {
    /// How binding an expectation is.
    pub enum Level {
        /// Another answer is wrong.
        Must = "must",
        /// Another answer is likely to be refused somewhere.
        Should = "should",
        /// Official implementations differ: another answer is noted, not counted.
        May = "may",
    }
}
