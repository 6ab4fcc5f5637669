//! The generator reaches what it claims to reach, and its shrinker comes to rest.

use std::cell::RefCell;

use arbitrary::{Arbitrary as _, Unstructured};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use sigv4_conformance::subject::built_in;
use sigv4_generate::coverage::{self, CORNERS};
use sigv4_generate::{
    CaseId, Class, Generated, Point, candidates, minimise, minimise_calls, plain, questions,
};
use sigv4_protocol::{Answer, Question, SignQuestion};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{self, Level};

/// How many cases reach every corner.
const CASES: u64 = 50_000;

fn cases(seed: u64) -> impl Iterator<Item = Vec<SignQuestion>> {
    (0..CASES).map(move |number| CaseId { seed, number }.calls())
}

#[test]
fn no_corner_is_empty() {
    let questions: Vec<SignQuestion> = cases(1).flatten().collect();
    let counts = coverage::count(questions.iter());
    let table: Vec<String> =
        counts.iter().map(|(name, count)| format!("{count:7} {name}")).collect();
    println!("{}", table.join("\n"));
    let empty: Vec<&str> =
        counts.iter().filter(|(_, count)| *count < 10).map(|(name, _)| *name).collect();
    assert!(empty.is_empty(), "fewer than 10 of {CASES} cases reach {empty:?}");
    let mut names: Vec<&str> = CORNERS.iter().map(|corner| corner.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CORNERS.len(), "two corners of one name");
}

#[test]
fn every_point_of_disagreement_is_touched_and_half_of_the_questions_touch_none() {
    let classes: Vec<Class> = cases(2).flatten().map(|question| Class::of(&question)).collect();
    for point in Point::ALL {
        let count = classes.iter().filter(|class| class.points().any(|one| one == *point)).count();
        assert!(count > 10, "{} is touched {count} times", point.id());
    }
    let core = classes.iter().filter(|class| class.is_core()).count();
    assert!(core * 2 > classes.len(), "{core} of {} are normative", classes.len());
}

/// A signer that escapes the path again on a retry shows only where there is something to escape.
#[test]
fn a_request_that_needs_escaping_is_asked_again_soon() {
    let is_retry = |calls: &[SignQuestion]| {
        let is_same = |pair: &[SignQuestion]| pair[0].input.request == pair[1].input.request;
        let needs_escaping = |call: &SignQuestion| {
            let path = call.input.request.target.split(|byte| *byte == b'?').next();
            let unreserved = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(byte);
            path.is_some_and(|path| !path.iter().all(unreserved))
        };
        calls.windows(2).any(|pair| is_same(pair) && needs_escaping(&pair[1]))
            && calls.iter().all(Class::is_core_of)
    };
    for seed in 1..=5 {
        let first = cases(seed).position(|calls| is_retry(&calls));
        assert!(first.is_some_and(|first| first < 500), "seed {seed}: {first:?}");
    }
}

/// What the vendor's signers part over is not normative: the edge vectors had their vote.
#[test]
fn the_class_is_what_the_vectors_say() {
    let mut wrong = Vec::new();
    let (mut normative, mut musts) = (0, 0);
    for case in Vectors::embedded().cases() {
        let model::Question::Sign(signing) = &case.question else { continue };
        let class = Class::of(&SignQuestion::of(signing));
        if case.level == Level::Must {
            // The points are coarser than the vote: with some of what touches them all agree.
            musts += 1;
            normative += usize::from(class.is_core());
            continue;
        }
        // The vendor's suite settles how paths are normalised, which some of its signers do not
        // do. What the tests of others say is a `should` for its source, not for its content.
        let settled = normalises(signing) || case.id.starts_with("published/");
        if class.is_core() && !settled {
            wrong.push(format!("{} is a {}, and {class}", case.id, case.level));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(normative * 10 > musts * 9, "{normative} of {musts} that are a must are normative");
}

/// Whether there is something to normalise in the path.
fn normalises(signing: &model::Signing) -> bool {
    let path = signing.input.request.target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let mut segments = path.split(|byte| *byte == b'/').skip(1);
    signing.input.normalize && segments.any(|segment| [&b"."[..], b"..", b""].contains(&segment))
}

#[test]
fn most_questions_can_be_signed_and_some_cannot() {
    let mut reference = built_in("reference").expect("a built-in subject");
    let (mut signed, mut refused) = (0, 0);
    for question in cases(3).flatten().take(10_000) {
        match reference.answer(&Question::Sign(Box::new(question))) {
            Answer::Signed(_) => signed += 1,
            _ => refused += 1,
        }
    }
    assert!(signed > 20 * refused && refused > 20, "{signed} signed, {refused} refused");
}

#[test]
fn no_bytes_and_zeros_make_the_plainest_question() {
    for bytes in [&[][..], &[0; 600]] {
        let generated = Generated::arbitrary(&mut Unstructured::new(bytes)).expect("a question");
        assert_eq!(generated.question, plain());
        assert!(generated.class.is_core());
    }
}

#[test]
fn candidates_are_simpler_and_shrinking_ends_at_the_plainest_question() {
    for question in cases(4).flatten().take(300) {
        assert!(candidates(&question).all(|candidate| candidate != question));
        assert_eq!(minimise(question, usize::MAX, |_| true), plain());
    }
    assert_eq!(candidates(&plain()).count(), 0);
}

#[test]
fn what_is_needed_stays() {
    let holds = |question: &SignQuestion| {
        let request = &question.input.request;
        request.target.starts_with(b"/%2F") && request.body.len() > 2
    };
    let found = cases(5).flatten().find(holds).expect("such a question");
    let smallest = minimise(found, usize::MAX, holds);
    let mut expected = plain();
    expected.input.request.target = "/%2F".into();
    expected.input.request.body = "aaa".into();
    assert_eq!(smallest, expected);
}

/// A body longer than a buffer of some signer is cut to one byte more than that buffer, in few questions.
#[test]
fn a_long_body_is_cut_to_the_byte() {
    let mut question = plain();
    question.input.request.body = vec![b'a'; 70_000].into();
    let mut asked = 0;
    let smallest = minimise(question, usize::MAX, |simpler| {
        asked += 1;
        simpler.input.request.body.len() > 65_536
    });
    assert_eq!(smallest.input.request.body.len(), 65_537);
    assert!(asked < 10_000, "{asked} questions");
}

#[test]
fn calls_shrink_together_and_within_the_budget() {
    let differ = |calls: &[SignQuestion]| {
        calls.windows(2).any(|pair| pair[0].input.time != pair[1].input.time)
    };
    let found = cases(6).find(|calls| differ(calls)).expect("calls at different times");
    let smallest = minimise_calls(found.clone(), usize::MAX, differ);
    assert_eq!(smallest.len(), 2);
    assert!(smallest.contains(&plain()), "{smallest:?}");

    let tried = RefCell::new(0);
    let same = minimise_calls(found.clone(), 7, |_| {
        *tried.borrow_mut() += 1;
        false
    });
    assert_eq!((same, tried.into_inner()), (found, 7));
}

#[test]
fn the_strategy_shrinks_the_request() {
    let mut runner = TestRunner::deterministic();
    let mut tree = questions().new_tree(&mut runner).expect("a question");
    // Everything fails: the plainest question is the simplest.
    while tree.simplify() {}
    assert_eq!(tree.current(), plain());

    let mut tree = questions().new_tree(&mut runner).expect("a question");
    let first = tree.current();
    // Nothing simpler fails: the first question is the answer.
    assert!(tree.simplify());
    while tree.complicate() {}
    assert_eq!(tree.current(), first);
}
