//! `verifier`: a verifier that is wrong, and servers that are not asked.

mod common;

use std::fs;

use common::{BINARY, end, harness, miniature, snapshots};
use serde_json::{Value, json};

/// Runs `verifier` with these words.
fn verifier(words: &[&str]) -> common::Ended {
    let folder = tempfile::tempdir().expect("a folder");
    end(&mut harness(folder.path(), ["verifier"].iter().chain(words).copied()))
}

#[test]
fn the_built_in_verifiers_conform() {
    let ended = verifier(&["--filter", "verifier/sigv4/bases/*"]);
    assert_eq!(ended.code, 0, "{ended}");
}

#[test]
fn a_wrong_verifier_is_told_its_mistake() {
    let folder = tempfile::tempdir().expect("a folder");
    let adapter = ["--", BINARY, "adapter", "model", "--mistake", "verify-host-unsigned"];
    let words = ["verifier", "--findings", "1", "--filter", "verifier/sigv4/headers/*"];
    let ended = end(&mut harness(folder.path(), words.into_iter().chain(adapter)));
    assert_eq!(ended.code, 1, "{ended}");
    let shown = ended.stdout.replace(BINARY, "sigv4-conformance");
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("wrong", shown));
}

/// A rejection shows nothing unless the twin is accepted, so a filter takes the twin along.
#[test]
fn the_twin_of_a_case_is_asked_too() {
    let ended = verifier(&["reference", "--filter", "verifier/sigv4/target/get-method"]);
    assert!(ended.stdout.contains("conforms (2 of 2 asked"), "{ended}");
}

#[test]
fn a_server_is_not_asked_by_mistake() {
    let server = ["--bucket", "b", "--access-key-id", "AKIDEXAMPLE", "--example", "suite"];
    for (url, problem) in [
        ("http://192.0.2.1:9000", "192.0.2.1 is not an address of this machine"),
        ("https://127.0.0.1:9000", "other schemes are not supported"),
        ("127.0.0.1:9000", "expected http://HOST:PORT"),
        ("http://127.0.0.1:9000/path", "nothing after the port"),
        ("http://", "nothing after the port"),
    ] {
        let ended = verifier(&[&["--endpoint", url], &server[..]].concat());
        assert_eq!(ended.code, 2, "{url}: {ended}");
        assert!(ended.stderr.contains(problem), "{url}: {ended}");
    }
    let ended = verifier(&["--endpoint", "http://127.0.0.1:9000"]);
    assert!(ended.code == 2 && ended.stderr.contains("--bucket"), "{ended}");
    let ended = verifier(&["--bucket", "b"]);
    assert!(ended.code == 2 && ended.stderr.contains("--endpoint"), "{ended}");
    let ended = verifier(&["no-such-server"]);
    assert!(ended.code == 2 && ended.stderr.contains("no subject `no-such-server`"), "{ended}");
}

/// What a verifier that never looks would get.
#[test]
fn one_answer_to_everything_is_not_enough() {
    let program = miniature();
    let program = program.to_str().expect("a path that is text");
    for (mode, shown) in [
        ("accepts-everything", "it accepts what must be rejected"),
        ("rejects-everything", "it rejects what must be accepted"),
    ] {
        let ended = verifier(&["--filter", "verifier/sigv4/*", "--", program, mode]);
        assert_eq!(ended.code, 1, "{mode}: {ended}");
        assert!(ended.stdout.contains(shown), "{mode}: {ended}");
    }
    // Of what it rejects rightly, nothing counts.
    let ended = verifier(&["--format", "json", "--", program, "rejects-everything"]);
    let passed = ended.stdout.matches(r#""outcome":"passed""#).count();
    assert_eq!(passed, 0);
}

/// Some servers lock a key out after wrong signatures: all that they reject from then on shows nothing.
#[test]
fn what_is_rejected_after_a_lockout_shows_nothing() {
    let program = miniature();
    let program = program.to_str().expect("a path that is text");
    let words = ["--filter", "verifier/sigv4/headers/*", "--", program, "locks-out"];
    let ended = verifier(&words);
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("was accepted at first and no longer is ("), "{ended}");
    assert!(ended.stdout.contains("): what was rejected in between shows nothing"), "{ended}");
}

/// Not even a list of known failures makes a verifier that rejects nothing one that verifies.
#[test]
fn a_verifier_that_rejects_nothing_proves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = miniature();
    let program = program.to_str().expect("a path that is text");
    let run = |more: &[&'static str]| {
        let words = [&["verifier"], more, &["--expect", "known.toml", "--", program]].concat();
        end(&mut harness(folder.path(), words.into_iter().chain(["accepts-everything"])))
    };
    let updated = run(&["--update-expectations"]);
    assert_eq!(updated.code, 1, "{updated}");
    let ended = run(&[]);
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("nothing was rejected of what must be rejected"), "{ended}");
    // A record of fewer cases excuses no part of the run either.
    fs::write(
        folder.path().join("known.toml"),
        "[undisclosed]\ncount = 1\nsha256 = \"\"\nreason = \"one\"\n",
    )
    .expect("a list");
    let part = run(&["--filter", "verifier/sigv4/scope/*"]);
    assert!(part.code != 0 && part.stdout.contains("wrongly pass, 1 are recorded"), "{part}");
}

/// The log of one rejection and its twin, with changes to the two cases.
fn read_back(change: impl Fn(&mut Value, &mut Value)) -> common::Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let words = ["reference", "--filter", "verifier/sigv4/target/get-method", "--log"];
    let ended = verifier(&[&words[..], &[log.to_str().expect("text")]].concat());
    assert_eq!(ended.code, 0, "{ended}");
    let text = fs::read_to_string(&log).expect("a log");
    let mut events: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let [_, twin, case, _] = &mut events[..] else { panic!("{text}") };
    change(twin, case);
    let lines: String = events.iter().map(|event| event.to_string() + "\n").collect();
    fs::write(&log, lines).expect("a log");
    end(&mut harness(folder.path(), ["report", "log"]))
}

#[test]
fn a_log_in_which_a_rejection_counts_without_its_twin_is_refused() {
    type Change = fn(&mut Value, &mut Value);
    assert_eq!(read_back(|_, _| {}).code, 0);
    let changes: [(Change, &str); 5] = [
        (
            |twin, _| {
                twin["verdict"] = json!("reject");
                twin["outcome"] = json!("failed");
            },
            "its twin verifier/sigv4/bases/get was not accepted before it",
        ),
        (
            |_, case| {
                case["excuse"] = json!("twin-rejected");
                case["outcome"] = json!("noted");
            },
            "its twin verifier/sigv4/bases/get was accepted",
        ),
        (
            |_, case| {
                case["verdict"] = json!("accept");
                case["excuse"] = json!("twin-rejected");
            },
            "`twin-rejected` does not excuse the verdict `accept`",
        ),
        (|_, case| case["verdict"] = json!("exact"), "`exact` is for signers"),
        (|_, case| drop(case.as_object_mut().map(|case| case.remove("twin"))), "twin: expected"),
    ];
    for (change, problem) in changes {
        let ended = read_back(change);
        assert!(ended.code != 0 && ended.stderr.contains(problem), "{problem}: {ended}");
    }
}
