//! `report`: updates the published results.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use sigv4_conformance::judge::Verdict;
use sigv4_conformance::kill_matrix::KillMatrix;
use sigv4_conformance::log::{self, RunLog};
use sigv4_conformance::subject::Adapter;
use sigv4_vectors::Vectors;

use crate::chore::{self, ChoreError, harness};
use crate::setup::{self, ADAPTERS};

/// The folder of the reports.
const REPORTS: &str = "reports";
/// The files of the kill matrix, by format.
const KILL_MATRIX: [(&str, &str); 2] =
    [("json", "kill-matrix.json"), ("markdown", "kill-matrix.md")];

/// Writes the kill matrix and the table of signers.
pub(crate) fn run(root: &Path) -> Result<(), ChoreError> {
    let adapters = whole_suite(root)?;
    let reports = root.join(REPORTS);
    write_kill_matrix(root, &reports)?;
    let path = reports.join("signers.md");
    fs::write(&path, signers(root, &adapters)?).map_err(ChoreError::file(&path))
}

/// The adapters of the table, all of which must be set up. Those that take minutes for all vectors
/// are left to the tests.
fn whole_suite(root: &Path) -> Result<Vec<Adapter>, ChoreError> {
    let mut adapters = Adapter::all(&root.join(ADAPTERS))?;
    adapters.retain(|adapter| adapter.description.suites.is_empty());
    for adapter in &adapters {
        if let Some(missing) = setup::missing(adapter) {
            return Err(ChoreError::Missing(missing));
        }
        adapter.command()?;
    }
    Ok(adapters)
}

/// The published kill matrix.
pub(crate) fn kill_matrix(root: &Path) -> Result<KillMatrix, ChoreError> {
    let [(_, name), _] = KILL_MATRIX;
    let path = root.join(REPORTS).join(name);
    let text = fs::read_to_string(&path).map_err(ChoreError::file(&path))?;
    serde_json::from_str(&text)
        .map_err(|error| ChoreError::Tests(format!("{REPORTS}/{name}: expected a matrix: {error}")))
}

/// Compares the published kill matrix with the current one. That its page shows the same is a test
/// of the command line.
pub(crate) fn check_kill_matrix(root: &Path) -> Result<(), ChoreError> {
    if kill_matrix(root)? == KillMatrix::of(Vectors::embedded()) {
        return Ok(());
    }
    let [(_, name), _] = KILL_MATRIX;
    Err(ChoreError::Tests(format!("{REPORTS}/{name} is out of date: run `cargo xtask report`")))
}

fn write_kill_matrix(root: &Path, folder: &Path) -> Result<(), ChoreError> {
    for (format, name) in KILL_MATRIX {
        let mut command = harness(root, &["mistakes", "matrix", "--format", format, "--output"])?;
        chore::run(command.arg(folder.join(name)))?;
    }
    Ok(())
}

/// Runs every signer and renders the table.
fn signers(root: &Path, adapters: &[Adapter]) -> Result<String, ChoreError> {
    let folder = tempfile::tempdir().map_err(ChoreError::Root)?;
    let path = folder.path().join("run.ndjson");
    let mut command = harness(root, &["signer", "reference", "model", "aws-sigv4"])?;
    command.args(adapters.iter().map(|adapter| &adapter.description.name));
    chore::run(command.arg("--log").arg(&path))?;
    let file = File::open(&path).map_err(ChoreError::file(&path))?;
    let runs = log::read("the run log", BufReader::new(file))
        .map_err(|error| ChoreError::Tests(error.to_string()))?;
    Ok(render(&runs))
}

/// One row per topic: how many cases conform, and how many of the others are a mismatch.
fn render(runs: &[RunLog]) -> String {
    let mut text = String::from(
        "# Signers side by side\n\nPer topic of the vectors: how many cases conform (`exact` or \
         `equivalent`) of the total, then how many are a mismatch (≠) and how many the signer does \
         not support (∅: `unsupported` or `unrepresentable`). A mismatch on a vector that is not a \
         `must` is a difference between official signers, not a fault. The known failures of each \
         signer, with reasons, are in its `sigv4-conformance.toml`. Made by `cargo xtask report`.\n\n| topic |",
    );
    for run in runs {
        let subject = &run.header.subject;
        // Writing into a String cannot fail, here and below.
        let _ = write!(text, " {} {} |", subject.name, subject.version);
    }
    let _ = write!(text, "\n| --- |{}", " ---: |".repeat(runs.len()));
    let mut topics: BTreeMap<String, Vec<[usize; 4]>> = BTreeMap::new();
    for (index, run) in runs.iter().enumerate() {
        for case in &run.cases {
            let topic = case.id.rsplit_once('/').map_or(&case.id[..], |(topic, _)| topic);
            for name in [topic, "all"] {
                let row = topics.entry(name.to_owned()).or_insert_with(|| vec![[0; 4]; runs.len()]);
                let [conforming, mismatching, refused, total] = &mut row[index];
                *total += 1;
                match case.verdict {
                    Verdict::Exact | Verdict::Equivalent => *conforming += 1,
                    // Reports are of signers.
                    Verdict::Mismatch | Verdict::Error | Verdict::Accept | Verdict::Reject => {
                        *mismatching += 1;
                    }
                    Verdict::Unrepresentable | Verdict::Unsupported => *refused += 1,
                }
            }
        }
    }
    for (topic, row) in &topics {
        let _ = write!(text, "\n| {topic} |");
        for [conforming, mismatching, refused, total] in row {
            let _ = write!(text, " {conforming}/{total}");
            for (count, sign) in [(mismatching, '≠'), (refused, '∅')] {
                if *count > 0 {
                    let _ = write!(text, " {count}{sign}");
                }
            }
            text.push_str(" |");
        }
    }
    text.push('\n');
    text
}
