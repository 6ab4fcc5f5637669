//! Reading a log back, and refusing one that does not add up.

use std::collections::{BTreeMap, HashSet};
use std::io::BufRead;

use super::event::{CaseEvent, Event, Footer, Header, Outcome, Problem, VERSION};

/// One complete run of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct RunLog {
    /// Its first event.
    pub header: Header,
    /// Its cases in the order of the plan.
    pub cases: Vec<CaseEvent>,
    /// Its problems.
    pub problems: Vec<Problem>,
    /// Its last event.
    pub footer: Footer,
}

/// Why a log is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct LogError {
    /// The file.
    pub file: String,
    /// The line, from 1; the number of lines where the end is the problem.
    pub line: usize,
    /// What is wrong and what was expected.
    pub problem: String,
}

/// Reads every run of a log.
///
/// # Errors
/// A line that is no event, a run without header or footer, a case that was not planned or comes
/// twice, a planned case that is missing, counts that do not add up, an empty log.
pub fn read(file: &str, input: impl BufRead) -> Result<Vec<RunLog>, LogError> {
    let mut runs = Vec::new();
    let mut open: Option<Open> = None;
    let mut number = 0;
    let fail = |line, problem: String| LogError { file: file.to_owned(), line, problem };
    for line in input.lines() {
        number += 1;
        let line = line.map_err(|error| fail(number, error.to_string()))?;
        let event: Event = serde_json::from_str(&line)
            .map_err(|error| fail(number, format!("expected an event of a run log: {error}")))?;
        open = match (event, open.take()) {
            (Event::Header(header), None) if header.log == VERSION => Some(Open::new(header)),
            (Event::Header(header), None) => {
                let problem = format!("log version {}, expected {VERSION}", header.log);
                return Err(fail(number, problem));
            }
            (Event::Header(_), Some(_)) => {
                return Err(fail(number, "a header before the footer of the run above".to_owned()));
            }
            (_, None) => {
                return Err(fail(number, "expected the header of a run first".to_owned()));
            }
            (Event::Case(case), Some(mut run)) => {
                run.take(*case).map_err(|problem| fail(number, problem))?;
                Some(run)
            }
            (Event::Problem(problem), Some(mut run)) => {
                run.problems.push(problem);
                Some(run)
            }
            (Event::Footer(footer), Some(run)) => {
                runs.push(run.close(footer).map_err(|problem| fail(number, problem))?);
                None
            }
        };
    }
    match (open, runs.is_empty()) {
        (Some(run), _) => {
            let problem = format!(
                "the run of {} has no footer: it was cut off after {} of {} cases",
                run.header.subject.name,
                run.cases.len(),
                run.header.planned.len()
            );
            Err(fail(number, problem))
        }
        (None, true) => Err(fail(number, "the log holds no run".to_owned())),
        (None, false) => Ok(runs),
    }
}

struct Open {
    header: Header,
    missing: HashSet<String>,
    cases: Vec<CaseEvent>,
    problems: Vec<Problem>,
}

impl Open {
    fn new(header: Header) -> Self {
        let missing = header.planned.iter().cloned().collect();
        Self { header, missing, cases: Vec::new(), problems: Vec::new() }
    }

    fn take(&mut self, case: CaseEvent) -> Result<(), String> {
        if !self.missing.remove(&case.id) {
            return Err(format!("the case {} was not planned, or comes twice", case.id));
        }
        self.cases.push(case);
        Ok(())
    }

    fn close(self, footer: Footer) -> Result<RunLog, String> {
        if let Some(missing) = self.header.planned.iter().find(|id| self.missing.contains(*id)) {
            let count = self.missing.len();
            return Err(format!("{count} planned cases have no verdict, {missing} first"));
        }
        let mut counts = BTreeMap::new();
        for case in &self.cases {
            *counts.entry(case.verdict).or_insert(0) += 1;
        }
        let with = |outcome| self.cases.iter().filter(|case| case.outcome == outcome).count();
        let actual = (counts, with(Outcome::Failed), with(Outcome::Known), self.problems.len());
        let stated = (footer.counts.clone(), footer.failed, footer.known, footer.problems);
        if actual != stated {
            return Err(format!("the footer counts {stated:?}, the events are {actual:?}"));
        }
        let Self { header, cases, problems, .. } = self;
        Ok(RunLog { header, cases, problems, footer })
    }
}
