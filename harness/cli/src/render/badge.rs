//! A badge: the result of the worst run in a few words, as a picture or for an endpoint badge of
//! shields.io.

use std::io::{self, Write};

use serde_json::json;
use sigv4_conformance::log::{RunLog, RunResult};

use super::counted;
use super::human::is_mixed_up;

const LABEL: &str = "SigV4";
/// How wide a character is on average, and what is left free on both sides of a text, in pixels.
const CHARACTER: usize = 7;
const MARGIN: usize = 10;

/// A picture.
pub(super) fn write_svg(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let (message, colour) = said(runs);
    let colour = match colour {
        "brightgreen" => "#2e7d32",
        "green" => "#4b7a1f",
        "yellowgreen" => "#6b6f00",
        "red" => "#b3261e",
        _ => "#5f6368",
    };
    let width = |text: &str| text.chars().count() * CHARACTER + MARGIN;
    let (left, right) = (width(LABEL), width(&message));
    let (all, height) = (left + right, 20);
    let middles = [(LABEL, left / 2), (&message, left + right / 2)];
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{LABEL}: {message}\">"
    )?;
    writeln!(out, "<title>{LABEL}: {message}</title>")?;
    writeln!(out, "<rect width=\"{all}\" height=\"{height}\" rx=\"3\" fill=\"#444\"/>")?;
    writeln!(
        out,
        "<path d=\"M{left} 0h{}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z\" fill=\"{colour}\"/>",
        right - 3
    )?;
    let style = "font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\"";
    writeln!(out, "<g fill=\"#fff\" text-anchor=\"middle\" {style}>")?;
    for (text, middle) in middles {
        let length = text.chars().count() * CHARACTER;
        writeln!(out, "<text x=\"{middle}\" y=\"14\" textLength=\"{length}\">{text}</text>")?;
    }
    writeln!(out, "</g>\n</svg>")
}

/// What an endpoint badge of shields.io reads.
pub(super) fn write_shields(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let (message, color) = said(runs);
    let badge = json!({"schemaVersion": 1, "label": LABEL, "message": message, "color": color});
    writeln!(out, "{badge}")
}

/// What the badge says, and its colour as shields.io names it.
fn said(runs: &[RunLog]) -> (String, &'static str) {
    let worst = runs.iter().map(|run| run.footer.result).max();
    let known: usize = runs.iter().map(|run| run.footer.known).sum();
    let failed: usize = runs.iter().map(|run| run.footer.failed).sum();
    let mixes_up = runs.iter().any(|run| run.problems.iter().any(is_mixed_up));
    let is_partial = runs.iter().any(|run| run.header.partial);
    let part = if is_partial { " in a part" } else { "" };
    match worst {
        // What was not run may be wrong.
        Some(RunResult::AsExpected) if is_partial && known == 0 => {
            (format!("conforms{part}"), "yellowgreen")
        }
        Some(RunResult::AsExpected) if known == 0 => ("conforms".to_owned(), "brightgreen"),
        Some(RunResult::AsExpected) => (counted(known, "known failure") + part, "green"),
        Some(RunResult::Unexpected) if mixes_up => ("mixes up requests".to_owned(), "red"),
        Some(RunResult::Unexpected) if failed == 0 => ("stale expectations".to_owned(), "red"),
        Some(RunResult::Unexpected) => (counted(failed, "failure"), "red"),
        Some(RunResult::Incomplete) | None => ("incomplete".to_owned(), "lightgrey"),
    }
}
