//! The published results that the site is made from.

use serde::{Deserialize, Serialize};
use sigv4_conformance::kill_matrix::KillMatrix;
use sigv4_conformance::matrix::Matrix;

/// Everything that was published.
#[derive(Debug)]
pub struct Published {
    /// All signers.
    pub signers: Matrix,
    /// All verifiers.
    pub verifiers: Matrix,
    /// Which vectors catch which mistake.
    pub kill_matrix: KillMatrix,
    /// How soon generated requests show each mistake.
    pub power: Power,
    /// Which object names programs can address, if that was measured.
    pub programs: Option<Programs>,
    /// Old releases that are known to be wrong, if they were run.
    pub regressions: Option<Regressions>,
    /// The cost of signing by the size of a part of the request: the part, and the plot as SVG.
    pub plots: Vec<(String, String)>,
}

/// How soon generated requests show each mistake.
#[derive(Debug, Deserialize)]
pub struct Power {
    pub(crate) rows: Vec<PowerRow>,
}

/// How many cases each source needs; `None` if it did not show the mistake.
#[derive(Debug, Deserialize)]
pub(crate) struct PowerRow {
    pub(crate) mistake: String,
    pub(crate) search: Option<Figure>,
    pub(crate) fuzz: Option<Figure>,
    #[serde(default)]
    pub(crate) fuzz_unmeasured: bool,
    pub(crate) unbiased: Option<Figure>,
    pub(crate) official: Option<Figure>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Figure {
    pub(crate) cases: u64,
}

/// Which object names programs can address.
#[derive(Debug, Deserialize)]
pub struct Programs {
    pub(crate) date: String,
    pub(crate) programs: Vec<Program>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) language: String,
    pub(crate) signer: String,
    #[serde(default)]
    pub(crate) skipped: Option<String>,
    #[serde(default)]
    pub(crate) outcomes: Vec<ProgramOutcome>,
    #[serde(default)]
    pub(crate) deviations: Vec<Deviation>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ProgramOutcome {
    pub(crate) step: String,
    pub(crate) name: String,
    /// A word, and after a colon what else there is to say.
    pub(crate) signature: String,
    #[serde(default)]
    pub(crate) addresses: Vec<String>,
    pub(crate) said: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Deviation {
    pub(crate) steps: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) reason: String,
}

/// Old releases that are known to be wrong.
#[derive(Debug, Deserialize)]
pub struct Regressions {
    pub(crate) date: String,
    pub(crate) rows: Vec<Regression>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Regression {
    pub(crate) adapter: String,
    pub(crate) package: String,
    pub(crate) version: String,
    /// The release without the mistake, if there is one.
    #[serde(default)]
    pub(crate) fixed: Option<String>,
    pub(crate) report: String,
    pub(crate) mistake: String,
    pub(crate) summary: String,
    #[serde(default)]
    pub(crate) caught: usize,
    #[serde(default)]
    pub(crate) smallest: String,
    #[serde(default)]
    pub(crate) result: String,
}
