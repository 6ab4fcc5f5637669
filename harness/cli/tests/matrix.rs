//! `matrix` and `compare`: subjects side by side, broken ones among them.

mod common;

use std::fs;
use std::path::Path;

use common::{BINARY, Ended, end, harness, miniature, snapshots};
use serde_json::Value;

/// A folder with an adapter for each of these modes of the miniature, and one that is not set up.
fn adapters(modes: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let program = miniature();
    let program = program.to_str().expect("a path that is text");
    let describe = |name: &str, command: &str| {
        let folder = root.path().join("harness/adapters").join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let text = format!(
            "name = '{name}'\nlanguage = 'rust'\nsummary = ''\ncommand = {command}\n\
             suites = ['official']\n"
        );
        fs::write(folder.join("adapter.toml"), text).expect("a description");
    };
    for mode in modes {
        describe(mode, &format!("['{program}', '{mode}']"));
    }
    describe("not-set-up", "['{venv}/bin/python', '{folder}/adapter.py']");
    root
}

fn matrix(root: &Path, words: &[&str]) -> Ended {
    end(&mut harness(root, ["matrix"].iter().chain(words).copied()))
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_broken_subject_concerns_its_column_alone() {
    let root = adapters(&["honest", "single-encodes", "fails-at-start", "crashes"]);
    let names = ["honest", "single-encodes", "fails-at-start", "crashes", "not-set-up"];
    let ended = matrix(root.path(), &names);
    assert_eq!(ended.code, 3, "{ended}");
    let data = root.path().join("reports/signers.json");
    let first = read(&data);
    let columns = first["columns"].as_array().expect("columns");
    let kinds: Vec<&str> =
        columns.iter().map(|it| it["outcome"]["kind"].as_str().expect("a kind")).collect();
    let names: Vec<&str> = columns.iter().map(|it| it["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["crashes", "fails-at-start", "honest", "not-set-up", "single-encodes"]);
    assert_eq!(kinds, ["incomplete", "missing", "as-expected", "missing", "unexpected"]);
    let page = fs::read_to_string(root.path().join("reports/signers.md")).expect("a page");
    let mut settings = snapshots(root.path());
    settings.add_filter(r"\d{4}-\d\d-\d\d", "[date]");
    settings.add_filter(r"sha256:[0-9a-f]{64}", "[digest]");
    settings.add_filter(r"/[^ |]*not-set-up/bin/python", "[venv]/bin/python");
    settings.bind(|| insta::assert_snapshot!("page", page));

    matrix(root.path(), &["honest", "single-encodes", "fails-at-start", "crashes", "not-set-up"]);
    assert_eq!(read(&data)["columns"], first["columns"], "two runs give the same");
}

#[test]
fn what_is_missing_may_be_allowed_by_name() {
    let root = adapters(&["honest"]);
    for (words, code) in [
        (&["honest"][..], 0),
        (&["honest", "not-set-up"], 3),
        (&["honest", "not-set-up", "--allow-missing", "not-set-up"], 0),
        (&["honest", "no-such-signer"], 2),
    ] {
        let ended = matrix(root.path(), words);
        assert_eq!(ended.code, code, "{words:?}: {ended}");
    }
    let blocked = root.path().join("file");
    fs::write(&blocked, "").expect("a file");
    let ended = matrix(root.path(), &["honest", "--output", "file"]);
    assert!(ended.code == 2 && ended.stderr.contains("file"), "{ended}");
}

#[test]
fn what_changed_between_two_results_is_said() {
    let root = tempfile::tempdir().expect("a folder");
    let run_part = |log: &str, filter: &str, mistakes: &[&str]| {
        let words = ["signer", "--filter", filter, "--log", log, "--", BINARY, "adapter", "model"];
        let mistakes = mistakes.iter().flat_map(|mistake| ["--mistake", *mistake]);
        end(&mut harness(root.path(), words.into_iter().chain(mistakes)));
    };
    let run = |log: &str, mistakes: &[&str]| run_part(log, "official/*", mistakes);
    run("right", &[]);
    run("wrong", &["query-unsorted"]);
    let compare = |before: &str, after: &str, code: i32| {
        let ended = end(&mut harness(root.path(), ["compare", before, after]));
        assert_eq!(ended.code, code, "{ended}");
        ended
    };
    let worse = compare("right", "wrong", 1);
    snapshots(root.path()).bind(|| insta::assert_snapshot!("worse", worse.stdout));
    let better = compare("wrong", "right", 0).stdout;
    assert!(better.contains("+ model no longer makes the mistake query-unsorted"), "{better}");
    assert_eq!(compare("right", "right", 0).stdout, "nothing changed\n");
    run_part("part", "official/sigv4/header/get-vanilla", &["query-unsorted"]);
    let part = compare("wrong", "part", 1).stdout;
    snapshots(root.path()).bind(|| insta::assert_snapshot!("part", part));
    assert!(!part.contains("no longer makes"), "{part}");

    fs::write(root.path().join("other"), "{}").expect("a file");
    let ended = compare("right", "other", 2);
    assert!(ended.stderr.contains("other: expected a run log or the data of a matrix"), "{ended}");
}

#[test]
fn mistakes_that_signers_and_verifiers_share_are_shown() {
    let root = tempfile::tempdir().expect("a folder");
    for (name, side, mistake) in [
        ("signer", "signer", "query-unsorted"),
        ("agrees", "verifier", "verify-query-order-kept"),
        ("is-right", "verifier", "verify-path-decoded"),
    ] {
        let folder = root.path().join("harness/adapters").join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let suite = if side == "signer" { "official" } else { "verifier" };
        let text = format!(
            "name = '{name}'\nlanguage = 'rust'\nsummary = ''\nsides = ['{side}']\nsuites = ['{suite}']\n\
             command = ['{BINARY}', 'adapter', 'model', '--mistake', '{mistake}']\n"
        );
        fs::write(folder.join("adapter.toml"), text).expect("a description");
    }
    assert_eq!(matrix(root.path(), &["signer"]).code, 1);
    let signers = ["--signers", "reports/signers.json"];
    let verifiers = ["--side", "verifier", "agrees", "is-right"];
    let ended = matrix(root.path(), &[&verifiers[..], &signers].concat());
    assert_eq!(ended.code, 1, "{ended}");
    let page = fs::read_to_string(root.path().join("reports/verifiers.md")).expect("a page");
    let row = "| `query-unsorted` | signer | agrees | `official/sigv4/";
    assert!(page.contains(row), "{page}");
    let page = fs::read_to_string(root.path().join("reports/verifiers.html")).expect("a page");
    assert!(page.contains("Mistakes that signers and verifiers share"), "{page}");

    let ended = matrix(root.path(), &signers);
    assert_eq!((ended.code, ended.stderr.contains("add --side verifier")), (2, true), "{ended}");
    let verifiers = ["--side", "verifier", "--signers", "reports/verifiers.json"];
    let ended = matrix(root.path(), &verifiers);
    assert!(ended.stderr.contains("a matrix of verifiers, expected one of signers"), "{ended}");
}
