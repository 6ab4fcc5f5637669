//! Which vectors a run asks.

use std::collections::{HashMap, HashSet};

use globset::{GlobBuilder, GlobMatcher};
use sigv4_protocol::Side;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Level, Profile, Suite, suite_of};

/// The part of the vectors that a run covers. Empty lists and `None` mean all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Names of suites: of this project or of a user.
    pub suites: Vec<String>,
    /// Patterns of ids; a case is selected if one of them matches it.
    pub filters: Vec<Pattern>,
    /// Patterns of ids that are left out.
    pub excludes: Vec<Pattern>,
    /// The ids that may be asked; `None` for all.
    pub ids: Option<HashSet<String>>,
    /// How many cases at most, spread evenly over the others; `None` for all.
    pub sample: Option<usize>,
    /// The least binding level that is still asked.
    pub level: Option<Level>,
    /// The profile; cases that have none are left out.
    pub profile: Option<Profile>,
    /// The side that is tested; `None` for both.
    pub side: Option<Side>,
}

/// A glob over case ids, in which `*` crosses slashes; a pattern without a slash is also compared
/// with the last part of the id.
#[derive(Clone, Debug)]
pub struct Pattern {
    matcher: GlobMatcher,
    /// Whether it is an id, or the last part of one, as it is: lists of known failures have thousands of these.
    is_literal: bool,
}

/// An invalid glob.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("invalid glob `{text}`: {problem}")]
pub struct PatternError {
    text: String,
    problem: String,
}

impl Selection {
    /// The cases that are selected, in the order of the vectors. For a verifier, the twins of the selected ones
    /// are among them, each before the cases that refer to it.
    #[must_use]
    pub fn cases<'v>(&self, vectors: &'v Vectors) -> Vec<&'v Case> {
        self.of(|is_wanted| vectors.cases_where(is_wanted).collect())
    }

    /// The same of cases that are not those of a set of vectors.
    #[must_use]
    pub fn among<'c>(&self, cases: &'c [Case]) -> Vec<&'c Case> {
        self.of(|is_wanted| cases.iter().filter(|case| is_wanted(&case.id)).collect())
    }

    /// The case with this id, if it is selected. Only its file is unpacked.
    #[must_use]
    pub fn case<'v>(&self, vectors: &'v Vectors, id: &str) -> Option<&'v Case> {
        vectors.case(id).filter(|case| self.takes_id(id) && self.takes(case))
    }

    fn of<'c>(&self, all: impl Fn(&dyn Fn(&str) -> bool) -> Vec<&'c Case>) -> Vec<&'c Case> {
        let mut cases = all(&|id| self.takes_id(id));
        cases.retain(|case| self.takes(case));
        if let Some(wanted) = self.sample.filter(|wanted| *wanted < cases.len()) {
            let count = cases.len();
            cases = (0..wanted).map(|index| cases[index * count / wanted]).collect();
        }
        if self.side == Some(Side::Verifier) {
            let chosen: HashSet<&str> = cases.iter().map(|case| &case.id[..]).collect();
            let mut twins: HashSet<&str> = cases.iter().filter_map(|case| case.twin()).collect();
            twins.retain(|id| !chosen.contains(id));
            if !twins.is_empty() {
                cases.extend(all(&|id| twins.contains(id)));
            }
            return twins_first(&cases);
        }
        cases
    }

    /// Whether anything may be left out, so that what is not asked proves nothing.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.suites.is_empty()
            || !self.filters.is_empty()
            || !self.excludes.is_empty()
            || self.ids.is_some()
            || self.sample.is_some()
            || self.level.is_some()
            || self.profile.is_some()
    }

    fn takes_id(&self, id: &str) -> bool {
        let suite = suite_of(id);
        let is_of_side = self.side != Some(Side::Signer) || suite != Suite::Verifier.as_str();
        is_of_side
            && (self.suites.is_empty() || self.suites.iter().any(|wanted| wanted == suite))
            && (self.filters.is_empty() || self.filters.iter().any(|filter| filter.matches(id)))
            && !self.excludes.iter().any(|exclude| exclude.matches(id))
            && self.ids.as_ref().is_none_or(|ids| ids.contains(id))
    }

    /// Whether a case whose id is selected is selected itself.
    fn takes(&self, case: &Case) -> bool {
        self.side.is_none_or(|side| (side == Side::Verifier) == case.verification().is_some())
            && self.level.is_none_or(|level| case.level <= level)
            && self.profile.is_none_or(|profile| case.profile() == Some(profile))
    }
}

/// The cases in their order, each behind its twin. What must be accepted is spread over all, so that a verifier
/// that begins to refuse everything on the way shows.
fn twins_first<'c>(cases: &[&'c Case]) -> Vec<&'c Case> {
    let by_id: HashMap<&str, &Case> = cases.iter().map(|case| (&case.id[..], *case)).collect();
    let mut placed: HashSet<&str> = HashSet::new();
    let mut ordered = Vec::with_capacity(cases.len());
    for case in cases {
        let twin = case.twin().and_then(|id| by_id.get(id).copied());
        for next in twin.into_iter().chain([*case]) {
            if placed.insert(&next.id) {
                ordered.push(next);
            }
        }
    }
    ordered
}

impl Pattern {
    /// Reads a glob.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        // `{,a}` is what a shell takes it for.
        match GlobBuilder::new(text).empty_alternates(true).build() {
            Ok(glob) => {
                let is_literal = !text.contains(['*', '?', '[', ']', '{', '}', '\\']);
                Ok(Self { matcher: glob.compile_matcher(), is_literal })
            }
            Err(error) => {
                Err(PatternError { text: text.to_owned(), problem: error.kind().to_string() })
            }
        }
    }

    /// The glob's text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.matcher.glob().glob()
    }

    /// Whether it matches a case id.
    #[must_use]
    pub fn matches(&self, id: &str) -> bool {
        if self.is_literal {
            let text = self.text();
            let before = id.strip_suffix(text);
            return before.is_some_and(|before| {
                before.is_empty() || (before.ends_with('/') && !text.contains('/'))
            });
        }
        let name = id.rsplit('/').next().unwrap_or(id);
        self.matcher.is_match(id) || (!self.text().contains('/') && self.matcher.is_match(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_id_or_the_name() {
        let id = "official/sigv4/header/get-vanilla";
        for (pattern, matches) in [
            (id, true),
            ("official/*", true),
            ("*/header/*", true),
            ("get-vanilla", true),
            ("get-*", true),
            ("get", false),
            ("header/get-vanilla", false),
            ("get-vanilla{,-query}", true),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().matches(id), matches, "{pattern}");
        }
        assert!(Pattern::new("a[").is_err());
    }

    #[test]
    fn the_whole_selection_takes_every_case() {
        let vectors = Vectors::embedded();
        let all = Selection::default();
        assert_eq!(all.cases(vectors).len(), vectors.cases().count());
        assert!(!all.is_partial());
        let sample = Selection { sample: Some(7), ..all.clone() };
        assert!(sample.is_partial());
        let ids: HashSet<&str> = sample.cases(vectors).iter().map(|case| &case.id[..]).collect();
        assert_eq!(ids.len(), 7);
        let but = Selection { excludes: vec![Pattern::new("official/*").unwrap()], ..all.clone() };
        assert!(but.is_partial());
        let official = |case: &&Case| case.id.starts_with("official/");
        assert_eq!(but.cases(vectors).iter().filter(|case| official(case)).count(), 0);
        assert!(!but.cases(vectors).is_empty());
        let one = Selection {
            ids: Some(HashSet::from(["official/sigv4/header/get-utf8".to_owned()])),
            ..all.clone()
        };
        assert_eq!(one.cases(vectors).len(), 1);
        let none = Selection {
            profile: Some(Profile::S3),
            suites: vec![Suite::Official.to_string()],
            ..all
        };
        assert!(none.is_partial());
        assert!(none.cases(vectors).is_empty(), "the vendor's suite has no S3 rules");
    }
}
