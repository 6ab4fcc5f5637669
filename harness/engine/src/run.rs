//! The loop that ties everything together: ask, judge, compare with the expectations, record.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use jiff::tz::TimeZone;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::Serialize;
use sigv4_mistakes::diagnose::{Attribution, Ruled, Signed, attribute, attribute_rulings};
use sigv4_protocol::{Answer, Clock, Identity, Question, Side, Stage, text};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{self, Case, Ruling};

use crate::clock;
use crate::expectations::{self, Expectations, Explanations};
use crate::judge::{Finding, Judgement, Verdict, judge};
use crate::log::{
    CaseEvent, Event, Excuse, Footer, Header, Outcome, Problem, RunResult, SubjectEvent, SuiteEvent,
};
use crate::subject::{Fault, Leaving, Subject};

/// How many questions are in memory at once.
const BATCH: usize = 512;
/// How long a question or an answer in the log may be, in bytes of JSON.
const KEPT: usize = 64 << 10;
/// How long all answers that are kept for finding mistakes may be together, in bytes.
const KEPT_IN_ALL: usize = 32 << 20;

/// What a run is about.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'p> {
    /// The side that it tests.
    pub side: Side,
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

/// Something that follows a run.
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
    let mut tally = Tally::of(plan.side);
    let identity = subject.identity().clone();
    // Failures of which only the mistake behind them can say whether they are known.
    let mut waiting = Vec::new();
    let mut take = |judged: Vec<Judged<'p>>| {
        for judged in judged {
            let event = case_event(&judged, &identity, plan.expectations, &tally.accepted);
            tally.count(&event);
            let is_kept = tally.keep(judged);
            if is_kept && may_be_known(&event, plan.expectations) {
                waiting.push(event);
            } else {
                tally.settle(&event);
                observer.event(&Event::Case(Box::new(event)));
            }
        }
    };
    // An adapter answers the next batch while the last one is judged.
    let mut last: Option<Answered<'p>> = None;
    for batch in plan.cases.chunks(BATCH) {
        let mut judged = Vec::new();
        let next = rayon::in_place_scope(|scope| {
            if let Some(last) = last.take() {
                scope.spawn(|_| judged = last.judged());
            }
            ask(subject, batch, answered)
        });
        take(judged);
        last = Some(next);
    }
    last.map(Answered::judged).into_iter().for_each(take);
    let attribution = tally.attribution(&identity, plan);
    let explanations = explanations(attribution.as_ref());
    for mut event in waiting {
        know_by_mistake(&mut event, plan.expectations, &explanations);
        tally.settle(&event);
        observer.event(&Event::Case(Box::new(event)));
    }
    for problem in tally.problems(subject, plan, &explanations) {
        tally.count_problem(&problem);
        observer.event(&Event::Problem(problem));
    }
    if let Some(attribution) = attribution {
        observer.event(&Event::Attribution(attribution));
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
            side: plan.side,
            roles: identity.roles.clone(),
            profiles: identity.profiles.clone(),
            features: identity.features.clone(),
            clock: identity.clock,
            invocation: plan.invocation.to_vec(),
        },
        partial: plan.partial,
        planned: plan.cases.iter().map(|case| case.id.clone()).collect(),
    }
}

/// A case with its result.
struct Judged<'v> {
    /// As it was asked; for a subject with its own clock, adjusted to the time of the answer.
    case: Cow<'v, Case>,
    excuse: Option<Excuse>,
    judgement: Judgement,
    /// What was answered, if anything was.
    answer: Option<Answer>,
}

/// A batch with what came back.
struct Answered<'v> {
    batch: &'v [&'v Case],
    clock: Clock,
    /// What was asked, and the replies.
    asked: Vec<(&'v Case, Result<Answer, Fault>)>,
    /// What was not asked, and why.
    refused: Vec<(&'v Case, String)>,
}

/// Asks what the subject declares that it supports.
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
    let asked = cases.into_iter().zip(replies).collect();
    Answered { batch, clock: identity.clock, asked, refused }
}

impl<'v> Answered<'v> {
    /// All cases of the batch in order, judged on all cores.
    fn judged(self) -> Vec<Judged<'v>> {
        let one = |(case, reply): &(&'v Case, _)| judged_one(self.clock, case, reply);
        let judgements: Vec<(Cow<'v, Case>, Judgement)> = self.asked.par_iter().map(one).collect();
        let asked = self.asked.into_iter().zip(judgements);
        let mut judged: HashMap<&str, Judged<'v>> = asked
            .map(|((asked, reply), (case, judgement))| {
                (&asked.id[..], Judged { case, excuse: None, judgement, answer: reply.ok() })
            })
            .collect();
        for (case, reason) in self.refused {
            let judgement =
                Judgement { notes: vec![reason], ..Judgement::of(Verdict::Unsupported) };
            let excuse = Some(Excuse::NotAsked);
            let refused = Judged { case: Cow::Borrowed(case), excuse, judgement, answer: None };
            judged.insert(&case.id, refused);
        }
        self.batch.iter().filter_map(|case| judged.remove(&case.id[..])).collect()
    }
}

fn judged_one<'v>(
    clock: Clock,
    case: &'v Case,
    reply: &Result<Answer, Fault>,
) -> (Cow<'v, Case>, Judgement) {
    let adjusted = match reply {
        Ok(answer) => clock::adjusted(clock, case, answer),
        Err(_) => Ok(Cow::Borrowed(case)),
    };
    match adjusted {
        Ok(case) => {
            let judgement = judge(&case, reply);
            (case, judgement)
        }
        Err(summary) => {
            let finding = Finding { stage: Stage::StringToSign, summary, difference: None };
            (Cow::Borrowed(case), Judgement::mismatch(finding))
        }
    }
}

/// Whether the subject refused a case that needs a feature that its greeting does not list.
fn lacks_feature(case: &Case, identity: &Identity, verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Unrepresentable | Verdict::Unsupported)
        && !case.needs.iter().all(|need| identity.features.contains(need))
}

/// The event for a judged case. It is excused if the subject declares that it does not support
/// what the case needs.
/// A rejection shows something only if the twin of the case is among those `accepted` before.
fn case_event(
    judged: &Judged<'_>,
    identity: &Identity,
    expectations: &Expectations,
    accepted: &HashSet<String>,
) -> CaseEvent {
    let Judged { case, excuse, judgement, answer } = judged;
    let verdict = judgement.verdict;
    let expect = match &case.question {
        model::Question::Verify(verification) => Some(&verification.expect),
        _ => None,
    };
    let twin = expect.and_then(|expect| expect.twin.clone());
    let is_shown = twin.as_ref().is_none_or(|twin| accepted.contains(twin));
    let rejected = (verdict == Verdict::Reject && !is_shown).then_some(Excuse::TwinRejected);
    let feature = lacks_feature(case, identity, verdict).then_some(Excuse::Feature).or(rejected);
    let stage = judgement.finding.as_ref().map(|finding| finding.stage);
    let known = (!judgement.incident && excuse.is_none())
        .then(|| expectations.known(&case.id, verdict, stage).cloned());
    let mut event = CaseEvent {
        id: case.id.clone(),
        title: text::line(&case.title),
        level: case.level,
        expected: expect.map(|expect| expect.verdict),
        importance: expect.map(|expect| expect.importance),
        twin,
        verdict,
        incident: judgement.incident,
        excuse: excuse.or(feature),
        outcome: Outcome::Failed,
        finding: judgement.finding.clone().map(Finding::shortened),
        notes: judgement.notes.iter().map(|note| text::note(note)).collect(),
        known: known.flatten(),
        question: None,
        answer: None,
    };
    if event.known.is_none() && excuse.is_none() && event.is_weakness() {
        event.known = expectations.known_weakness(&case.id);
    }
    event.outcome = event.derived_outcome();
    if event.outcome == Outcome::Failed {
        event.question = Some(Question::of(case)).filter(is_short);
        event.answer = answer.clone().filter(is_short);
    }
    event
}

/// Whether the mistake behind a failure may turn out to be a known one.
fn may_be_known(event: &CaseEvent, expectations: &Expectations) -> bool {
    event.outcome == Outcome::Failed
        && !event.incident
        && expectations.may_be_known(&event.id, event.verdict, event.stage())
}

/// Excuses a failure whose mistakes are known.
fn know_by_mistake(
    event: &mut CaseEvent,
    expectations: &Expectations,
    explanations: &Explanations<'_>,
) {
    let explained = explanations.get(&event.id[..]).map_or(&[][..], Vec::as_slice);
    event.known = expectations.known_by_mistake(&event.id, event.verdict, event.stage(), explained);
    if event.known.is_some() {
        event.outcome = event.derived_outcome();
        (event.question, event.answer) = (None, None);
    }
}

/// What explains each case.
fn explanations(attribution: Option<&Attribution>) -> Explanations<'_> {
    let mut explanations = Explanations::new();
    for group in attribution.iter().flat_map(|attribution| &attribution.groups) {
        for case in &group.cases {
            let sets = group.alternatives.iter().map(Vec::as_slice);
            explanations.entry(case).or_default().extend(sets);
        }
    }
    explanations
}

/// Whether a value is worth keeping in a log.
fn is_short(value: &impl Serialize) -> bool {
    // What cannot be written cannot be kept.
    serde_json::to_string(value).is_ok_and(|text| text.len() <= KEPT)
}

#[derive(Default)]
struct Tally<'p> {
    side: Side,
    /// The cases that a verifier accepted.
    accepted: HashSet<String>,
    outcomes: HashMap<String, expectations::Outcome>,
    counts: BTreeMap<Verdict, usize>,
    failed: usize,
    known: usize,
    noted: usize,
    asked: usize,
    proven: usize,
    problems: usize,
    incomplete: bool,
    remarks: Vec<String>,
    /// What was signed, in the order in which it was asked, with the wrong answers.
    signed: Vec<(Cow<'p, Case>, Verdict, Option<Answer>)>,
    /// What a verifier said.
    ruled: Vec<(Cow<'p, Case>, Ruling)>,
    /// How long the wrong answers in `signed` are.
    kept: usize,
}

impl<'p> Tally<'p> {
    fn of(side: Side) -> Self {
        Self { side, ..Self::default() }
    }

    /// Counts what is certain before the mistakes are known.
    fn count(&mut self, case: &CaseEvent) {
        *self.counts.entry(case.verdict).or_default() += 1;
        if case.verdict == Verdict::Accept {
            self.accepted.insert(case.id.clone());
        }
        self.asked += usize::from(case.was_asked());
        self.incomplete |= case.incident;
        let outcome = if case.was_asked() {
            expectations::Outcome::Judged {
                verdict: case.verdict,
                stage: case.stage(),
                conforms: case.conforms(),
                is_weakness: case.is_weakness(),
            }
        } else {
            expectations::Outcome::NotAsked
        };
        self.outcomes.insert(case.id.clone(), outcome);
    }

    /// Counts what a case means for the run.
    fn settle(&mut self, case: &CaseEvent) {
        self.failed += usize::from(case.outcome == Outcome::Failed);
        self.known += usize::from(case.outcome == Outcome::Known);
        self.noted += usize::from(case.outcome == Outcome::Noted);
        self.proven += usize::from(case.proves_something());
    }

    /// Keeps what is needed to find the mistakes, up to a limit. Returns whether it was kept.
    fn keep(&mut self, judged: Judged<'p>) -> bool {
        let Judged { case, judgement, answer, .. } = judged;
        let answer = answer.filter(Answer::is_signed);
        match (judgement.verdict, answer) {
            (Verdict::Accept, _) => self.ruled.push((case, Ruling::Accept)),
            (Verdict::Reject, _) => self.ruled.push((case, Ruling::Reject)),
            (Verdict::Exact, Some(_)) => self.signed.push((case, Verdict::Exact, None)),
            (verdict @ (Verdict::Equivalent | Verdict::Mismatch), Some(answer)) => {
                self.kept += length(&answer);
                if self.kept > KEPT_IN_ALL {
                    return false;
                }
                self.signed.push((case, verdict, Some(answer)));
            }
            _ => return false,
        }
        true
    }

    /// The mistakes behind the mismatches or wrong rulings, if there are any.
    fn attribution(&self, identity: &Identity, plan: &Plan<'_>) -> Option<Attribution> {
        let is_wrong = |verdict: Verdict| verdict == Verdict::Mismatch;
        let ruled = self.ruled.iter().map(|(case, ruling)| Ruled { case, ruling: *ruling });
        let ruled: Vec<Ruled<'_>> = ruled.collect();
        let mismatches = self.signed.iter().any(|(_, verdict, _)| is_wrong(*verdict));
        if !mismatches && !ruled.iter().any(Ruled::is_wrong) {
            return None;
        }
        // Cases that the subject could be asked and is not asked now, the binding ones first.
        let could_be_asked = |case: &&Case| {
            !self.outcomes.contains_key(&case.id)
                && identity.lacks(&Question::of(case)).is_none()
                && case.needs.iter().all(|need| identity.features.contains(need))
        };
        let mut others: Vec<&Case> = plan.vectors.cases().filter(could_be_asked).collect();
        others.sort_by_key(|case| case.level);
        if self.side == Side::Verifier {
            return Some(attribute_rulings(&ruled, &others));
        }
        let signed = self.signed.iter().map(|(case, verdict, answer)| Signed {
            case,
            answer: answer.as_ref(),
            wrong: is_wrong(*verdict),
        });
        Some(attribute(&signed.collect::<Vec<_>>(), &others))
    }

    fn count_problem(&mut self, problem: &Problem) {
        self.problems += 1;
        self.incomplete |= problem.leaves_nothing_proven();
    }

    /// Ends the subject, and returns everything that fails the run and is not the verdict of a case.
    fn problems(
        &mut self,
        subject: &mut dyn Subject,
        plan: &Plan<'_>,
        explanations: &Explanations<'_>,
    ) -> Vec<Problem> {
        let Leaving { faults, left_behind } = subject.finish();
        self.remarks.extend(left_behind.remark());
        let mut problems: Vec<Problem> =
            faults.iter().map(|fault| Problem::Adapter { message: fault.to_string() }).collect();
        let judged = self.counts.values().sum::<usize>();
        if judged != plan.cases.len() {
            let message = format!("{} cases planned, {judged} judged", plan.cases.len());
            problems.push(Problem::Adapter { message });
        }
        let today = jiff::Timestamp::now().to_zoned(TimeZone::UTC).date();
        let stale = plan.expectations.stale(
            plan.partial,
            plan.vectors,
            &self.outcomes,
            explanations,
            today,
        );
        problems.extend(stale.into_iter().map(|stale| Problem::StaleExpectation {
            file: stale.file,
            line: stale.line,
            message: stale.problem,
        }));
        // What fails anyway ends with the code of the failure.
        if self.asked == 0 || self.proven + self.failed + problems.len() == 0 {
            problems.push(Problem::NothingProven { message: self.nothing_proven(subject) });
        }
        problems
    }

    /// Why a run without a failure proves nothing.
    fn nothing_proven(&self, subject: &dyn Subject) -> String {
        if self.asked == 0 {
            let roles: Vec<&str> =
                subject.identity().roles.iter().map(|role| role.as_str()).collect();
            let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
            return format!(
                "nothing was asked: no case is within the roles (declared: {roles}) and profiles \
                 of the adapter"
            );
        }
        let unasked = self.counts.values().sum::<usize>() - self.asked;
        let answered = |(verdict, count): (&Verdict, &usize)| {
            let unasked = if *verdict == Verdict::Unsupported { unasked } else { 0 };
            (*count > unasked).then(|| format!("{} {verdict}", count - unasked))
        };
        let answered: Vec<String> = self.counts.iter().filter_map(answered).collect();
        let done = match self.side {
            Side::Signer => "signed",
            Side::Verifier => "ruled",
        };
        format!("no case was {done} as expected: of {} asked, {}", self.asked, answered.join(", "))
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
            side: self.side,
            counts: self.counts,
            failed: self.failed,
            known: self.known,
            noted: self.noted,
            asked: self.asked,
            problems: self.problems,
            remarks: self.remarks,
            result,
            milliseconds: start.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        }
    }
}

/// About how much memory an answer takes.
fn length(answer: &Answer) -> usize {
    answer.steps().iter().map(|(_, text)| text.len()).sum()
}
