//! From a wrong answer to a finding: asked again, named, and made as small as it goes.

use std::time::{Duration, Instant};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_generate::{CaseId, Class, minimise_calls};
use sigv4_mistakes::diagnose::{Depth, diagnose, reproduces};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::SignQuestion;

use super::contradictions::contradictions;
use super::finding::{Found, Replay};
use super::known::{Known, ids, place, titles};
use super::lab::{Lab, Manner};
use super::oracle::{Outcome, Wrong};
use crate::judge::Verdict;

/// How many requests are tried to make one smaller, and for how long.
const TRIALS: usize = 3000;
const PATIENCE: Duration = Duration::from_secs(8);
/// A subject that dies, or that keeps something, is started anew for each trial.
const COSTLY_TRIALS: usize = 400;
/// So many cases before the one in question are asked again with it, to find what was kept.
const CONTEXT: usize = 48;
/// All of them are, where there were no more.
const WHOLE_CONTEXT: usize = 50 * CONTEXT;
/// So many numbers of cases have to be remembered: the first one, and the last ones, more than
/// would be taken for all.
pub(super) const REMEMBERED: usize = WHOLE_CONTEXT + 2;

/// A wrong answer in the stream of cases.
pub(super) struct Incident<'i> {
    /// Its case.
    pub(super) id: CaseId,
    pub(super) calls: &'i [SignQuestion],
    /// The numbers of the cases that the subject was asked since it was started, this one last: all
    /// of them, or the first and the last ones, [`REMEMBERED`] at least.
    pub(super) asked: &'i [u64],
    /// Questions that it answered rightly.
    pub(super) exact: &'i [SignQuestion],
    /// What all known mistakes make together.
    pub(super) known: MistakeSet,
}

/// Looks into it. `None` where the subject is right once it is asked again, whatever was before.
/// `is_known` says whether a wrong answer needs no further explanation.
pub(super) fn investigate(
    lab: &mut Lab<'_>,
    incident: &Incident<'_>,
    mut is_known: impl FnMut(&[SignQuestion], &Wrong) -> bool,
) -> Option<Known> {
    let (calls, wrong, manner, first) = reproduced(lab, incident)?;
    let sets = sets(&calls, &wrong, incident.known);
    let mut class = class_of(&calls);
    let signable = lab.oracle.signings(&calls).is_some();
    let deadline = Instant::now() + PATIENCE;
    let several = calls.len() > 1;
    let costly = several || wrong.verdict == Verdict::Error;
    let budget = if costly { COSTLY_TRIALS } else { TRIALS };
    let here = place(wrong.finding.as_ref(), &wrong.note);
    let mut last = wrong.clone();
    let smallest = minimise_calls(calls, budget, |candidate| {
        // What all signers agree on stays so, and what touches one point touches no other.
        if Instant::now() > deadline || class_of(candidate).union(class) != class {
            return false;
        }
        if signable && lab.oracle.signings(candidate).is_none() {
            return false;
        }
        let outcome =
            if several { lab.ask_afresh(candidate, manner) } else { lab.ask(candidate, manner) };
        let Outcome::Wrong(wrong) = outcome else { return false };
        let same = if sets.is_empty() {
            wrong.verdict == last.verdict && here == place(wrong.finding.as_ref(), &wrong.note)
        } else {
            sets.iter().any(|set| is_made_by(*set, candidate, &wrong))
        };
        let still = same && !is_known(candidate, &wrong);
        if still {
            last = wrong;
            class = class_of(candidate);
        }
        still
    });
    let mut sets = self::sets(&smallest, &last, incident.known);
    if smallest.len() == 1 && sets.len() > 1 {
        // What the subject answered rightly speaks against a mistake that would have changed it.
        let harmless = |set: &MistakeSet| is_harmless(*set, incident.exact);
        let unrefuted: Vec<MistakeSet> = sets.iter().copied().filter(harmless).collect();
        if !unrefuted.is_empty() {
            sets = unrefuted;
        }
    }
    let sets = news(&sets, incident.known);
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
        mistakes: ids(&sets),
        titles: titles(&sets),
        contradictions,
        hits: 1,
        expected: lab.oracle.signings(&smallest).unwrap_or_default(),
        calls: smallest,
    };
    Some(Known::new(found, sets, keeps_state))
}

/// Asks again, in a subject that was just started: the case alone, else with what went before it.
/// The number is that of the first case that it takes.
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
    // What a subject keeps is mostly of its first call, or of one not long ago.
    for context in [&before[..before.len().min(1)], recent, before] {
        if context.len() > WHOLE_CONTEXT {
            break;
        }
        let numbers = context.iter().map(|number| CaseId { seed, number: *number });
        // What cannot be signed leaves nothing behind.
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

/// The sets of mistakes that make the subject answer so, the smallest there are; together with all
/// that are known where no few do alone.
fn sets(calls: &[SignQuestion], wrong: &Wrong, known: MistakeSet) -> Vec<MistakeSet> {
    if wrong.answers.len() != calls.len() || wrong.verdict != Verdict::Mismatch {
        return Vec::new();
    }
    let made = |sets: Vec<MistakeSet>| -> Vec<MistakeSet> {
        let holds = |set: &MistakeSet| is_made_by(*set, calls, wrong);
        sets.par_iter().copied().filter(holds).collect()
    };
    let singles: Vec<MistakeSet> = Mistake::ALL.iter().map(|one| MistakeSet::from(*one)).collect();
    let mut sets = match (calls, &wrong.answers[..]) {
        ([call], [answer]) => diagnose(call, answer, Depth::Pairs).sets,
        _ => made(singles.clone()),
    };
    sets.retain(|set| !set.is_empty());
    if sets.is_empty() && !known.is_empty() {
        sets = made(singles.iter().map(|single| single.union(known)).collect());
    }
    sets
}

/// The sets without what is known, which shows too and is no news; each once, since two may have
/// differed in that alone.
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

fn is_made_by(set: MistakeSet, calls: &[SignQuestion], wrong: &Wrong) -> bool {
    reproduces(&mut Model::new(set), calls, &wrong.answers)
}

/// Whether a signer with these mistakes would have answered those questions as a correct one does.
fn is_harmless(set: MistakeSet, questions: &[SignQuestion]) -> bool {
    questions.par_iter().all(|question| {
        let calls = std::slice::from_ref(question);
        let right = Model::new(MistakeSet::EMPTY).sign(question);
        right.is_ok_and(|right| reproduces(&mut Model::new(set), calls, &[right]))
    })
}

fn class_of(calls: &[SignQuestion]) -> Class {
    calls.iter().map(Class::of).fold(Class::default(), Class::union)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_differ_in_what_is_known_are_one() {
        let [new, other] = [Mistake::HeaderTabsKept, Mistake::PathStarRaw].map(MistakeSet::from);
        let known = [Mistake::HeaderColonSpace, Mistake::QueryUnsorted];
        let sets = known.map(|known| new.with(known));
        let all: MistakeSet = known.into_iter().collect();
        assert_eq!(news(&[sets[0], sets[1], other], all), [new, other]);
        // What is known alone is what it is.
        assert_eq!(news(&[known[0].into()], all), [known[0].into()]);
    }
}
