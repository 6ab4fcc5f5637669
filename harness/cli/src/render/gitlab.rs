//! A code quality report of GitLab: an issue per problem and mistake, then per case that no mistake
//! explains.

use std::io::{self, Write};

use serde_json::{Value, json};
use sigv4_conformance::log::{Problem, RunLog};

use super::trouble::{Trouble, fingerprint, of_problem, place, rest, why};

/// How many issues of cases that no mistake explains a run has.
const UNEXPLAINED: usize = 100;

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Value> = runs.iter().flat_map(of_run).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn of_run(run: &RunLog) -> Vec<Value> {
    let name = &run.header.subject.name;
    let place = place(run);
    let trouble = Trouble::of(run);
    let mut issues = Vec::new();
    for problem in &run.problems {
        let (kind, message, location) = of_problem(problem);
        let severity = match problem {
            Problem::StaleExpectation { .. } => "minor",
            Problem::MixedUp { .. } => "critical",
            Problem::Adapter { .. } | Problem::NothingProven { .. } => "blocker",
        };
        let (file, line) = location.unwrap_or((&place, 1));
        let text = format!("{name}: {kind}: {message}");
        let key = format!("{name}: {kind}: {}", fingerprint(problem));
        issues.push(issue(&kind.replace(' ', "-"), &text, severity, file, line, &key));
    }
    for mistake in &trouble.mistakes {
        let check = mistake.ids().join("+");
        let (names, titles) = (mistake.names(), mistake.titles().join(" "));
        let text = format!("{name}: {names} {}. {titles}", mistake.explains());
        let key = format!("{name}/{check}");
        issues.push(issue(&check, &text, "critical", &place, 1, &key));
    }
    for case in trouble.unexplained.iter().take(UNEXPLAINED) {
        let verdict = case.verdict.as_str();
        let text = format!("{name}: {verdict} {}: {}", case.id, why(case));
        let key = format!("{name}/{}", case.id);
        issues.push(issue(verdict, &text, "major", &place, 1, &key));
    }
    let left_out = trouble.unexplained.len().saturating_sub(UNEXPLAINED);
    if left_out > 0 {
        let text = format!("{name}: {}", rest(left_out, "more failed case"));
        issues.push(issue("more", &text, "info", &place, 1, &format!("{name}/more")));
    }
    issues
}

/// An issue; `key` is the same as long as it is about the same thing.
fn issue(check: &str, text: &str, severity: &str, file: &str, line: usize, key: &str) -> Value {
    json!({
        "check_name": check,
        "description": text,
        "severity": severity,
        "fingerprint": key,
        "location": {"path": file, "lines": {"begin": line}},
    })
}
