//! The search for verifiers: signed requests, changed in up to two places, and what the subject makes
//! of them.
//!
//! A case counts only if reference and model agree on its ruling, and if the subject accepts its twin,
//! the same request without the changes: a verifier that rejects everything is right about nothing. A
//! wrong ruling that known mistakes explain is counted; any other is asked again, shrunk with the
//! subject as judge, and named by the catalogue, so that each mistake is reported once.

mod finding;
mod investigate;
mod known;
mod oracle;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sigv4_generate::CaseId;
use sigv4_mistakes::MistakeSet;
use sigv4_protocol::{Answer, Question};
use sigv4_vectors::model::Ruling;

use super::faults::{self, Faults};
use super::lab::Start;
use super::pace::{Deadline, Pace};
use super::{BATCH, NAMELESS, Plan, Progress, add_problems, on_threads};
use crate::forge::Setting;
use crate::forge::drawn::Drawn;
use crate::subject::{StartError, Subject};
use investigate::{Incident, Lab, investigate};
use known::Known;
use oracle::{Oracle, Said, is_wrong};

pub use finding::{Found, Report};

/// How many right rulings are kept as evidence.
const EVIDENCE: usize = 1024;

/// A question with one ruling that is right, and that the subject gave.
type Right = (Question, Ruling);

/// Searches with `jobs` threads, at least one, each with two subjects of its own: one that is asked
/// case after case, and one to ask again. A `server` that runs is asked requests in its setting; then
/// there is one thread, and both subjects are that server.
///
/// # Errors
/// [`StartError`] if the subject or the workers cannot be started at all.
pub fn search(
    start: &Start<'_>,
    plan: &Plan,
    server: Option<&Arc<Setting>>,
    jobs: u64,
    progress: &Progress,
) -> Result<Report, StartError> {
    let began = Instant::now();
    let shares = on_threads(jobs, plan, |plan, deadline| {
        let mut worker = Worker::new(start, (plan, server), deadline, progress)?;
        worker.work();
        Ok(worker.share)
    })?;
    let report = shares.reduce(Share::merged).report(began.elapsed());
    // The key is the user's.
    Ok(if server.is_some() { report.without_keys() } else { report })
}

/// One subject with the cases that it is asked, and everything that is known about it.
struct Worker<'s> {
    plan: Plan,
    server: Option<&'s Arc<Setting>>,
    deadline: Deadline,
    progress: &'s Progress,
    subject: Box<dyn Subject>,
    faults: Faults,
    lab: Lab<'s>,
    oracle: Oracle,
    /// The latest right rulings on requests with one change at most.
    right: VecDeque<Right>,
    /// The first request that was accepted.
    accepted: Option<Question>,
    share: Share,
}

/// What a worker found.
struct Share {
    known: Vec<Known>,
    report: Report,
}

/// A case that is asked.
struct Asked {
    id: CaseId,
    drawn: Drawn,
    /// The request without the changes, if there are any.
    twin: Option<Question>,
    question: Question,
    expected: Ruling,
}

impl<'s> Worker<'s> {
    fn new(
        start: &'s Start<'s>,
        (plan, server): (Plan, Option<&'s Arc<Setting>>),
        deadline: Deadline,
        progress: &'s Progress,
    ) -> Result<Self, StartError> {
        let subject = start()?;
        let identity = subject.identity();
        let name = format!("{} {}", identity.name, identity.version).trim().to_owned();
        Ok(Self {
            plan,
            server,
            deadline,
            progress,
            subject,
            faults: Faults::default(),
            lab: Lab::new(start, deadline),
            oracle: Oracle::new(server.is_some()),
            right: VecDeque::new(),
            accepted: None,
            share: Share { known: Vec::new(), report: Report::new(name, plan.seed, plan.end()) },
        })
    }

    fn work(&mut self) {
        let (seed, end) = (self.plan.seed, self.plan.end());
        let largest = self.subject.at_once().min(usize::try_from(BATCH).unwrap_or(usize::MAX));
        let mut pace = Pace::new(self.deadline, largest);
        for first in self.plan.batches() {
            let mut numbers = first..first.saturating_add(BATCH).min(end);
            while !numbers.is_empty() && !self.is_over() {
                let begun = Instant::now();
                let taken = numbers.by_ref().take(pace.size());
                let cases: Vec<Asked> =
                    taken.filter_map(|number| self.case(CaseId { seed, number })).collect();
                self.ask(&cases);
                pace.took(begun.elapsed());
            }
            if !numbers.is_empty() || !self.share.report.problems.is_empty() {
                self.share.report.next = self.plan.next(first);
                break;
            }
        }
        self.ask_first_again();
        self.share.report.problems.extend(self.faults.problem());
        let leaving = self.subject.finish();
        add_problems(&mut self.share.report.problems, &leaving);
        self.share.report.remarks.extend(leaving.remarks);
    }

    fn is_over(&self) -> bool {
        self.deadline.is_over() || !self.share.report.problems.is_empty()
    }

    /// The case of this number, if it has a certain ruling and the subject is asked such questions.
    fn case(&mut self, id: CaseId) -> Option<Asked> {
        let drawn = Drawn::of(id, self.server);
        let question = Question::Verify(Box::new(drawn.question()?));
        if self.subject.identity().lacks(&question).is_some() {
            self.share.report.unasked += 1;
            return None;
        }
        let twin = (!drawn.words().is_empty())
            .then(|| drawn.twin().question())
            .flatten()
            .map(|twin| Question::Verify(Box::new(twin)));
        let expected = self.oracle.ruling(&question);
        let is_fair = twin.iter().all(|twin| self.oracle.ruling(twin) == Some(Ruling::Accept));
        let Some(expected) = expected.filter(|_| is_fair) else {
            self.share.report.undecided += 1;
            return None;
        };
        Some(Asked { id, drawn, twin, question, expected })
    }

    fn ask(&mut self, cases: &[Asked]) {
        let questions = cases.iter().flat_map(|case| case.twin.iter().chain([&case.question]));
        let questions: Vec<Question> = questions.cloned().collect();
        let replies = self.subject.ask(&questions, &|| ());
        self.faults.note(&replies);
        let answered = faults::asked(&replies);
        let asked = questions.iter().zip(replies).take(answered);
        let features = self.subject.identity().features.clone();
        let mut said = asked.map(|(question, reply)| Said::of(question, reply, &features));
        for case in cases {
            let twin = case.twin.as_ref().and_then(|_| said.next());
            let Some(ruling) = said.next() else { break };
            self.share.report.cases += 1;
            self.progress.cases.fetch_add(1, Ordering::Relaxed);
            self.take(case, twin.as_ref(), &ruling);
        }
        self.share.report.problems.extend(self.faults.end());
    }

    /// Processes what was said of a case and of its twin.
    fn take(&mut self, case: &Asked, twin: Option<&Said>, said: &Said) {
        if let (Some(twin), Some(question)) = (twin, &case.twin) {
            if *twin != Said::Accepts {
                self.share.report.unproven += 1;
                self.judge(case.id, &case.drawn.twin(), question, Ruling::Accept, twin);
                return;
            }
            self.accepted.get_or_insert_with(|| question.clone());
        }
        self.judge(case.id, &case.drawn, &case.question, case.expected, said);
    }

    fn judge(
        &mut self,
        id: CaseId,
        drawn: &Drawn,
        question: &Question,
        expected: Ruling,
        said: &Said,
    ) {
        let report = &mut self.share.report;
        if let Said::Refuses(detail) = said {
            let detail = detail.lines().next().unwrap_or_default();
            let detail: String = detail.chars().take(100).collect();
            *report.refusals.entry(detail).or_default() += 1;
            return;
        }
        if is_wrong(said, expected) {
            report.count_wrong(expected);
            self.look_into(id, drawn, question, expected, said);
            return;
        }
        report.count_right(expected);
        if drawn.words().len() <= 1 {
            let named = self.share.named();
            for known in &mut self.share.known {
                known.weigh(question, expected, named);
            }
            if self.right.len() == EVIDENCE {
                self.right.pop_front();
            }
            self.right.push_back((question.clone(), expected));
        }
    }

    fn look_into(
        &mut self,
        id: CaseId,
        drawn: &Drawn,
        question: &Question,
        expected: Ruling,
        said: &Said,
    ) {
        if self.share.explains(question, &drawn.words(), said) {
            return;
        }
        let nameless = self.share.known.iter().filter(|known| !known.is_named()).count();
        let named = self.share.named();
        if self.deadline.is_over() && !self.share.known.is_empty() {
            self.share.report.uncounted += 1;
            return;
        }
        if nameless >= NAMELESS && known::explaining(question, said, named).is_empty() {
            self.share.report.uncounted += 1;
            return;
        }
        let incident = Incident { id, drawn, expected, said, named };
        let known = &self.share.known;
        let is_known = |question: &Question, said: &Said| {
            known.iter().any(|known| known.reproduces(question, said))
        };
        let found =
            investigate(&mut self.lab, &mut self.oracle, &incident, &mut self.right, is_known);
        match found {
            Some(found) => {
                if self.share.add(found) {
                    self.progress.findings.fetch_add(1, Ordering::Relaxed);
                }
            }
            None => self.share.report.uncounted += 1,
        }
    }

    /// A verifier that locks out who asked too often rejects everything from then on.
    fn ask_first_again(&mut self) {
        let Some(first) = self.accepted.take() else { return };
        let reply = self.subject.ask(&[first], &|| ()).into_iter().next();
        if self.share.report.problems.is_empty() && !matches!(reply, Some(Ok(Answer::Accept))) {
            let problem = "the first request that it accepted is not accepted any more at the end: \
                           what it rejected in between shows nothing";
            self.share.report.problems.push(problem.to_owned());
        }
    }
}

impl Share {
    /// All mistakes that were named so far; the first one of alternatives.
    fn named(&self) -> MistakeSet {
        known::named(&self.known)
    }

    /// Counts the wrong ruling for the finding that explains it, if there is one.
    fn explains(&mut self, question: &Question, words: &[String], said: &Said) -> bool {
        let all = self.named();
        let index = self.known.iter().position(|known| known.reproduces(question, said));
        let index = index.or_else(|| {
            (known::rules(all, question) == said.ruling() && !all.is_empty()).then_some(0)
        });
        let index =
            index.or_else(|| self.known.iter().position(|known| known.looks_like(words, said)));
        let Some(index) = index else { return false };
        self.known[index].count(question, said);
        true
    }

    /// Adds a finding, or merges it into the same known one. Returns whether it is new.
    fn add(&mut self, found: Known) -> bool {
        if let Some(known) = self.known.iter_mut().find(|known| known.is(&found)) {
            known.absorb(&found);
            return false;
        }
        self.known.push(found);
        true
    }

    /// With what another worker found.
    fn merged(mut self, other: Self) -> Self {
        self.report.merge(other.report);
        for found in other.known {
            self.add(found);
        }
        self
    }

    fn report(self, time: Duration) -> Report {
        let mut report = self.report;
        report.findings = self.known.into_iter().map(Known::found).collect();
        report.conclude(time);
        report
    }
}

/// How often each text occurred.
type Counts = BTreeMap<String, u64>;
