//! A column of a matrix: one subject.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sigv4_mistakes::diagnose::Attribution;
use sigv4_vectors::model::Ruling;

use super::agreement::Agreed;
use super::area::Area;
use crate::judge::Verdict;
use crate::log::{self, CaseEvent, Event, Excuse, Problem, RunLog, RunResult};
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
    /// The mistakes of signers with which a verifier agrees, if it was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Agreed>,
    /// A letter for each case that the matrix lists: see [`Standing::letter`].
    pub standings: String,
}

impl Column {
    /// The cases in which it does not do what is expected, without what a verifier wrongly lets pass. A case that
    /// two mistakes explain comes twice.
    pub fn wrong(&self) -> impl Iterator<Item = &String> {
        self.mistakes.iter().flat_map(|made| &made.cases).chain(&self.unexplained)
    }
}

/// What a subject made of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It did what is expected.
    Right,
    /// It did not, and must.
    Wrong,
    /// It did otherwise, and may.
    Differs,
    /// It does not support the question or cannot hold the request, or rejects the right twin as well.
    Refused,
    /// It was not asked.
    NotAsked,
}

impl Standing {
    /// Its letter: `G`ood, `w`rong, `d`iffers, `u`nsupported, or a space.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Right => 'G',
            Self::Wrong => 'w',
            Self::Differs => 'd',
            Self::Refused => 'u',
            Self::NotAsked => ' ',
        }
    }

    fn of(case: &CaseEvent) -> Self {
        let is_refused = matches!(case.verdict, Verdict::Unrepresentable | Verdict::Unsupported)
            || case.excuse == Some(Excuse::Feature)
            || case.excuse == Some(Excuse::TwinRejected);
        if !case.was_asked() {
            Self::NotAsked
        } else if is_refused {
            Self::Refused
        } else if case.conforms() {
            Self::Right
        } else if case.outcome == log::Outcome::Noted {
            Self::Differs
        } else {
            Self::Wrong
        }
    }
}

/// A subject that was judged, before it is put beside others.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Its column, without standings.
    pub column: Column,
    pub(super) standings: HashMap<String, Standing>,
}

impl Judged {
    /// The subject of a run, from its log.
    #[must_use]
    pub fn of(run: RunLog) -> Self {
        let mut builder = ColumnBuilder::default();
        run.events().for_each(|event| builder.event(&event));
        builder.judged()
    }

    /// A subject that gave no verdict.
    #[must_use]
    pub fn without_verdicts(column: Column) -> Self {
        Self { column, standings: HashMap::new() }
    }

    /// The column, with its standings in these cases.
    pub(super) fn among(self, cases: &[String]) -> Column {
        let standing = |id| self.standings.get(id).copied().unwrap_or(Standing::NotAsked);
        let standings = cases.iter().map(|id| standing(id).letter()).collect();
        Column { standings, ..self.column }
    }
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
    judged: Judged,
    problems: Vec<String>,
    let_pass: HashSet<String>,
    mixes_up: bool,
}

impl ColumnBuilder {
    /// What was judged; without a footer, as a subject that was not run.
    #[must_use]
    pub fn judged(self) -> Judged {
        self.judged
    }

    fn count(&mut self, case: &CaseEvent) {
        let standing = Standing::of(case);
        if standing == Standing::NotAsked {
            return;
        }
        self.judged.standings.insert(case.id.clone(), standing);
        let column = &mut self.judged.column;
        let cell = column.cells.entry(Area::of(&case.id)).or_default();
        cell.asked += 1;
        *match standing {
            Standing::Right => &mut cell.right,
            Standing::Differs => &mut cell.differs,
            Standing::Refused => &mut cell.refused,
            Standing::Wrong | Standing::NotAsked => &mut cell.wrong,
        } += 1;
        let passes = case.expected == Some(Ruling::Reject) && case.verdict != Verdict::Reject;
        if passes && standing != Standing::Refused {
            column.let_pass += usize::from(case.is_weakness());
            self.let_pass.insert(case.id.clone());
        }
    }

    fn attribute(&mut self, attribution: &Attribution) {
        for group in &attribution.groups {
            // A list of what passes would be a list of ways around the checks.
            if group.cases.iter().any(|case| self.let_pass.contains(case)) {
                continue;
            }
            self.judged.column.mistakes.push(Made {
                alternatives: group.alternatives.clone(),
                titles: group.titles.clone(),
                cases: group.cases.clone(),
            });
        }
        let left = attribution.left.iter().flat_map(|left| &left.cases);
        let left = left.filter(|case| !self.let_pass.contains(*case));
        self.judged.column.unexplained = left.cloned().collect();
    }

    fn close(&mut self, footer: &log::Footer) {
        self.judged.column.outcome = match footer.result {
            RunResult::AsExpected => Outcome::AsExpected { known: footer.known },
            RunResult::Unexpected => {
                let mixed_up = usize::from(self.mixes_up);
                Outcome::Unexpected {
                    failed: footer.failed + mixed_up,
                    problems: footer.problems - mixed_up,
                }
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
                self.judged.column.name.clone_from(&subject.name);
                self.judged.column.version.clone_from(&subject.version);
                self.judged.column.language.clone_from(&subject.language);
            }
            Event::Case(case) => self.count(case),
            Event::Attribution(attribution) => self.attribute(attribution),
            Event::Problem(Problem::Adapter { message } | Problem::NothingProven { message }) => {
                self.problems.push(message.lines().next().unwrap_or_default().to_owned());
            }
            Event::Problem(Problem::MixedUp { .. }) => self.mixes_up = true,
            Event::Problem(Problem::StaleExpectation { .. }) => {}
            Event::Footer(footer) => self.close(footer),
        }
    }
}
