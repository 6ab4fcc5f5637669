//! What fuzzing found, held on any compiler and without a fuzzer; and the package's files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sigv4_conformance::properties::Outcome;
use sigv4_conformance::properties::fuzzing::{
    Input, Pack, TARGETS, Target, dictionary, hold, mutate_then_verify,
    reference_against_aws_sigv4, resign_then_verify, seeds, sign_then_verify,
};

/// Every crash that there ever was, by target.
#[test]
fn no_crash_comes_back() {
    let known: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    let mut replayed = BTreeSet::new();
    for folder in entries(&fuzz("crashes")).iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        assert!(known.contains(name), "{}: no target of this name", folder.display());
        replayed.insert(name.to_owned());
    }
    for target in TARGETS.iter().filter(|target| replayed.contains(target.name)) {
        assert_ne!(target.input, Input::Outside, "{}: a fault of another's", target.name);
        for path in entries(&fuzz("crashes").join(target.name)) {
            println!("{}", path.display());
            hold(target.check, &fs::read(&path).expect("a crash"));
        }
    }
}

/// The committed corpora and the seeds: each target holds for all of them, and checks something.
#[test]
fn every_target_holds_for_its_corpus_and_its_seeds() {
    for target in TARGETS.iter().filter(|target| target.input != Input::Outside) {
        let (corpus, seeds) = (corpus(target), seeds(target));
        assert_eq!(target.input.is_text(), seeds.inputs().len() > 0, "{}", target.name);
        let outcomes = corpus.inputs().chain(seeds.inputs()).map(|input| (target.check)(input));
        let mut held = 0;
        for outcome in outcomes {
            match outcome {
                Ok(outcome) => held += usize::from(outcome == Outcome::Held),
                Err(violation) => panic!("{}: {violation}", target.name),
            }
        }
        let total = corpus.inputs().len() + seeds.inputs().len();
        println!("{}: held for {held} of {total} inputs", target.name);
        assert!(held * 10 > total, "{}: held for {held} of {total}", target.name);
    }
}

/// The plainest inputs of all.
#[test]
fn no_bytes_and_zeros_are_inputs_too() {
    for target in TARGETS.iter().filter(|target| target.input != Input::Outside) {
        for length in [0, 1, 2, 3, 64, 4096] {
            hold(target.check, &vec![0; length]);
            hold(target.check, &vec![0xFF; length]);
        }
    }
    for check in
        [mutate_then_verify, reference_against_aws_sigv4, resign_then_verify, sign_then_verify]
    {
        assert_eq!(check(&[0; 64]), Ok(Outcome::Held), "the plain question");
    }
}

#[test]
fn the_dictionary_is_the_one_that_would_be_written() {
    assert!(read("sigv4.dict") == dictionary(), "run `cargo xtask fuzz --dictionary`");
}

/// A program for each function, a row for each program.
#[test]
fn every_target_is_a_program_and_stands_in_the_table() {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    let manifest = read("Cargo.toml");
    let programs: Vec<&str> = between(&manifest, "[[bin]]\nname = \"", "\"");
    assert_eq!(programs, names);
    let table = read("README.md");
    assert_eq!(between(&table, "\n| `", "`"), names);
    for name in names {
        let program = read(&format!("fuzz_targets/{name}.rs"));
        assert!(program.contains(&format!("hold({name}, bytes)")), "{program}");
    }
}

/// What is committed stays small, and is all of use.
#[test]
fn every_corpus_belongs_to_a_target_and_is_small() {
    for path in entries(&fuzz("corpora")) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let target = TARGETS.iter().find(|target| target.name == name);
        let target = target.unwrap_or_else(|| panic!("{}: no target", path.display()));
        let size: usize = corpus(target).inputs().map(<[u8]>::len).sum();
        assert!(size < 200_000, "{}: {size} bytes", path.display());
    }
}

fn corpus(target: &Target) -> Pack {
    let path = fuzz("corpora").join(target.name).with_extension("hex");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Pack::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between each `start` and the next `end`.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    paths.sort();
    paths
}

fn read(name: &str) -> String {
    let path = fuzz(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn fuzz(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name)
}
