//! What was seen in practice: programs with awkward object names, and old releases that are known to be wrong.

use serde::Serialize;

use super::published::{Deviation, Program, ProgramOutcome, Programs, Published, Regression};
use super::{SitePage, page};
use crate::page::PageError;

/// The pages of what was measured.
pub(super) fn pages(published: &Published) -> Result<Vec<SitePage>, PageError> {
    let mut pages = Vec::new();
    if let Some(programs) = &published.programs {
        pages.push(page("programs.html", "site/programs.html", ProgramsPage::of(programs))?);
    }
    if let Some(regressions) = &published.regressions {
        let content = RegressionsPage {
            title: "Old releases that are known to be wrong",
            date: &regressions.date,
            rows: &regressions.rows,
        };
        pages.push(page("regressions.html", "site/regressions.html", content)?);
    }
    Ok(pages)
}

#[derive(Serialize)]
struct RegressionsPage<'p> {
    title: &'static str,
    date: &'p str,
    rows: &'p [Regression],
}

#[derive(Serialize)]
struct ProgramsPage<'p> {
    title: &'static str,
    date: &'p str,
    names: Vec<String>,
    programs: Vec<ProgramRow<'p>>,
}

#[derive(Serialize)]
struct ProgramRow<'p> {
    name: &'p str,
    version: &'p str,
    language: &'p str,
    signer: &'p str,
    skipped: Option<&'p str>,
    cells: Vec<(&'static str, &'static str, String)>,
    deviations: &'p [Deviation],
}

/// What is done with a name: the steps on an object, or a listing.
type Asked<'p> = (bool, &'p str);

fn asked(outcome: &ProgramOutcome) -> Asked<'_> {
    (outcome.step == "list", &outcome.name)
}

impl<'p> ProgramsPage<'p> {
    fn of(programs: &'p Programs) -> Self {
        let mut all: Vec<Asked<'p>> = Vec::new();
        for outcome in programs.programs.iter().flat_map(|program| &program.outcomes) {
            if !all.contains(&asked(outcome)) {
                all.push(asked(outcome));
            }
        }
        all.sort_by_key(|(is_listing, _)| *is_listing);
        let row = |program: &'p Program| ProgramRow {
            name: &program.name,
            version: &program.version,
            language: &program.language,
            signer: &program.signer,
            skipped: program.skipped.as_deref(),
            cells: all.iter().map(|one| cell(program, *one)).collect(),
            deviations: &program.deviations,
        };
        Self {
            title: "Programs and the object names that they can address",
            date: &programs.date,
            programs: programs.programs.iter().map(row).collect(),
            names: all
                .iter()
                .map(
                    |(is_listing, name)| {
                        if *is_listing { format!("list {name}") } else { (*name).to_owned() }
                    },
                )
                .collect(),
        }
    }
}

/// The worst of several steps: its class, its sign, and what it means.
fn cell(program: &Program, one: Asked<'_>) -> (&'static str, &'static str, String) {
    let own = program.outcomes.iter().filter(|outcome| asked(outcome) == one);
    let worst = own.map(|outcome| (sign(outcome), outcome)).max_by_key(|((rank, ..), _)| *rank);
    match worst {
        None => ("empty", "", "not asked".to_owned()),
        Some(((_, class, sign), outcome)) => {
            (class, sign, format!("{}: {}, {}", outcome.step, outcome.signature, outcome.said))
        }
    }
}

fn sign(outcome: &ProgramOutcome) -> (u8, &'static str, &'static str) {
    let is_addressed = outcome.addresses.is_empty() || outcome.addresses.contains(&outcome.name);
    match outcome.signature.split(':').next().unwrap_or_default() {
        "right" | "right-but-legacy" if !is_addressed => (4, "some", "≠"),
        "right" | "right-but-legacy" if outcome.said != "success" => (2, "few", "!"),
        "right" | "right-but-legacy" => (0, "right", "✓"),
        "right-but-refused" => (1, "few", "~"),
        "none" => (3, "none", "–"),
        _ => (5, "many", "✗"),
    }
}
