//! The search: asks all generated requests, whatever goes wrong on the way.
//!
//! The subject is asked each case, and its answer is compared with the reference's. A wrong answer
//! that known mistakes explain is counted. Any other is investigated: asked again, shrunk with the
//! subject as judge, and named by the catalogue, so that each distinct mistake is reported once. A
//! known mistake explains an answer only if it gives exactly the same bytes, so that a mistake that
//! shows in every request does not hide others. A failure never counts as a finding that is not a
//! failure.
//!
//! Verifiers are searched in a similar way: [`verifier`].

mod bare;
mod contradictions;
mod faults;
mod finding;
mod investigate;
mod known;
mod lab;
pub(crate) mod oracle;
mod pace;
mod plan;
mod save;
mod shape;
pub mod verifier;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::judge::Verdict;
use crate::subject::{Leaving, StartError, Subject};
use faults::Faults;
use investigate::{Incident, REMEMBERED, investigate, singles};
use known::{Known, Standing, explained_by, explained_by_shadow, feed_shadows, likely};
use lab::{Lab, Manner, questions};
use oracle::{Oracle, Outcome, Wrong};
use pace::{Deadline, Pace};
use plan::BATCH;
use rayon::ThreadPoolBuilder;
use sigv4_generate::{Case, CaseId, Class};
use sigv4_mistakes::MistakeSet;
use sigv4_mistakes::diagnose::baseline;
use sigv4_protocol::{Question, SignQuestion, SignedAnswer};

pub use finding::{Found, Replay, Report};
pub use lab::Start;
pub use plan::{Plan, Shard};
pub use save::saved;

/// How many right answers are kept as evidence.
const EVIDENCE: usize = 256;
/// How many wrong answers that the catalogue does not explain are investigated; further ones are
/// only counted.
const NAMELESS: usize = 24;
/// How many wrong answers that do not occur again are investigated.
const UNREPEATED: usize = 8;
/// Of the wrong answers that look like an unnamed finding, the first 64 are checked for a mistake
/// of the catalogue; after that one in 64.
const LOOKED_AT: u64 = 64;

/// The progress of a search.
#[derive(Debug, Default)]
pub struct Progress {
    /// Cases that were asked.
    pub cases: AtomicU64,
    /// Findings so far.
    pub findings: AtomicU64,
}

/// Searches with `jobs` threads, at least one, in a separate pool, so that it may be called from a
/// thread of any pool. The subject is started several times: each worker has one, and a second one
/// to ask again.
///
/// # Errors
/// [`StartError`] if the subject or the workers cannot be started at all.
pub fn search(
    start: &Start<'_>,
    plan: &Plan,
    jobs: u64,
    progress: &Progress,
) -> Result<Report, StartError> {
    let began = Instant::now();
    let shares = on_threads(jobs, plan, |plan, deadline| {
        let mut worker = Worker::new(start, plan, deadline, progress)?;
        worker.work();
        Ok(worker.share)
    })?;
    let whole = shares.reduce(|mut whole, share| {
        whole.merge(share);
        whole
    });
    Ok(whole.report(began.elapsed()))
}

/// What one thread found, and what the others found.
struct Shares<T> {
    first: T,
    others: Vec<T>,
}

impl<T> Shares<T> {
    fn reduce(self, merge: impl FnMut(T, T) -> T) -> T {
        self.others.into_iter().fold(self.first, merge)
    }
}

/// Does the work on `jobs` threads of a pool of their own, at least one, each with its part of the plan and
/// until the same time.
fn on_threads<T: Send>(
    jobs: u64,
    plan: &Plan,
    work: impl Fn(Plan, Deadline) -> Result<T, StartError> + Sync,
) -> Result<Shares<T>, StartError> {
    let deadline = Deadline::after(plan.time);
    let count = jobs.max(1);
    let unstartable = |problem: String| StartError::Unstartable {
        program: "the workers of the search".to_owned(),
        problem,
    };
    let threads = usize::try_from(count).map_err(|error| unstartable(error.to_string()))?;
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| unstartable(error.to_string()))?;
    let shares = pool.broadcast(|thread| {
        let shard = plan.shard.part(thread.index() as u64, count);
        work(Plan { shard, ..*plan }, deadline)
    });
    let mut shares = shares.into_iter();
    let first = shares.next().ok_or_else(|| unstartable("there are none".to_owned()))??;
    Ok(Shares { first, others: shares.collect::<Result<_, _>>()? })
}

/// Adds what another worker counted.
fn add_counts<K: Ord>(own: &mut BTreeMap<K, u64>, others: BTreeMap<K, u64>) {
    for (key, count) in others {
        *own.entry(key).or_default() += count;
    }
}

/// One subject with the cases that it is asked, and everything that is known about it.
struct Worker<'s> {
    start: &'s Start<'s>,
    plan: Plan,
    deadline: Deadline,
    progress: &'s Progress,
    subject: Box<dyn Subject>,
    faults: Faults,
    unrepeated: usize,
    nameless: usize,
    lab: Lab<'s>,
    oracle: Oracle,
    /// The numbers of the cases since the subject was started: the first one and the last ones.
    asked: Vec<u64>,
    /// Questions that were answered correctly, with the headers that the subject signed.
    right: Vec<SignQuestion>,
    share: Share,
}

/// What a worker found.
struct Share {
    known: Vec<Known>,
    report: Report,
}

impl<'s> Worker<'s> {
    fn new(
        start: &'s Start<'s>,
        plan: Plan,
        deadline: Deadline,
        progress: &'s Progress,
    ) -> Result<Self, StartError> {
        let subject = start()?;
        let identity = subject.identity().clone();
        let report = Report {
            subject: format!("{} {}", identity.name, identity.version).trim().to_owned(),
            seed: plan.seed,
            next: plan.end(),
            cases: 0,
            normative: 0,
            verdicts: BTreeMap::new(),
            unasked: 0,
            unsignable: 0,
            refusals: BTreeMap::new(),
            findings: Vec::new(),
            uncounted: 0,
            uncounted_normative: 0,
            problems: Vec::new(),
            milliseconds: 0,
        };
        Ok(Self {
            start,
            plan,
            deadline,
            progress,
            subject,
            faults: Faults::default(),
            unrepeated: 0,
            nameless: 0,
            lab: Lab::new(start, Oracle::of(&identity), deadline),
            oracle: Oracle::of(&identity),
            asked: Vec::new(),
            right: Vec::new(),
            share: Share { known: Vec::new(), report },
        })
    }

    fn work(&mut self) {
        let (seed, end) = (self.plan.seed, self.plan.end());
        // A subject that is linked in gains nothing from large batches, and small ones stay in the
        // cache.
        let largest = self.subject.at_once().min(usize::try_from(BATCH).unwrap_or(usize::MAX));
        let mut pace = Pace::new(self.deadline, largest);
        for first in self.plan.batches() {
            let numbers = first..first.saturating_add(BATCH).min(end);
            let mut ids = numbers.map(|number| CaseId { seed, number }).peekable();
            while ids.peek().is_some() && !self.is_over() {
                let begun = Instant::now();
                self.batch(ids.by_ref().take(pace.size()));
                pace.took(begun.elapsed());
            }
            if ids.peek().is_some() || !self.share.report.problems.is_empty() {
                self.share.report.next = self.plan.next(first);
                break;
            }
        }
        self.share.report.problems.extend(self.faults.problem());
        add_problems(&mut self.share.report.problems, &self.subject.finish());
    }

    fn is_over(&self) -> bool {
        self.deadline.is_over() || !self.share.report.problems.is_empty()
    }

    fn batch(&mut self, ids: impl Iterator<Item = CaseId>) {
        // A case is one question, or one per call if the subject does not accept sequences.
        let mut cases: Vec<(CaseId, usize)> = Vec::new();
        let mut asked: Vec<Question> = Vec::new();
        for id in ids {
            let first = asked.len();
            match id.case() {
                Case::One(call) => asked.push(Question::Sign(call)),
                Case::Row(calls) => {
                    asked.extend(questions(calls, Manner::Together, &*self.subject));
                }
            }
            if asked[first..].iter().all(|question| self.is_declared(question)) {
                cases.push((id, asked.len() - first));
            } else {
                asked.truncate(first);
                self.share.report.unasked += 1;
            }
        }
        let (mut cases, mut asked) = (&cases[..], &asked[..]);
        while !cases.is_empty() && self.share.report.problems.is_empty() {
            let taken = self.ask(cases, asked);
            let questions: usize = cases[..taken].iter().map(|(_, count)| count).sum();
            (cases, asked) = (&cases[taken..], &asked[questions..]);
        }
    }

    /// Asks the questions of `cases` and processes the outcomes: of all, or up to the first one
    /// that shows that the subject keeps state; the others are then asked again. Returns how many
    /// cases were processed.
    fn ask(&mut self, cases: &[(CaseId, usize)], mut asked: &[Question]) -> usize {
        let replies = self.subject.ask(asked, &|| ());
        self.faults.note(&replies);
        let answered = faults::asked(&replies);
        let mut replies = replies.into_iter();
        let mut seen = 0;
        for (index, (id, count)) in cases.iter().copied().enumerate() {
            seen += count;
            if seen > answered {
                break;
            }
            let questions;
            (questions, asked) = asked.split_at(count);
            self.remember(id.number);
            self.share.report.cases += 1;
            self.progress.cases.fetch_add(1, Ordering::Relaxed);
            let mut own = replies.by_ref().take(count);
            let outcome = self.oracle.outcome(questions, &mut own);
            // The oracle may have stopped before the last reply.
            own.for_each(drop);
            if self.take(id, questions, outcome) {
                self.restart();
                return index + 1;
            }
        }
        self.share.report.problems.extend(self.faults.end());
        cases.len()
    }

    /// Keeps the number of a case that was asked, and no more of the earlier ones than are needed:
    /// a search may run for days.
    fn remember(&mut self, number: u64) {
        if self.asked.len() >= 2 * REMEMBERED {
            self.asked.drain(1..=REMEMBERED);
        }
        self.asked.push(number);
    }

    /// Processes the outcome of a case. Returns whether it showed, for the first time, that the
    /// subject keeps state from one case to the next.
    fn take(&mut self, id: CaseId, questions: &[Question], outcome: Outcome) -> bool {
        let calls = || questions.iter().flat_map(Question::calls);
        let report = &mut self.share.report;
        report.normative += u64::from(calls().all(Class::is_core_of));
        match outcome {
            Outcome::Beyond => report.unsignable += 1,
            Outcome::Conforms(verdict, answers) => {
                *report.verdicts.entry(verdict).or_default() += 1;
                feed_shadows(&mut self.share.known, &calls());
                if let [Question::Sign(call)] = questions {
                    self.keep_as_evidence(call, verdict, answers.first());
                }
            }
            Outcome::Refused(verdict, detail) => {
                *report.verdicts.entry(verdict).or_default() += 1;
                let detail = detail.lines().next().unwrap_or_default();
                let detail: String = detail.chars().take(100).collect();
                *report.refusals.entry(detail).or_default() += 1;
            }
            Outcome::Wrong(wrong) => {
                *report.verdicts.entry(wrong.verdict).or_default() += 1;
                let calls: Vec<SignQuestion> = calls().cloned().collect();
                return self.look_into(id, &calls, &wrong);
            }
        }
        false
    }

    /// Keeps the questions of the latest right answers, and some of older ones. Without an
    /// `answer`, the subject answered exactly as the reference does.
    fn keep_as_evidence(
        &mut self,
        call: &SignQuestion,
        verdict: Verdict,
        answer: Option<&SignedAnswer>,
    ) {
        let cases = usize::try_from(self.share.report.cases).unwrap_or_default();
        let place =
            if self.right.len() < EVIDENCE { self.right.len() } else { cases % (16 * EVIDENCE) };
        if place >= EVIDENCE {
            return;
        }
        let own = answer.and_then(|answer| baseline(call, answer));
        if own.is_none() && verdict != Verdict::Exact {
            // It is not known which headers the subject chose.
            return;
        }
        let call = own.unwrap_or_else(|| call.clone());
        match self.right.get_mut(place) {
            Some(old) => *old = call,
            None => self.right.push(call),
        }
    }

    fn look_into(&mut self, id: CaseId, calls: &[SignQuestion], wrong: &Wrong) -> bool {
        let standing = Standing::new(calls, self.oracle.signings(calls).is_some());
        let known = &mut self.share.known;
        let as_signed = wrong.as_signed(calls);
        if let Some(index) = explained_by_shadow(known, as_signed, &wrong.answers, standing) {
            known[index].found.hits += 1;
            return false;
        }
        // A wrong answer may have more than one cause, each of which is a finding.
        for _ in 0..4 {
            let explaining = explained_by(&mut self.share.known, calls, wrong, standing);
            for index in &explaining {
                self.share.known[*index].found.hits += 1;
            }
            if !explaining.is_empty() {
                return false;
            }
            let all_named = self.all_named();
            // An unexplained answer must never hide one that a mistake explains.
            let nameless = self.nameless >= NAMELESS || self.unrepeated >= UNREPEATED;
            if let Some(index) = likely(&self.share.known, calls, wrong, standing) {
                let hits = &mut self.share.known[index].found.hits;
                let is_looked_at = *hits < LOOKED_AT || hits.is_multiple_of(LOOKED_AT);
                if !is_looked_at || singles(calls, wrong, all_named).is_empty() {
                    *hits += 1;
                    return false;
                }
            } else if nameless && singles(calls, wrong, all_named).is_empty() {
                return self.share.report.count_only(standing);
            }
            if self.deadline.is_over() && !self.share.known.is_empty() {
                return self.share.report.count_only(standing);
            }
            let incident =
                Incident { id, calls, asked: &self.asked, right: &self.right, known: all_named };
            let known = &mut self.share.known;
            let found = investigate(&mut self.lab, &incident, |calls, wrong, standing| {
                !explained_by(known, calls, wrong, standing).is_empty()
            });
            let Some(found) = found else {
                self.unrepeated += 1;
                return self.share.report.count_only(standing);
            };
            let keeps_state = !found.shadows.is_empty();
            let named = found.is_named();
            self.nameless += usize::from(!named);
            let is_new = self.share.add(found);
            self.progress.findings.fetch_add(u64::from(is_new), Ordering::Relaxed);
            if !is_new || keeps_state || !named {
                return keeps_state;
            }
        }
        false
    }

    /// All mistakes that were named so far; the first one of alternatives.
    fn all_named(&self) -> MistakeSet {
        let named = self.share.known.iter().filter(|known| known.is_named());
        let sets = named.filter_map(|known| known.sets.first());
        sets.fold(MistakeSet::EMPTY, |all, set| all.union(*set))
    }

    fn is_declared(&self, question: &Question) -> bool {
        self.subject.identity().lacks(question).is_none()
    }

    /// Starts the subject again, because it is not known what state it keeps.
    fn restart(&mut self) {
        match (self.start)() {
            Ok(subject) => self.subject = subject,
            Err(error) => self.share.report.problems.push(error.to_string()),
        }
        self.asked.clear();
        for known in &mut self.share.known {
            known.forget();
        }
    }
}

impl Report {
    /// Counts a wrong answer that is not investigated. Always `false`: it shows nothing new.
    fn count_only(&mut self, standing: Standing) -> bool {
        self.uncounted += 1;
        self.uncounted_normative += u64::from(standing.is_normative());
        false
    }
}

impl Share {
    /// Adds a finding, or merges it into the same known one. Returns whether it is new.
    fn add(&mut self, found: Known) -> bool {
        if let Some(known) = self.known.iter_mut().find(|known| known.is(&found)) {
            known.absorb(found);
            return false;
        }
        self.known.push(found);
        true
    }

    /// Merges what another worker found.
    fn merge(&mut self, other: Self) {
        let (own, others) = (&mut self.report, other.report);
        own.next = own.next.min(others.next);
        own.cases += others.cases;
        own.normative += others.normative;
        own.unasked += others.unasked;
        own.unsignable += others.unsignable;
        own.uncounted += others.uncounted;
        own.uncounted_normative += others.uncounted_normative;
        own.problems.extend(others.problems);
        add_counts(&mut own.verdicts, others.verdicts);
        add_counts(&mut own.refusals, others.refusals);
        for found in other.known {
            self.add(found);
        }
    }

    fn report(mut self, time: Duration) -> Report {
        self.report.findings = self.known.into_iter().map(|known| known.found).collect();
        let findings = &mut self.report.findings;
        findings.sort_by_key(|found| (!found.is_normative(), std::cmp::Reverse(found.hits)));
        let report = &mut self.report;
        report.milliseconds = time.as_millis().try_into().unwrap_or(u64::MAX);
        let signs = |verdict: &Verdict| verdict.conforms() || *verdict == Verdict::Mismatch;
        let is_wrong = |found: &Found| !found.verdict.is_refusal(None);
        let has_failed = report.findings.iter().any(is_wrong) || !report.problems.is_empty();
        if report.cases > 0 && !has_failed && !report.verdicts.keys().any(signs) {
            let problem = format!("nothing was proven: none of {} cases was signed", report.cases);
            report.problems.push(problem);
        }
        self.report
    }
}

/// Adds what went wrong with a subject outside any case, each problem once.
fn add_problems(problems: &mut Vec<String>, leaving: &Leaving) {
    for problem in leaving.faults.iter().map(ToString::to_string) {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
}
