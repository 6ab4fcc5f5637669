//! Power: how soon requests from some source show a mistake of the catalogue.

use sigv4_generate::Class;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{InProcess as _, Question};

use crate::search::oracle::{Oracle, Outcome};
use crate::subject::Model;

/// The first case that shows a mistake.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FirstShown {
    /// How many cases were needed, including this one.
    pub cases: u64,
    /// Whether its answer is normative. If not, no normative case showed the mistake: it shows only
    /// where the vendor's own signers disagree.
    pub normative: bool,
}

/// Asks a signer with only this mistake case after case, as the search does, until an answer is
/// wrong. `None` if `cases` end first.
#[must_use]
pub fn first_shown<'q>(
    mistake: Mistake,
    cases: impl IntoIterator<Item = &'q Question>,
) -> Option<FirstShown> {
    let mut oracle = Oracle::default();
    let mut signer = Model::new(MistakeSet::from(mistake));
    let mut shown = None;
    for (number, question) in (1..).zip(cases) {
        let answer = std::iter::once(Ok(signer.answer(question)));
        let Outcome::Wrong(_) = oracle.outcome(std::slice::from_ref(question), answer) else {
            continue;
        };
        let normative = question.calls().iter().all(|call| Class::of(call).is_core());
        let found = FirstShown { cases: number, normative };
        if normative {
            return Some(found);
        }
        shown.get_or_insert(found);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use sigv4_generate::plain;
    use sigv4_protocol::SequenceQuestion;

    fn of_target(target: &str) -> Question {
        let mut question = plain();
        question.input.request.target = target.into();
        Question::Sign(Box::new(question))
    }

    #[test]
    fn the_first_wrong_answer_counts() {
        let cases = ["/", "/?a=b", "/?b=1&a=1", "/"].map(of_target);
        let shown = |mistake| first_shown(mistake, &cases).map(|shown| shown.cases);
        assert_eq!(shown(Mistake::QueryUnsorted), Some(3));
        assert_eq!(shown(Mistake::QueryMissing), Some(2));
        assert_eq!(shown(Mistake::PathStarRaw), None);
        // The headers that this mistake leaves out do not have to be signed.
        assert_eq!(shown(Mistake::HeaderOnlyHostAndXAmz), None);
    }

    #[test]
    fn a_normative_case_counts_before_one_on_which_official_signers_part() {
        let parting = of_target("/?a=+");
        let shown = first_shown(Mistake::QueryPlusIsSpace, &[of_target("/"), parting.clone()]);
        assert_eq!(shown, Some(FirstShown { cases: 2, normative: false }));
        let shown = first_shown(Mistake::QueryMissing, &[parting, of_target("/?a=b")]);
        assert_eq!(shown, Some(FirstShown { cases: 2, normative: true }));
    }

    #[test]
    fn what_is_kept_between_calls_shows_in_a_sequence() {
        let [mut first, second] = [plain(), plain()];
        first.input.region = "eu-west-1".into();
        let both = Question::SignSequence(SequenceQuestion { calls: vec![first, second] });
        let shown = first_shown(Mistake::KeyCacheWithoutRegion, &[both]);
        assert_eq!(shown, Some(FirstShown { cases: 1, normative: true }));
    }
}
