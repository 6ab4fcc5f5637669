//! The search for verifiers: correct ones are found to be, and mistakes are found and named.

use std::collections::BTreeMap;

use sigv4_conformance::judge::Verdict;
use sigv4_conformance::search::verifier::{Report, search};
use sigv4_conformance::search::{Plan, Progress, Shard};
use sigv4_conformance::subject::{Model, Reference, StartError, Subject};
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Answer, Identity, InProcess, Question};
use sigv4_vectors::model::Ruling;

/// How many cases must show each mistake of the list, at most.
const CASES: u64 = 3_000;

fn plan(seed: u64, cases: u64) -> Plan {
    Plan { seed, start: 0, cases, shard: Shard::WHOLE, time: None }
}

fn searched(start: impl Fn() -> Box<dyn Subject> + Sync, plan: &Plan) -> Report {
    let start = || -> Result<Box<dyn Subject>, StartError> { Ok(start()) };
    search(&start, plan, None, 1, &Progress::default()).expect("it starts")
}

fn with_mistakes(mistakes: &[Mistake], plan: &Plan) -> Report {
    let set = mistakes.iter().fold(MistakeSet::EMPTY, |set, one| set.union((*one).into()));
    searched(|| Box::new(Model::new(set)), plan)
}

#[test]
fn nothing_is_found_in_the_built_in_verifiers() {
    for seed in [1, 2] {
        let subjects: [fn() -> Box<dyn Subject>; 2] =
            [|| Box::new(Reference::new()), || Box::new(Model::new(MistakeSet::EMPTY))];
        for subject in subjects {
            let report = searched(subject, &plan(seed, 20_000));
            assert!(report.findings.is_empty() && report.problems.is_empty(), "{report:#?}");
            // Few cases may be lost, and both rulings have to be there.
            assert!(report.undecided < 200, "{report:?}");
            assert_eq!(report.cases + report.undecided, 20_000);
            assert!(report.accepted > 4_000 && report.rejected > 8_000, "{report:?}");
        }
    }
}

#[test]
fn mistakes_are_found_and_named() {
    for mistake in [
        Mistake::VerifySignatureIgnored,
        Mistake::VerifySignatureByHalf,
        Mistake::VerifyHostUnsigned,
        Mistake::VerifyXAmzUnsigned,
        Mistake::VerifyWindowAMinuteWider,
        Mistake::VerifyWindowASecondWider,
        Mistake::VerifyWindowExclusive,
        Mistake::VerifyPresignExpiryIgnored,
        Mistake::VerifyPresignNoMaximum,
        Mistake::VerifyBodyNotHashed,
        Mistake::VerifyScopeRegionIgnored,
        Mistake::VerifyScopeDateIgnored,
        Mistake::VerifyTokenIgnored,
        Mistake::VerifyInactiveKey,
        Mistake::VerifyMethodNotBound,
        Mistake::VerifyQueryIgnored,
        Mistake::VerifyPathTrailingSlash,
        Mistake::VerifyMissingHeaderSkipped,
        Mistake::VerifyListUnsorted,
        Mistake::VerifyFirstKeyOnly,
    ] {
        let report = with_mistakes(&[mistake], &plan(1, CASES));
        assert_eq!(report.findings.len(), 1, "{mistake}: {:#?}", report.findings);
        let found = &report.findings[0];
        assert!(found.mistakes.contains(&mistake.id()), "{mistake}: {found:#?}");
        assert!(found.mistakes.len() <= 3, "{mistake}: {:?}", found.mistakes);
        // One change shows each of them.
        assert!(found.changes.len() <= 1, "{mistake}: {:?}", found.changes);
        assert!(found.title.is_some() && report.uncounted == 0, "{mistake}: {report:#?}");
    }
}

/// Each is a finding of its own, with the smallest request that shows it.
#[test]
fn several_mistakes_are_told_apart() {
    let mistakes = [
        Mistake::VerifyHostUnsigned,
        Mistake::VerifyScopeEndIgnored,
        Mistake::VerifyWindowExclusive,
    ];
    let report = with_mistakes(&mistakes, &plan(1, 6_000));
    let named: BTreeMap<&str, Ruling> =
        report.findings.iter().map(|found| (found.mistakes[0], found.expected)).collect();
    let expected = [
        ("verify-host-unsigned", Ruling::Reject),
        ("verify-scope-end-ignored", Ruling::Reject),
        ("verify-window-exclusive", Ruling::Accept),
    ];
    assert_eq!(named, BTreeMap::from(expected), "{:#?}", report.findings);
    let of = |id| report.findings.iter().find(|found| found.mistakes[0] == id).expect("a finding");
    let host = of("verify-host-unsigned").input().expect("a request");
    assert!(host.request.target.len() < 2 || host.request.target.contains(&b'?'), "{host:#?}");
    assert!(host.request.body.is_empty() && host.request.headers.len() <= 4, "{host:#?}");
    assert_eq!(of("verify-window-exclusive").verdict, Verdict::Reject);
}

#[test]
fn the_same_seed_finds_the_same() {
    let search = |seed| {
        let report = with_mistakes(&[Mistake::VerifyTokenByPrefix], &plan(seed, CASES));
        let report = Report { milliseconds: 0, ..report };
        serde_json::to_string(&report).expect("JSON")
    };
    assert_eq!(search(3), search(3));
    assert_ne!(search(3), search(4));
}

/// The case that a finding names shows it again.
#[test]
fn a_finding_is_replayed() {
    let mistake = Mistake::VerifyPathInLowerCase;
    let report = with_mistakes(&[mistake], &plan(1, CASES));
    let replay = report.findings[0].replay;
    let again = Plan { start: replay.first, ..plan(replay.seed, 1) };
    let again = with_mistakes(&[mistake], &again);
    assert_eq!(again.cases, 1);
    assert!(again.findings[0].mistakes.contains(&mistake.id()), "{again:#?}");
}

/// A verifier that says the same of everything.
struct Stubborn {
    identity: Identity,
    answer: Answer,
}

impl InProcess for Stubborn {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn answer(&mut self, _: &Question) -> Answer {
        self.answer.clone()
    }
}

fn stubborn(answer: &Answer) -> Report {
    let identity = InProcess::identity(&Model::new(MistakeSet::EMPTY)).clone();
    let start = || -> Box<dyn Subject> {
        Box::new(Stubborn { identity: identity.clone(), answer: answer.clone() })
    };
    searched(start, &plan(1, 500))
}

#[test]
fn a_verifier_that_rejects_everything_proves_nothing() {
    let reject = Answer::Reject { reason: "no".to_owned(), detail: String::new() };
    let report = stubborn(&reject);
    assert_eq!((report.accepted, report.rejected), (0, 0), "{report:?}");
    assert!(report.problems[0].starts_with("nothing was proven"), "{report:?}");
}

#[test]
fn a_verifier_that_accepts_everything_is_called_that() {
    let report = stubborn(&Answer::Accept);
    assert!(report.accepts_everything && report.findings.len() == 1, "{report:?}");
    assert!(report.has_failures() && report.rejected == 0, "{report:?}");
}

#[test]
fn a_verifier_that_fails_is_a_finding() {
    let report = stubborn(&Answer::error("out of memory"));
    assert_eq!(report.findings.len(), 1, "{report:#?}");
    assert_eq!(report.findings[0].verdict, Verdict::Error);
}

#[test]
fn a_verifier_that_refuses_what_it_declares_is_a_finding() {
    let report = stubborn(&Answer::unsupported("not asked: it declares no role verify"));
    let [found] = &report.findings[..] else { panic!("{report:#?}") };
    assert_eq!(found.verdict, Verdict::Error);
    assert!(found.said.contains("it says: not asked"), "{found:?}");
}
