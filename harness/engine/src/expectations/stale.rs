//! What of the list does not hold after a run.

use std::collections::HashMap;

use jiff::civil::Date;
use sigv4_vectors::Vectors;

use super::Expectations;
use super::entry::{Explanations, Scope};
use super::outcome::Outcome;
use crate::selection::Pattern;

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

impl Expectations {
    /// All entries that do not hold after a run with these outcomes.
    ///
    /// On a partial run, an entry for cases that were not selected is left alone.
    #[must_use]
    pub fn stale(
        &self,
        is_partial: bool,
        vectors: &Vectors,
        outcomes: &HashMap<String, Outcome>,
        explanations: &Explanations<'_>,
        today: Date,
    ) -> Vec<Stale> {
        let mut stale = Vec::new();
        stale.extend(self.stale_weaknesses(is_partial, outcomes));
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
            let (pattern, listed) = match &entry.scope {
                Scope::Cases(pattern, _) => (pattern, matching(pattern, vectors)),
                Scope::Mistake(mistake) => {
                    if !is_partial && !self.is_used(mistake, outcomes, explanations) {
                        say(format!("no failure is explained by {mistake}: remove the entry"));
                    }
                    continue;
                }
            };
            if listed.is_empty() {
                say(format!("`{}` matches no vector", pattern.text()));
            }
            for id in listed {
                let first = self.entry(id).map_or(entry.line, |first| first.line);
                if first != entry.line {
                    say(format!("{id} is already listed at line {first}"));
                    continue;
                }
                let problem = outcomes.get(id).and_then(|outcome| {
                    let explained = explanations.get(id).map_or(&[][..], Vec::as_slice);
                    entry.contradicted(*outcome, explained)
                });
                if let Some(problem) = problem {
                    say(format!("{id} {problem}"));
                }
            }
        }
        stale
    }

    /// Whether a failure that nothing else lists is known by this mistake.
    fn is_used(
        &self,
        mistake: &str,
        outcomes: &HashMap<String, Outcome>,
        explanations: &Explanations<'_>,
    ) -> bool {
        explanations.iter().any(|(id, explained)| {
            let Some(Outcome::Judged { verdict, stage, conforms: false, .. }) = outcomes.get(*id)
            else {
                return false;
            };
            let set = self.listed_set(id, *verdict, *stage, explained);
            set.is_some_and(|set| set.iter().any(|id| id == mistake))
        })
    }

    /// How what a verifier lets pass differs from what is recorded.
    fn stale_weaknesses(
        &self,
        is_partial: bool,
        outcomes: &HashMap<String, Outcome>,
    ) -> Option<Stale> {
        let (line, undisclosed) = self.undisclosed.as_ref()?;
        let weaknesses = outcomes.iter().filter_map(|(id, outcome)| match outcome {
            Outcome::Judged { verdict, is_weakness: true, .. } if self.entry(id).is_none() => {
                Some((&id[..], *verdict))
            }
            _ => None,
        });
        let problem = undisclosed.contradicted(is_partial, weaknesses)?;
        Some(Stale { file: self.file.clone(), line: *line, problem })
    }
}

fn matching<'v>(pattern: &Pattern, vectors: &'v Vectors) -> Vec<&'v str> {
    vectors.cases().map(|case| &case.id[..]).filter(|id| pattern.matches(id)).collect()
}
