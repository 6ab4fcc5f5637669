//! `verifier`: a verifier that is wrong, and servers that are not asked.

#[expect(dead_code, reason = "this test runs no miniature")]
mod common;

use common::{BINARY, end, harness, snapshots};

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
    let ended = verifier(&["reference", "--filter", "verifier/sigv4/request/get-method"]);
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
