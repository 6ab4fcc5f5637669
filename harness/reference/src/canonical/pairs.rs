//! A list of name and value pairs that is filled, sorted and written without allocating anew.

use std::ops::Range;

/// Names and values, one behind the other in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    start: usize,
    /// Where the name ends and the value begins.
    middle: usize,
    end: usize,
}

/// How the pairs are ordered.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    /// By the bytes of the name, pairs of one name as they came.
    Name,
    /// By the bytes of the name, then by those of the value.
    NameThenValue,
}

impl Pairs {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.entries.clear();
    }

    /// Appends a pair whose parts the two functions write.
    pub(crate) fn add(
        &mut self,
        name: impl FnOnce(&mut Vec<u8>),
        value: impl FnOnce(&mut Vec<u8>),
    ) {
        let start = self.bytes.len();
        name(&mut self.bytes);
        let middle = self.bytes.len();
        value(&mut self.bytes);
        self.entries.push(Entry { start, middle, end: self.bytes.len() });
    }

    /// Sorts, and walks the pairs in that order.
    pub(crate) fn sorted(&mut self, order: Order) -> impl Iterator<Item = (&[u8], &[u8])> {
        let bytes = &self.bytes;
        // Unstable sorting needs no memory; what came first starts first in the buffer.
        self.entries.sort_unstable_by(|left, right| {
            let by_name = bytes[left.name()].cmp(&bytes[right.name()]);
            by_name.then_with(|| match order {
                Order::Name => left.start.cmp(&right.start),
                Order::NameThenValue => bytes[left.value()].cmp(&bytes[right.value()]),
            })
        });
        self.entries.iter().map(|entry| (&bytes[entry.name()], &bytes[entry.value()]))
    }
}

impl Entry {
    fn name(&self) -> Range<usize> {
        self.start..self.middle
    }

    fn value(&self) -> Range<usize> {
        self.middle..self.end
    }
}
