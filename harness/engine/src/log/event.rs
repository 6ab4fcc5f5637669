//! The events of a run.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sigv4_mistakes::diagnose::Attribution;
use sigv4_protocol::{Answer, Clock, Question, Role, Side, Stage};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Importance, Level, Need, Profile, Ruling, Suite, suite_of};

use crate::expectations::Known;
use crate::judge::{Finding, Verdict};

/// The version of the log's format.
pub const VERSION: u32 = 2;

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
    /// Something that fails the run and is not the verdict of a case.
    Problem(Problem),
}

/// Which cases are about to be run, and with which subject.
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

impl SuiteEvent {
    /// These vectors, with this version of the harness.
    #[must_use]
    pub fn of(vectors: &Vectors) -> Self {
        Self { version: env!("CARGO_PKG_VERSION").to_owned(), digest: vectors.digest().to_string() }
    }
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
    /// The side that the run tests.
    pub side: Side,
    /// What it says that it does.
    pub roles: Vec<Role>,
    /// The profiles that it says it knows.
    pub profiles: Vec<Profile>,
    /// What it says that it can hold beyond the plain case.
    pub features: Vec<Need>,
    /// Which time it says that it signs with.
    pub clock: Clock,
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
    /// How binding its expectation is.
    pub level: Level,
    /// What a verifier is expected to decide; `None` for a signer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Ruling>,
    /// What it costs a verifier to decide otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<Importance>,
    /// The case that a verifier must accept for its rejection of this one to mean anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the adapter itself failed: the verdict is then `error`, and the run is incomplete.
    /// An error that the subject answered is an ordinary verdict.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incident: bool,
    /// Why the subject need not conform, according to its greeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excuse: Option<Excuse>,
    /// What the verdict means for the run.
    pub outcome: Outcome,
    /// Where the subject differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// The subject's own messages and other remarks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why the verdict was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
    /// What was asked, for a case that failed; left out if it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// What was answered, for a case that failed; left out if it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// Why a subject need not conform.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Excuse {
    /// The case needs a feature that its greeting does not list, and it refused the case.
    Feature,
    /// Its greeting does not declare the role or the profile, so that it was not asked.
    NotAsked,
    /// The request is rejected, as it must be, but so is its twin, which must be accepted: nothing is
    /// shown.
    TwinRejected,
}

impl CaseEvent {
    /// The outcome that follows from verdict, level, excuse and expectation.
    #[must_use]
    pub fn derived_outcome(&self) -> Outcome {
        if self.excuse == Some(Excuse::TwinRejected) {
            Outcome::Noted
        } else if self.conforms() {
            Outcome::Passed
        } else if self.incident {
            Outcome::Failed
        } else if self.known.is_some() {
            Outcome::Known
        } else if self.excuse.is_some() || !self.is_binding() {
            Outcome::Noted
        } else {
            Outcome::Failed
        }
    }

    /// The first stage that differs, of a mismatch.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.finding.as_ref().map(|finding| finding.stage)
    }

    /// Whether the subject did what the vector expects.
    #[must_use]
    pub fn conforms(&self) -> bool {
        self.verdict.conforms_to(self.expected)
    }

    /// Whether a verifier let pass what it has to reject: it accepted it, or failed over it.
    #[must_use]
    pub fn is_weakness(&self) -> bool {
        self.expected == Some(Ruling::Reject)
            && matches!(self.verdict, Verdict::Accept | Verdict::Error)
            && !self.incident
            && self.excuse.is_none()
            && self.is_binding()
    }

    /// Whether an answer other than the expected one fails the run. True for a `must`, and for a
    /// finding that a user keeps as a regression test.
    fn is_binding(&self) -> bool {
        let kept = suite_of(&self.id) == Suite::Found.as_str();
        self.level == Level::Must || (kept && self.level == Level::Should)
    }

    /// Whether it shows that the subject signs: it conforms, or it is wrong in the way that is
    /// listed. What a subject refuses, or fails to answer, shows nothing, whatever excuses it.
    #[must_use]
    pub fn proves_something(&self) -> bool {
        let listed = self.outcome == Outcome::Known && self.verdict == Verdict::Mismatch;
        listed || self.outcome == Outcome::Passed
    }

    /// Whether the subject was asked.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.excuse != Some(Excuse::NotAsked)
    }
}

/// What a verifier made of what it must reject. One that rejects none of it is not shown to verify.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rejections {
    expected: bool,
    shown: bool,
}

impl Rejections {
    /// Counts a case.
    pub fn count(&mut self, case: &CaseEvent) {
        let is_expected = case.expected == Some(Ruling::Reject) && case.was_asked();
        self.expected |= is_expected && case.is_binding();
        self.shown |= is_expected && case.outcome == Outcome::Passed;
    }

    /// Whether it was asked what it must reject, and rejected none of it.
    #[must_use]
    pub fn are_missing(self) -> bool {
        self.expected && !self.shown
    }
}

/// What a verdict means for the run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It fails the run.
    Failed,
    /// It is on the list of known failures.
    Known,
    /// It is not what the vector expects, and need not be: the vector is not a `must`, or the
    /// subject's greeting declares that it does not support this.
    Noted,
    /// It conforms.
    Passed,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Failed => "failed",
            Self::Known => "known",
            Self::Noted => "noted",
            Self::Passed => "passed",
        })
    }
}

/// Something that fails the run and is not the verdict of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Problem {
    /// The adapter did something that belongs to no question.
    Adapter {
        /// What it did.
        message: String,
    },
    /// A verifier rules otherwise if it is asked several things at once.
    MixedUp {
        /// What it does.
        message: String,
    },
    /// Nothing failed, and nothing was signed or ruled as it should be either.
    NothingProven {
        /// What was answered instead.
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

impl Problem {
    /// Whether the run proves nothing because of it.
    #[must_use]
    pub fn leaves_nothing_proven(&self) -> bool {
        matches!(self, Self::Adapter { .. } | Self::NothingProven { .. })
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Footer {
    /// The side that was tested, as in the header.
    pub side: Side,
    /// How many cases got each verdict; verdicts that no case got are left out.
    pub counts: BTreeMap<Verdict, usize>,
    /// How many cases failed the run.
    pub failed: usize,
    /// How many cases are known failures.
    pub known: usize,
    /// How many cases differ and need not conform.
    pub noted: usize,
    /// How many cases were asked.
    pub asked: usize,
    /// How many problems were found.
    pub problems: usize,
    /// What else was seen and fails nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The overall result.
    pub result: RunResult,
    /// How long it took.
    pub milliseconds: u64,
}

/// The result of a run.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunResult {
    /// Every verdict is as it should be or as listed.
    AsExpected,
    /// A verdict is not, or an entry of the list is stale.
    Unexpected,
    /// The run proves nothing: the adapter failed, or no case was signed or ruled as it should be.
    Incomplete,
}
