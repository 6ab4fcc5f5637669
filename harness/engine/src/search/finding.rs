//! What a search reports.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use sigv4_generate::{CaseId, Class, IdError};
use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::Signing;

use crate::judge::{Finding, Verdict};

/// Everything that a search found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Name and version of the subject.
    pub subject: String,
    /// The seed.
    pub seed: u64,
    /// Where the next search, of the same shard, has to start to leave out no case.
    pub next: u64,
    /// How many cases were asked.
    pub cases: u64,
    /// How many of them are normative.
    pub normative: u64,
    /// How many cases got each verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// How many cases the subject was not asked, because it does not declare the role.
    pub unasked: u64,
    /// How many cases no signer can sign.
    pub unsignable: u64,
    /// Why cases were refused, in the subject's own words, with how often.
    pub refusals: BTreeMap<String, u64>,
    /// What was found, each mistake once; the one with the most cases first.
    pub findings: Vec<Found>,
    /// How many wrong answers were only counted: they did not occur again when asked again, or too
    /// many before them had no explanation.
    pub uncounted: u64,
    /// How many of these are normative, so that the search fails.
    pub uncounted_normative: u64,
    /// What went wrong outside any case: the search is incomplete.
    pub problems: Vec<String>,
    /// How long it took.
    pub milliseconds: u64,
}

/// One distinct error of the subject.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The case that shows it, as [`Replay`] reads it.
    pub replay: Replay,
    /// Whether any other answer is wrong, or the points on which the vendor's signers disagree.
    #[serde(serialize_with = "class_as_points")]
    pub class: Class,
    /// `mismatch` or `error`, or `unsupported` of what its greeting declares.
    pub verdict: Verdict,
    /// Where the subject differs in the smallest request.
    pub finding: Option<Finding>,
    /// What it said, if it failed or refused.
    pub note: String,
    /// Sets of mistakes, each of which reproduces what was seen: more than one if nothing
    /// distinguishes them, none if the catalogue has none.
    pub mistakes: Vec<Vec<&'static str>>,
    /// What the first set's mistakes are, in a sentence each.
    pub titles: Vec<&'static str>,
    /// Sets of mistakes that reproduce what was seen here but would have changed other answers,
    /// which are right: the subject does something similar under some condition. Only if no mistake
    /// is named.
    pub resembles: Vec<Vec<&'static str>>,
    /// Relations between the subject's own answers that it breaks here.
    pub contradictions: Vec<&'static str>,
    /// How many cases show it.
    pub hits: u64,
    /// The smallest request that shows it; several calls in a row if it depends on kept state.
    pub calls: Vec<SignQuestion>,
    /// What a correct signer answers to them.
    pub expected: Vec<Signing>,
}

/// The cases that show a finding: one, or a range of them if the subject keeps state from one to
/// the next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Replay {
    /// The seed.
    pub seed: u64,
    /// The first case.
    pub first: u64,
    /// The last one.
    pub last: u64,
}

impl Found {
    /// Whether it counts as a failure: there is a correct answer, and the vendor's signers agree on
    /// it.
    #[must_use]
    pub fn is_normative(&self) -> bool {
        self.class.is_core() && !self.expected.is_empty()
    }
}

impl Report {
    /// The findings that are failures.
    pub fn normative(&self) -> impl Iterator<Item = &Found> {
        self.findings.iter().filter(|found| found.is_normative())
    }
}

impl From<CaseId> for Replay {
    fn from(id: CaseId) -> Self {
        Self { seed: id.seed, first: id.number, last: id.number }
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, first, last } = self;
        if first == last {
            write!(formatter, "{seed}:{last}")
        } else {
            write!(formatter, "{seed}:{first}-{last}")
        }
    }
}

impl FromStr for Replay {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let Some((first, last)) = text.split_once('-') else {
            return text.parse().map(|id: CaseId| id.into());
        };
        let first: CaseId = first.parse().map_err(|_| IdError::of(text))?;
        let last: u64 = last.parse().map_err(|_| IdError::of(text))?;
        if last < first.number {
            return Err(IdError::of(text));
        }
        Ok(Self { seed: first.seed, first: first.number, last })
    }
}

impl Serialize for Replay {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn class_as_points<S: serde::Serializer>(class: &Class, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(class.points().map(sigv4_generate::Point::id))
}
