//! The requests of a case: what was asked, what the subject sent, and what a correct signer sends.

use sigv4_protocol::{Operation, Side, SignQuestion, SignedAnswer};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Placement, Profile, Signing};

use super::baseline::baseline;
use super::mark::{Mark, mark_under};
use super::recompute::Depth;
use super::shape::Shape;
use super::suspect::SuspectedSigner;
use crate::catalogue::{Component, Mistake, MistakeSet, made_in};
use crate::model::Model;

/// Operation, placement and profile: a signer, or its adapter, has separate code for each
/// combination.
pub(super) type Place = (Operation, Placement, Profile);

/// The marks that the subject left in the requests of a case.
pub(super) struct Requests {
    calls: Vec<Call>,
    /// The calls as they were asked, if the signer seems to have chosen other headers: a mistake in
    /// the list of signed headers may look like a choice.
    as_asked: Option<Vec<Call>>,
}

/// One call of a case: what was asked, what was seen, and what a correct signer sends.
struct Call {
    question: SignQuestion,
    seen: Mark,
    correct: Option<Mark>,
    /// The canonical request, if the subject shows it.
    canonical: Option<Bytes>,
    /// What is not sent as it was asked for; of a wrong answer.
    sent: Shape,
}

impl Requests {
    /// The requests with their answers; without answers, the right ones are assumed. The signer is
    /// measured by a question with the headers that it chose to sign, unless its answer is wrong all the same.
    pub(super) fn new(
        asked: &[Signing],
        answers: Option<&[SignedAnswer]>,
        is_wrong: bool,
    ) -> Option<Self> {
        let call = |(index, signing): (usize, &Signing), grants_choice: bool| {
            let asked = SignQuestion::of(signing);
            let Some(answers) = answers else {
                let correct = mark_under(&asked, MistakeSet::EMPTY);
                let seen = correct.clone()?;
                let sent = Shape::default();
                return Some(Call { question: asked, seen, correct, canonical: None, sent });
            };
            let answer = answers.get(index)?;
            let chosen = if grants_choice { baseline(&asked, answer) } else { None };
            let question = chosen.unwrap_or(asked);
            let correct = mark_under(&question, MistakeSet::EMPTY);
            let seen = Mark::of(&question, &answer.request);
            let canonical = answer.stages.canonical_request.clone();
            let request = &question.input.request;
            let sent = Some(&answer.request).filter(|_| is_wrong);
            let sent = sent.map(|sent| Shape::of_sent(request, question.placement, sent));
            let sent = sent.unwrap_or_default();
            Some(Call { question, seen, correct, canonical, sent })
        };
        let calls = |grants_choice| -> Option<Vec<Call>> {
            asked.iter().enumerate().map(|one| call(one, grants_choice)).collect()
        };
        let granted = calls(true)?;
        let chose = granted
            .iter()
            .zip(asked)
            .any(|(call, signing)| call.question != SignQuestion::of(signing));
        let as_asked = if chose { Some(calls(false)?) } else { None };
        match as_asked {
            // No choice of headers makes a wrong answer right.
            Some(as_asked) if is_wrong && Self::first_wrong_of(&granted).is_none() => {
                Some(Self { calls: as_asked, as_asked: None })
            }
            as_asked => Some(Self { calls: granted, as_asked }),
        }
    }

    /// Where the first wrong call differs.
    pub(super) fn shape(&self) -> Shape {
        let Some(wrong) = self.first_wrong() else { return Shape::default() };
        if wrong.seen.lacks_a_header() {
            return Shape::of_unsent();
        }
        let expected = Model::new(MistakeSet::EMPTY).sign(&wrong.question).ok();
        let expected = expected.and_then(|answer| answer.stages.canonical_request);
        let shape = Shape::of(expected.as_deref(), wrong.canonical.as_deref());
        if shape == Shape::default() { wrong.sent.clone() } else { shape }
    }

    /// The first wrong call, with the signer's own choice of headers accepted.
    fn first_wrong(&self) -> Option<&Call> {
        Self::first_wrong_of(&self.calls)
    }

    fn first_wrong_of(calls: &[Call]) -> Option<&Call> {
        calls.iter().find(|call| !call.is_reproduced(call.correct.as_ref()))
    }

    /// The mistakes that alone reproduce the canonical request that the subject shows, whatever
    /// differs in later stages.
    pub(super) fn canonical_mistakes(&self) -> Vec<MistakeSet> {
        let Some(wrong) = self.first_wrong() else { return Vec::new() };
        let Some(shown) = wrong.canonical.as_ref().filter(|_| !wrong.seen.lacks_a_header()) else {
            return Vec::new();
        };
        let made = |set: MistakeSet| {
            let answer = Model::new(set).sign(&wrong.question).ok()?;
            answer.stages.canonical_request
        };
        if made(MistakeSet::EMPTY).as_ref() == Some(shown) {
            return Vec::new();
        }
        let singles = made_in(Operation::Sign).iter().map(|mistake| MistakeSet::from(*mistake));
        singles.filter(|set| made(*set).as_ref() == Some(shown)).collect()
    }

    /// The smallest sets of mistakes that reproduce what was seen: of those that explain the first
    /// wrong call, and of those that need the calls before it.
    pub(super) fn sets(&self, depth: Depth) -> Vec<MistakeSet> {
        let sets = self.sets_of(&self.calls, depth);
        match &self.as_asked {
            Some(calls) if sets.is_empty() => self.sets_of(calls, depth),
            _ => sets,
        }
    }

    fn sets_of(&self, calls: &[Call], depth: Depth) -> Vec<MistakeSet> {
        let Some(wrong) = Self::first_wrong_of(calls) else { return Vec::new() };
        let mut sets = SuspectedSigner::of(&wrong.question).search(&wrong.seen, depth);
        sets.retain(|set| !set.is_empty());
        if calls.len() > 1 {
            let kept = of_state().filter(|set| !sets.contains(set)).collect::<Vec<_>>();
            sets.extend(kept);
            sets.retain(|set| self.is_reproduced_by(&mut Model::new(*set)));
            let smallest = sets.iter().map(|set| set.len()).min();
            sets.retain(|set| Some(set.len()) == smallest);
        }
        sets
    }

    /// Whether a signer with these mistakes would have signed differently from a correct one.
    pub(super) fn is_harmed_by(&self, set: MistakeSet) -> bool {
        let mut model = Model::new(set);
        self.calls.iter().any(|call| {
            let answer = model.sign(&call.question).ok();
            let mark = answer.map(|answer| Mark::of(&call.question, &answer.request));
            match (&mark, &call.correct) {
                (Some(mark), Some(correct)) => !mark.has_signature_of(correct),
                _ => true,
            }
        })
    }

    pub(super) fn is_reproduced_by(&self, model: &mut Model) -> bool {
        let before = self.as_asked.is_some().then(|| model.clone());
        if Self::all_reproduced(&self.calls, model) {
            return true;
        }
        let (Some(calls), Some(before)) = (&self.as_asked, before) else { return false };
        *model = before;
        Self::all_reproduced(calls, model)
    }

    fn all_reproduced(calls: &[Call], model: &mut Model) -> bool {
        calls.iter().all(|call| {
            let answer = model.sign(&call.question).ok();
            let mark = answer.map(|answer| Mark::of(&call.question, &answer.request));
            call.is_reproduced(mark.as_ref())
        })
    }

    /// Where the signature goes, and how the path becomes canonical, in the last call.
    pub(super) fn place(&self) -> Place {
        let last = self.calls.last().map(|call| &call.question);
        let placement = last.map_or(Placement::Header, |last| last.placement);
        let profile = last.map_or(Profile::Generic, |last| last.profile);
        let operation =
            if self.calls.len() > 1 { Operation::SignSequence } else { Operation::Sign };
        (operation, placement, profile)
    }

    /// How long the requests are, for a reader.
    pub(super) fn size(&self) -> usize {
        self.calls.iter().map(|call| size(&call.question)).sum()
    }
}

impl Call {
    fn is_reproduced(&self, mark: Option<&Mark>) -> bool {
        mark.is_some_and(|mark| mark.reproduces(&self.seen, self.correct.as_ref()))
    }
}

/// How long a request is, for a reader.
fn size(asked: &SignQuestion) -> usize {
    let request = &asked.input.request;
    let headers = request.headers.iter().map(|(name, value)| name.len() + value.len());
    request.target.len() + request.body.len() + headers.sum::<usize>()
}

/// The mistakes that only show from the second call on.
pub(super) fn of_state() -> impl Iterator<Item = MistakeSet> {
    let keeps = |mistake: &&Mistake| mistake.entry().component == Component::State;
    Mistake::of(Side::Signer).iter().filter(keeps).map(|mistake| MistakeSet::from(*mistake))
}
