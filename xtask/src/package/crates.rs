//! The crates: whether each can be published, and what one pulls in as a dev-dependency.

use std::path::Path;

use super::{expect, with_tools};
use crate::chore::{self, ChoreError, cargo};

/// The packages that are for this repository alone.
const OWN: &[&str] = &["--exclude", "benches", "--exclude", "xtask"];

/// What a test of a user's signer has no use for, as beginnings of names.
const UNWANTED: &[&str] = &["aws-", "clap", "hyper", "indicatif", "rustls", "tokio"];

/// Packs every crate, without compiling what was packed, and looks at the dependencies of the engine.
pub(super) fn check(root: &Path) -> Result<(), ChoreError> {
    // None of the crates is in a registry yet: each is packed against the ones packed before.
    let pack = ["package", "--workspace", "--no-verify", "--allow-dirty", "--locked", "--offline"];
    chore::run(cargo(root).args(pack).args(OWN).arg("--quiet"))?;
    let tree = ["tree", "--package", "sigv4-conformance", "--edges", "normal,build"];
    let tree =
        chore::output(cargo(root).args(tree).args(["--prefix", "none", "--locked", "--offline"]))?;
    let unwanted = |line: &&str| UNWANTED.iter().any(|name| line.starts_with(name));
    match tree.lines().find(unwanted) {
        Some(line) => {
            let problem = format!("a dev-dependency on sigv4-conformance pulls in {line}");
            Err(ChoreError::Tests(problem))
        }
        None => Ok(()),
    }
}

/// Runs one vector of the test target without Cargo's harness, in a process of its own, and lists all.
pub(super) fn check_nextest(root: &Path) -> Result<(), ChoreError> {
    let nextest = |arguments: &[&str]| {
        let mut command = cargo(root);
        with_tools(root, &mut command);
        command.arg("nextest").args(arguments).args(["--cargo-profile", "checks", "--workspace"]);
        command.args(["--exclude", "benches", "--locked", "--test", "every_vector"]);
        command.args(["--user-config-file", "none", "--color", "never"]);
        command
    };
    let one = ["-E", "test(=official/sigv4/header/get-vanilla-query-order-key-case)"];
    expect(nextest(&["run"]).args(one), 0, &["1 test run: 1 passed"])?;
    let wrong = "TINY_SIGNER_LEAVES_QUERY_UNSORTED";
    let said = ["1 test run: 0 passed, 1 failed", "query-unsorted"];
    // The exit code of nextest for failed tests.
    expect(nextest(&["run"]).args(one).env(wrong, "1"), 100, &said)
}
