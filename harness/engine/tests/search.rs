//! The search against signers whose mistakes are known.

use std::time::Duration;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::power::first_shown;
use sigv4_conformance::search::{
    Found, Plan, Progress, Replay, Report, Shard, Start, saved, search,
};
use sigv4_conformance::subject::{Fault, Leaving, Model, Reference, Subject, built_in};
use sigv4_generate::{CaseId, Class, Point, departures, plain as plainest};
use sigv4_mistakes::{Mistake, MistakeSet, made_in};
use sigv4_protocol::{Answer, Identity, InProcess, Operation, Question, SignQuestion, StagesShown};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Placement;

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

/// Where the first wrong answer touches a point on which the vendor's signers part, later ones that
/// are failures do not count to it.
#[test]
fn a_failure_never_counts_as_a_finding_that_is_none() {
    let mistake = Mistake::MethodAlwaysGet;
    let parts = |number: &u64| {
        let calls = CaseId { seed: 1, number: *number }.calls();
        let points: Vec<Point> = Class::of(&calls[0]).points().collect();
        calls.len() == 1 && points == [Point::LowerCaseMethod]
    };
    let start = (0..10_000).find(parts).expect("a method in lower case and nothing else");
    let of_cases = |cases| of_model(&Plan { start, ..plan(cases) }, mistake.into());
    let first = of_cases(1);
    assert!(matches!(&first.findings[..], [found] if !found.is_normative()), "{first:?}");
    let report = of_cases(200);
    let [found] = &report.findings[..] else { panic!("{}", in_short(&report.findings)) };
    assert!(found.is_normative(), "{}", in_short([found]));
    assert!(names(found, mistake) && found.hits > 50);
}

/// How many cases are searched: nearly every mistake shows in the first few.
const CASES: [u64; 3] = [250, 2000, 20_000];

/// What these do is a signer's own choice: their requests verify.
const CHOICES: &[Mistake] = &[
    Mistake::HeaderOnlyHostAndXAmz,
    Mistake::HeaderUnstableSigned,
    Mistake::HeaderTraceIdSigned,
    Mistake::HeaderContentTypeUnsigned,
    Mistake::HeaderContentMd5Unsigned,
    Mistake::HeaderContentLengthUnsigned,
    Mistake::PresignContentTypeUnsigned,
    Mistake::OutputCommaWithoutSpace,
    Mistake::HeaderPrototypeLost,
];

/// Another seed than 1 can be given in `SIGV4_CONFORMANCE_SEED`.
#[test]
#[ignore = "a search for each mistake takes minutes unless optimised: `cargo xtask test` runs them"]
fn every_mistake_is_found_and_named() {
    let seed = std::env::var("SIGV4_CONFORMANCE_SEED").ok();
    let seed = seed.map_or(1, |seed| seed.parse().expect("a seed"));
    let mistakes = made_in(Operation::Sign).par_iter();
    let wrong: Vec<String> = mistakes.filter_map(|mistake| not_found(*mistake, seed)).collect();
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with a search for one mistake, if it is not found, or not as what it is. The first
/// finding that is a failure ends it.
fn not_found(mistake: Mistake, seed: u64) -> Option<String> {
    let mut last = None;
    for cases in CASES {
        let report = of_model(&Plan { seed, ..plan(cases) }, mistake.into());
        if report.normative().any(|found| names(found, mistake)) {
            return others(mistake, &report);
        }
        last = Some(report);
    }
    let report = last?;
    match &report.findings[..] {
        [] if CHOICES.contains(&mistake) => None,
        // It shows only where the vendor's own signers part.
        [found, ..] if names(found, mistake) && !shows_as_failure(mistake, seed) => {
            others(mistake, &report)
        }
        _ => others(mistake, &report).or_else(|| Some(format!("{mistake} is missed"))),
    }
}

/// Whether any of the cases that were searched is a failure of a signer with this mistake.
fn shows_as_failure(mistake: Mistake, seed: u64) -> bool {
    let [.., most] = CASES;
    let questions: Vec<Question> =
        (0..most).map(|number| CaseId { seed, number }.question()).collect();
    first_shown(mistake, &questions).is_some_and(|shown| shown.normative)
}

fn names(found: &Found, mistake: Mistake) -> bool {
    found.mistakes.contains(&vec![mistake.id()])
}

/// What a search for one mistake says besides it.
fn others(mistake: Mistake, report: &Report) -> Option<String> {
    let others: Vec<_> = report.findings.iter().filter(|found| !names(found, mistake)).collect();
    (!others.is_empty() || report.uncounted > 0)
        .then(|| format!("besides {mistake}: {}\n{} more", in_short(others), report.uncounted))
}

/// The findings, each in a few lines.
fn in_short<'f>(findings: impl IntoIterator<Item = &'f Found>) -> String {
    let each = findings.into_iter().map(|found| {
        let Found { replay, class, mistakes, resembles, finding, hits, calls, .. } = found;
        let summary = finding.as_ref().map(|finding| &finding.summary);
        let calls = calls.iter().map(|call| {
            let request = &call.input.request;
            let departures = departures(call);
            format!(
                "\n  {} {} {:?} {departures:?}",
                request.method, request.target, request.headers
            )
        });
        format!(
            "\n{replay} {mistakes:?} like {resembles:?}, {class}, {hits} cases: {summary:?}{}",
            calls.collect::<String>()
        )
    });
    each.collect()
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

/// All threads of the shared pool wait for a search, which must not wait for them.
#[test]
fn a_search_ends_in_a_thread_of_a_pool() {
    let search_within = |_: rayon::BroadcastContext<'_>| {
        of_model(&plan(100), Mistake::QueryLowerCaseHex.into()).findings.len()
    };
    assert!(rayon::broadcast(search_within).iter().all(|findings| *findings == 1));
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
    let (path, text) = saved(&report).expect("a finding");
    assert_eq!(path.to_str(), Some("found/sigv4/search-1.json"));
    let path = folder.path().join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("written");
    let vectors = Vectors::load_dir(folder.path()).expect("a sound set");
    let case = vectors.cases().next().expect("a case");
    assert_eq!(case.catches, ["query-lower-case-hex"]);
    let verdict =
        |subject: &mut dyn InProcess| judge(case, &Ok(subject.answer(&Question::of(case)))).verdict;
    assert_eq!(verdict(&mut Model::new(Mistake::QueryLowerCaseHex.into())), Verdict::Mismatch);
    assert_eq!(verdict(&mut Reference::new()), Verdict::Exact);
    assert!(saved(&of_model(&plan(10), MistakeSet::EMPTY)).is_none());
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

/// A signer of which a part is changed: what it is asked before it signs, and what it shows.
struct Altered {
    mistakes: MistakeSet,
    model: Model,
    /// Changes the question, of which the request line is sent as it was asked for.
    before: fn(&mut SignQuestion),
    shows_stages: bool,
}

impl Altered {
    fn new(mistakes: MistakeSet, before: fn(&mut SignQuestion)) -> Self {
        Self { mistakes, model: Model::new(mistakes), before, shows_stages: true }
    }

    fn without_stages(&self) -> Self {
        Self { shows_stages: false, ..self.again() }
    }

    /// The same signer, which was asked nothing before.
    fn again(&self) -> Self {
        Self { model: Model::new(self.mistakes), ..*self }
    }

    fn sign(&mut self, asked: &SignQuestion) -> Answer {
        let mut question = asked.clone();
        (self.before)(&mut question);
        let answer = self.model.answer(&Question::Sign(Box::new(question)));
        let Answer::Signed(mut answer) = answer else { return answer };
        answer.request.method = asked.input.request.method.clone();
        if asked.placement == Placement::Header {
            answer.request.target = asked.input.request.target.clone();
        }
        if !self.shows_stages {
            answer.stages = StagesShown::default();
        }
        Answer::Signed(answer)
    }

    fn search(&self, cases: u64) -> Report {
        found(&plan(cases), &|| Ok(Box::new(self.again())))
    }
}

impl InProcess for Altered {
    fn identity(&self) -> &Identity {
        InProcess::identity(&self.model)
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::SignSequence(sequence) => {
                Answer::of_calls(sequence.calls.iter().map(|call| self.sign(call)))
            }
            Question::Sign(call) => self.sign(call),
            other => self.model.answer(other),
        }
    }
}

/// Signs the hash of the payload as a header whether that is asked for or not.
fn always_content_sha256(question: &mut SignQuestion) {
    question.input.content_sha256_header |= question.placement == Placement::Header;
}

/// No catalogued mistake: takes DELETE for PURGE.
fn delete_as_purge(question: &mut SignQuestion) {
    let method = &mut question.input.request.method;
    if **method == *b"DELETE" {
        *method = "PURGE".into();
    }
}

#[test]
fn a_signer_that_signs_one_header_more_is_found_correct() {
    for signer in [
        Altered::new(MistakeSet::EMPTY, always_content_sha256),
        Altered::new(MistakeSet::EMPTY, always_content_sha256).without_stages(),
    ] {
        let report = signer.search(5000);
        assert!(report.findings.is_empty(), "{}", in_short(&report.findings));
        assert_eq!(report.uncounted, 0);
    }
}

#[test]
fn a_mistake_is_named_whatever_else_is_signed() {
    for mistake in [Mistake::QueryLowerCaseHex, Mistake::HeaderColonSpace, Mistake::PathStarRaw] {
        let signer = Altered::new(mistake.into(), always_content_sha256);
        for signer in [signer.without_stages(), signer] {
            let report = signer.search(1000);
            assert!(report.normative().any(|found| names(found, mistake)), "{mistake} is missed");
            assert_eq!(others(mistake, &report), None);
        }
    }
}

/// The catalogued one is named, the other described; nothing else is accused.
#[test]
fn two_mistakes_one_of_them_uncatalogued() {
    let both = |question: &mut SignQuestion| {
        always_content_sha256(question);
        delete_as_purge(question);
    };
    let catalogued = Mistake::QueryLowerCaseHex;
    for before in [delete_as_purge, both] {
        let signer = Altered::new(catalogued.into(), before);
        for signer in [signer.without_stages(), signer] {
            let report = signer.search(500);
            let (named, nameless): (Vec<&Found>, Vec<&Found>) =
                report.findings.iter().partition(|found| !found.mistakes.is_empty());
            let [named] = named[..] else { panic!("{}", in_short(named)) };
            assert!(names(named, catalogued) && named.is_normative());
            let [nameless] = nameless[..] else { panic!("{}", in_short(nameless)) };
            assert!(nameless.is_normative() && nameless.contradictions.is_empty());
            let mut smallest = plainest();
            smallest.input.request.method = "DELETE".into();
            assert_eq!(nameless.calls, [smallest]);
            assert_eq!(report.uncounted, 0);
        }
    }
}

/// Escapes the path again where the request before was the same, and sends it as it was: what an
/// HTTP client does that hands the request of its first attempt to the second one.
struct Retrying {
    signer: Altered,
    before: Option<SignQuestion>,
}

impl Retrying {
    fn sign(&mut self, asked: &SignQuestion) -> Answer {
        let is_retry = self.before.replace(asked.clone()).is_some_and(|before| before == *asked);
        self.signer.before = if is_retry { path_escaped_again } else { |_| () };
        self.signer.sign(asked)
    }
}

impl InProcess for Retrying {
    fn identity(&self) -> &Identity {
        InProcess::identity(&self.signer)
    }

    fn answer(&mut self, question: &Question) -> Answer {
        self.before = None;
        match question {
            Question::SignSequence(sequence) => {
                Answer::of_calls(sequence.calls.iter().map(|call| self.sign(call)))
            }
            Question::Sign(call) => self.sign(call),
            other => self.signer.answer(other),
        }
    }
}

fn path_escaped_again(question: &mut SignQuestion) {
    if question.placement == Placement::Header {
        let target = &mut question.input.request.target;
        let end = target.iter().position(|byte| *byte == b'?').unwrap_or(target.len());
        let escaped = target[..end].iter().flat_map(|byte| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => vec![*byte],
            _ if byte.is_ascii_alphanumeric() => vec![*byte],
            _ => format!("%{byte:02X}").into_bytes(),
        });
        *target = escaped.chain(target[end..].iter().copied()).collect::<Vec<u8>>().into();
    }
}

#[test]
fn a_retry_with_its_path_escaped_again_is_seen() {
    for seed in 1..=3 {
        let signer = || {
            let signer = Altered::new(MistakeSet::EMPTY, |_| ()).without_stages();
            Ok(Box::new(Retrying { signer, before: None }) as Box<dyn Subject>)
        };
        let report = found(&Plan { seed, ..plan(1000) }, &signer);
        let findings: Vec<&Found> = report.normative().collect();
        let [found] = findings[..] else { panic!("seed {seed}: {}", in_short(findings)) };
        let [first, second] = &found.calls[..] else { panic!("{}", in_short([found])) };
        assert_eq!(first, second);
        let mut smallest = plainest();
        smallest.input.request.target = second.input.request.target.clone();
        assert_eq!(*second, smallest);
        assert!(smallest.input.request.target.len() <= 4, "{}", in_short([found]));
    }
}

#[test]
fn only_a_signer_that_contradicts_itself_is_told_so() {
    let contradictions = |mistakes: MistakeSet| {
        let report = of_model(&plan(600), mistakes);
        assert!(!report.findings.is_empty());
        report.findings.into_iter().flat_map(|found| found.contradictions).collect::<Vec<_>>()
    };
    let unsorted = contradictions(Mistake::QueryUnsorted.into());
    assert_eq!(unsorted, ["the order of query parameters changes its signature"]);
    // It signs this header, as it may, so that another value changes its signature.
    let colon = MistakeSet::from(Mistake::HeaderColonSpace);
    assert_eq!(contradictions(colon.with(Mistake::HeaderTraceIdSigned)), [""; 0]);
    // Official signers part over TABs.
    assert_eq!(contradictions(Mistake::HeaderTabsKept.into()), [""; 0]);
}

/// A subject that is asked many questions at once and takes its time for each.
struct Slow(Reference);

impl Subject for Slow {
    fn identity(&self) -> &Identity {
        InProcess::identity(&self.0)
    }

    fn ask(&mut self, questions: &[Question], _: &(dyn Fn() + Sync)) -> Vec<Result<Answer, Fault>> {
        let mut answer = |question| {
            std::thread::sleep(Duration::from_millis(30));
            Ok(self.0.answer(question))
        };
        questions.iter().map(&mut answer).collect()
    }

    fn finish(&mut self) -> Leaving {
        Leaving::default()
    }
}

#[test]
fn a_slow_subject_does_not_prolong_the_search() {
    let plan = Plan { time: Some(Duration::from_millis(300)), ..plan(u64::MAX) };
    let report = found(&plan, &|| Ok(Box::new(Slow(Reference::new()))));
    assert!((1..=32).contains(&report.cases), "{} cases", report.cases);
    assert_eq!(report.next, 0, "what was begun is asked again");
}
