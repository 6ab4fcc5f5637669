//! `signer`: all signing vectors against one or more subjects.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::RangeInclusive;
use std::path::Path;

use sigv4_conformance::expectations::{self, Updated};
use sigv4_conformance::log::{CaseEvent, Event, Header, Outcome, Problem, RunLog, RunResult};
use sigv4_conformance::run::{BATCH, Observer, Plan, run as run_plan};
use sigv4_conformance::selection::Selection;
use sigv4_conformance::server::on_the_wire;
use sigv4_conformance::subject::Limits;
use sigv4_mistakes::diagnose::Attribution;
use sigv4_protocol::Side;
use sigv4_vectors::model::Case;

use super::interrupt::Interrupt;
use super::limits;
use super::progress::Progress;
use super::servers::Asked;
use super::subjects::{Candidate, Started};
use super::vectors::{Set, selected, selection};
use crate::args::{RunArguments, VerifierArguments};
use crate::exit_code;
use crate::failure::Failure;
use crate::files;
use crate::render;

/// How many cases are asked at once, at least; with `--fail-fast` also at most.
const AT_ONCE: usize = 8;

/// `signer`.
pub(crate) fn signer(arguments: &RunArguments) -> Result<u8, Failure> {
    run(Side::Signer, arguments, &Candidate::all(Side::Signer, arguments, None)?, None)
}

/// `verifier`.
pub(crate) fn verifier(arguments: &VerifierArguments) -> Result<u8, Failure> {
    let run_arguments = &arguments.run;
    let candidates = match Asked::endpoint(&arguments.endpoint)? {
        Some(asked) => {
            vec![Candidate::server(asked, arguments.endpoint.words(), run_arguments)?]
        }
        None => Candidate::all(Side::Verifier, run_arguments, arguments.servers.as_deref())?,
    };
    run(Side::Verifier, run_arguments, &candidates, arguments.save.as_deref())
}

fn run(
    side: Side,
    arguments: &RunArguments,
    candidates: &[Candidate],
    save: Option<&Path>,
) -> Result<u8, Failure> {
    let selection = Selection { side: Some(side), ..selection(&arguments.selection)? };
    let has_own_vectors = arguments.selection.set.vectors.is_some();
    if let (Some(log), Some(output)) = (&arguments.log, &arguments.rendering.output)
        && files::is_same(log, output)
    {
        return Err(Failure::SameFile { path: output.clone() });
    }
    if arguments.update_expectations && (selection.is_partial() || has_own_vectors) {
        let problem = "--update-expectations needs a run over all built-in vectors: it would drop the \
                       entries of what was not run";
        return Err(Failure::Argument(problem.to_owned()));
    }
    let has_vectors = candidates.iter().any(|candidate| !candidate.is_server());
    let set = Set::with_suites(&arguments.selection)?;
    let vectors = set.vectors();
    let added = arguments.selection.set.add_vectors.first().map(|_| "--add-vectors");
    if let Some(option) = has_own_vectors.then_some("--vectors").or(added).filter(|_| !has_vectors)
    {
        let problem = "a server is asked requests that are made for it, and no vectors";
        return Err(Failure::Argument(format!("{option}: {problem}")));
    }
    let cases = if has_vectors {
        selected(&arguments.selection, selection.cases(vectors))?
    } else {
        Vec::new()
    };
    // A verifier may have to see questions in their order.
    let processes = arguments.limits.jobs.filter(|_| side == Side::Signer).map_or(1, usize::from);
    let limits = Limits { processes, ..limits(&arguments.limits) };
    let interrupt = Interrupt::watched();
    let mut recorder = Recorder::new(arguments, interrupt.clone())?;
    let mut unstarted = None;
    for candidate in candidates {
        let expectations = candidate.expectations(side, arguments.rendering.quiet)?;
        let started = candidate.start(limits).and_then(|started| {
            expectations.check_subject(&started.subject.identity().name)?;
            Ok(started)
        });
        let Started { mut subject, own_cases, stop } = match started {
            Ok(started) => started,
            Err(failure) => {
                // The runs before the failure are shown first.
                unstarted = Some(failure);
                break;
            }
        };
        let own_keys = stop.is_some();
        interrupt.stops(stop);
        let all = own_cases.as_ref().map_or_else(
            || Selection { side: Some(side), ..Selection::default() }.cases(vectors).len(),
            Vec::len,
        );
        let own = own_cases.as_deref().map(|own| selection.among(own));
        let own = own.map(|own| selected(&arguments.selection, own)).transpose()?;
        let cases = own.as_ref().unwrap_or(&cases);
        let plan = Plan {
            side,
            vectors,
            cases,
            partial: has_own_vectors || arguments.fail_fast || cases.len() < all,
            expectations: &expectations,
            own_keys,
            invocation: &candidate.invocation,
        };
        let name = &subject.identity().name;
        let progress = Progress::of(cases.len(), name, arguments.rendering.quiet);
        run_plan(&mut *subject, &plan, &mut recorder, &|| progress.answered());
        progress.ended();
        recorder.written()?;
        if let (Some(folder), Some(run)) = (save, recorder.runs.last()) {
            save_requests(folder, run, cases)?;
        }
        if let Some(signal) = interrupt.signal() {
            interrupt.over();
            render::write(&arguments.rendering, &recorder.runs)?;
            return Ok(exit_code::BY_SIGNAL + signal);
        }
        if let (true, Some(run)) = (arguments.update_expectations, recorder.runs.last()) {
            let name = &subject.identity().name;
            update(candidate, &expectations.updated(name, &failures(run))?, run)?;
        }
        if !recorder.goes_on() {
            break;
        }
    }
    interrupt.over();
    if unstarted.is_none() || !recorder.runs.is_empty() {
        render::write(&arguments.rendering, &recorder.runs)?;
    }
    if let Some(failure) = unstarted {
        return Err(failure);
    }
    let worst = recorder.runs.iter().map(|run| run.footer.result).max();
    Ok(exit_code::of(worst.unwrap_or(RunResult::Incomplete)))
}

/// Writes the requests of the cases that a verifier ruled wrongly, as they are sent: `NAME.http` below the folder
/// of the family and the topic.
fn save_requests(folder: &Path, run: &RunLog, cases: &[&Case]) -> Result<(), Failure> {
    let wrong =
        run.cases.iter().filter(|it| matches!(it.outcome, Outcome::Failed | Outcome::Known));
    let wrong: HashSet<&str> = wrong.map(|case| &case.id[..]).collect();
    for case in cases.iter().filter(|case| wrong.contains(&case.id[..])) {
        let Some(verification) = case.verification() else { continue };
        let path = folder.join(format!("{}.http", case.id));
        files::write_below(&path, &on_the_wire(&verification.input.request))?;
    }
    Ok(())
}

/// Every case that does not conform, for the list of known failures.
fn failures(run: &RunLog) -> Vec<expectations::Failure> {
    let listed = |case: &&CaseEvent| matches!(case.outcome, Outcome::Failed | Outcome::Known);
    let summary = |case: &CaseEvent| match &case.finding {
        Some(finding) => finding.summary.clone(),
        None => case.notes.join("; "),
    };
    let groups = run.attribution.iter().flat_map(|attribution| &attribution.groups);
    let mut explained: HashMap<&str, Vec<Vec<String>>> = HashMap::new();
    for group in groups {
        for case in &group.cases {
            explained.entry(case).or_default().extend(group.alternatives.iter().cloned());
        }
    }
    let failure = |case: &CaseEvent| expectations::Failure {
        id: case.id.clone(),
        verdict: case.verdict,
        stage: case.stage(),
        explained: explained.get(&case.id[..]).cloned().unwrap_or_default(),
        summary: summary(case),
        is_weakness: case.is_weakness(),
    };
    run.cases.iter().filter(listed).map(failure).collect()
}

/// Replaces the list.
fn update(candidate: &Candidate, updated: &Updated, run: &RunLog) -> Result<(), Failure> {
    if run.footer.result == RunResult::Incomplete {
        let problem =
            "--update-expectations needs a run that proves something, and this one is incomplete";
        return Err(Failure::Argument(problem.to_owned()));
    }
    let path = candidate.expectations_file().ok_or_else(|| {
        Failure::Argument("--update-expectations: give --expect FILE for a built-in".to_owned())
    })?;
    let Updated { text, added, kept, removed } = updated;
    let entries = if *added == 1 { "entry" } else { "entries" };
    files::write(path, text.as_bytes())?;
    anstream::eprintln!(
        "{}: updated: {added} {entries} added, {kept} kept, {removed} removed. The next run passes. Give each \
         new `reason` in your own words",
        path.display()
    );
    Ok(())
}

/// Keeps the events for rendering, and writes them to the log as they arrive.
struct Recorder {
    log: Option<(std::path::PathBuf, BufWriter<File>)>,
    fail_fast: bool,
    interrupt: Interrupt,
    has_failed: bool,
    failure: Option<Failure>,
    header: Option<Header>,
    cases: Vec<CaseEvent>,
    attribution: Option<Attribution>,
    problems: Vec<Problem>,
    runs: Vec<RunLog>,
}

impl Recorder {
    fn new(arguments: &RunArguments, interrupt: Interrupt) -> Result<Self, Failure> {
        let open = |path: &Path| {
            let file = File::create(path).map_err(Failure::file(path))?;
            Ok::<_, Failure>((path.to_owned(), BufWriter::new(file)))
        };
        Ok(Self {
            fail_fast: arguments.fail_fast,
            interrupt,
            has_failed: false,
            log: arguments.log.as_deref().map(open).transpose()?,
            failure: None,
            header: None,
            cases: Vec::new(),
            attribution: None,
            problems: Vec::new(),
            runs: Vec::new(),
        })
    }

    /// Returns whether the log contains everything so far.
    fn written(&mut self) -> Result<(), Failure> {
        if let Some((path, file)) = &mut self.log {
            file.flush().map_err(Failure::file(path))?;
        }
        self.failure.take().map_or(Ok(()), Err)
    }
}

impl Observer for Recorder {
    fn at_once(&self) -> RangeInclusive<usize> {
        AT_ONCE..=if self.fail_fast { AT_ONCE } else { BATCH }
    }

    fn goes_on(&self) -> bool {
        self.interrupt.signal().is_none() && !(self.fail_fast && self.has_failed)
    }

    fn event(&mut self, event: &Event) {
        if let Some((path, file)) = &mut self.log
            && let Err(error) = render::json::write_event(file, event)
        {
            self.failure.get_or_insert_with(|| Failure::file(path)(error));
        }
        match event {
            Event::Header(header) => self.header = Some(header.clone()),
            Event::Case(case) => {
                let has_failed = case.outcome == Outcome::Failed;
                self.has_failed |= has_failed;
                self.interrupt.judged(has_failed);
                self.cases.push((**case).clone());
            }
            Event::Attribution(attribution) => self.attribution = Some(attribution.clone()),
            Event::Problem(problem) => self.problems.push(problem.clone()),
            Event::Footer(footer) => {
                if let Some(header) = self.header.take() {
                    let mut run = RunLog {
                        header,
                        cases: std::mem::take(&mut self.cases),
                        attribution: self.attribution.take(),
                        problems: std::mem::take(&mut self.problems),
                        footer: footer.clone(),
                    };
                    run.put_in_order();
                    self.runs.push(run);
                }
            }
        }
    }
}
