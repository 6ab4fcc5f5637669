//! `vectors`: the test data.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};
use sigv4_conformance::log::Outcome;
use sigv4_conformance::selection::{Pattern, PatternError, Selection};
use sigv4_protocol::text;
use sigv4_vectors::model::{Case, Suite, suite_of};
use sigv4_vectors::{LoadError, Vectors};
use tempfile::Builder;

use super::input::read_log;
use crate::args::{SelectionArguments, SetArguments, VectorsArguments, VectorsCommand};
use crate::exit_code;
use crate::failure::Failure;
use crate::render::{counted, vector};

pub(crate) fn run(arguments: &VectorsArguments) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    match &arguments.command {
        VectorsCommand::List { counts, json, selection: arguments } => {
            let set = Set::with_suites(arguments)?;
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
        VectorsCommand::Show { id, json, set } => {
            let set = Set::load(set)?;
            let case = set.vectors().case(id).ok_or_else(|| unknown(id, set.vectors()))?;
            // A case consists of JSON values.
            if *json {
                writeln!(out, "{}", serde_json::to_string_pretty(case).unwrap_or_default())?;
            } else {
                vector::write(&serde_json::to_value(case).unwrap_or_default(), &mut out)?;
            }
        }
        VectorsCommand::Export { folder, suite, filter } => {
            let vectors = match suite {
                Some(suite) => Set::Loaded(Box::new(own_suite(suite, filter)?)),
                None => Set::Embedded(Vectors::embedded()),
            };
            let vectors = vectors.vectors();
            export(vectors, folder)?;
            writeln!(out, "{}, {}", counted(vectors.cases().count(), "case"), vectors.digest())?;
        }
    }
    Ok(exit_code::AS_EXPECTED)
}

/// The cases that match one of the globs, as cases of another suite.
fn own_suite(suite: &str, globs: &[String]) -> Result<Vectors, Failure> {
    let selection = Selection { filters: patterns(globs)?, ..Selection::default() };
    let vectors = Vectors::embedded();
    let cases = selection.cases(vectors);
    if cases.is_empty() {
        let problem = format!("no case matches --filter {}", globs.join(" --filter "));
        return Err(Failure::NothingSelected(problem));
    }
    let ids = cases.into_iter().map(|case| &case.id[..]).collect();
    vectors.part(&ids, suite).map_err(|error| Failure::Argument(format!("--as {suite}: {error}")))
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
        let suite = suite_of(&case.id);
        *families.entry(&case.family).or_default().entry(suite).or_default() += 1;
    }
    let named: BTreeSet<&str> = families.values().flat_map(BTreeMap::keys).copied().collect();
    let ours = Suite::ALL.iter().map(|suite| suite.as_str());
    let is_own = |suite: &&str| ours.clone().all(|other| other != *suite);
    let own = named.iter().copied().filter(is_own);
    let suites: Vec<&str> = ours.clone().filter(|suite| named.contains(suite)).chain(own).collect();
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
    pub(super) fn load(arguments: &SetArguments) -> Result<Self, Failure> {
        let mut set = Self::Embedded(Vectors::embedded());
        if let Some(folder) = &arguments.vectors {
            let vectors = Vectors::load_dir(folder).map_err(failure("--vectors", folder))?;
            set = Self::Loaded(Box::new(vectors));
        }
        for folder in &arguments.add_vectors {
            let added = Vectors::load_dir(folder);
            let both = added.and_then(|added| set.vectors().with(&added));
            set = Self::Loaded(Box::new(both.map_err(failure("--add-vectors", folder))?));
        }
        Ok(set)
    }

    /// The same, if it has the suites that are wanted.
    pub(super) fn with_suites(arguments: &SelectionArguments) -> Result<Self, Failure> {
        let set = Self::load(&arguments.set)?;
        let suites = set.vectors().suites();
        if let Some(suite) = arguments.suite.iter().find(|suite| !suites.contains(&suite[..])) {
            let suites: Vec<&str> = suites.into_iter().collect();
            let problem = format!("--suite {suite}: expected one of {}", suites.join(", "));
            return Err(Failure::Argument(problem));
        }
        Ok(set)
    }

    pub(super) fn vectors(&self) -> &Vectors {
        match self {
            Self::Embedded(vectors) => vectors,
            Self::Loaded(vectors) => vectors,
        }
    }
}

fn failure(option: &'static str, folder: &Path) -> impl FnOnce(LoadError) -> Failure {
    move |source| Failure::Vectors { option, folder: folder.to_owned(), source }
}

/// The requested selection.
pub(super) fn selection(arguments: &SelectionArguments) -> Result<Selection, Failure> {
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

fn patterns(globs: &[String]) -> Result<Vec<Pattern>, PatternError> {
    globs.iter().map(|text| Pattern::new(text)).collect()
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
