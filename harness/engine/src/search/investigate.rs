//! From a wrong answer to a finding: asked again, named, and shrunk.

use std::time::{Duration, Instant};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_generate::{CaseId, minimise_calls};
use sigv4_mistakes::diagnose::{Depth, diagnose};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{MistakeSet, made_in};
use sigv4_protocol::{Answer, Operation, Question, SignQuestion};

use super::contradictions::contradictions;
use super::finding::{Found, Replay};
use super::known::{Known, Standing, class_of, ids, place, titles};
use super::lab::{Lab, Manner};
use super::oracle::{Oracle, Outcome, Wrong};
use crate::judge::Verdict;

/// How many requests are tried when shrinking, and for how long.
const TRIALS: usize = 3000;
pub(super) const PATIENCE: Duration = Duration::from_secs(8);
/// The same for a subject that crashes or keeps state, and is restarted for each trial.
const COSTLY_TRIALS: usize = 400;
/// How many earlier cases are asked again with the wrong one, to find the state that was kept.
const CONTEXT: usize = 48;
/// Up to this number, all earlier cases are asked again.
const WHOLE_CONTEXT: usize = 50 * CONTEXT;
/// How many case numbers have to be remembered: the first one, and more of the last ones than are
/// asked again at most.
pub(super) const REMEMBERED: usize = WHOLE_CONTEXT + 2;

/// A wrong answer in the stream of cases.
pub(super) struct Incident<'i> {
    /// Its case.
    pub(super) id: CaseId,
    pub(super) calls: &'i [SignQuestion],
    /// The numbers of the cases that the subject was asked since it was started, this one last: all
    /// of them, or the first and the last ones, at least [`REMEMBERED`].
    pub(super) asked: &'i [u64],
    /// Questions that it answered correctly, with the headers that it signed.
    pub(super) right: &'i [SignQuestion],
    /// All known mistakes together.
    pub(super) known: MistakeSet,
}

/// Investigates a wrong answer. `None` if the subject is right when it is asked again, with or
/// without the cases before. `is_known` says whether a wrong answer is explained already.
pub(super) fn investigate(
    lab: &mut Lab<'_>,
    incident: &Incident<'_>,
    mut is_known: impl FnMut(&[SignQuestion], &Wrong, Standing) -> bool,
) -> Option<Known> {
    let (calls, wrong, manner, first) = reproduced(lab, incident)?;
    let sets = sets(&calls, &wrong, incident.known);
    let mut class = class_of(&calls);
    let signable = lab.oracle.signings(&calls).is_some();
    let deadline = lab.deadline.within(PATIENCE);
    // Calls that are asked as one question leave no state behind for the next.
    let afresh = calls.len() > 1 && !lab.takes_as_one(&calls, manner);
    let budget = if afresh || wrong.verdict == Verdict::Error { COSTLY_TRIALS } else { TRIALS };
    let here = place(wrong.finding.as_ref(), &wrong.note);
    let mut last = wrong.clone();
    let mut smallest = minimise_calls(calls.clone(), budget, |candidate| {
        // A smaller request must not touch a point of disagreement that this one does not touch.
        let standing = Standing::new(candidate, signable);
        if Instant::now() > deadline || standing.class.union(class) != class {
            return false;
        }
        if signable && lab.oracle.signings(candidate).is_none() {
            return false;
        }
        let outcome =
            if afresh { lab.ask_afresh(candidate, manner) } else { lab.ask(candidate, manner) };
        let Outcome::Wrong(wrong) = outcome else { return false };
        let same = if sets.is_empty() {
            wrong.verdict == last.verdict && here == place(wrong.finding.as_ref(), &wrong.note)
        } else {
            sets.iter().any(|set| wrong.is_made_by(*set, candidate))
        };
        let still = same && !is_known(candidate, &wrong, standing);
        if still {
            last = wrong;
            class = standing.class;
        }
        still
    });
    if smallest.len() > 1 && !afresh {
        if let Outcome::Wrong(again) = lab.ask_afresh(&smallest, manner) {
            last = again;
        } else {
            // It depends on what was asked in between.
            (smallest, last) = (calls, wrong);
        }
    }
    let sets = news(&self::sets(&smallest, &last, incident.known), incident.known);
    // A correct answer of the subject refutes a mistake that would have changed it.
    let harmless =
        |set: &MistakeSet| smallest.len() > 1 || is_harmless(*set, incident.right, &mut lab.oracle);
    let (proven, refuted): (Vec<MistakeSet>, Vec<MistakeSet>) =
        sets.into_iter().partition(harmless);
    let contradictions = match &smallest[..] {
        [call] if last.verdict == Verdict::Mismatch => contradictions(lab, call, &last),
        _ => Vec::new(),
    };
    let keeps_state = smallest.len() > 1;
    let CaseId { seed, number } = incident.id;
    let found = Found {
        replay: Replay { seed, first, last: number },
        class: class_of(&smallest),
        verdict: last.verdict,
        finding: last.finding,
        note: last.note,
        mistakes: ids(&proven),
        titles: titles(&proven),
        resembles: if proven.is_empty() { ids(&refuted) } else { Vec::new() },
        contradictions,
        hits: 1,
        expected: lab.oracle.signings(&smallest).unwrap_or_default(),
        calls: smallest,
    };
    let sets = if proven.is_empty() { refuted } else { proven };
    Some(Known::new(found, sets, keeps_state))
}

/// Asks again, with a subject that was just started: the case alone, or else with the cases before
/// it. The number is that of the first case that is needed.
fn reproduced(
    lab: &mut Lab<'_>,
    incident: &Incident<'_>,
) -> Option<(Vec<SignQuestion>, Wrong, Manner, u64)> {
    let CaseId { seed, number } = incident.id;
    let alone = incident.calls.to_vec();
    if let Outcome::Wrong(wrong) = lab.ask_afresh(&alone, Manner::Together) {
        return Some((alone, wrong, Manner::Together, number));
    }
    let before = &incident.asked[..incident.asked.len().saturating_sub(1)];
    let recent = &before[before.len().saturating_sub(CONTEXT)..];
    // State that a subject keeps is mostly from its first call, or from a recent one.
    for context in [&before[..before.len().min(1)], recent, before] {
        if context.len() > WHOLE_CONTEXT || lab.deadline.is_over() {
            break;
        }
        let numbers = context.iter().map(|number| CaseId { seed, number: *number });
        // Calls that cannot be signed leave no state behind.
        let mut calls: Vec<SignQuestion> = numbers.flat_map(CaseId::calls).collect();
        calls.retain(|call| lab.oracle.signings(std::slice::from_ref(call)).is_some());
        calls.extend(alone.iter().cloned());
        if let Outcome::Wrong(wrong) = lab.ask_afresh(&calls, Manner::OneByOne) {
            let first = context.first().copied().unwrap_or(number);
            return Some((calls, wrong, Manner::OneByOne, first));
        }
    }
    None
}

/// The smallest sets of mistakes that explain the answers: one mistake alone, else one together
/// with all known ones, else pairs.
fn sets(calls: &[SignQuestion], wrong: &Wrong, known: MistakeSet) -> Vec<MistakeSet> {
    let singles = singles(calls, wrong, known);
    if !singles.is_empty() {
        return singles;
    }
    let pairs = |calls: &[SignQuestion]| -> Vec<MistakeSet> {
        let ([call], [answer]) = (calls, &wrong.answers[..]) else { return Vec::new() };
        let sets = diagnose(call, answer, Depth::Pairs).sets;
        sets.into_iter().filter(|set| !set.is_empty()).collect()
    };
    wrong.readings(calls).map(pairs).find(|sets| !sets.is_empty()).unwrap_or_default()
}

/// The mistakes that explain the answers, alone or else together with all that are known.
pub(super) fn singles(calls: &[SignQuestion], wrong: &Wrong, known: MistakeSet) -> Vec<MistakeSet> {
    if wrong.answers.len() != calls.len() || wrong.verdict != Verdict::Mismatch {
        return Vec::new();
    }
    let with = |known: MistakeSet| -> Vec<MistakeSet> {
        let sets = made_in(Operation::Sign).par_iter().map(|mistake| known.with(*mistake));
        sets.filter(|set| wrong.is_made_by(*set, calls)).collect()
    };
    let alone = with(MistakeSet::EMPTY);
    if alone.is_empty() && !known.is_empty() { with(known) } else { alone }
}

/// The sets without the mistakes that are known already, without duplicates: two sets may have
/// differed only in known mistakes.
fn news(sets: &[MistakeSet], known: MistakeSet) -> Vec<MistakeSet> {
    let mut distinct = Vec::with_capacity(sets.len());
    for set in sets {
        let unknown: MistakeSet = set.iter().filter(|one| !known.contains(*one)).collect();
        let news = if unknown.is_empty() { *set } else { unknown };
        if !distinct.contains(&news) {
            distinct.push(news);
        }
    }
    distinct
}

/// Whether a signer with these mistakes would have answered these questions correctly too.
fn is_harmless(set: MistakeSet, questions: &[SignQuestion], oracle: &mut Oracle) -> bool {
    let mut signer = Model::new(set);
    questions.iter().all(|question| {
        let Ok(answer) = signer.sign(question) else { return false };
        let question = Question::Sign(Box::new(question.clone()));
        let reply = std::iter::once(Ok(Answer::Signed(Box::new(answer))));
        !matches!(oracle.outcome(std::slice::from_ref(&question), reply), Outcome::Wrong(_))
    })
}

#[cfg(test)]
mod tests {
    use sigv4_mistakes::Mistake;

    use super::*;

    #[test]
    fn sets_that_differ_in_what_is_known_are_one() {
        let [new, other] = [Mistake::HeaderTabsKept, Mistake::PathStarRaw].map(MistakeSet::from);
        let known = [Mistake::HeaderColonSpace, Mistake::QueryUnsorted];
        let sets = known.map(|known| new.with(known));
        let all: MistakeSet = known.into_iter().collect();
        assert_eq!(news(&[sets[0], sets[1], other], all), [new, other]);
        // A set of known mistakes alone stays as it is.
        assert_eq!(news(&[known[0].into()], all), [known[0].into()]);
    }
}
