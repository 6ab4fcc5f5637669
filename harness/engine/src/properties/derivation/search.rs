//! The search for collisions over many pairs: every key is compared with all keys before it.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::derive::Derivation;
use super::pair::{Pair, Twist};
use super::parts::{Keys, Level, Parts};

/// What a search covered and found.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// How many pairs were tried, of which the derivation accepts both tuples.
    pub cases: u32,
    /// How many further pairs were made, of which it accepts at most one tuple.
    pub untaken: u32,
    /// How many pairs have the same keys by rule: see [`Parts::identity`].
    pub one_by_rule: u32,
    /// The first collision at each level, in the order of [`Level::ALL`].
    pub collisions: [Option<Collision>; 4],
    /// The first tuples that are equivalent by rule but have different keys.
    pub apart: Option<Pair>,
}

/// Two tuples with one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// Which key.
    pub level: Level,
    /// The earlier tuple.
    pub first: Tuple,
    /// The later tuple with the same key.
    pub second: Tuple,
    /// The key.
    pub key: [u8; 32],
}

/// A tuple and the pair that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuple {
    /// The pair's number, from 1.
    pub case: u32,
    /// How the pair was made.
    pub twist: Twist,
    /// The tuple.
    pub parts: Parts,
}

impl Search {
    /// Tries the first `cases` pairs of `seed` that the derivation accepts, and gives up if it
    /// accepts fewer than one in four. Keeps every key in memory: a gigabyte for a million cases.
    #[must_use]
    pub fn run(derivation: Derivation, seed: u64, cases: u32) -> Self {
        let mut search = Self::default();
        let secret_use = derivation.secret_use();
        let mut held = Seen { derivation, seed, holders: HashMap::new() };
        for case in 1..=cases.saturating_mul(4) {
            if search.cases == cases {
                break;
            }
            let pair = Pair::numbered(seed, case);
            let keys = pair.tuples().map(|parts| derivation.keys(parts));
            if let [Some(first), Some(second)] = &keys {
                search.cases += 1;
                let identities =
                    pair.tuples().map(|parts| parts.identity(Level::Signing, secret_use));
                if identities[0] == identities[1] {
                    search.one_by_rule += 1;
                    if first != second {
                        search.apart.get_or_insert_with(|| pair.clone());
                    }
                }
            } else {
                search.untaken += 1;
            }
            for (side, keys) in keys.iter().enumerate() {
                if let Some(keys) = keys {
                    held.insert(keys, &pair, case, side, &mut search.collisions);
                }
            }
        }
        search
    }

    /// The collision that came first.
    #[must_use]
    pub fn first_collision(&self) -> Option<&Collision> {
        self.collisions.iter().flatten().min_by_key(|collision| collision.second.case)
    }
}

/// Which tuple had which key first. A holder is kept as a fingerprint of its identity, and as the
/// number from which the tuple can be made again.
struct Seen {
    derivation: Derivation,
    seed: u64,
    holders: HashMap<(Level, [u8; 32]), Holder>,
}

#[derive(Clone, Copy)]
struct Holder {
    fingerprint: u64,
    case: u32,
    side: bool,
}

impl Seen {
    fn insert(
        &mut self,
        keys: &Keys,
        pair: &Pair,
        case: u32,
        side: usize,
        collisions: &mut [Option<Collision>; 4],
    ) {
        let parts = pair.tuples()[side];
        for (index, level) in Level::ALL.into_iter().enumerate() {
            let key = keys[index];
            let mut hasher = DefaultHasher::new();
            parts.identity(level, self.derivation.secret_use()).hash(&mut hasher);
            let fingerprint = hasher.finish();
            let holder = Holder { fingerprint, case, side: side == 1 };
            let first = *self.holders.entry((level, key)).or_insert(holder);
            if first.fingerprint != fingerprint && collisions[index].is_none() {
                let second = Tuple { case, twist: pair.twist, parts: parts.clone() };
                collisions[index] =
                    Some(Collision { level, first: self.tuple(first), second, key });
            }
        }
    }

    fn tuple(&self, holder: Holder) -> Tuple {
        let pair = Pair::numbered(self.seed, holder.case);
        let parts = pair.tuples()[usize::from(holder.side)].clone();
        Tuple { case: holder.case, twist: pair.twist, parts }
    }
}

impl fmt::Display for Collision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = (&self.first, &self.second);
        write!(formatter, "{} after {} cases", self.level.as_str(), second.case)?;
        if first.case == second.case {
            write!(formatter, ", {}", second.twist)?;
        } else {
            write!(formatter, ", with case {}", first.case)?;
        }
        write!(formatter, "\n  {}\n  {}", first.parts, second.parts)
    }
}
