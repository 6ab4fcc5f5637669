//! The run log itself: NDJSON.

use std::io::{self, Write};

use sigv4_conformance::log::{Event, RunLog};

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    for run in runs {
        write_event(&mut *out, &Event::Header(run.header.clone()))?;
        for case in &run.cases {
            write_event(&mut *out, &Event::Case(Box::new(case.clone())))?;
        }
        if let Some(attribution) = &run.attribution {
            write_event(&mut *out, &Event::Attribution(attribution.clone()))?;
        }
        for problem in &run.problems {
            write_event(&mut *out, &Event::Problem(problem.clone()))?;
        }
        write_event(&mut *out, &Event::Footer(run.footer.clone()))?;
    }
    Ok(())
}

/// Writes one line.
pub(crate) fn write_event(mut out: impl Write, event: &Event) -> io::Result<()> {
    serde_json::to_writer(&mut out, event)?;
    writeln!(out)
}
