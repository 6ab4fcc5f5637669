//! Known failures (`sigv4-conformance.toml`), held to honesty: an entry whose case passes, fails
//! otherwise or is not asked, and a pattern that fits nothing, fail the run.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sigv4_vectors::Vectors;
use toml::Spanned;

use crate::judge::Verdict;
use crate::selection::Pattern;

/// The name under which the file is looked for.
pub const FILE_NAME: &str = "sigv4-conformance.toml";

/// The verdicts that can be expected. An error cannot: a run with a broken adapter proves nothing.
const EXPECTABLE: [Verdict; 3] =
    [Verdict::Mismatch, Verdict::Unsupported, Verdict::Unrepresentable];

/// What is known to fail.
#[derive(Debug, Default)]
pub struct Expectations {
    file: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    pattern: Pattern,
    verdict: Verdict,
    known: Known,
    until: Option<Date>,
}

/// Why a failure is known.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The reason in words.
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

/// What became of a case, as far as expectations care.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It was not asked, since the subject declares that it does no such thing.
    NotAsked,
    /// It was asked.
    Judged(Verdict),
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
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Record {
    case: String,
    verdict: String,
    reason: String,
    issue: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl Expectations {
    /// Reads the text of `file`.
    ///
    /// # Errors
    /// Text that is no TOML, an unknown key, an empty `reason` or `issue`, a verdict that cannot be
    /// expected, a pattern that is no glob, an `until` that is no date.
    pub fn parse(file: &str, text: &str) -> Result<Self, ExpectationError> {
        let fail = |at: usize, problem: String| ExpectationError {
            file: file.to_owned(),
            line: line_of(text, at),
            problem,
        };
        let document: Document = toml::from_str(text).map_err(|error| {
            fail(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let mut entries = Vec::new();
        for record in document.known {
            let at = record.span().start;
            let entry = Entry::read(line_of(text, at), record.into_inner());
            entries.push(entry.map_err(|problem| fail(at, problem))?);
        }
        Ok(Self { file: file.to_owned(), entries })
    }

    /// Why this verdict on this case was to be expected, if it was.
    #[must_use]
    pub fn known(&self, id: &str, verdict: Verdict) -> Option<&Known> {
        self.entry(id).filter(|entry| entry.verdict == verdict).map(|entry| &entry.known)
    }

    /// All entries that do not hold after a run with these outcomes.
    ///
    /// On a partial run, an entry for cases that were not selected is left alone.
    #[must_use]
    pub fn stale(
        &self,
        vectors: &Vectors,
        outcomes: &HashMap<&str, Outcome>,
        today: Date,
    ) -> Vec<Stale> {
        let mut stale = Vec::new();
        for entry in &self.entries {
            let mut say = |problem: String| {
                stale.push(Stale { file: self.file.clone(), line: entry.line, problem });
            };
            if let Some(until) = entry.until.filter(|until| *until < today) {
                say(format!(
                    "the entry was good until {until}; today is {today}: remove it, or look again and say until when"
                ));
            }
            let fitting: Vec<&str> = vectors
                .cases()
                .map(|case| &case.id[..])
                .filter(|id| entry.pattern.fits(id))
                .collect();
            if fitting.is_empty() {
                say(format!("`{}` fits no vector", entry.pattern.text()));
            }
            for id in fitting {
                let first = self.entry(id).map_or(entry.line, |first| first.line);
                if first != entry.line {
                    say(format!("{id} is listed already at line {first}"));
                    continue;
                }
                match outcomes.get(id) {
                    None => {}
                    Some(Outcome::Judged(verdict)) if *verdict == entry.verdict => {}
                    Some(Outcome::Judged(verdict)) if verdict.conforms() => say(format!(
                        "{id} is listed as {} and is {verdict}: remove the entry",
                        entry.verdict
                    )),
                    Some(Outcome::Judged(verdict)) => {
                        say(format!("{id} is listed as {} and is {verdict}", entry.verdict));
                    }
                    Some(Outcome::NotAsked) => {
                        say(format!("{id} is listed as {} and was not asked", entry.verdict));
                    }
                }
            }
        }
        stale
    }

    /// The text of a file that lists these failures: what is listed already keeps its words.
    #[must_use]
    pub fn updated(&self, failures: &[(String, Verdict, String)]) -> String {
        let mut text = String::new();
        for (id, verdict, summary) in failures {
            let kept = self.entry(id).filter(|entry| entry.verdict == *verdict);
            let record = Record {
                case: id.clone(),
                verdict: verdict.as_str().to_owned(),
                reason: kept.map_or_else(|| summary.clone(), |entry| entry.known.reason.clone()),
                issue: kept.map_or_else(String::new, |entry| entry.known.issue.clone()),
                until: kept.and_then(|entry| entry.until).map(|date| date.to_string()),
            };
            // A record of strings always serialises.
            let fields = toml::to_string(&record).unwrap_or_default();
            text.push_str("[[known]]\n");
            text.push_str(&fields);
            text.push('\n');
        }
        text
    }

    fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.pattern.fits(id))
    }
}

/// The list of a built-in subject; empty where it is known to fail nothing.
///
/// # Errors
/// Those of the list's text, which a test rules out.
pub fn built_in(name: &str) -> Result<Expectations, ExpectationError> {
    match name {
        "aws-sigv4" => Expectations::parse(
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
        let until = record.until.map(|text| {
            text.parse::<Date>().map_err(|_| format!("until `{text}`: expected YYYY-MM-DD"))
        });
        Ok(Self {
            line,
            pattern: Pattern::new(&record.case).map_err(|error| format!("case {error}"))?,
            verdict,
            known: Known { reason: record.reason, issue: record.issue },
            until: until.transpose()?,
        })
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}
