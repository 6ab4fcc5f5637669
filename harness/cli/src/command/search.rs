//! `search`: generated requests against one subject.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use sigv4_conformance::search::{Plan, Progress, Report, Shard, saved, search, verifier};
use sigv4_conformance::server::Shared;
use sigv4_conformance::subject::{Limits, Subject};
use sigv4_protocol::Side;

use super::interrupt::Interrupt;
use super::progress;
use super::servers::Asked;
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
    if let Some((server, invocation)) = server(arguments)? {
        return search_server(arguments, &server, &invocation);
    }
    let candidate = Candidate::one(name.as_deref(), adapter_command, adapters.as_deref())?;
    let plan = plan(arguments);
    let limits = Limits { timeout: arguments.timeout, ..Limits::default() };
    let progress = Progress::default();
    keep_panics_to_the_report();
    let jobs = arguments.jobs.into();
    if arguments.side == Side::Verifier {
        refuse_to_save(arguments)?;
        let start = || candidate.plug_in(limits);
        let search = || verifier::search(&start, &plan, None, jobs, &progress);
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

/// The server that is named, or that runs at the endpoint, with the words that name it.
fn server(arguments: &SearchArguments) -> Result<Option<(Asked, Vec<String>)>, Failure> {
    if let Some(asked) = Asked::endpoint(&arguments.endpoint)? {
        return Ok(Some((asked, arguments.endpoint.words())));
    }
    let Some(name) = arguments.name.as_ref().filter(|_| arguments.side == Side::Verifier) else {
        return Ok(None);
    };
    let mut servers = Asked::all(arguments.servers.as_deref())?.into_iter();
    let named = servers.find(|server| server.description.name == *name);
    Ok(named.map(|server| (Asked::Own(Box::new(server)), vec![name.clone()])))
}

/// Searches a server. Each request is asked at the time at which it is signed.
fn search_server(
    arguments: &SearchArguments,
    server: &Asked,
    invocation: &[String],
) -> Result<u8, Failure> {
    refuse_to_save(arguments)?;
    if arguments.jobs > 1 {
        return Err(Failure::Argument("--jobs: a server is asked by one searcher".to_owned()));
    }
    let (plan, progress) = (plan(arguments), Progress::default());
    // One of the user's must not keep the objects of the search.
    let interrupt = server.is_running().then(Interrupt::watched);
    let limits = Limits { timeout: arguments.timeout, ..Limits::default() };
    let (subject, setting) = server.start_apart(limits)?;
    if let Some(interrupt) = &interrupt {
        interrupt.stops(Some(subject.stop()));
    }
    let (subject, setting) = (Shared::new(subject), Arc::new(setting));
    let start = || Ok(Box::new(subject.clone()) as Box<dyn Subject>);
    let search = || verifier::search(&start, &plan, Some(&setting), 1, &progress);
    let report = watched(&progress, &plan, search)?;
    render::search_verifier::write(arguments, invocation, &report)?;
    Ok(match interrupt.and_then(|interrupt| interrupt.signal()) {
        Some(signal) => exit_code::BY_SIGNAL + signal,
        None => code_of_verifier(&report),
    })
}

fn refuse_to_save(arguments: &SearchArguments) -> Result<(), Failure> {
    if arguments.save.is_none() {
        return Ok(());
    }
    let problem = "--save writes vectors of signers: use --format json for a verifier";
    Err(Failure::Argument(problem.to_owned()))
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
fn watched<R>(progress: &Progress, plan: &Plan, work: impl FnOnce() -> R) -> R {
    let start = Instant::now();
    let message = || {
        let cases = progress.cases.load(Ordering::Relaxed);
        let findings = progress.findings.load(Ordering::Relaxed);
        let rate = u128::from(cases) * 1000 / start.elapsed().as_millis().max(1);
        let of = match plan.cases / plan.shard.count {
            planned if planned > u64::MAX / 1000 => String::new(),
            planned => format!(" of {planned}"),
        };
        format!("{cases}{of} cases, {rate} a second, {findings} findings")
    };
    progress::watched(message, work)
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
