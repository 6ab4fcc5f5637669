//! What was measured: the kill matrix as a heat map, the power as curves, and the cost of signing.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sigv4_conformance::kill_matrix::KillMatrix;
use sigv4_mistakes::catalogue;
use sigv4_vectors::model::Suite;

use super::published::{Figure, Power, PowerRow, Published};
use super::{SitePage, page};
use crate::page::PageError;
use crate::plot::{Curve, Curves, Heat};

const SUITES: [Suite; 4] = [Suite::Official, Suite::Published, Suite::Edge, Suite::Verifier];

pub(super) fn pages(published: &Published) -> Result<Vec<SitePage>, PageError> {
    Ok(vec![
        page("kill-matrix.html", "site/kill.html", KillPage::of(&published.kill_matrix))?,
        page("power.html", "site/power.html", PowerPage::of(&published.power))?,
        page("cost.html", "site/cost.html", CostPage::of(&published.plots))?,
    ])
}

#[derive(Serialize)]
struct KillPage<'p> {
    title: &'static str,
    digest: &'p str,
    count: usize,
    caught: usize,
    by_suite: Vec<(&'static str, usize)>,
    heat: Heat,
    uncaught: Vec<(&'p str, &'static str, &'p str)>,
}

impl<'p> KillPage<'p> {
    fn of(matrix: &'p KillMatrix) -> Self {
        let mut components: Vec<String> = Vec::new();
        let mut cells: BTreeMap<(String, usize), usize> = BTreeMap::new();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (row, entry) in matrix.rows.iter().zip(catalogue()) {
            let name = format!("{} {}", entry.side, row.component);
            if !components.contains(&name) {
                components.push(name.clone());
            }
            *counts.entry(name.clone()).or_default() += 1;
            for (column, suite) in SUITES.iter().enumerate() {
                let is_caught = row.kills.contains_key(suite);
                *cells.entry((name.clone(), column)).or_default() += usize::from(is_caught);
            }
            *cells.entry((name, SUITES.len())).or_default() += usize::from(!row.kills.is_empty());
        }
        let columns: Vec<&'static str> =
            SUITES.iter().map(|suite| suite.as_str()).chain(["any"]).collect();
        let rows = components.into_iter().map(|name| {
            let all = counts.get(&name).copied().unwrap_or_default();
            let caught = |column| cells.get(&(name.clone(), column)).copied().unwrap_or_default();
            let caught: Vec<usize> = (0..columns.len()).map(caught).collect();
            (name, all, caught)
        });
        let rows = rows.collect::<Vec<_>>();
        let uncaught = matrix.rows.iter().zip(catalogue()).filter_map(|(row, entry)| {
            Some((&*row.mistake, &*entry.title, row.unkilled.as_deref()?))
        });
        Self {
            title: "Kill matrix",
            digest: &matrix.digest,
            count: matrix.rows.len(),
            caught: matrix.killed(None),
            by_suite: SUITES.iter().map(|it| (it.as_str(), matrix.killed(Some(*it)))).collect(),
            heat: Heat::of(&columns, &rows),
            uncaught: uncaught.collect(),
        }
    }
}

/// Within how many cases a source showed a mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measured {
    Within(u64),
    NotShown,
    /// The fuzzer was not run for what is newer than its figures.
    NotRun,
}

impl Measured {
    fn of(figure: Option<Figure>) -> Self {
        figure.map_or(Self::NotShown, |figure| Self::Within(figure.cases))
    }
}

/// Where cases come from, and what was measured of them.
type Source = (&'static str, fn(&PowerRow) -> Measured);

const SOURCES: [Source; 4] = [
    ("search", |row| Measured::of(row.search)),
    ("fuzz", |row| if row.fuzz_unmeasured { Measured::NotRun } else { Measured::of(row.fuzz) }),
    ("plain property test", |row| Measured::of(row.unbiased)),
    ("official vectors", |row| Measured::of(row.official)),
];

#[derive(Serialize)]
struct PowerPage<'p> {
    title: &'static str,
    count: usize,
    curves: Curves,
    rows: Vec<(&'p str, [String; 4])>,
}

impl<'p> PowerPage<'p> {
    fn of(power: &'p Power) -> Self {
        let curves = SOURCES.iter().enumerate().map(|(number, (name, figure))| {
            let figures: Vec<Measured> = power.rows.iter().map(figure).collect();
            let measured = figures.iter().filter(|figure| **figure != Measured::NotRun).count();
            let shown = figures.into_iter().filter_map(|figure| match figure {
                Measured::Within(cases) => Some(cases),
                Measured::NotShown | Measured::NotRun => None,
            });
            Curve::of(name, number, shown.collect(), measured)
        });
        let rows = power.rows.iter().map(|row| {
            let text = |number: usize| match SOURCES[number].1(row) {
                Measured::Within(cases) => cases.to_string(),
                Measured::NotShown => "-".to_owned(),
                Measured::NotRun => "not run".to_owned(),
            };
            (&*row.mistake, std::array::from_fn(text))
        });
        Self {
            title: "Power",
            count: power.rows.len(),
            curves: Curves::of(curves.collect()),
            rows: rows.collect(),
        }
    }
}

#[derive(Serialize)]
struct CostPage<'p> {
    title: &'static str,
    /// The part of the request, and the address of a picture that is within the page.
    plots: Vec<(&'p str, String)>,
}

impl<'p> CostPage<'p> {
    fn of(plots: &'p [(String, String)]) -> Self {
        let picture = |svg: &str| format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg));
        let plots = plots.iter().map(|(part, svg)| (part.as_str(), picture(svg)));
        Self { title: "Cost over size", plots: plots.collect() }
    }
}
