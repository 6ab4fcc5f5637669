//! An explanation in words: what happened, who did it and how to mend it, the likeliest first. Those who
//! show it, on a terminal or on a page, choose the form and no word.

mod explanation;
mod stages;

use super::explanation::{Explanation, Remark, Report, Weight};
use super::suspects::Suspect;
use crate::judge::Difference;

/// A part of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Block<'r> {
    /// A sentence with what belongs to it.
    Finding(Finding<'r>),
    /// Where to read on.
    Hint(&'static str),
    /// What may be the cause, the likeliest first.
    Suspects {
        /// What they are suspected of.
        heading: &'static str,
        /// At least one.
        suspects: &'r [Suspect],
    },
    /// A text of several lines.
    Text {
        /// What it is.
        heading: &'static str,
        /// Bytes, as a signer has them.
        text: &'r [u8],
    },
    /// Something noticed besides.
    Remark(&'r Remark),
}

/// What is said before the explanation, because it is certain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Before {
    Nothing,
    /// Reason enough: nothing else is suspected.
    Cause,
    /// A reason of its own.
    Other,
}

/// A sentence, and what shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding<'r> {
    /// What it means for the request.
    pub tone: Tone,
    /// The beginning, which stands out; may be empty.
    pub strong: String,
    /// The rest.
    pub rest: String,
    /// What shows it.
    pub points: Vec<Point<'r>>,
}

/// What a sentence means for a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tone {
    /// Something is right.
    Good,
    /// Something is wrong.
    Bad,
    /// Neither.
    Plain,
}

/// What shows a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Point<'r> {
    /// A change or a mistake.
    Named {
        /// Words before its id; may be empty.
        before: &'static str,
        /// Its id.
        id: &'static str,
        /// What happened, in the bytes of the request.
        what: Option<&'r str>,
        /// Whether it is one of the catalogue of mistakes.
        is_mistake: bool,
    },
    /// What the catalogue says of it.
    Sentence(&'r str),
    /// A text with its name, such as `fix`.
    Labelled(&'static str, String),
    /// Both sides of a difference.
    Sides {
        /// The difference.
        difference: &'r Difference,
        /// Whose the expected side is.
        expected: &'static str,
        /// Whose the actual side is.
        actual: &'static str,
    },
}

impl Report {
    /// The answer for people.
    #[must_use]
    pub fn words(&self) -> Vec<Block<'_>> {
        // What is certain comes before what is not.
        let is_first =
            |remark: &&Remark| remark.weight == Weight::Certain && self.explanation.is_open();
        let is_problem = |remark: &&Remark| remark.weight.is_problem();
        let (first, others): (Vec<&Remark>, Vec<&Remark>) = self.remarks.iter().partition(is_first);
        let (problems, others): (Vec<&Remark>, Vec<&Remark>) =
            others.into_iter().partition(is_problem);
        let before = match (first.is_empty(), self.suspects.is_empty()) {
            (true, _) => Before::Nothing,
            (false, true) => Before::Cause,
            (false, false) => Before::Other,
        };
        let mut blocks: Vec<Block<'_>> = first.into_iter().map(Block::Remark).collect();
        blocks.extend(explanation::of(&self.explanation, before));
        blocks.extend(stages::of_signer(self));
        blocks.extend(stages::of_server(self));
        blocks.extend(problems.into_iter().map(Block::Remark));
        if !self.suspects.is_empty() {
            let heading = match self.explanation {
                Explanation::Right { .. } => "What may differ at the server, the likeliest first",
                Explanation::Missing { .. } => "Why they may be missing, and what else may differ",
                _ => "What may have been different when it was signed, the likeliest first",
            };
            blocks.push(Block::Suspects { heading, suspects: &self.suspects });
        }
        if let Some(text) = self.explanation.canonical_request() {
            blocks.push(Block::Text { heading: "A correct signer's canonical request", text });
        }
        blocks.extend(others.into_iter().map(Block::Remark));
        blocks
    }
}

impl Finding<'_> {
    fn new(tone: Tone, strong: impl Into<String>, rest: impl Into<String>) -> Self {
        Self { tone, strong: strong.into(), rest: rest.into(), points: Vec::new() }
    }

    fn plain(text: impl Into<String>) -> Self {
        Self::new(Tone::Plain, "", text)
    }
}

impl<'r> From<Finding<'r>> for Block<'r> {
    fn from(finding: Finding<'r>) -> Self {
        Self::Finding(finding)
    }
}
