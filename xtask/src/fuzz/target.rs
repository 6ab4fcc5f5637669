//! Building the targets, and running one.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sigv4_conformance::properties::fuzzing::ADAPTER;

use super::{C_FLAGS, CRASHES, DICTIONARY, INSTALLED, Input, PACKAGE, Target};
use crate::chore::{self, ChoreError};

/// The compiler that instruments the crates under test only.
const INSTRUMENT: &str = "instrument";
/// How many of the last lines of a run are shown when it fails.
const SHOWN: usize = 12;

/// The programs of all targets.
pub(super) struct Build {
    folder: PathBuf,
}

impl Build {
    /// Builds them, without a sanitizer: the code is safe Rust, a sanitizer costs four fifths of the
    /// speed, and only a nightly compiler has one. Comparisons are not traced: the dictionary has the
    /// words that tracing would find.
    pub(super) fn new(root: &Path) -> Result<Self, ChoreError> {
        let folder = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join(PACKAGE).join("target"), |folder| root.join(folder));
        let host = Command::new("rustc").args(["--print", "host-tuple"]).output();
        let start = |source| ChoreError::Start { program: "rustc".to_owned(), source };
        let host = String::from_utf8_lossy(&host.map_err(start)?.stdout).trim().to_owned();
        let mut command = Command::new(root.join(INSTALLED).join("bin/cargo-fuzz"));
        command.args(["build", "--sanitizer", "none", "--no-trace-compares", "--target", &host]);
        command.arg("--target-dir").arg(&folder).current_dir(root.join(PACKAGE));
        command.env("RUSTC_WRAPPER", root.join(PACKAGE).join(INSTRUMENT));
        chore::run(command.env("CFLAGS", C_FLAGS).env("CXXFLAGS", C_FLAGS))?;
        Ok(Self { folder: folder.join(host).join("release") })
    }

    /// The program of a target.
    pub(super) fn program(&self, target: &Target) -> PathBuf {
        self.folder.join(target.name)
    }
}

/// The command of the adapter to fuzz: the one that the environment names, or else the model behind
/// the protocol, which is correct.
pub(super) fn adapter(root: &Path, targets: &[&Target]) -> Result<String, ChoreError> {
    if let Ok(command) = std::env::var(ADAPTER) {
        return Ok(command);
    }
    if targets.iter().all(|target| target.input != Input::Outside) {
        return Ok(String::new());
    }
    Ok(format!("'{}' adapter model", chore::program(root)?.display()))
}

/// A target about to run.
pub(super) struct Run {
    name: &'static str,
    command: Command,
    log: PathBuf,
    crashes: PathBuf,
}

impl Run {
    /// A run of `target` on a corpus. What it finds is kept.
    pub(super) fn new(build: &Build, target: &Target, package: &Path, corpus: &Path) -> Self {
        let crashes = match target.input {
            // A fault of an adapter is not a test of this project.
            Input::Outside => package.join("artifacts"),
            Input::Decisions | Input::Text | Input::Document => package.join(CRASHES),
        };
        let mut command = Command::new(build.program(target));
        // Short runs have no time to let the inputs grow.
        command.arg(format!("-max_len={}", target.input.longest()));
        command.args(["-len_control=0", "-timeout=10", "-print_final_stats=1"]);
        if target.input == Input::Document {
            // Their readers are not instrumented, so that no seed would be kept for its coverage.
            command.arg("-keep_seed=1");
        }
        if target.input.is_text() {
            command.arg(format!("-dict={}", package.join(DICTIONARY).display()));
        }
        command.arg(corpus);
        let log = package.join("artifacts").join(target.name).with_extension("log");
        Self { name: target.name, command, log, crashes: crashes.join(target.name) }
    }

    pub(super) fn time(&mut self, time: Duration) -> &mut Self {
        self.command.arg(format!("-max_total_time={}", time.as_secs()));
        self
    }

    /// For this number of inputs.
    pub(super) fn inputs(&mut self, count: u64) -> &mut Self {
        self.command.arg(format!("-runs={count}"));
        self
    }

    /// With this seed, so that every run has the same inputs.
    pub(super) fn seed(&mut self, seed: u64) -> &mut Self {
        self.command.arg(format!("-seed={seed}"));
        self
    }

    /// In several processes, which exchange what they find.
    pub(super) fn fork(&mut self, processes: usize) -> &mut Self {
        if processes > 1 {
            self.command.arg(format!("-fork={processes}"));
        }
        self
    }

    pub(super) fn adapter(&mut self, command: &str) -> &mut Self {
        self.command.env(ADAPTER, command);
        self
    }

    /// With a planted bug. What is found goes to `folder`, and not to the crashes.
    pub(super) fn planted(&mut self, variable: &str, bug: &str, folder: &Path) -> &mut Self {
        self.command.env(variable, bug);
        self.crashes = folder.join(bug);
        self.log = self.crashes.with_extension("log");
        self
    }

    /// Runs it to its end.
    pub(super) fn finish(mut self) -> Result<Report, ChoreError> {
        fs::create_dir_all(&self.crashes).map_err(ChoreError::file(&self.crashes))?;
        let folder = self.log.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(ChoreError::file(folder))?;
        let log = File::create(&self.log).map_err(ChoreError::file(&self.log))?;
        let copy = log.try_clone().map_err(ChoreError::file(&self.log))?;
        self.command.arg(format!("-artifact_prefix={}/", self.crashes.display()));
        let start = |source: io::Error| ChoreError::Start { program: self.name.to_owned(), source };
        let status = self.command.stdout(log).stderr(copy).status().map_err(start)?;
        // An empty folder is of no use; one with a crash in it stays.
        let _ = fs::remove_dir(&self.crashes);

        let text = fs::read(&self.log).map_err(ChoreError::file(&self.log))?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let found = (!status.success()).then(|| {
            let lines: Vec<&str> = text.lines().collect();
            let panic = lines.iter().position(|line| line.contains("panicked at"));
            let from = panic.unwrap_or(lines.len().saturating_sub(SHOWN));
            let shown = lines[from..].iter().take(SHOWN).copied().collect::<Vec<_>>().join("\n");
            format!("{}: {status}\n{shown}\nkept in {}", self.name, self.crashes.display())
        });
        Ok(Report { name: self.name, runs: runs(&text), found })
    }
}

/// The result of a run.
pub(super) struct Report {
    name: &'static str,
    /// The number of inputs, if the fuzzer printed it.
    pub(super) runs: Option<u64>,
    /// What was found, in words.
    pub(super) found: Option<String>,
}

impl Report {
    /// Whether a property was violated. Any other end of a run says nothing about the code.
    pub(super) fn panicked(&self) -> bool {
        self.found.as_ref().is_some_and(|found| found.contains("panicked"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.found.is_some() { "found a failure" } else { "found nothing" };
        match self.runs {
            Some(runs) => write!(formatter, "{}: {verdict} after {runs} inputs", self.name),
            None => write!(formatter, "{}: {verdict}", self.name),
        }
    }
}

/// The number of inputs: from the statistics at the end, or, with forked processes, from the last
/// line of progress.
fn runs(log: &str) -> Option<u64> {
    let lines = || log.lines().rev();
    let total = lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let progress = || lines().find_map(|line| line.strip_prefix('#')?.split(':').next());
    total.or_else(progress)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments that reach the compiler of a crate.
    fn compiled(crate_name: &str, further: &[&str]) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut command = Command::new(root.join(PACKAGE).join(INSTRUMENT));
        command.args(["echo", "--crate-name", crate_name, "-Cpasses=sancov-module"]);
        let output = chore::output(command.arg("-Ccodegen-units=1").args(further));
        output.expect("echo").trim().to_owned()
    }

    #[test]
    fn only_the_crates_under_test_are_instrumented() {
        assert_eq!(
            compiled("sigv4_reference", &[]),
            "--crate-name sigv4_reference -Cpasses=sancov-module -Ccodegen-units=1 --cfg sigv4_planted"
        );
        assert_eq!(compiled("sigv4_mistakes", &["-g"]), "--crate-name sigv4_mistakes -g");
    }

    #[test]
    fn the_number_of_inputs_is_read_from_either_kind_of_log() {
        let alone = "#2\tINITED cov: 5\nDone 97 runs\nstat::number_of_executed_units: 97\n";
        assert_eq!(runs(alone), Some(97));
        let forked = "#10: cov: 3 ft: 3\n#4096: cov: 4 ft: 9 exec/s 100\nINFO: exiting: 0\n";
        assert_eq!(runs(forked), Some(4096));
        assert_eq!(runs("ERROR: no such file\n"), None);
    }
}
