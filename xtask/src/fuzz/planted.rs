//! Bugs planted in the reference: the targets must find all of them.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::target::{Build, Run};
use super::{PACKAGE, Target, in_parallel, selected};
use crate::chore::ChoreError;

/// The variable that wakes one of the bugs.
const VARIABLE: &str = "SIGV4_CONFORMANCE_PLANTED";
/// A bug must be found within this number of seconds.
const LIMIT: u64 = 60;

/// Each bug, and the target that must find it.
const BUGS: &[(&str, &str)] = &[
    ("a-second-longer", "sign_then_verify"),
    ("host-may-be-unsigned", "resign_then_verify"),
    ("long-secret-cut", "key_derivation"),
    ("sorted-by-eight-bytes", "canonical_query"),
    ("tab-kept", "canonical_headers"),
];

/// Fuzzes the reference with one bug after the other. All must be found.
pub(super) fn run(root: &Path, jobs: usize) -> Result<(), ChoreError> {
    let package = root.join(PACKAGE);
    let build = Build::new(root)?;
    let found = tempfile::tempdir().map_err(ChoreError::Root)?;
    let missed = in_parallel(jobs.max(1), BUGS, |(bug, target)| {
        let target: &Target = selected(&[(*target).to_owned()])?[0];
        // Empty: the committed corpus could already hold an input that shows the bug.
        let folder = found.path().join("corpus").join(bug);
        fs::create_dir_all(&folder).map_err(ChoreError::file(&folder))?;
        let mut run = Run::new(&build, target, &package, &folder);
        run.time(Duration::from_secs(LIMIT)).planted(VARIABLE, bug, found.path());
        let report = run.finish()?;
        println!("{bug}: {report}");
        Ok((!report.panicked()).then_some(*bug))
    })?;
    let missed: Vec<&str> = missed.into_iter().flatten().collect();
    if missed.is_empty() {
        return Ok(());
    }
    Err(ChoreError::Tests(format!("not found within {LIMIT} s: {}", missed.join(", "))))
}
