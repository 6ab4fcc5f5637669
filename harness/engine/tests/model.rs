//! The model without mistakes is the reference: at every stage, in what is sent, and in what both
//! refuse.

use proptest::test_runner::{Config, TestRunner};
use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::subject::built_in;
use sigv4_generate::{plain, questions};
use sigv4_mistakes::model::{self, Model};
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Answer, Question, Side, SignQuestion};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Suite;

/// How many requests are compared, unless the environment says otherwise.
const CASES: u32 = 10_000;

#[test]
fn without_a_mistake_the_model_is_the_reference() {
    let cases = std::env::var("SIGV4_CONFORMANCE_CASES").ok();
    let cases = cases.map_or(CASES, |text| text.parse().expect("SIGV4_CONFORMANCE_CASES"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let reference = std::cell::RefCell::new(built_in("reference").expect("a built-in subject"));
    let (signed, refused) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let result = TestRunner::new(config).run(&questions(), |question| {
        let modelled = model::sign(&question, MistakeSet::EMPTY);
        let asked = Question::Sign(Box::new(question));
        match (reference.borrow_mut().answer(&asked), modelled) {
            (Answer::Signed(expected), Ok(answer)) => {
                proptest::prop_assert_eq!(*expected, answer);
                signed.set(signed.get() + 1);
            }
            (Answer::Unrepresentable { .. }, Err(_)) => refused.set(refused.get() + 1),
            (expected, answer) => {
                proptest::prop_assert!(false, "reference: {expected:?}\nmodel: {answer:?}");
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // A generator that only made requests that are refused would compare nothing.
    let (signed, refused) = (signed.get(), refused.get());
    assert!(signed > 3 * refused && refused > 0, "{signed} signed, {refused} refused");
}

/// A diagnosis asks for sets that nobody thought of.
#[test]
fn every_set_of_mistakes_signs_what_a_correct_signer_signs() {
    let mistakes =
        proptest::collection::vec(proptest::sample::select(Mistake::of(Side::Signer)), 1..6);
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let strategy = (mistakes, questions(), questions());
    let result = TestRunner::new(config).run(&strategy, |(mistakes, first, second)| {
        let mut model = Model::new(mistakes.into_iter().collect());
        for question in [&first, &second, &first] {
            let right = model::sign(question, MistakeSet::EMPTY).map(|_| ());
            proptest::prop_assert_eq!(model.sign(question).map(|_| ()), right);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn the_vendor_s_suite_comes_out_of_the_model() {
    let mut subject = built_in("model").expect("a built-in subject");
    let mut count = 0;
    for topic in Vectors::embedded().topics() {
        if topic.suite() != Suite::Official.as_str() {
            continue;
        }
        for case in &topic.file.cases {
            let judgement = judge(case, &Ok(subject.answer(&Question::of(case))));
            assert_eq!(judgement.verdict, Verdict::Exact, "{}: {judgement:?}", case.id);
            assert!(judgement.notes.is_empty(), "{}: {judgement:?}", case.id);
            count += 1;
        }
    }
    // With and without a region in the scope.
    assert_eq!(count, 2 * 76);
}

/// Both refuse what is not a request, whatever the generators make.
#[test]
fn what_cannot_be_signed_is_refused_by_both() {
    let mut reference = built_in("reference").expect("a built-in subject");
    let refused = plain();
    let with = |change: &dyn Fn(&mut SignQuestion)| {
        let mut question = refused.clone();
        change(&mut question);
        question
    };
    let questions = [
        with(&|question| question.input.request.method = "".into()),
        with(&|question| question.input.request.method = "G T".into()),
        with(&|question| question.input.request.target = "a".into()),
        with(&|question| question.input.request.target = "/\0".into()),
        with(&|question| question.input.request.target = "/a\r\nb".into()),
        with(&|question| question.input.request.target = "/?a=%zz".into()),
        with(&|question| question.input.request.target = "/?a=%4".into()),
        with(&|question| question.input.request.headers.push(("".into(), "".into()))),
        with(&|question| question.input.request.headers.push(("a b".into(), "".into()))),
        with(&|question| question.input.region = "a\n".into()),
        with(&|question| question.input.service = "a\0".into()),
        with(&|question| question.input.credentials.access_key_id = "a\r".into()),
        with(&|question| question.input.credentials.session_token = Some("a\n".into())),
        with(&|question| {
            question.placement = sigv4_vectors::model::Placement::Query;
            question.input.expires = Some(0);
        }),
    ];
    for question in questions {
        let answer = model::sign(&question, MistakeSet::EMPTY);
        assert!(answer.is_err(), "{question:?}");
        let answer = reference.answer(&Question::Sign(Box::new(question)));
        assert!(matches!(answer, Answer::Unrepresentable { .. }), "{answer:?}");
    }
    assert!(model::sign(&refused, MistakeSet::EMPTY).is_ok());
}
