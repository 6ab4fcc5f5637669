//! What is known of the subject so far, and which wrong answers that explains.

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

/// One finding with what it takes to recognise it.
pub(super) struct Known {
    pub(super) found: Found,
    /// The mistakes that reproduce it; none where the catalogue has none.
    pub(super) sets: Vec<MistakeSet>,
    /// Where the catalogue has none: the corners that the smallest request lies in, and the place
    /// where it differs.
    place: String,
    trigger: Vec<usize>,
    shape: Shape,
    /// Where what is kept from one call to the next counts: for each of `sets` a signer that makes
    /// these mistakes, and is asked all that the subject is.
    pub(super) shadows: Vec<Model>,
}

/// What a wrong answer to some calls counts as.
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

    /// Whether another answer is a failure.
    pub(super) fn is_normative(self) -> bool {
        self.class.is_core() && self.signable
    }
}

/// What any of the calls touches.
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

    /// Resets the shadows, as the subject was restarted.
    pub(super) fn forget(&mut self) {
        if !self.shadows.is_empty() {
            self.shadows = self.sets.iter().map(|set| Model::new(*set)).collect();
        }
    }

    /// Whether a wrong answer of this standing may count as this finding. One that is a failure never
    /// counts as a finding that is none.
    pub(super) fn takes(&self, standing: Standing) -> bool {
        self.found.is_normative() || !standing.is_normative()
    }

    /// Whether its mistakes alone make the subject answer so. Alternatives that do not are dropped.
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

    /// Whether `other` is the same finding, made of another case.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self.is_named(), other.is_named()) {
            (true, true) => self.sets.iter().any(|set| other.sets.contains(set)),
            // A failure in the same words is the same failure, wherever it happens.
            (false, false) if self.found.verdict == Verdict::Error => {
                other.found.verdict == Verdict::Error && self.place == other.place
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

    /// Takes in what another case showed of the same finding. A failure replaces what is none.
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

    /// Whether an answer without a catalogued mistake differs in the same place of a request that
    /// has all that the known one has.
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

/// The indices of the known findings whose mistakes explain a wrong answer: of one, or of several
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

/// The index of the finding without a name that a wrong answer is likely to belong to.
pub(super) fn likely(
    known: &[Known],
    calls: &[SignQuestion],
    wrong: &Wrong,
    standing: Standing,
) -> Option<usize> {
    known.iter().position(|known| known.is_likely(calls, wrong, standing))
}

/// Whether the shadow of a known finding, asked all that the subject was, answers as it did.
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
            // What cannot be signed leaves nothing behind.
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

/// Where an answer differs, in words that other requests have too.
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

/// The first words of a message, without what differs from request to request.
fn words(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let words = line.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic));
    words.take(8).collect::<Vec<_>>().join(" ")
}

/// The corners that tell a question from the plainest one.
fn trigger(question: &SignQuestion) -> Vec<usize> {
    let plain = plain();
    let differs = |index: &usize| {
        let holds = CORNERS[*index].holds;
        holds(question) && !holds(&plain)
    };
    (0..CORNERS.len()).filter(differs).collect()
}
