//! `report`: updates the published results.

use std::fs;
use std::path::Path;

use serde::Serialize;
use sigv4_conformance::kill_matrix::KillMatrix;
use sigv4_protocol::Side;
use sigv4_vectors::Vectors;

use crate::chore::{self, ChoreError, harness};

/// The folder of the reports.
pub(crate) const REPORTS: &str = "reports";
/// The files of the kill matrix, by format.
const KILL_MATRIX: [(&str, &str); 2] =
    [("json", "kill-matrix.json"), ("markdown", "kill-matrix.md")];

/// Writes the kill matrix, and all signers and verifiers side by side, all of which must be set up.
pub(crate) fn run(root: &Path) -> Result<(), ChoreError> {
    let reports = root.join(REPORTS);
    write_kill_matrix(root, &reports)?;
    for side in [Side::Signer, Side::Verifier] {
        let mut matrix = harness(root, &["matrix", "--side", side.as_str(), "--output"])?;
        chore::run(matrix.arg(&reports))?;
    }
    Ok(())
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

/// Writes data and their page, each of them whole or not at all.
pub(crate) fn publish(
    folder: &Path,
    name: &str,
    data: &impl Serialize,
    page: String,
) -> Result<(), ChoreError> {
    fs::create_dir_all(folder).map_err(ChoreError::file(folder))?;
    let data =
        serde_json::to_string_pretty(data).map_err(|error| ChoreError::Tests(error.to_string()))?;
    for (extension, text) in [("json", data + "\n"), ("md", page)] {
        let path = folder.join(format!("{name}.{extension}"));
        let temporary = path.with_extension(format!("{extension}.new"));
        fs::write(&temporary, text).map_err(ChoreError::file(&temporary))?;
        fs::rename(&temporary, &path).map_err(ChoreError::file(&path))?;
        println!("{}", path.display());
    }
    Ok(())
}

fn write_kill_matrix(root: &Path, folder: &Path) -> Result<(), ChoreError> {
    for (format, name) in KILL_MATRIX {
        let mut command = harness(root, &["mistakes", "matrix", "--format", format, "--output"])?;
        chore::run(command.arg(folder.join(name)))?;
    }
    Ok(())
}
