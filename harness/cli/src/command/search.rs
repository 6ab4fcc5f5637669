//! `search`: generated requests against one subject.

use std::io::{IsTerminal as _, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use sigv4_conformance::search::{Plan, Progress, Report, Shard, saved, search, verifier};
use sigv4_conformance::subject::{Limits, StartError};
use sigv4_protocol::Side;

use super::subjects::Candidate;
use crate::args::SearchArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::files;
use crate::render;

/// How many cases a search asks if neither their number nor a time is given.
const CASES: u64 = 100_000;

pub(crate) fn run(arguments: &SearchArguments) -> Result<u8, Failure> {
    let SearchArguments { name, adapter_command, adapters, .. } = arguments;
    let candidate = Candidate::one(name.as_deref(), adapter_command, adapters.as_deref())?;
    let plan = plan(arguments);
    let limits = Limits { timeout: arguments.timeout, ..Limits::default() };
    let progress = Progress::default();
    keep_panics_to_the_report();
    let jobs = arguments.jobs.into();
    if arguments.side == Side::Verifier {
        if arguments.save.is_some() {
            let problem = "--save writes vectors of signers: use --format json for a verifier";
            return Err(Failure::Argument(problem.to_owned()));
        }
        let start = || candidate.plug_in(limits);
        let search = || verifier::search(&start, &plan, jobs, &progress);
        let report = watched(&progress, &plan, search)?;
        render::search_verifier::write(arguments, &candidate.invocation, &report)?;
        return Ok(code_of_verifier(&report));
    }
    let report = watched(&progress, &plan, || {
        search(&|| candidate.plug_in(limits), &plan, jobs, &progress)
    })?;
    render::search::write(arguments, &candidate.invocation, &report)?;
    if let Some(folder) = &arguments.save
        && let Some((path, text)) = saved(&report)
    {
        let path = folder.join(path);
        files::write_below(&path, text.as_bytes())?;
        anstream::eprintln!("saved: {}", path.display());
    }
    Ok(code(&report))
}

/// A panic of a crate that is linked in as a subject is caught and reported as a finding.
fn keep_panics_to_the_report() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let own = panic.location().is_some_and(|place| place.file().starts_with("harness/"));
        if own {
            told(panic);
        }
    }));
}

fn plan(arguments: &SearchArguments) -> Plan {
    let SearchArguments { seed, start, shard, time, .. } = *arguments;
    if let Some(replay) = arguments.replay {
        let cases = replay.last - replay.first + 1;
        let shard = Shard::WHOLE;
        return Plan { seed: replay.seed, start: replay.first, cases, shard, time: None };
    }
    let endless = if time.is_some() { u64::MAX } else { CASES };
    Plan { seed, start, cases: arguments.cases.unwrap_or(endless), shard, time }
}

/// Shows the progress of the search while it runs, on a terminal.
fn watched<R>(
    progress: &Progress,
    plan: &Plan,
    work: impl FnOnce() -> Result<R, StartError>,
) -> Result<R, StartError> {
    if !stderr().is_terminal() {
        return work();
    }
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(progress, plan, &ended));
        let report = work();
        ended.store(true, Ordering::Relaxed);
        // It only draws, and a failure to draw does not matter.
        let _ = watcher.join();
        report
    })
}

fn watch(progress: &Progress, plan: &Plan, ended: &AtomicBool) {
    let bar = ProgressBar::new_spinner();
    // The template is a valid constant.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    let start = Instant::now();
    while !ended.load(Ordering::Relaxed) {
        let cases = progress.cases.load(Ordering::Relaxed);
        let findings = progress.findings.load(Ordering::Relaxed);
        let rate = u128::from(cases) * 1000 / start.elapsed().as_millis().max(1);
        let of = match plan.cases / plan.shard.count {
            planned if planned > u64::MAX / 1000 => String::new(),
            planned => format!(" of {planned}"),
        };
        bar.set_message(format!("{cases}{of} cases, {rate} a second, {findings} findings"));
        bar.tick();
        std::thread::sleep(Duration::from_millis(100));
    }
    bar.finish_and_clear();
}

fn code(report: &Report) -> u8 {
    if !report.problems.is_empty() {
        exit_code::INCOMPLETE
    } else if report.cases == 0 {
        exit_code::NOTHING_SELECTED
    } else if report.normative().next().is_some() || report.uncounted_normative > 0 {
        exit_code::UNEXPECTED
    } else {
        exit_code::AS_EXPECTED
    }
}

fn code_of_verifier(report: &verifier::Report) -> u8 {
    if !report.problems.is_empty() {
        exit_code::INCOMPLETE
    } else if report.cases == 0 {
        exit_code::NOTHING_SELECTED
    } else if report.has_failures() {
        exit_code::UNEXPECTED
    } else {
        exit_code::AS_EXPECTED
    }
}
