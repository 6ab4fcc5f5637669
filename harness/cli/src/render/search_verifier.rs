//! What a search of a verifier found, for a terminal and for programs.

use std::io::{self, Write};

use sigv4_conformance::judge::{Verdict, in_its_words};
use sigv4_conformance::search::verifier::{Found, Report};
use sigv4_vectors::model::{Ruling, VerificationInput};

use super::search::write_refusals;
use super::{ERROR, FAINT, GOOD, HEADING, KNOWN, shown, to_output};
use crate::args::{SearchArguments, SearchFormat};
use crate::failure::Failure;

/// How many bytes of a header are shown.
const SHOWN: usize = 400;

/// Renders the report to the output that the arguments name. `invocation` is how the subject was
/// named.
pub(crate) fn write(
    arguments: &SearchArguments,
    invocation: &[String],
    report: &Report,
) -> Result<(), Failure> {
    let render = |out: &mut dyn Write| match arguments.format {
        SearchFormat::Human => write_human(report, invocation, out),
        SearchFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, report)?;
            writeln!(out)
        }
    };
    to_output(arguments.output.as_deref(), render)
}

fn write_human(report: &Report, invocation: &[String], out: &mut dyn Write) -> io::Result<()> {
    for found in &report.findings {
        write_found(found, invocation, out)?;
    }
    write_counts(report, out)?;
    if report.accepts_everything {
        writeln!(
            out,
            "{ERROR}accepts everything{ERROR:#}: none of {} requests that must be rejected was \
             rejected",
            report.wrongly_accepted
        )?;
    }
    for remark in &report.remarks {
        writeln!(out, "{KNOWN}{}{KNOWN:#}: {remark}", report.subject)?;
    }
    for problem in &report.problems {
        writeln!(out, "{ERROR}incomplete{ERROR:#}: {problem}")?;
    }
    write_result(report, out)
}

fn write_found(found: &Found, invocation: &[String], out: &mut dyn Write) -> io::Result<()> {
    let name = match &found.mistakes[..] {
        [] => "no catalogued mistake".to_owned(),
        mistakes => mistakes.join(" or "),
    };
    let cases = if found.hits == 1 { "case" } else { "cases" };
    writeln!(
        out,
        "{ERROR}{}{ERROR:#} {HEADING}{name}{HEADING:#}, {} {cases}",
        found.verdict, found.hits
    )?;
    if let Some(title) = &found.title {
        writeln!(out, "  {title}")?;
    }
    for mistake in &found.resembles {
        writeln!(
            out,
            "  like {mistake} here, but other rulings are right that {mistake} would have changed"
        )?;
    }
    let did = match found.verdict {
        Verdict::Accept => "it accepts",
        Verdict::Reject => "it rejects",
        _ => "it fails over",
    };
    match found.expected {
        Ruling::Accept => writeln!(out, "  {did} what must be accepted")?,
        Ruling::Reject => writeln!(out, "  {did} what must be rejected: {}", found.reason)?,
    }
    let said = shown(found.said.as_bytes());
    match found.verdict {
        _ if said.is_empty() => {}
        // How it failed, which may be more than its own words.
        Verdict::Error => writeln!(out, "  {said}")?,
        _ => writeln!(out, "  {}", in_its_words(&said))?,
    }
    if found.changes.is_empty() {
        writeln!(out, "  nothing is changed in the request")?;
    }
    for change in &found.changes {
        writeln!(out, "  changed {change}")?;
    }
    if let Some(input) = found.input() {
        writeln!(out, "  {FAINT}smallest request:{FAINT:#}")?;
        write_input(input, out)?;
    }
    let replay = found.replay.to_string();
    let words = ["sigv4-conformance", "search", "--side", "verifier", "--replay", &replay];
    let words = words.into_iter().chain(invocation.iter().map(String::as_str));
    // Quoting fails only on NUL, which no argument can contain.
    let command = shlex::try_join(words).unwrap_or_default();
    writeln!(out, "  {FAINT}reproduce:{FAINT:#} {command}\n")
}

fn write_input(input: &VerificationInput, out: &mut dyn Write) -> io::Result<()> {
    let request = &input.request;
    writeln!(out, "    {} {}", shown(&request.method), shown(&request.target))?;
    for (name, value) in &request.headers {
        let (start, rest) = value.split_at(value.len().min(SHOWN));
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" ... ({more} bytes more)"),
        };
        writeln!(out, "    {}: {}{more}", shown(name), shown(start))?;
    }
    if !request.body.is_empty() {
        writeln!(out, "    {FAINT}body:{FAINT:#} {:?}", request.body)?;
    }
    let (region, service) = (shown(&input.region), shown(&input.service));
    writeln!(
        out,
        "    {FAINT}asked at{FAINT:#} {} {FAINT}in{FAINT:#} {region}{FAINT}, service{FAINT:#} {service}",
        input.time
    )
}

fn write_counts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = [
        (report.accepted, "rightly accepted"),
        (report.rejected, "rightly rejected"),
        (report.wrongly_accepted, "not rejected"),
        (report.wrongly_rejected, "not accepted"),
        (
            report.unproven,
            "that show nothing since the request is rejected without the change, too",
        ),
        (report.undecided, "without a certain ruling"),
        (report.unasked, "not asked"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, words)| format!("{count} {words}")).collect();
    writeln!(
        out,
        "{HEADING}{} cases{HEADING:#} of seed {}: {}",
        report.cases,
        report.seed,
        counts.join(", ")
    )?;
    write_refusals(&report.refusals, out)?;
    if report.uncounted > 0 {
        writeln!(out, "  {} wrong rulings were not investigated", report.uncounted)?;
    }
    Ok(())
}

fn write_result(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let time = format!("{}.{:02} s", report.milliseconds / 1000, report.milliseconds % 1000 / 10);
    if report.cases == 0 {
        let why = match report.unasked {
            0 => String::new(),
            unasked => format!(": the roles that it declares fit none of {unasked} cases"),
        };
        return writeln!(out, "{ERROR}{}: nothing was asked{ERROR:#}{why}, {time}", report.subject);
    }
    let (style, words) = match (report.findings.len(), report.uncounted) {
        (0, 0) if report.problems.is_empty() => (GOOD, "nothing found".to_owned()),
        (0, 0) => (ERROR, "incomplete".to_owned()),
        (0, left) => (ERROR, format!("{left} wrong rulings that were not investigated")),
        (1, _) => (ERROR, "1 finding".to_owned()),
        (many, _) => (ERROR, format!("{many} findings")),
    };
    writeln!(
        out,
        "{style}{}: {words}{style:#}, {time}; continue with --start {}",
        report.subject, report.next
    )
}
