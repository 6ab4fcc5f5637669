//! The record of what a verifier wrongly lets pass.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::hex;
use toml_edit::{Table, value};

use crate::judge::Verdict;

/// What a verifier wrongly lets pass, without saying what: a list of it would be a list of ways around its
/// checks. The cases are those that must be rejected and are accepted, or end with an error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Undisclosed {
    /// How many cases there are.
    count: usize,
    /// The SHA-256 of their ids with the verdicts, in the order of the ids.
    sha256: String,
    /// Why they are known, as text.
    pub(super) reason: String,
    /// Where it is being followed.
    #[serde(default)]
    pub(super) issue: String,
}

impl Undisclosed {
    /// The record of these cases, with the reason and the issue of the one before.
    pub(super) fn of<'c>(
        cases: impl Iterator<Item = (&'c str, Verdict)>,
        before: Option<&Self>,
    ) -> Self {
        let (count, sha256) = digest(cases);
        let reason = before.map_or("accepts what must be rejected", |before| &before.reason);
        let issue = before.map(|before| before.issue.clone()).unwrap_or_default();
        Self { count, sha256, reason: reason.to_owned(), issue }
    }

    /// How these cases differ from the recorded ones, if they do. A part of the cases can only be too many.
    pub(super) fn contradicted<'c>(
        &self,
        is_partial: bool,
        cases: impl Iterator<Item = (&'c str, Verdict)>,
    ) -> Option<String> {
        let (count, sha256) = digest(cases);
        let is_as_recorded = if is_partial { count <= self.count } else { sha256 == self.sha256 };
        let same_count = if count == self.count { ", and they are not the same" } else { "" };
        let problem = format!(
            "{count} cases wrongly pass, {} are recorded{same_count}: look at them, then use \
             --update-expectations",
            self.count,
        );
        (!is_as_recorded).then_some(problem)
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::new();
        table.insert("count", value(i64::try_from(self.count).unwrap_or(i64::MAX)));
        table.insert("sha256", value(&self.sha256));
        table.insert("reason", value(&self.reason));
        if !self.issue.is_empty() {
            table.insert("issue", value(&self.issue));
        }
        table
    }
}

/// How many cases there are, and the SHA-256 of all.
fn digest<'c>(cases: impl Iterator<Item = (&'c str, Verdict)>) -> (usize, String) {
    let mut lines: Vec<String> = cases.map(|(id, verdict)| format!("{id} {verdict}\n")).collect();
    lines.sort();
    (lines.len(), hex(&Sha256::digest(lines.concat())))
}
