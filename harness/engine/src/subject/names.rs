//! What the description of a client says of object names: how it is asked to write and read objects,
//! and where it is known to get the name wrong.

use serde::{Deserialize, Serialize};

/// The table `[names]` of a `client.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesDescription {
    /// The command. It reads one step a line and answers `ok` or `failed`, a tab and why.
    pub command: Vec<String>,
    /// Who signs: the client itself, or the package that it uses.
    pub signer: String,
    /// The steps that it can do.
    pub steps: Vec<Step>,
    /// Whether it only speaks TLS.
    #[serde(default)]
    pub tls: bool,
    /// What `capture` says of its right requests, where that is not `right`: those of version 2.
    #[serde(default)]
    pub signature: Option<String>,
    /// How long one step may take, in seconds.
    #[serde(default = "half_a_minute")]
    pub seconds: u64,
    /// Where it differs from a client that addresses every object.
    #[serde(default, rename = "deviation")]
    pub deviations: Vec<Deviation>,
}

fn half_a_minute() -> u64 {
    30
}

/// One thing that a client is asked to do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Write an object: `put`, its key, and the file with its contents.
    Put,
    /// Ask for its size or its headers: `head` and its key.
    Head,
    /// Read it: `get`, its key, and the file to write its contents to.
    Get,
    /// List the objects with a prefix: `list` and the prefix.
    List,
}

impl Step {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Head => "head",
            Self::Get => "get",
            Self::List => "list",
        }
    }
}

/// What a client said of a step, once its answer was checked.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// That it was done.
    Success,
    /// That it failed, or nothing.
    Failure,
    /// That it was done, and what it read is not what was written.
    OtherContents,
}

/// A known deviation. What it leaves out is as it should be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The steps; all where it names none.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The keys and prefixes; all where it names none.
    #[serde(default)]
    pub names: Vec<String>,
    /// What `capture` says of the requests; `none` where none is signed.
    #[serde(default)]
    pub signature: Option<String>,
    /// The names that the requests are about in place of the one that was asked for.
    #[serde(default)]
    pub addresses: Option<Vec<String>>,
    /// Whether the path is sent in another spelling than it is signed.
    #[serde(default)]
    pub respelled: bool,
    /// What it says; by default success where the signature is right.
    #[serde(default)]
    pub said: Option<Said>,
    /// Why, as a sentence.
    pub reason: String,
}
