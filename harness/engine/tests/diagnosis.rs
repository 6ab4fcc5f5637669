//! Every mistake of the catalogue, made by the model behind the whole engine, is named by the run's
//! attribution: itself, or the alternatives that nothing tells it from.

use std::fs;
use std::path::Path;

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};
use sigv4_conformance::expectations::Expectations;
use sigv4_conformance::kill_matrix::KillMatrix;
use sigv4_conformance::log::{Event, Outcome};
use sigv4_conformance::run::{Observer, Plan, run};
use sigv4_conformance::subject::{Model, Subject};
use sigv4_mistakes::diagnose::Attribution;
use sigv4_mistakes::{Component, Mistake, MistakeSet, made_in};
use sigv4_protocol::{
    Answer, Identity, InProcess, Operation, Question, Side, SignQuestion, StagesShown,
};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Placement};

#[derive(Default)]
struct Attributions {
    attribution: Option<Attribution>,
    failed: Vec<String>,
}

impl Observer for Attributions {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Attribution(attribution) => self.attribution = Some(attribution.clone()),
            Event::Case(case) if case.outcome == Outcome::Failed => {
                self.failed.push(case.id.clone());
            }
            _ => {}
        }
    }
}

/// What is seen of a run over the vectors.
fn observed(subject: &mut dyn Subject, cases: &[&Case]) -> Attributions {
    let mut observer = Attributions::default();
    let plan = Plan {
        side: Side::Signer,
        vectors: Vectors::embedded(),
        cases,
        partial: false,
        expectations: &Expectations::default(),
        own_keys: false,
        invocation: &[],
    };
    run(subject, &plan, &mut observer, &|| ());
    observer
}

/// What a run says of a model with these mistakes.
fn attribution(mistakes: MistakeSet, cases: &[&Case]) -> Option<Attribution> {
    observed(&mut Model::new(mistakes), cases).attribution
}

/// The published suites, and of the edge vectors those that are there for this mistake. What a signer keeps
/// shows between all of them.
fn cases(mistake: Mistake) -> Vec<&'static Case> {
    let is_kept = mistake.entry().component == Component::State;
    let all = Vectors::embedded().cases_where(|id| !id.starts_with("verifier/"));
    all.filter(|case| {
        is_kept || !case.id.starts_with("edge/") || case.catches.iter().any(|id| id == mistake.id())
    })
    .collect()
}

/// A mistake that fails no `must` vector is excused by the kill matrix, and by nothing else.
#[test]
#[ignore = "a run for each mistake takes minutes unless optimised: `cargo xtask test` runs them"]
fn all_vectors_name_every_mistake() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports/kill-matrix.json");
    let text = fs::read_to_string(path).expect("the published kill matrix");
    let rows = serde_json::from_str::<KillMatrix>(&text).expect("a kill matrix").rows;
    // Those of verifiers are named from their rulings, in `mistakes.rs`.
    let is_signed = |id: &str| !id.starts_with("verifier/");
    let all: Vec<&Case> = Vectors::embedded().cases_where(is_signed).collect();
    let wrong: Vec<String> = rows
        .par_iter()
        .filter_map(|row| {
            let mistake = Mistake::from_id(&row.mistake).expect("a mistake of the catalogue");
            if !Mistake::of(Side::Signer).contains(&mistake) {
                return None;
            }
            let observed = observed(&mut Model::new(mistake.into()), &all);
            // What a signer keeps shows between the cases of a run, even where no vector shows it.
            let caught = row.unkilled.is_none() || row.component == Component::State;
            if caught == observed.failed.is_empty() {
                return Some(format!("{mistake}: {} failures", observed.failed.len()));
            }
            match observed.attribution {
                Some(found) => not_named(mistake, &found),
                None if caught || row.weaker > 0 => Some(format!("{mistake}: nothing is named")),
                None => None,
            }
        })
        .collect();
    assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong.join("\n"));
}

/// The same over the vectors that are there for a mistake, for one mistake in ten.
#[test]
fn every_mistake_that_shows_is_named() {
    let unnamed: Vec<String> = Mistake::of(Side::Signer)
        .par_iter()
        .step_by(10)
        .filter_map(|mistake| {
            let found = attribution(MistakeSet::from(*mistake), &cases(*mistake))?;
            not_named(*mistake, &found)
        })
        .collect();
    assert!(unnamed.is_empty(), "{} mistakes:\n{}", unnamed.len(), unnamed.join("\n"));
}

/// The same of all mistakes in the other operations, over the vectors of each. How many show is
/// counted, so that none is lost unnoticed.
#[test]
fn every_mistake_of_another_operation_that_shows_is_named() {
    for (operation, shown) in [
        (Operation::SignChunks, 46),
        (Operation::SignEvents, 17),
        (Operation::SignV4a, 46),
        (Operation::SignV4aChunks, 48),
        (Operation::SignPostPolicy, 11),
        (Operation::SignLegacy, 45),
        (Operation::Token, 35),
        (Operation::DeriveKeyPair, 21),
    ] {
        let is_asked = |case: &&Case| Question::of(case).operation() == operation;
        let cases: Vec<&Case> = Vectors::embedded().cases().filter(is_asked).collect();
        let of_operation = |mistake: &&Mistake| mistake.entry().trigger.operation();
        let is_own = |mistake: &&Mistake| match operation {
            // The mistakes in a key pair are those that SigV4A makes.
            Operation::DeriveKeyPair => true,
            Operation::SignV4aChunks => {
                [Operation::SignChunks, operation].contains(&of_operation(mistake))
            }
            _ => of_operation(mistake) == operation,
        };
        let mistakes: Vec<Mistake> = made_in(operation).iter().filter(is_own).copied().collect();
        let named: Vec<Option<String>> = mistakes
            .par_iter()
            .filter_map(|mistake| {
                let found = attribution((*mistake).into(), &cases)?;
                Some(not_named(*mistake, &found))
            })
            .collect();
        let wrong: Vec<&String> = named.iter().flatten().collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(named.len(), shown, "mistakes that {} shows", operation.as_str());
    }
}

/// What is wrong with what a run says of a signer with this mistake.
fn not_named(mistake: Mistake, found: &Attribution) -> Option<String> {
    let id = mistake.id();
    let named = found.groups.iter().any(|group| group.alternatives.iter().any(|set| set == &[id]));
    let whole = found.explained == found.mismatches;
    (!named || !whole).then(|| {
        let groups: Vec<_> =
            found.groups.iter().map(|group| (&group.alternatives, group.cases.len())).collect();
        format!("{id}: {} of {} by {groups:?}", found.explained, found.mismatches)
    })
}

/// The three show apart in most cases, and all at once in some.
#[test]
fn mistakes_found_apart_explain_what_they_do_together() {
    let ids =
        ["header-repeats-on-own-lines", "header-repeats-named-twice", "header-sorted-by-line"];
    let mistakes = ids.iter().filter_map(|id| Mistake::from_id(id)).collect();
    let published: Vec<&Case> =
        Vectors::embedded().cases().filter(|case| !case.id.starts_with("edge/")).collect();
    let found = attribution(mistakes, &published).expect("mismatches");
    assert_eq!(found.explained, found.mismatches, "{:?}", found.groups);
    // The first two never show apart in the published vectors.
    for set in [&ids[..2], &ids[2..]] {
        let named = found.groups.iter().filter(|group| group.alternatives == [set]).count();
        assert_eq!(named, 1, "{set:?}: {:?}", found.groups);
    }
}

#[test]
fn a_correct_signer_has_nothing_to_attribute() {
    let all: Vec<&Case> = Vectors::embedded().cases().collect();
    assert_eq!(attribution(MistakeSet::EMPTY, &all), None);
}

/// A signer that nobody catalogued: the model, whose question is bent before it signs, and which sends
/// what was asked all the same.
struct Bent {
    inner: Model,
    bend: fn(&mut SignQuestion),
    shows_stages: bool,
    always_hashes: bool,
}

impl Bent {
    fn new(mistakes: &[Mistake], bend: fn(&mut SignQuestion)) -> Self {
        let inner = Model::new(mistakes.iter().copied().collect());
        Self { inner, bend, shows_stages: true, always_hashes: false }
    }

    fn sign(&mut self, asked: &SignQuestion) -> Answer {
        let mut question = asked.clone();
        if self.always_hashes && asked.placement == Placement::Header {
            question.input.content_sha256_header = true;
        }
        (self.bend)(&mut question);
        let bent = question.input.request.headers.clone();
        let answer = self.inner.answer(&Question::Sign(Box::new(question)));
        let Answer::Signed(mut signed) = answer else { return answer };
        for (bent, asked) in bent.iter().zip(&asked.input.request.headers) {
            if let Some(sent) = signed.request.headers.iter_mut().find(|sent| *sent == bent) {
                sent.clone_from(asked);
            }
        }
        if asked.placement == Placement::Header {
            signed.request.target = asked.input.request.target.clone();
        }
        if !self.shows_stages {
            signed.stages = StagesShown::default();
        }
        Answer::Signed(signed)
    }
}

impl InProcess for Bent {
    fn identity(&self) -> &Identity {
        InProcess::identity(&self.inner)
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Sign(question) => self.sign(question),
            Question::SignSequence(question) => {
                Answer::of_calls(question.calls.iter().map(|call| self.sign(call)))
            }
            other => self.inner.answer(other),
        }
    }
}

fn run_all(mut signer: Bent) -> Attributions {
    let cases: Vec<&Case> = Vectors::embedded().cases().collect();
    observed(&mut signer, &cases)
}

/// What is accused, as ids; alternatives that nothing tells apart are one accusation.
fn accused(attribution: &Attribution) -> Vec<&str> {
    attribution.groups.iter().map(|group| &group.alternatives[0][0][..]).collect()
}

/// Not in the catalogue: long values are cut.
fn long_values_are_cut(question: &mut SignQuestion) {
    for (name, value) in &mut question.input.request.headers {
        if !name.eq_ignore_ascii_case(b"host") && value.len() > 11 {
            *value = value[..11].into();
        }
    }
}

/// Not in the catalogue: every parameter's value that ends in a letter is signed with a dash.
fn parameters_get_a_dash(question: &mut SignQuestion) {
    let target = question.input.request.target.to_vec();
    if target.contains(&b'?') && target.ends_with(b"b") {
        question.input.request.target = [&target[..], b"-"].concat().into();
    }
}

#[test]
fn a_catalogued_mistake_is_named_beside_one_that_is_not() {
    for shows_stages in [true, false] {
        let mut signer = Bent::new(&[Mistake::QueryUnsorted], long_values_are_cut);
        signer.shows_stages = shows_stages;
        let found = run_all(signer).attribution.expect("mismatches");
        assert_eq!(accused(&found), ["query-unsorted"], "{:?}", found.groups);
        let left: usize = found.left.iter().map(|left| left.cases.len()).sum();
        assert!(left > 10, "{left}");
        assert_eq!(left + found.explained, found.mismatches);
        if shows_stages {
            assert_eq!(found.left[0].shape.part, "header lines", "{:?}", found.left);
            assert_eq!(found.left[0].shape.difference, "ends too early");
        }
    }
}

/// More than any limit on what is looked into.
#[test]
fn many_unexplained_cases_hide_no_mistake() {
    fn every_target_gets_a_dash(question: &mut SignQuestion) {
        let method = &question.input.request.method;
        if question.placement == Placement::Query || method.eq_ignore_ascii_case(b"POST") {
            question.input.request.target =
                [&question.input.request.target[..], b"-"].concat().into();
        }
    }
    let signer = Bent::new(&[Mistake::HeaderTabsKept], every_target_gets_a_dash);
    let found = run_all(signer).attribution.expect("mismatches");
    assert!(found.mismatches > 200, "{}", found.mismatches);
    assert_eq!(accused(&found), ["header-tabs-kept"], "{:?}", found.groups);
}

#[test]
fn a_signer_that_signs_one_header_more_conforms() {
    let mut signer = Bent::new(&[], |_| ());
    signer.always_hashes = true;
    let observed = run_all(signer);
    assert_eq!(observed.failed, [""; 0]);
}

#[test]
fn one_header_more_hides_no_mistake() {
    for shows_stages in [true, false] {
        let mut signer =
            Bent::new(&[Mistake::PathEncodedOnce, Mistake::HeaderTabsKept], parameters_get_a_dash);
        signer.always_hashes = true;
        signer.shows_stages = shows_stages;
        let found = run_all(signer).attribution.expect("mismatches");
        let mut named = accused(&found);
        named.sort_unstable();
        assert_eq!(named, ["header-tabs-kept", "path-encoded-once"], "{:?}", found.groups);
        assert_is_described(&found, shows_stages);
    }
}

/// Texts that mean something in a claim (`/`, `,`, `=`) in a key id or a scope fail no signer whose
/// headers are its own choice, whatever else it does wrong.
#[test]
fn a_signer_with_other_headers_and_other_mistakes_fails_no_odd_scope() {
    let mut signer = Bent::new(&[Mistake::HeaderTabsKept], parameters_get_a_dash);
    signer.always_hashes = true;
    let observed = run_all(signer);
    let found = observed.attribution.expect("mismatches");
    assert_eq!(accused(&found), ["header-tabs-kept"], "{:?}", found.groups);
    assert_is_described(&found, true);
    let of_claims = ["/key-ids/", "/regions/", "/services/", "own-credential"];
    let is_of_claims = |id: &&String| of_claims.iter().any(|part| id.contains(part));
    assert_eq!(observed.failed.iter().find(is_of_claims), None);
}

#[test]
fn a_mistake_of_sequences_is_named_beside_one_that_is_not_catalogued() {
    let signer = Bent::new(&[Mistake::KeyCacheByKeyId], parameters_get_a_dash);
    let found = run_all(signer).attribution.expect("mismatches");
    assert_eq!(accused(&found), ["key-cache-by-key-id"], "{:?}", found.groups);
    assert_is_described(&found, true);
}

/// What [`parameters_get_a_dash`] does is left unnamed, and said as far as it shows.
fn assert_is_described(found: &Attribution, shows_stages: bool) {
    let left: usize = found.left.iter().map(|left| left.cases.len()).sum();
    assert_eq!(left + found.explained, found.mismatches);
    assert!(left > 0);
    if shows_stages {
        assert_eq!(found.left[0].shape.part, "query", "{:?}", found.left);
    }
}

/// A near miss: it does what a catalogued mistake does, but not everywhere.
#[test]
fn a_mistake_that_passing_cases_contradict_is_not_accused() {
    fn some_runs_of_spaces_are_one_more(question: &mut SignQuestion) {
        // The model joins the run to one space; a byte that is no space keeps it as it is.
        for (_, value) in &mut question.input.request.headers {
            if value.contains(&b'"') {
                let kept: Vec<u8> =
                    value.iter().map(|byte| if *byte == b' ' { b'_' } else { *byte }).collect();
                *value = kept.into();
            }
        }
    }
    let signer = Bent::new(&[Mistake::QueryUnsorted], some_runs_of_spaces_are_one_more);
    let found = run_all(signer).attribution.expect("mismatches");
    assert_eq!(accused(&found), ["query-unsorted"], "{:?}", found.groups);
    assert!(!found.left.is_empty());
}

/// A signer that prints the public half of a key pair without the zeros at its front.
struct Unpadded(Model);

impl InProcess for Unpadded {
    fn identity(&self) -> &Identity {
        InProcess::identity(&self.0)
    }

    fn answer(&mut self, question: &Question) -> Answer {
        let mut answer = self.0.answer(question);
        if let Answer::DerivedKeyPair(pair) = &mut answer
            && let Some(key) = &mut pair.public_key
        {
            key.y = key.y.trim_start_matches('0').to_owned();
        }
        answer
    }
}

#[test]
fn a_wrong_public_half_is_not_taken_for_a_wrong_vector() {
    let id = "published/sigv4a/aws-c-auth/random";
    let case = Vectors::embedded().case(id).expect("a vector");
    let found = observed(&mut Unpadded(Model::new(MistakeSet::EMPTY)), &[case]);
    assert_eq!(found.failed, [id]);
    let found = found.attribution.expect("a mismatch");
    let [left] = &found.left[..] else { panic!("{found:?}") };
    assert!(!left.shape.difference.contains("check the vector"), "{left:?}");
}
