//! What a failed test says.

use std::fmt;

use sigv4_mistakes::diagnose::{Attribution, MistakeGroup};

use crate::log::{CaseEvent, Outcome, Problem, RunLog};

/// How many failures are shown in full, and how many examples of each mistake.
const SHOWN: usize = 3;

/// A run that did not end as expected, mistakes first.
pub(super) struct Report<'r>(pub(super) &'r RunLog);

impl fmt::Display for Report<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(log) = self;
        let failed: Vec<&CaseEvent> =
            log.cases.iter().filter(|case| case.outcome == Outcome::Failed).collect();
        let (name, asked) = (&log.header.subject.name, log.footer.asked);
        writeln!(out, "{name} does not conform: {} of {asked} vectors failed", failed.len())?;
        for problem in &log.problems {
            writeln!(out, "\n{}", said(problem))?;
        }
        if let Some(attribution) = &log.attribution {
            for group in &attribution.groups {
                let (explained, all) = (group.cases.len(), attribution.mismatches);
                writeln!(out, "\n{} explains {explained} of {all} mismatches:", any_of(group))?;
                for line in group.titles.iter().chain(group.cases.iter().take(SHOWN)) {
                    writeln!(out, "  {line}")?;
                }
            }
        }
        for case in failed.iter().take(SHOWN) {
            write!(out, "\n{}", of_case(case, log.attribution.as_ref()))?;
        }
        if failed.len() > SHOWN {
            writeln!(out, "\n{} more failed", failed.len() - SHOWN)?;
        }
        Ok(())
    }
}

/// What is to be said of one case.
pub(super) fn of_case(case: &CaseEvent, attribution: Option<&Attribution>) -> String {
    let mut lines = vec![format!("{} {}", case.verdict, case.id), format!("  {}", case.title)];
    if let Some(finding) = &case.finding {
        lines.push(format!("  {}: {}", finding.stage, finding.summary));
    }
    lines.extend(case.notes.iter().map(|note| format!("  {note}")));
    let mut groups = attribution.iter().flat_map(|attribution| &attribution.groups);
    if let Some(group) = groups.find(|group| group.cases.contains(&case.id)) {
        lines.push(format!("  mistake: {}", any_of(group)));
        lines.extend(group.titles.iter().map(|title| format!("    {title}")));
    }
    lines.join("\n") + "\n"
}

/// The sets of mistakes of which each explains the group.
fn any_of(group: &MistakeGroup) -> String {
    let sets: Vec<String> = group.alternatives.iter().map(|set| set.join(" with ")).collect();
    sets.join(", or ")
}

/// What fails a run and is not the verdict of a case.
pub(super) fn said(problem: &Problem) -> String {
    match problem {
        Problem::Adapter { message }
        | Problem::MixedUp { message }
        | Problem::NothingProven { message } => message.clone(),
        Problem::StaleExpectation { file, line, message } => format!("{file}:{line}: {message}"),
    }
}
