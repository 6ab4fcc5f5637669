//! All vectors through the built-in subjects, stage by stage.

use sigv4_conformance::expectations;
use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::subject::built_in;
use sigv4_protocol::{Answer, Question, SignQuestion, SignedAnswer, SignedPiece};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, PieceExpectation, Question as Asked, SeedExpectation};

#[test]
fn the_reference_equals_every_vector_at_every_stage() {
    let mut reference = built_in("reference").expect("a built-in subject");
    let mut count = 0;
    for case in Vectors::embedded().cases() {
        let id = &case.id;
        let answer = reference.answer(&Question::of(case));
        assert_eq!(judge(case, &Ok(answer.clone())).verdict, Verdict::Exact, "{id}: {answer:?}");
        if let Asked::DeriveKey(derivation) = &case.question {
            let Answer::Derived(keys) = answer else { panic!("{id}: {answer:?}") };
            assert_eq!(keys.signing_key, *derivation.expect.signing_key, "{id}");
            count += 1;
            continue;
        }
        if let Asked::SignV4a(signing) = &case.question {
            let Answer::SignedV4a(answer) = answer else { panic!("{id}: {answer:?}") };
            let (stages, expect) = (&answer.stages, &signing.expect);
            let canonical_request = stages.canonical_request.as_ref();
            assert_eq!(canonical_request, Some(&expect.canonical_request), "{id}");
            assert_eq!(stages.string_to_sign.as_ref(), Some(&expect.string_to_sign), "{id}");
            count += 1;
            continue;
        }
        if let Asked::SignChunks(signing) = &case.question {
            let expect = &signing.expect;
            let Answer::SignedChunks(answer) = answer else { panic!("{id}: {answer:?}") };
            assert_seed(id, expect.seed.as_ref(), answer.head.as_ref());
            let chunks = answer.chunks.iter().map(|chunk| &chunk.piece);
            assert_pieces(id, &expect.chunks, chunks);
            assert_pieces(id, expect.trailer.as_slice(), answer.trailer.iter());
            if expect.framed_body.is_some() {
                assert_eq!(answer.framed_body, expect.framed_body, "{id}");
            }
            count += 1;
            continue;
        }
        if let Asked::SignEvents(signing) = &case.question {
            let expect = &signing.expect;
            let Answer::SignedEvents(answer) = answer else { panic!("{id}: {answer:?}") };
            assert_seed(id, expect.seed.as_ref(), answer.head.as_ref());
            assert_eq!(answer.messages.len(), expect.messages.len(), "{id}");
            assert_pieces(id, &expect.messages, answer.messages.iter());
            count += 1;
            continue;
        }
        assert_eq!(answer.signed().len(), case.calls().len(), "{id}: {answer:?}");
        for (signed, signing) in answer.signed().iter().zip(case.calls()) {
            let (stages, expect) = (&signed.stages, &signing.expect);
            let canonical_request = stages.canonical_request.as_ref();
            assert_eq!(canonical_request, Some(&expect.canonical_request), "{id}");
            assert_eq!(stages.string_to_sign.as_ref(), Some(&expect.string_to_sign), "{id}");
            assert_eq!(stages.signing_key.as_deref(), Some(&*expect.signing_key), "{id}");
            assert_eq!(stages.signature.as_deref(), Some(&*expect.signature), "{id}");
        }
        count += 1;
    }
    assert_eq!(count, Vectors::embedded().cases().count());
}

fn assert_seed(id: &str, expect: Option<&SeedExpectation>, head: Option<&SignedAnswer>) {
    assert_eq!(expect.is_some(), head.is_some(), "{id}");
    let (Some(expect), Some(head)) = (expect, head) else { return };
    assert_eq!(head.stages.canonical_request.as_ref(), Some(&expect.canonical_request), "{id}");
    assert_eq!(head.stages.string_to_sign.as_ref(), Some(&expect.string_to_sign), "{id}");
    assert_eq!(head.stages.signature.as_deref(), Some(&*expect.signature), "{id}");
}

/// What was published of each piece, in order.
fn assert_pieces<'p>(
    id: &str,
    expect: &[PieceExpectation],
    pieces: impl Iterator<Item = &'p SignedPiece>,
) {
    for (expect, piece) in expect.iter().zip(pieces) {
        if expect.string_to_sign.is_some() {
            assert_eq!(piece.string_to_sign, expect.string_to_sign, "{id}");
        }
        if let Some(signature) = &expect.signature {
            assert_eq!(*piece.signature, **signature, "{id}");
        }
    }
}

/// The model is the second implementation, of streams and of SigV4A too.
#[test]
fn the_model_equals_every_vector_of_another_operation() {
    let mut model = built_in("model").expect("a built-in subject");
    let mut count = 0;
    for case in Vectors::embedded().cases().filter(|case| case.calls().is_empty()) {
        if matches!(case.question, Asked::DeriveKey(_)) {
            continue;
        }
        let answer = model.answer(&Question::of(case));
        let judgement = judge(case, &Ok(answer));
        assert_eq!(judgement.verdict, Verdict::Exact, "{}: {judgement:?}", case.id);
        count += 1;
    }
    assert_eq!(count, 15 + 82 + 31);
}

/// Any signature that the key verifies is right, and none that it does not.
#[test]
fn a_signature_of_sigv4a_is_verified() {
    let id = "official/sigv4a/header/get-vanilla";
    let case = Vectors::embedded().cases().find(|case| case.id == id).expect("a vector");
    let answer = built_in("reference").expect("a built-in subject").answer(&Question::of(case));
    let Answer::SignedV4a(right) = answer else { panic!("{answer:?}") };
    let judged = |change: &dyn Fn(&str) -> String| {
        let mut answer = right.clone();
        for (name, value) in &mut answer.request.headers {
            let line = change(&format!("{name}: {value}"));
            let (_, changed) = line.split_once(": ").expect("a header");
            *value = changed.into();
        }
        judge(case, &Ok(Answer::SignedV4a(answer)))
    };
    assert_eq!(judged(&str::to_owned).verdict, Verdict::Exact);
    for (what, change) in [
        (
            "not digits",
            &(|line: &str| line.replace("Signature=30", "Signature=zz")) as &dyn Fn(&str) -> String,
        ),
        ("cut", &|line: &str| match line.split_once("Signature=") {
            Some((start, _)) => format!("{start}Signature=3045"),
            None => line.to_owned(),
        }),
        ("another region set", &|line: &str| {
            line.replace("Region-Set: us-east-1", "Region-Set: us-east-2")
        }),
        ("a region in the scope", &|line: &str| {
            line.replace("0830/service", "0830/us-east-1/service")
        }),
    ] {
        let judgement = judged(change);
        assert_eq!(judgement.verdict, Verdict::Mismatch, "{what}: {judgement:?}");
    }
}

/// 38 cases in each placement of each algorithm; what `http::Request` cannot hold is refused, everything else exact.
#[test]
fn aws_sigv4_is_exact_on_the_official_suite_where_its_types_hold_the_request() {
    let folders = ["sigv4/header/", "sigv4/query/", "sigv4a/header/", "sigv4a/query/"];
    let verdicts = verdicts_of_aws_sigv4();
    for folder in folders.map(|folder| format!("official/{folder}")) {
        let mut refused = Vec::new();
        let mut exact = 0;
        for (case, verdict) in &verdicts {
            if !case.id.starts_with(&folder) {
                continue;
            }
            match verdict {
                Verdict::Exact => exact += 1,
                Verdict::Unrepresentable => {
                    refused.push(case.id.rsplit('/').next().unwrap_or_default());
                }
                other => panic!("{}: {other}", case.id),
            }
        }
        assert_eq!(exact, 35, "{folder}");
        let expected =
            ["get-header-value-multiline", "get-space-normalized", "get-space-unnormalized"];
        assert_eq!(refused, expected, "{folder}");
    }
}

/// What it fails is on its list, with the reason; what is on the list fails.
/// A request that verifies has to be the one that was asked for, too.
#[test]
fn sigv4a_of_another_request_is_a_mismatch() {
    type Change = fn(&mut SignQuestion);
    let changes: [(&str, Change); 7] = [
        ("method", |asked| asked.input.request.method = "DELETE".into()),
        ("path", |asked| asked.input.request.target = "/other".into()),
        ("query", |asked| {
            let target = asked.input.request.target.to_vec();
            let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
            asked.input.request.target = path.into();
        }),
        ("host", |asked| asked.input.request.headers[0].1 = "other.example.com".into()),
        ("headers", |asked| asked.input.request.headers.truncate(1)),
        ("lifetime", |asked| asked.input.expires = asked.input.expires.map(|_| 5)),
        ("region set", |asked| asked.input.region = "eu-north-1".into()),
    ];
    let mut reference = built_in("reference").expect("a built-in subject");
    let mut count = 0;
    for case in Vectors::embedded().cases() {
        let Question::SignV4a(asked) = Question::of(case) else { continue };
        for (what, change) in &changes {
            let mut other = asked.clone();
            change(&mut other.request);
            if other == asked {
                continue;
            }
            let mut own_header = other.clone();
            own_header.request.input.request.headers.push(("X-Extra".into(), "1".into()));
            for other in [other, own_header] {
                let answer = reference.answer(&Question::SignV4a(other));
                let verdict = judge(case, &Ok(answer)).verdict;
                assert_eq!(verdict, Verdict::Mismatch, "{}: another {what}", case.id);
                count += 1;
            }
        }
    }
    assert!(count > 700, "{count}");
}

#[test]
fn aws_sigv4_fails_what_its_list_says() {
    let known = expectations::built_in("aws-sigv4").expect("a sound list");
    // The edge vectors excuse by level and need, which is for a run to weigh.
    let is_edge = |case: &Case| case.id.starts_with("edge/");
    for (case, verdict) in verdicts_of_aws_sigv4().into_iter().filter(|(case, _)| !is_edge(case)) {
        let listed =
            Verdict::ALL.into_iter().find(|each| known.known(&case.id, *each, None).is_some());
        let expected = listed.unwrap_or(Verdict::Exact);
        assert_eq!(verdict, expected, "{}", case.id);
    }
}

/// The verdicts on all that the crate is asked.
fn verdicts_of_aws_sigv4() -> Vec<(&'static Case, Verdict)> {
    let mut subject = built_in("aws-sigv4").expect("a built-in subject");
    let roles = subject.identity().roles.clone();
    let asked = Vectors::embedded().cases().map(|case| (case, Question::of(case)));
    asked
        .filter(|(_, question)| question.roles().all(|role| roles.contains(&role)))
        .map(|(case, question)| (case, judge(case, &Ok(subject.answer(&question))).verdict))
        .collect()
}

#[test]
fn a_sequence_is_judged_call_by_call_and_as_a_whole() {
    let case = Vectors::embedded().case("edge/sigv4/sequences-keys/midnight").expect("a vector");
    let mut reference = built_in("reference").expect("a built-in subject");
    let answer = reference.answer(&Question::of(case));
    let Answer::SignedSequence { calls } = answer else { panic!("{answer:?}") };
    let judged = |calls| judge(case, &Ok(Answer::SignedSequence { calls }));
    assert_eq!(judged(calls.clone()).verdict, Verdict::Exact);

    let late = judged(vec![calls[0].clone(), calls[0].clone()]);
    assert_eq!(late.verdict, Verdict::Mismatch);
    let summary = late.finding.expect("a finding").summary;
    assert!(summary.starts_with("call 2 of 2: "), "{summary}");

    let short = judged(calls[..1].to_vec());
    assert_eq!(short.verdict, Verdict::Error);
    assert_eq!(short.notes, ["2 calls were asked, 1 are answered"]);
}
