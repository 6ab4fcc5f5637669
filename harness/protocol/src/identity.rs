//! Who a subject says it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::Profile;

/// The answer to `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The protocol version that it speaks.
    pub protocol: u64,
    /// The name of the implementation.
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// The language it is written in or called from.
    #[serde(default)]
    pub language: String,
    /// What it does.
    pub roles: Vec<Role>,
    /// The profiles that it knows.
    #[serde(default = "every_profile")]
    pub profiles: Vec<Profile>,
    /// What it can hold and do beyond the plain case; free words.
    #[serde(default)]
    pub features: Vec<String>,
    /// Whether its clock can be set: `given`, or `own`.
    #[serde(default)]
    pub clock: String,
    /// Whether it lives for all questions or for one.
    #[serde(default)]
    pub mode: Mode,
}

/// Something that a subject can be asked to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Derive the chain of keys.
    DeriveKey,
    /// Sign in header placement.
    SignHeader,
    /// Sign in query placement.
    SignQuery,
    /// Sign several requests in order with one signer.
    SignSequence,
    /// Verify.
    Verify,
    /// A role of a later version of the protocol.
    #[serde(other)]
    Unknown,
}

/// The side of the exchange that a subject is on.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// It signs requests.
    #[default]
    Signer,
    /// It verifies them.
    Verifier,
}

/// How an adapter lives.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Started anew for each question.
    OneShot,
    /// Started once; reads a question a line until its input ends.
    #[default]
    Stream,
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::DeriveKey => "derive-key",
            Self::SignHeader => "sign-header",
            Self::SignQuery => "sign-query",
            Self::SignSequence => "sign-sequence",
            Self::Verify => "verify",
            Self::Unknown => "unknown",
        })
    }
}

fn every_profile() -> Vec<Profile> {
    Profile::ALL.to_vec()
}
