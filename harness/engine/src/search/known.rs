//! What is known of the subject so far, and which wrong answers that explains.

use sigv4_generate::coverage::CORNERS;
use sigv4_generate::plain;
use sigv4_mistakes::diagnose::reproduces;
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::Stage;
use sigv4_protocol::{SignQuestion, SignedAnswer};

use super::finding::Found;
use super::oracle::Wrong;
use crate::judge::Finding;

/// One finding with what it takes to recognise it.
pub(super) struct Known {
    pub(super) found: Found,
    /// The mistakes that are behind it; none where the catalogue has none.
    pub(super) sets: Vec<MistakeSet>,
    /// Where the catalogue has none: the corners that the smallest request lies in, and the place
    /// where it differs.
    pub(super) place: String,
    trigger: Vec<usize>,
    /// Where what is kept from one call to the next counts: for each of `sets` a signer that makes
    /// these mistakes, and is asked all that the subject is.
    pub(super) shadows: Vec<Model>,
}

impl Known {
    pub(super) fn new(found: Found, sets: Vec<MistakeSet>, keeps_state: bool) -> Self {
        let place = place(found.finding.as_ref(), &found.note);
        let trigger = found.calls.first().map(trigger).unwrap_or_default();
        let mut known = Self { found, sets, place, trigger, shadows: Vec::new() };
        if keeps_state {
            known.shadows = known.sets.iter().map(|set| Model::new(*set)).collect();
        }
        known
    }

    /// Lets the shadows begin anew, as the subject does.
    pub(super) fn forget(&mut self) {
        if !self.shadows.is_empty() {
            self.shadows = self.sets.iter().map(|set| Model::new(*set)).collect();
        }
    }

    /// Whether this alone makes the subject answer so. Alternatives that do not are given up.
    fn explains(&mut self, calls: &[SignQuestion], wrong: &Wrong) -> bool {
        if !self.shadows.is_empty() {
            return false;
        }
        if self.sets.is_empty() {
            return self.is_likely(calls, wrong);
        }
        let holds = |set: &MistakeSet| reproduces(&mut Model::new(*set), calls, &wrong.answers);
        let holding: Vec<MistakeSet> = self.sets.iter().copied().filter(holds).collect();
        if holding.is_empty() {
            return false;
        }
        if holding.len() < self.sets.len() {
            self.narrow(holding);
        }
        true
    }

    pub(super) fn narrow(&mut self, sets: Vec<MistakeSet>) {
        self.found.mistakes = ids(&sets);
        self.found.titles = titles(&sets);
        self.sets = sets;
    }

    /// Whether an answer without a catalogued mistake differs in the same place of a request that
    /// has all that the known one has.
    fn is_likely(&self, calls: &[SignQuestion], wrong: &Wrong) -> bool {
        if self.found.verdict != wrong.verdict
            || self.place != place(wrong.finding.as_ref(), &wrong.note)
        {
            return false;
        }
        let telling =
            self.found.finding.as_ref().is_none_or(|finding| finding.stage != Stage::Signature);
        telling
            || calls
                .iter()
                .any(|call| self.trigger.iter().all(|corner| (CORNERS[*corner].holds)(call)))
    }
}

/// The index of the known finding that explains a wrong answer, alone or with others: all of them.
pub(super) fn explained_by(
    known: &mut [Known],
    calls: &[SignQuestion],
    wrong: &Wrong,
) -> Vec<usize> {
    if let Some(index) = (0..known.len()).find(|index| known[*index].explains(calls, wrong)) {
        return vec![index];
    }
    let with_mistakes: Vec<usize> = (0..known.len())
        .filter(|index| !known[*index].sets.is_empty() && known[*index].shadows.is_empty())
        .collect();
    let union = |indices: &[usize]| {
        indices.iter().fold(MistakeSet::EMPTY, |all, index| all.union(known[*index].sets[0]))
    };
    let holds =
        |indices: &[usize]| reproduces(&mut Model::new(union(indices)), calls, &wrong.answers);
    if wrong.answers.is_empty() || with_mistakes.len() < 2 {
        return Vec::new();
    }
    for (index, first) in with_mistakes.iter().enumerate() {
        for second in &with_mistakes[index + 1..] {
            if holds(&[*first, *second]) {
                return vec![*first, *second];
            }
        }
    }
    if holds(&with_mistakes) { with_mistakes } else { Vec::new() }
}

/// Whether the shadow of a known finding, asked all that the subject was, answers as it did.
pub(super) fn explained_by_shadow(
    known: &mut [Known],
    calls: &[SignQuestion],
    answers: &[SignedAnswer],
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
        explaining.get_or_insert(index);
        if holding.len() < known.shadows.len() {
            known.shadows.retain(|shadow| holding.contains(&shadow.mistakes()));
            known.narrow(holding);
        }
    }
    explaining
}

/// Feeds all shadows with what was answered rightly.
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
