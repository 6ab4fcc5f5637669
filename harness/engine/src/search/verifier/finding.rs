//! What a search for verifiers reports.

use std::cmp::Reverse;
use std::time::Duration;

use serde::{Serialize, Serializer};
use sigv4_protocol::Question;
use sigv4_vectors::model::{Ruling, VerificationInput};

use super::super::add_counts;
use super::super::finding::Replay;
use super::Counts;
use crate::judge::Verdict;

/// Everything that a search found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Name and version of the subject.
    pub subject: String,
    /// The seed.
    pub seed: u64,
    /// Where the next search, of the same shard, has to start to leave out no case.
    pub next: u64,
    /// How many cases were asked.
    pub cases: u64,
    /// How many requests were accepted that must be.
    pub accepted: u64,
    /// How many requests were rejected that must be, while their twins were accepted.
    pub rejected: u64,
    /// How many requests that must be accepted got another answer.
    pub wrongly_rejected: u64,
    /// How many requests that must be rejected got another answer.
    pub wrongly_accepted: u64,
    /// How many cases show nothing because the request without the changes was not accepted.
    pub unproven: u64,
    /// How many cases were not asked because they have no certain ruling.
    pub undecided: u64,
    /// How many cases the subject was not asked, because it does not declare the role or the profile.
    pub unasked: u64,
    /// Why requests were refused, in the subject's own words, with how often.
    pub refusals: Counts,
    /// Whether it accepted every single request.
    pub accepts_everything: bool,
    /// What was found, each mistake once; the one with the most cases first.
    pub findings: Vec<Found>,
    /// How many wrong rulings were only counted: they did not occur again when asked again, or too many
    /// before them had no explanation.
    pub uncounted: u64,
    /// What went wrong outside any case: the search is incomplete.
    pub problems: Vec<String>,
    /// What else there is to say about the end of the subject, such as what it may have kept.
    pub remarks: Vec<String>,
    /// How long it took.
    pub milliseconds: u64,
}

/// One distinct error of a verifier.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The case that shows it.
    pub replay: Replay,
    /// What a correct verifier says.
    pub expected: Ruling,
    /// Why it rejects the request; empty if it does not.
    pub reason: String,
    /// `accept`, `reject` or `error`.
    pub verdict: Verdict,
    /// The subject's own words.
    pub said: String,
    /// What was changed in the request, in words; nothing if it is as it was signed.
    pub changes: Vec<String>,
    /// Mistakes, each of which explains what was seen: more than one if nothing distinguishes them, none
    /// if the catalogue has none.
    pub mistakes: Vec<&'static str>,
    /// What the first of them is, in a sentence.
    pub title: Option<String>,
    /// Mistakes that explain what was seen here but would have changed rulings that are right. Only if no
    /// mistake is named.
    pub resembles: Vec<&'static str>,
    /// How many cases show it.
    pub hits: u64,
    /// What the subject was asked: the smallest request that shows it.
    #[serde(serialize_with = "input_alone")]
    pub request: Question,
    /// The request without the changes, which is accepted.
    #[serde(serialize_with = "input_alone_if_any")]
    pub twin: Option<Question>,
}

impl Found {
    /// What the subject was told and asked.
    #[must_use]
    pub fn input(&self) -> Option<&VerificationInput> {
        input(&self.request)
    }
}

fn input(question: &Question) -> Option<&VerificationInput> {
    match question {
        Question::Verify(question) => Some(&question.input),
        _ => None,
    }
}

impl Report {
    pub(super) fn new(subject: String, seed: u64, next: u64) -> Self {
        Self {
            subject,
            seed,
            next,
            cases: 0,
            accepted: 0,
            rejected: 0,
            wrongly_rejected: 0,
            wrongly_accepted: 0,
            unproven: 0,
            undecided: 0,
            unasked: 0,
            refusals: Counts::new(),
            accepts_everything: false,
            findings: Vec::new(),
            uncounted: 0,
            problems: Vec::new(),
            remarks: Vec::new(),
            milliseconds: 0,
        }
    }

    /// Without the keys that the subject knows.
    pub(super) fn without_keys(mut self) -> Self {
        for found in &mut self.findings {
            for question in std::iter::once(&mut found.request).chain(&mut found.twin) {
                if let Question::Verify(question) = question {
                    question.input.keys.clear();
                }
            }
        }
        self
    }

    /// Whether something is wrong with the subject.
    #[must_use]
    pub fn has_failures(&self) -> bool {
        !self.findings.is_empty() || self.uncounted > 0
    }

    pub(super) fn count_right(&mut self, expected: Ruling) {
        match expected {
            Ruling::Accept => self.accepted += 1,
            Ruling::Reject => self.rejected += 1,
        }
    }

    pub(super) fn count_wrong(&mut self, expected: Ruling) {
        match expected {
            Ruling::Accept => self.wrongly_rejected += 1,
            Ruling::Reject => self.wrongly_accepted += 1,
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.next = self.next.min(other.next);
        self.cases += other.cases;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.wrongly_rejected += other.wrongly_rejected;
        self.wrongly_accepted += other.wrongly_accepted;
        self.unproven += other.unproven;
        self.undecided += other.undecided;
        self.unasked += other.unasked;
        self.uncounted += other.uncounted;
        self.problems.extend(other.problems);
        self.remarks.extend(other.remarks);
        add_counts(&mut self.refusals, other.refusals);
    }

    /// Says what all cases together show.
    pub(super) fn conclude(&mut self, time: Duration) {
        self.milliseconds = time.as_millis().try_into().unwrap_or(u64::MAX);
        self.findings.sort_by_key(|found| Reverse(found.hits));
        let cases = self.cases;
        if cases == 0 {
            return;
        }
        let has_failed = self.findings.iter().any(|found| found.verdict == Verdict::Error);
        if self.accepted == 0 && !has_failed {
            let problem = format!("nothing was proven: of {cases} cases, no request was accepted");
            self.problems.push(problem);
        }
        self.accepts_everything =
            self.rejected == 0 && self.wrongly_rejected == 0 && self.wrongly_accepted > 0;
        if self.accepts_everything {
            // One finding says it; each of the others is the same again.
            self.findings.truncate(1);
            for found in &mut self.findings {
                found.hits = self.wrongly_accepted;
                found.mistakes.clear();
                found.resembles.clear();
                found.title = Some("Accepts every request.".to_owned());
            }
        }
    }
}

fn input_alone<S: Serializer>(question: &Question, serializer: S) -> Result<S::Ok, S::Error> {
    input(question).serialize(serializer)
}

#[expect(clippy::ref_option, reason = "serde asks for it")]
fn input_alone_if_any<S: Serializer>(
    question: &Option<Question>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    question.as_ref().and_then(input).serialize(serializer)
}
