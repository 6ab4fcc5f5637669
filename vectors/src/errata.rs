//! Published vectors that are wrong, and what was done about each.

use std::ops::Range;

use serde::Deserialize;

use crate::plain::in_plain_words;
use crate::words::words;

/// Path of the errata, relative to the root of a set.
pub const PATH: &str = "errata.toml";

/// One thing that is wrong in what was published.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// The cases that it touches.
    pub ids: Vec<String>,
    /// What is wrong.
    pub wrong: String,
    /// Why that is known to be wrong.
    pub why: String,
    /// What became of the cases.
    pub outcome: Outcome,
    /// What was done, in words.
    pub done: String,
}

words! {
    /// What became of a case whose publication is wrong.
    pub enum Outcome {
        /// It is in the set, changed.
        Corrected = "corrected",
        /// It is in the set as published.
        Kept = "kept",
        /// It is not in the set.
        LeftOut = "left-out",
    }
}

/// Reads the text of an errata file. An error is its message and its place in the text.
pub(crate) fn parse(text: &str) -> Result<Vec<Erratum>, (String, Range<usize>)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Document {
        erratum: Vec<Erratum>,
    }

    toml::from_str::<Document>(text).map(|document| document.erratum).map_err(|error| {
        (in_plain_words(error.message(), "a table"), error.span().unwrap_or_default())
    })
}
