//! Signers in Rust, gated in process.

mod named;
mod signer;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sigv4_conformance::gate::{
    Gate, GateError, Profile, Refusal, SignQuestion, SignedAnswer, Signer,
};
use sigv4_conformance::log::RunResult;

use signer::TinySigner;

const WRONG: TinySigner = TinySigner { leaves_query_unsorted: true };

fn gate() -> Gate {
    Gate::new("tiny-signer").profiles(&[Profile::Generic])
}

/// What the failed test says.
fn failure(gate: &Gate, signer: &mut dyn Signer) -> String {
    let failed = catch_unwind(AssertUnwindSafe(|| gate.check(signer))).expect_err("it fails");
    *failed.downcast::<String>().expect("a message")
}

#[test]
fn a_right_signer_passes() {
    gate().check(&mut TinySigner::default());
}

#[test]
fn the_failure_names_the_mistake() {
    let failure = failure(&gate(), &mut WRONG.clone());
    assert!(failure.starts_with("tiny-signer does not conform: "), "{failure}");
    assert!(failure.contains("\nquery-unsorted explains "), "{failure}");
    assert!(failure.contains("canonical-request: the query differs at byte "), "{failure}");
    assert!(failure.len() < 5000, "{failure}");
}

#[test]
fn known_failures_are_listed_and_the_list_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("known.toml");
    let entry =
        "[[known]]\nmistake = \"query-unsorted\"\nverdict = \"mismatch\"\nreason = \"soon\"\n";
    fs::write(&list, entry).expect("written");
    let gate = gate().known_failures(&list);
    gate.check(&mut WRONG.clone());
    let failure = failure(&gate, &mut TinySigner::default());
    assert!(failure.contains("known.toml:1: "), "{failure}");
}

#[test]
fn a_signer_that_signs_nothing_or_panics_does_not_pass() {
    struct Nothing;
    impl Signer for Nothing {
        fn sign(&mut self, _: &SignQuestion) -> Result<SignedAnswer, Refusal> {
            Err(Refusal::Unsupported("not yet".to_owned()))
        }
    }
    struct Panics;
    impl Signer for Panics {
        fn sign(&mut self, _: &SignQuestion) -> Result<SignedAnswer, Refusal> {
            panic!("not today")
        }
    }
    let gate = gate().filter("official/sigv4/header/get-vanilla");
    let said = failure(&gate, &mut Nothing);
    assert!(said.contains("not yet"), "{said}");
    let said = failure(&gate, &mut Panics);
    assert!(said.contains("not today"), "{said}");
}

#[test]
fn what_cannot_be_run_is_an_error() {
    let run = |gate: Gate| gate.run(&mut TinySigner::default());
    let log = run(gate().filter("official/*/get-vanilla")).expect("a run");
    assert_eq!(log.footer.result, RunResult::AsExpected);
    assert!(log.header.partial);
    for (gate, expected) in [
        (gate().filter("no-such-case"), "no-such-case matches no vector: "),
        (gate().filter("a["), "invalid glob `a[`: "),
        (gate().known_failures("/no/such/file"), "/no/such/file: "),
    ] {
        let error: GateError = run(gate).expect_err("an error");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
