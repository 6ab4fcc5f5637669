//! What is known about the subject so far, and which wrong answers that explains.

use sigv4_generate::coverage::CORNERS;
use sigv4_generate::{Class, plain};
use sigv4_mistakes::diagnose::reproduces;
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::Stage;
use sigv4_protocol::{SignQuestion, SignedAnswer};

use super::finding::Found;
use super::oracle::Wrong;
use super::shape::{self, Shape};
use crate::judge::{Finding, Verdict};

/// One finding, with what is needed to recognise it.
pub(super) struct Known {
    pub(super) found: Found,
    /// The mistakes that reproduce it; none if the catalogue has none.
    pub(super) sets: Vec<MistakeSet>,
    /// Where the smallest request differs; with `trigger` and `shape` it identifies a finding that
    /// the catalogue has no name for.
    place: String,
    trigger: Vec<usize>,
    shape: Shape,
    /// If the finding depends on state that is kept between calls: for each of `sets` a signer that
    /// makes these mistakes, and is asked everything that the subject is asked.
    pub(super) shadows: Vec<Model>,
}

/// How a wrong answer to some calls is counted.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    /// The points of disagreement that the calls touch.
    pub(super) class: Class,
    /// Whether a correct signer signs them.
    pub(super) signable: bool,
}

impl Standing {
    pub(super) fn new(calls: &[SignQuestion], signable: bool) -> Self {
        Self { class: class_of(calls), signable }
    }

    /// Whether any other answer is a failure.
    pub(super) fn is_normative(self) -> bool {
        self.class.is_core() && self.signable
    }
}

/// The points of disagreement that any of the calls touches.
pub(super) fn class_of(calls: &[SignQuestion]) -> Class {
    calls.iter().map(Class::of).fold(Class::default(), Class::union)
}

impl Known {
    /// A finding whose mistakes are `sets`, or that resembles them.
    pub(super) fn new(found: Found, sets: Vec<MistakeSet>, keeps_state: bool) -> Self {
        let place = place(found.finding.as_ref(), &found.note);
        let trigger = found.calls.first().map(trigger).unwrap_or_default();
        let shape = shape::of(&found.calls);
        let mut known = Self { found, sets, place, trigger, shape, shadows: Vec::new() };
        if keeps_state {
            known.shadows = known.sets.iter().map(|set| Model::new(*set)).collect();
        }
        known
    }

    /// Whether the catalogue has a name for it.
    pub(super) fn is_named(&self) -> bool {
        !self.found.mistakes.is_empty()
    }

    /// Resets the shadows after a restart of the subject.
    pub(super) fn forget(&mut self) {
        if !self.shadows.is_empty() {
            self.shadows = self.sets.iter().map(|set| Model::new(*set)).collect();
        }
    }

    /// Whether a wrong answer of this standing may count as this finding. A failure never counts as
    /// a finding that is not a failure.
    pub(super) fn takes(&self, standing: Standing) -> bool {
        self.found.is_normative() || !standing.is_normative()
    }

    /// Whether its mistakes alone explain the answers. Alternatives that do not are dropped.
    fn explains(&mut self, calls: &[SignQuestion], wrong: &Wrong) -> bool {
        if !self.shadows.is_empty() {
            return false;
        }
        let holds = |set: &MistakeSet| wrong.is_made_by(*set, calls);
        let holding: Vec<MistakeSet> = self.sets.iter().copied().filter(holds).collect();
        if holding.is_empty() {
            return false;
        }
        if holding.len() < self.sets.len() && self.is_named() {
            self.narrow(holding);
        }
        true
    }

    pub(super) fn narrow(&mut self, sets: Vec<MistakeSet>) {
        self.found.mistakes = ids(&sets);
        self.found.titles = titles(&sets);
        self.sets = sets;
    }

    /// Whether `other` is the same finding, from another case.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self.is_named(), other.is_named()) {
            (true, true) => self.sets.iter().any(|set| other.sets.contains(set)),
            // An error or a refusal with the same message is the same one, wherever it happens.
            (false, false) if self.found.verdict != Verdict::Mismatch => {
                other.found.verdict == self.found.verdict && self.place == other.place
            }
            (false, false) => {
                self.found.verdict == other.found.verdict
                    && self.place == other.place
                    && self.shape == other.shape
                    && self.found.class == other.found.class
                    && self.found.is_normative() == other.found.is_normative()
            }
            _ => false,
        }
    }

    /// Merges what another case showed about the same finding. A failure replaces a finding that is
    /// not a failure.
    pub(super) fn absorb(&mut self, other: Self) {
        let both: Vec<MistakeSet> =
            self.sets.iter().copied().filter(|set| other.sets.contains(set)).collect();
        let hits = self.found.hits + other.found.hits;
        let mut sets = std::mem::take(&mut self.sets);
        if self.shadows.is_empty() {
            self.shadows = other.shadows;
        }
        if self.is_named() {
            sets = both;
        } else {
            sets.extend(other.sets.iter().filter(|set| !both.contains(set)));
        }
        if other.found.is_normative() && !self.found.is_normative() {
            self.found = other.found;
            (self.place, self.trigger, self.shape) = (other.place, other.trigger, other.shape);
        }
        self.found.hits = hits;
        if self.is_named() {
            self.narrow(sets);
        } else {
            self.sets = sets;
        }
    }

    /// Whether an answer that no catalogued mistake explains differs in the same place, for a
    /// request that has everything that the known one has.
    fn is_likely(&self, calls: &[SignQuestion], wrong: &Wrong, standing: Standing) -> bool {
        if self.is_named()
            || !self.takes(standing)
            || self.found.class.union(standing.class) != standing.class
            || self.found.verdict != wrong.verdict
            || self.place != place(wrong.finding.as_ref(), &wrong.note)
        {
            return false;
        }
        let telling =
            self.found.finding.as_ref().is_none_or(|finding| finding.stage != Stage::Signature);
        let has_all = |call| self.trigger.iter().all(|corner| (CORNERS[*corner].holds)(call));
        telling || calls.iter().any(has_all) && self.shape.is_part_of(&shape::of(calls))
    }
}

/// The indices of the known findings whose mistakes explain a wrong answer: one alone, or several
/// together.
pub(super) fn explained_by(
    known: &mut [Known],
    calls: &[SignQuestion],
    wrong: &Wrong,
    standing: Standing,
) -> Vec<usize> {
    let mut alone = 0..known.len();
    let explaining =
        alone.find(|index| known[*index].takes(standing) && known[*index].explains(calls, wrong));
    if let Some(index) = explaining {
        return vec![index];
    }
    let named: Vec<usize> = (0..known.len())
        .filter(|index| known[*index].is_named() && known[*index].shadows.is_empty())
        .collect();
    if wrong.answers.is_empty() || named.len() < 2 {
        return Vec::new();
    }
    let holds = |indices: &[usize]| {
        let sets = indices.iter().map(|index| known[*index].sets[0]);
        indices.iter().any(|index| known[*index].takes(standing))
            && wrong.is_made_by(sets.fold(MistakeSet::EMPTY, MistakeSet::union), calls)
    };
    for (index, first) in named.iter().enumerate() {
        for second in &named[index + 1..] {
            if holds(&[*first, *second]) {
                return vec![*first, *second];
            }
        }
    }
    if holds(&named) { named } else { Vec::new() }
}

/// The index of the unnamed finding that a wrong answer probably belongs to.
pub(super) fn likely(
    known: &[Known],
    calls: &[SignQuestion],
    wrong: &Wrong,
    standing: Standing,
) -> Option<usize> {
    known.iter().position(|known| known.is_likely(calls, wrong, standing))
}

/// The index of a known finding whose shadow, asked everything that the subject was asked, gives
/// the same answers.
pub(super) fn explained_by_shadow(
    known: &mut [Known],
    calls: &[SignQuestion],
    answers: &[SignedAnswer],
    standing: Standing,
) -> Option<usize> {
    let mut explaining = None;
    for (index, known) in known.iter_mut().enumerate() {
        let shadows = known.shadows.iter_mut();
        let holding: Vec<MistakeSet> = shadows
            .filter_map(|shadow| reproduces(shadow, calls, answers).then(|| shadow.mistakes()))
            .collect();
        if holding.is_empty() {
            continue;
        }
        if known.takes(standing) {
            explaining.get_or_insert(index);
        }
        if holding.len() < known.shadows.len() {
            known.shadows.retain(|shadow| holding.contains(&shadow.mistakes()));
            known.narrow(holding);
        }
    }
    explaining
}

/// Feeds all shadows with what was answered correctly.
pub(super) fn feed_shadows<'q>(
    known: &mut [Known],
    calls: &(impl Iterator<Item = &'q SignQuestion> + Clone),
) {
    for shadow in known.iter_mut().flat_map(|known| &mut known.shadows) {
        for call in calls.clone() {
            // Calls that cannot be signed leave no state behind.
            let _ = shadow.sign(call);
        }
    }
}

pub(super) fn ids(sets: &[MistakeSet]) -> Vec<Vec<&'static str>> {
    sets.iter().map(|set| set.iter().map(Mistake::id).collect()).collect()
}

pub(super) fn titles(sets: &[MistakeSet]) -> Vec<&'static str> {
    let first = sets.first().into_iter().flat_map(|set| set.iter());
    first.map(|mistake| &mistake.entry().title[..]).collect()
}

/// Where an answer differs, as a text that does not depend on the request.
pub(super) fn place(finding: Option<&Finding>, note: &str) -> String {
    let Some(Finding { stage, summary, difference }) = finding else { return words(note) };
    match difference {
        None => format!("{stage} {}", words(summary)),
        Some(difference) if summary.contains("list of signed headers") => {
            let names = |list: &[u8]| -> Vec<String> {
                String::from_utf8_lossy(list).split(';').map(str::to_owned).collect()
            };
            let (expected, actual) = (names(&difference.expected), names(&difference.actual));
            let less = |list: &[String], other: &[String]| {
                list.iter().find(|name| !other.contains(name)).cloned().unwrap_or_default()
            };
            format!("headers -{} +{}", less(&expected, &actual), less(&actual, &expected))
        }
        Some(difference) => {
            let component = difference.component.to_string();
            format!("{stage} {}", component.split('`').next().unwrap_or_default())
        }
    }
}

/// The first words of a message, without the parts that vary between requests.
fn words(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let words = line.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic));
    words.take(8).collect::<Vec<_>>().join(" ")
}

/// The corners that distinguish a question from the plainest one.
fn trigger(question: &SignQuestion) -> Vec<usize> {
    let plain = plain();
    let differs = |index: &usize| {
        let holds = CORNERS[*index].holds;
        holds(question) && !holds(&plain)
    };
    (0..CORNERS.len()).filter(differs).collect()
}
