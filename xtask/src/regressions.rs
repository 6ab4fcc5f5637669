//! `regressions`: old releases of signers, known to be wrong, each behind the adapter of the newest one. The
//! vectors must catch the reported mistake, and the diagnosis must name it.

mod list;
mod render;

use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use serde::Serialize;
use sigv4_conformance::expectations::Expectations;
use sigv4_conformance::log::SuiteEvent;
use sigv4_conformance::matrix::{Column, ColumnBuilder, Made, Outcome, side_by_side, today};
use sigv4_conformance::run::{Plan, run as run_plan};
use sigv4_conformance::selection::Selection;
use sigv4_conformance::subject::{Adapter, Limits, plug_in};
use sigv4_protocol::Side;
use sigv4_vectors::Vectors;

use list::{LIST, Regression};

use crate::chore::ChoreError;
use crate::report::{REPORTS, publish};
use crate::setup::{self, ADAPTERS};

/// The version of the format of the data.
const VERSION: u32 = 1;
/// The name of both files, of data and page.
const NAME: &str = "regressions";

/// Which regressions to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Adapters, or releases as ADAPTER-VERSION. Default: all that the list has.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// A release that need not be there, as ADAPTER-VERSION; may be given more than once.
    #[arg(long, value_name = "NAME")]
    allow_missing: Vec<String>,
    /// Folder for the results, regressions.json and regressions.md. Default: reports for all, none for some.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// All results.
#[derive(Debug, Serialize)]
struct Report {
    regressions: u32,
    /// The day on which they were made, `YYYY-MM-DD`.
    date: String,
    suite: SuiteEvent,
    rows: Vec<Row>,
}

/// The result of one entry of the list.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    regression: Regression,
    language: String,
    #[serde(flatten)]
    result: RowResult,
}

/// How a release was judged.
#[derive(Debug, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
enum RowResult {
    /// The diagnosis names the mistake.
    Named {
        /// The cases that the mistake explains.
        caught: usize,
        /// The smallest of them.
        smallest: String,
        /// What the adapter's own release, the newest, does about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        newest: Option<Newest>,
    },
    /// The vectors catch something, and the diagnosis does not name the mistake.
    Unnamed {
        /// The cases that went wrong.
        wrong: usize,
        /// What is named instead, the mistakes behind most cases first.
        instead: Vec<String>,
    },
    /// It could not be run.
    Missing {
        /// Why, in a line.
        problem: String,
    },
}

/// The adapter's own release, asked the same.
#[derive(Debug, Serialize)]
struct Newest {
    version: String,
    /// Whether the diagnosis names the mistake there, too.
    makes_it: bool,
}

impl Row {
    fn is_as_reported(&self) -> bool {
        match &self.result {
            RowResult::Named { newest, .. } => {
                newest.as_ref().is_none_or(|newest| !newest.makes_it)
            }
            RowResult::Unnamed { .. } | RowResult::Missing { .. } => false,
        }
    }
}

pub(crate) fn run(root: &Path, options: &Options) -> Result<(), ChoreError> {
    let adapters = root.join(ADAPTERS);
    let mut all = list::read(&adapters.join(LIST))?;
    for name in options.names.iter().chain(&options.allow_missing) {
        if !all.iter().any(|regression| regression.is_called(name)) {
            return Err(ChoreError::Tests(format!("no release `{name}` in {ADAPTERS}/{LIST}")));
        }
    }
    if !options.names.is_empty() {
        all.retain(|regression| options.names.iter().any(|name| regression.is_called(name)));
    }
    let rows = judged(&adapters, all)?;
    print!("{}", render::table(&rows));
    let folder = match &options.output {
        None if options.names.is_empty() => Some(root.join(REPORTS)),
        output => output.clone(),
    };
    let report = Report {
        regressions: VERSION,
        date: today(),
        suite: SuiteEvent::of(Vectors::embedded()),
        rows,
    };
    if let Some(folder) = folder {
        publish(&folder, NAME, &report, render::page(&report))?;
    }
    outcome(&report.rows, &options.allow_missing)
}

/// Runs the releases of some adapters, and publishes nothing.
pub(crate) fn check(root: &Path, adapters: &[&str]) -> Result<(), ChoreError> {
    let names = adapters.iter().map(|name| (*name).to_owned()).collect();
    run(root, &Options { names, allow_missing: Vec::new(), output: None })
}

/// Fails if a mistake is not caught and named, or else if a release could not be run that is not allowed to be
/// missing.
fn outcome(rows: &[Row], allowed: &[String]) -> Result<(), ChoreError> {
    let is_missing = |row: &&Row| matches!(row.result, RowResult::Missing { .. });
    let (missing, judged): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(is_missing);
    let good = judged.iter().filter(|row| row.is_as_reported()).count();
    if good < judged.len() {
        let bad = judged.len() - good;
        return Err(ChoreError::Tests(format!("{bad} of {} are not as reported", judged.len())));
    }
    let needed = |row: &&&Row| !allowed.iter().any(|name| row.regression.is_called(name));
    match missing.iter().filter(needed).count() {
        0 => Ok(()),
        count => Err(ChoreError::Incomplete(format!("{count} of {} could not be run", rows.len()))),
    }
}

/// The rows of the entries, in their order: the releases are installed one after the other, and judged at the same
/// time.
fn judged(adapters: &Path, all: Vec<Regression>) -> Result<Vec<Row>, ChoreError> {
    let own = all.iter().map(|it| Adapter::read(&adapters.join(&it.adapter)));
    let own = own.collect::<Result<Vec<_>, _>>()?;
    let old: Vec<Adapter> = all
        .iter()
        .zip(&own)
        .map(|(it, own)| own.with_locks(adapters.join(NAME).join(it.release())))
        .collect();
    let environments = setup::environments(&old);
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    let asked = all.iter().zip(&own).zip(&old).zip(environments).collect();
    let results = side_by_side(asked, jobs, &|(((it, own), old), environment)| {
        let result = environment.and_then(|()| result(it, old, own));
        result.unwrap_or_else(|problem| RowResult::Missing {
            problem: problem.lines().next().unwrap_or_default().to_owned(),
        })
    });
    let rows = all.into_iter().zip(own).zip(results).map(|((regression, own), result)| Row {
        regression,
        language: own.description.language,
        result,
    });
    Ok(rows.collect())
}

/// What the old release answers, and, where the mistake is known to be mended, the newest one.
fn result(regression: &Regression, old: &Adapter, own: &Adapter) -> Result<RowResult, String> {
    let selection = regression.selection().map_err(|error| error.to_string())?;
    let column = column(old, &selection)?;
    let Some(made) = named(&column, &regression.mistake) else {
        let first = |made: &Made| made.alternatives.first().map(|set| set.join(" + "));
        return Ok(RowResult::Unnamed {
            wrong: column.cells.values().map(|cell| cell.wrong + cell.differs).sum(),
            instead: column.mistakes.iter().filter_map(first).collect(),
        });
    };
    let newest = if regression.fixed.is_some() {
        let column = self::column(own, &selection)?;
        let makes_it = named(&column, &regression.mistake).is_some();
        Some(Newest { version: column.version, makes_it })
    } else {
        None
    };
    Ok(RowResult::Named {
        caught: made.cases.len(),
        smallest: made.cases.first().cloned().unwrap_or_default(),
        newest,
    })
}

/// The finding that is due to the mistake and nothing else: where several mistakes explain it equally well, none
/// is named.
fn named<'c>(column: &'c Column, mistake: &str) -> Option<&'c Made> {
    let is_it = |made: &&Made| match &made.alternatives[..] {
        [only] => only.iter().any(|id| id == mistake),
        _ => false,
    };
    column.mistakes.iter().find(is_it)
}

/// Asks an adapter the selected vectors, in a process of its own.
fn column(adapter: &Adapter, selection: &Selection) -> Result<Column, String> {
    let command = adapter.command().map_err(|error| error.to_string())?;
    let mut subject = plug_in(&command, Limits::default()).map_err(|error| error.to_string())?;
    let vectors = Vectors::embedded();
    let plan = Plan {
        side: Side::Signer,
        vectors,
        cases: &selection.cases(vectors),
        partial: selection.is_partial(),
        expectations: &Expectations::default(),
        own_keys: false,
        invocation: &[],
    };
    let mut builder = ColumnBuilder::default();
    run_plan(&mut *subject, &plan, &mut builder, &|| ());
    match builder.judged().column {
        Column { outcome: Outcome::Incomplete { problem }, .. } => Err(problem),
        column => Ok(column),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(result: RowResult) -> Row {
        let regression = Regression {
            adapter: "mine".to_owned(),
            package: "@mine/signer".to_owned(),
            version: "1.2".to_owned(),
            fixed: Some("1.3".to_owned()),
            report: "https://example.com/7".to_owned(),
            mistake: "query-unsorted".to_owned(),
            summary: "Parameters are not sorted.".to_owned(),
            filter: Vec::new(),
        };
        Row { regression, language: "rust".to_owned(), result }
    }

    fn named(makes_it: bool) -> Row {
        let newest = Some(Newest { version: "2.0".to_owned(), makes_it });
        row(RowResult::Named { caught: 3, smallest: "edge/a/b/c".to_owned(), newest })
    }

    fn unnamed() -> Row {
        row(RowResult::Unnamed { wrong: 2, instead: vec!["query-missing".to_owned()] })
    }

    fn missing() -> Row {
        row(RowResult::Missing { problem: "npm failed: exit status: 1".to_owned() })
    }

    #[test]
    fn all_must_be_caught_and_named_and_the_newest_must_be_right() {
        assert!(outcome(&[named(false)], &[]).is_ok());
        for bad in [named(true), unnamed()] {
            let error = outcome(&[named(false), bad, missing()], &[]).expect_err("one is bad");
            assert!(matches!(error, ChoreError::Tests(_)), "{error}");
            assert_eq!(error.to_string(), "1 of 2 are not as reported");
        }
    }

    #[test]
    fn what_is_missing_leaves_the_run_incomplete_unless_it_is_allowed() {
        let rows = [named(false), missing()];
        let error = outcome(&rows, &[]).expect_err("one is missing");
        assert!(matches!(error, ChoreError::Incomplete(_)), "{error}");
        assert_eq!(error.to_string(), "1 of 2 could not be run");
        assert!(outcome(&rows, &["mine-1.2".to_owned()]).is_ok());
        assert!(outcome(&rows, &["other-1.2".to_owned()]).is_err());
    }

    #[test]
    fn a_mistake_is_named_only_if_nothing_else_explains_the_cases() {
        let made = |alternatives: &[&[&str]]| {
            let set = |set: &&[&str]| set.iter().map(|id| (*id).to_owned()).collect();
            let alternatives = alternatives.iter().map(set).collect();
            let made = Made { alternatives, titles: Vec::new(), cases: vec!["a".to_owned()] };
            Column { mistakes: vec![made], ..Column::default() }
        };
        let is_named = |column: Column| super::named(&column, "query-unsorted").is_some();
        assert!(is_named(made(&[&["query-unsorted"]])));
        assert!(is_named(made(&[&["query-missing", "query-unsorted"]])));
        assert!(!is_named(made(&[&["query-unsorted"], &["query-missing"]])));
        assert!(!is_named(made(&[&["query-missing"]])));
    }

    #[test]
    fn results_are_shown() {
        insta::assert_snapshot!(render::table(&[named(false), named(true), unnamed(), missing()]));
    }
}
