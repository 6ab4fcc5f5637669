//! The test target in which every vector is a test, called as `cargo test` and `cargo nextest` do.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::{Command, Output};

use sigv4_vectors::Vectors;

/// The newest of the programs that Cargo has built for `every_vector.rs`, next to this one.
fn program() -> PathBuf {
    let folder = std::env::current_exe().expect("a path").parent().expect("a folder").to_owned();
    let built = folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path());
    let is_program = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("every_vector-") && !name.contains('.')
    };
    let built_at = |path: &PathBuf| path.metadata().and_then(|file| file.modified()).ok();
    built.filter(is_program).max_by_key(built_at).expect("cargo builds it along with this test")
}

fn run(arguments: &[&str], wrong: bool) -> (Option<i32>, String) {
    let mut command = Command::new(program());
    command.args(arguments);
    if wrong {
        command.env("TINY_SIGNER_LEAVES_QUERY_UNSORTED", "1");
    }
    let Output { status, stdout, .. } = command.output().expect("it runs");
    (status.code(), String::from_utf8(stdout).expect("text"))
}

#[test]
fn every_vector_is_listed_once() {
    let (code, all) = run(&["--list", "--format", "terse"], false);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = all.lines().collect();
    assert!(lines.iter().all(|line| line.ends_with(": test")));
    assert!(lines.contains(&"official/sigv4/header/get-vanilla: test"));
    let (_, ignored) = run(&["--list", "--format", "terse", "--ignored"], false);
    assert!(ignored.lines().any(|line| line.starts_with("official/sigv4/query/get-vanilla: ")));
    assert!(!ignored.contains("official/sigv4/header/get-vanilla: "));
    let vectors = Vectors::embedded().cases_where(|id| id.starts_with("official/")).count();
    let distinct: HashSet<&str> = lines.iter().copied().collect();
    // The run as a whole is a test, too.
    assert_eq!((lines.len(), distinct.len()), (vectors + 1, vectors + 1));
}

#[test]
fn one_vector_is_run_alone() {
    let id = "official/sigv4/header/get-vanilla-query-order-key-case";
    let exact = [id, "--exact", "--nocapture"];
    let (code, said) = run(&exact, false);
    assert!(code == Some(0) && said.contains("1 passed"), "{said}");
    let (code, said) = run(&exact, true);
    assert!(code == Some(101) && said.contains("query-unsorted"), "{said}");
    let of_another_suite = "edge/sigv4/header-names/prototype";
    let (code, said) = run(&[of_another_suite, "--exact"], false);
    assert!(code == Some(0) && said.contains("0 passed"), "{said}");
}

#[test]
fn the_run_as_a_whole_is_a_test_too() {
    let (code, said) = run(&["the-run-as-a-whole", "--exact"], false);
    assert!(code == Some(0) && said.contains("1 passed"), "{said}");
}
