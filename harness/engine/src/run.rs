//! The loop that ties everything together: ask, judge, hold against the expectations, record.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::thread;
use std::time::Instant;

use jiff::tz::TimeZone;
use sigv4_mistakes::diagnose::{Attribution, attribute};
use sigv4_protocol::{Answer, Identity, Question, SignedAnswer};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Level, Need};

use crate::expectations::{self, Expectations};
use crate::judge::{Judgement, Verdict, judge};
use crate::log::{
    CaseEvent, Event, Footer, Header, Outcome, Problem, RunResult, SubjectEvent, SuiteEvent,
};
use crate::subject::{Fault, Subject};

/// So many questions are in memory at once.
const BATCH: usize = 512;

/// What a run is about.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'p> {
    /// All vectors there are.
    pub vectors: &'p Vectors,
    /// The selected cases, in order.
    pub cases: &'p [&'p Case],
    /// Whether the selection may have left some out.
    pub partial: bool,
    /// What is known to fail.
    pub expectations: &'p Expectations,
    /// How the subject was plugged in.
    pub invocation: &'p [String],
}

/// Who follows a run.
pub trait Observer {
    /// An event, as it goes into the log.
    fn event(&mut self, event: &Event);
}

/// Runs all planned cases and tells `observer` every event, the footer last. `answered` is called
/// once for each question, from any thread, as its answer comes in.
pub fn run<'p>(
    subject: &mut dyn Subject,
    plan: &Plan<'p>,
    observer: &mut dyn Observer,
    answered: &(dyn Fn() + Sync),
) -> RunResult {
    let start = Instant::now();
    observer.event(&Event::Header(header(subject, plan)));
    let mut tally = Tally::default();
    let identity = subject.identity().clone();
    let mut take = |judged: Vec<Judged<'p>>| {
        for Judged { case, asked, judgement, signed } in judged {
            let outcome = if asked {
                expectations::Outcome::Judged(judgement.verdict)
            } else {
                expectations::Outcome::NotAsked
            };
            tally.outcomes.insert(&case.id, outcome);
            let excused = !asked || lacks_feature(case, &identity, judgement.verdict);
            let event = case_event(case, excused, judgement, plan.expectations);
            tally.count(&event);
            tally.keep(case, event.verdict, signed);
            observer.event(&Event::Case(Box::new(event)));
        }
    };
    // An adapter answers the next batch while the last one is judged.
    let mut last: Option<Answered<'p>> = None;
    for batch in plan.cases.chunks(BATCH) {
        let (next, judged) = thread::scope(|scope| {
            let judging = last.take().map(|last| scope.spawn(|| last.judged()));
            let next = ask(subject, batch, answered);
            (next, judging.map(joined))
        });
        judged.into_iter().for_each(&mut take);
        last = Some(next);
    }
    last.map(Answered::judged).into_iter().for_each(take);
    if let Some(attribution) = tally.attribution(plan) {
        observer.event(&Event::Attribution(attribution));
    }
    for problem in tally.problems(subject, plan) {
        tally.count_problem(&problem);
        observer.event(&Event::Problem(problem));
    }
    let footer = tally.footer(start);
    let result = footer.result;
    observer.event(&Event::Footer(footer));
    result
}

fn header(subject: &dyn Subject, plan: &Plan<'_>) -> Header {
    let identity = subject.identity();
    Header {
        log: crate::log::VERSION,
        suite: SuiteEvent {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            digest: plan.vectors.digest().to_string(),
        },
        subject: SubjectEvent {
            name: identity.name.clone(),
            version: identity.version.clone(),
            language: identity.language.clone(),
            invocation: plan.invocation.to_vec(),
        },
        partial: plan.partial,
        planned: plan.cases.iter().map(|case| case.id.clone()).collect(),
    }
}

/// A case with what came of it.
struct Judged<'v> {
    case: &'v Case,
    /// Whether the subject was asked at all.
    asked: bool,
    judgement: Judgement,
    /// The signed requests, as far as the answer holds any.
    signed: Vec<SignedAnswer>,
}

/// A batch with what came back.
struct Answered<'v> {
    batch: &'v [&'v Case],
    /// What was asked, and the replies.
    asked: Vec<(&'v Case, Result<Answer, Fault>)>,
    /// What was not, and why.
    refused: Vec<(&'v Case, String)>,
}

/// Asks what the subject declares that it does.
fn ask<'v>(
    subject: &mut dyn Subject,
    batch: &'v [&'v Case],
    answered: &(dyn Fn() + Sync),
) -> Answered<'v> {
    let identity = subject.identity().clone();
    let (mut cases, mut questions, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for case in batch {
        let question = Question::of(case);
        if let Some(lacking) = identity.lacks(&question) {
            refused.push((*case, format!("not asked: {lacking}")));
            answered();
        } else {
            cases.push(*case);
            questions.push(question);
        }
    }
    let replies = subject.ask(&questions, answered);
    Answered { batch, asked: cases.into_iter().zip(replies).collect(), refused }
}

impl<'v> Answered<'v> {
    /// All cases of the batch in their order, judged on all cores.
    fn judged(self) -> Vec<Judged<'v>> {
        // Threads of its own: who calls a run may be one of a shared pool, and waits for this.
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let shares = self.asked.chunks(self.asked.len().div_ceil(cores).max(1));
        let judgements: Vec<Judgement> = thread::scope(|scope| {
            let work = |share: &'_ [(&'v Case, _)]| {
                share.iter().map(|(case, reply)| judge(case, reply)).collect::<Vec<_>>()
            };
            let threads: Vec<_> = shares.map(|share| scope.spawn(move || work(share))).collect();
            threads.into_iter().flat_map(joined).collect()
        });
        let asked = self.asked.into_iter().zip(judgements).map(|((case, reply), judgement)| {
            let signed = reply.map(Answer::into_signed).unwrap_or_default();
            (&case.id[..], Judged { case, asked: true, judgement, signed })
        });
        let mut judged: HashMap<&str, Judged<'v>> = asked.collect();
        for (case, reason) in self.refused {
            let notes = vec![reason];
            let judgement = Judgement { verdict: Verdict::Unsupported, finding: None, notes };
            judged.insert(&case.id, Judged { case, asked: false, judgement, signed: Vec::new() });
        }
        self.batch.iter().filter_map(|case| judged.remove(&case.id[..])).collect()
    }
}

/// What a thread came to.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Whether the subject refused a case that needs a feature which its greeting does not list.
fn lacks_feature(case: &Case, identity: &Identity, verdict: Verdict) -> bool {
    let listed = |need: &Need| identity.features.contains(need);
    matches!(verdict, Verdict::Unrepresentable | Verdict::Unsupported)
        && !case.needs.iter().all(listed)
}

/// What a verdict comes to. It is excused where the subject declares that it does no such thing.
fn case_event(
    case: &Case,
    excused: bool,
    judgement: Judgement,
    expectations: &Expectations,
) -> CaseEvent {
    let verdict = judgement.verdict;
    let known = expectations.known(&case.id, verdict).cloned();
    let outcome = match (verdict, &known) {
        (Verdict::Exact | Verdict::Equivalent, _) => Outcome::Passed,
        (Verdict::Error, _) => Outcome::Failed,
        (_, Some(_)) => Outcome::Known,
        _ if excused => Outcome::Noted,
        _ if case.level != Level::Must => Outcome::Noted,
        _ => Outcome::Failed,
    };
    CaseEvent {
        id: case.id.clone(),
        title: case.title.clone(),
        verdict,
        outcome,
        finding: judgement.finding,
        notes: judgement.notes,
        known,
    }
}

#[derive(Default)]
struct Tally<'p> {
    outcomes: HashMap<&'p str, expectations::Outcome>,
    counts: BTreeMap<Verdict, usize>,
    failed: usize,
    known: usize,
    noted: usize,
    problems: usize,
    incomplete: bool,
    /// What was signed, in the order in which it was asked, with the answers that are wrong.
    signed: Vec<(&'p Case, Option<Vec<SignedAnswer>>)>,
}

impl<'p> Tally<'p> {
    fn count(&mut self, case: &CaseEvent) {
        *self.counts.entry(case.verdict).or_default() += 1;
        self.failed += usize::from(case.outcome == Outcome::Failed);
        self.known += usize::from(case.outcome == Outcome::Known);
        self.noted += usize::from(case.outcome == Outcome::Noted);
        self.incomplete |= case.verdict == Verdict::Error;
    }

    /// Keeps what the mistakes are found from.
    fn keep(&mut self, case: &'p Case, verdict: Verdict, answers: Vec<SignedAnswer>) {
        match verdict {
            _ if answers.is_empty() => {}
            Verdict::Exact => self.signed.push((case, None)),
            Verdict::Mismatch => self.signed.push((case, Some(answers))),
            _ => {}
        }
    }

    /// The mistakes behind the mismatches, if there are any of either.
    fn attribution(&self, plan: &Plan<'_>) -> Option<Attribution> {
        if self.signed.iter().all(|(_, wrong)| wrong.is_none()) {
            return None;
        }
        let others: Vec<&Case> =
            plan.vectors.cases().filter(|case| !self.outcomes.contains_key(&case.id[..])).collect();
        Some(attribute(&self.signed, &others))
    }

    fn count_problem(&mut self, problem: &Problem) {
        self.problems += 1;
        self.incomplete |= matches!(problem, Problem::Adapter { .. });
    }

    /// Everything that fails the run and is no case's verdict.
    fn problems(&self, subject: &mut dyn Subject, plan: &Plan<'_>) -> Vec<Problem> {
        let mut problems: Vec<Problem> = subject
            .finish()
            .iter()
            .map(|fault| Problem::Adapter { message: fault.to_string() })
            .collect();
        let judged = self.counts.values().sum::<usize>();
        if judged != plan.cases.len() {
            let message = format!("{} cases planned, {judged} judged", plan.cases.len());
            problems.push(Problem::Adapter { message });
        }
        let asked =
            |outcome: &expectations::Outcome| matches!(outcome, expectations::Outcome::Judged(_));
        if !self.outcomes.values().any(asked) {
            let roles: Vec<String> =
                subject.identity().roles.iter().map(ToString::to_string).collect();
            let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
            let message = format!(
                "nothing was asked: no case is within the roles (declared: {roles}) and profiles \
                 of the adapter"
            );
            problems.push(Problem::Adapter { message });
        }
        let today = jiff::Timestamp::now().to_zoned(TimeZone::UTC).date();
        let stale = plan.expectations.stale(plan.vectors, &self.outcomes, today);
        problems.extend(stale.into_iter().map(|stale| Problem::StaleExpectation {
            file: stale.file,
            line: stale.line,
            message: stale.problem,
        }));
        problems
    }

    fn footer(self, start: Instant) -> Footer {
        let result = if self.incomplete {
            RunResult::Incomplete
        } else if self.failed + self.problems > 0 {
            RunResult::Unexpected
        } else {
            RunResult::AsExpected
        };
        Footer {
            counts: self.counts,
            failed: self.failed,
            known: self.known,
            noted: self.noted,
            problems: self.problems,
            result,
            milliseconds: start.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        }
    }
}
