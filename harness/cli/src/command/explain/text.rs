//! An explanation on a terminal.

use std::io::{self, Write};

use sigv4_conformance::explain::{
    Block, Cause, EntrySummary, Finding, Point, Remark, Report, Suspect, Tone, Weight,
};

use crate::render::{ERROR, GOOD, HEADING, write_sides};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut is_after_text = false;
    for block in report.words() {
        match &block {
            Block::Finding(finding) => write_finding(finding, out)?,
            Block::Hint(hint) => writeln!(out, "\n{hint}")?,
            Block::Suspects { heading, suspects } => write_suspects(heading, suspects, out)?,
            Block::Text { heading, text } => {
                writeln!(out, "\n{HEADING}{heading}{HEADING:#}")?;
                out.write_all(text)?;
                writeln!(out)?;
            }
            Block::Remark(remark) => {
                if is_after_text {
                    writeln!(out)?;
                }
                write_remark(remark, out)?;
            }
        }
        is_after_text = matches!(block, Block::Suspects { .. } | Block::Text { .. });
    }
    Ok(())
}

/// One line per entry of a HAR file.
pub(super) fn write_entries(entries: &[EntrySummary], out: &mut dyn Write) -> io::Result<()> {
    for EntrySummary { number, method, url, status, is_signed, error_code } in entries {
        let status = status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let signed = if *is_signed { "signed" } else { "" };
        let code = error_code.as_deref().unwrap_or_default();
        let line = format!("{number:4}  {status:3}  {signed:6}  {method:7} {url}  {code}");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn write_finding(finding: &Finding<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Finding { tone, strong, rest, points } = finding;
    let style = match tone {
        Tone::Good => GOOD,
        Tone::Bad => ERROR,
        Tone::Plain => HEADING,
    };
    if strong.is_empty() {
        writeln!(out, "{rest}")?;
    } else {
        writeln!(out, "{style}{strong}{style:#}{rest}")?;
    }
    for point in points {
        match point {
            Point::Named { before, id, what: Some(what), .. } => {
                writeln!(out, "  {before}{HEADING}{id}{HEADING:#}: {what}")?;
            }
            Point::Named { before, id, what: None, .. } => {
                writeln!(out, "  {before}{HEADING}{id}{HEADING:#}")?;
            }
            Point::Sentence(text) => writeln!(out, "    {text}")?,
            Point::Labelled(label, text) => writeln!(out, "    {label}: {text}")?,
            Point::Sides { difference, expected, actual } => {
                write_sides(difference, expected, actual, out)?;
            }
        }
    }
    Ok(())
}

fn write_suspects(heading: &str, suspects: &[Suspect], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{HEADING}{heading}{HEADING:#}")?;
    for (index, Suspect { what, cause: Cause { who, fix }, .. }) in suspects.iter().enumerate() {
        writeln!(out, "  {}. {what}\n     who: {who}\n     try: {fix}", index + 1)?;
    }
    Ok(())
}

fn write_remark(Remark { weight, text }: &Remark, out: &mut dyn Write) -> io::Result<()> {
    let word = weight.word();
    match weight {
        Weight::Certain | Weight::Refused => writeln!(out, "{ERROR}{word}{ERROR:#}: {text}"),
        Weight::Fragile => writeln!(out, "{HEADING}{word}{HEADING:#}: {text}"),
        Weight::Said => writeln!(out, "{word}: {text}"),
    }
}
