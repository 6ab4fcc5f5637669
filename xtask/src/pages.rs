//! The pages in a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::chore::{self, ChoreError, harness};
use crate::site;

/// The browser, and the Debian package that has it.
pub(crate) const BROWSER: &str = "chromium";
/// What runs the tests: the browser is driven by a program for it.
const NODE: &str = "node";
/// The tests, and the lists of what they need.
const TESTS: &str = "harness/pages/browser";
/// What they need, installed.
const ENVIRONMENT: &str = ".venv/pages";
/// The pages that are looked at.
const PAGES: &str = "target/pages";
/// A log that tries to get out of the page.
const HOSTILE: &str = "harness/pages/tests/hostile.ndjson";
/// Signers that need no adapter.
const SIGNERS: [&str; 3] = ["reference", "model", "aws-sigv4"];

/// Where the packages of the tests are listed.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join(TESTS)
}

/// Where the packages of the tests are installed.
pub(crate) fn environment(root: &Path) -> PathBuf {
    root.join(ENVIRONMENT)
}

/// What the machine lacks for the tests, if anything.
pub(crate) fn missing(root: &Path) -> Option<String> {
    let program = [BROWSER, NODE].into_iter().find(|program| !chore::is_installed(program));
    let program = program.map(str::to_owned);
    program.or_else(|| (!environment(root).exists()).then(|| ENVIRONMENT.to_owned()))
}

/// Makes the pages and looks at them.
pub(crate) fn check(root: &Path) -> Result<(), ChoreError> {
    let pages = root.join(PAGES);
    fs::create_dir_all(&pages).map_err(ChoreError::file(&pages))?;
    let page = |name: &str| pages.join(name);
    let mut run = harness(root, &["signer", "aws-sigv4", "--format", "html", "--output"])?;
    chore::run(run.arg(page("run.html")).arg("--log").arg(page("run.ndjson")))?;
    let hostile = page("hostile.ndjson");
    fs::copy(root.join(HOSTILE), &hostile).map_err(ChoreError::file(&hostile))?;
    let mut report = harness(root, &["report", "--format", "html", "--output"])?;
    // The log is that of a run that failed.
    let report = report.arg(page("hostile.html")).arg(&hostile);
    let status = report
        .status()
        .map_err(|source| ChoreError::Start { program: chore::shown(report), source })?;
    if status.code() != Some(1) {
        return Err(ChoreError::Failed {
            program: chore::shown(report),
            status: status.to_string(),
        });
    }
    let mut matrix = harness(root, &["matrix", "--output"])?;
    chore::run(matrix.arg(&pages).args(SIGNERS))?;
    for (from, to) in [("signers.html", "matrix.html"), ("signers.json", "matrix.json")] {
        fs::rename(page(from), page(to)).map_err(ChoreError::file(&page(from)))?;
    }
    site::write(root, &page("site"))?;
    chore::run(
        Command::new(NODE)
            .args(["--test", "--test-reporter=spec"])
            .args(["pages.test.mjs", "serve.test.mjs"].map(|name| folder(root).join(name)))
            .env("PAGES_MODULES", environment(root).join("node_modules"))
            .env("PAGES_FOLDER", &pages)
            .env("PAGES_PROGRAM", chore::program(root)?)
            .env("PAGES_CHROMIUM", format!("/usr/bin/{BROWSER}")),
    )
}
