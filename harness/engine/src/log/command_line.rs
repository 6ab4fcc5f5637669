//! The command line that reproduces a case.

use super::read::RunLog;

/// The command that asks the subject of `run` only the case `id`.
#[must_use]
pub fn reproducing(run: &RunLog, id: &str) -> String {
    let words = ["sigv4-conformance", run.header.subject.side.as_str(), "--filter", id];
    format!("{} {}", joined(words.into_iter()), invocation(run))
}

/// How the subject of a run was plugged in, quoted for a shell.
#[must_use]
pub fn invocation(run: &RunLog) -> String {
    joined(run.header.subject.invocation.iter().map(String::as_str))
}

fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    // Quoting fails only on NUL, which no argument can contain.
    shlex::try_join(words).unwrap_or_default()
}
