//! The loop that ties everything together: ask, judge, compare with the expectations, record.

mod event;
mod order;
mod tally;
mod twins;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::{Answer, Clock, Question, Side, Stage};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Case;

use event::{case_event, explanations, know_by_mistake, may_be_known};
use tally::Tally;
use twins::Twins;

use crate::clock;
use crate::expectations::Expectations;
use crate::judge::{Finding, Judgement, Verdict, judge};
use crate::log::{Event, Excuse, Header, RunResult, SubjectEvent, SuiteEvent};
use crate::subject::{Fault, Subject};

/// How many questions are in memory at once.
pub const BATCH: usize = 512;
/// How long a batch should take where the observer lets the run choose its size.
const BEAT: Duration = Duration::from_millis(100);

/// The note of every case that was not asked because the run was ended early.
pub const ENDED_EARLY: &str = "not asked: the run was ended early";

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
    /// Whether the keys are the user's own: the log then leaves them out.
    pub own_keys: bool,
    /// How the subject was plugged in.
    pub invocation: &'p [String],
}

/// Something that follows a run.
pub trait Observer {
    /// An event, as it goes into the log.
    fn event(&mut self, event: &Event);

    /// Whether the run goes on; the cases that are left are not asked otherwise.
    fn goes_on(&self) -> bool {
        true
    }

    /// How many cases are asked at once, at least and at most; the first time the least. The run chooses so
    /// many that it can be ended soon, because what was asked is judged first.
    fn at_once(&self) -> RangeInclusive<usize> {
        BATCH..=BATCH
    }
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
    let mut twins = Twins::of(plan);
    // Failures of which only the mistake behind them can say whether they are known.
    let mut waiting = Vec::new();
    let mut take = |observer: &mut dyn Observer, judged: Vec<Judged<'p>>| {
        for judged in judged {
            let event = case_event(&judged, &identity, plan, &tally.accepted);
            tally.count(&event);
            // A rejection that shows nothing speaks for no mistake and against none.
            let is_kept = event.excuse != Some(Excuse::TwinRejected) && tally.keep(judged);
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
    let sizes = observer.at_once();
    let (mut rest, mut size) = (plan.cases, *sizes.start());
    while !rest.is_empty() && observer.goes_on() {
        // Twins are asked again at fixed places: how long answers take must not change what is asked.
        let until_twins = BATCH - (plan.cases.len() - rest.len()) % BATCH;
        let (batch, after) = rest.split_at(size.min(until_twins).min(rest.len()));
        let twins_are_due = batch.len() == until_twins || after.is_empty();
        rest = after;
        let begun = Instant::now();
        let mut judged = Vec::new();
        let next = rayon::in_place_scope(|scope| {
            if let Some(last) = last.take() {
                scope.spawn(|_| judged = last.judged());
            }
            let answered = ask(subject, batch, answered);
            twins.note(&answered.asked);
            if twins_are_due {
                twins.ask_again(subject);
            }
            answered
        });
        take(observer, judged);
        last = Some(next);
        size = if begun.elapsed() < BEAT { size * 2 } else { size / 2 };
        size = size.clamp(*sizes.start(), *sizes.end());
    }
    if let Some(last) = last {
        take(observer, last.judged());
    }
    let left = rest.iter().map(|case| Judged::not_asked(case, ENDED_EARLY.to_owned()));
    take(observer, left.collect());
    tally.left = rest.len();
    tally.lost_twin = twins.lost;
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
        suite: SuiteEvent::of(plan.vectors),
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

impl<'v> Judged<'v> {
    fn not_asked(case: &'v Case, reason: String) -> Self {
        let judgement = Judgement { notes: vec![reason], ..Judgement::of(Verdict::Unsupported) };
        let excuse = Some(Excuse::NotAsked);
        Self { case: Cow::Borrowed(case), excuse, judgement, answer: None }
    }
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
    let replies = order::ask(subject, questions, answered);
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
            judged.insert(&case.id, Judged::not_asked(case, reason));
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
