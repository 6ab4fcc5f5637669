//! Verifiers: the model rules as the reference does, and each mistake shows.

use arbitrary::Unstructured;
use sigv4_conformance::forge::{Setting, topics};
use sigv4_conformance::properties::Outcome;
use sigv4_conformance::properties::rulings::{changed, model_rules_as_reference};
use sigv4_conformance::subject::Reference;
use sigv4_protocol::VerifyQuestion;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{self, Case, Ruling};

/// How many requests are compared, unless the environment says otherwise.
const CASES: u64 = 20_000;

#[test]
fn without_a_mistake_the_model_rules_as_the_reference_does() {
    let cases = std::env::var("SIGV4_CONFORMANCE_CASES").ok();
    let cases = cases.map_or(CASES, |text| text.parse().expect("SIGV4_CONFORMANCE_CASES"));
    let mut random = fastrand::Rng::with_seed(1);
    let mut reference = Reference::new();
    let mut counts = [0, 0];
    let mut bytes = [0; 128];
    for _ in 0..cases {
        random.fill(&mut bytes);
        let question = changed(&mut Unstructured::new(&bytes)).expect("any bytes change a request");
        match model_rules_as_reference(&mut reference, &question) {
            Ok(Outcome::Held) => counts[0] += 1,
            Ok(Outcome::Vacuous) => counts[1] += 1,
            Err(violation) => panic!("{violation}"),
        }
    }
    // A generator that only made what is rejected would compare little.
    let [accepted, rejected] = counts;
    assert!(accepted * 8 > rejected && rejected > 0, "{accepted} accepted, {rejected} rejected");
}

/// Someone who changes a topic has to write the files, too.
#[test]
fn the_files_are_what_the_topics_forge() {
    let (generic, s3) = (Setting::documented(), Setting::documented_s3());
    let forged = topics(&generic, &s3);
    assert!(forged.len() > 10, "{} topics", forged.len());
    let mut count = 0;
    for topic in &forged {
        for case in &topic.cases {
            let kept = Vectors::embedded().case(&case.id);
            assert!(kept == Some(case), "{}: run `cargo xtask mint-verifier`", case.id);
            count += 1;
        }
    }
    let in_files = Vectors::embedded().cases_where(|id| id.starts_with("verifier/")).count();
    assert_eq!(count, in_files, "run `cargo xtask mint-verifier`");
}

/// A verifier that rejects everything shows nothing, so every rejection has a twin that is accepted and
/// is asked of the same service.
#[test]
fn every_twin_is_accepted() {
    let input_of = |case: &Case| match &case.question {
        model::Question::Verify(verification) => Some((**verification).clone()),
        _ => None,
    };
    for case in Vectors::embedded().cases_where(|id| id.starts_with("verifier/")) {
        let Some(own) = input_of(case) else { continue };
        let Some(twin) = &own.expect.twin else { continue };
        let twin = Vectors::embedded().case(twin).and_then(input_of);
        let twin = twin.unwrap_or_else(|| panic!("{}: its twin does not exist", case.id));
        assert_eq!(twin.expect.verdict, Ruling::Accept, "{}", case.id);
        assert_eq!(twin.input.service, own.input.service, "{}", case.id);
    }
}

/// Also for the same reasons.
#[test]
fn reference_and_model_rule_every_vector_as_it_says() {
    let mut reference = Reference::new();
    let mut count = 0;
    for case in Vectors::embedded().cases() {
        let model::Question::Verify(verification) = &case.question else { continue };
        let question = VerifyQuestion::of(verification);
        let outcome = model_rules_as_reference(&mut reference, &question);
        let accepted = match outcome {
            Ok(outcome) => outcome == Outcome::Held,
            Err(violation) => panic!("{}: {violation}", case.id),
        };
        assert_eq!(accepted, verification.expect.verdict == Ruling::Accept, "{}", case.id);
        count += 1;
    }
    assert!(count >= 800, "{count} vectors");
}
