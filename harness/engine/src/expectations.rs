//! Known failures (`sigv4-conformance.toml`), checked strictly: an entry whose case passes, fails
//! in another way or is not asked, and a pattern that matches nothing, fail the run.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sigv4_mistakes::Mistake;
use sigv4_protocol::hex::hex;
use sigv4_protocol::{Side, Stage};
use sigv4_vectors::Vectors;
use sigv4_vectors::plain::in_plain_words;
use toml::Spanned;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::judge::Verdict;
use crate::selection::Pattern;

/// The file name that is looked for.
pub const FILE_NAME: &str = "sigv4-conformance.toml";

/// The verdicts that can be expected. An error can be expected only if the subject itself answers
/// it: a run with a broken adapter proves nothing.
const EXPECTABLE: [Verdict; 6] = [
    Verdict::Mismatch,
    Verdict::Accept,
    Verdict::Reject,
    Verdict::Unsupported,
    Verdict::Unrepresentable,
    Verdict::Error,
];

/// What is known to fail.
#[derive(Debug, Default)]
pub struct Expectations {
    side: Side,
    file: String,
    text: String,
    entries: Vec<Entry>,
    undisclosed: Option<(usize, Undisclosed)>,
}

/// What a verifier wrongly lets pass, without saying what: a list of it would be a list of ways around its
/// checks. The cases are those that must be rejected and are accepted, or end with an error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Undisclosed {
    /// How many cases there are.
    count: usize,
    /// The SHA-256 of their ids with the verdicts, in the order of the ids.
    sha256: String,
    /// Why they are known, as text.
    reason: String,
    /// Where it is being followed.
    #[serde(default)]
    issue: String,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    side: Side,
    pattern: Pattern,
    verdict: Verdict,
    stage: Option<Stage>,
    mistake: Option<String>,
    known: Known,
    until: Option<Date>,
}

/// Why a failure is known.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The reason, as text.
    pub reason: String,
    /// Where it is being followed.
    pub issue: String,
}

/// An entry that does not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stale {
    /// The file.
    pub file: String,
    /// The line at which the entry begins, from 1.
    pub line: usize,
    /// What does not hold.
    pub problem: String,
}

/// The result of a case, as far as expectations need it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It was not asked, because the subject declares that it does not support it.
    NotAsked,
    /// It was asked.
    Judged {
        /// The verdict.
        verdict: Verdict,
        /// The first stage that differs, of a mismatch.
        stage: Option<Stage>,
        /// Whether it is what the vector expects.
        conforms: bool,
        /// Whether a verifier let pass what it has to reject.
        is_weakness: bool,
    },
}

/// A case that does not conform, for the list of known failures.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// The case's id.
    pub id: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The first stage that differs, of a mismatch.
    pub stage: Option<Stage>,
    /// The mistake behind it, if there is exactly one.
    pub mistake: Option<String>,
    /// What differs, in a sentence.
    pub summary: String,
    /// Whether a verifier let pass what it has to reject.
    pub is_weakness: bool,
}

/// A file that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct ExpectationError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there and what was expected.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    known: Vec<Spanned<Record>>,
    #[serde(default)]
    undisclosed: Option<Spanned<Undisclosed>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    case: String,
    /// The signer if it is left out: one list may serve both sides of a project.
    #[serde(default)]
    side: Side,
    verdict: String,
    #[serde(default)]
    stage: Option<String>,
    #[serde(default)]
    mistake: Option<String>,
    reason: String,
    issue: String,
    #[serde(default)]
    until: Option<String>,
}

impl Expectations {
    /// Reads the text of `file`, for a run that tests this side. Entries of the other side are read,
    /// and apply to nothing.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown key, an empty `reason` or `issue`, a verdict that cannot
    /// be expected, an unknown stage or mistake, an invalid glob, an `until` that is not a date.
    pub fn parse(side: Side, file: &str, text: &str) -> Result<Self, ExpectationError> {
        let fail = |at: usize, problem: String| ExpectationError {
            file: file.to_owned(),
            line: line_of(text, at),
            problem,
        };
        let document: Document = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            fail(at, in_plain_words(error.message(), "a table"))
        })?;
        let mut entries = Vec::new();
        for record in document.known {
            let at = record.span().start;
            let entry = Entry::read(line_of(text, at), record.into_inner());
            entries.push(entry.map_err(|problem| fail(at, problem))?);
        }
        let undisclosed = document
            .undisclosed
            .map(|undisclosed| (line_of(text, undisclosed.span().start), undisclosed.into_inner()));
        Ok(Self { side, file: file.to_owned(), text: text.to_owned(), entries, undisclosed })
    }

    /// Why this verdict on this case was expected, if it was. Whether a pinned mistake is the one
    /// behind it is known only after the run, and is reported by [`Expectations::stale`].
    #[must_use]
    pub fn known(&self, id: &str, verdict: Verdict, stage: Option<Stage>) -> Option<&Known> {
        let entry = self.entry(id)?;
        let stage_holds = entry.stage.is_none() || entry.stage == stage;
        (entry.verdict == verdict && stage_holds).then_some(&entry.known)
    }

    /// Why it is known that a verifier lets pass what it has to reject, where that is recorded without
    /// the cases. Whether they are the recorded ones is known only after the run.
    #[must_use]
    pub fn known_weakness(&self, id: &str) -> Option<Known> {
        let (_, undisclosed) = self.undisclosed.as_ref().filter(|_| self.entry(id).is_none())?;
        let Undisclosed { reason, issue, .. } = undisclosed;
        Some(Known { reason: reason.clone(), issue: issue.clone() })
    }

    /// How what a verifier lets pass differs from what is recorded.
    fn stale_weaknesses(&self, outcomes: &HashMap<String, Outcome>) -> Option<Stale> {
        let (line, undisclosed) = self.undisclosed.as_ref()?;
        let weaknesses = outcomes.iter().filter_map(|(id, outcome)| match outcome {
            Outcome::Judged { verdict, is_weakness: true, .. } if self.entry(id).is_none() => {
                Some((&id[..], *verdict))
            }
            _ => None,
        });
        let (count, sha256) = digest(weaknesses);
        let problem = format!(
            "{count} cases wrongly pass, {} are recorded{}: look at them, then use \
             --update-expectations",
            undisclosed.count,
            if count == undisclosed.count { ", and they are not the same" } else { "" }
        );
        let is_stale = sha256 != undisclosed.sha256;
        is_stale.then(|| Stale { file: self.file.clone(), line: *line, problem })
    }

    /// All entries that do not hold after a run with these outcomes.
    ///
    /// `mistakes` are those behind the mismatches, by case. On a partial run, an entry for cases
    /// that were not selected is left alone.
    #[must_use]
    pub fn stale(
        &self,
        is_partial: bool,
        vectors: &Vectors,
        outcomes: &HashMap<String, Outcome>,
        mistakes: &HashMap<&str, Vec<&str>>,
        today: Date,
    ) -> Vec<Stale> {
        let mut stale = Vec::new();
        stale.extend(self.stale_weaknesses(outcomes).filter(|_| !is_partial));
        for entry in self.entries.iter().filter(|entry| entry.side == self.side) {
            let mut say = |problem: String| {
                stale.push(Stale { file: self.file.clone(), line: entry.line, problem });
            };
            if let Some(until) = entry.until.filter(|until| *until < today) {
                say(format!(
                    "the entry was valid until {until}; today is {today}: remove it, or check it again and set a \
                     new date"
                ));
            }
            let matching: Vec<&str> = vectors
                .cases()
                .map(|case| &case.id[..])
                .filter(|id| entry.pattern.matches(id))
                .collect();
            if matching.is_empty() {
                say(format!("`{}` matches no vector", entry.pattern.text()));
            }
            for id in matching {
                let first = self.entry(id).map_or(entry.line, |first| first.line);
                if first != entry.line {
                    say(format!("{id} is already listed at line {first}"));
                    continue;
                }
                let problem = outcomes.get(id).and_then(|outcome| {
                    let behind = mistakes.get(id).map_or(&[][..], Vec::as_slice);
                    entry.contradicted(*outcome, behind)
                });
                if let Some(problem) = problem {
                    say(format!("{id} {problem}"));
                }
            }
        }
        stale
    }

    /// The text of the file with exactly these failures listed. An entry that holds keeps its
    /// place, its reason, its comments and its pattern; if it has no stage or no mistake, it gets
    /// the one that all its cases share. What no longer fails is dropped, what is new is appended.
    ///
    /// # Errors
    /// [`ExpectationError`] if the text cannot be edited.
    pub fn updated(&self, failures: &[Failure]) -> Result<String, ExpectationError> {
        let fail = |error: &toml_edit::TomlError| ExpectationError {
            file: self.file.clone(),
            line: line_of(&self.text, error.span().map_or(0, |span| span.start)),
            problem: error.message().to_owned(),
        };
        let mut document: DocumentMut = self.text.parse().map_err(|error| fail(&error))?;
        let item = document.entry("known").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let Some(tables) = item.as_array_of_tables_mut() else {
            let problem = "known: expected tables, `[[known]]`".to_owned();
            return Err(ExpectationError { file: self.file.clone(), line: 1, problem });
        };
        let mut listed: Vec<&str> = Vec::new();
        let mut dropped = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if entry.side != self.side {
                continue;
            }
            let own = |failure: &&Failure| {
                self.entry(&failure.id).is_some_and(|first| std::ptr::eq(first, entry))
            };
            let cases: Vec<&Failure> = failures.iter().filter(own).collect();
            let holds = !cases.is_empty() && cases.iter().all(|failure| entry.excuses(failure));
            let Some(table) = tables.get_mut(index).filter(|_| holds) else {
                dropped.push(index);
                continue;
            };
            listed.extend(cases.iter().map(|failure| &failure.id[..]));
            let shared = |of: fn(&Failure) -> Option<&str>| {
                let first = of(cases[0])?;
                cases.iter().all(|failure| of(failure) == Some(first)).then_some(first)
            };
            if let (None, Some(stage)) = (entry.stage, shared(|f| f.stage.map(Stage::as_str))) {
                table.insert("stage", value(stage));
            }
            if let (None, Some(mistake)) = (&entry.mistake, shared(|f| f.mistake.as_deref())) {
                table.insert("mistake", value(mistake));
            }
        }
        let is_new = |failure: &&Failure| !listed.contains(&&failure.id[..]);
        let (weak, other): (Vec<&Failure>, Vec<&Failure>) =
            failures.iter().filter(is_new).partition(|failure| failure.is_weakness);
        for failure in other {
            let before = self.entry(&failure.id).filter(|entry| entry.verdict == failure.verdict);
            tables.push(listing(self.side, failure, before));
        }
        for index in dropped.into_iter().rev() {
            tables.remove(index);
        }
        document.remove("undisclosed");
        if !weak.is_empty() {
            let cases = weak.iter().map(|failure| (&failure.id[..], failure.verdict));
            document.insert("undisclosed", Item::Table(self.undisclosing(cases)));
        }
        Ok(document.to_string())
    }

    /// The record of cases that are not named.
    fn undisclosing<'c>(&self, cases: impl Iterator<Item = (&'c str, Verdict)>) -> Table {
        let (count, sha256) = digest(cases);
        let before = self.undisclosed.as_ref().map(|(_, undisclosed)| undisclosed);
        let reason = before.map_or("accepts what must be rejected", |before| &before.reason);
        let mut table = Table::new();
        table.insert("count", value(i64::try_from(count).unwrap_or(i64::MAX)));
        table.insert("sha256", value(sha256));
        table.insert("reason", value(reason));
        if let Some(before) = before.filter(|before| !before.issue.is_empty()) {
            table.insert("issue", value(&before.issue));
        }
        table
    }

    fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.side == self.side && entry.pattern.matches(id))
    }
}

/// The list of a built-in subject; empty if it has no known failures.
///
/// # Errors
/// Errors in the text of the list, which a test rules out.
pub fn built_in(side: Side, name: &str) -> Result<Expectations, ExpectationError> {
    match name {
        "aws-sigv4" => Expectations::parse(
            side,
            "harness/engine/expectations/aws-sigv4.toml",
            include_str!("../expectations/aws-sigv4.toml"),
        ),
        _ => Ok(Expectations::default()),
    }
}

impl Entry {
    fn read(line: usize, record: Record) -> Result<Self, String> {
        for (key, value) in [("reason", &record.reason), ("issue", &record.issue)] {
            if value.trim().is_empty() {
                return Err(format!("`{key}` is empty: say why, and where it is being followed"));
            }
        }
        let verdict = EXPECTABLE.into_iter().find(|verdict| verdict.as_str() == record.verdict);
        let verdict = verdict.ok_or_else(|| {
            let words = EXPECTABLE.map(Verdict::as_str).join(", ");
            format!("verdict `{}`: expected one of {words}", record.verdict)
        })?;
        let stage = record.stage.map(|text| {
            let stage = Stage::ALL.into_iter().find(|stage| stage.as_str() == text);
            stage.ok_or_else(|| {
                let words = Stage::ALL.map(Stage::as_str).join(", ");
                format!("stage `{text}`: expected one of {words}")
            })
        });
        if let Some(id) = &record.mistake
            && Mistake::from_id(id).is_none()
        {
            let near = Mistake::near(id);
            let near = if near.is_empty() {
                "see `mistakes list`".to_owned()
            } else {
                format!("did you mean {}?", near.join(" or "))
            };
            return Err(format!("mistake `{id}`: unknown; {near}"));
        }
        let until = record.until.map(|text| {
            text.parse::<Date>().map_err(|_| format!("until `{text}`: expected YYYY-MM-DD"))
        });
        Ok(Self {
            line,
            side: record.side,
            pattern: Pattern::new(&record.case).map_err(|error| format!("case {error}"))?,
            verdict,
            stage: stage.transpose()?,
            mistake: record.mistake,
            known: Known { reason: record.reason, issue: record.issue },
            until: until.transpose()?,
        })
    }
}

impl Entry {
    /// Whether a failure is exactly what the entry says.
    fn excuses(&self, failure: &Failure) -> bool {
        self.verdict == failure.verdict
            && self.stage.is_none_or(|stage| Some(stage) == failure.stage)
            && self.mistake.as_ref().is_none_or(|id| Some(id) == failure.mistake.as_ref())
    }

    /// How the run contradicts the entry, as the rest of a sentence about the case.
    fn contradicted(&self, outcome: Outcome, mistakes: &[&str]) -> Option<String> {
        let Outcome::Judged { verdict, stage, conforms, .. } = outcome else {
            return Some(format!("is listed as {} and was not asked", self.verdict));
        };
        if verdict != self.verdict {
            let advice = if conforms { ": remove the entry" } else { "" };
            return Some(format!("is listed as {} and is {verdict}{advice}", self.verdict));
        }
        if let Some(listed) = self.stage.filter(|listed| Some(*listed) != stage) {
            let seen = stage.map_or("none", Stage::as_str);
            return Some(format!("is listed with the stage {listed}, and differs at {seen}"));
        }
        let listed = self.mistake.as_deref().filter(|listed| !mistakes.contains(listed))?;
        let seen =
            if mistakes.is_empty() { "no mistake".to_owned() } else { mistakes.join(" or ") };
        Some(format!("is listed with the mistake {listed}, and {seen} explains it"))
    }
}

/// How many cases there are, and the SHA-256 of all.
fn digest<'c>(cases: impl Iterator<Item = (&'c str, Verdict)>) -> (usize, String) {
    let mut lines: Vec<String> = cases.map(|(id, verdict)| format!("{id} {verdict}\n")).collect();
    lines.sort();
    (lines.len(), hex(&Sha256::digest(lines.concat())))
}

/// A new entry for a failure, with the reason and the issue of the entry that listed it before.
fn listing(side: Side, failure: &Failure, before: Option<&Entry>) -> Table {
    let mut table = Table::new();
    table.insert("case", value(&failure.id));
    if side != Side::default() {
        table.insert("side", value(side.as_str()));
    }
    table.insert("verdict", value(failure.verdict.as_str()));
    if let Some(stage) = failure.stage {
        table.insert("stage", value(stage.as_str()));
    }
    if let Some(mistake) = &failure.mistake {
        table.insert("mistake", value(mistake));
    }
    let reason = before.map_or(&failure.summary, |entry| &entry.known.reason);
    table.insert("reason", value(reason));
    table.insert("issue", value(before.map_or("", |entry| &entry.known.issue)));
    if let Some(until) = before.and_then(|entry| entry.until) {
        table.insert("until", value(until.to_string()));
    }
    table
}

/// The line of a place in a text, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One list for a project that has a signer and a verifier.
    const LIST: &str = r#"
[[known]]
case = "official/sigv4/header/get-vanilla"
side = "verifier"
verdict = "mismatch"
reason = "it refuses this one"
issue = "https://example.com/1"
"#;

    #[test]
    fn an_entry_of_the_other_side_applies_to_nothing_and_is_kept() {
        let id = "official/sigv4/header/get-vanilla";
        let outcome = Outcome::Judged {
            verdict: Verdict::Exact,
            stage: None,
            conforms: true,
            is_weakness: false,
        };
        let outcomes = HashMap::from([(id.to_owned(), outcome)]);
        let checked = |side| {
            let list = Expectations::parse(side, "list", LIST).expect("a list");
            let known = list.known(id, Verdict::Mismatch, None).is_some();
            let today = Date::constant(2026, 1, 1);
            let stale = list.stale(false, Vectors::embedded(), &outcomes, &HashMap::new(), today);
            (known, stale.len(), list.updated(&[]).expect("a list").contains(id))
        };
        assert_eq!(checked(Side::Signer), (false, 0, true));
        assert_eq!(checked(Side::Verifier), (true, 1, false));
        let wrong = LIST.replace("\"verifier\"", "\"server\"");
        let error = Expectations::parse(Side::Signer, "list", &wrong).expect_err("no side");
        assert_eq!(
            error.to_string(),
            "list:4: unknown word `server`: expected `signer` or `verifier`"
        );
    }

    /// What a verifier lets pass is recorded without being named, and a change of it shows.
    #[test]
    fn weaknesses_are_recorded_without_their_cases() {
        let ids = ["verifier/sigv4/target/get-method", "verifier/sigv4/target/get-path"];
        let failure = |id: &&str| Failure {
            id: (*id).to_owned(),
            verdict: Verdict::Accept,
            stage: None,
            mistake: None,
            summary: "it accepts".to_owned(),
            is_weakness: true,
        };
        let outcomes = |ids: &[&str]| -> HashMap<String, Outcome> {
            let outcome = Outcome::Judged {
                verdict: Verdict::Accept,
                stage: None,
                conforms: false,
                is_weakness: true,
            };
            ids.iter().map(|id| ((*id).to_owned(), outcome)).collect()
        };
        let empty = Expectations::parse(Side::Verifier, "list", "").expect("a list");
        assert_eq!(empty.known_weakness(ids[0]), None);
        let text = empty.updated(&ids.iter().map(failure).collect::<Vec<_>>()).expect("a list");
        assert!(!text.contains("target") && text.contains("count = 2"), "{text}");

        let list = Expectations::parse(Side::Verifier, "list", &text).expect("a list");
        assert!(list.known_weakness(ids[0]).is_some());
        let stale = |is_partial, ids: &[&str]| {
            let today = Date::constant(2026, 1, 1);
            let none = HashMap::new();
            let stale = list.stale(is_partial, Vectors::embedded(), &outcomes(ids), &none, today);
            stale.into_iter().map(|stale| stale.problem).collect::<Vec<_>>()
        };
        assert_eq!(stale(false, &ids), [""; 0]);
        // A part of the cases says nothing about all of them.
        assert_eq!(stale(true, &ids[..1]), [""; 0]);
        for (other, shown) in [
            (&ids[..1], "1 cases wrongly pass, 2 are recorded:"),
            (
                &[ids[0], "verifier/sigv4/target/get-path-case"],
                "2 cases wrongly pass, 2 are recorded, and they are not the same:",
            ),
        ] {
            let problems = stale(false, other);
            assert!(problems.len() == 1 && problems[0].contains(shown), "{problems:?}");
        }
        let none = list.updated(&[]).expect("a list");
        assert!(!none.contains("undisclosed"), "{none}");
    }
}
