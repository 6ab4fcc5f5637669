//! One file per verb of the command line.

pub(crate) mod adapter;
pub(crate) mod capture;
pub(crate) mod compare;
mod credentials;
pub(crate) mod derive_key;
pub(crate) mod doctor;
pub(crate) mod explain;
mod input;
mod interrupt;
pub(crate) mod matrix;
pub(crate) mod mistakes;
pub(crate) mod new_adapter;
pub(crate) mod post;
mod progress;
mod redact;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod search;
pub(crate) mod serve;
mod servers;
pub(crate) mod services;
pub(crate) mod shell;
pub(crate) mod sign;
mod subjects;
pub(crate) mod token;
pub(crate) mod vectors;

use std::ffi::OsString;

use sigv4_conformance::subject::{Command, Limits};

use crate::args::LimitArguments;
use crate::failure::Failure;

/// The command after `--`.
fn adapter_command(words: &[OsString]) -> Result<Command, Failure> {
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| Failure::Argument("expected a command behind `--`".to_owned()))?;
    Ok(Command { program: program.clone(), arguments: arguments.to_vec() })
}

/// The requested limits; the number of jobs applies to the whole process.
fn limits(arguments: &LimitArguments) -> Limits {
    if let Some(jobs) = arguments.jobs {
        // Only the first call counts, and there is only one.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build_global();
    }
    Limits { timeout: arguments.timeout, ..Limits::default() }
}
