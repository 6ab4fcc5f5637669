//! `deny`: what the dependencies are allowed to be (`.cargo/deny.toml`).

use std::path::Path;

use crate::chore::{self, ChoreError, cargo};
use crate::package;

/// What is checked without the database of advisories.
const CHECKS: &[&str] = &["bans", "licenses", "sources"];

pub(crate) fn run(root: &Path, advisories: bool) -> Result<(), ChoreError> {
    let mut deny = cargo(root);
    package::with_tools(root, &mut deny);
    deny.args(["deny", "--workspace", "--all-features", "--locked", "check"]);
    deny.args(CHECKS).args(advisories.then_some("advisories"));
    chore::run(&mut deny)
}
