//! Imports the vendor's test suite from the published crate `aws-sigv4`.
//!
//! The suite is read from the crate's sources, which cargo locates. It is written to
//! `vectors/official`, one file per placement, the same bytes every time. All cases of the suite
//! are imported except two that are incomplete; `vectors/errata.toml` names them, and the one case
//! whose request is taken from another copy.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use serde::Deserialize;
use sigv4_vectors::model::{Case, File, Flag, Placement};

use table::{FLAGS, LEFT_OUT, ROWS};

mod convert;
mod message;
mod published;
mod table;
mod v4a;

const PACKAGE: &str = "aws-sigv4";
const VERSION: &str = "1.6.4";
const FAMILY: &str = "sigv4";

/// Imports the suite into `vectors/official` of the workspace at `root`.
pub(crate) fn run(root: &Path) -> Result<(), ImportError> {
    import(&package_folder(root)?, &root.join("vectors").join("official"))
}

/// The suite cannot be imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// A folder of the suite is not in our table.
    #[error("{}: unknown case, expected one of the table in xtask or one that it leaves out", path.display())]
    UnknownCase {
        /// The folder.
        path: PathBuf,
    },
    /// The context of a case is invalid.
    #[error("{}: {source}", path.display())]
    Context {
        /// The file.
        path: PathBuf,
        /// What is wrong, what was expected, and where.
        source: serde_json::Error,
    },
    /// The stages of a case contradict each other.
    #[error("{}: the case contradicts itself for placement {placement}, expected {expected}", path.display())]
    Inconsistent {
        /// The folder of the case.
        path: PathBuf,
        /// The placement.
        placement: Placement,
        /// What was expected.
        expected: &'static str,
    },
    /// A file of the suite has an unexpected format.
    #[error("{}:{line}: expected {expected}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// Cargo does not say where the crate is.
    #[error("cargo metadata: {problem}, expected the sources of {PACKAGE} {VERSION}")]
    Metadata {
        /// What is wrong.
        problem: String,
    },
    /// A case of our table is not in the suite.
    #[error("{}: missing, expected every case of the table in xtask", path.display())]
    MissingCase {
        /// The folder that was expected.
        path: PathBuf,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// What should be read.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// What should be written.
        path: PathBuf,
        /// Why it cannot be written.
        source: io::Error,
    },
}

/// Imports the suite of the crate in `package` into the folder `official`.
fn import(package: &Path, official: &Path) -> Result<(), ImportError> {
    let suite = package.join("aws-signing-test-suite");
    check_complete(&suite.join("v4"), &LEFT_OUT)?;
    check_complete(&suite.join("v4a"), &[])?;
    for placement in Placement::ALL {
        let cases = ROWS.iter().map(|row| convert::case(&suite, row, *placement));
        let left_out = LEFT_OUT.join(" and ");
        let left_out = format!("Not imported: {left_out}, which are incomplete; see errata.toml. ");
        let file = file_of("v4", *placement, &left_out, cases.collect::<Result<_, _>>()?);
        write_file(official, FAMILY, *placement, &file)?;
        let cases = ROWS.iter().map(|row| v4a::case(&suite, row, *placement));
        let verified = "Its signatures were verified and left out: a signer makes another one every \
                        time. ";
        let file = file_of("v4a", *placement, verified, cases.collect::<Result<_, _>>()?);
        write_file(official, v4a::FAMILY, *placement, &file)?;
    }
    let licence = package.join("LICENSE");
    let text = fs::read(&licence).map_err(|source| ImportError::Read { path: licence, source })?;
    let path = official.join("LICENSE-APACHE-2.0");
    write(&path, &text).map_err(|source| ImportError::Write { path, source })
}

/// What is written of one half of the suite and one placement.
fn file_of(folder: &str, placement: Placement, remark: &str, cases: Vec<Case>) -> File {
    let scheme = if folder == "v4" { "" } else { " for SigV4A" };
    File {
        schema: "../../vector.schema.json".to_owned(),
        title: format!("The vendor's test suite{scheme}, signature in the {placement}"),
        source: format!(
            "{PACKAGE} {VERSION}, aws-signing-test-suite/{folder}, the {placement} form of each case. \
             {remark}Written by `cargo xtask import-official`."
        ),
        notice: Some("../NOTICE".to_owned()),
        flags: FLAGS
            .iter()
            .map(|(flag, goes_wrong, how_bad)| {
                let meaning =
                    Flag { goes_wrong: (*goes_wrong).to_owned(), how_bad: (*how_bad).to_owned() };
                ((*flag).to_owned(), meaning)
            })
            .collect::<BTreeMap<_, _>>(),
        cases,
    }
}

fn write_file(
    official: &Path,
    family: &str,
    placement: Placement,
    file: &File,
) -> Result<(), ImportError> {
    let path = official.join(family).join(format!("{placement}.json"));
    let written = serde_json::to_string_pretty(file).map_err(io::Error::from);
    written
        .and_then(|json| write(&path, format!("{json}\n").as_bytes()))
        .map_err(|source| ImportError::Write { path, source })
}

/// Checks that every folder of the suite is in the table or left out on purpose, and that nothing
/// is missing.
fn check_complete(cases: &Path, left_out: &[&'static str]) -> Result<(), ImportError> {
    let read = |source| ImportError::Read { path: cases.to_owned(), source };
    let mut missing: BTreeSet<&str> =
        ROWS.iter().map(|row| row.name).chain(left_out.iter().copied()).collect();
    for entry in fs::read_dir(cases).map_err(read)? {
        let entry = entry.map_err(read)?;
        if !entry.file_name().to_str().is_some_and(|name| missing.remove(name)) {
            return Err(ImportError::UnknownCase { path: entry.path() });
        }
    }
    match missing.first() {
        Some(name) => Err(ImportError::MissingCase { path: cases.join(name) }),
        None => Ok(()),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}

/// Asks cargo where the sources of the crate are.
fn package_folder(root: &Path) -> Result<PathBuf, ImportError> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }

    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
        manifest_path: PathBuf,
    }

    let problem = |problem: String| ImportError::Metadata { problem };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .map_err(|error| problem(error.to_string()))?;
    if !output.status.success() {
        return Err(problem(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).map_err(|error| problem(error.to_string()))?;
    metadata
        .packages
        .into_iter()
        .find(|package| package.name == PACKAGE && package.version == VERSION)
        .and_then(|package| package.manifest_path.parent().map(Path::to_owned))
        .ok_or_else(|| problem("the workspace does not depend on it".to_owned()))
}

#[cfg(test)]
mod tests;
