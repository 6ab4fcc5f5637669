//! Requests of public reports, each in a folder of `field` with the facts that its answer must have.

#[expect(dead_code, reason = "shared with tests that use more of it")]
mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use common::{Ended, end, harness};

/// What `expected.toml` says of a folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    /// Where it was reported; for captured requests, what sent them.
    source: String,
    /// What happened, in a sentence or two.
    what: String,
    run: Vec<Run>,
}

/// One command in that folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    /// What follows `sigv4-conformance`, separated by blanks.
    arguments: String,
    exit_code: i32,
    /// Facts that are in the answer.
    says: Vec<String>,
    /// Accusations that are not in it.
    #[serde(default)]
    says_not: Vec<String>,
    /// What is to be checked one day: until then, the answer says that it is not checked.
    until: Option<String>,
}

/// The folders with their reports, by name.
fn reports() -> Vec<(PathBuf, Report)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field");
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .expect("the reports")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let read = |folder: PathBuf| {
        let path = folder.join("expected.toml");
        let fail = |error: &dyn std::fmt::Display| -> ! { panic!("{}: {error}", path.display()) };
        let text = fs::read_to_string(&path).unwrap_or_else(|error| fail(&error));
        let report = toml::from_str(&text).unwrap_or_else(|error| fail(&error));
        (folder, report)
    };
    folders.into_iter().map(read).collect()
}

fn name(folder: &Path) -> &str {
    folder.file_name().and_then(|name| name.to_str()).expect("a name that is text")
}

impl Run {
    /// `None` if it needs a program that this machine lacks.
    fn ended(&self, folder: &Path) -> Option<Ended> {
        let arguments = self.arguments.split(' ');
        if arguments.clone().any(|argument| argument == "python3") && !has_python() {
            println!("skipped: needs python3");
            return None;
        }
        Some(end(&mut harness(folder, arguments)))
    }

    /// What is wrong with the answer; nothing if it is the expected one.
    fn faults(&self, ended: &Ended) -> Vec<String> {
        let answer = format!("{}{}", ended.stdout, ended.stderr);
        let mut faults = Vec::new();
        if ended.code != self.exit_code {
            faults.push(format!("expected exit code {}, got {}", self.exit_code, ended.code));
        }
        let missing = self.says.iter().filter(|fact| !answer.contains(*fact));
        faults.extend(missing.map(|fact| format!("it does not say `{fact}`")));
        let wrong = self.says_not.iter().filter(|accusation| answer.contains(*accusation));
        faults.extend(wrong.map(|accusation| format!("it says `{accusation}`")));
        if self.until.is_some() && !answer.contains("not checked") {
            faults.push("it does not say `not checked`".to_owned());
        }
        faults
    }
}

fn has_python() -> bool {
    let there = Command::new("python3").arg("--version").stdout(Stdio::null()).status();
    there.is_ok_and(|status| status.success())
}

#[test]
fn each_answer_has_the_facts_of_its_report() {
    let mut failures = String::new();
    for (folder, report) in reports() {
        for run in &report.run {
            let Some(ended) = run.ended(&folder) else { continue };
            let faults = run.faults(&ended);
            if !faults.is_empty() {
                let (name, arguments) = (name(&folder), &run.arguments);
                let _ = writeln!(failures, "{name}: sigv4-conformance {arguments}");
                for fault in faults {
                    let _ = writeln!(failures, "  {fault}");
                }
                let _ = writeln!(failures, "{ended}");
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn each_report_is_complete() {
    let reports = reports();
    assert!(reports.len() >= 57, "{} folders", reports.len());
    for (folder, report) in reports {
        let name = name(&folder);
        assert!(!report.source.is_empty() && !report.what.is_empty(), "{name}");
        assert!(!report.run.is_empty(), "{name}: no command");
        let is_empty = |texts: &[String]| texts.iter().any(String::is_empty);
        for run in &report.run {
            let is_checked =
                !run.says.is_empty() && !is_empty(&run.says) && !is_empty(&run.says_not);
            assert!(is_checked, "{name}: {} has no facts", run.arguments);
        }
        for entry in fs::read_dir(&folder).expect("a folder") {
            let file = entry.expect("an entry").file_name().into_string().expect("text");
            let is_given = |run: &Run| run.arguments.split(' ').any(|argument| argument == file);
            let is_used = file == "expected.toml" || report.run.iter().any(is_given);
            assert!(is_used, "{name}: no command reads {file}");
        }
    }
}

#[test]
fn each_explanation_begins_with_a_headline() {
    let mut headlines = String::new();
    for (folder, report) in reports() {
        let explains = |run: &&Run| run.arguments.starts_with("explain ");
        let mut runs = report.run.iter().filter(explains).peekable();
        if runs.peek().is_some() {
            let _ = writeln!(headlines, "{}", name(&folder));
        }
        for run in runs {
            let ended = run.ended(&folder).expect("nothing but the binary");
            let answer = format!("{}{}", ended.stdout, ended.stderr);
            let file = run.arguments.rsplit(' ').next().unwrap_or_default();
            let with_document = run.arguments.contains("--error-document");
            let document = if with_document { " and what the server said" } else { "" };
            let lines: Vec<&str> = answer.lines().take(2).map(str::trim_end).collect();
            let _ = writeln!(headlines, "  {file}{document}\n    {}", lines.join("\n    "));
        }
    }
    insta::assert_snapshot!(headlines);
}
