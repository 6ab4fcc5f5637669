//! The table of signers in the README: a few rows of `reports/signers.json`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sigv4_conformance::matrix::{Column, Matrix};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Level;

/// The first line of the table.
const HEADER: &str = "| signer | language | wrong | its mistakes, the most frequent first |\n";

/// The signers that most programs sign with.
const SIGNERS: &[&str] = &[
    "awscrt",
    "aws-sigv4",
    "aws-sdk-go-v2",
    "aws-sdk-java-v2",
    "botocore",
    "ruby-aws-sigv4",
    "smithy-signature-v4",
    "aws4",
    "aws4fetch",
    "curl",
    "minio-go",
    "object_store",
    "opensearch-py",
    "requests-aws4auth",
];

/// How many mistakes a row names.
const NAMED: usize = 2;

/// The README with the table as it follows from the reports.
pub(crate) fn corrected(root: &Path, readme: &str) -> String {
    let report = fs::read_to_string(root.join("reports/signers.json")).expect("the reports");
    let report: Matrix = serde_json::from_str(&report).expect("a matrix");
    let mut table = format!("{HEADER}| --- | --- | ---: | --- |\n");
    for name in SIGNERS {
        let column = report.columns.iter().find(|column| column.name == *name);
        row(&mut table, column.unwrap_or_else(|| panic!("reports/signers.json has no {name}")));
    }
    let (before, rest) = readme.split_once(HEADER).expect("a table of signers in the README");
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    format!("{before}{table}\n{after}")
}

fn row(table: &mut String, column: &Column) {
    let asked: usize = column.cells.values().map(|cell| cell.asked).sum();
    let wrong: usize = column.cells.values().map(|cell| cell.wrong).sum();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for group in &column.mistakes {
        let binding = group.cases.iter().filter(|id| is_binding(id)).count();
        // A case that several mistakes explain counts for the first alternative.
        for id in group.alternatives.first().into_iter().flatten() {
            *counts.entry(id).or_default() += binding;
        }
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().filter(|it| it.1 > 0).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut mistakes: Vec<String> =
        counts.iter().take(NAMED).map(|(id, count)| format!("`{id}` ({count})")).collect();
    if counts.len() > NAMED {
        mistakes.push(format!("{} more", counts.len() - NAMED));
    }
    let mistakes = if mistakes.is_empty() { "none".to_owned() } else { mistakes.join(", ") };
    let Column { name, version, language, .. } = column;
    writeln!(table, "| {name} {version} | {language} | {wrong} of {asked} | {mistakes} |")
        .expect("a text");
}

/// Whether a wrong answer to this case fails a run.
fn is_binding(id: &str) -> bool {
    Vectors::embedded().case(id).is_some_and(|case| case.level == Level::Must)
}
