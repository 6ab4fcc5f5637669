//! The harness against adapters that each misbehave in one way (`examples/miniature.rs`): the run
//! ends in time, with the right verdicts and exit code, says what happened, and leaves nothing
//! running.

mod common;

use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use common::{Ended, end, harness, miniature, snapshots};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Eight cases, of which `get-vanilla-utf8-query` is the one that some miniatures stumble over.
const EIGHT: &str = "official/sigv4/header/get-vanilla*";
/// Three of them, for miniatures that cost a time-out each.
const THREE: &str = "official/sigv4/header/get-vanilla-query-*";
/// Four cases that need a feature.
const FOUR: &str = "official/sigv4/header/get-sl*-unnormalized";
/// A request with a body.
const POST: &str = "official/sigv4/header/post-x-www-form-urlencoded";
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

/// Runs `signer` against a miniature whose words differ from run to run.
fn signer_without_snapshot(mode: &str, cases: &str, timeout: &str, code: i32) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["signer", "--filter", cases, "--timeout", timeout];
    let ended = run(folder.path(), mode, &arguments);
    assert_eq!(ended.code, code, "{mode}: {ended}");
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
    leaves_a_session_with_the_pipes =>
        signer("forks-a-session", EIGHT, "10", &[("exact", 8)], 0);
    one_shot => signer("one-shot", EIGHT, "10", &[("exact", 8)], 0);
    signs_at_its_own_time => signer("own-clock", EIGHT, "10", &[("exact", 8)], 0);
}

// Wrong answers.
tests! {
    signs_nothing => signer("echoes", THREE, "10", &[("mismatch", 3)], 1);
    has_one_signature_for_all => signer("forges", THREE, "10", &[("mismatch", 3)], 1);
    drops_headers => signer("drops-headers", POST, "10", &[("mismatch", 1)], 1);
    drops_the_body => signer("drops-the-body", POST, "10", &[("mismatch", 1)], 1);
    compresses_the_body => signer("compresses-the-body", POST, "10", &[("mismatch", 1)], 1);
    leaves_the_payload_unsigned => signer("unsigned", POST, "10", &[("mismatch", 1)], 1);
    answers_an_error => signer("throws", EIGHT, "10", &[("exact", 7), ("error", 1)], 1);
    writes_to_the_terminal =>
        signer("is-hostile", THREE, "10", &[("unrepresentable", 3)], 1);
    declares_no_role => signer("without-roles", THREE, "10", &[("unsupported", 3)], 3);
}

// Nothing fails, and nothing is signed.
tests! {
    refuses_what_it_does_not_declare =>
        signer("excuses-itself", FOUR, "10", &[("unsupported", 4)], 3);
}

// Faults that one question shows; the others are judged all the same.
tests! {
    writes_what_is_no_json => signer("babbles", EIGHT, "10", &[("exact", 7), ("error", 1)], 3);
    crashes => signer("crashes", EIGHT, "10", &[("exact", 7), ("error", 1)], 3);
    crashes_among_failures =>
        signer("crashes-unsigned", EIGHT, "10", &[("mismatch", 7), ("error", 1)], 3);
    writes_a_line_of_twenty_megabytes =>
        signer("wide", EIGHT, "10", &[("exact", 7), ("error", 1)], 3);
}

// Faults that do not come again: nothing that went wrong is forgotten.
tests! {
    crashes_once => signer("crashes-once", EIGHT, "10", &[("exact", 8)], 3);
    comes_back_as_another => {
        let ended = signer_without_snapshot("changes-its-name", EIGHT, "10", 3);
        assert!(ended.stdout.contains("started again, the adapter greets as"), "{ended}");
    };
    does_not_end => signer("lingers", THREE, TIMEOUT, &[("exact", 3)], 3);
    ends_with_a_bad_status => signer("exits-badly", THREE, "10", &[("exact", 3)], 3);
    leaves_its_group => signer("escapes", THREE, TIMEOUT, &[("exact", 3)], 3);
    one_shot_leaves_its_group =>
        signer("one-shot-escapes", THREE, TIMEOUT, &[("exact", 3)], 0);
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
    misspells_a_role => refused("misspells");
    declares_no_profile => refused("without-profiles");
}

// What only the doctor sees.
tests! {
    doctor_is_content => doctor("honest", 0);
    doctor_is_content_with_a_verifier => doctor("only-verifies", 0);
    doctor_is_content_with_one_shot => doctor("one-shot", 0);
    doctor_sees_other_answers_to_the_same_question => doctor("rolls-dice", 3);
    doctor_sees_an_adapter_that_stays => doctor("lingers", 3);
    doctor_tells_of_a_child_that_stays => doctor("forks", 0);
    doctor_sees_a_bad_exit_status => doctor("exits-badly", 3);
    doctor_sees_that_no_role_is_declared => doctor("without-roles", 3);
}

/// How many processes `signer` asks, by the answers in its log.
fn processes(mode: &str, options: &[&str]) -> (Ended, HashSet<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let all = ["signer", "--filter", EIGHT, "--log", "log"];
    let ended = run(folder.path(), mode, &[&all, options].concat());
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let named = events.filter_map(|event| Some(event["notes"][0].as_str()?.to_owned()));
    let named = named.collect();
    (ended, named)
}

/// A slow adapter is asked by as many processes as there are jobs, each of them the same adapter.
#[test]
fn jobs_are_processes_of_an_adapter() {
    assert_eq!(processes("names-its-process", &[]).1.len(), 1);
    let (ended, named) = processes("names-its-process", &["--jobs", "3"]);
    assert_eq!((ended.code, named.len()), (1, 3), "{ended}");
    let (ended, _) = processes("honest", &["--jobs", "3"]);
    assert_eq!(ended.code, 0, "{ended}");
    let (ended, _) = processes("changes-its-name", &["--jobs", "2"]);
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stderr.contains("started again, the adapter greets as"), "{ended}");
    let (ended, _) = processes("exits-badly", &["--jobs", "2"]);
    assert_eq!(ended.code, 3, "{ended}");
}

/// A list of known failures excuses what fails; it does not turn refusals into a proof.
#[test]
fn a_list_that_excuses_everything_proves_nothing() {
    let known = |verdict: &str| {
        format!(
            "[[known]]\ncase = \"{THREE}\"\nverdict = \"{verdict}\"\nreason = \"later\"\n\
             issue = \"https://example.com/1\"\n"
        )
    };
    let cases = [
        ("excuses-itself", "unsupported", 3, "of 3 asked, 3 unsupported"),
        ("is-hostile", "unrepresentable", 3, "of 3 asked, 3 unrepresentable"),
        ("echoes", "mismatch", 0, "as expected, with 3 known failures"),
    ];
    for (mode, verdict, code, said) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("known.toml"), known(verdict)).expect("written");
        let ended =
            run(folder.path(), mode, &["signer", "--filter", THREE, "--expect", "known.toml"]);
        assert_eq!(ended.code, code, "{mode}: {ended}");
        assert!(ended.stdout.contains(said), "{mode}: {ended}");
        assert!(!ended.stdout.contains("conforms"), "{mode}: {ended}");
    }
}

/// No mistake of the catalogue explains a header that is not sent, and no entry for one excuses it.
#[test]
fn a_header_that_is_not_sent_is_excused_by_no_mistake() {
    let folder = tempfile::tempdir().expect("a folder");
    for mistake in ["path-nfc", "header-content-type-unsigned", "header-only-host-and-x-amz"] {
        let list =
            format!("[[known]]\nmistake = \"{mistake}\"\nverdict = \"mismatch\"\nreason = \"x\"\n");
        std::fs::write(folder.path().join("list.toml"), list).expect("a list");
        let arguments = ["signer", "--filter", POST, "--expect", "list.toml"];
        let ended = run(folder.path(), "drops-headers", &arguments);
        assert_eq!(ended.code, 1, "{mistake}: {ended}");
        let said = "the header `Content-Type` was asked for and is not sent";
        assert!(ended.stdout.contains(said), "{mistake}: {ended}");
    }
}

/// What need not be right proves nothing if it is wrong.
#[test]
fn a_difference_that_fails_nothing_proves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let may = "edge/sigv4/dates/date-header-behind";
    let ended = run(folder.path(), "echoes", &["signer", "--filter", may]);
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("of 1 asked, 1 mismatch"), "{ended}");
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

/// An adapter that answers as much as it may is ended, and costs the harness a bounded memory.
#[test]
fn a_flood_of_answers_is_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let words = ["signer", "--suite", "official", "--", miniature, "floods"];
    let mut child = harness(folder.path(), words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let code = loop {
        // The peak in KiB, as long as there is a process to look at.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let seen = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(seen.unwrap_or_default());
        if let Some(status) = child.try_wait().expect("a child") {
            break status.code();
        }
        thread::sleep(Duration::from_millis(2));
    };
    assert_eq!(code, Some(3));
    assert!(peak > 0, "this machine has /proc");
    assert!(peak < 256 << 10, "{peak} KiB");
}

/// However the harness is told to end, adapters and files are gone within a second.
#[test]
fn a_signal_leaves_nothing_behind() {
    for (signal, number) in [(Signal::INT, 2), (Signal::TERM, 15)] {
        for mode in ["silent", "one-shot-hangs", "forks-a-session"] {
            let folder = tempfile::tempdir().expect("a folder");
            let files = tempfile::tempdir().expect("a folder");
            let miniature = miniature();
            let miniature = miniature.to_str().expect("a path that is text");
            let marker = format!("{}-{number}-{mode}", std::process::id());
            let words = ["signer", "--timeout", "60", "--", miniature, mode];
            let mut child = harness(folder.path(), words)
                .env(MARKER, &marker)
                .env("TMPDIR", files.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the binary starts");
            // Long enough for it to be waiting for an answer.
            thread::sleep(Duration::from_millis(700));
            let start = Instant::now();
            let pid = Pid::from_raw(child.id().cast_signed()).expect("a process");
            kill_process(pid, signal).expect("it is running");
            let status = child.wait().expect("a child");
            assert!(start.elapsed() < Duration::from_secs(1), "{mode}: {:?}", start.elapsed());
            if mode != "forks-a-session" {
                assert_eq!(status.code(), Some(128 + number), "{mode}");
            }
            assert_eq!(left_running(&marker), [0; 0], "{mode} left processes behind");
            let left = std::fs::read_dir(files.path()).expect("a folder").count();
            assert_eq!(left, 0, "{mode} left files behind");
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in [&["vectors", "list"][..], &["mistakes", "list"], &["signer", "--format", "json"]]
    {
        let mut child = harness(folder.path(), words.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the binary ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &stderr[..]), (Some(0), ""), "{words:?}");
    }
}
