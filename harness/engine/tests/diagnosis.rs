//! Every mistake of the catalogue, made by the model behind the whole engine, is named by the run's
//! attribution: itself, or the alternatives that nothing tells it from.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_conformance::expectations::Expectations;
use sigv4_conformance::log::Event;
use sigv4_conformance::run::{Observer, Plan, run};
use sigv4_conformance::subject::Model;
use sigv4_mistakes::diagnose::Attribution;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Case;

#[derive(Default)]
struct Attributions(Option<Attribution>);

impl Observer for Attributions {
    fn event(&mut self, event: &Event) {
        if let Event::Attribution(attribution) = event {
            self.0 = Some(attribution.clone());
        }
    }
}

/// What a run over the vectors says of a model with these mistakes.
fn attribution(mistakes: MistakeSet, cases: &[&Case]) -> Option<Attribution> {
    let mut observer = Attributions::default();
    let plan = Plan {
        vectors: Vectors::embedded(),
        cases,
        partial: false,
        expectations: &Expectations::default(),
        invocation: &[],
    };
    run(&mut Model::new(mistakes), &plan, &mut observer, &|| ());
    observer.0
}

/// The published suites, and of the edge vectors those that are there for this mistake.
fn cases(mistake: Mistake) -> Vec<&'static Case> {
    let all = Vectors::embedded().cases();
    all.filter(|case| {
        !case.id.starts_with("edge/") || case.catches.iter().any(|id| id == mistake.id())
    })
    .collect()
}

#[test]
fn every_mistake_that_shows_is_named() {
    let unnamed: Vec<String> = Mistake::ALL
        .par_iter()
        .filter_map(|mistake| {
            let found = attribution(MistakeSet::from(*mistake), &cases(*mistake))?;
            let id = mistake.id();
            let named =
                found.groups.iter().any(|group| group.alternatives.iter().any(|set| set == &[id]));
            let whole = found.explained == found.mismatches;
            (!named || !whole).then(|| {
                let groups: Vec<_> = found
                    .groups
                    .iter()
                    .map(|group| (&group.alternatives, group.cases.len()))
                    .collect();
                format!("{id}: {} of {} by {groups:?}", found.explained, found.mismatches)
            })
        })
        .collect();
    assert!(unnamed.is_empty(), "{} mistakes:\n{}", unnamed.len(), unnamed.join("\n"));
}

/// The three show apart in most cases, and all at once in some.
#[test]
fn mistakes_found_apart_explain_what_they_do_together() {
    let ids =
        ["header-repeats-on-own-lines", "header-repeats-named-twice", "header-sorted-by-line"];
    let mistakes = ids.iter().filter_map(|id| Mistake::from_id(id)).collect();
    let published: Vec<&Case> =
        Vectors::embedded().cases().filter(|case| !case.id.starts_with("edge/")).collect();
    let found = attribution(mistakes, &published).expect("mismatches");
    assert_eq!(found.explained, found.mismatches, "{:?}", found.groups);
    assert!(found.groups.iter().any(|group| group.alternatives == [ids]), "{:?}", found.groups);
}

#[test]
fn a_correct_signer_has_nothing_to_attribute() {
    let all: Vec<&Case> = Vectors::embedded().cases().collect();
    assert_eq!(attribution(MistakeSet::EMPTY, &all), None);
}
