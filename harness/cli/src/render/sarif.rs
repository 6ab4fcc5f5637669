//! SARIF 2.1.0, for code scanning: a result per problem and mistake, then per case that no mistake
//! explains.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use sigv4_conformance::log::{RunLog, RunResult, reproducing};

use super::trouble::{Trouble, fingerprint, of_problem, place, rest, why};

/// How many results of cases that no mistake explains a run has.
const UNEXPLAINED: usize = 100;
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let runs: Vec<Value> = runs.iter().map(of_run).collect();
    let log = json!({"$schema": SCHEMA, "version": "2.1.0", "runs": runs});
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn of_run(run: &RunLog) -> Value {
    let subject = &run.header.subject;
    let place = place(run);
    let trouble = Trouble::of(run);
    let mut rules = BTreeMap::new();
    let mut results = Vec::new();
    for problem in &run.problems {
        let (kind, message, location) = of_problem(problem);
        let rule = kind.replace(' ', "-");
        let (file, line) = location.unwrap_or((&place, 1));
        let text = format!("{}: {kind}: {message}", subject.name);
        results.push(result(&rule, &text, file, line, &format!("{rule}/{}", fingerprint(problem))));
        rules.insert(rule, format!("A run ended with: {kind}."));
    }
    for mistake in &trouble.mistakes {
        let rule = mistake.ids().join("+");
        let titles = mistake.titles().join(" ");
        let text = format!(
            "{} makes the mistake {}. {titles} It {}. Smallest: {}",
            subject.name,
            mistake.names(),
            mistake.explains(),
            mistake.smallest(run)
        );
        let mut result = result(&rule, &text, &place, 1, &rule);
        result["occurrenceCount"] = json!(mistake.cases.len());
        results.push(result);
        rules.insert(rule, titles);
    }
    for case in trouble.unexplained.iter().take(UNEXPLAINED) {
        let rule = case.verdict.as_str();
        let command = reproducing(run, &case.id);
        let (name, title) = (&subject.name, &case.title);
        let text = format!("{name}, {}: {title}. {}\nReproduce: {command}", case.id, why(case));
        results.push(result(rule, &text, &place, 1, &case.id));
        rules.entry(rule.to_owned()).or_insert_with(|| {
            format!("A case has the verdict {rule}, and no catalogued mistake explains it.")
        });
    }
    let left_out = trouble.unexplained.len().saturating_sub(UNEXPLAINED);
    let mut notes = run.footer.remarks.clone();
    if left_out > 0 {
        notes.push(rest(left_out, "more failed case"));
    }
    let notes: Vec<Value> =
        notes.iter().map(|text| json!({"level": "note", "message": {"text": text}})).collect();
    let rules: Vec<Value> = rules
        .into_iter()
        .map(|(id, text)| json!({"id": id, "shortDescription": {"text": text}}))
        .collect();
    json!({
        "tool": {"driver": {
            "name": "sigv4-conformance",
            "version": run.header.suite.version,
            "rules": rules,
        }},
        "automationDetails": {"id": format!("sigv4-conformance/{}/{}/", subject.side, subject.name)},
        "invocations": [{
            "executionSuccessful": run.footer.result != RunResult::Incomplete,
            "toolExecutionNotifications": notes,
        }],
        "results": results,
    })
}

/// A result; `fingerprint` is the same as long as it is about the same thing.
fn result(rule: &str, text: &str, file: &str, line: usize, fingerprint: &str) -> Value {
    json!({
        "ruleId": rule,
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(file)},
            "region": {"startLine": line},
        }}],
        "partialFingerprints": {"sigv4Conformance/v1": fingerprint},
    })
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded = path.bytes().map(|byte| match byte {
        plain if is_plain(plain) => char::from(plain).to_string(),
        other => format!("%{other:02X}"),
    });
    encoded.collect()
}
