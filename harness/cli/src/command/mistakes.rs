//! `mistakes`: the catalogue of what signers and verifiers get wrong.

use std::io::{self, Write};
use std::path::Path;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use serde_json::{Value, json};
use sigv4_conformance::kill_matrix::{KillMatrix, catches};
use sigv4_mistakes::{Entry, Mistake, MistakeSet, catalogue};
use sigv4_protocol::Operation;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Level};

use crate::args::{MatrixFormat, MistakesArguments, MistakesCommand};
use crate::exit_code;
use crate::failure::Failure;
use crate::files;
use crate::render::{counted, kill_matrix};

/// How many vectors that catch a mistake are listed.
const VECTORS: usize = 8;

pub(crate) fn run(arguments: &MistakesArguments) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    match &arguments.command {
        Some(MistakesCommand::List { json: true }) => write_json(&mut out)?,
        Some(MistakesCommand::List { json: false }) => {
            for entry in catalogue() {
                writeln!(out, "{:38} {:17} {}", entry.mistake, entry.component, entry.title)?;
            }
        }
        Some(MistakesCommand::Matrix { format, output }) => {
            matrix(*format, output.as_deref(), &mut out)?;
        }
        Some(MistakesCommand::Show { id }) => show(&mut out, find(id)?.entry())?,
        None => {
            let id = arguments.explain.as_deref().unwrap_or_default();
            show(&mut out, find(id)?.entry())?;
        }
    }
    Ok(exit_code::AS_EXPECTED)
}

fn write_json(out: &mut impl Write) -> io::Result<()> {
    let entries = catalogue().iter().map(|entry| {
        json!({
            "id": entry.mistake.id(),
            "side": entry.side.as_str(),
            "component": entry.component.to_string(),
            "stage": entry.stage.map(|stage| stage.to_string()),
            "title": entry.title,
            "goes_wrong": entry.goes_wrong,
            "reports": entry.reports.iter().map(|report| &report.url).collect::<Vec<_>>(),
        })
    });
    writeln!(out, "{:#}", Value::from(entries.collect::<Vec<_>>()))
}

/// The vectors that catch a mistake, the most binding first.
fn caught_by(mistake: Mistake) -> Vec<&'static Case> {
    let cases: Vec<&Case> = Vectors::embedded().cases().collect();
    let mut caught_by: Vec<&Case> =
        cases.into_par_iter().filter(|case| catches(case, mistake)).collect();
    caught_by.sort_by_key(|case| case.level);
    caught_by
}

fn matrix(
    format: MatrixFormat,
    output: Option<&Path>,
    terminal: &mut dyn Write,
) -> Result<(), Failure> {
    let matrix = KillMatrix::of(Vectors::embedded());
    let mut text = Vec::new();
    match format {
        MatrixFormat::Human => kill_matrix::write_human(&matrix, &mut text)?,
        MatrixFormat::Json => {
            serde_json::to_writer_pretty(&mut text, &matrix).map_err(io::Error::from)?;
            text.push(b'\n');
        }
        MatrixFormat::Markdown => kill_matrix::write_markdown(&matrix, &mut text)?,
    }
    match output {
        None => Ok(terminal.write_all(&text)?),
        Some(path) => files::write(path, &text),
    }
}

/// The mistakes of these ids.
pub(super) fn find_all(ids: &[String]) -> Result<MistakeSet, Failure> {
    ids.iter().map(|id| find(id)).collect()
}

fn find(id: &str) -> Result<Mistake, Failure> {
    Mistake::from_id(id).ok_or_else(|| {
        let near = Mistake::near(id);
        let hint = if near.is_empty() {
            "`mistakes list` shows all ids".to_owned()
        } else {
            format!("there is {}", near.join(", "))
        };
        Failure::Argument(format!("no mistake has the id `{id}`; {hint}"))
    })
}

fn show(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    writeln!(out, "{}\n\n{}", entry.mistake, entry.title)?;
    writeln!(out, "Goes wrong: {} {}", entry.goes_wrong, entry.how_bad.sentence())?;
    write!(out, "Made by the {}. Component: {}.", entry.side, entry.component)?;
    if let Some(stage) = entry.stage {
        write!(out, " Stage: {stage}.")?;
    }
    writeln!(out, "\n")?;
    let asked = match entry.trigger.operation() {
        Operation::SignChunks => "Upload",
        Operation::SignEvents => "Event stream",
        Operation::SignPostPolicy => "Policy",
        Operation::Token => "Token",
        _ => "Request",
    };
    let questions = entry.trigger.given();
    for (index, given) in questions.iter().enumerate() {
        match questions.len() {
            1 => writeln!(out, "{asked}:")?,
            _ => writeln!(out, "{asked} {}:", index + 1)?,
        }
        if given.is_empty() {
            writeln!(out, "    {}", entry.trigger.plainest())?;
        }
        for (name, value) in given {
            writeln!(out, "    {name}: {}", value.escape_debug())?;
        }
    }
    for (side, text) in [("Correct", &entry.correct), ("Wrong", &entry.wrong)] {
        writeln!(out, "{side}:")?;
        for line in String::from_utf8_lossy(text).split('\n') {
            writeln!(out, "    {}", line.escape_debug())?;
        }
    }
    if !entry.reports.is_empty() {
        writeln!(out, "\nReports:")?;
    }
    for report in &entry.reports {
        writeln!(out, "    {}: {}", report.project, report.url)?;
    }
    let caught_by = caught_by(entry.mistake);
    let sentence = match caught_by.len() {
        0 => "No vector catches it: `sigv4-conformance mistakes matrix` says why.".to_owned(),
        count => format!("Caught by {}:", counted(count, "vector")),
    };
    writeln!(out, "\n{sentence}")?;
    for case in caught_by.iter().take(VECTORS) {
        writeln!(out, "    {:6} {}", case.level, case.id)?;
    }
    if caught_by.len() > VECTORS {
        let more = caught_by.len() - VECTORS;
        writeln!(out, "    and {more} more")?;
    }
    let must = caught_by.first().filter(|case| case.level == Level::Must);
    let filter = must.map(|case| format!(" --filter {}", case.id)).unwrap_or_default();
    let (side, mistake) = (entry.side, entry.mistake);
    writeln!(
        out,
        "\nTo see it: sigv4-conformance {side}{filter} -- sigv4-conformance adapter model --mistake \
         {mistake}"
    )
}
