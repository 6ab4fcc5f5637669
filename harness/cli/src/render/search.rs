//! What a search found, for a terminal and for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use sigv4_conformance::judge::{Verdict, in_its_words};
use sigv4_conformance::search::{Found, Report};
use sigv4_generate::departures;
use sigv4_protocol::SignQuestion;

use super::{ERROR, FAINT, GOOD, HEADING, KNOWN, shown, to_output, write_sides};
use crate::args::{SearchArguments, SearchFormat};
use crate::failure::Failure;

/// How many reasons for refusals are shown.
const REFUSALS: usize = 5;

/// Renders the report to the output that the arguments name. `invocation` is how the subject was
/// named.
pub(crate) fn write(
    arguments: &SearchArguments,
    invocation: &[String],
    report: &Report,
) -> Result<(), Failure> {
    let render = |out: &mut dyn Write| match arguments.format {
        SearchFormat::Human => write_human(report, invocation, out),
        SearchFormat::Json => write_json(report, out),
    };
    to_output(arguments.output.as_deref(), render)
}

fn write_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}

fn write_human(report: &Report, invocation: &[String], out: &mut dyn Write) -> io::Result<()> {
    for found in report.normative() {
        write_found(found, invocation, out)?;
    }
    let defined: Vec<&Found> =
        report.findings.iter().filter(|found| !found.is_normative()).collect();
    if !defined.is_empty() {
        writeln!(
            out,
            "{HEADING}Not failures{HEADING:#}: the vendor's own signers disagree on these requests, \
             or nobody can sign them.\n"
        )?;
    }
    for found in defined {
        write_found(found, invocation, out)?;
    }
    write_counts(report, out)?;
    for problem in &report.problems {
        writeln!(out, "{ERROR}incomplete{ERROR:#}: {problem}")?;
    }
    write_result(report, out)
}

fn write_found(found: &Found, invocation: &[String], out: &mut dyn Write) -> io::Result<()> {
    let style = if found.is_normative() { ERROR } else { KNOWN };
    let sets: Vec<String> = found.mistakes.iter().map(|set| set.join(" + ")).collect();
    let name = match &sets[..] {
        [] if found.verdict == Verdict::Unsupported => "its greeting declares this".to_owned(),
        [] => "no catalogued mistake".to_owned(),
        sets => sets.join(" or "),
    };
    let cases = if found.hits == 1 { "case" } else { "cases" };
    writeln!(
        out,
        "{style}{}{style:#} {HEADING}{name}{HEADING:#}, {} {cases}",
        found.verdict, found.hits
    )?;
    for title in &found.titles {
        writeln!(out, "  {title}")?;
    }
    for set in &found.resembles {
        let name = set.join(" + ");
        writeln!(
            out,
            "  like {name} here, but other answers are right that {name} would have changed"
        )?;
    }
    if found.expected.is_empty() {
        writeln!(out, "  {KNOWN}unsignable{KNOWN:#}: No signer can sign this. It has to say so.")?;
    }
    for point in found.class.points() {
        writeln!(out, "  {KNOWN}{}{KNOWN:#}: {}", point.id(), point.why())?;
    }
    if let Some(finding) = &found.finding {
        writeln!(out, "  {}: {}", finding.stage, finding.summary)?;
        if let Some(difference) = &finding.difference {
            write_sides(difference, "expected", "actual", out)?;
        }
    }
    if !found.note.is_empty() {
        writeln!(out, "  {}", found.note.replace('\n', "\n  "))?;
    }
    for contradiction in &found.contradictions {
        writeln!(out, "  it contradicts itself: {contradiction}")?;
    }
    for (index, call) in found.calls.iter().enumerate() {
        match found.calls.len() {
            1 => writeln!(out, "  {FAINT}smallest request:{FAINT:#}")?,
            calls => writeln!(out, "  {FAINT}call {} of {calls}:{FAINT:#}", index + 1)?,
        }
        write_call(call, out)?;
    }
    let replay = found.replay.to_string();
    let words = ["sigv4-conformance", "search", "--replay", &replay];
    let words = words.into_iter().chain(invocation.iter().map(String::as_str));
    // Quoting fails only on NUL, which no argument can contain.
    let command = shlex::try_join(words).unwrap_or_default();
    writeln!(out, "  {FAINT}reproduce:{FAINT:#} {command}\n")
}

fn write_call(call: &SignQuestion, out: &mut dyn Write) -> io::Result<()> {
    let request = &call.input.request;
    writeln!(out, "    {} {}", shown(&request.method), shown(&request.target))?;
    for (name, value) in &request.headers {
        writeln!(out, "    {}: {}", shown(name), shown(value))?;
    }
    if !request.body.is_empty() {
        writeln!(out, "    {FAINT}body:{FAINT:#} {:?}", request.body)?;
    }
    for (name, value) in departures(call) {
        writeln!(out, "    {FAINT}{name}:{FAINT:#} {value}")?;
    }
    Ok(())
}

/// Why the subject refused cases, the most frequent reasons first.
pub(super) fn write_refusals(
    refusals: &BTreeMap<String, u64>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut refusals: Vec<(&String, &u64)> = refusals.iter().collect();
    refusals.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (reason, count) in refusals.iter().take(REFUSALS) {
        let reason = in_its_words(reason);
        let reason = if reason.is_empty() { "no reason given" } else { &reason };
        writeln!(out, "  refused {count}: {}", shown(reason.as_bytes()))?;
    }
    if refusals.len() > REFUSALS {
        writeln!(out, "  refused for {} more reasons", refusals.len() - REFUSALS)?;
    }
    Ok(())
}

fn write_counts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let verdicts = report.verdicts.iter().map(|(verdict, count)| format!("{count} {verdict}"));
    let rest = [(report.unsignable, "that nobody can sign"), (report.unasked, "not asked")];
    let rest = rest.into_iter().filter(|(count, _)| *count > 0);
    let rest = rest.map(|(count, words)| format!("{count} {words}"));
    let parts: Vec<String> = verdicts.chain(rest).collect();
    let cases = if report.cases == 1 { "case" } else { "cases" };
    writeln!(
        out,
        "{HEADING}{} {cases}{HEADING:#} of seed {}, {} of them normative: {}",
        report.cases,
        report.seed,
        report.normative,
        parts.join(", ")
    )?;
    write_refusals(&report.refusals, out)?;
    if report.uncounted > 0 {
        let Report { uncounted, uncounted_normative, .. } = report;
        let (verb, failures) = match (uncounted, uncounted_normative) {
            (1, 0) => ("was", " and fails nothing".to_owned()),
            (1, _) => ("was", " and is a failure".to_owned()),
            (_, failures) => ("were", format!(", {failures} of them failures")),
        };
        let answers = if *uncounted == 1 { "wrong answer" } else { "wrong answers" };
        writeln!(out, "  {uncounted} {answers} {verb} not investigated{failures}")?;
    }
    Ok(())
}

fn write_result(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let normative = report.normative().count();
    let defined = report.findings.len() - normative;
    let time = format!("{}.{:02} s", report.milliseconds / 1000, report.milliseconds % 1000 / 10);
    let next = report.next;
    if report.cases == 0 {
        let why = match report.unasked {
            0 => String::new(),
            unasked => format!(": the roles that it declares fit none of {unasked} cases"),
        };
        return writeln!(out, "{ERROR}{}: nothing was asked{ERROR:#}{why}, {time}", report.subject);
    }
    let (style, words) = match (normative, report.uncounted_normative) {
        (0, 0) if report.problems.is_empty() => (GOOD, "nothing found".to_owned()),
        (0, 0) => (ERROR, "incomplete".to_owned()),
        (0, 1) => (ERROR, "1 failure that was not investigated".to_owned()),
        (0, left) => (ERROR, format!("{left} failures that were not investigated")),
        (1, _) => (ERROR, "1 finding".to_owned()),
        (many, _) => (ERROR, format!("{many} findings")),
    };
    let apart = match defined {
        0 => String::new(),
        1 => ", 1 more that is not a failure".to_owned(),
        many => format!(", {many} more that are not failures"),
    };
    writeln!(
        out,
        "{style}{}: {words}{style:#}{apart}, {time}; continue with --start {next}",
        report.subject
    )
}
