//! The events of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sigv4_mistakes::diagnose::Attribution;

use crate::expectations::Known;
use crate::judge::{Finding, Verdict};

/// The version of the log's format.
pub const VERSION: u32 = 1;

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The mistakes behind the mismatches of a run.
    Attribution(Attribution),
    /// One case was judged.
    Case(Box<CaseEvent>),
    /// The last event of a run.
    Footer(Footer),
    /// The first event of a run.
    Header(Header),
    /// Something that fails the run and is no case's verdict.
    Problem(Problem),
}

/// What is about to be asked of whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`VERSION`].
    pub log: u32,
    /// The vectors.
    pub suite: SuiteEvent,
    /// The subject.
    pub subject: SubjectEvent,
    /// Whether only a part of the vectors was selected.
    pub partial: bool,
    /// The ids of all selected cases in order.
    pub planned: Vec<String>,
}

/// The vectors of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuiteEvent {
    /// Version of the harness.
    pub version: String,
    /// Digest of the vectors.
    pub digest: String,
}

/// The subject of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubjectEvent {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its language.
    pub language: String,
    /// How it was plugged in: the arguments that follow `signer` on the command line.
    pub invocation: Vec<String>,
}

/// A judged case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseEvent {
    /// The case's id.
    pub id: String,
    /// What it tests.
    pub title: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What the verdict means for the run.
    pub outcome: Outcome,
    /// Where the subject differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// The subject's words and other remarks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why the verdict was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
}

/// What a verdict means for the run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It fails the run.
    Failed,
    /// It is on the list of known failures.
    Known,
    /// It is not what the vector expects, and it need not be: the vector is no `must`, or the
    /// subject's greeting declares that it does no such thing.
    Noted,
    /// It conforms.
    Passed,
}

/// Something that fails the run and is no case's verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Problem {
    /// The adapter did something that belongs to no question.
    Adapter {
        /// What it did.
        message: String,
    },
    /// An entry of the expectation file does not hold.
    StaleExpectation {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What does not hold.
        message: String,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Footer {
    /// How many cases got each verdict; verdicts that no case got are left out.
    pub counts: BTreeMap<Verdict, usize>,
    /// How many cases failed the run.
    pub failed: usize,
    /// How many cases are known failures.
    pub known: usize,
    /// How many cases differ and need not conform.
    pub noted: usize,
    /// How many problems were found.
    pub problems: usize,
    /// What it comes to.
    pub result: RunResult,
    /// How long it took.
    pub milliseconds: u64,
}

/// What a run comes to.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunResult {
    /// Every verdict is as it should be or as listed.
    AsExpected,
    /// A verdict is not, or an entry of the list is stale.
    Unexpected,
    /// The adapter failed: the run proves nothing.
    Incomplete,
}
