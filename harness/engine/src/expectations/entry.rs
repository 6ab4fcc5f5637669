//! An entry of the list of known failures.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sigv4_mistakes::Mistake;
use sigv4_protocol::{Side, Stage};

use super::outcome::{Failure, Outcome};
use crate::judge::Verdict;
use crate::selection::Pattern;

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

/// The verdicts that an entry for a mistake, wherever it shows, can have. What a verifier wrongly accepts is
/// listed case by case, or not disclosed.
const BY_MISTAKE: [Verdict; 2] = [Verdict::Mismatch, Verdict::Reject];

/// How the ids of verification cases begin.
const OF_VERIFIERS: &str = "verifier/";

/// The sets of mistakes that explain a case, each of them alone, by case.
pub type Explanations<'a> = HashMap<&'a str, Vec<&'a [String]>>;

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) side: Side,
    pub(super) scope: Scope,
    pub(super) verdict: Verdict,
    pub(super) stage: Option<Stage>,
    pub(super) known: Known,
    pub(super) until: Option<Date>,
}

/// What an entry is about.
#[derive(Debug)]
pub(super) enum Scope {
    /// The cases with these ids, all of which fail; by this mistake, if one is named.
    Cases(Pattern, Option<String>),
    /// Whatever fails by this mistake, alone or with others that are listed.
    Mistake(String),
}

/// Why a failure is known.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The reason, as text.
    pub reason: String,
    /// Where it is being followed; empty if nowhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issue: String,
}

/// A table `[[known]]`, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    #[serde(default)]
    case: Option<String>,
    /// One list may serve both sides of a project. If it is left out, the side of the cases, or the signer.
    #[serde(default)]
    side: Option<Side>,
    verdict: String,
    #[serde(default)]
    stage: Option<String>,
    #[serde(default)]
    mistake: Option<String>,
    reason: String,
    #[serde(default)]
    issue: Option<String>,
    #[serde(default)]
    until: Option<String>,
}

impl Entry {
    pub(super) fn read(line: usize, record: Record) -> Result<Self, String> {
        if record.reason.trim().is_empty() {
            return Err("`reason` is empty: say why".to_owned());
        }
        if record.issue.as_ref().is_some_and(|issue| issue.trim().is_empty()) {
            return Err(
                "`issue` is empty: say where it is being followed, or leave it out".to_owned()
            );
        }
        let verdict = EXPECTABLE.into_iter().find(|verdict| verdict.as_str() == record.verdict);
        let verdict = verdict.ok_or_else(|| {
            format!("verdict `{}`: expected one of {}", record.verdict, words(&EXPECTABLE))
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
        let is_of_verifiers =
            record.case.as_ref().is_some_and(|case| case.starts_with(OF_VERIFIERS));
        let side = if is_of_verifiers { Side::Verifier } else { Side::Signer };
        let scope = match (&record.case, record.mistake) {
            (Some(case), mistake) => {
                let pattern = Pattern::new(case).map_err(|error| format!("case {error}"))?;
                Scope::Cases(pattern, mistake)
            }
            (None, Some(mistake)) if BY_MISTAKE.contains(&verdict) => Scope::Mistake(mistake),
            (None, Some(_)) => {
                return Err(format!(
                    "verdict `{verdict}`: an entry without `case` can have {}",
                    words(&BY_MISTAKE)
                ));
            }
            (None, None) => {
                return Err("expected `case`, an id or a glob, or `mistake`".to_owned());
            }
        };
        let until = record.until.map(|text| {
            text.parse::<Date>().map_err(|_| format!("until `{text}`: expected YYYY-MM-DD"))
        });
        Ok(Self {
            line,
            side: record.side.unwrap_or(side),
            scope,
            verdict,
            stage: stage.transpose()?,
            known: Known { reason: record.reason, issue: record.issue.unwrap_or_default() },
            until: until.transpose()?,
        })
    }

    /// Whether the entry is about this case by its id.
    pub(super) fn lists(&self, id: &str) -> bool {
        matches!(&self.scope, Scope::Cases(pattern, _) if pattern.matches(id))
    }

    /// Whether a verdict that differs at this stage can be what the entry says.
    pub(super) fn allows(&self, verdict: Verdict, stage: Option<Stage>) -> bool {
        self.verdict == verdict && self.stage.is_none_or(|listed| Some(listed) == stage)
    }

    /// Whether a failure that it lists is exactly what it says.
    pub(super) fn excuses(&self, failure: &Failure) -> bool {
        let mistake_holds = match &self.scope {
            Scope::Cases(_, Some(mistake)) => failure.mistake() == Some(mistake),
            Scope::Cases(_, None) => true,
            Scope::Mistake(_) => false,
        };
        self.allows(failure.verdict, failure.stage) && mistake_holds
    }

    /// How the run contradicts the entry, as the rest of a sentence about a case that it lists.
    pub(super) fn contradicted(&self, outcome: Outcome, explained: &[&[String]]) -> Option<String> {
        let Outcome::Judged { verdict, stage, conforms, .. } = outcome else {
            return Some(format!("is listed as {} and was not asked", self.verdict));
        };
        let advice = if conforms { ": remove the entry" } else { "" };
        if verdict != self.verdict {
            return Some(format!("is listed as {} and is {verdict}{advice}", self.verdict));
        }
        if conforms {
            return Some(format!("is listed as {verdict}, which is right{advice}"));
        }
        if let Some(listed) = self.stage.filter(|listed| Some(*listed) != stage) {
            let seen = stage.map_or("none", Stage::as_str);
            return Some(format!("is listed with the stage {listed}, and differs at {seen}"));
        }
        let Scope::Cases(_, Some(listed)) = &self.scope else { return None };
        let mistakes: Vec<&str> = explained.iter().copied().flatten().map(String::as_str).collect();
        if mistakes.contains(&&listed[..]) {
            return None;
        }
        let seen =
            if mistakes.is_empty() { "no mistake".to_owned() } else { mistakes.join(" or ") };
        Some(format!("is listed with the mistake {listed}, and {seen} explains it"))
    }
}

fn words(verdicts: &[Verdict]) -> String {
    verdicts.iter().map(|verdict| verdict.as_str()).collect::<Vec<_>>().join(", ")
}
