//! What a subject is asked, and in which order, does not depend on how many cases are asked at once.

use std::ops::RangeInclusive;

use sigv4_conformance::expectations::Expectations;
use sigv4_conformance::log::{Event, RunResult};
use sigv4_conformance::run::{BATCH, Observer, Plan, run};
use sigv4_conformance::subject::Reference;
use sigv4_protocol::{Answer, Identity, InProcess, Question, Side};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Case;

/// The reference, with what it was asked.
struct Recording {
    reference: Reference,
    asked: Vec<Question>,
}

impl InProcess for Recording {
    fn identity(&self) -> &Identity {
        InProcess::identity(&self.reference)
    }

    fn answer(&mut self, question: &Question) -> Answer {
        self.asked.push(question.clone());
        self.reference.answer(question)
    }
}

/// Asks this many cases at once, at least and at most.
struct AtOnce(usize, usize);

impl Observer for AtOnce {
    fn event(&mut self, _: &Event) {}

    fn at_once(&self) -> RangeInclusive<usize> {
        self.0..=self.1
    }
}

fn asked(cases: &[&Case], at_once: AtOnce) -> Vec<Question> {
    let mut subject = Recording { reference: Reference::new(), asked: Vec::new() };
    let plan = Plan {
        side: Side::Verifier,
        vectors: Vectors::embedded(),
        cases,
        partial: true,
        expectations: &Expectations::default(),
        own_keys: false,
        invocation: &[],
    };
    let result = run(&mut subject, &plan, &mut { at_once }, &|| ());
    assert_eq!(result, RunResult::AsExpected);
    subject.asked
}

#[test]
fn the_questions_are_the_same_however_many_are_asked_at_once() {
    let is_asked = |case: &&Case| {
        let topics = ["bases", "clock", "keys", "scope", "sequences"];
        topics.iter().any(|topic| case.id.starts_with(&format!("verifier/sigv4/{topic}/")))
    };
    let cases: Vec<&Case> = Vectors::embedded().cases().filter(is_asked).collect();
    assert!(cases.len() > BATCH, "twins are asked again on the way: {} cases", cases.len());
    let all = asked(&cases, AtOnce(BATCH, BATCH));
    // Twins are asked again, and sequences have more than one question.
    assert!(all.len() > cases.len() + 69, "{} questions of {} cases", all.len(), cases.len());
    let with_more = all.iter().filter(|question| !(*question).clone().take_before().is_empty());
    assert_eq!(with_more.count(), 0, "an adapter is asked one request at a time");
    for (least, most) in [(1, 1), (100, 100), (16, BATCH)] {
        assert!(asked(&cases, AtOnce(least, most)) == all, "{least} to {most} at once");
    }
}
