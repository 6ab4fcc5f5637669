//! Writing of many short pieces one behind the other, as header lines are written.
//!
//! A `Vec` tests for room with each piece and keeps its length in memory, so that each piece waits
//! for the one before. Here room for a whole run of pieces is made at once, and where the next one
//! goes is kept at hand.

use crate::bytes;

/// What a short text is written with at once, so that there is always room for it.
const SLACK: usize = 8;

/// Appends what `write` writes, which is no more than `room` bytes.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, room: usize, write: impl FnOnce(&mut Cursor<'_>)) {
    let start = out.len();
    out.resize(start + room + SLACK, 0);
    let mut cursor = Cursor { rest: &mut out[start..] };
    write(&mut cursor);
    let unused = cursor.rest.len();
    out.truncate(out.len() - unused);
}

/// The room that is left.
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

    /// Writes a text in lower case, of which [`bytes::prefix_lower`] is known.
    #[inline(always)]
    pub(crate) fn lower(&mut self, text: &[u8], prefix: u64) {
        if let Some(first) = self.rest.first_chunk_mut::<SLACK>() {
            *first = prefix.to_be_bytes();
        }
        let out = self.advance(text.len());
        if text.len() > SLACK {
            bytes::copy_lower_behind_prefix(out, text);
        }
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
            let mut out = before.clone();
            let room = 2 * pieces.iter().map(|piece| piece.len() + 1).sum::<usize>();
            append(&mut out, room, |out| {
                for piece in &pieces {
                    out.text(piece);
                    out.byte(b':');
                    out.lower(piece, bytes::prefix_lower(piece));
                    out.byte(b'\n');
                }
            });
            let line = |piece: &Vec<u8>| [&piece[..], b":", &piece.to_ascii_lowercase(), b"\n"].concat();
            let lines: Vec<Vec<u8>> = pieces.iter().map(line).collect();
            prop_assert_eq!(out, [before, lines.concat()].concat());
        }
    }
}
