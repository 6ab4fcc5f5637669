//! One file per format. Renderers read the events of a run and nothing else.

mod badge;
pub(crate) mod capture;
mod columns;
mod github;
mod gitlab;
mod html;
mod human;
pub(crate) mod json;
mod junit;
pub(crate) mod kill_matrix;
mod markdown;
pub(crate) mod matrix;
mod sarif;
pub(crate) mod search;
pub(crate) mod search_verifier;
mod trouble;
pub(crate) mod vector;

use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use sigv4_conformance::judge::{Difference, Sides};
use sigv4_conformance::log::{RunLog, grouped};
use sigv4_mistakes::diagnose::MistakeGroup;

use crate::args::{Format, RenderingArguments};
use crate::failure::Failure;
use crate::files;

/// For what went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// For what went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// For headings.
pub(crate) const HEADING: Style = Style::new().bold();
/// For known failures and warnings.
pub(crate) const KNOWN: Style = AnsiColor::Yellow.on_default();
/// For what matters less.
const FAINT: Style = Style::new().dimmed();

/// How many alternatives of a mistake are named.
const ALTERNATIVES: usize = 4;

/// How many characters of a line a terminal shows before and behind a difference.
const BEFORE: usize = 40;
const BEHIND: usize = 30;

/// Writes the two sides of a difference, aligned, and points at the first byte that differs.
pub(crate) fn write_sides(
    difference: &Difference,
    expected: &str,
    actual: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sides = Sides::of(difference, BEFORE, BEHIND);
    let width = expected.chars().count().max(actual.chars().count());
    writeln!(out, "    {expected:width$}  {}", sides.expected)?;
    writeln!(out, "    {actual:width$}  {}", sides.actual)?;
    writeln!(out, "    {:width$}  {ERROR}{:>2$}{ERROR:#}", "", '^', sides.column + 1)
}

/// Renders to a file, without colours, or to the terminal.
fn to_output<E>(
    output: Option<&Path>,
    render: impl Fn(&mut dyn Write) -> Result<(), E>,
) -> Result<(), Failure>
where
    Failure: From<E>,
{
    match output {
        None => render(&mut anstream::stdout().lock())?,
        Some(path) => {
            let mut plain = anstream::StripStream::new(Vec::new());
            render(&mut plain)?;
            files::write(path, &plain.into_inner())?;
        }
    }
    Ok(())
}

/// Text in which every byte is visible, without quotation marks around it.
pub(crate) fn shown(bytes: &[u8]) -> String {
    bytes
        .utf8_chunks()
        .map(|chunk| {
            let valid = chunk.valid().chars().map(|character| match character {
                '"' | '\'' | '\\' => character.to_string(),
                other => other.escape_debug().to_string(),
            });
            valid.collect::<String>() + &chunk.invalid().escape_ascii().to_string()
        })
        .collect()
}

/// The ids of a group: `+` between those that act together, `or` between alternatives.
fn names(group: &MistakeGroup) -> String {
    let sets: Vec<String> = group.alternatives.iter().map(|set| set.join(" + ")).collect();
    let shown = sets.iter().take(ALTERNATIVES).cloned().collect::<Vec<_>>().join(" or ");
    match sets.len().saturating_sub(ALTERNATIVES) {
        0 => shown,
        more => format!("{shown} or {more} others"),
    }
}

/// A number with its noun.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// Renders runs to the output that the arguments name.
pub(crate) fn write(arguments: &RenderingArguments, runs: &[RunLog]) -> Result<(), Failure> {
    to_output(arguments.output.as_deref(), |out| render(arguments, runs, out))
}

fn render(
    arguments: &RenderingArguments,
    runs: &[RunLog],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match arguments.format {
        Format::Badge => badge::write_svg(runs, out)?,
        Format::Github => github::write(runs, out)?,
        Format::Gitlab => gitlab::write(runs, out)?,
        Format::Html => html::write(runs, out)?,
        Format::Human => human::write(runs, arguments.findings, arguments.quiet, out)?,
        Format::Json => json::write(runs, out)?,
        Format::Junit => junit::write(runs, out)?,
        Format::Markdown => markdown::write(runs, out)?,
        Format::Sarif => sarif::write(runs, out)?,
        Format::Shields => badge::write_shields(runs, out)?,
    }
    Ok(())
}
