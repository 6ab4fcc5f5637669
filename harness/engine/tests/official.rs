//! The vendor's suite through the built-in subjects, stage by stage.

use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::subject::{Answer, Question, built_in};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Placement, Question as Asked};

#[test]
fn the_reference_equals_the_suite_at_every_stage() {
    let mut reference = built_in("reference").expect("a built-in subject");
    let mut count = 0;
    for case in Vectors::embedded().cases() {
        let Asked::Sign(signing) = &case.question;
        let answer = reference.answer(&Question::of(case));
        let Answer::Signed(signed) = answer else { panic!("{}: {answer:?}", case.id) };
        let stages = &signed.stages;
        let expect = &signing.expect;
        assert_eq!(
            stages.canonical_request.as_ref(),
            Some(&expect.canonical_request),
            "{}",
            case.id
        );
        assert_eq!(stages.string_to_sign.as_ref(), Some(&expect.string_to_sign), "{}", case.id);
        assert_eq!(stages.signing_key.as_deref(), Some(&*expect.signing_key), "{}", case.id);
        assert_eq!(stages.signature.as_deref(), Some(&*expect.signature), "{}", case.id);
        assert_eq!(judge(case, &Ok(Answer::Signed(signed))).verdict, Verdict::Exact, "{}", case.id);
        count += 1;
    }
    assert_eq!(count, Vectors::embedded().cases().count());
}

/// 38 cases in each placement; what `http::Request` cannot hold is refused, everything else exact.
#[test]
fn aws_sigv4_is_exact_where_its_types_hold_the_request() {
    let mut subject = built_in("aws-sigv4").expect("a built-in subject");
    for placement in Placement::ALL {
        let mut refused = Vec::new();
        let mut exact = 0;
        for case in Vectors::embedded().cases().filter(|case| case.placement == *placement) {
            let judgement = judge(case, &Ok(subject.answer(&Question::of(case))));
            match judgement.verdict {
                Verdict::Exact => exact += 1,
                Verdict::Unrepresentable => {
                    refused.push(case.id.rsplit('/').next().unwrap_or_default())
                }
                other => panic!("{}: {other} {judgement:?}", case.id),
            }
        }
        assert_eq!(exact, 35, "{placement}");
        let expected =
            ["get-header-value-multiline", "get-space-normalized", "get-space-unnormalized"];
        assert_eq!(refused, expected, "{placement}");
    }
}
