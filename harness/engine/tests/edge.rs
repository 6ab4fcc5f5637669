//! The edge vectors and the tables that they were minted from.

use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::subject::built_in;
use sigv4_generate::corners::{corners, family_corners};
use sigv4_protocol::Question;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Suite};

/// Those of `sign`, or those of the other operations.
fn edge(of_sign: bool) -> impl Iterator<Item = &'static Case> {
    let topics = Vectors::embedded()
        .topics()
        .into_iter()
        .filter(|topic| topic.suite() == Suite::Edge.as_str());
    let cases = topics.flat_map(|topic| &topic.file.cases);
    cases.filter(move |case| (case.family == "sigv4") == of_sign)
}

#[test]
fn the_reference_equals_every_edge_vector_at_every_stage() {
    let mut reference = built_in("reference").expect("a built-in subject");
    let mut count = 0;
    for case in edge(true) {
        let answer = reference.answer(&Question::of(case));
        let id = &case.id;
        assert_eq!(answer.signed().len(), case.calls().len(), "{id}: {answer:?}");
        for (signed, signing) in answer.signed().iter().zip(case.calls()) {
            let (stages, expect) = (&signed.stages, &signing.expect);
            assert_eq!(stages.canonical_request.as_ref(), Some(&expect.canonical_request), "{id}");
            assert_eq!(stages.string_to_sign.as_ref(), Some(&expect.string_to_sign), "{id}");
            assert_eq!(stages.signing_key.as_deref(), Some(&*expect.signing_key), "{id}");
            assert_eq!(stages.signature.as_deref(), Some(&*expect.signature), "{id}");
            assert_eq!(signed.request.target, expect.signed_request.target, "{id}");
            assert_eq!(signed.request.headers, expect.signed_request.headers, "{id}");
        }
        let judgement = judge(case, &Ok(answer));
        assert_eq!(judgement.verdict, Verdict::Exact, "{id}: {judgement:?}");
        count += 1;
    }
    assert!(count >= 1500, "{count} edge vectors");
}

/// A table that was changed without minting again, or a file that was changed by hand, shows here.
#[test]
fn the_tables_give_the_committed_questions() {
    let corners = corners();
    let mut topics: Vec<&str> = corners.iter().map(|corner| corner.topic.name).collect();
    topics.sort_unstable();
    topics.dedup();
    // Files come in the order of their names, the corners of a topic in that of the table.
    let tables = topics
        .iter()
        .flat_map(|topic| corners.iter().filter(move |corner| corner.topic.name == *topic));
    let mut committed = edge(true);
    for corner in tables {
        let id = format!("edge/sigv4/{}/{}", corner.topic.name, corner.name);
        let Some(case) = committed.next() else { panic!("{id} is not minted") };
        assert_eq!(case.id, id);
        assert_eq!(case.title, corner.title, "{id}");
        assert_eq!(Question::of(case).calls(), corner.calls, "{id}");
    }
    let rest: Vec<&str> = committed.map(|case| &case.id[..]).collect();
    assert!(rest.is_empty(), "no table holds {rest:?}");
}

/// The same of the other operations; the rest of their answers is compared with all vectors.
#[test]
fn the_tables_of_other_operations_give_the_committed_questions() {
    let mut corners = family_corners();
    // In the order of the paths of their files.
    corners.sort_by_key(|corner| format!("{}/{}", corner.family, corner.topic.name));
    let mut committed = edge(false);
    for corner in corners {
        let id = format!("edge/{}/{}/{}", corner.family, corner.topic.name, corner.name);
        let Some(case) = committed.next() else { panic!("{id} is not minted") };
        assert_eq!((&case.id, &case.title[..]), (&id, corner.title));
        assert_eq!(Question::of(case), corner.question, "{id}");
    }
    let rest: Vec<&str> = committed.map(|case| &case.id[..]).collect();
    assert!(rest.is_empty(), "no table holds {rest:?}");
}
