//! Copying and scanning of short texts, which is what is left of a signature besides its hashes.
//!
//! Each function does what a line of the standard library does, and has a property that says so. It
//! is here because that line calls `memcpy` for a few bytes, or looks at one byte at a time so that
//! it can stop at the first hit, where sixteen bytes at once cost the same.

use std::cmp::Ordering;

/// How many bytes are looked at together.
const LANES: usize = 16;

/// `out.extend_from_slice(piece)`: up to 32 bytes are copied as two pieces of fixed size that
/// overlap in the middle.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call costs as much as the copy")]
pub(crate) fn append(out: &mut Vec<u8>, piece: &[u8]) {
    match piece.len() {
        16..=32 => append_ends::<16>(out, piece),
        8..16 => append_ends::<8>(out, piece),
        4..8 => append_ends::<4>(out, piece),
        0..4 => piece.iter().for_each(|&byte| out.push(byte)),
        _ => out.extend_from_slice(piece),
    }
}

#[inline]
fn append_ends<const N: usize>(out: &mut Vec<u8>, piece: &[u8]) {
    if let (Some(first), Some(last)) = (piece.first_chunk::<N>(), piece.last_chunk::<N>()) {
        out.extend_from_slice(first);
        out.truncate(out.len() + piece.len() - 2 * N);
        out.extend_from_slice(last);
    }
}

/// `out.extend(text.to_ascii_lowercase())`, for a text of which [`prefix_lower`] is known.
#[inline]
pub(crate) fn append_lower(out: &mut Vec<u8>, text: &[u8], prefix: u64) {
    let end = out.len() + text.len();
    out.extend_from_slice(&prefix.to_be_bytes());
    for word in text.as_chunks().0.iter().skip(1) {
        out.extend_from_slice(&lower(u64::from_le_bytes(*word)).to_le_bytes());
    }
    if out.len() > end {
        // A text shorter than its prefix.
        out.truncate(end);
    } else if let Some(last) = text.last_chunk() {
        out.truncate(end - last.len());
        out.extend_from_slice(&lower(u64::from_le_bytes(*last)).to_le_bytes());
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

/// Eight bytes in lower case. Adding lifts those from `A` on, and those behind `Z`, over the
/// highest bit of their byte; a capital is what the one lifts and the other does not.
fn lower(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low_bits = word & (0x7f * EACH);
    let from_a = low_bits + (0x80 - u64::from(b'A')) * EACH;
    let behind_z = low_bits + (0x7f - u64::from(b'Z')) * EACH;
    let capitals = from_a & !behind_z & !word & (0x80 * EACH);
    word | capitals >> 2
}

/// `text.iter().any(|&byte| wanted(byte))`. Of the fastest kind is a wanted of one comparison.
#[inline]
pub(crate) fn any(text: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
    any_pair_of(text, text, |byte, _| wanted(byte))
}

/// `text.windows(2).any(|pair| wanted(pair[0], pair[1]))`.
#[inline]
pub(crate) fn any_pair(text: &[u8], wanted: impl Fn(u8, u8) -> bool) -> bool {
    let Some((_, right)) = text.split_first() else { return false };
    any_pair_of(&text[..right.len()], right, wanted)
}

/// `text.iter().filter(|&&byte| wanted(byte)).count()`.
#[inline]
pub(crate) fn count(text: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    // A byte holds the count of so many bytes, so that they are counted side by side.
    let of_some = |some: &[u8]| some.iter().fold(0, |sum: u8, &byte| sum + u8::from(wanted(byte)));
    text.chunks(usize::from(u8::MAX)).map(|some| usize::from(of_some(some))).sum()
}

/// `text.iter().position(|&byte| wanted(byte))`.
#[inline]
pub(crate) fn position(text: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let clear =
        text.as_chunks::<LANES>().0.iter().take_while(|lanes| !any(*lanes, &wanted)).count();
    let rest = &text[clear * LANES..];
    rest.iter().position(|&byte| wanted(byte)).map(|at| clear * LANES + at)
}

/// Whether the wanted passes at any place of two texts of one length. What is left behind the last
/// whole chunk is looked at as a part of a chunk that reaches back.
#[inline]
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

/// A loop without a way out, which the compiler turns into a few vector instructions.
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

/// The first eight bytes as a number, zeros behind a shorter text: among texts without zero bytes
/// it is ordered as they are, as far as it goes.
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
    use proptest::prelude::{Just, Strategy, prop, prop_assert_eq, prop_oneof, proptest};

    use super::*;

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(
            prop_oneof![20 => Just(b'a'), 1 => Just(b' '), 1 => Just(b'/')],
            0..70,
        )
    }

    proptest! {
        #[test]
        fn appending_is_extending(before in text(), piece in text()) {
            let mut out = before.clone();
            append(&mut out, &piece);
            prop_assert_eq!(out, [before, piece].concat());
        }

        #[test]
        fn scans_are_those_of_the_standard_library(text in text()) {
            let blank = |byte: u8| byte == b' ';
            let both = |left: u8, right: u8| left == b' ' && right == b'/';
            prop_assert_eq!(any(&text, blank), text.contains(&b' '));
            prop_assert_eq!(count(&text, blank), text.iter().filter(|&&b| b == b' ').count());
            prop_assert_eq!(any_pair(&text, both), text.windows(2).any(|pair| pair == b" /"));
            prop_assert_eq!(position(&text, blank), text.iter().position(|&byte| byte == b' '));
        }

        #[test]
        fn lower_case_is_that_of_the_standard_library(
            start in prop::collection::vec(prop::num::u8::ANY, 0..20),
            left in prop::collection::vec(prop::num::u8::ANY, 0..10),
            right in prop::collection::vec(prop::num::u8::ANY, 0..10),
        ) {
            let [left, right] = [left, right].map(|end| [&start[..], &end].concat());
            let [lower_left, lower_right] = [&left, &right].map(|text| text.to_ascii_lowercase());
            let mut out = start.clone();
            append_lower(&mut out, &left, prefix_lower(&left));
            prop_assert_eq!(out, [&start[..], &lower_left].concat());
            prop_assert_eq!(cmp_lower(&left, &right), lower_left.cmp(&lower_right));
            prop_assert_eq!(prefix_lower(&left), prefix(&lower_left));
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
