//! The command line that reproduces a case.

use sigv4_conformance::log::RunLog;

/// The command that asks the subject of `run` only the case `id`.
pub(super) fn reproducing(run: &RunLog, id: &str) -> String {
    let subject = run.header.subject.invocation.iter().map(String::as_str);
    let words = ["sigv4-conformance", run.header.subject.side.as_str(), "--filter", id]
        .into_iter()
        .chain(subject);
    // Quoting fails only on NUL, which no argument can contain.
    shlex::try_join(words).unwrap_or_default()
}
