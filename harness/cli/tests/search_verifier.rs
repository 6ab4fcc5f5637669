//! What a search of a verifier shows, and how it ends.

mod common;

use common::{end, harness, miniature, snapshots};
use serde_json::Value;

#[test]
fn nothing_found_is_a_success() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["search", "--side", "verifier", "reference", "--cases", "500"];
    let ended = end(&mut harness(folder.path(), words));
    assert_eq!(ended.code, 0, "{ended}");
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("nothing", ended));
}

/// A wrong verifier behind the protocol: it accepts what must be rejected, or the other way round.
#[test]
fn findings_are_named_and_shrunk() {
    for mistake in ["verify-host-unsigned", "verify-window-exclusive"] {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = common::BINARY;
        let start = ["search", "--side", "verifier", "--cases", "1500", "--"];
        let words = start.into_iter().chain([binary, "adapter", "model", "--mistake", mistake]);
        let ended = end(&mut harness(folder.path(), words));
        assert_eq!(ended.code, 1, "{ended}");
        let mut settings = snapshots(folder.path());
        settings.add_filter(r"-- \S+ adapter", "-- [binary] adapter");
        settings.bind(|| insta::assert_snapshot!(mistake, ended));
    }
}

#[test]
fn findings_are_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = ["search", "--side", "verifier", "--cases", "1500", "--format", "json", "--"];
    let adapter = [common::BINARY, "adapter", "model", "--mistake", "verify-body-not-hashed"];
    let ended = end(&mut harness(folder.path(), start.into_iter().chain(adapter)));
    assert_eq!(ended.code, 1, "{ended}");
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let found = &report["findings"][0];
    assert_eq!(found["mistakes"][0], "verify-body-not-hashed", "{found}");
    assert_eq!((&found["expected"], &found["verdict"]), (&"reject".into(), &"accept".into()));
    assert!(found["request"]["request"]["method"].is_string(), "{found}");
    assert!(found["twin"]["request"]["method"].is_string(), "{found}");
}

#[test]
fn a_verifier_that_says_the_same_of_everything_is_not_green() {
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    for (mode, code, says) in [
        ("accepts-everything", 1, "accepts everything: none of"),
        ("rejects-everything", 3, "nothing was proven: of 200 cases, no request was accepted"),
        ("locks-out", 3, "the first request that it accepted is not accepted any more at the end"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let words = ["search", "--side", "verifier", "--cases", "200", "--", miniature, mode];
        let ended = end(&mut harness(folder.path(), words));
        assert_eq!(ended.code, code, "{mode}: {ended}");
        assert!(ended.stdout.contains(says), "{mode}: {ended}");
    }
}

#[test]
fn a_subject_that_verifies_nothing_is_not_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["search", "--side", "verifier", "aws-sigv4", "--cases", "100"];
    let ended = end(&mut harness(folder.path(), words));
    assert_eq!(ended.code, 4, "{ended}");
    assert!(ended.stdout.contains("nothing was asked"), "{ended}");
}

#[test]
fn what_is_only_for_signers_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["search", "--side", "verifier", "reference", "--save", "found"];
    let ended = end(&mut harness(folder.path(), words));
    assert_eq!((ended.code, &ended.stdout[..]), (2, ""), "{ended}");
    assert!(ended.stderr.contains("--save"), "{ended}");
}
