//! A buffer to which many short pieces are appended, such as the parts of header lines.
//!
//! A `Vec` tests for room with each piece and keeps its length in memory, so that each piece waits
//! for the previous one. Here room for several pieces is made at once, and the place of the next one
//! stays in a register. Clearing the text keeps the memory, so that making room is usually one
//! comparison.

use std::ops::{Deref, DerefMut};

use zeroize::{ZeroizeOnDrop, optimization_barrier};

use crate::primitive::bytes;

/// The text. It allocates nothing once it has grown.
#[derive(Default)]
pub(crate) struct Text {
    /// The text, followed by what was there before.
    memory: Vec<u8>,
    length: usize,
}

/// A short piece is written as a whole word of this size, so there is always room for one.
const SLACK: usize = 8;

impl Text {
    /// Appends what `write` writes, at most `room` bytes, and returns its result.
    #[inline]
    pub(crate) fn write<R>(&mut self, room: usize, write: impl FnOnce(&mut Cursor<'_>) -> R) -> R {
        let end = self.length + room + SLACK;
        if end > self.memory.len() {
            self.grow(end);
        }
        let mut cursor = Cursor { rest: &mut self.memory[self.length..] };
        let result = write(&mut cursor);
        let unused = cursor.rest.len();
        self.length = self.memory.len() - unused;
        result
    }

    /// Appends a text.
    #[inline]
    pub(crate) fn append(&mut self, text: &[u8]) {
        self.write(text.len(), |out| out.text(text));
    }

    /// Appends one byte.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.append(&[byte]);
    }

    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    /// Removes the last byte.
    pub(crate) fn pop(&mut self) {
        self.length = self.length.saturating_sub(1);
    }

    /// Removes everything after the first `length` bytes.
    #[inline]
    pub(crate) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Moves to a larger block, and leaves no copy in the smaller one.
    #[cold]
    fn grow(&mut self, end: usize) {
        let mut memory = vec![0; end.next_power_of_two()];
        memory[..self.length].copy_from_slice(self);
        clear(&mut self.memory);
        self.memory = memory;
    }
}

impl Deref for Text {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.memory[..self.length]
    }
}

impl DerefMut for Text {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory[..self.length]
    }
}

/// A text may hold a session token.
impl Drop for Text {
    fn drop(&mut self) {
        clear(&mut self.memory);
    }
}

impl ZeroizeOnDrop for Text {}

/// Overwrites the bytes with zeros in wide stores, which the compiler may not leave out.
fn clear(memory: &mut [u8]) {
    // Not even nothing is filled for free: with AVX-512 the C library stores under an empty mask, which
    // takes longer than a compression if there is no memory at the address.
    if !memory.is_empty() {
        memory.fill(0);
        optimization_barrier(memory);
    }
}

/// The remaining room.
pub(crate) struct Cursor<'o> {
    rest: &'o mut [u8],
}

#[expect(clippy::inline_always, reason = "a call costs as much as the copy")]
impl Cursor<'_> {
    /// Writes one byte.
    #[inline(always)]
    pub(crate) fn byte(&mut self, byte: u8) {
        self.text(&[byte]);
    }

    /// Writes a text.
    #[inline(always)]
    pub(crate) fn text(&mut self, text: &[u8]) {
        bytes::copy(self.advance(text.len()), text);
    }

    /// Writes a text in lower case; `prefix` is its [`bytes::prefix_lower`].
    #[inline(always)]
    pub(crate) fn lower(&mut self, text: &[u8], prefix: u64) {
        if let Some(first) = self.rest.first_chunk_mut::<SLACK>() {
            *first = prefix.to_be_bytes();
        }
        let out = self.advance(text.len());
        if text.len() > SLACK {
            bytes::copy_lower_after_prefix(out, text);
        }
    }

    /// How many bytes there is room for. The difference of two results is what was written between.
    pub(crate) fn room(&self) -> usize {
        self.rest.len()
    }

    #[inline(always)]
    fn advance(&mut self, length: usize) -> &mut [u8] {
        let (next, rest) = std::mem::take(&mut self.rest).split_at_mut(length);
        self.rest = rest;
        next
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_are_appended(
            before in prop::collection::vec(any::<u8>(), 0..9),
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..9),
        ) {
            let mut out = Text::default();
            out.append(&before);
            let room = 2 * pieces.iter().map(|piece| piece.len() + 1).sum::<usize>();
            out.write(room, |out| {
                for piece in &pieces {
                    out.text(piece);
                    out.byte(b':');
                    out.lower(piece, bytes::prefix_lower(piece));
                    out.byte(b'\n');
                }
            });
            let line = |piece: &Vec<u8>| [&piece[..], b":", &piece.to_ascii_lowercase(), b"\n"].concat();
            let lines: Vec<Vec<u8>> = pieces.iter().map(line).collect();
            prop_assert_eq!(&out[..], [before, lines.concat()].concat());
        }
    }
}
