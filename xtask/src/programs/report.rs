//! `programs.json` and `programs.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sigv4_conformance::matrix::today;
use sigv4_conformance::subject::{Adapter, NamesDescription, Package, Said, Step};

use super::expected::covers;
use super::outcome::{NONE, Outcome};
use super::{KEYS, PREFIXES};
use crate::chore::ChoreError;
use crate::report::publish;

/// The name of both files, of data and page.
const NAME: &str = "programs";

/// All programs that were run.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Programs {
    /// The day.
    date: String,
    pub(super) programs: Vec<Program>,
}

/// One program.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Program {
    pub(super) name: String,
    registry: String,
    package: String,
    version: String,
    language: String,
    signer: String,
    pub(super) outcomes: Vec<Outcome>,
    /// Where it deviates, and why.
    deviations: Vec<Explained>,
}

/// A deviation that was found as described.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Explained {
    steps: Vec<Step>,
    names: Vec<String>,
    reason: String,
}

impl Program {
    pub(super) fn of(client: &Adapter, names: &NamesDescription, outcomes: Vec<Outcome>) -> Self {
        let description = &client.description;
        let package = description.package.as_ref();
        let of = |field: fn(&Package) -> &String| package.map(field).cloned().unwrap_or_default();
        let explained: Vec<Explained> = names
            .deviations
            .iter()
            .filter_map(|deviation| {
                let is_own = |outcome: &&Outcome| covers(deviation, outcome.step, &outcome.name);
                let own: Vec<&Outcome> = outcomes.iter().filter(is_own).collect();
                let mut steps: Vec<Step> = own.iter().map(|outcome| outcome.step).collect();
                steps.sort();
                steps.dedup();
                let asked = KEYS.iter().chain(&PREFIXES);
                let is_there = |name: &&&str| own.iter().any(|outcome| outcome.name == ***name);
                // `é` is a key and a prefix.
                let mut found: Vec<String> = Vec::new();
                for name in asked.filter(is_there) {
                    if !found.iter().any(|one| one == name) {
                        found.push((*name).to_owned());
                    }
                }
                let reason = deviation.reason.clone();
                (!own.is_empty()).then_some(Explained { steps, names: found, reason })
            })
            .collect();
        Self {
            name: description.name.clone(),
            registry: of(|package| &package.registry),
            package: of(|package| &package.name),
            version: of(|package| &package.version),
            language: description.language.clone(),
            signer: names.signer.clone(),
            deviations: explained,
            outcomes: outcomes.into_iter().map(Outcome::without_message).collect(),
        }
    }

    /// The sign for a key, or for a prefix in a listing.
    fn sign(&self, name: &str, is_listing: bool) -> &'static str {
        let own =
            |outcome: &&Outcome| outcome.name == name && (outcome.step == Step::List) == is_listing;
        let signs = self.outcomes.iter().filter(own).map(sign);
        let worst = signs.max_by_key(|sign| SIGNS.iter().position(|(one, _)| one == sign));
        worst.unwrap_or_default()
    }
}

/// What each sign means, from the best to the worst.
const SIGNS: [(&str, &str); 6] = [
    ("✓", "right, about this object, and the program says that it worked"),
    (
        "~",
        "the same, with a target that is spelled otherwise than it is signed: S3 and servers that decode \
         and encode it take it, servers that compare it as it arrives refuse it",
    ),
    ("!", "right, and the program says that it failed, or reads other contents"),
    ("–", "the program sends no signed request"),
    ("≠", "right, and about another object"),
    ("✗", "the signature is wrong"),
];

fn sign(outcome: &Outcome) -> &'static str {
    let is_other = outcome.addresses.iter().any(|name| *name != outcome.name);
    let index = match outcome {
        Outcome { signature, .. } if signature == NONE => 3,
        _ if !outcome.is_taken() => 5,
        _ if is_other => 4,
        Outcome { said: Said::Failure | Said::OtherContents, .. } => 2,
        Outcome { respelled: true, .. } => 1,
        _ => 0,
    };
    SIGNS[index].0
}

/// Programs that sign with code of their own and are not run.
const NOT_HERE: &str = "
## Not here

s3backer and MariaDB's S3 engine name objects after blocks and tables. Apache Traffic Server's plugin `s3_auth` signs the requests of \
others. git-annex and Amanda sign the host without its port, so that no request to a port of its own is right. Nothing is set up \
for jclouds, pekko-connectors-s3, zs3, simples3, tiledb and chdb.
";

impl Programs {
    pub(super) fn new(programs: Vec<Program>) -> Self {
        Self { date: today(), programs }
    }

    pub(super) fn publish(&self, folder: &Path) -> Result<(), ChoreError> {
        publish(folder, NAME, self, self.markdown())
    }

    pub(super) fn published(folder: &Path) -> Result<Self, ChoreError> {
        let path = folder.join(NAME).with_extension("json");
        let text = fs::read_to_string(&path).map_err(ChoreError::file(&path))?;
        serde_json::from_str(&text)
            .map_err(|error| ChoreError::Tests(format!("{}: {error}", path.display())))
    }

    /// The names of those that are not as published.
    pub(super) fn changed_since(&self, published: &Self) -> Vec<&str> {
        let changed = self.programs.iter().filter(|it| !published.programs.contains(it));
        changed.map(|program| &program.name[..]).collect()
    }

    /// How many there are, as text.
    pub(super) fn summary(&self) -> String {
        let steps: usize = self.programs.iter().map(|program| program.outcomes.len()).sum();
        format!("{} programs, {steps} steps", self.programs.len())
    }

    pub(super) fn markdown(&self) -> String {
        let mut text = format!(
            "# Programs and the object names that they cannot address\n\nMade on {} by `cargo xtask \
             programs`. Each program writes, looks up and reads twelve objects at the endpoint of \
             `capture`, and lists three prefixes. The data, step by step, is in \
             [`programs.json`](programs.json).\n\n",
            self.date
        );
        for (sign, meaning) in SIGNS {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "- {sign} {meaning}");
        }
        text.push_str("\nOf several steps, the worst is shown.\n\n| program | signs with |");
        for name in KEYS {
            let _ = write!(text, " `{name}` |");
        }
        for name in PREFIXES {
            let _ = write!(text, " list `{name}` |");
        }
        text.push_str("\n| --- | --- |");
        text.push_str(&" :-: |".repeat(KEYS.len() + PREFIXES.len()));
        text.push('\n');
        for program in &self.programs {
            let Program { name, version, signer, .. } = program;
            let _ = write!(text, "| {name} {version} | {signer} |");
            for (names, is_listing) in [(&KEYS[..], false), (&PREFIXES[..], true)] {
                for name in names {
                    let _ = write!(text, " {} |", program.sign(name, is_listing));
                }
            }
            text.push('\n');
        }
        text.push_str("\n## Why\n");
        for program in self.programs.iter().filter(|program| !program.deviations.is_empty()) {
            let Program { name, version, registry, package, deviations, .. } = program;
            let _ = write!(text, "\n### {name}\n\n`{package}` {version}, {registry}.\n\n");
            for Explained { steps, names, reason } in deviations {
                let steps: Vec<&str> = steps.iter().map(|step| step.word()).collect();
                let names: Vec<String> = if names.len() == KEYS.len() {
                    vec!["every key".to_owned()]
                } else {
                    names.iter().map(|name| format!("`{name}`")).collect()
                };
                let _ = writeln!(text, "- {} ({}): {reason}", names.join(", "), steps.join(", "));
            }
        }
        text.push_str(NOT_HERE);
        text
    }
}
