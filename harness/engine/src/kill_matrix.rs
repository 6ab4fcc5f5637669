//! The measure of the suite: which vectors catch which mistake.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::{Deserialize, Serialize};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Component, Mistake, MistakeSet, made_in};
use sigv4_protocol::{Answer, Question, Side};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Level, Suite};

use crate::judge::{Verdict, judge};

/// The whole matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KillMatrix {
    /// Digest of the vectors.
    pub digest: String,
    /// One row per mistake, in the order of the catalogue.
    pub rows: Vec<Row>,
}

/// What catches one mistake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its id.
    pub mistake: String,
    /// The part of the signer or verifier that goes wrong.
    pub component: Component,
    /// By suite: how many `must` vectors catch it, and the first of them. Suites without such a
    /// vector are left out.
    pub kills: BTreeMap<Suite, Kills>,
    /// How many vectors of a lower level also catch it.
    pub weaker: usize,
    /// Why no vector can catch it, if none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkilled: Option<String>,
}

/// The vectors of one suite that catch a mistake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kills {
    /// How many.
    pub count: usize,
    /// The id of the first.
    pub first: String,
}

impl KillMatrix {
    /// Runs the model with every mistake over all vectors of its side.
    #[must_use]
    pub fn of(vectors: &Vectors) -> Self {
        let cases: Vec<&Case> = vectors.cases().collect();
        let rows = Mistake::ALL.par_iter().map(|mistake| row(*mistake, &cases)).collect();
        Self { digest: vectors.digest().to_string(), rows }
    }

    /// How many mistakes the `must` vectors of a suite catch; of all suites for `None`.
    #[must_use]
    pub fn killed(&self, suite: Option<Suite>) -> usize {
        let caught = |row: &&Row| match suite {
            Some(suite) => row.kills.contains_key(&suite),
            None => !row.kills.is_empty(),
        };
        self.rows.iter().filter(caught).count()
    }
}

fn row(mistake: Mistake, cases: &[&Case]) -> Row {
    let mut kills: BTreeMap<Suite, Kills> = BTreeMap::new();
    let mut weaker = 0;
    let mut equivalent = false;
    for (case, verdict) in cases.iter().filter_map(|case| Some((case, verdict(case, mistake)?))) {
        equivalent |= verdict == Verdict::Equivalent;
        if conforms(case, verdict) {
            continue;
        }
        let word = case.id.split('/').next().unwrap_or_default();
        let suite = Suite::ALL.iter().find(|suite| suite.as_str() == word);
        match suite {
            Some(suite) if case.level == Level::Must => {
                let first = || Kills { count: 0, first: case.id.clone() };
                kills.entry(*suite).or_insert_with(first).count += 1;
            }
            _ => weaker += 1,
        }
    }
    let entry = mistake.entry();
    let unkilled = kills.is_empty().then(|| {
        if equivalent {
            "a matter of choice: the request verifies all the same".to_owned()
        } else if entry.component == Component::State {
            "official signers differ where it shows; between two cases of a whole run it shows all \
             the same"
                .to_owned()
        } else if weaker > 0 && entry.side == Side::Verifier {
            "the vendor documents nothing where it shows, or servers differ".to_owned()
        } else if weaker > 0 {
            "official signers differ where it shows, so that no vector can be a must".to_owned()
        } else {
            "no vector shows it".to_owned()
        }
    });
    Row { mistake: mistake.id().to_owned(), component: entry.component, kills, weaker, unkilled }
}

/// Whether a signer or verifier with this mistake, and no other, fails the case.
#[must_use]
pub fn catches(case: &Case, mistake: Mistake) -> bool {
    verdict(case, mistake).is_some_and(|verdict| !conforms(case, verdict))
}

fn conforms(case: &Case, verdict: Verdict) -> bool {
    verdict.conforms_to(case.ruling())
}

/// The verdict on such a signer or verifier; `None` for a case of the other side, or in whose operation
/// the mistake does not show.
fn verdict(case: &Case, mistake: Mistake) -> Option<Verdict> {
    let question = Question::of(case);
    if !made_in(question.operation()).contains(&mistake) {
        return None;
    }
    Some(match Model::new(MistakeSet::from(mistake)).answer(&question) {
        Ok(Answer::Unsupported { .. }) => return None,
        Ok(answer) => judge(case, &Ok(answer)).verdict,
        // It refuses what a correct signer signs.
        Err(_) => Verdict::Mismatch,
    })
}
