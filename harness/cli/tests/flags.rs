//! The options that choose what is asked, what is said and when a run ends.

#[expect(dead_code, reason = "this test reads no snapshot")]
mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use common::{BINARY, Ended, end, harness, miniature};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Runs the binary and expects it to end with `code`.
fn ended(folder: &Path, arguments: &[&str], code: i32) -> Ended {
    let ended = end(&mut harness(folder, arguments.iter().copied()));
    assert_eq!(ended.code, code, "{arguments:?}: {ended}");
    ended
}

/// A signer that makes a mistake, after the options.
fn mistaken<'w>(options: &[&'w str]) -> Vec<&'w str> {
    let command = ["--", BINARY, "adapter", "model", "--mistake", "query-unsorted"];
    ["signer"].iter().chain(options).chain(&command).copied().collect()
}

/// The events of a log, as JSON.
fn events(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn what_is_excluded_is_not_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = ["vectors", "list", "--filter", "official/sigv4/*", "--exclude", "get-*"];
    let listed = ended(folder.path(), &list, 0).stdout;
    assert!(listed.lines().count() > 10 && !listed.contains("/get-"), "{listed}");
    let nothing = ["vectors", "list", "--exclude", "*"];
    let said = ended(folder.path(), &nothing, 4).stderr;
    assert!(said.contains("no case matches --exclude *"), "{said}");
    let said = ended(folder.path(), &["vectors", "list", "--exclude", "["], 2).stderr;
    assert!(said.contains("--exclude: invalid glob"), "{said}");
}

#[test]
fn a_sample_is_spread_over_all_and_always_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let sample = ["vectors", "list", "--sample", "200"];
    let listed = ended(folder.path(), &sample, 0).stdout;
    assert_eq!(listed.lines().count(), 200);
    assert!(listed.contains("official/") && listed.contains("edge/"), "{listed}");
    assert_eq!(ended(folder.path(), &sample, 0).stdout, listed);
}

#[test]
fn what_failed_is_asked_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = ["--suite", "official", "--log", "log", "--quiet"];
    let first = ended(folder.path(), &mistaken(&first), 1).stdout;
    let again = ended(folder.path(), &mistaken(&["--failed", "log", "--format", "json"]), 1).stdout;
    let again = events(&again);
    let planned = again[0]["planned"].as_array().expect("a list").len();
    assert!(first.contains(&format!("model: {planned} unexpected verdicts")), "{first}");
    let fixed = ["signer", "--failed", "log", "--log", "passed", "--quiet", "reference"];
    ended(folder.path(), &fixed, 0);
    let said = ended(folder.path(), &mistaken(&["--failed", "passed"]), 4).stderr;
    assert!(said.contains("no case failed in passed"), "{said}");
}

#[test]
fn quiet_leaves_a_line_for_each_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = ended(folder.path(), &["signer", "--suite", "official", "--quiet"], 0);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with("reference: conforms ("), "{said}");
    assert_eq!(said.stderr, "");
}

#[test]
fn a_run_that_fails_fast_asks_few_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--fail-fast", "--log", "log"];
    let said = ended(folder.path(), &mistaken(&options), 1).stdout;
    assert!(said.contains("; ended early)") && !said.contains("not asked"), "{said}");
    let log = events(&fs::read_to_string(folder.path().join("log")).expect("a log"));
    let footer = log.last().expect("a footer");
    let failed = footer["failed"].as_u64().expect("a number");
    assert!((1..=16).contains(&failed), "{footer}");
    assert!(footer["asked"].as_u64() < Some(log.len() as u64 / 2), "{footer}");
    ended(folder.path(), &["report", "log"], 1);
}

/// What was judged before the signal is shown, and does not count as a run that was completed.
#[test]
fn an_interrupted_run_shows_what_it_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let words = ["signer", "--log", "log", "--", miniature, "takes-its-time"];
    // A busy machine may be too slow to end the run in time: then only counts are shown.
    let shown = (0..4).map(|_| interrupted(harness(folder.path(), words))).find(|output| {
        assert_eq!(output.status.code(), Some(130));
        !String::from_utf8_lossy(&output.stderr).contains("interrupted: ")
    });
    let said = String::from_utf8(shown.expect("a run that ended in time").stdout).expect("text");
    assert!(said.contains("the run was ended early") && said.contains("; ended early)"), "{said}");
    ended(folder.path(), &["report", "log"], 3);
}

/// Starts the command, and tells it to end when it is in the middle of its run.
fn interrupted(mut command: Command) -> Output {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the binary starts");
    thread::sleep(Duration::from_secs(3));
    let pid = Pid::from_raw(child.id().cast_signed()).expect("a process");
    kill_process(pid, Signal::INT).expect("it is running");
    child.wait_with_output().expect("the binary ends")
}

#[test]
fn the_list_beside_the_adapter_is_found_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("own");
    fs::create_dir(&own).expect("a folder");
    fs::write(own.join("adapter.sh"), format!("exec {BINARY} adapter reference\n"))
        .expect("written");
    let list = "[[known]]\ncase = \"official/sigv4/header/get-utf8\"\nverdict = \"mismatch\"\n\
                reason = \"of old\"\n";
    fs::write(own.join("sigv4-conformance.toml"), list).expect("written");
    let run = ["signer", "--filter", "get-utf8", "--", "sh", "own/adapter.sh"];
    let said = ended(folder.path(), &run, 1);
    assert_eq!(said.stderr, "known failures: own/sigv4-conformance.toml\n");
    assert!(said.stdout.contains("stale expectation"), "{said}");
    fs::write(folder.path().join("sigv4-conformance.toml"), "").expect("written");
    let said = ended(folder.path(), &run, 0);
    assert_eq!(
        said.stderr, "known failures: sigv4-conformance.toml\n",
        "the folder at hand is first"
    );
}

#[test]
fn a_presigned_url_can_be_printed_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = "https://examplebucket.s3.amazonaws.com/test.txt";
    let words = ["presign", "GET", url, "--service", "s3", "--example", "s3", "--url-only"];
    let presign = |expires| {
        let more = ["--time", "20130524T000000Z", "--expires", expires];
        ended(folder.path(), &[&words[..], &more].concat(), 0)
    };
    let week = presign("604800");
    assert!(week.stdout.starts_with(url) && week.stdout.lines().count() == 1, "{week}");
    assert_eq!(week.stderr, "");
    let longer = presign("604801").stderr;
    assert!(longer.starts_with("warning: s3 accepts") && longer.contains("604800 s"), "{longer}");
}

#[test]
fn every_list_is_there_as_json() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in [
        &["vectors", "list", "--json"][..],
        &["mistakes", "list", "--json"],
        &["services", "list", "--json"],
        &["token", "list", "--json"],
    ] {
        let listed = ended(folder.path(), words, 0).stdout;
        let listed: Value = serde_json::from_str(&listed).expect("JSON");
        let listed = listed.as_array().expect("a list");
        let plain = ended(folder.path(), &words[..2], 0).stdout;
        assert_eq!(listed.len(), plain.lines().count(), "{words:?}");
    }
}

#[test]
fn a_mistake_is_explained_with_the_vectors_that_catch_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (mistake, first) in [
        ("path-encoded-once", "    must   edge/sigv4/path"),
        ("chunk-signed-with-seed", "    must   edge/sigv4-chunk"),
        ("method-upper-cased", "    may "),
    ] {
        let shown = ended(folder.path(), &["mistakes", "show", mistake], 0).stdout;
        let explained = ended(folder.path(), &["mistakes", "--explain", mistake], 0).stdout;
        assert_eq!(shown, explained);
        let listed = shown.lines().skip_while(|line| !line.starts_with("Caught by ")).nth(1);
        assert!(listed.is_some_and(|line| line.starts_with(first)), "{mistake}: {shown}");
    }
    let shown = ended(folder.path(), &["mistakes", "show", "path-encoded-once"], 0).stdout;
    let line = shown.lines().find_map(|line| line.strip_prefix("To see it: "));
    let words = shlex::split(line.expect("a line")).expect("words of a shell");
    let words = words.iter().map(|word| if word == "sigv4-conformance" { BINARY } else { word });
    let words: Vec<&str> = words.skip(1).collect();
    let seen = ended(folder.path(), &words, 1).stdout;
    assert!(seen.contains("1 unexpected verdict (1 of 1 asked"), "{seen}");
}
