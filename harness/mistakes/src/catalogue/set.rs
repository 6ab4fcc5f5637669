//! A set of mistakes that is cheap to copy and to query.

use super::mistake::Mistake;

/// How many words of 64 mistakes a set has.
const WORDS: usize = Mistake::ALL.len().div_ceil(64);

/// Some of the mistakes of the catalogue.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MistakeSet([u64; WORDS]);

impl MistakeSet {
    /// No mistake.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// The set of these mistakes.
    #[must_use]
    pub const fn of(mistakes: &[Mistake]) -> Self {
        let mut set = Self::EMPTY;
        let mut index = 0;
        while index < mistakes.len() {
            let (word, bit) = place(mistakes[index]);
            set.0[word] |= bit;
            index += 1;
        }
        set
    }

    /// Whether `mistake` is in it.
    #[must_use]
    pub const fn contains(self, mistake: Mistake) -> bool {
        let (word, bit) = place(mistake);
        self.0[word] & bit != 0
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// How many mistakes are in it.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Adds `mistake`.
    pub fn insert(&mut self, mistake: Mistake) {
        let (word, bit) = place(mistake);
        self.0[word] |= bit;
    }

    /// The set with `mistake` added.
    #[must_use]
    pub fn with(mut self, mistake: Mistake) -> Self {
        self.insert(mistake);
        self
    }

    /// The union of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// Whether the sets have a mistake in common.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        (0..WORDS).any(|word| self.0[word] & other.0[word] != 0)
    }

    /// The mistakes in it, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Mistake> {
        Mistake::ALL.iter().copied().filter(move |mistake| self.contains(*mistake))
    }
}

impl From<Mistake> for MistakeSet {
    fn from(mistake: Mistake) -> Self {
        Self::EMPTY.with(mistake)
    }
}

impl FromIterator<Mistake> for MistakeSet {
    fn from_iter<I: IntoIterator<Item = Mistake>>(mistakes: I) -> Self {
        mistakes.into_iter().fold(Self::EMPTY, Self::with)
    }
}

/// The word and the bit of a mistake.
const fn place(mistake: Mistake) -> (usize, u64) {
    let number = mistake as usize;
    (number / 64, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_has_a_bit_of_its_own() {
        let all: MistakeSet = Mistake::ALL.iter().copied().collect();
        assert_eq!(all.len(), Mistake::ALL.len());
        assert!(all.iter().eq(Mistake::ALL.iter().copied()));
        for mistake in Mistake::ALL {
            let set = MistakeSet::from(*mistake);
            assert!(set.iter().eq([*mistake]));
            assert!(all.intersects(set) && !MistakeSet::EMPTY.intersects(set));
        }
    }

    #[test]
    fn a_union_holds_what_either_holds() {
        let [first, .., last] = Mistake::ALL else { panic!("more than one mistake") };
        let both = MistakeSet::from(*first).union((*last).into());
        assert!(both.iter().eq([*first, *last]));
        assert!(!both.is_empty() && MistakeSet::default().is_empty());
    }
}
