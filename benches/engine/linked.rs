//! What is linked in: search, fuzzing without a fuzzer, subjects, diagnosis.

use std::hint::black_box;

use sigv4_conformance::properties::fuzzing::{Pack, hold, reference_against_model};
use sigv4_conformance::search::{Plan, Progress, Shard, search};
use sigv4_conformance::subject::{StartError, Subject, built_in};
use sigv4_generate::CaseId;
use sigv4_mistakes::diagnose::{Depth, diagnose};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Question, SignQuestion};
use sigv4_reference::sign::Signer;
use sigv4_reference::{Header, PathEncoding, Profile, Request, Scope, ScopedKey, Time, Workspace};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Placement, SigningInput};

use crate::{fastest, rate, row, thousands};

const CASES: u64 = 60_000;
const SEED: u64 = 1;
const ROUNDS: usize = 5;

pub(crate) fn measure() {
    let count = usize::try_from(CASES).unwrap_or_default();
    let searched = rate(count, fastest(ROUNDS, || searched(1)));
    let bare = rate(count, fastest(ROUNDS, generated_and_signed_twice));
    let beside = format!("{:.0} % of generating and signing twice", 100.0 * searched / bare);
    row("search of the reference, one core", &thousands(searched), "150 k/s", &beside);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let on_all = rate(count, fastest(ROUNDS, || searched_by(cores)));
    let beside = format!("{:.2} times one core", on_all / searched);
    row(&format!("search, {cores} cores"), &thousands(on_all), "all cores", &beside);
    fuzzed();
    subject();
    diagnosed();
}

fn searched(jobs: u64) {
    let start = || -> Result<Box<dyn Subject>, StartError> {
        Ok(Box::new(built_in("reference").expect("a built-in subject")))
    };
    let plan = Plan { seed: SEED, start: 0, cases: CASES, shard: Shard::WHOLE, time: None };
    let report = search(&start, &plan, jobs, &Progress::default());
    assert_eq!(report.map(|report| report.findings.len()), Ok(0), "the reference is right");
}

fn searched_by(cores: usize) {
    searched(u64::try_from(cores).unwrap_or(1));
}

fn generated_and_signed_twice() {
    let mut workspace = Workspace::default();
    for number in 0..CASES {
        for call in (CaseId { seed: SEED, number }).calls() {
            for _ in 0..2 {
                black_box(sign(&mut workspace, &call));
            }
        }
    }
}

/// Derives and signs, and drops what was signed.
fn sign(workspace: &mut Workspace, question: &SignQuestion) -> Option<usize> {
    let SigningInput { credentials, region, service, request, .. } = &question.input;
    let time = Time::parse(question.input.time.as_bytes()).ok()?;
    let scope = Scope::new(&time, region, service).ok()?;
    let key = ScopedKey::derive(&credentials.secret_access_key, scope);
    let headers = request.headers.iter().map(|(name, value)| Header { name, value });
    let headers: Vec<Header<'_>> = headers.collect();
    let asked = Request {
        method: &request.method,
        target: &request.target,
        headers: &headers,
        body: &request.body,
    };
    let mut signer = Signer::new(time, &credentials.access_key_id, &key);
    let double = question.input.double_encode;
    signer.profile = Profile {
        normalize: question.input.normalize,
        path_encoding: if double { PathEncoding::Double } else { PathEncoding::AsSent },
    };
    match question.placement {
        Placement::Header => Some(signer.header(workspace, &asked).ok()?.headers().count()),
        Placement::Query => {
            let expires = question.input.expires?;
            Some(signer.query(workspace, &asked, expires).ok()?.target().len())
        }
    }
}

fn fuzzed() {
    let text = include_str!("../../fuzz/corpora/reference_against_model.hex");
    let pack = Pack::parse(text).expect("a corpus");
    let count = pack.inputs().len();
    let time = fastest(20 * ROUNDS, || {
        pack.inputs().for_each(|input| hold(reference_against_model, input));
    });
    let beside = "over the corpus, without a fuzzer, whose own part fuzz/README.md has";
    row("`reference_against_model`", &thousands(rate(count, time)), "40 k/s", beside);
}

fn subject() {
    let cases = Vectors::embedded().cases().map(Question::of);
    let questions: Vec<Question> =
        cases.filter(|question| matches!(question, Question::Sign(_))).collect();
    let mut reference = built_in("reference").expect("a built-in subject");
    let asked = rate(
        questions.len(),
        fastest(ROUNDS, || {
            for some in questions.chunks(Subject::at_once(&reference)) {
                black_box(Subject::ask(&mut reference, some, &|| ()));
            }
        }),
    );
    let mut workspace = Workspace::default();
    let bare = fastest(ROUNDS, || {
        for call in questions.iter().flat_map(Question::calls) {
            black_box(sign(&mut workspace, call));
        }
    });
    let bare = rate(questions.len(), bare);
    let beside = format!("{:.0} % of the bare library", 100.0 * asked / bare);
    row("the reference as a subject", &thousands(asked), "80 %", &beside);
}

fn diagnosed() {
    let pair = MistakeSet::from(Mistake::PathEncodedOnce).with(Mistake::QuerySortedBackwards);
    let cases = Vectors::embedded().cases();
    let mut questions = cases.filter_map(|case| match Question::of(case) {
        Question::Sign(question) => Some(*question),
        _ => None,
    });
    let right = |question: &SignQuestion, set: MistakeSet| Model::new(set).sign(question).ok();
    let shown = questions.find_map(|question| {
        let answer = right(&question, pair)?;
        let singles = pair.iter().map(MistakeSet::from).chain([MistakeSet::EMPTY]);
        let mut others = singles.map(|set| right(&question, set));
        others.all(|other| other.as_ref() != Some(&answer)).then_some((question, answer))
    });
    let Some((question, answer)) = shown else {
        return row("diagnosis of a pair", "missing: a vector that shows it", "0.2 s", "");
    };
    let time = fastest(ROUNDS, || {
        black_box(diagnose(&question, &answer, Depth::Pairs));
    });
    let beside = "singles and pairs, one core; the bench `diagnose` draws 200 pairs";
    row("diagnosis of a pair", &format!("{:.0} ms", 1e3 * time.as_secs_f64()), "200 ms", beside);
}
