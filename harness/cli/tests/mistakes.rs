//! One mistake in ten, made by the built-in adapter behind the protocol, fails the run and is named
//! by it. What no `must` vector catches is excused by the kill matrix, with its reason, and by nothing
//! else. The tests of the engine do the same for every mistake, without the processes.

#[expect(dead_code, reason = "this test starts the program and reads no snapshot")]
mod common;

use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;
use sigv4_conformance::kill_matrix::{KillMatrix, Row};
use sigv4_mistakes::diagnose::Attribution;
use sigv4_mistakes::{Component, Mistake};

use common::{BINARY, Ended, end, harness};

/// One mistake in this many is tried: two processes for each are slow.
const STRIDE: usize = 10;

/// One vector per mistake, the first that catches it.
#[test]
fn the_first_vector_that_catches_a_mistake_names_it() {
    let rows: Vec<Row> = published_matrix().into_iter().step_by(STRIDE).collect();
    check(&rows, |row| {
        let first = &row.kills.values().next()?.first;
        Some(problems(row, &run(row, &["--filter", first])))
    });
}

#[test]
#[ignore = "a run for each mistake takes minutes unless optimised: `cargo xtask test` runs them"]
fn all_vectors_name_a_mistake() {
    let rows: Vec<Row> = published_matrix().into_iter().step_by(STRIDE).collect();
    check(&rows, |row| Some(problems(row, &run(row, &[]))));
}

#[test]
fn the_matrix_is_that_of_the_catalogue() {
    let rows = published_matrix();
    let ids: Vec<&str> = rows.iter().map(|row| &row.mistake[..]).collect();
    let known: Vec<&str> = Mistake::ALL.iter().map(|mistake| mistake.id()).collect();
    assert_eq!(ids, known);
}

fn published_matrix() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports/kill-matrix.json");
    let text = fs::read_to_string(path).expect("the published kill matrix");
    serde_json::from_str::<KillMatrix>(&text).expect("a kill matrix").rows
}

/// Looks at every row, several at a time, and fails with what is wrong with any.
fn check(rows: &[Row], look: impl Fn(&Row) -> Option<Vec<String>> + Sync) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut looked_at = 0;
        let mut wrong = Vec::new();
        while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(problems) = look(row) else { continue };
            looked_at += 1;
            wrong.extend(problems.iter().map(|problem| format!("{}: {problem}", row.mistake)));
        }
        (looked_at, wrong)
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let (looked_at, wrong): (Vec<usize>, Vec<Vec<String>>) = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).unzip()
    });
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
    let expected = rows.len() * 4 / 5;
    assert!(looked_at.iter().sum::<usize>() >= expected, "the matrix excuses more than a fifth");
}

/// A run against the adapter that makes the mistake.
fn run(row: &Row, selection: &[&str]) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let side = Mistake::from_id(&row.mistake).map_or("signer", |own| own.entry().side.as_str());
    let run = [side, "--format", "json"].into_iter().chain(selection.iter().copied());
    let adapter = ["--", BINARY, "adapter", "model", "--mistake", &row.mistake];
    end(&mut harness(folder.path(), run.chain(adapter)))
}

/// What of a run is not as the row of its mistake says.
fn problems(row: &Row, ended: &Ended) -> Vec<String> {
    let mut problems = Vec::new();
    // What a signer keeps shows between the cases of a run, also where no vector shows it alone.
    let caught = row.unkilled.is_none() || row.component == Component::State;
    let expected = i32::from(caught);
    // One rejects what it accepted before, so that nothing is shown by what it rejects in a whole run.
    let is_unproven = row.mistake == "verify-state-repeat-refused" && ended.code == 3;
    if ended.code != expected && !is_unproven {
        problems.push(format!("expected exit {expected}, got {}", ended.code));
    }
    let attribution = ended.stdout.lines().find_map(|line| {
        let event: Value = serde_json::from_str(line).expect("an event a line");
        (event["event"] == "attribution")
            .then(|| serde_json::from_value::<Attribution>(event).expect("an attribution"))
    });
    match attribution {
        Some(attribution) => {
            let named: Vec<&Vec<String>> =
                attribution.groups.iter().flat_map(|group| &group.alternatives).collect();
            if !named.iter().any(|set| **set == [&row.mistake[..]]) {
                problems.push(format!("not named, but {named:?}"));
            }
        }
        None if caught || row.weaker > 0 => {
            problems.push("shows, and nothing is named".to_owned());
        }
        None => {}
    }
    problems
}
