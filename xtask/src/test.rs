//! `test`: everything that must pass, and what was skipped.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use sigv4_conformance::subject::Adapter;

use crate::chore::{self, ChoreError};
use crate::fuzz;
use crate::instructions;
use crate::power;
use crate::report;
use crate::setup::{self, ADAPTERS};
use crate::vectors::{self, VectorsChore};

/// A step's name and its arguments for cargo.
const CHECKS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]),
    ("tests", &["test", "--workspace", "--locked", "--no-fail-fast"]),
    ("documentation", &["doc", "--workspace", "--no-deps", "--locked"]),
    ("command line", &["build", "--release", "--locked", "--package", "sigv4-conformance-cli"]),
    (
        "every mistake is named",
        &[
            "test",
            "--release",
            "--locked",
            "--package",
            "sigv4-conformance-cli",
            "--test",
            "mistakes",
            "--",
            "--ignored",
        ],
    ),
    (
        "every mistake is searched",
        &[
            "test",
            "--release",
            "--locked",
            "--package",
            "sigv4-conformance",
            "--test",
            "search",
            "--",
            "--ignored",
        ],
    ),
];

/// So many pairs of tuples show no two keys of a sound derivation that are one.
const TUPLES: &str = "1000000";
/// So many generated cases are asked of each subject that is linked in.
const SEARCHED: &str = "20000";

pub(crate) fn run(root: &Path) -> Result<(), ChoreError> {
    let mut tally = Tally::default();
    tally.step("set-up", || setup::run(root));
    for (name, arguments) in CHECKS {
        tally.step(name, || {
            chore::run(cargo(root).args(*arguments).env("RUSTDOCFLAGS", "--deny warnings"))
        });
    }
    tally.step("keys of a million tuples", || {
        let test = ["test", "--release", "--locked", "--package", "sigv4-conformance"];
        let which = ["--test", "derivation", "sound_derivations", "--", "--nocapture"];
        chore::run(cargo(root).args(test).args(which).env("SIGV4_CONFORMANCE_CASES", TUPLES))
    });
    tally.step("built-in subjects", || chore::run(&mut harness(root, &["signer"])));
    for subject in ["reference", "model", "aws-sigv4"] {
        let search = ["search", subject, "--cases", SEARCHED];
        tally.step(&format!("search of {subject}"), || chore::run(&mut harness(root, &search)));
    }
    tally.step("kill matrix", || report::check_kill_matrix(root));
    tally.step("power of the search", || power::check(root));
    tally.step("lint of the vectors", || Ok(vectors::run(root, VectorsChore::Lint)?));
    for (name, arguments) in fuzz::steps() {
        match fuzz::missing(root) {
            Some(missing) => tally.skip(name, &missing),
            None => tally.step(name, || fuzz::run(root, &arguments)),
        }
    }
    match instructions::missing() {
        Some(missing) => tally.skip("instructions of the hot path", missing),
        None => tally.step("instructions of the hot path", || instructions::check(root)),
    }
    let adapters = Adapter::all(&root.join(ADAPTERS))?;
    for adapter in &adapters {
        let name = &adapter.description.name;
        if let Some(missing) = setup::missing(adapter) {
            tally.skip(name, &missing);
            continue;
        }
        tally.step(name, || {
            let command = adapter.command()?;
            let mut doctor = harness(root, &["doctor", "--"]);
            chore::run(doctor.arg(command.program).args(command.arguments))?;
            let suites = adapter.description.suites.join(",");
            let mut signer = harness(root, &["signer", name]);
            if !suites.is_empty() {
                signer.args(["--suite", &suites]);
            }
            chore::run(&mut signer)
        });
    }
    tally.close()
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root);
    command
}

/// The built command line, through cargo, which knows where it is.
pub(crate) fn harness(root: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo(root);
    command.args(["run", "--quiet", "--release", "--locked", "--package", "sigv4-conformance-cli"]);
    command.arg("--").args(arguments);
    command
}

#[derive(Default)]
struct Tally {
    lines: Vec<String>,
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Tally {
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<(), ChoreError>) {
        println!("\n== {name}");
        let start = Instant::now();
        let result = work();
        let seconds = start.elapsed().as_secs_f64();
        self.lines.push(match result {
            Ok(()) => {
                self.passed += 1;
                format!("passed   {name} ({seconds:.1} s)")
            }
            Err(error) => {
                self.failed += 1;
                format!("FAILED   {name} ({seconds:.1} s): {error}")
            }
        });
    }

    fn skip(&mut self, name: &str, missing: &str) {
        self.skipped += 1;
        self.lines.push(format!("skipped: needs {missing}: {name}"));
    }

    /// Says what ran. In continuous integration a skipped step is a failure: the machine lacks
    /// what it should have.
    fn close(self) -> Result<(), ChoreError> {
        println!("\n== what ran");
        for line in &self.lines {
            println!("{line}");
        }
        println!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped);
        let strict = std::env::var_os("CI").is_some();
        match (self.failed, self.skipped) {
            (0, 0) => Ok(()),
            (0, _) if !strict => Ok(()),
            (0, skipped) => Err(ChoreError::Tests(format!("{skipped} steps were skipped"))),
            (failed, _) => Err(ChoreError::Tests(format!("{failed} steps failed"))),
        }
    }
}
