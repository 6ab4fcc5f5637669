//! Why a command fails.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sigv4_conformance::capture::{CaptureError, KeysError};
use sigv4_conformance::expectations::ExpectationError;
use sigv4_conformance::explain::InputError;
use sigv4_conformance::log::LogError;
use sigv4_conformance::selection::PatternError;
use sigv4_conformance::server::ControlError;
use sigv4_conformance::subject::{AdapterError, StartError};
use sigv4_vectors::LoadError;

use crate::exit_code;

/// A failure with its message and its exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    #[error("{0}")]
    Argument(String),
    #[error(transparent)]
    Capture(#[from] CaptureError),
    #[error("the command {} cannot be started: {source}", program.display())]
    Client { program: OsString, source: io::Error },
    #[error(
        "the file {} exists already; nothing was written. Choose another folder, or remove the file",
        path.display()
    )]
    Exists { path: PathBuf },
    #[error(
        "the folder {} is not empty; nothing was written. Choose another folder, or one that is not there yet",
        path.display()
    )]
    NotEmpty { path: PathBuf },
    #[error(transparent)]
    Expectations(#[from] ExpectationError),
    #[error(transparent)]
    Endpoint(#[from] ControlError),
    #[error("--exclude: {0}")]
    Exclude(PatternError),
    #[error(transparent)]
    Explain(#[from] InputError),
    #[error("the file {}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("--keys {}: {source}", path.display())]
    Keys { path: PathBuf, source: KeysError },
    #[error(
        "cannot listen on {address}: {source}. Choose another --port, or none for any that is free"
    )]
    Listen { address: SocketAddr, source: io::Error },
    #[error("standard input: {0}")]
    Input(io::Error),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("{name}: longer than {} MiB, which is the limit; expected {expected}", limit >> 20)]
    Long { name: String, limit: u64, expected: &'static str },
    #[error("nothing was selected: {0}")]
    NothingSelected(String),
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    #[error("the secret cannot be asked for at the terminal: {0}")]
    Prompt(io::Error),
    #[error("--filter: {0}")]
    Pattern(#[from] PatternError),
    #[error("the page cannot be served: {0}")]
    Serve(io::Error),
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("the log and --output are one file, {}, and the log would be lost: choose another file", path.display())]
    SameFile { path: PathBuf },
    #[error("{option} {}: {source}", folder.display())]
    Vectors { option: &'static str, folder: PathBuf, source: LoadError },
}

impl Failure {
    /// A failure to read or write the file at `path`.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::NothingSelected(_) => exit_code::NOTHING_SELECTED,
            Self::Client { .. } | Self::Capture(CaptureError::Lost) | Self::Endpoint(_) => {
                exit_code::INCOMPLETE
            }
            // A command that does not exist is an error of the caller, not of an adapter.
            Self::Start(error) if !matches!(error, StartError::Unstartable { .. }) => {
                exit_code::INCOMPLETE
            }
            _ => exit_code::USAGE,
        }
    }
}
