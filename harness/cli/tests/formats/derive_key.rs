//! `derive-key --compare`: the chain beside other derivations.

use serde_json::Value;

use crate::common::{end, harness, snapshots};

/// The parts of the vendor's example of a signing key.
const EXAMPLE: [&str; 8] = [
    "derive-key",
    "--compare",
    "--service",
    "iam",
    "--time",
    "20120215T000000Z",
    "--example",
    "suite",
];

#[test]
fn derivations_stand_side_by_side() {
    let folder = tempfile::tempdir().expect("a folder");
    let human = end(&mut harness(folder.path(), EXAMPLE));
    let json = end(&mut harness(folder.path(), EXAMPLE.into_iter().chain(["--json"])));
    let help = end(&mut harness(folder.path(), ["derive-key", "--help"]));
    snapshots(folder.path()).bind(|| {
        insta::assert_snapshot!("derive-key-compare", human);
        insta::assert_snapshot!("derive-key-compare-json", json);
        insta::assert_snapshot!("derive-key-help", help);
    });

    // Both show the same twelve keys.
    let document: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let mut keys = 0;
    for (_, levels) in document.as_object().expect("derivations") {
        for (_, key) in levels.as_object().expect("levels") {
            assert!(human.stdout.contains(key.as_str().expect("a key")), "{key}: {human}");
            keys += 1;
        }
    }
    assert_eq!(keys, 12);
}

/// A secret is read as without `--compare`: from the environment, never from an argument.
#[test]
fn the_secret_comes_from_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = &EXAMPLE[..6];
    let mut command = harness(folder.path(), arguments.iter().copied());
    let without = end(&mut command);
    assert_eq!(without.code, 2, "{without}");

    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let with = end(command.env("SIGV4_CONFORMANCE_SECRET_ACCESS_KEY", secret));
    assert_eq!(with.stdout, end(&mut harness(folder.path(), EXAMPLE)).stdout);
}
