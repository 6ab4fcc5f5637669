//! What the right answers say against a set of mistakes.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_vectors::model::Case;

use super::requests::Place;
use super::scene::Scene;
use crate::catalogue::MistakeSet;

/// The right answers of a run, by place.
///
/// Whether they contradict a set of mistakes is computed once for each place: the same few sets
/// reproduce one wrong answer after the other, and each time thousands of right ones are signed
/// again.
pub(super) struct Evidence<'s, 'r> {
    places: BTreeMap<Place, Vec<&'s Scene<'r>>>,
    known: Mutex<HashMap<(MistakeSet, Place), Option<&'r Case>>>,
}

impl<'s, 'r> Evidence<'s, 'r> {
    /// The evidence of answers that are exactly those of a correct signer.
    pub(super) fn of(right: impl Iterator<Item = &'s Scene<'r>>) -> Self {
        let mut places: BTreeMap<Place, Vec<&'s Scene<'r>>> = BTreeMap::new();
        for scene in right {
            places.entry(scene.place()).or_default().push(scene);
        }
        Self { places, known: Mutex::default() }
    }

    /// The places in which something is right.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.places.keys().copied()
    }

    /// The first case in a place that a signer with these mistakes would have got wrong.
    pub(super) fn against(&self, set: MistakeSet, place: Place) -> Option<&'r Case> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&(set, place)) {
            return *found;
        }
        let right = self.places.get(&place).map_or(&[][..], Vec::as_slice);
        let found = right.par_iter().find_first(|scene| scene.is_harmed_by(set));
        let found = found.map(|scene| scene.case);
        known().insert((set, place), found);
        found
    }
}
