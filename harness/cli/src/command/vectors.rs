//! `vectors`: the test data.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};
use sigv4_conformance::log::Outcome;
use sigv4_conformance::selection::{Pattern, Selection};
use sigv4_protocol::text;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Suite};
use tempfile::Builder;

use super::input::read_log;
use crate::args::{SelectionArguments, VectorsArguments, VectorsCommand};
use crate::exit_code;
use crate::failure::Failure;
use crate::render::vector;

pub(crate) fn run(arguments: &VectorsArguments) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    match &arguments.command {
        VectorsCommand::List { counts, json, selection: arguments } => {
            let set = Set::load(arguments.vectors.as_deref())?;
            let cases = selection(arguments)?.cases(set.vectors());
            let cases = selected(arguments, cases)?;
            if *counts {
                write_counts(&cases, &mut out)?;
                return Ok(exit_code::AS_EXPECTED);
            }
            if *json {
                write_list(&cases, &mut out)?;
                return Ok(exit_code::AS_EXPECTED);
            }
            for case in cases {
                writeln!(out, "{:60} {:6} {}", case.id, case.level, text::line(&case.title))?;
            }
        }
        VectorsCommand::Show { id, json, vectors } => {
            let set = Set::load(vectors.as_deref())?;
            let case = set.vectors().case(id).ok_or_else(|| unknown(id, set.vectors()))?;
            // A case consists of JSON values.
            if *json {
                writeln!(out, "{}", serde_json::to_string_pretty(case).unwrap_or_default())?;
            } else {
                vector::write(&serde_json::to_value(case).unwrap_or_default(), &mut out)?;
            }
        }
        VectorsCommand::Export { folder } => {
            let vectors = Vectors::embedded();
            export(vectors, folder)?;
            writeln!(out, "{} cases, {}", vectors.cases().count(), vectors.digest())?;
        }
    }
    Ok(exit_code::AS_EXPECTED)
}

/// Writes all vectors into a folder of their own: whole or not at all.
fn export(vectors: &Vectors, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    if fs::read_dir(folder).map_err(Failure::file(folder))?.next().is_some() {
        return Err(Failure::NotEmpty { path: folder.to_owned() });
    }
    let hidden = Builder::new().prefix(".export").tempdir_in(folder);
    let hidden = hidden.map_err(|error| Failure::file(folder)(error.kind().into()))?;
    vectors.export(hidden.path()).map_err(|error| Failure::Argument(error.to_string()))?;
    for entry in fs::read_dir(hidden.path()).map_err(Failure::file(folder))? {
        let entry = entry.map_err(Failure::file(folder))?;
        let path = folder.join(entry.file_name());
        fs::rename(entry.path(), &path).map_err(Failure::file(&path))?;
    }
    Ok(())
}

fn write_list(cases: &[&Case], out: &mut impl Write) -> io::Result<()> {
    let of_case = |case: &&Case| {
        json!({
            "id": case.id, "level": case.level, "title": case.title, "family": case.family,
            "needs": case.needs, "catches": case.catches,
        })
    };
    writeln!(out, "{:#}", Value::from(cases.iter().map(of_case).collect::<Vec<_>>()))
}

/// How many cases each family has in each suite, and in all.
fn write_counts(cases: &[&Case], out: &mut impl Write) -> io::Result<()> {
    let mut families: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for case in cases {
        let suite = case.id.split('/').next().unwrap_or_default();
        *families.entry(&case.family).or_default().entry(suite).or_default() += 1;
    }
    let suites: Vec<&str> = Suite::ALL
        .iter()
        .map(|suite| suite.as_str())
        .filter(|suite| families.values().any(|counts| counts.contains_key(suite)))
        .collect();
    let widest = families.keys().map(|family| family.len()).max().unwrap_or_default();
    write!(out, "{:widest$}", "family")?;
    for suite in &suites {
        write!(out, " {suite:>9}")?;
    }
    writeln!(out, " {:>9}", "all")?;
    for (family, counts) in &families {
        write!(out, "{family:widest$}")?;
        for suite in &suites {
            write!(out, " {:>9}", counts.get(suite).unwrap_or(&0))?;
        }
        writeln!(out, " {:>9}", counts.values().sum::<usize>())?;
    }
    Ok(())
}

/// The vectors of a command: the built-in ones, or those of a folder.
pub(super) enum Set {
    Embedded(&'static Vectors),
    Loaded(Box<Vectors>),
}

impl Set {
    pub(super) fn load(folder: Option<&Path>) -> Result<Self, Failure> {
        match folder {
            None => Ok(Self::Embedded(Vectors::embedded())),
            Some(folder) => match Vectors::load_dir(folder) {
                Ok(vectors) => Ok(Self::Loaded(Box::new(vectors))),
                Err(source) => Err(Failure::Vectors { folder: folder.to_owned(), source }),
            },
        }
    }

    pub(super) fn vectors(&self) -> &Vectors {
        match self {
            Self::Embedded(vectors) => vectors,
            Self::Loaded(vectors) => vectors,
        }
    }
}

/// The requested selection.
pub(super) fn selection(arguments: &SelectionArguments) -> Result<Selection, Failure> {
    let patterns = |globs: &[String]| {
        globs.iter().map(|text| Pattern::new(text)).collect::<Result<Vec<_>, _>>()
    };
    Ok(Selection {
        suites: arguments.suite.clone(),
        filters: patterns(&arguments.filter)?,
        excludes: patterns(&arguments.exclude).map_err(Failure::Exclude)?,
        ids: arguments.failed.as_deref().map(failed_in).transpose()?,
        sample: arguments.sample,
        level: arguments.level,
        profile: arguments.profile,
        side: None,
    })
}

/// The ids of the cases that failed in a run log.
fn failed_in(path: &Path) -> Result<HashSet<String>, Failure> {
    let runs = read_log(path)?;
    let failed = runs.into_iter().flat_map(|run| run.cases);
    let failed = failed.filter(|case| case.outcome == Outcome::Failed);
    let failed: HashSet<String> = failed.map(|case| case.id).collect();
    if failed.is_empty() {
        let problem = format!("no case failed in {}", path.display());
        return Err(Failure::NothingSelected(problem));
    }
    Ok(failed)
}

/// The cases that these arguments select. Selecting nothing is a failure: it would pass by accident.
pub(super) fn selected<'v>(
    arguments: &SelectionArguments,
    cases: Vec<&'v Case>,
) -> Result<Vec<&'v Case>, Failure> {
    if !cases.is_empty() {
        return Ok(cases);
    }
    let filters = arguments.filter.iter().map(|filter| format!("--filter {filter}"));
    let excludes = arguments.exclude.iter().map(|exclude| format!("--exclude {exclude}"));
    let failed = arguments.failed.iter().map(|log| format!("--failed {}", log.display()));
    let suites = arguments.suite.iter().map(|suite| format!("--suite {suite}"));
    let level = arguments.level.iter().map(|level| format!("--level {level}"));
    let profile = arguments.profile.iter().map(|profile| format!("--profile {profile}"));
    let options: Vec<String> =
        filters.chain(excludes).chain(failed).chain(suites).chain(level).chain(profile).collect();
    Err(Failure::NothingSelected(if options.is_empty() {
        "an empty set of vectors".to_owned()
    } else {
        format!("no case matches {}", options.join(" "))
    }))
}

/// The failure to find a case, with the ids that have the same ending.
fn unknown(id: &str, vectors: &Vectors) -> Failure {
    let name = id.rsplit('/').next().unwrap_or(id);
    let alike: Vec<&str> = vectors
        .cases()
        .filter(|case| case.id.rsplit('/').next() == Some(name))
        .map(|case| &case.id[..])
        .collect();
    let hint = if alike.is_empty() {
        "`vectors list` shows all ids".to_owned()
    } else {
        format!("there is {}", alike.join(" and "))
    };
    Failure::Argument(format!("no case has the id `{id}`; {hint}"))
}
