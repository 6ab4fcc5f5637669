//! The command line that reproduces a case.

use sigv4_conformance::log::RunLog;

/// The command that asks the subject of `run` the case `id` and nothing else.
pub(super) fn reproducing(run: &RunLog, id: &str) -> String {
    let subject = run.header.subject.invocation.iter().map(String::as_str);
    let words = ["sigv4-conformance", "signer", "--filter", id].into_iter().chain(subject);
    // Quoting fails on NUL alone, which no argument can hold.
    shlex::try_join(words).unwrap_or_default()
}
