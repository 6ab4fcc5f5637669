//! For a terminal: the failures first, then all numbers.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::io::{self, Write};

use sigv4_conformance::judge::Verdict;
use sigv4_conformance::log::{
    CaseEvent, Excuse, Outcome, Problem, RunLog, RunResult, SubjectEvent, grouped, reproducing,
};
use sigv4_conformance::run::ENDED_EARLY;
use sigv4_mistakes::diagnose::{Attribution, MistakeGroup};
use sigv4_protocol::{Clock, Side};

use super::columns::columns;
use super::{ERROR, FAINT, GOOD, HEADING, KNOWN, counted, names, write_sides};

/// How many kinds of failures are shown in full if no number is asked for.
const FINDINGS: usize = 10;
/// How many kinds of incidents are shown.
const INCIDENTS: usize = 8;
/// How many kinds after those get one line each.
const ONE_LINERS: usize = 20;
/// Why a case that differs is only noted.
const NOT_BINDING: &str =
    "not a `must`: implementations disagree about this vector, so it fails nothing";

/// How many reasons of known failures are shown, and how many characters of each.
const REASONS: usize = 8;
const REASON_LENGTH: usize = 96;

/// Writes all runs: the verdicts first, then what failed, what is known, and the results;
/// `findings` failures of each run are shown in full, or one of each kind.
/// `quiet` leaves only the results.
pub(super) fn write(
    runs: &[RunLog],
    findings: Option<usize>,
    quiet: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if quiet {
        return runs.iter().try_for_each(|run| write_result(run, out));
    }
    write_table(runs, out)?;
    for run in runs {
        write_failures(run, findings, out)?;
        write_mistakes(run, out)?;
        write_problems(run, out)?;
    }
    for run in runs {
        write_known(run, out)?;
    }
    for run in runs {
        write_result(run, out)?;
    }
    Ok(())
}

/// The incidents; one finding for each mistake, with the smallest request that shows it, one for each kind of
/// what no mistake explains, and one for each answer other than a signature; then, if they are wanted, others.
fn write_failures(run: &RunLog, findings: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let incidents = write_incidents(run, out)?;
    let failed: Vec<&CaseEvent> =
        run.cases.iter().filter(|case| case.outcome == Outcome::Failed && !case.incident).collect();
    let mut kinds: Vec<(&CaseEvent, usize)> = Vec::new();
    let mut grouped: HashSet<&str> = HashSet::new();
    for ids in run.attribution.iter().flat_map(Attribution::kinds) {
        let example = ids.iter().find_map(|id| failed.iter().find(|case| case.id == *id));
        kinds.extend(example.map(|case| (*case, 1)));
        grouped.extend(ids.iter().map(String::as_str));
    }
    for case in failed.iter().copied().filter(|case| !grouped.contains(&case.id[..])) {
        let alike = |other: &&mut (&CaseEvent, usize)| {
            (other.0.verdict, summary(other.0)) == (case.verdict, summary(case))
                && !grouped.contains(&other.0.id[..])
        };
        match kinds.iter_mut().find(alike) {
            Some((_, count)) => *count += 1,
            None => kinds.push((case, 1)),
        }
    }
    let examples: HashSet<&str> = kinds.iter().map(|(case, _)| &case.id[..]).collect();
    let in_full = findings.unwrap_or(FINDINGS);
    let further = failed
        .iter()
        .filter(|_| findings.is_some())
        .map(|case| (*case, 1))
        .filter(|(case, _)| grouped.contains(&case.id[..]) && !examples.contains(&case.id[..]));
    let listed: Vec<(&CaseEvent, usize)> = kinds.iter().copied().chain(further).collect();
    for (case, count) in listed.iter().take(in_full) {
        write_failure(run, case, *count, out)?;
    }
    let rest = kinds.get(in_full..).unwrap_or_default();
    for (case, count) in rest.iter().take(ONE_LINERS) {
        let others = if *count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        writeln!(out, "{ERROR}{}{ERROR:#} {}{others}: {}", case.verdict, case.id, summary(case))?;
    }
    let one_liners = rest.iter().take(ONE_LINERS);
    let shown: usize = listed.iter().take(in_full).chain(one_liners).map(|(_, count)| count).sum();
    let hidden = failed.len() - shown + incidents;
    if hidden > 0 {
        let more = counted(hidden, "more unexpected verdict");
        writeln!(out, "{more} (--findings N shows more, --format json has all)")?;
    }
    if !rest.is_empty() || hidden > 0 {
        writeln!(out)?;
    }
    Ok(())
}

/// What is wrong with a case, in a line.
fn summary(case: &CaseEvent) -> &str {
    match &case.finding {
        Some(finding) => &finding.summary,
        None => case.notes.first().map_or("", |note| note.lines().next().unwrap_or_default()),
    }
}

/// What went wrong with the adapter, each kind once, in full whatever else there is to show: with the
/// exit status and what the adapter wrote to its standard error. Returns how many are not shown.
fn write_incidents(run: &RunLog, out: &mut dyn Write) -> io::Result<usize> {
    let mut kinds: Vec<(&str, &CaseEvent, usize)> = Vec::new();
    for case in run.cases.iter().filter(|case| case.incident) {
        let kind = case.notes.first().and_then(|note| note.lines().next()).unwrap_or_default();
        match kinds.iter_mut().find(|(other, ..)| *other == kind) {
            Some((.., count)) => *count += 1,
            None => kinds.push((kind, case, 1)),
        }
    }
    for (_, case, count) in kinds.iter().take(INCIDENTS) {
        write_failure(run, case, *count, out)?;
    }
    Ok(kinds.iter().skip(INCIDENTS).map(|(.., count)| count).sum())
}

fn write_failure(
    run: &RunLog,
    case: &CaseEvent,
    count: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{ERROR}{}{ERROR:#} {HEADING}{}{HEADING:#}", case.verdict, case.id)?;
    writeln!(out, "  {FAINT}{}{FAINT:#}", case.title)?;
    if let Some(finding) = &case.finding {
        writeln!(out, "  {}: {}", finding.stage, finding.summary)?;
        if let Some(difference) = &finding.difference {
            write_sides(difference, "expected", "actual", out)?;
        }
    }
    if let Some(group) = mistakes_of(run, &case.id) {
        writeln!(out, "  mistake: {HEADING}{}{HEADING:#}", names(group))?;
    }
    for note in &case.notes {
        writeln!(out, "  {}", note.replace('\n', "\n  "))?;
    }
    if count > 1 {
        writeln!(out, "  the same in {}", counted(count - 1, "more case"))?;
    }
    writeln!(out, "  {FAINT}reproduce:{FAINT:#} {}\n", reproducing(run, &case.id))
}

/// The mistakes behind the mismatches, and what they leave unexplained.
fn write_mistakes(run: &RunLog, out: &mut dyn Write) -> io::Result<()> {
    let Some(attribution) = &run.attribution else { return Ok(()) };
    let Attribution { mismatches, explained, groups, left, unsearched } = attribution;
    let mismatches_counted = match run.header.subject.side {
        Side::Signer => counted_es(*mismatches, "mismatch"),
        Side::Verifier => counted(*mismatches, "wrong ruling"),
    };
    if !groups.is_empty() {
        let explain = if groups.len() == 1 { "explains" } else { "explain" };
        let mistakes = counted(groups.len(), "mistake");
        writeln!(out, "{mistakes} {explain} {explained} of {mismatches_counted}:")?;
    }
    for group in groups {
        writeln!(out, "  {:4}  {HEADING}{}{HEADING:#}", group.cases.len(), names(group))?;
        for title in &group.titles {
            writeln!(out, "        {title}")?;
        }
        if let Some(id) = group.cases.first() {
            writeln!(out, "        {FAINT}smallest:{FAINT:#} {}", reproducing(run, id))?;
        }
        if let Some(id) = &group.not_in {
            writeln!(out, "        not everywhere: {id} is right")?;
        }
        if let Some(id) = &group.telling {
            writeln!(out, "        {FAINT}to tell them apart:{FAINT:#} {}", reproducing(run, id))?;
        }
    }
    let rest = mismatches - explained;
    if rest > 0 {
        writeln!(out, "no catalogued mistake explains {rest} of {mismatches_counted}:")?;
    }
    for left in left {
        writeln!(out, "  {:4}  {HEADING}{}{HEADING:#}", left.cases.len(), run.described(left))?;
        if let Some(id) = &left.canonical {
            writeln!(
                out,
                "        its canonical request is that of {id}; what follows differs, too"
            )?;
        }
        if let Some((id, case)) = &left.contradicted {
            let side = run.header.subject.side;
            writeln!(
                out,
                "        {id} is ruled out: it would fail {case}, which this {side} passes"
            )?;
        }
        if let Some(id) = left.cases.first() {
            writeln!(out, "        {FAINT}smallest:{FAINT:#} {}", reproducing(run, id))?;
        }
    }
    if *unsearched > 0 {
        writeln!(out, "  {unsearched} of them were not searched: the time for it was up")?;
    }
    writeln!(out)
}

fn mistakes_of<'r>(run: &'r RunLog, id: &str) -> Option<&'r MistakeGroup> {
    let groups = &run.attribution.as_ref()?.groups;
    groups.iter().find(|group| group.cases.iter().any(|case| case == id))
}

fn write_problems(run: &RunLog, out: &mut dyn Write) -> io::Result<()> {
    for problem in &run.problems {
        match problem {
            Problem::Adapter { message } => {
                writeln!(out, "{ERROR}adapter{ERROR:#} {}: {message}\n", run.header.subject.name)?;
            }
            Problem::MixedUp { message } => {
                let name = &run.header.subject.name;
                writeln!(out, "{ERROR}at the same time{ERROR:#} {name}: {message}\n")?;
            }
            Problem::NothingProven { message } => {
                let name = &run.header.subject.name;
                writeln!(out, "{ERROR}nothing proven{ERROR:#} {name}: {message}\n")?;
            }
            Problem::StaleExpectation { file, line, message } => {
                writeln!(out, "{ERROR}stale expectation{ERROR:#} {file}:{line}: {message}\n")?;
            }
        }
    }
    Ok(())
}

/// The known failures, one line per reason.
fn write_known(run: &RunLog, out: &mut dyn Write) -> io::Result<()> {
    let mut reasons: Vec<(&str, Verdict, usize)> = Vec::new();
    for case in &run.cases {
        if was_left(case) {
            continue;
        }
        let why = match (case.outcome, &case.known) {
            (Outcome::Known, Some(known)) => &known.reason[..],
            (Outcome::Noted, _) if case.excuse == Some(Excuse::TwinRejected) => {
                "it rejects the right request, too, so that this shows nothing"
            }
            (Outcome::Noted, _) => case.notes.first().map_or(NOT_BINDING, String::as_str),
            _ => continue,
        };
        match reasons
            .iter_mut()
            .find(|(reason, verdict, _)| (*reason, *verdict) == (why, case.verdict))
        {
            Some((_, _, count)) => *count += 1,
            None => reasons.push((why, case.verdict, 1)),
        }
    }
    if reasons.is_empty() {
        return Ok(());
    }
    reasons.sort_by_key(|(_, _, count)| Reverse(*count));
    let rest: usize = reasons.iter().skip(REASONS).map(|(_, _, count)| count).sum();
    writeln!(out, "{HEADING}{}{HEADING:#}, as listed or declared:", run.header.subject.name)?;
    for (reason, verdict, count) in reasons.into_iter().take(REASONS) {
        let reason = reason.lines().next().unwrap_or_default();
        let cut = reason.chars().count() > REASON_LENGTH;
        let reason: String = reason.chars().take(REASON_LENGTH).collect();
        let cut = if cut { "..." } else { "" };
        writeln!(out, "  {KNOWN}{count:3} {verdict}{KNOWN:#}: {reason}{cut}")?;
    }
    if rest > 0 {
        writeln!(
            out,
            "  {FAINT}{rest:3} more, for other reasons (--format json has all){FAINT:#}"
        )?;
    }
    writeln!(out)
}

fn write_table(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<String> = runs.iter().map(name).collect();
    let width = names.iter().map(String::len).max().unwrap_or_default().max("subject".len());
    // A log may hold runs of both sides.
    for side in [Side::Signer, Side::Verifier] {
        let of_side = |(run, _): &(&RunLog, &String)| run.header.subject.side == side;
        let mut rows = runs.iter().zip(&names).filter(of_side).peekable();
        if rows.peek().is_none() {
            continue;
        }
        write!(out, "{HEADING}{:width$}  cases", "subject")?;
        for (head, _) in columns(side) {
            write!(out, "  {head}")?;
        }
        writeln!(out, "{HEADING:#}")?;
        for (run, name) in rows {
            write!(out, "{name:width$}  {:5}", run.cases.len())?;
            for (head, is_counted) in columns(side) {
                let count = run.cases.iter().filter(|case| is_counted(case)).count();
                write!(out, "  {count:>0$}", head.len())?;
            }
            writeln!(out)?;
        }
    }
    if runs.iter().any(|run| run.cases.iter().any(|case| case.verdict == Verdict::Equivalent)) {
        writeln!(
            out,
            "{FAINT}equivalent: it signed other headers or another payload marker than expected, and \
             what it sent verifies; that conforms{FAINT:#}"
        )?;
    }
    writeln!(out)
}

fn write_result(run: &RunLog, out: &mut dyn Write) -> io::Result<()> {
    let footer = &run.footer;
    let name = &run.header.subject.name;
    let seconds = footer.milliseconds / 1000;
    let time = format!("{seconds}.{:02} s", footer.milliseconds % 1000 / 10);
    let (style, words) = match footer.result {
        RunResult::AsExpected if footer.known == 0 => (GOOD, "conforms".to_owned()),
        RunResult::AsExpected => {
            (GOOD, format!("as expected, with {}", counted(footer.known, "known failure")))
        }
        RunResult::Unexpected => {
            // A run with another kind of problem is incomplete.
            let mixes_up = run.problems.iter().any(is_mixed_up);
            let stale = footer.problems - usize::from(mixes_up);
            let words = [
                (footer.failed > 0).then(|| counted(footer.failed, "unexpected verdict")),
                mixes_up.then(|| "mixes up requests".to_owned()),
                (stale > 0).then(|| counted(stale, "stale expectation")),
            ];
            (ERROR, words.into_iter().flatten().collect::<Vec<_>>().join(", "))
        }
        RunResult::Incomplete if run.problems.iter().any(is_nothing_proven) => {
            (ERROR, "incomplete: the run proves nothing".to_owned())
        }
        RunResult::Incomplete => {
            (ERROR, "incomplete: the adapter failed, so the run proves nothing".to_owned())
        }
    };
    let (asked, planned) = (footer.asked, run.cases.len());
    let left = run.cases.iter().filter(|case| was_left(case)).count();
    if 2 * asked < planned - left {
        let SubjectEvent { roles, profiles, .. } = &run.header.subject;
        let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let profiles: Vec<&str> = profiles.iter().map(|profile| profile.as_str()).collect();
        writeln!(
            out,
            "{KNOWN}{name}{KNOWN:#}: less than half of the vectors were asked: it declares the roles \
             [{}] and the profiles [{}]",
            roles.join(", "),
            profiles.join(", ")
        )?;
    }
    for remark in &footer.remarks {
        writeln!(out, "{KNOWN}{name}{KNOWN:#}: {remark}")?;
    }
    let refused = run.cases.iter().filter(|case| case.excuse == Some(Excuse::Feature)).count();
    let refused = match refused {
        0 => String::new(),
        refused => {
            format!(", {} of them refused for features it does not declare", grouped(refused))
        }
    };
    let part = if run.header.partial { "; a part of the vectors" } else { "" };
    let early = if left > 0 { "; ended early" } else { "" };
    let clock = match run.header.subject.clock {
        Clock::Given => "",
        Clock::Frozen | Clock::Own => "; judged at the time that each answer carries",
    };
    writeln!(
        out,
        "{style}{name}: {words}{style:#} ({} of {} asked{refused}{part}{early}{clock}), {time}",
        grouped(asked),
        grouped(planned)
    )
}

/// Whether the run was ended before the case was asked.
fn was_left(case: &CaseEvent) -> bool {
    case.notes.iter().any(|note| note == ENDED_EARLY)
}

/// There is one such problem at most.
pub(super) fn is_mixed_up(problem: &Problem) -> bool {
    matches!(problem, Problem::MixedUp { .. })
}

fn is_nothing_proven(problem: &Problem) -> bool {
    matches!(problem, Problem::NothingProven { .. })
}

/// A number with a noun whose plural ends in `es`.
fn counted_es(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "es" };
    format!("{} {noun}{plural}", grouped(number))
}

fn name(run: &RunLog) -> String {
    let subject = &run.header.subject;
    format!("{} {}", subject.name, subject.version)
}
