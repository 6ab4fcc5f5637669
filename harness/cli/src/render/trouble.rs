//! What fails a run, in the order in which the reports for CI show it: what makes the run worthless, the
//! mistakes, then the cases that no mistake explains.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use sigv4_conformance::log::{CaseEvent, Outcome, Problem, RunLog, reproducing};
use sigv4_mistakes::diagnose::MistakeGroup;

/// What fails a run.
pub(super) struct Trouble<'r> {
    /// The mistakes behind failed cases, each with the failed cases that it explains.
    pub(super) mistakes: Vec<Explained<'r>>,
    /// The failed cases that no mistake explains.
    pub(super) unexplained: Vec<&'r CaseEvent>,
}

/// A mistake, or several together, with the failed cases that it explains: at least one.
pub(super) struct Explained<'r> {
    group: &'r MistakeGroup,
    /// The smallest request comes first.
    pub(super) cases: Vec<&'r CaseEvent>,
}

impl<'r> Trouble<'r> {
    pub(super) fn of(run: &'r RunLog) -> Self {
        let failed: Vec<&CaseEvent> =
            run.cases.iter().filter(|case| case.outcome == Outcome::Failed).collect();
        let by_id: HashMap<&str, &CaseEvent> =
            failed.iter().map(|case| (&case.id[..], *case)).collect();
        let groups = run.attribution.iter().flat_map(|attribution| &attribution.groups);
        let mistakes: Vec<Explained<'_>> = groups
            .filter_map(|group| {
                let find = |id: &String| by_id.get(&id[..]).copied();
                let cases: Vec<&CaseEvent> = group.cases.iter().filter_map(find).collect();
                (!cases.is_empty()).then_some(Explained { group, cases })
            })
            .collect();
        let explained: HashSet<&str> =
            mistakes.iter().flat_map(|it| &it.cases).map(|case| &case.id[..]).collect();
        let unexplained = failed.into_iter().filter(|case| !explained.contains(&case.id[..]));
        Self { unexplained: unexplained.collect(), mistakes }
    }
}

impl Explained<'_> {
    /// The ids: `+` between those that act together, `or` between alternatives.
    pub(super) fn names(&self) -> String {
        super::names(self.group)
    }

    /// The mistakes of the first alternative.
    pub(super) fn ids(&self) -> &[String] {
        self.group.alternatives.first().map_or(&[], Vec::as_slice)
    }

    /// What they are, a sentence each.
    pub(super) fn titles(&self) -> &[String] {
        &self.group.titles
    }

    /// "explains 3 failed cases".
    pub(super) fn explains(&self) -> String {
        let verb = if self.ids().len() > 1 { "explain" } else { "explains" };
        format!("{verb} {}", super::counted(self.cases.len(), "failed case"))
    }

    /// The command that shows the smallest of them.
    pub(super) fn smallest(&self, run: &RunLog) -> String {
        self.cases.first().map(|case| reproducing(run, &case.id)).unwrap_or_default()
    }
}

/// Where and how a case differs, or what the subject said.
pub(super) fn why(case: &CaseEvent) -> String {
    match &case.finding {
        Some(finding) => format!("{}: {}", finding.stage, finding.summary),
        None => case.notes.join("\n"),
    }
}

/// The kind of a problem, what it is, and the file and line that it is about.
pub(super) fn of_problem(problem: &Problem) -> (&'static str, &str, Option<(&str, usize)>) {
    match problem {
        Problem::Adapter { message } => ("adapter failure", message, None),
        Problem::MixedUp { message } => ("at the same time", message, None),
        Problem::NothingProven { message } => ("nothing proven", message, None),
        Problem::StaleExpectation { file, line, message } => {
            ("stale expectation", message, Some((file, *line)))
        }
    }
}

/// What tells a problem from others of its kind, the same in each run: how many requests are mixed up
/// differs.
pub(super) fn fingerprint(problem: &Problem) -> &str {
    match problem {
        Problem::MixedUp { .. } => "",
        _ => of_problem(problem).1,
    }
}

/// The file that a run is about: the adapter's program, or the list of known failures where the command
/// names no file. Relative to the folder in which the run was started.
pub(super) fn place(run: &RunLog) -> String {
    let is_program = |word: &&String| {
        let path = Path::new(word);
        let is_file = path.extension().is_some() || word.contains('/');
        !word.starts_with('-') && path.is_relative() && is_file
    };
    let mut words = run.header.subject.invocation.iter().skip_while(|word| *word != "--").skip(1);
    match words.find(is_program) {
        Some(program) => program.strip_prefix("./").unwrap_or(program).to_owned(),
        None => "sigv4-conformance.toml".to_owned(),
    }
}

/// What a report says of what it leaves out.
pub(super) fn rest(left_out: usize, noun: &str) -> String {
    format!(
        "{} not shown here: run with --log run.ndjson, then `sigv4-conformance report run.ndjson \
         --format junit` has all",
        super::counted(left_out, noun)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixed_up_requests_are_one_problem_and_adapter_failures_are_several() {
        let mixed_up = |count: u32| Problem::MixedUp { message: format!("{count} of 40") };
        let adapter = |message: &str| Problem::Adapter { message: message.to_owned() };
        assert_eq!(fingerprint(&mixed_up(3)), fingerprint(&mixed_up(4)));
        assert_ne!(fingerprint(&adapter("it exits")), fingerprint(&adapter("it hangs")));
    }
}
