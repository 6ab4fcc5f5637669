//! Known failures (`sigv4-conformance.toml`), checked strictly: an entry whose case passes, fails
//! in another way or is not asked, a pattern that matches nothing, and a mistake that explains no failure,
//! fail the run.

mod entry;
mod outcome;
mod stale;
mod undisclosed;
mod update;

use serde::Deserialize;
use sigv4_protocol::{Side, Stage};
use sigv4_vectors::plain::in_plain_words;
use toml::Spanned;

use entry::{Entry, Record, Scope};
use undisclosed::Undisclosed;

use crate::judge::Verdict;

pub use entry::{Explanations, Known};
pub use outcome::{Failure, Outcome};
pub use stale::Stale;
pub use update::Updated;

/// The file name that is looked for.
pub const FILE_NAME: &str = "sigv4-conformance.toml";

/// What is known to fail.
#[derive(Debug, Default)]
pub struct Expectations {
    side: Side,
    file: String,
    text: String,
    /// The subject that the list is of, and the line that names it.
    subject: Option<(usize, String)>,
    entries: Vec<Entry>,
    undisclosed: Option<(usize, Undisclosed)>,
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
    subject: Option<Spanned<String>>,
    #[serde(default)]
    known: Vec<Spanned<Record>>,
    #[serde(default)]
    undisclosed: Option<Spanned<Undisclosed>>,
}

impl Expectations {
    /// Reads the text of `file`, for a run that tests this side. Entries of the other side are read,
    /// and apply to nothing.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown key, neither `case` nor `mistake`, an empty `reason` or `issue`, a
    /// verdict that cannot be expected, an unknown stage or mistake, an invalid glob, an `until` that is not
    /// a date.
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
        let starts: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        for record in document.known {
            let at = record.span().start;
            let line = starts.partition_point(|start| *start <= at) + 1;
            let entry = Entry::read(line, record.into_inner());
            entries.push(entry.map_err(|problem| fail(at, problem))?);
        }
        let undisclosed = document
            .undisclosed
            .map(|undisclosed| (line_of(text, undisclosed.span().start), undisclosed.into_inner()));
        let subject = document
            .subject
            .map(|subject| (line_of(text, subject.span().start), subject.into_inner()));
        let (file, text) = (file.to_owned(), text.to_owned());
        Ok(Self { side, file, text, subject, entries, undisclosed })
    }

    /// Checks that the list is of the subject of this name. A list that names no subject is of any.
    ///
    /// # Errors
    /// The list is of another subject, whose failures excuse nothing here.
    pub fn check_subject(&self, name: &str) -> Result<(), ExpectationError> {
        match &self.subject {
            Some((line, subject)) if subject != name => Err(ExpectationError {
                file: self.file.clone(),
                line: *line,
                problem: format!(
                    "this is the list of `{subject}`, but the subject calls itself `{name}`: give its own list \
                     with --expect FILE, or correct the name here"
                ),
            }),
            _ => Ok(()),
        }
    }

    /// Why this verdict on this case was expected, if it was. Whether a pinned mistake is the one
    /// behind it is known only after the run, and is reported by [`Expectations::stale`].
    #[must_use]
    pub fn known(&self, id: &str, verdict: Verdict, stage: Option<Stage>) -> Option<&Known> {
        let entry = self.entry(id)?;
        entry.allows(verdict, stage).then_some(&entry.known)
    }

    /// Whether an entry for a mistake, wherever it shows, may turn out to be about this case.
    #[must_use]
    pub fn may_be_known(&self, id: &str, verdict: Verdict, stage: Option<Stage>) -> bool {
        self.entry(id).is_none() && self.of_mistakes(verdict, stage).next().is_some()
    }

    /// Why a failure with these explanations was expected: all mistakes of one of them are listed.
    #[must_use]
    pub fn known_by_mistake(
        &self,
        id: &str,
        verdict: Verdict,
        stage: Option<Stage>,
        explained: &[&[String]],
    ) -> Option<Known> {
        let set = self.listed_set(id, verdict, stage, explained)?;
        let behind = self
            .of_mistakes(verdict, stage)
            .filter(|(mistake, _)| set.iter().any(|id| id == mistake));
        let (mut reasons, mut issues) = (Vec::new(), Vec::new());
        for (_, entry) in behind {
            reasons.push(&entry.known.reason[..]);
            issues.extend(Some(&entry.known.issue[..]).filter(|issue| !issue.is_empty()));
        }
        Some(Known { reason: reasons.join("; "), issue: issues.join(", ") })
    }

    /// Why it is known that a verifier lets pass what it has to reject, where that is recorded without
    /// the cases. Whether they are the recorded ones is known only after the run.
    #[must_use]
    pub fn known_weakness(&self, id: &str) -> Option<Known> {
        let (_, undisclosed) = self.undisclosed.as_ref().filter(|_| self.entry(id).is_none())?;
        let Undisclosed { reason, issue, .. } = undisclosed;
        Some(Known { reason: reason.clone(), issue: issue.clone() })
    }

    /// The first explanation of a case that no other entry lists of which every mistake has an entry.
    fn listed_set<'e>(
        &self,
        id: &str,
        verdict: Verdict,
        stage: Option<Stage>,
        explained: &[&'e [String]],
    ) -> Option<&'e [String]> {
        let has_entry =
            |id: &String| self.of_mistakes(verdict, stage).any(|(mistake, _)| mistake == id);
        let listed = |set: &&&[String]| !set.is_empty() && set.iter().all(has_entry);
        explained.iter().find(listed).copied().filter(|_| self.entry(id).is_none())
    }

    /// The entries for mistakes, wherever they show, that allow this verdict.
    fn of_mistakes(
        &self,
        verdict: Verdict,
        stage: Option<Stage>,
    ) -> impl Iterator<Item = (&str, &Entry)> {
        let own = move |entry: &&Entry| entry.side == self.side && entry.allows(verdict, stage);
        self.entries.iter().filter(own).filter_map(|entry| match &entry.scope {
            Scope::Mistake(mistake) => Some((&mistake[..], entry)),
            Scope::Cases(..) => None,
        })
    }

    /// The entry that lists a case by its id.
    fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.side == self.side && entry.lists(id))
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
            include_str!("../../expectations/aws-sigv4.toml"),
        ),
        _ => Ok(Expectations::default()),
    }
}

/// The line of a place in a text, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::civil::Date;
    use sigv4_vectors::Vectors;

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
            (known, stale.len(), list.updated("model", &[]).expect("a list").text.contains(id))
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

    #[test]
    fn the_side_of_an_entry_is_that_of_its_cases() {
        let text = LIST.replace("side = \"verifier\"\n", "").replace("official/", "verifier/");
        let list = Expectations::parse(Side::Verifier, "list", &text).expect("a list");
        let id = "verifier/sigv4/header/get-vanilla";
        assert!(list.known(id, Verdict::Mismatch, None).is_some());
    }

    /// What a verifier lets pass is recorded without being named, and a change of it shows.
    #[test]
    fn weaknesses_are_recorded_without_their_cases() {
        let ids = ["verifier/sigv4/target/get-method", "verifier/sigv4/target/get-path"];
        let failure = |id: &&str| Failure {
            id: (*id).to_owned(),
            verdict: Verdict::Accept,
            stage: None,
            explained: Vec::new(),
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
        let text = empty
            .updated("model", &ids.iter().map(failure).collect::<Vec<_>>())
            .expect("a list")
            .text;
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
        // A part of the cases can only be too many.
        assert_eq!(stale(true, &ids[..1]), [""; 0]);
        let three = [ids[0], ids[1], "verifier/sigv4/target/get-path-case"];
        assert_eq!(stale(true, &three).len(), 1);
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
        let none = list.updated("model", &[]).expect("a list").text;
        assert!(!none.contains("undisclosed"), "{none}");
    }
}
