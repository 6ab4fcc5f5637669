//! The search against signers whose mistakes are known.

use std::num::NonZero;
use std::thread;

use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::search::{Plan, Progress, Replay, Report, Shard, Start, save, search};
use sigv4_conformance::subject::{Model, Reference, Subject, built_in};
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Answer, Identity, InProcess, Question};
use sigv4_vectors::Vectors;

fn plan(cases: u64) -> Plan {
    Plan { seed: 1, start: 0, cases, shard: Shard::WHOLE, time: None }
}

fn found(plan: &Plan, start: &Start<'_>) -> Report {
    search(start, plan, 1, &Progress::default()).expect("the subject starts")
}

fn of_model(plan: &Plan, mistakes: MistakeSet) -> Report {
    found(plan, &|| Ok(Box::new(Model::new(mistakes))))
}

#[test]
fn correct_signers_are_found_correct() {
    for name in ["reference", "model"] {
        let report = found(&plan(5000), &|| match built_in(name) {
            Some(subject) => Ok(Box::new(subject) as Box<dyn Subject>),
            None => panic!("{name} is built in"),
        });
        assert!(report.findings.is_empty() && report.uncounted == 0, "{name}: {report:?}");
        assert!(report.normative > 2500 && report.problems.is_empty());
        assert_eq!((report.cases, report.next), (5000, 5000));
    }
}

/// Mistakes that show in every request, in few, in the second call, and in none that is normative.
const SAMPLE: &[(Mistake, u64)] = &[
    (Mistake::HeaderColonSpace, 100),
    (Mistake::QueryLowerCaseHex, 300),
    (Mistake::KeySecretTrimmed, 600),
    (Mistake::QueryPlusIsSpace, 600),
    (Mistake::StateTokenKept, 100),
    (Mistake::KeyCacheWithoutRegion, 300),
];

#[test]
fn a_mistake_is_found_named_once_and_made_small() {
    for (mistake, cases) in SAMPLE {
        let report = of_model(&plan(*cases), (*mistake).into());
        let [found] = &report.findings[..] else { panic!("{mistake}: {:?}", report.findings) };
        assert!(found.mistakes.contains(&vec![mistake.id()]), "{mistake}: {found:?}");
        assert_eq!(found.verdict, Verdict::Mismatch);
        let keeps_state = mistake.id().starts_with("state-") || mistake.id().contains("-cache-");
        assert_eq!(found.calls.len(), 1 + usize::from(keeps_state), "{mistake}");
        assert_eq!(found.is_normative(), *mistake != Mistake::QueryPlusIsSpace, "{mistake}");
    }
}

/// So many cases show nearly every mistake, and all that can be shown.
const FEW: u64 = 2000;
const MANY: u64 = 100_000;

#[test]
#[ignore = "347 searches take minutes unless optimised: `cargo xtask test` runs them"]
fn every_mistake_is_found_and_named() {
    // Not by a pool that is shared: a search waits in threads of its own for what others of it do.
    let wrong: Vec<String> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let of_thread = |first| {
            let own = Mistake::ALL.iter().skip(first).step_by(cores).copied();
            scope.spawn(move || own.filter_map(not_found).collect::<Vec<_>>())
        };
        let threads: Vec<_> = (0..cores).map(of_thread).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with a search for one mistake, if it is not found, or not as what it is.
fn not_found(mistake: Mistake) -> Option<String> {
    let of_few = of_model(&plan(FEW), mistake.into());
    let report = match &of_few.findings[..] {
        [] => of_model(&plan(MANY), mistake.into()),
        _ => of_few,
    };
    match &report.findings[..] {
        // What verifies all the same is no fault.
        [] if report.verdicts.contains_key(&Verdict::Equivalent) => None,
        [found] if found.mistakes.contains(&vec![mistake.id()]) && report.uncounted == 0 => None,
        findings => {
            let found: Vec<_> = findings.iter().map(|found| &found.mistakes).collect();
            Some(format!("{mistake}: {found:?}, {} more", report.uncounted))
        }
    }
}

/// One that shows in every request hides none that shows in few.
#[test]
fn two_mistakes_are_two_findings() {
    let both = MistakeSet::from(Mistake::HeaderColonSpace).with(Mistake::QueryLowerCaseHex);
    let report = of_model(&plan(300), both);
    let mut ids: Vec<&str> =
        report.findings.iter().flat_map(|one| one.mistakes[0].clone()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["header-colon-space", "query-lower-case-hex"], "{:?}", report.findings);
}

#[test]
fn a_finding_shows_again_by_its_id() {
    let mistake = Mistake::QueryLowerCaseHex;
    let report = of_model(&plan(300), mistake.into());
    let text = report.findings[0].replay.to_string();
    let replay: Replay = text.parse().expect("an id that reads back");
    let again = Plan { seed: replay.seed, start: replay.first, ..plan(1) };
    let report = of_model(&again, mistake.into());
    assert_eq!((report.cases, report.findings.len()), (1, 1));
}

#[test]
fn shards_are_the_whole() {
    let whole = of_model(&plan(2000), Mistake::KeySecretTrimmed.into());
    let mut mismatches = 0;
    for index in 0..3 {
        let part = Plan { shard: Shard { index, count: 3 }, ..plan(2000) };
        let report = of_model(&part, Mistake::KeySecretTrimmed.into());
        mismatches += report.verdicts.get(&Verdict::Mismatch).copied().unwrap_or_default();
    }
    assert_eq!(whole.verdicts[&Verdict::Mismatch], mismatches);
}

#[test]
fn a_saved_finding_is_a_vector_that_fails_the_subject_and_passes_the_reference() {
    let report = of_model(&plan(300), Mistake::QueryLowerCaseHex.into());
    let folder = tempfile::tempdir().expect("a folder");
    let path = save(&report, folder.path()).expect("it can be written").expect("a finding");
    assert!(path.ends_with("edge/sigv4/search-1.json"));
    let vectors = Vectors::load_dir(folder.path()).expect("a sound set");
    let case = vectors.cases().next().expect("a case");
    assert_eq!(case.catches, ["query-lower-case-hex"]);
    let verdict =
        |subject: &mut dyn InProcess| judge(case, &Ok(subject.answer(&Question::of(case)))).verdict;
    assert_eq!(verdict(&mut Model::new(Mistake::QueryLowerCaseHex.into())), Verdict::Mismatch);
    assert_eq!(verdict(&mut Reference::new()), Verdict::Exact);
    assert!(save(&of_model(&plan(10), MistakeSet::EMPTY), folder.path()).expect("fine").is_none());
}

/// Panics where a header's value holds a quotation mark.
struct Panicking(Reference);

impl InProcess for Panicking {
    fn identity(&self) -> &Identity {
        InProcess::identity(&self.0)
    }

    fn answer(&mut self, question: &Question) -> Answer {
        let headers = question.calls().iter().flat_map(|call| &call.input.request.headers);
        for (_, value) in headers {
            assert!(!value.contains(&b'"'), "a mark of quotation");
        }
        self.0.answer(question)
    }
}

#[test]
fn a_panic_is_a_finding() {
    let report = found(&plan(300), &|| Ok(Box::new(Panicking(Reference::new()))));
    let [found] = &report.findings[..] else { panic!("{:?}", report.findings) };
    assert_eq!(found.verdict, Verdict::Error);
    assert!(found.note.contains("a mark of quotation") && found.mistakes.is_empty());
    let headers = &found.calls[0].input.request.headers;
    assert_eq!(headers.iter().filter(|(_, value)| value[..] == *b"\"").count(), 1, "{headers:?}");
}
