//! Which cases a search asks, and which of its shards.

use std::time::Duration;

/// How many cases are in memory at once, and are asked before the time is checked.
pub(super) const BATCH: u64 = 256;

/// What to search.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// The number of the first case.
    pub start: u64,
    /// How many cases there are in all shards together.
    pub cases: u64,
    /// Which of them are asked.
    pub shard: Shard,
    /// After how long no further cases are asked.
    pub time: Option<Duration>,
}

impl Plan {
    /// The number behind the last case of all shards.
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.cases)
    }

    /// The numbers at which the batches of this shard begin.
    pub(super) fn batches(&self) -> impl Iterator<Item = u64> + use<> {
        let Self { start, shard, .. } = *self;
        let first = start.saturating_add(shard.index.saturating_mul(BATCH));
        let step = shard.count.saturating_mul(BATCH);
        let after = move |batch: &u64| batch.checked_add(step);
        let end = self.end();
        std::iter::successors(Some(first), after).take_while(move |batch| *batch < end)
    }

    /// Where the same shard of another search starts to go on before this batch.
    pub(super) fn next(&self, batch: u64) -> u64 {
        batch.saturating_sub(self.shard.index.saturating_mul(BATCH))
    }
}

/// One of several equal parts of a search: every `count`th batch of cases.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shard {
    /// Which one, from 0.
    pub index: u64,
    /// How many there are, at least one.
    pub count: u64,
}

impl Shard {
    /// The whole.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// One of the parts that this one falls into.
    #[must_use]
    pub fn part(self, index: u64, count: u64) -> Self {
        Self { index: self.index + index * self.count, count: self.count * count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_that_stops_early_goes_on_with_its_own_batches() {
        let shard = Shard { index: 1, count: 3 }.part(1, 2);
        let plan = Plan { seed: 1, start: 5, cases: 30 * BATCH, shard, time: None };
        let batches: Vec<u64> = plan.batches().collect();
        assert_eq!(batches.len(), 5);
        for (asked, batch) in batches.iter().enumerate() {
            let start = plan.next(*batch);
            let rest = Plan { start, cases: plan.end() - start, ..plan };
            assert_eq!(rest.batches().collect::<Vec<_>>(), batches[asked..]);
        }
    }
}
