//! Running programs, and what keeps a chore from being done.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sigv4_conformance::subject::AdapterError;

use crate::import_official::ImportError;
use crate::mint::MintError;
use crate::vectors::VectorsError;

/// Why a chore was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChoreError {
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    #[error("{program} failed: {status}")]
    Failed { program: String, status: String },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Mint(#[from] MintError),
    #[error("{0}")]
    Tests(String),
    #[error("the repository's folder cannot be found: {0}")]
    Root(io::Error),
    #[error("cannot start {program}: {source}")]
    Start { program: String, source: io::Error },
    #[error(transparent)]
    Vectors(#[from] VectorsError),
}

impl ChoreError {
    /// Names the file at which something failed.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

/// Runs a program to its end, its output going where the chore's goes.
pub(crate) fn run(command: &mut Command) -> Result<(), ChoreError> {
    let program = shown(command);
    let status = command
        .status()
        .map_err(|source| ChoreError::Start { program: program.clone(), source })?;
    if status.success() {
        Ok(())
    } else {
        Err(ChoreError::Failed { program, status: status.to_string() })
    }
}

/// Runs a program to its end and takes what it prints; its messages go where the chore's go.
pub(crate) fn output(command: &mut Command) -> Result<String, ChoreError> {
    let program = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| ChoreError::Start { program: program.clone(), source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(ChoreError::Failed { program, status: output.status.to_string() })
    }
}

/// Whether a program is in `PATH`.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
