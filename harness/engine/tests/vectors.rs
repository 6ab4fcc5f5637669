//! All vectors through the built-in subjects, stage by stage.

use sigv4_conformance::expectations;
use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::subject::built_in;
use sigv4_protocol::{
    Answer, LegacyAnswer, LegacyStages, Question, Side, SignQuestion, SignedAnswer, SignedPiece,
};
use sigv4_vectors::model::{Case, PieceExpectation, Question as Asked, SeedExpectation};
use sigv4_vectors::{Bytes, Vectors};

/// The others are in `rulings.rs`.
fn is_of_signers(id: &str) -> bool {
    !id.starts_with("verifier/")
}

#[test]
fn the_reference_equals_every_vector_at_every_stage() {
    let mut reference = built_in("reference").expect("a built-in subject");
    let mut count = 0;
    for case in Vectors::embedded().cases_where(is_of_signers) {
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
        if let Asked::SignV4aChunks(signing) = &case.question {
            let expect = &signing.expect;
            let Answer::SignedV4aChunks(answer) = answer else { panic!("{id}: {answer:?}") };
            let stages = answer.head.as_ref().map(|head| &head.stages);
            let seed = expect.seed.as_ref();
            let shown = stages.and_then(|stages| stages.canonical_request.as_ref());
            assert_eq!(shown, seed.map(|seed| &seed.canonical_request), "{id}");
            let shown = stages.and_then(|stages| stages.string_to_sign.as_ref());
            assert_eq!(shown, seed.map(|seed| &seed.string_to_sign), "{id}");
            let texts: Vec<_> =
                answer.pieces().map(|piece| piece.string_to_sign.as_deref().unwrap()).collect();
            let around: Vec<_> = expect.chunks.iter().chain(&expect.trailer).collect();
            assert_eq!(texts.len(), around.len(), "{id}");
            for (text, around) in texts.into_iter().zip(around) {
                assert!(text.starts_with(&around.before) && text.ends_with(&around.after), "{id}");
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
        if let Asked::SignLegacy(signing) = &case.question {
            let Answer::SignedLegacy(answer) = answer else { panic!("{id}: {answer:?}") };
            let (stages, expect) = (&answer.stages, &signing.expect);
            assert_eq!(stages.string_to_sign.as_ref(), Some(&expect.string_to_sign), "{id}");
            assert_eq!(stages.signature.as_ref(), Some(&expect.signature), "{id}");
            count += 1;
            continue;
        }
        if let Asked::Token(making) = &case.question {
            let Answer::Token(answer) = answer else { panic!("{id}: {answer:?}") };
            let (stages, expect) = (&answer.stages, &making.expect);
            assert_eq!(stages.canonical_request, expect.canonical_request, "{id}");
            assert_eq!(stages.string_to_sign, expect.string_to_sign, "{id}");
            assert_eq!(answer.token, expect.token, "{id}");
            count += 1;
            continue;
        }
        if let Asked::SignPostPolicy(signing) = &case.question {
            let Answer::SignedPostPolicy(answer) = answer else { panic!("{id}: {answer:?}") };
            assert_eq!(answer.value("policy"), Some(&signing.expect.policy), "{id}");
            let signature = answer.value("x-amz-signature").map(ToString::to_string);
            assert_eq!(signature.as_deref(), Some(&*signing.expect.signature), "{id}");
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
    assert_eq!(count, Vectors::embedded().cases_where(is_of_signers).count());
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

/// The model is the second implementation, of everything that signs.
#[test]
fn the_model_equals_every_vector_of_another_operation() {
    let mut model = built_in("model").expect("a built-in subject");
    let mut count = 0;
    let cases = Vectors::embedded().cases_where(is_of_signers);
    for case in cases.filter(|case| case.calls().is_empty()) {
        if matches!(case.question, Asked::DeriveKey(_)) {
            continue;
        }
        let answer = model.answer(&Question::of(case));
        let judgement = judge(case, &Ok(answer));
        assert_eq!(judgement.verdict, Verdict::Exact, "{}: {judgement:?}", case.id);
        count += 1;
    }
    assert_eq!(count, 15 + 82 + 31 + 3 + 34 + 23 + 4 + 4);
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

/// Other fields of a form are its own business; those that sign it have to be right.
#[test]
fn the_fields_that_sign_a_form_are_judged() {
    type Fields = Vec<(Bytes, Bytes)>;
    let id = "published/sigv4-post-policy/s3-docs/s3doc-post-policy-20151229";
    let case = Vectors::embedded().case(id).expect("a published policy");
    let answer = built_in("reference").expect("a built-in subject").answer(&Question::of(case));
    let Answer::SignedPostPolicy(right) = answer else { panic!("{answer:?}") };
    let judged = |change: &dyn Fn(&mut Fields)| {
        let mut answer = right.clone();
        change(&mut answer.fields);
        let judgement = judge(case, &Ok(Answer::SignedPostPolicy(answer)));
        (judgement.verdict, judgement.finding.map(|finding| finding.summary).unwrap_or_default())
    };
    let exact = (Verdict::Exact, String::new());
    assert_eq!(judged(&|fields| fields.reverse()), exact);
    assert_eq!(judged(&|fields| fields.push(("key".into(), "user/user1/a".into()))), exact);
    let without = |name: &'static str| {
        move |fields: &mut Fields| {
            fields.retain(|(own, _)| &own[..] != name.as_bytes());
        }
    };
    for name in ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature"] {
        let summary = format!("the form has no field `{name}`");
        assert_eq!(judged(&without(name)), (Verdict::Mismatch, summary));
    }
    for (name, value, expected) in [
        ("x-amz-date", "20151229", "the field `x-amz-date` is `20151229`, expected `20151229T"),
        ("x-amz-credential", "a/b", "the field `x-amz-credential` is `a/b`, expected `AKIA"),
        ("policy", "eyAi", "policy: the string to sign differs at byte 4 "),
        ("x-amz-signature", "8afd", "policy: the signature differs at byte 4 "),
        ("x-amz-security-token", "a", "the form has a session token, and the credentials have "),
    ] {
        let (verdict, summary) = judged(&|fields| {
            without(name)(fields);
            fields.push((name.into(), value.into()));
        });
        assert_eq!(verdict, Verdict::Mismatch, "{name}");
        assert!(summary.starts_with(expected), "{summary}");
    }
}

/// botocore completes every policy with conditions on the fields that it adds.
#[test]
fn a_policy_that_the_signer_completes_is_judged_by_what_it_says() {
    let id = "published/sigv4-post-policy/s3-docs/s3doc-post-policy-20151229";
    let case = Vectors::embedded().case(id).expect("a published policy");
    let judged = |change: &dyn Fn(String) -> String| {
        let Question::SignPostPolicy(mut question) = Question::of(case) else { panic!("a policy") };
        question.policy = change(question.policy.to_string()).into();
        let mut reference = built_in("reference").expect("a built-in subject");
        let answer = reference.answer(&Question::SignPostPolicy(question));
        judge(case, &Ok(answer)).verdict
    };
    let with = |condition: &'static str| {
        move |policy: String| {
            let end = policy.rfind(']').expect("conditions");
            format!("{}, {condition}{}", &policy[..end], &policy[end..])
        }
    };
    let completed = with(r#"{"x-amz-date": "20151229T000000Z"}"#);
    assert_eq!(judged(&completed), Verdict::Equivalent);
    let shorter = |policy: String| completed(policy).replace("2015-12-30", "2016-12-30");
    let other_key = |policy: String| completed(policy).replace("user/user1/", "user/");
    for change in
        [&shorter as &dyn Fn(String) -> String, &other_key, &with(r#"{"acl": "private"}"#)]
    {
        assert_eq!(judged(change), Verdict::Mismatch);
    }
    assert_eq!(judged(&|policy| policy.replace("\r\n", "\n")), Verdict::Mismatch);
}

/// A presigned URL of S3 may carry its headers as parameters, and a date may be written in another way.
#[test]
fn a_request_of_an_old_scheme_is_judged_by_what_is_sent() {
    type Change = fn(&mut LegacyAnswer);
    let judged = |id: &str, change: &dyn Fn(&mut LegacyAnswer)| {
        let case = Vectors::embedded().case(id).expect("a published request");
        let answer = built_in("reference").expect("a built-in subject").answer(&Question::of(case));
        let Answer::SignedLegacy(mut answer) = answer else { panic!("{answer:?}") };
        change(&mut answer);
        let judgement = judge(case, &Ok(Answer::SignedLegacy(answer)));
        (judgement.verdict, judgement.finding.map(|finding| finding.summary).unwrap_or_default())
    };
    let get = "published/s3-sigv2/s3-docs/s3v2-object-get";
    let other_date = judged(get, &|answer| {
        answer.request.headers[1].1 = "Tue, 27 Mar 2007 19:36:42 GMT".into();
        answer.request.headers[2].1 =
            "AWS AKIAIOSFODNN7EXAMPLE:7AbQgM8BIjLxGPGytjyjro07bR4=".into();
        answer.stages = LegacyStages::default();
    });
    assert_eq!(other_date.0, Verdict::Equivalent, "{other_date:?}");
    let query = "published/s3-sigv2/botocore/botocore-s3v2-presign-amz";
    let moved = judged(query, &|answer| {
        let parameters = "x-amz-security-token=foo&x-amz-acl=read-only";
        answer.request.target = format!("{}&{parameters}", answer.request.target).into();
        answer.request.headers.clear();
    });
    assert_eq!(moved, (Verdict::Exact, String::new()));
    let changes: [(&str, Change, &str); 6] = [
        (get, |answer| drop(answer.request.headers.pop()), "the request has no signature where"),
        (
            get,
            |answer| answer.request.headers[2].1 = "AWS a:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=".into(),
            "the signature is right, and a verifier refuses what is sent: unknown-access-key",
        ),
        (
            get,
            |answer| answer.request.target = "/photos/puppy.jpg?prefix=a".into(),
            "the query that is sent is not the one asked for",
        ),
        (
            get,
            |answer| answer.request.headers[0].1 = "other.example.com".into(),
            "the header `Host` that is sent is not the one asked for",
        ),
        (
            get,
            |answer| answer.stages.string_to_sign = Some("GET\n\n\nT".into()),
            "the string to sign differs at byte 7 (line 4, column 2)",
        ),
        (
            "published/query-sigv2/aws-sdk-js/js-sigv2-params",
            |answer| answer.request.target = "/other".into(),
            "",
        ),
    ];
    for (id, change, expected) in changes {
        let (verdict, summary) = judged(id, &change);
        assert_eq!(verdict, Verdict::Mismatch, "{id}: {summary}");
        assert!(summary.starts_with(expected), "{summary}");
    }
}

/// The parameters of a token may come in any order, and nothing else may differ.
#[test]
fn a_token_is_judged_by_its_parts() {
    let judged = |id: &str, change: &dyn Fn(String) -> String| {
        let case = Vectors::embedded().case(id).expect("a published token");
        let answer = built_in("reference").expect("a built-in subject").answer(&Question::of(case));
        let Answer::Token(mut answer) = answer else { panic!("{answer:?}") };
        answer.token = change(answer.token.to_string()).into();
        let judgement = judge(case, &Ok(Answer::Token(answer)));
        (judgement.verdict, judgement.finding.map(|finding| finding.summary).unwrap_or_default())
    };
    let rds = "published/rds-token/botocore/botocore-rds-token";
    let exact = (Verdict::Exact, String::new());
    let reordered = |token: String| {
        let (start, query) = token.split_once('?').expect("a query");
        let mut parameters: Vec<&str> = query.split('&').collect();
        parameters.reverse();
        format!("{start}?{}", parameters.join("&"))
    };
    assert_eq!(judged(rds, &reordered), exact);
    // As the SDK for Go writes it.
    assert_eq!(judged(rds, &|token| token.replace("3306/?", "3306?")), exact);
    for (id, from, to, expected) in [
        (rds, "prod-instance", "https://prod-instance", "the start of the token that is sent is"),
        (rds, "Expires=900", "Expires=901", "the list of parameters that is sent is not"),
        (rds, "d1138cdb", "d1138cdc", "the signature differs at byte 7"),
        (rds, "X-Amz-Signature", "Signature", "the token is not encoded as one of its kind is"),
        ("published/eks-token/aws-cli/aws-cli-get-token", "k8s-aws-v1.", "", "the token is not"),
        ("published/msk-token/clients/msk-iam-token", "aHR0", "aHR0=", "the token is not encoded"),
        ("published/ses-smtp/terraform/tf-ses-smtp-v4-1", "BMXh", "AMXh", "the signature differs"),
        ("published/codecommit/clients/aws4-codecommit", "30Z", "31Z", "the start of the token"),
    ] {
        let (verdict, summary) = judged(id, &|token| token.replace(from, to));
        assert_eq!(verdict, Verdict::Mismatch, "{id}: {from}");
        assert!(summary.starts_with(expected), "{summary}");
    }
}

/// 38 cases in each placement; what `http::Request` cannot hold is refused, everything else exact.
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

/// What it fails is on its list, with the reason; what is on the list fails.
#[test]
fn aws_sigv4_fails_what_its_list_says() {
    let known = expectations::built_in(Side::Signer, "aws-sigv4").expect("a sound list");
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
