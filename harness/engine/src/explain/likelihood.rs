//! Which of several explanations is the likeliest.

use sigv4_mistakes::{HowBad, Mistake, MistakeSet};
use sigv4_vectors::model::{Placement, Profile};

use super::change::{Happened, Way};

/// Changes that are so usual that hardly any signer makes the mistake that looks the same.
const EVERYDAY: &[&str] = &["header-dropped", "header-replaced", "method-changed"];

/// Mistakes that only make sense in the profile of S3.
const S3_ONLY: &[&str] = &["query-sub-resources-only"];

/// Mistakes of a signer that does not send the token, which these requests hold.
const WITHOUT_TOKEN: &[&str] = &["token-missing", "token-missing-in-presign"];

/// Puts the likeliest mistakes first and leaves out those that do not fit, if others remain.
pub(super) fn order(mistaken: &mut Vec<MistakeSet>, profile: Profile) {
    let is_unfit = |set: &MistakeSet| {
        set.iter().any(|one| {
            let of_other_profile = profile != Profile::S3 && S3_ONLY.contains(&one.id());
            of_other_profile || WITHOUT_TOKEN.contains(&one.id())
        })
    };
    if !mistaken.iter().all(is_unfit) {
        mistaken.retain(|set| !is_unfit(set));
    }
    mistaken.sort_by_key(|set| {
        // What others reported is likelier, and what fails at once is found before it ships.
        let reports = |mistake: Mistake| mistake.entry().reports.len();
        let unreported = set.iter().filter(|mistake| reports(*mistake) == 0).count();
        let rank = |how_bad| match how_bad {
            HowBad::Common => 0,
            HowBad::Rare => 1,
            HowBad::AllFail => 2,
            HowBad::Silent => 3,
            // Not of signers.
            HowBad::Forgeable | HowBad::Unlimited | HowBad::Strict | HowBad::Lenient => 4,
        };
        let worst = set.iter().map(|mistake| rank(mistake.entry().how_bad)).max();
        (unreported, std::cmp::Reverse(set.iter().map(reports).min()), worst)
    });
}

/// Whether the request was changed on the way rather than signed wrongly. A presigned URL was made by
/// a program that does nothing else, and then passed through many hands.
pub(super) fn is_change(changed: &[Way], mistaken: &[MistakeSet], placement: Placement) -> bool {
    let (Some(way), Some(set)) = (changed.first(), mistaken.first()) else {
        return mistaken.is_empty();
    };
    let is_usual = |one: &Happened| one.is_evident || EVERYDAY.contains(&one.change.id);
    let is_everyday = way.happened.iter().all(is_usual);
    let is_unreported = set.iter().any(|mistake| mistake.entry().reports.is_empty());
    way.mistakes.is_empty() && (placement == Placement::Query || is_everyday || is_unreported)
}

#[cfg(test)]
mod tests {
    use super::super::cause::Cause;
    use super::super::change::CHANGES;
    use super::*;

    fn way(id: &str, mistakes: MistakeSet) -> Way {
        let change = CHANGES.iter().find(|change| change.id == id).unwrap();
        let cause = Cause::new(change.who, change.fix);
        let happened = Happened { change, what: String::new(), cause, is_evident: false };
        Way { happened: vec![happened], mistakes }
    }

    #[test]
    fn the_mistake_with_more_reports_comes_first() {
        let set = |mistake| MistakeSet::from_iter([mistake]);
        let mut mistaken = vec![
            set(Mistake::QuerySubResourcesOnly),
            set(Mistake::QuerySortedByNumber),
            set(Mistake::QuerySortedBackwards),
            set(Mistake::QuerySortedAsJoinedText),
        ];
        order(&mut mistaken, Profile::Generic);
        let expected = [
            Mistake::QuerySortedAsJoinedText,
            Mistake::QuerySortedBackwards,
            Mistake::QuerySortedByNumber,
        ];
        assert_eq!(mistaken, expected.map(set));
    }

    #[test]
    fn a_presigned_url_was_changed_and_an_everyday_change_is_believed() {
        let reported = Mistake::ALL.iter().copied().find(|mistake| {
            let entry = mistake.entry();
            !entry.reports.is_empty() && entry.how_bad == HowBad::Common
        });
        let mistaken = [MistakeSet::from_iter(reported)];
        let prefix = [way("path-prefix-added", MistakeSet::EMPTY)];
        let header = [way("header-replaced", MistakeSet::EMPTY)];
        let both = [way("header-replaced", mistaken[0])];
        assert!(is_change(&prefix, &mistaken, Placement::Query));
        assert!(!is_change(&prefix, &mistaken, Placement::Header));
        let mut evident = prefix.clone();
        evident[0].happened[0].is_evident = true;
        assert!(is_change(&evident, &mistaken, Placement::Header));
        assert!(is_change(&header, &mistaken, Placement::Header));
        assert!(!is_change(&both, &mistaken, Placement::Query));
        assert!(is_change(&prefix, &[], Placement::Header));
        assert!(!is_change(&[], &mistaken, Placement::Query));
    }
}
