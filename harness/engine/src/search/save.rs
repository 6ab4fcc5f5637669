//! Findings as a vector file of the suite `found`, which `--vectors DIR` runs again: a regression
//! test for the user, not a published vector.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sigv4_vectors::model::{
    Case, Evidence, EvidenceKind, File, Flag, Level, Need, Question, Rule, Signing,
};

use super::finding::{Found, Report};

/// Where the file goes within the folder.
const PLACE: &str = "found/sigv4";
const FLAG: &str = "found";

/// The findings that have an expectation, as a file named after the seed, with its path within the folder;
/// `None` without findings.
#[must_use]
pub fn saved(report: &Report) -> Option<(PathBuf, String)> {
    let topic = format!("search-{}", report.seed);
    let cases: Vec<Case> = report
        .findings
        .iter()
        .filter(|found| !found.expected.is_empty())
        .enumerate()
        .map(|(index, found)| case(report, found, &topic, index + 1))
        .collect();
    if cases.is_empty() {
        return None;
    }
    let flag = Flag {
        goes_wrong: "A search found a signer that answers differently.".to_owned(),
        how_bad: "As the mistakes say that the case catches.".to_owned(),
    };
    let file = File {
        schema: "../../vector.schema.json".to_owned(),
        title: "Requests that a search found".to_owned(),
        source: format!(
            "`sigv4-conformance search` of {} with seed {}, expected values from the reference",
            report.subject, report.seed
        ),
        notice: None,
        flags: BTreeMap::from([(FLAG.to_owned(), flag)]),
        cases,
    };
    // A file consists of JSON values.
    let text = serde_json::to_string_pretty(&file).unwrap_or_default();
    Some((Path::new(PLACE).join(format!("{topic}.json")), text + "\n"))
}

/// One finding, by its number: several may come from one generated case.
fn case(report: &Report, found: &Found, topic: &str, number: usize) -> Case {
    let Found { replay, expected, .. } = found;
    let title = match (found.titles.first(), &found.finding) {
        (Some(title), _) => {
            format!("A request that goes wrong for a signer that does this: {title}")
        }
        (None, Some(finding)) => format!("A request for which {}", finding.summary),
        (None, None) => format!("A request over which a signer fails: {}", found.note),
    };
    let name = format!("finding-{number}-case-{}", replay.last);
    Case {
        id: format!("{PLACE}/{topic}/{name}"),
        title,
        family: "sigv4".to_owned(),
        level: if found.is_normative() { Level::Should } else { Level::May },
        evidence: vec![Evidence {
            kind: EvidenceKind::Search,
            source: format!(
                "computed by the reference; found in {} as {replay} of a search",
                report.subject
            ),
            votes: None,
            servers: Vec::new(),
        }],
        spec: vec![Rule {
            anchor: "create-canonical-request".to_owned(),
            rule: "The canonical request is made from the request as it is sent.".to_owned(),
        }],
        flags: vec![FLAG.to_owned()],
        needs: Need::of_calls(expected),
        catches: found
            .mistakes
            .iter()
            .filter_map(|set| if let [only] = set[..] { Some(only.to_owned()) } else { None })
            .collect(),
        question: question(expected),
    }
}

fn question(expected: &[Signing]) -> Question {
    match expected {
        [signing] => Question::Sign(Box::new(signing.clone())),
        calls => Question::SignSequence(calls.to_vec()),
    }
}
