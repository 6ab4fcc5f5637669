//! The GitHub Action: its script, with the variables that the runner sets.

#[expect(dead_code, reason = "shared with tests that use more of it")]
mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use common::{BINARY, Ended, end};

/// The root of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const SCRIPT: &str = "harness/packages/action/run.sh";

/// What the job of a workflow has afterwards.
struct Job {
    ended: Ended,
    output: String,
    summary: String,
}

fn run(inputs: [(&str, &str); 3]) -> Job {
    let folder = tempfile::tempdir().expect("a folder");
    let [temporary, workspace] = ["temp", "workspace"].map(|name| folder.path().join(name));
    let installed = temporary.join("sigv4-conformance/bin");
    fs::create_dir_all(&installed).expect("a folder");
    fs::create_dir(&workspace).expect("a folder");
    symlink(BINARY, installed.join("sigv4-conformance")).expect("a link");
    let [output, summary] = ["output", "summary"].map(|name| {
        let path = folder.path().join(name);
        fs::write(&path, "").expect("written");
        path
    });
    let mut script = Command::new("bash");
    script.arg(Path::new(ROOT).join(SCRIPT)).current_dir(&workspace).envs(inputs);
    script.envs([
        ("GITHUB_OUTPUT", &output),
        ("GITHUB_STEP_SUMMARY", &summary),
        ("GITHUB_WORKSPACE", &workspace),
        ("RUNNER_TEMP", &temporary),
    ]);
    let ended = end(script.envs([("CI", "true"), ("GITHUB_ACTIONS", "true")]));
    let read = |path| fs::read_to_string(path).expect("read");
    let (output, summary) = (read(&output), read(&summary));
    if let Some(log) = output.strip_prefix("log=") {
        assert!(Path::new(log.trim_end()).metadata().expect("a log").len() > 0);
    }
    Job { ended, output, summary }
}

fn adapter(mistakes: &str) -> String {
    format!("'{BINARY}' adapter model{mistakes}")
}

#[test]
fn a_right_signer_passes() {
    let command = adapter("");
    let inputs = [
        ("INPUT_COMMAND", &command[..]),
        ("INPUT_SIDE", "signer"),
        ("INPUT_OPTIONS", "--suite official\n--filter */header/get-*\n"),
    ];
    let Job { ended, output, summary } = run(inputs);
    assert_eq!(ended.code, 0, "{ended}");
    assert!(!ended.stdout.contains("::error"), "{ended}");
    assert!(output.starts_with("log=") && summary.contains("model"), "{output}\n{summary}");
}

#[test]
fn a_wrong_signer_is_annotated_and_its_mistake_is_in_the_summary() {
    let command = format!("cd / && HOME=/ {}", adapter(" --mistake query-unsorted"));
    let inputs = [("INPUT_COMMAND", &command[..]), ("INPUT_SIDE", "signer"), ("INPUT_OPTIONS", "")];
    let Job { ended, output, summary } = run(inputs);
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stdout.contains("::error"), "{ended}");
    assert!(output.starts_with("log="), "{output}");
    assert!(summary.contains("query-unsorted"), "{summary}");
}

#[test]
fn what_cannot_be_run_is_said() {
    let inputs = [("INPUT_COMMAND", ""), ("INPUT_SIDE", "signer"), ("INPUT_OPTIONS", "")];
    let Job { ended, .. } = run(inputs);
    assert!(ended.code == 2 && ended.stdout.contains("`command` is empty"), "{ended}");
    let inputs =
        [("INPUT_COMMAND", "no-such-program"), ("INPUT_SIDE", "signer"), ("INPUT_OPTIONS", "")];
    let Job { ended, output, .. } = run(inputs);
    assert!(ended.code == 3 && ended.stderr.contains("no-such-program"), "{ended}");
    assert_eq!(output, "");
}

#[test]
fn the_action_gives_the_script_what_it_reads() {
    let read = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).expect("read");
    let (action, script) = (read("action.yml"), read(SCRIPT));
    assert!(action.contains(SCRIPT));
    let mut inputs: Vec<&str> = script
        .match_indices("INPUT_")
        .map(|(at, _)| {
            let end = script[at..].find(|it: char| !it.is_ascii_uppercase() && it != '_');
            &script[at..at + end.expect("an end")]
        })
        .collect();
    inputs.sort_unstable();
    inputs.dedup();
    assert_eq!(inputs, ["INPUT_COMMAND", "INPUT_OPTIONS", "INPUT_SIDE"]);
    for input in inputs {
        let name = input.trim_start_matches("INPUT_").to_lowercase();
        assert!(action.contains(&format!("{input}: ${{{{ inputs.{name} }}}}")), "{input}");
        assert!(action.contains(&format!("\n  {name}:\n")), "{name}");
    }
}
