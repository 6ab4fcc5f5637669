//! The harness against adapters that each misbehave in one way (`examples/miniature.rs`): the run
//! ends in time, with the right verdicts and exit code, says what happened, and leaves nothing
//! running.

mod common;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use common::{Ended, end, harness, miniature, snapshots};
use serde_json::Value;

/// Eight cases, of which `get-vanilla-utf8-query` is the one that some miniatures stumble over.
const EIGHT: &str = "official/sigv4/header/get-vanilla*";
/// Three of them, for miniatures that cost a time-out each.
const THREE: &str = "official/sigv4/header/get-vanilla-query-*";
/// Long enough to start a process on a busy machine, short enough to wait for several times.
const TIMEOUT: &str = "1";
/// No run takes longer than this, whatever the adapter does.
const BOUND: Duration = Duration::from_secs(30);

/// Every process that a miniature starts has this variable in its environment.
const MARKER: &str = "MINIATURE_MARKER";

/// Runs the binary against a miniature. Nothing may be left running.
fn run(folder: &Path, mode: &str, arguments: &[&str]) -> Ended {
    let miniature = miniature();
    let command = ["--", miniature.to_str().expect("a path that is text"), mode];
    let marker = format!("{}-{mode}", std::process::id());
    let start = Instant::now();
    let arguments = arguments.iter().chain(&command).copied();
    let ended = end(harness(folder, arguments).env(MARKER, &marker));
    assert!(start.elapsed() < BOUND, "{mode} took {:?}", start.elapsed());
    assert_eq!(left_running(&marker), [0; 0], "{mode} left processes behind");
    ended
}

/// The processes with this marker, once they had a moment to vanish.
fn left_running(marker: &str) -> Vec<u32> {
    let marker = format!("{MARKER}={marker}\0");
    let is_marked = |pid: &u32| {
        // Not every process can be looked into, but those of this user can.
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.windows(marker.len()).any(|window| window == marker.as_bytes())
    };
    let all = || -> Vec<u32> {
        // Where there is no /proc, this check is left to the machines that have one.
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
    };
    let deadline = Instant::now() + Duration::from_secs(2);
    loop {
        let running: Vec<u32> = all().into_iter().filter(is_marked).collect();
        if running.is_empty() || Instant::now() > deadline {
            return running;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs `signer` against a miniature and holds what comes out against what should.
fn signer(mode: &str, cases: &str, timeout: &str, counts: &[(&str, u64)], code: i32) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--filter", cases, "--timeout", timeout, "--findings", "2", "--log", "log"];
    let arguments: Vec<&str> = std::iter::once("signer").chain(options).collect();
    let ended = run(folder.path(), mode, &arguments);
    snapshots(folder.path()).bind(|| insta::assert_snapshot!(mode, ended));
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    let footer: Value = serde_json::from_str(log.lines().last().expect("a footer")).expect("JSON");
    let expected: Value =
        counts.iter().map(|(verdict, count)| (*verdict, Value::from(*count))).collect();
    assert_eq!((&footer["event"], &footer["counts"]), (&"footer".into(), &expected), "{mode}");
    assert_eq!(ended.code, code, "{mode}");
    ended
}

/// Runs `signer` against a miniature that does not get past the start.
fn refused(mode: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = run(folder.path(), mode, &["signer", "--timeout", TIMEOUT]);
    snapshots(folder.path()).bind(|| insta::assert_snapshot!(mode, ended));
    assert_eq!((ended.code, &ended.stdout[..]), (3, ""), "{mode}");
}

/// Runs `doctor` against a miniature.
fn doctor(mode: &str, code: i32) {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = run(folder.path(), mode, &["doctor", "--timeout", TIMEOUT]);
    let name = format!("doctor-{mode}");
    let mut settings = snapshots(folder.path());
    settings.add_filter(r"\d+ (answered|answers|canonical)", "[count] $1");
    settings.bind(|| insta::assert_snapshot!(name, ended));
    assert_eq!(ended.code, code, "{mode}");
}

/// One test for each line: its name, and what it does.
macro_rules! tests {
    ($($name:ident => $check:expr;)*) => {$(
        #[test]
        fn $name() {
            $check;
        }
    )*};
}

// Right answers, given in a way that a harness could trip over.
tests! {
    honest => signer("honest", EIGHT, "10", &[("exact", 8)], 0);
    answers_in_reverse_order => signer("reverses", EIGHT, "10", &[("exact", 8)], 0);
    writes_ten_megabytes_to_stderr => signer("is-loud", EIGHT, "10", &[("exact", 8)], 0);
    leaves_a_child_with_the_pipes => signer("forks", EIGHT, "10", &[("exact", 8)], 0);
    one_shot => signer("one-shot", EIGHT, "10", &[("exact", 8)], 0);
}

// Wrong answers.
tests! {
    signs_nothing => signer("echoes", THREE, "10", &[("mismatch", 3)], 1);
    has_one_signature_for_all => signer("forges", THREE, "10", &[("mismatch", 3)], 1);
    declares_no_role => signer("without-roles", THREE, "10", &[("unsupported", 3)], 3);
}

// Faults that one question shows; the others are judged all the same.
tests! {
    writes_what_is_no_json => signer("babbles", EIGHT, "10", &[("exact", 7), ("error", 1)], 3);
    crashes => signer("crashes", EIGHT, "10", &[("exact", 7), ("error", 1)], 3);
    writes_a_line_of_twenty_megabytes =>
        signer("wide", EIGHT, "10", &[("exact", 7), ("error", 1)], 3);
}

// Faults that every question shows.
tests! {
    never_answers => signer("silent", EIGHT, TIMEOUT, &[("error", 8)], 3);
    answers_too_late => signer("is-slow", THREE, TIMEOUT, &[("error", 3)], 3);
    answers_twice => signer("twice", THREE, "10", &[("exact", 1), ("error", 2)], 3);
    answers_other_questions => signer("swaps-the-seq", THREE, "10", &[("error", 3)], 3);
    answers_without_a_seq => signer("forgets-the-seq", THREE, "10", &[("error", 3)], 3);
    stops_reading => signer("stops-reading", "official/sigv4/*", TIMEOUT, &[("error", 76)], 3);
    never_reads => signer("never-reads", THREE, TIMEOUT, &[("error", 3)], 3);
    closes_its_output_and_lives_on => signer("closes", THREE, TIMEOUT, &[("error", 3)], 3);
    one_shot_ends_with_status_1 =>
        signer("one-shot-exits-badly", THREE, "10", &[("error", 3)], 3);
    one_shot_answers_twice => signer("one-shot-says-two-lines", THREE, "10", &[("error", 3)], 3);
}

// No run at all.
tests! {
    says_nothing => refused("mute");
    fails_at_the_start => refused("fails-at-start");
    claims_to_know_the_canary => refused("claims-everything");
    does_not_answer_the_canary => refused("ignores-the-canary");
    speaks_another_protocol => refused("future");
}

// What only the doctor sees.
tests! {
    doctor_is_content => doctor("honest", 0);
    doctor_is_content_with_one_shot => doctor("one-shot", 0);
    doctor_sees_other_answers_to_the_same_question => doctor("rolls-dice", 3);
    doctor_sees_an_adapter_that_stays => doctor("lingers", 3);
    doctor_sees_a_bad_exit_status => doctor("exits-badly", 3);
    doctor_sees_that_no_role_is_declared => doctor("without-roles", 3);
}

#[test]
fn a_loud_crash_is_told_in_a_few_lines() {
    let counts = [("exact", 7), ("error", 1)];
    let ended = signer("is-loud-and-crashes", EIGHT, "10", &counts, 3);
    assert!(ended.stdout.len() < 10_000, "{} bytes", ended.stdout.len());
}

/// Two judges at most wait at the same time, so the bound holds only if the rest is not asked.
#[test]
fn a_one_shot_adapter_that_hangs_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["signer", "--timeout", "0.5", "--jobs", "2", "--suite", "official"];
    let ended = run(folder.path(), "one-shot-hangs", &arguments);
    assert!(ended.stdout.contains("no answer within 500ms"), "{ended}");
    assert!(ended.stdout.contains("not answered in time, which is the limit"), "{ended}");
    assert_eq!(ended.code, 3);
}

/// The caller's own credentials are in variables of the same prefix.
#[test]
fn variables_of_the_caller_do_not_reach_an_adapter() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let arguments = ["signer", "--filter", THREE, "--", miniature, "one-shot"];
    let mut command = harness(folder.path(), arguments);
    let ended = end(command.env("SIGV4_CONFORMANCE_SESSION_TOKEN", "of the caller"));
    assert_eq!(ended.code, 0, "{ended}");
}
