//! A column of a matrix: one subject.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use sigv4_mistakes::diagnose::Attribution;
use sigv4_vectors::model::Ruling;

use super::area::Area;
use crate::judge::Verdict;
use crate::log::{self, CaseEvent, Event, Excuse, Problem, RunResult};
use crate::run::Observer;

/// One subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its version; empty if it did not start.
    pub version: String,
    /// Its language.
    pub language: String,
    /// How the run ended.
    pub outcome: Outcome,
    /// What it got right and wrong, by area.
    pub cells: BTreeMap<Area, Cell>,
    /// The mistakes that it makes, the one behind most cases first. What a verifier wrongly lets pass is not
    /// among them.
    pub mistakes: Vec<Made>,
    /// The cases that no known mistake explains.
    pub unexplained: Vec<String>,
    /// How many of what it must reject a verifier lets pass.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub let_pass: usize,
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was as expected; this many failures are known.
    AsExpected {
        /// The known failures.
        known: usize,
    },
    /// Verdicts were not as expected, or entries of the list of known failures do not hold.
    Unexpected {
        /// How many verdicts.
        failed: usize,
        /// How many entries and other problems.
        problems: usize,
    },
    /// The run proves nothing.
    Incomplete {
        /// Why, in a line.
        problem: String,
    },
    /// It was not run.
    #[default]
    NotRun,
    /// It could not be started.
    Missing {
        /// Why, in a line.
        problem: String,
    },
}

/// What a subject got right and wrong in an area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The cases that it was asked.
    pub asked: usize,
    /// Those in which it did what is expected.
    pub right: usize,
    /// Those in which it did not and must.
    pub wrong: usize,
    /// Those in which it did otherwise and may.
    pub differs: usize,
    /// Those that it says it does not support or cannot hold, or whose right twin it rejects.
    pub refused: usize,
}

/// A mistake that a subject makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Sets of ids, each of which explains all the cases.
    pub alternatives: Vec<Vec<String>>,
    /// What the first set is, in a sentence each.
    pub titles: Vec<String>,
    /// The cases: those that it must get right first, smaller requests before larger ones.
    pub cases: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Makes a column from the events of a run.
#[derive(Debug, Default)]
pub struct ColumnBuilder {
    column: Column,
    problems: Vec<String>,
    let_pass: HashSet<String>,
}

impl ColumnBuilder {
    /// The column; without a footer, as one that was not run.
    #[must_use]
    pub fn column(self) -> Column {
        self.column
    }

    fn count(&mut self, case: &CaseEvent) {
        if !case.was_asked() {
            return;
        }
        let cell = self.column.cells.entry(Area::of(&case.id)).or_default();
        cell.asked += 1;
        let is_refused = matches!(case.verdict, Verdict::Unrepresentable | Verdict::Unsupported)
            || case.excuse == Some(Excuse::Feature)
            || case.excuse == Some(Excuse::TwinRejected);
        if is_refused {
            cell.refused += 1;
        } else if case.conforms() {
            cell.right += 1;
        } else if case.outcome == log::Outcome::Noted {
            cell.differs += 1;
        } else {
            cell.wrong += 1;
        }
        let passes = case.expected == Some(Ruling::Reject) && case.verdict != Verdict::Reject;
        if passes && !is_refused {
            self.column.let_pass += usize::from(case.is_weakness());
            self.let_pass.insert(case.id.clone());
        }
    }

    fn attribute(&mut self, attribution: &Attribution) {
        for group in &attribution.groups {
            // A list of what passes would be a list of ways around the checks.
            if group.cases.iter().any(|case| self.let_pass.contains(case)) {
                continue;
            }
            self.column.mistakes.push(Made {
                alternatives: group.alternatives.clone(),
                titles: group.titles.clone(),
                cases: group.cases.clone(),
            });
        }
        let left = attribution.left.iter().flat_map(|left| &left.cases);
        let left = left.filter(|case| !self.let_pass.contains(*case));
        self.column.unexplained = left.cloned().collect();
    }

    fn close(&mut self, footer: &log::Footer) {
        self.column.outcome = match footer.result {
            RunResult::AsExpected => Outcome::AsExpected { known: footer.known },
            RunResult::Unexpected => {
                Outcome::Unexpected { failed: footer.failed, problems: footer.problems }
            }
            RunResult::Incomplete => {
                let problem = self.problems.first().cloned();
                let problem = problem.unwrap_or_else(|| "the adapter failed".to_owned());
                Outcome::Incomplete { problem }
            }
        };
    }
}

impl Observer for ColumnBuilder {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Header(header) => {
                let subject = &header.subject;
                self.column.name.clone_from(&subject.name);
                self.column.version.clone_from(&subject.version);
                self.column.language.clone_from(&subject.language);
            }
            Event::Case(case) => self.count(case),
            Event::Attribution(attribution) => self.attribute(attribution),
            Event::Problem(Problem::Adapter { message } | Problem::NothingProven { message }) => {
                self.problems.push(message.lines().next().unwrap_or_default().to_owned());
            }
            Event::Problem(Problem::StaleExpectation { .. }) => {}
            Event::Footer(footer) => self.close(footer),
        }
    }
}
