//! Every property on generated questions; a signer that breaks each of them; and the table that
//! lists them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sigv4_conformance::properties::Outcome;
use sigv4_conformance::properties::signature::{ALL, Property};
use sigv4_conformance::subject::{Model, Reference, built_in};
use sigv4_generate::questions;
use sigv4_mistakes::Mistake;
use sigv4_protocol::{Answer, Identity, InProcess, Question};
use sigv4_vectors::model::Placement;

/// How many questions each property is asked, unless the environment says otherwise.
const CASES: u32 = 1000;

#[test]
fn the_reference_keeps_every_property() {
    let cases = std::env::var("SIGV4_CONFORMANCE_CASES").ok();
    let cases = cases.map_or(CASES, |text| text.parse().expect("SIGV4_CONFORMANCE_CASES"));
    for property in ALL {
        let held = match hold(property, &mut Reference::new(), TestRunner::new(config(cases))) {
            Ok(held) => held,
            Err(violation) => panic!("{violation}"),
        };
        println!("{}: held for {held} of {cases} questions", property.name);
        assert!(held > cases / 2, "{}: held for {held} of {cases}", property.name);
    }
}

#[test]
fn the_model_keeps_every_property() {
    for property in ALL {
        let mut model = built_in("model").expect("a built-in subject");
        if let Err(violation) = hold(property, &mut *model, TestRunner::new(config(CASES / 4))) {
            panic!("{violation}");
        }
    }
}

/// A property that no signer breaks would say nothing.
#[test]
fn every_property_has_a_signer_that_breaks_it() {
    let model = |mistake: Mistake| Box::new(Model::new([mistake].into_iter().collect()));
    for property in ALL {
        let mut signer: Box<dyn InProcess> = match property.name {
            "authorization_round_trips" => model(Mistake::OutputLineBreak),
            "canonical_is_fixed_point" => model(Mistake::QueryEncodedAgain),
            "mutated_fails" => model(Mistake::PayloadNeverSigned),
            "order_does_not_matter" => model(Mistake::QueryUnsorted),
            "placements_share_path" => Box::new(PathOfPlacement(Reference::new())),
            "signed_verifies" => model(Mistake::KeyPrefixMissing),
            "unsigned_header_changes_nothing" => model(Mistake::HeaderTraceIdSigned),
            "window_includes_its_edges" => model(Mistake::PresignExpiresCappedAtADay),
            name => panic!("{name}: name a signer that breaks it"),
        };
        let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let runner = TestRunner::new_with_rng(config(CASES), random);
        let violation = hold(property, &mut *signer, runner);
        let violation = violation.expect_err(property.name);
        assert!(violation.contains(property.name), "{violation}");
    }
}

/// A signer that normalises the path in one placement and not in the other.
struct PathOfPlacement(Reference);

impl InProcess for PathOfPlacement {
    fn identity(&self) -> &Identity {
        self.0.identity()
    }

    fn answer(&mut self, question: &Question) -> Answer {
        let mut question = question.clone();
        if let Question::Sign(question) = &mut question {
            question.input.normalize = question.placement == Placement::Header;
        }
        self.0.answer(&question)
    }
}

/// The table names every property, each with a place where it is, and nothing else.
#[test]
fn the_table_lists_the_properties_that_there_are() {
    let table = read(TABLE);
    let rows: Vec<(&str, &str)> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, rest)| (name, rest.rsplit("](").next().unwrap_or(rest)))
        .map(|(name, rest)| (name, rest.split(')').next().unwrap_or(rest)))
        .collect();
    for (name, link) in &rows {
        let file = format!("harness/reference/{link}");
        assert!(read(&file).contains(&format!("fn {name}(")), "{name} is not in {file}");
    }

    let listed: BTreeSet<&str> = rows.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed.len(), rows.len(), "a name twice");
    let derivation = read("harness/engine/src/properties/derivation/mod.rs");
    let reference = ["properties/main.rs", "v4a/properties.rs", "legacy/properties.rs"]
        .map(|file| read(&format!("harness/reference/tests/{file}")));
    let mut expected: BTreeSet<&str> = ALL.iter().map(|property| property.name).collect();
    expected.extend(functions(&derivation, "pub fn "));
    expected.extend(reference.iter().flat_map(|source| functions(source, "    fn ")));
    // The equality of model and reference is a property that has tests of its own.
    expected.insert("without_a_mistake_the_model_is_the_reference");
    expected.insert("without_a_mistake_the_model_rules_as_the_reference_does");
    expected.insert("without_a_mistake_the_model_signs_streams_as_the_reference_does");
    assert_eq!(listed, expected);
}

const TABLE: &str = "harness/reference/PROPERTIES.md";

/// The names of the functions on lines that begin so.
fn functions<'s>(source: &'s str, start: &'s str) -> impl Iterator<Item = &'s str> {
    source.lines().filter_map(move |line| line.strip_prefix(start)?.split('(').next())
}

fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// Asks as many questions as the runner has cases; returns for how many the property had something
/// to say.
fn hold(
    property: &Property,
    signer: &mut dyn InProcess,
    mut runner: TestRunner,
) -> Result<u32, String> {
    let (signer, held) = (RefCell::new(signer), Cell::new(0));
    let result = runner.run(&(questions(), any::<u64>()), |(question, seed)| {
        let outcome = (property.check)(&mut **signer.borrow_mut(), &question, seed)
            .map_err(|violation| TestCaseError::fail(violation.to_string()))?;
        held.set(held.get() + u32::from(outcome == Outcome::Held));
        Ok(())
    });
    result.map(|()| held.get()).map_err(|error| error.to_string())
}
