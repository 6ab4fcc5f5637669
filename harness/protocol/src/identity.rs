//! Who a subject says it is.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::{Need, Profile};

use crate::clock::Clock;
use crate::operation::{Question, Role};
use crate::{text, word};

/// The answer to `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The protocol version that it speaks.
    pub protocol: u64,
    /// The name of the implementation.
    #[serde(deserialize_with = "text::read_line")]
    pub name: String,
    /// Its version.
    #[serde(default, deserialize_with = "text::read_line")]
    pub version: String,
    /// The language that it is written in or called from.
    #[serde(default, deserialize_with = "text::read_line")]
    pub language: String,
    /// What it does.
    #[serde(deserialize_with = "word::read_list")]
    pub roles: Vec<Role>,
    /// The profiles that it knows.
    #[serde(default = "every_profile", deserialize_with = "word::read_list")]
    pub profiles: Vec<Profile>,
    /// What it can hold and do beyond the plain case.
    #[serde(default, deserialize_with = "word::read_list")]
    pub features: Vec<Need>,
    /// Which time it signs with.
    #[serde(default, deserialize_with = "word::read")]
    pub clock: Clock,
    /// Whether it runs for all questions or for one.
    #[serde(default)]
    pub mode: Mode,
}

/// How an adapter is started.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Started again for each question.
    OneShot,
    /// Started once; reads one question per line until its input ends.
    #[default]
    Stream,
}

impl Identity {
    /// Why it is not asked this: a role or a profile that it does not declare. `None` if it is
    /// asked.
    #[must_use]
    pub fn lacks(&self, question: &Question) -> Option<String> {
        if let Some(role) = question.roles().find(|role| !self.roles.contains(role)) {
            return Some(format!("it declares no role {role}"));
        }
        let profile = question.profiles().find(|profile| !self.profiles.contains(profile))?;
        Some(format!("it declares no profile {profile}"))
    }
}

fn every_profile() -> Vec<Profile> {
    Profile::ALL.to_vec()
}
