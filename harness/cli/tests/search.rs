//! What a search shows, and how it ends.

mod common;

use common::{end, harness, miniature, snapshots};
use serde_json::Value;

#[test]
fn nothing_found_is_a_success() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = end(&mut harness(folder.path(), ["search", "reference", "--cases", "500"]));
    assert_eq!(ended.code, 0, "{ended}");
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("nothing", ended));
}

#[test]
fn a_search_in_which_nothing_is_signed_proves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let words = ["search", "--cases", "50", "--", miniature, "excuses-itself"];
    let ended = end(&mut harness(folder.path(), words));
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("nothing was proven: none of 50 cases was signed"), "{ended}");
}

/// Each fault ends the process, which is restarted as often as in a run, and not until the search is over.
#[test]
fn a_broken_adapter_ends_the_search_as_incomplete() {
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    for (mode, said) in [
        ("twice", "answered twice"),
        ("silent", "no answer within 1s"),
        ("swaps-the-seq", "answered a question that was never asked"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let words = ["search", "--timeout", "1", "--time", "2", "--", miniature, mode];
        let ended = end(&mut harness(folder.path(), words));
        assert_eq!(ended.code, 3, "{mode}: {ended}");
        assert!(ended.stdout.contains(said), "{mode}: {ended}");
        assert!(!ended.stdout.contains("nothing found"), "{mode}: {ended}");
    }
}

/// A signer has to sign what its greeting declares, and its words never pass for those of the harness.
#[test]
fn refusing_what_is_declared_is_a_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let miniature = miniature();
    let miniature = miniature.to_str().expect("a path that is text");
    let words = ["search", "--cases", "200", "--", miniature, "backs-out"];
    let ended = end(&mut harness(folder.path(), words));
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stdout.contains("unsupported its greeting declares this"), "{ended}");
    assert!(ended.stdout.contains("  it says: not asked: it declares no role"), "{ended}");
    assert!(!ended.stdout.contains("\n  not asked"), "{ended}");
}

/// A wrong signer behind the protocol: a mistake in few requests, and one that keeps state.
#[test]
fn findings_are_named_and_shrunk() {
    for (mistake, cases, code) in [
        ("query-lower-case-hex", "100", 1),
        ("state-token-kept", "60", 1),
        ("header-tabs-kept", "300", 0),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = env!("CARGO_BIN_EXE_sigv4-conformance");
        let words =
            ["search", "--cases", cases, "--", binary, "adapter", "model", "--mistake", mistake];
        let ended = end(&mut harness(folder.path(), words));
        assert_eq!(ended.code, code, "{ended}");
        let mut settings = snapshots(folder.path());
        settings.add_filter(r"-- \S+ adapter", "-- [binary] adapter");
        settings.bind(|| insta::assert_snapshot!(mistake, ended));
    }
}

#[test]
fn findings_are_data_and_are_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["search", "aws-sigv4", "--cases", "2000", "--format", "json", "--save", "found"];
    let ended = end(&mut harness(folder.path(), words));
    assert_eq!(ended.code, 0, "{ended}");
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    let lossy = findings.iter().find(|one| one["mistakes"][0][0] == "query-lossy-utf8");
    let lossy = lossy.expect("the deviation of aws-sigv4");
    let class = lossy["class"].as_array().expect("a list");
    assert!(class.contains(&"non-utf8-escape".into()), "{lossy}");
    let saved = folder.path().join("found/found/sigv4/search-1.json");
    assert!(saved.is_file(), "{ended}");
    // The crate's own list is about other vectors.
    std::fs::write(folder.path().join("none.toml"), "").expect("a file");
    let words = ["signer", "aws-sigv4", "--vectors", "found", "--expect", "none.toml"];
    let ended = end(&mut harness(folder.path(), words));
    // What the vendor's signers differ on fails nothing, and alone it proves nothing either.
    assert_eq!(ended.code, 3, "{ended}");
    let all = findings.len();
    let said = format!("no case was signed as expected: of {all} asked, {all} mismatch");
    assert!(ended.stdout.contains(&said), "{ended}");
}

#[test]
fn wrong_words_are_answered_with_the_right_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in [
        &["search"][..],
        &["search", "nobody"],
        &["search", "reference", "--shard", "3/2"],
        &["search", "reference", "--replay", "1"],
        &["search", "reference", "--replay", "1:5-2"],
        &["search", "reference", "--cases", "0"],
        &["search", "reference", "--replay", "1:2", "--seed", "1"],
    ] {
        let ended = end(&mut harness(folder.path(), words.iter().copied()));
        assert_eq!((ended.code, &ended.stdout[..]), (2, ""), "{words:?}: {ended}");
        assert!(ended.stderr.contains("rror"), "{words:?}: {ended}");
    }
}

#[test]
fn an_adapter_that_is_none_is_a_failure_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = end(&mut harness(folder.path(), ["search", "--timeout", "2", "--", "true"]));
    assert_eq!(ended.code, 3, "{ended}");
}
