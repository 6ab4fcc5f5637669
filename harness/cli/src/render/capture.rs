//! What a capture came to, for a terminal and for programs.

use std::io::{self, Write};

use sigv4_conformance::capture::{Finding, Observed, Report, Smallest, Verdict};

use super::{ERROR, FAINT, GOOD, HEADING, KNOWN, shown, to_output};
use crate::args::{CaptureArguments, CaptureFormat};
use crate::failure::Failure;

/// Renders the report to where the arguments say.
pub(crate) fn write(arguments: &CaptureArguments, report: &Report) -> Result<(), Failure> {
    let render = |out: &mut dyn Write| match arguments.format {
        CaptureFormat::Human => write_human(arguments, report, out),
        CaptureFormat::Json => write_json(report, out),
    };
    to_output(arguments.output.as_deref(), render)
}

/// One line for a request, as it is judged.
pub(crate) fn write_live(observed: &Observed, out: &mut dyn Write) -> io::Result<()> {
    let Observed { number, request, status, verdict } = observed;
    let style = if verdict.is_wrong() { ERROR } else { GOOD };
    write!(out, "{number:4} {style}{}{style:#}", verdict.word())?;
    write!(out, " {status}")?;
    if !request.method.is_empty() {
        write!(out, " {} {}", shown(&request.method), shown(&request.target))?;
    }
    let sets: Vec<String> = verdict.mistakes().iter().map(|set| set.join(" + ")).collect();
    match (&sets[..], verdict.detail()) {
        ([], None) => writeln!(out),
        ([], Some(detail)) => writeln!(out, ": {}", shown(detail.as_bytes())),
        (sets, _) => writeln!(out, ": {}", sets.join(" or ")),
    }
}

fn write_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}

fn write_human(
    arguments: &CaptureArguments,
    report: &Report,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in &report.findings {
        write_finding(finding, out)?;
    }
    if report.chunks_unchecked > 0 {
        let bodies = counted(report.chunks_unchecked, "body", "bodies");
        writeln!(
            out,
            "{KNOWN}not checked{KNOWN:#}: the signatures of the chunks of {bodies}. The signature in \
             the header, which covers everything else, is."
        )?;
    }
    if report.payload_unstated > 0 {
        let requests = counted(report.payload_unstated, "request", "requests");
        writeln!(
            out,
            "{KNOWN}warning{KNOWN:#}: S3 itself refuses {requests} without the header \
             x-amz-content-sha256. Many other servers do not."
        )?;
    }
    if report.not_kept > 0 && (arguments.log.is_some() || arguments.save.is_some()) {
        let requests = counted(report.not_kept, "request", "requests");
        writeln!(
            out,
            "{KNOWN}not kept{KNOWN:#}: {requests} over the limit. They are judged and counted, but \
             neither in the log nor saved."
        )?;
    }
    write_result(report, out)
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding { verdict, count, smallest, .. } = finding;
    let style = if verdict.is_wrong() { ERROR } else { KNOWN };
    let requests = counted(*count, "request", "requests");
    writeln!(out, "{style}{}{style:#}, {requests}", verdict.word())?;
    match verdict {
        Verdict::Mistaken { sets } => {
            for (index, set) in sets.iter().enumerate() {
                if index > 0 {
                    writeln!(out, "  or")?;
                }
                for mistake in set.iter() {
                    let entry = mistake.entry();
                    writeln!(out, "  {HEADING}{}{HEADING:#}", mistake.id())?;
                    writeln!(out, "    {}", entry.title)?;
                }
            }
        }
        Verdict::Unexplained { .. } => writeln!(
            out,
            "  No catalogued mistake gives this signature, nor do two at once. Another \
             secret, or a request that was changed after signing, would."
        )?,
        Verdict::Unsigned => {
            writeln!(out, "  Without a signature. S3 answers such a request with 403.")?;
        }
        Verdict::Refused { reason, detail } => {
            writeln!(out, "  The signature is right. A server refuses the request all the same.")?;
            writeln!(out, "  {reason}: {}", shown(detail.as_bytes()))?;
        }
        other => {
            if let Some(detail) = other.detail() {
                writeln!(out, "  {}", shown(detail.as_bytes()))?;
            }
        }
    }
    write_smallest(smallest, *count, out)?;
    if let Verdict::Unexplained { canonical_request } = verdict {
        writeln!(out, "  {FAINT}a correct signer's canonical request:{FAINT:#}")?;
        for line in canonical_request.split(|&byte| byte == b'\n') {
            writeln!(out, "    {}", shown(line))?;
        }
    }
    writeln!(out)
}

fn write_smallest(smallest: &Smallest, count: u64, out: &mut dyn Write) -> io::Result<()> {
    let which = if count == 1 { "request" } else { "smallest request" };
    let Smallest { number, method, target, headers, body } = smallest;
    if method.is_empty() {
        return writeln!(out, "  {FAINT}number {number}{FAINT:#}");
    }
    writeln!(out, "  {FAINT}{which}, number {number}:{FAINT:#}")?;
    writeln!(out, "    {} {}", shown(method), shown(target))?;
    for (name, value) in headers {
        writeln!(out, "    {}: {}", shown(name), shown(value))?;
    }
    match body {
        0 => Ok(()),
        1 => writeln!(out, "    {FAINT}body:{FAINT:#} 1 byte"),
        bytes => writeln!(out, "    {FAINT}body:{FAINT:#} {bytes} bytes"),
    }
}

fn write_result(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Report { requests, signed, wrong, legacy, .. } = report;
    let (style, word) = match (requests, signed, wrong) {
        (0, ..) => (ERROR, "nothing arrived"),
        (.., 1..) => (ERROR, "does not conform"),
        (_, 0, _) => (ERROR, "nothing to judge"),
        _ => (GOOD, "conforms"),
    };
    let requests = counted(*requests, "request", "requests");
    write!(out, "{style}{word}{style:#}: {requests}, {signed} signed, {wrong} wrong")?;
    if *legacy > 0 {
        write!(out, ", {legacy} with a legacy signature")?;
    }
    writeln!(out)
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
