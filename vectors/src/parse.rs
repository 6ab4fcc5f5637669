//! From the text of one file to its cases, with a place for all that is wrong.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::agree::disagreement;
use crate::errata::{self, Erratum, Outcome};
use crate::model::{Case, File, Placement, Signing, Topic};
use crate::plain::in_plain_words;
use crate::problem::{Problem, ProblemKind};

/// A file as text, able to say where something stands in it.
pub(crate) struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

impl<'a> Source<'a> {
    pub(crate) fn new(path: &'a str, bytes: &'a [u8]) -> Result<Self, Problem> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { path, text }),
            Err(error) => {
                let (text, _) = bytes.split_at(error.valid_up_to());
                let source = Self { path, text: std::str::from_utf8(text).unwrap_or_default() };
                Err(source.problem(text.len(), None, ProblemKind::NotUtf8))
            }
        }
    }

    /// Reads a vector file: what needs no other file. Without a sound place or sound JSON that is a
    /// problem.
    pub(crate) fn read(&self) -> Result<(Place<'a>, File), Problem> {
        Ok((self.place()?, self.file()?))
    }

    /// Holds a file that was read against its place and the other files: adds its ids with their file
    /// to `ids`, and all that is wrong with its cases to `problems`.
    pub(crate) fn topic(
        &self,
        (place, file): (Place<'a>, File),
        ids: &mut BTreeMap<String, &'a str>,
        problems: &mut Vec<Problem>,
    ) -> Topic {
        if file.cases.is_empty() {
            problems.push(self.problem(0, None, ProblemKind::NoCases));
        }
        let mut behind = 0;
        for case in &file.cases {
            // Cases come in the order of the text, so each id stands behind the one before.
            let offset = self.offset_of(&case.id, behind);
            behind = offset + 1;
            let mut wrong = place.wrong_with(case, &file);
            match ids.entry(case.id.clone()) {
                Entry::Vacant(entry) => _ = entry.insert(self.path),
                Entry::Occupied(entry) => {
                    wrong.push(ProblemKind::DuplicateId { first: (*entry.get()).to_owned() });
                }
            }
            problems
                .extend(wrong.into_iter().map(|kind| self.problem(offset, Some(&case.id), kind)));
        }
        let used: BTreeSet<&String> = file.cases.iter().flat_map(|case| &case.flags).collect();
        for flag in file.flags.keys().filter(|flag| !used.contains(flag)) {
            let kind = ProblemKind::UnusedFlag { flag: flag.clone() };
            problems.push(self.problem(self.offset_of(flag, 0), None, kind));
        }
        Topic { path: self.path.to_owned(), file }
    }

    /// What contradicts itself in the cases of a file. The embedded ones do not: a test of this crate loads them.
    pub(crate) fn disagreements(&self, topic: &Topic, problems: &mut Vec<Problem>) {
        let mut behind = 0;
        for case in &topic.file.cases {
            let offset = self.offset_of(&case.id, behind);
            behind = offset + 1;
            let kinds = case.calls().iter().filter_map(disagreement);
            problems.extend(kinds.map(|kind| self.problem(offset, Some(&case.id), kind)));
        }
    }

    /// Reads the errata and holds them against the cases that `exists` knows.
    pub(crate) fn errata(
        &self,
        exists: impl Fn(&str) -> bool,
        problems: &mut Vec<Problem>,
    ) -> Vec<Erratum> {
        let errata = errata::parse(self.text).unwrap_or_else(|(message, span)| {
            problems.push(self.problem(span.start, None, ProblemKind::Format(message)));
            Vec::new()
        });
        for (erratum, id) in errata.iter().flat_map(|one| one.ids.iter().map(move |id| (one, id))) {
            let kind = match (erratum.outcome, exists(id)) {
                (Outcome::LeftOut, true) => ProblemKind::ErratumAgainstCase,
                (Outcome::Corrected | Outcome::Kept, false) => ProblemKind::ErratumWithoutCase,
                _ => continue,
            };
            problems.push(self.problem(self.offset_of(id, 0), Some(id), kind));
        }
        errata
    }

    /// A problem at a byte of the text.
    fn problem(&self, offset: usize, case: Option<&str>, kind: ProblemKind) -> Problem {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Problem {
            file: self.path.to_owned(),
            line: before.split(|byte| *byte == b'\n').count(),
            column: before.len() - line_start + 1,
            case: case.map(str::to_owned),
            kind,
        }
    }

    fn place(&self) -> Result<Place<'a>, Problem> {
        let parts: Vec<&str> = self.path.split('/').collect();
        let [suite, family, topic] = parts[..] else {
            return Err(self.problem(0, None, ProblemKind::Place));
        };
        if !is_name(suite) {
            return Err(self.problem(0, None, ProblemKind::SuiteName { folder: suite.to_owned() }));
        }
        Ok(Place { suite, family, topic: topic.strip_suffix(".json").unwrap_or(topic) })
    }

    fn file(&self) -> Result<File, Problem> {
        serde_json::from_str(self.text).map_err(|error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let message = error.to_string();
            let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
            let lines = self.text.split_inclusive('\n').take(error.line().saturating_sub(1));
            let line_start: usize = lines.map(str::len).sum();
            let offset = line_start + error.column().saturating_sub(1);
            let message = in_plain_words(&message, "an object");
            self.problem(offset, self.last_id_before(offset), ProblemKind::Format(message))
        })
    }

    /// The value of the last field `id` before a byte of the text.
    fn last_id_before(&self, offset: usize) -> Option<&'a str> {
        let (_, behind) = self.text.get(..offset)?.rsplit_once("\"id\"")?;
        behind.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split('"').next()
    }

    /// Where a string stands in quotes, at or behind `from`; the start if it is nowhere.
    fn offset_of(&self, string: &str, from: usize) -> usize {
        let behind = self.text.get(from..).unwrap_or_default();
        behind.find(&format!("\"{string}\"")).map_or(0, |at| from + at)
    }
}

/// Whether a text can be the name of a case or of a suite.
pub(crate) fn is_name(text: &str) -> bool {
    let is_allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// What the path of a file says about its cases.
pub(crate) struct Place<'a> {
    suite: &'a str,
    family: &'a str,
    topic: &'a str,
}

impl Place<'_> {
    fn wrong_with(&self, case: &Case, file: &File) -> Vec<ProblemKind> {
        let mut wrong = Vec::new();
        let name = case.id.rsplit('/').next().unwrap_or_default();
        if !is_name(name) {
            wrong.push(ProblemKind::WrongName { name: name.to_owned() });
        }
        let expected = format!("{}/{}/{}/{name}", self.suite, self.family, self.topic);
        if case.id != expected {
            wrong.push(ProblemKind::WrongId { expected });
        }
        if case.family != self.family {
            wrong.push(ProblemKind::WrongFamily {
                family: case.family.clone(),
                folder: self.family.to_owned(),
            });
        }
        for flag in case.flags.iter().filter(|flag| !file.flags.contains_key(*flag)) {
            wrong.push(ProblemKind::UnexplainedFlag { flag: flag.clone() });
        }
        let misfit = |signing: &&Signing| {
            signing.input.expires.is_some() != (signing.placement == Placement::Query)
        };
        if let Some(signing) = case.calls().iter().find(misfit) {
            wrong.push(ProblemKind::Expires { placement: signing.placement });
        }
        wrong
    }
}
