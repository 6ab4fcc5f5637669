//! `power`: how many generated requests are needed to show each mistake of the catalogue.

mod render;
mod unbiased;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sigv4_conformance::power::{FirstShown, first_shown};
use sigv4_generate::CaseId;
use sigv4_mistakes::{Mistake, made_in};
use sigv4_protocol::{Operation, Question};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Suite;

use crate::chore::ChoreError;
use crate::fuzz::{self, Mistaken};
use crate::report;

/// The figures, and the page that shows them.
const FIGURES: &str = "reports/power.json";
const PAGE: &str = "reports/power.md";
/// A mistake that does not show within this number of cases is a gap in the generator.
const CASES: u64 = 20_000;
/// The number of cases of a check.
const CHECKED: u64 = 1000;
/// The figure of a row is the median of these.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// What to measure.
#[derive(Args)]
pub(crate) struct PowerArguments {
    /// Measure only these figures and keep the others.
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// Write nothing; fail if the published figures differ from the current ones within the first
    /// thousand cases of search and property test. The fuzzer is not measured.
    #[arg(long, conflicts_with = "only")]
    check: bool,
}

/// What can be measured separately.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Part {
    /// The fuzzer's figures, which take most of an hour.
    Fuzz,
    /// All others.
    Search,
}

/// All figures.
#[derive(Debug, Deserialize, Serialize)]
struct Power {
    /// One row per mistake, in the order of the catalogue.
    rows: Vec<Row>,
}

/// How soon one mistake shows. Each figure counts cases, including the one that shows it.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Row {
    mistake: String,
    /// In the search.
    search: Option<Figure>,
    /// In the fuzz target `reference_against_model`.
    fuzz: Option<Figure>,
    /// Whether the fuzzer was not run for it, because it is newer than the fuzzer's figures.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fuzz_unmeasured: bool,
    /// In a property test over unbiased texts.
    unbiased: Option<Figure>,
    /// In the vendor's suite, case by case.
    official: Option<Figure>,
    /// Why the search does not show it, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unshown: Option<String>,
}

/// How many cases were needed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Figure {
    cases: u64,
    /// Whether the answer to the case is normative.
    #[serde(default = "normative", skip_serializing_if = "is_normative")]
    normative: bool,
}

fn normative() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde calls it")]
fn is_normative(normative: &bool) -> bool {
    *normative
}

impl From<FirstShown> for Figure {
    fn from(FirstShown { cases, normative }: FirstShown) -> Self {
        Self { cases, normative }
    }
}

pub(crate) fn run(root: &Path, arguments: &PowerArguments) -> Result<(), ChoreError> {
    if arguments.check {
        return check(root);
    }
    if arguments.only != Some(Part::Search) {
        fuzz::require(root)?;
    }
    let mut power = match arguments.only {
        Some(Part::Fuzz) => published(root)?,
        None | Some(Part::Search) => measured(CASES),
    };
    power.explain(root)?;
    match arguments.only {
        Some(Part::Search) => power.take_fuzz_of(&published(root)?),
        None | Some(Part::Fuzz) => power.measure_fuzz(root)?,
    }
    let figures = serde_json::to_string_pretty(&power)
        .map_err(|error| ChoreError::Tests(error.to_string()))?;
    for (name, text) in [(FIGURES, figures + "\n"), (PAGE, render::markdown(&power))] {
        let path = root.join(name);
        fs::write(&path, text).map_err(ChoreError::file(&path))?;
    }
    Ok(())
}

/// Fails if the published figures are out of date, as far as a few cases show it.
pub(crate) fn check(root: &Path) -> Result<(), ChoreError> {
    let within =
        |figure: Option<Figure>| figure.filter(|one| one.normative && one.cases <= CHECKED);
    let figures = |power: &Power| -> BTreeSet<(String, [Option<Figure>; 2])> {
        let row = |row: &Row| (row.mistake.clone(), [row.search, row.unbiased].map(within));
        power.rows.iter().map(row).collect()
    };
    let (today, published) = (figures(&measured(CHECKED)), figures(&published(root)?));
    match today.symmetric_difference(&published).next() {
        None => Ok(()),
        Some((mistake, _)) => Err(ChoreError::Tests(format!(
            "{FIGURES} is out of date, at {mistake}: run `cargo xtask power --only search`"
        ))),
    }
}

fn published(root: &Path) -> Result<Power, ChoreError> {
    let path = root.join(FIGURES);
    let text = fs::read_to_string(&path).map_err(ChoreError::file(&path))?;
    serde_json::from_str(&text)
        .map_err(|error| ChoreError::Tests(format!("{FIGURES}: expected figures: {error}")))
}

impl Power {
    /// Gives the reason for each mistake that the search does not show.
    fn explain(&mut self, root: &Path) -> Result<(), ChoreError> {
        let matrix = report::kill_matrix(root)?;
        for row in self.rows.iter_mut().filter(|row| row.search.is_none()) {
            let other = matrix.rows.iter().find(|other| other.mistake == row.mistake);
            let reason = other.and_then(|other| other.unkilled.clone());
            row.unshown = Some(reason.unwrap_or_else(|| "a gap of the generator".to_owned()));
        }
        Ok(())
    }

    fn take_fuzz_of(&mut self, other: &Self) {
        for row in &mut self.rows {
            let old = other.rows.iter().find(|old| old.mistake == row.mistake);
            row.fuzz = old.and_then(|old| old.fuzz);
            row.fuzz_unmeasured = old.is_none_or(|old| old.fuzz_unmeasured);
        }
    }

    fn measure_fuzz(&mut self, root: &Path) -> Result<(), ChoreError> {
        let fuzzer = Mistaken::new(root)?;
        self.rows.par_iter_mut().with_max_len(1).try_for_each(|row| {
            let mut figures = [None; SEEDS.len()];
            for (figure, seed) in figures.iter_mut().zip(SEEDS) {
                // The fuzzer compares byte for byte and does not know what is normative.
                *figure = fuzzer
                    .inputs(&row.mistake, seed, CASES)?
                    .map(|cases| Figure { cases, normative: true });
            }
            row.fuzz = median(figures);
            row.fuzz_unmeasured = false;
            Ok(())
        })
    }
}

/// All figures except the fuzzer's, measured with this number of cases.
fn measured(cases: u64) -> Power {
    let searched = |seed| (0..cases).map(|number| CaseId { seed, number }.question()).collect();
    let search = medians(searched);
    let unbiased =
        medians(|seed| (0..cases).zip(unbiased::questions(seed)).map(|(_, one)| one).collect());
    let suite = official();
    let official = mistakes().par_iter().map(|mistake| first_shown(*mistake, &suite));
    let official: Vec<Option<FirstShown>> = official.collect();
    let figures = search.into_iter().zip(unbiased).zip(official);
    let row = |(mistake, ((search, unbiased), official)): (&Mistake, ((_, _), Option<_>))| Row {
        mistake: mistake.id().to_owned(),
        search,
        fuzz: None,
        fuzz_unmeasured: true,
        unbiased,
        official: official.map(Figure::from),
        unshown: None,
    };
    Power { rows: mistakes().iter().zip(figures).map(row).collect() }
}

/// For each mistake, the median over the seeds.
fn medians(cases: impl Fn(u64) -> Vec<Question>) -> Vec<Option<Figure>> {
    let of_seed = |seed| -> Vec<Option<FirstShown>> {
        let cases = cases(seed);
        mistakes().par_iter().with_max_len(1).map(|one| first_shown(*one, &cases)).collect()
    };
    let figures = SEEDS.map(of_seed);
    (0..mistakes().len())
        .map(|index| median(figures.each_ref().map(|of_seed| of_seed[index].map(Figure::from))))
        .collect()
}

/// The mistakes in signing requests, which are all that search and fuzzing are asked for.
fn mistakes() -> &'static [Mistake] {
    made_in(Operation::Sign)
}

/// The requests of the vendor's suite, in the order of its files.
fn official() -> Vec<Question> {
    let is_official = |id: &str| id.split('/').next() == Some(Suite::Official.as_str());
    let questions = Vectors::embedded().cases_where(is_official).map(Question::of);
    questions.filter(|question| question.operation() == Operation::Sign).collect()
}

/// The median; `None`, the largest, if most seeds have none. Any normative figure counts as smaller
/// than any other, so that a mistake that shows within few cases has the same median, however many
/// cases are asked.
fn median(mut figures: [Option<Figure>; SEEDS.len()]) -> Option<Figure> {
    figures.sort_unstable_by_key(|figure| match figure {
        Some(Figure { cases, normative }) => (!normative, *cases),
        None => (true, u64::MAX),
    });
    figures[SEEDS.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_figures_are_those_of_the_catalogue() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let power = published(&root).expect("published figures");
        let rows: Vec<&str> = power.rows.iter().map(|row| &row.mistake[..]).collect();
        let catalogue: Vec<&str> = mistakes().iter().map(|mistake| mistake.id()).collect();
        assert_eq!(rows, catalogue);
        assert!(fs::read_to_string(root.join(PAGE)).expect("the page") == render::markdown(&power));
    }

    #[test]
    fn the_median_of_what_was_mostly_not_found_is_nothing() {
        let found = |cases| Some(Figure { cases, normative: true });
        assert_eq!(median([None, found(9), None, found(7), found(8)]), found(9));
        assert_eq!(median([None, found(9), None, found(7), None]), None);
    }

    #[test]
    fn what_is_normative_counts_as_sooner() {
        let found = |cases| Some(Figure { cases, normative: true });
        let weak = Some(Figure { cases: 1, normative: false });
        assert_eq!(median([weak, found(9), weak, found(7), found(8)]), found(9));
        assert_eq!(median([weak, found(9), None, found(7), None]), weak);
    }
}
