//! Copying and scanning of short texts, which is what a signature costs besides its hashes.
//!
//! Each function does the same as a line of the standard library, and a property test compares the
//! two. The standard library calls `memcpy` for a few bytes, or tests one byte at a time so that it
//! can stop at the first match; here sixteen bytes are tested at the same cost.

#![expect(clippy::inline_always, reason = "for a short text a call costs as much as the work")]

use std::cmp::Ordering;

/// How many bytes are tested together.
const LANES: usize = 16;

/// A word in which each byte is one.
const EACH: u64 = 0x0101_0101_0101_0101;

/// `out.copy_from_slice(text)`. Up to 64 bytes are copied as two pieces of fixed size that overlap.
#[inline(always)]
pub(crate) fn copy(out: &mut [u8], text: &[u8]) {
    match text.len() {
        16..=32 => copy_ends::<16>(out, text),
        8..16 => copy_ends::<8>(out, text),
        4..8 => copy_ends::<4>(out, text),
        0..4 => out.iter_mut().zip(text).for_each(|(out, byte)| *out = *byte),
        33..=64 => copy_ends::<32>(out, text),
        _ => out.copy_from_slice(text),
    }
}

#[inline(always)]
fn copy_ends<const N: usize>(out: &mut [u8], text: &[u8]) {
    if let (Some(first), Some(first_out)) = (text.first_chunk::<N>(), out.first_chunk_mut()) {
        *first_out = *first;
    }
    if let (Some(last), Some(last_out)) = (text.last_chunk::<N>(), out.last_chunk_mut()) {
        *last_out = *last;
    }
}

/// `out[8..].copy_from_slice(&text[8..].to_ascii_lowercase())`, for a text of eight bytes or more.
/// The bytes before may be written too.
#[inline]
pub(crate) fn copy_lower_after_prefix(out: &mut [u8], text: &[u8]) {
    let lowered = |word: &[u8; 8]| lower(u64::from_ne_bytes(*word)).to_ne_bytes();
    if text.len() > 16 {
        for (word_out, word) in out.as_chunks_mut().0.iter_mut().zip(text.as_chunks().0).skip(1) {
            *word_out = lowered(word);
        }
    }
    if let (Some(last), Some(last_out)) = (text.last_chunk(), out.last_chunk_mut()) {
        *last_out = lowered(last);
    }
}

/// `left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase())`.
#[inline]
pub(crate) fn cmp_lower(left: &[u8], right: &[u8]) -> Ordering {
    let ((lefts, _), (rights, _)) = (left.as_chunks(), right.as_chunks());
    let lowered = |word: &[u8; 8]| lower(u64::from_be_bytes(*word));
    let differs = |(left, right): &(&[u8; 8], &[u8; 8])| lowered(left) != lowered(right);
    let alike = lefts.iter().zip(rights).take_while(|pair| !differs(pair)).count() * 8;
    let left = left[alike..].iter().map(u8::to_ascii_lowercase);
    left.cmp(right[alike..].iter().map(u8::to_ascii_lowercase))
}

/// `left.eq_ignore_ascii_case(right)`.
#[inline(always)]
pub(crate) fn eq_ignore_case(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && prefix_lower(left) == prefix_lower(right)
        && (left.len() <= size_of::<u64>() || ends_alike(left, right, lower))
}

/// Whether `text` in lower case is `lower`, if both are of the same length and this is so of their first
/// eight bytes.
#[inline]
pub(crate) fn has_lower_end(text: &[u8], lower: &[u8]) -> bool {
    ends_alike(text, lower, |word| word)
}

/// Whether two texts of the same length are alike after their first eight bytes, the left one in lower
/// case, and each word of the right one made so by `lower_right`.
#[inline]
fn ends_alike(left: &[u8], right: &[u8], lower_right: impl Fn(u64) -> u64) -> bool {
    let alike = |left: &[u8; 8], right: &[u8; 8]| {
        lower(u64::from_ne_bytes(*left)) == lower_right(u64::from_ne_bytes(*right))
    };
    let ends = left.last_chunk().zip(right.last_chunk());
    let mut words = left.as_chunks().0.iter().zip(right.as_chunks().0).skip(1);
    ends.is_none_or(|(left, right)| alike(left, right))
        && (left.len() <= LANES || words.all(|(left, right)| alike(left, right)))
}

/// Eight bytes in lower case. One addition sets the highest bit of each byte from `A` on, another
/// that of each byte after `Z`; a capital has the first bit set and not the second.
fn lower(word: u64) -> u64 {
    let low_bits = word & (0x7f * EACH);
    let from_a = low_bits + (0x80 - u64::from(b'A')) * EACH;
    let after_z = low_bits + (0x7f - u64::from(b'Z')) * EACH;
    let capitals = from_a & !after_z & !word & (0x80 * EACH);
    word | capitals >> 2
}

/// `text.iter().any(|&byte| byte < limit)`, for a limit of ASCII.
#[inline(always)]
pub(crate) fn any_below(text: &[u8], limit: u8) -> bool {
    // Subtracting sets the highest bit of a byte that is lower; bytes that had it set are not lower.
    let lower = |word: u64| word.wrapping_sub(u64::from(limit) * EACH) & !word & (0x80 * EACH);
    match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) if text.len() < LANES => {
            lower(u64::from_ne_bytes(*first)) | lower(u64::from_ne_bytes(*last)) != 0
        }
        (None, _) => lower(prefix(text) | u64::MAX >> (8 * text.len())) != 0,
        _ => any(text, |byte| byte < limit),
    }
}

/// `text.iter().any(|&byte| wanted(byte))`. Fastest if `wanted` is a single comparison.
#[inline(always)]
pub(crate) fn any(text: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
    any_pair_of(text, text, |byte, _| wanted(byte))
}

/// `text.windows(2).any(|pair| wanted(pair[0], pair[1]))`.
#[inline]
pub(crate) fn any_pair(text: &[u8], wanted: impl Fn(u8, u8) -> bool) -> bool {
    let Some((_, right)) = text.split_first() else { return false };
    any_pair_of(&text[..right.len()], right, wanted)
}

/// `text.iter().position(|&each| each == byte)`, for a byte other than zero.
#[inline]
pub(crate) fn position(text: &[u8], byte: u8) -> Option<usize> {
    // What is far away is approached in long steps.
    let is_far = |lanes: &&[u8; LANES]| !any_lane(lanes, lanes, &|each, _| each == byte);
    let start = LANES * text.as_chunks().0.iter().take_while(is_far).count();
    let text = &text[start..];
    for (index, word) in text.as_chunks::<8>().0.iter().enumerate() {
        if let Some(at) = position_in_word(u64::from_le_bytes(*word), byte) {
            return Some(start + 8 * index + at);
        }
    }
    match text.last_chunk::<8>() {
        Some(last) => {
            let at = position_in_word(u64::from_le_bytes(*last), byte)?;
            Some(start + text.len() - 8 + at)
        }
        None => position_in_word(prefix(text).swap_bytes(), byte).map(|at| start + at),
    }
}

/// The indices of a byte other than zero, in order.
#[inline]
pub(crate) fn positions(text: &[u8], byte: u8) -> impl Iterator<Item = usize> {
    const LOW_BITS: u64 = 0x7f * EACH;
    let each = u64::from(byte) * EACH;
    marked(text, 0, move |word| {
        // A sum that has no highest bit is of zeros alone.
        let difference = word ^ each;
        !((difference & LOW_BITS).wrapping_add(LOW_BITS) | difference | LOW_BITS)
    })
}

/// The indices of the bytes that `mark` marks, in order. It is given eight bytes at a time, of which the
/// lowest is the first, and sets the highest bits of those that it means. The last word of a text is
/// padded with `filler`. Each word is read once, however many there are in it.
#[inline]
pub(crate) fn marked(
    text: &[u8],
    filler: u8,
    mark: impl Fn(u64) -> u64,
) -> impl Iterator<Item = usize> {
    let (words, mut rest) = text.as_chunks::<8>();
    let mut words = words.iter();
    // Where the next word is, and what is still to be told of the one before.
    let (mut next, mut found) = (0, 0_u64);
    std::iter::from_fn(move || {
        while found == 0 {
            let word = match words.next() {
                Some(word) => u64::from_le_bytes(*word),
                None if rest.is_empty() => return None,
                None => {
                    let padding = (u64::from(filler) * EACH) >> (8 * rest.len());
                    (prefix(std::mem::take(&mut rest)) | padding).swap_bytes()
                }
            };
            next += 8;
            found = mark(word);
        }
        let at = next - 8 + found.trailing_zeros() as usize / 8;
        found &= found - 1;
        Some(at)
    })
}

/// `text.split(|&each| each == byte)`, for a byte other than zero.
#[inline]
pub(crate) fn split(text: &[u8], byte: u8) -> impl Iterator<Item = &[u8]> {
    let mut start = Some(0);
    let mut ends = positions(text, byte);
    std::iter::from_fn(move || {
        let from = start?;
        let end = ends.next();
        start = end.map(|end| end + 1);
        Some(&text[from..end.unwrap_or(text.len())])
    })
}

/// The index of the first such byte of eight, of which the lowest is the first. Subtracting one sets
/// the highest bit of a byte of the difference that is zero.
#[inline]
fn position_in_word(word: u64, byte: u8) -> Option<usize> {
    let difference = word ^ (u64::from(byte) * EACH);
    let zeros = difference.wrapping_sub(EACH) & !difference & (0x80 * EACH);
    (zeros != 0).then(|| zeros.trailing_zeros() as usize / 8)
}

/// Whether `wanted` holds at any index of two texts of the same length. The bytes after the last
/// whole chunk are tested as part of a chunk that overlaps it.
#[inline(always)]
fn any_pair_of(left: &[u8], right: &[u8], wanted: impl Fn(u8, u8) -> bool) -> bool {
    let (lefts, rest) = left.as_chunks::<LANES>();
    if lefts.iter().zip(right.as_chunks().0).any(|(left, right)| any_lane(left, right, &wanted)) {
        return true;
    }
    match (left.last_chunk::<LANES>(), right.last_chunk()) {
        (Some(left), Some(right)) => !rest.is_empty() && any_lane(left, right, &wanted),
        _ => match (rest.first_chunk::<8>(), right.first_chunk()) {
            (Some(first), Some(first_right)) => {
                let last = rest.last_chunk().zip(right.last_chunk());
                any_lane(first, first_right, &wanted)
                    || last.is_some_and(|(left, right)| any_lane::<8>(left, right, &wanted))
            }
            _ => rest.iter().zip(right).any(|(&left, &right)| wanted(left, right)),
        },
    }
}

/// A loop without an early exit, which the compiler turns into a few vector instructions.
#[inline]
fn any_lane<const N: usize>(
    left: &[u8; N],
    right: &[u8; N],
    wanted: &impl Fn(u8, u8) -> bool,
) -> bool {
    left.iter().zip(right).fold(false, |hit, (&left, &right)| hit | wanted(left, right))
}

/// [`prefix`] of the text in lower case.
#[inline]
pub(crate) fn prefix_lower(text: &[u8]) -> u64 {
    lower(prefix(text))
}

/// The first eight bytes as a number; a shorter text is padded with zeros. The numbers of texts
/// without zero bytes have the order of the first eight bytes of the texts.
#[inline]
pub(crate) fn prefix(text: &[u8]) -> u64 {
    let short = |first: &[u8; 4], last: &[u8; 4]| {
        let [first, last] = [first, last].map(|half| u64::from(u32::from_be_bytes(*half)));
        first << 32 | last << (8 * (8 - text.len()))
    };
    match (text.first_chunk::<8>(), text.first_chunk(), text.last_chunk()) {
        (Some(first), ..) => u64::from_be_bytes(*first),
        (_, Some(first), Some(last)) => short(first, last),
        _ => text.iter().rfold(0, |prefix, &byte| prefix >> 8 | u64::from(byte) << 56),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{
        Just, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
    };

    use super::*;

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(
            prop_oneof![20 => Just(b'a'), 1 => Just(b' '), 1 => Just(b'/')],
            0..70,
        )
    }

    proptest! {
        #[test]
        fn copying_is_that_of_the_standard_library(text in text()) {
            let mut out = vec![0; text.len()];
            copy(&mut out, &text);
            prop_assert_eq!(out, text);
        }

        #[test]
        fn scans_are_those_of_the_standard_library(text in text()) {
            let blank = |byte: u8| byte == b' ';
            let both = |left: u8, right: u8| left == b' ' && right == b'/';
            prop_assert_eq!(any(&text, blank), text.contains(&b' '));
            prop_assert_eq!(any_below(&text, b'/'), text.contains(&b' '));
            prop_assert_eq!(any_pair(&text, both), text.windows(2).any(|pair| pair == b" /"));
            prop_assert!(split(&text, b' ').eq(text.split(|&byte| byte == b' ')));
            prop_assert_eq!(position(&text, b' '), text.iter().position(|&byte| byte == b' '));
            let spaces = text.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
            prop_assert!(positions(&text, b' ').eq(spaces));
        }

        #[test]
        fn lower_case_is_that_of_the_standard_library(
            start in prop::collection::vec(prop::num::u8::ANY, 0..20),
            left in prop::collection::vec(prop::num::u8::ANY, 0..10),
            right in prop::collection::vec(prop::num::u8::ANY, 0..10),
        ) {
            let [left, right] = [left, right].map(|end| [&start[..], &end].concat());
            let [lower_left, lower_right] = [&left, &right].map(|text| text.to_ascii_lowercase());
            if left.len() >= 8 {
                let mut out = vec![0; left.len()];
                copy_lower_after_prefix(&mut out, &left);
                prop_assert_eq!(&out[8..], &lower_left[8..]);
            }
            prop_assert_eq!(cmp_lower(&left, &right), lower_left.cmp(&lower_right));
            prop_assert_eq!(prefix_lower(&left), prefix(&lower_left));
            prop_assert_eq!(eq_ignore_case(&left, &right), lower_left == lower_right);
            prop_assert!(eq_ignore_case(&left, &lower_left));
            if left.len() == right.len() && left.len() >= 8 {
                let has_start = prefix_lower(&left) == prefix(&right);
                prop_assert_eq!(has_start && has_lower_end(&left, &right), lower_left == right);
                prop_assert!(has_lower_end(&left, &lower_left));
            }
        }

        #[test]
        fn prefixes_are_ordered_as_their_texts(
            left in prop::collection::vec(1_u8..4, 0..12),
            right in prop::collection::vec(1_u8..4, 0..12),
        ) {
            let (left_end, right_end) = (left.len().min(8), right.len().min(8));
            let expected = left[..left_end].cmp(&right[..right_end]);
            prop_assert_eq!(prefix(&left).cmp(&prefix(&right)), expected);
        }
    }
}
