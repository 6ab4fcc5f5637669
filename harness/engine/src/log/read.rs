//! Reading a log back, and refusing one that does not add up.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, Read as _};

use sigv4_mistakes::diagnose::{Attribution, Left};
use sigv4_protocol::{Stage, text};
use sigv4_vectors::model::Ruling;
use sigv4_vectors::plain::in_plain_words;

use super::against_vectors::AgainstVectors;
use super::event::{
    CaseEvent, Event, Excuse, Footer, Header, Outcome, Problem, Rejections, RunResult, VERSION,
};
use crate::judge::Verdict;

/// How long a line may be, in bytes. A header lists all cases of the plan, and each text that an event
/// keeps has a limit of its own.
const LONGEST: u64 = 64 << 20;

/// One complete run of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct RunLog {
    /// Its first event.
    pub header: Header,
    /// Its cases in the order of the plan.
    pub cases: Vec<CaseEvent>,
    /// The mistakes behind its mismatches, if it has any.
    pub attribution: Option<Attribution>,
    /// Its problems.
    pub problems: Vec<Problem>,
    /// Its last event.
    pub footer: Footer,
}

impl RunLog {
    /// The run that these events are, from its header to its footer; `None` without either.
    #[must_use]
    pub fn of(events: Vec<Event>) -> Option<Self> {
        let (mut header, mut footer, mut attribution) = (None, None, None);
        let (mut cases, mut problems) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Header(event) => header = Some(event),
                Event::Case(event) => cases.push(*event),
                Event::Attribution(event) => attribution = Some(event),
                Event::Problem(event) => problems.push(event),
                Event::Footer(event) => footer = Some(event),
            }
        }
        Some(Self { header: header?, cases, attribution, problems, footer: footer? })
    }

    /// Its events, the cases in the order of the plan.
    pub fn events(self) -> impl Iterator<Item = Event> {
        let cases = self.cases.into_iter().map(|case| Event::Case(Box::new(case)));
        std::iter::once(Event::Header(self.header))
            .chain(cases)
            .chain(self.problems.into_iter().map(Event::Problem))
            .chain(self.attribution.map(Event::Attribution))
            .chain([Event::Footer(self.footer)])
    }

    /// Where and how answers differ that no mistake explains, as a sentence without its full stop.
    #[must_use]
    pub fn described(&self, left: &Left) -> String {
        if let Some(words) = left.shape.in_words() {
            return words;
        }
        let of_group = self.cases.iter().filter(|case| left.cases.contains(&case.id));
        let stages = of_group.filter_map(|case| Some(case.finding.as_ref()?.stage));
        let stages: Vec<Stage> = stages.collect();
        let words = match &stages[..] {
            [first, rest @ ..] if rest.iter().any(|stage| stage != first) => {
                "they differ at several stages"
            }
            [Stage::CanonicalRequest, ..] => "another canonical request",
            [Stage::StringToSign, ..] => "another string to sign",
            [Stage::SigningKey, ..] => "another key",
            [Stage::Wire, ..] => "what is sent is another request, or one that verifiers refuse",
            [Stage::Signature, ..] | [] => "another signature; no shown stage differs",
        };
        words.to_owned()
    }

    /// Puts the cases in the order of the plan: in the log, those come last whose outcome depends on the mistake
    /// behind them.
    pub fn put_in_order(&mut self) {
        let planned = self.header.planned.iter().enumerate();
        let places: HashMap<&str, usize> = planned.map(|(place, id)| (&id[..], place)).collect();
        self.cases.sort_by_key(|case| places.get(&case.id[..]).copied());
    }
}

/// Why a log is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct LogError {
    /// The file.
    pub file: String,
    /// The line, from 1; the number of lines if the end is the problem.
    pub line: usize,
    /// What is wrong and what was expected.
    pub problem: String,
}

/// Reads every run of a log.
///
/// # Errors
/// A line that is not an event, a run without header or footer, an empty plan, a case that was not
/// planned or appears twice, a planned case that is missing, a level or an expectation that is not the
/// vector's, an outcome that does not follow from verdict, level, excuse and expectation, counts that do not add up, an empty log.
pub fn read(file: &str, mut input: impl BufRead) -> Result<Vec<RunLog>, LogError> {
    let mut runs = Vec::new();
    let mut open: Option<Open> = None;
    let mut number = 0;
    let fail = |line, problem: String| LogError { file: file.to_owned(), line, problem };
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = input.by_ref().take(LONGEST + 1);
        let length = limited.read_until(b'\n', &mut line);
        if length.map_err(|error| fail(number + 1, error.to_string()))? == 0 {
            break;
        }
        number += 1;
        if line.len() as u64 > LONGEST {
            let limit = LONGEST >> 20;
            let problem =
                format!("expected an event of a run log, got a line of more than {limit} MiB");
            return Err(fail(number, problem));
        }
        let event: Event = serde_json::from_slice(line.trim_ascii_end()).map_err(|error| {
            let problem = in_plain_words(&error.to_string(), "an object");
            fail(number, format!("expected an event of a run log: {problem}"))
        })?;
        open = match (event, open.take()) {
            (Event::Header(header), None) if header.log == VERSION => {
                Some(Open::new(header).map_err(|problem| fail(number, problem))?)
            }
            (Event::Header(header), None) => {
                let problem = format!("log version {}, expected {VERSION}", header.log);
                return Err(fail(number, problem));
            }
            (Event::Header(_), Some(_)) => {
                return Err(fail(number, "a header before the footer of the run above".to_owned()));
            }
            (_, None) => {
                return Err(fail(number, "expected the header of a run first".to_owned()));
            }
            (Event::Case(case), Some(mut run)) => {
                run.take(*case).map_err(|problem| fail(number, problem))?;
                Some(run)
            }
            (Event::Attribution(attribution), Some(mut run)) => {
                run.attribution = Some(attribution);
                Some(run)
            }
            (Event::Problem(problem), Some(mut run)) => {
                run.problems.push(problem);
                Some(run)
            }
            (Event::Footer(footer), Some(run)) => {
                runs.push(run.close(footer).map_err(|problem| fail(number, problem))?);
                None
            }
        };
    }
    match (open, runs.is_empty()) {
        (Some(run), _) => {
            let problem = format!(
                "the run of {} has no footer: it was cut off after {} of {} cases",
                run.header.subject.name,
                run.cases.len(),
                run.header.planned.len()
            );
            Err(fail(number, problem))
        }
        (None, true) => {
            Err(fail(1, "the log is empty, expected the header of a run first".to_owned()))
        }
        (None, false) => Ok(runs),
    }
}

struct Open {
    header: Header,
    vectors: AgainstVectors,
    missing: HashSet<String>,
    /// What a verifier accepted so far.
    accepted: HashSet<String>,
    cases: Vec<CaseEvent>,
    attribution: Option<Attribution>,
    problems: Vec<Problem>,
}

impl Open {
    fn new(mut header: Header) -> Result<Self, String> {
        let subject = &mut header.subject;
        sigv4_protocol::check_name(&subject.name)?;
        for text in [&mut subject.name, &mut subject.version, &mut subject.language] {
            *text = text::line(text);
        }
        for word in &mut subject.invocation {
            *word = text::escaped(word).into_owned();
        }
        let mut missing = HashSet::new();
        if header.planned.is_empty() {
            return Err("planned: the plan is empty, so that the run proves nothing".to_owned());
        }
        for id in &header.planned {
            if !missing.insert(id.clone()) {
                return Err(format!("planned: {id} is planned twice"));
            }
        }
        Ok(Self {
            vectors: AgainstVectors::of(&header)?,
            header,
            missing,
            accepted: HashSet::new(),
            cases: Vec::new(),
            attribution: None,
            problems: Vec::new(),
        })
    }

    fn take(&mut self, mut case: CaseEvent) -> Result<(), String> {
        case.title = text::line(&case.title);
        if !self.missing.remove(&case.id) {
            return Err(format!("the case {} was not planned, or comes twice", case.id));
        }
        check(&case)
            .and_then(|()| self.vectors.check(&case))
            .and_then(|()| self.check_twin(&case))
            .map_err(|problem| format!("{}: {problem}", case.id))?;
        if case.verdict == Verdict::Accept {
            self.accepted.insert(case.id.clone());
        }
        self.cases.push(case);
        Ok(())
    }

    /// A rejection, or an error, shows something if and only if the twin was accepted before.
    fn check_twin(&self, case: &CaseEvent) -> Result<(), String> {
        let refuses = matches!(case.verdict, Verdict::Reject | Verdict::Error) && !case.incident;
        let Some(twin) = case.twin.as_ref().filter(|_| refuses) else { return Ok(()) };
        match (self.accepted.contains(twin), case.excuse == Some(Excuse::TwinRejected)) {
            (true, true) => Err(format!("excuse: its twin {twin} was accepted")),
            (false, false) => Err(format!("its twin {twin} was not accepted before it")),
            _ => Ok(()),
        }
    }

    fn result(&self) -> RunResult {
        let broken = self.cases.iter().any(|case| case.incident)
            || self.problems.iter().any(Problem::leaves_nothing_proven);
        let failed = self.cases.iter().any(|case| case.outcome == Outcome::Failed);
        match (broken, failed || !self.problems.is_empty()) {
            (false, true) => RunResult::Unexpected,
            (false, false) if self.proves_something() => RunResult::AsExpected,
            (true, _) | (false, false) => RunResult::Incomplete,
        }
    }

    /// Whether the subject was right about something, and a verifier about something that it must reject.
    fn proves_something(&self) -> bool {
        let mut rejections = Rejections::default();
        self.cases.iter().for_each(|case| rejections.count(case));
        self.cases.iter().any(CaseEvent::proves_something) && !rejections.are_missing()
    }

    fn close(self, footer: Footer) -> Result<RunLog, String> {
        if let Some(missing) = self.header.planned.iter().find(|id| self.missing.contains(*id)) {
            let count = self.missing.len();
            return Err(match count {
                1 => format!("the planned case {missing} has no verdict"),
                _ => format!("{count} planned cases have no verdict, {missing} first"),
            });
        }
        let mut counts = BTreeMap::new();
        for case in &self.cases {
            *counts.entry(case.verdict).or_insert(0) += 1;
        }
        let verdicts = Verdict::ALL.map(|verdict| {
            let count = |counts: &BTreeMap<_, _>| counts.get(&verdict).copied().unwrap_or_default();
            (verdict.as_str(), count(&footer.counts), count(&counts))
        });
        let with = |outcome| self.cases.iter().filter(|case| case.outcome == outcome).count();
        let outcomes = [
            ("failed", footer.failed, with(Outcome::Failed)),
            ("known", footer.known, with(Outcome::Known)),
            ("noted", footer.noted, with(Outcome::Noted)),
            ("asked", footer.asked, self.cases.iter().filter(|case| case.was_asked()).count()),
            ("problems", footer.problems, self.problems.len()),
        ];
        for (what, stated, actual) in verdicts.into_iter().chain(outcomes) {
            if stated != actual {
                return Err(format!("the footer counts {stated} {what}, the events are {actual}"));
            }
        }
        if footer.side != self.header.subject.side {
            return Err(format!(
                "side: the footer is about the {}, the header about the {}",
                footer.side, self.header.subject.side
            ));
        }
        if footer.result != self.result() {
            return Err("the footer's result is not what the events come to".to_owned());
        }
        let Self { header, cases, attribution, problems, .. } = self;
        let mut run = RunLog { header, cases, attribution, problems, footer };
        run.put_in_order();
        Ok(run)
    }
}

fn is_of_signer(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Exact | Verdict::Equivalent | Verdict::Mismatch)
}

/// Everything in a case must follow from the rest of it.
fn check(case: &CaseEvent) -> Result<(), String> {
    let verdict = case.verdict;
    let problem = match case.excuse {
        Some(Excuse::NotAsked) if verdict != Verdict::Unsupported => {
            Some(format!("excuse: a case that was not asked cannot be `{verdict}`"))
        }
        Some(Excuse::Feature) if !verdict.is_refusal(case.expected) => {
            Some(format!("excuse: `feature` does not excuse the verdict `{verdict}`"))
        }
        _ if case.incident && verdict != Verdict::Error => {
            Some(format!("incident: the verdict is `{verdict}`, expected `error`"))
        }
        Some(Excuse::TwinRejected)
            if !matches!(verdict, Verdict::Reject | Verdict::Error)
                || case.expected != Some(Ruling::Reject) =>
        {
            Some(format!("excuse: `twin-rejected` does not excuse the verdict `{verdict}`"))
        }
        _ if case.expected.is_none() && verdict.is_ruling() => {
            Some(format!("verdict: `{verdict}` is for cases with an expected ruling"))
        }
        _ if case.expected.is_some() && is_of_signer(verdict) => Some(format!(
            "verdict: `{verdict}` is for signers, and the case has an expected ruling"
        )),
        _ if (case.expected == Some(Ruling::Reject)) != case.twin.is_some() => {
            Some("twin: expected one with an expected rejection and with nothing else".to_owned())
        }
        _ if case.known.is_some() && (case.conforms() || case.incident) => {
            Some("known: neither a pass nor an incident can be a known failure".to_owned())
        }
        _ if (verdict == Verdict::Mismatch) != case.finding.is_some() => Some(format!(
            "finding: expected one with a mismatch and with nothing else, the verdict is \
             `{verdict}`"
        )),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(problem);
    }
    let (stated, derived) = (case.outcome, case.derived_outcome());
    if stated != derived {
        return Err(format!(
            "outcome: stated as {stated}, but a {} with the verdict `{verdict}`{}{} is {derived}",
            case.level,
            if case.excuse.is_some() { ", an excuse" } else { "" },
            if case.known.is_some() { ", a known failure" } else { "" },
        ));
    }
    Ok(())
}
