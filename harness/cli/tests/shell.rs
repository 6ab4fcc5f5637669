//! What the program says of itself: help, completions, manual pages, the protocol.

#[expect(dead_code, reason = "this test reads no snapshot")]
mod common;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Ended, end, harness};

fn ended(folder: &Path, arguments: &[&str]) -> Ended {
    let ended = end(&mut harness(folder, arguments.iter().copied()));
    assert_eq!(ended.code, 0, "{arguments:?}: {ended}");
    ended
}

/// The verbs that the help lists.
fn verbs(folder: &Path) -> Vec<String> {
    let help = ended(folder, &["-h"]).stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    let verbs = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let verbs: Vec<String> =
        verbs.filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect();
    assert!(verbs.len() > 20, "{help}");
    verbs.into_iter().filter(|verb| verb != "help").collect()
}

#[test]
fn the_help_of_every_verb_has_an_example() {
    let folder = tempfile::tempdir().expect("a folder");
    for verb in verbs(folder.path()) {
        let help = ended(folder.path(), &[&verb, "--help"]).stdout;
        assert!(help.contains("Example"), "{verb}: {help}");
    }
    let version = ended(folder.path(), &["--version"]).stdout;
    assert_eq!(version, format!("sigv4-conformance {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_know_every_verb() {
    let folder = tempfile::tempdir().expect("a folder");
    let verbs = verbs(folder.path());
    for shell in ["bash", "zsh", "fish"] {
        let script = ended(folder.path(), &["completions", shell]).stdout;
        for verb in &verbs {
            assert!(script.contains(&verb[..]), "{shell}: {verb}");
        }
        let mut checker = match Command::new(shell)
            .arg("-n")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
        {
            Ok(checker) => checker,
            Err(error) => {
                println!("skipped: the script for {shell} is not checked by {shell}: {error}");
                continue;
            }
        };
        let mut input = checker.stdin.take().expect("a pipe");
        input.write_all(script.as_bytes()).expect("the shell reads");
        drop(input);
        let output = checker.wait_with_output().expect("the shell ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{shell}: {said}");
    }
}

#[test]
fn every_verb_has_a_manual_page() {
    let folder = tempfile::tempdir().expect("a folder");
    ended(folder.path(), &["man", "man1"]);
    for verb in verbs(folder.path()) {
        let path = folder.path().join(format!("man1/sigv4-conformance-{verb}.1"));
        let page = fs::read_to_string(&path).expect("a page");
        assert!(page.contains(".SH OPTIONS") && page.contains("Example"), "{verb}: {page}");
    }
    assert!(folder.path().join("man1/sigv4-conformance.1").is_file());
}

#[test]
fn the_protocol_is_in_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (words, file) in
        [(&["protocol"][..], "PROTOCOL.md"), (&["protocol", "--schema"], "protocol.schema.json")]
    {
        let text = fs::read_to_string(harness.join(file)).expect("a file");
        assert_eq!(ended(folder.path(), words).stdout, text);
    }
}
