//! The text of the list, brought up to date.

use std::collections::BTreeSet;

use sigv4_mistakes::Mistake;
use sigv4_protocol::{Side, Stage};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::entry::{Entry, Scope};
use super::outcome::Failure;
use super::undisclosed::Undisclosed;
use super::{ExpectationError, Expectations, line_of};
use crate::judge::Verdict;

/// A list that was brought up to date.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Updated {
    /// The text of its file.
    pub text: String,
    /// How many entries are new.
    pub added: usize,
    /// How many stayed.
    pub kept: usize,
    /// How many were dropped.
    pub removed: usize,
}

impl Expectations {
    /// The text of the file with exactly these failures of the subject listed. An entry that holds keeps its
    /// place, its reason, its comments and its pattern; if it has no stage or no mistake, it gets
    /// the one that all its cases share. What no longer fails is dropped. What is new is appended: an entry
    /// for each mistake, and one for each case that no mistake explains. A new file names the subject.
    ///
    /// # Errors
    /// [`ExpectationError`] if the text cannot be edited.
    pub fn updated(
        &self,
        subject: &str,
        failures: &[Failure],
    ) -> Result<Updated, ExpectationError> {
        let fail = |error: &toml_edit::TomlError| ExpectationError {
            file: self.file.clone(),
            line: line_of(&self.text, error.span().map_or(0, |span| span.start)),
            problem: error.message().to_owned(),
        };
        let mut document: DocumentMut = self.text.parse().map_err(|error| fail(&error))?;
        if self.text.trim().is_empty() {
            document.insert("subject", value(subject));
        }
        let item = document.entry("known").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let Some(tables) = item.as_array_of_tables_mut() else {
            let problem = "known: expected tables, `[[known]]`".to_owned();
            return Err(ExpectationError { file: self.file.clone(), line: 1, problem });
        };
        let before = tables.len();
        let (weak, others) = self.edit(tables, failures);
        let kept = tables.len();
        for entry in new_entries(self.side, &others, &self.entries) {
            tables.push(entry);
        }
        let (added, removed) = (tables.len() - kept, before - kept);
        document.remove("undisclosed");
        if !weak.is_empty() {
            let cases = weak.iter().map(|failure| (&failure.id[..], failure.verdict));
            let before = self.undisclosed.as_ref().map(|(_, undisclosed)| undisclosed);
            let record = Undisclosed::of(cases, before);
            document.insert("undisclosed", Item::Table(record.table()));
        }
        Ok(Updated { text: document.to_string(), added, kept, removed })
    }

    /// Keeps the entries that hold and drops the others. Returns the failures that none of them lists: what a
    /// verifier lets pass, and the rest.
    fn edit<'f>(
        &self,
        tables: &mut ArrayOfTables,
        failures: &'f [Failure],
    ) -> (Vec<&'f Failure>, Vec<&'f Failure>) {
        let mut listed: BTreeSet<&str> = BTreeSet::new();
        let mut dropped = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if entry.side != self.side {
                continue;
            }
            let own = |failure: &&Failure| match &entry.scope {
                Scope::Cases(..) => {
                    self.entry(&failure.id).is_some_and(|first| std::ptr::eq(first, entry))
                }
                Scope::Mistake(mistake) => {
                    self.listed_set_of(failure).is_some_and(|set| set.contains(mistake))
                }
            };
            let cases: Vec<&Failure> = failures.iter().filter(own).collect();
            let by_mistake = matches!(entry.scope, Scope::Mistake(_));
            let holds = !cases.is_empty()
                && (by_mistake || cases.iter().all(|failure| entry.excuses(failure)));
            let Some(table) = tables.get_mut(index).filter(|_| holds) else {
                dropped.push(index);
                continue;
            };
            listed.extend(cases.iter().map(|failure| &failure.id[..]));
            if !by_mistake && self.side == Side::Signer {
                pin(table, entry, &cases);
            }
        }
        for index in dropped.into_iter().rev() {
            tables.remove(index);
        }
        let is_new = |failure: &&Failure| !listed.contains(&failure.id[..]);
        failures.iter().filter(is_new).partition(|failure| failure.is_weakness)
    }

    fn listed_set_of<'f>(&self, failure: &'f Failure) -> Option<&'f [String]> {
        let explained: Vec<&[String]> = failure.explained.iter().map(Vec::as_slice).collect();
        self.listed_set(&failure.id, failure.verdict, failure.stage, &explained)
    }
}

/// Adds the stage and the mistake that all cases of an entry share.
fn pin(table: &mut Table, entry: &Entry, cases: &[&Failure]) {
    let shared = |of: &dyn Fn(&Failure) -> Option<String>| {
        let first = of(cases[0])?;
        cases.iter().all(|failure| of(failure).as_ref() == Some(&first)).then_some(first)
    };
    let stage = shared(&|failure| failure.stage.map(|stage| stage.as_str().to_owned()));
    if let (None, Some(stage)) = (entry.stage, stage) {
        table.insert("stage", value(stage));
    }
    let mistake = shared(&|failure| failure.mistake().cloned());
    if let (Scope::Cases(_, None), Some(mistake)) = (&entry.scope, mistake) {
        table.insert("mistake", value(mistake));
    }
}

/// Entries for these failures, with the reason and the issue of the entry that listed a case before.
fn new_entries(side: Side, failures: &[&Failure], before: &[Entry]) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut by_mistake: BTreeSet<(&str, &str)> = BTreeSet::new();
    for failure in failures {
        // A ruling is one of two: of a verifier that gets much wrong, some cases look like any mistake.
        let set = failure.explained.first().filter(|set| side == Side::Signer && !set.is_empty());
        if let Some(set) = set {
            for mistake in set {
                if by_mistake.insert((mistake, failure.verdict.as_str())) {
                    tables.push(for_mistake(side, mistake, failure.verdict));
                }
            }
            continue;
        }
        let same = |entry: &&Entry| {
            entry.side == side && entry.lists(&failure.id) && entry.verdict == failure.verdict
        };
        tables.push(for_case(side, failure, before.iter().find(same)));
    }
    tables
}

fn for_mistake(side: Side, mistake: &str, verdict: Verdict) -> Table {
    let mut table = Table::new();
    table.insert("mistake", value(mistake));
    mark(&mut table, side);
    table.insert("verdict", value(verdict.as_str()));
    let title = Mistake::from_id(mistake).map_or(mistake, |mistake| &mistake.entry().title[..]);
    table.insert("reason", value(title));
    table
}

fn for_case(side: Side, failure: &Failure, before: Option<&Entry>) -> Table {
    let mut table = Table::new();
    table.insert("case", value(&failure.id));
    mark(&mut table, side);
    table.insert("verdict", value(failure.verdict.as_str()));
    if let Some(stage) = failure.stage {
        table.insert("stage", value(Stage::as_str(stage)));
    }
    let reason = before.map_or(&failure.summary, |entry| &entry.known.reason);
    table.insert("reason", value(reason));
    if let Some(issue) = before.map(|entry| &entry.known.issue).filter(|issue| !issue.is_empty()) {
        table.insert("issue", value(issue));
    }
    if let Some(until) = before.and_then(|entry| entry.until) {
        table.insert("until", value(until.to_string()));
    }
    table
}

/// Names the side of an entry, unless it is the usual one.
fn mark(table: &mut Table, side: Side) {
    if side != Side::default() {
        table.insert("side", value(side.as_str()));
    }
}
