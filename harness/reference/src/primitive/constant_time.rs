//! Comparison in constant time.

use subtle::{Choice, ConstantTimeEq};

/// `left.ct_eq(right)`, eight bytes at a time: the time depends only on the lengths.
pub(crate) fn equal(left: &[u8], right: &[u8]) -> bool {
    let ((lefts, left_end), (rights, right_end)) = (left.as_chunks(), right.as_chunks());
    let word = |bytes: &[u8; 8]| u64::from_ne_bytes(*bytes);
    let words = lefts.iter().zip(rights).map(|(left, right)| word(left).ct_eq(&word(right)));
    let words = words.fold(Choice::from(1), |all, equal| all & equal);
    left.len() == right.len() && bool::from(words & left_end.ct_eq(right_end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn equality_is_that_of_the_bytes(
            left in prop::collection::vec(any::<u8>(), 0..40),
            at in any::<prop::sample::Index>(),
            bit in 0_u8..8,
        ) {
            prop_assert!(equal(&left, &left.clone()));
            prop_assert!(!equal(&left, &[&left[..], b"a"].concat()));
            if !left.is_empty() {
                let mut right = left.clone();
                right[at.index(left.len())] ^= 1 << bit;
                prop_assert!(!equal(&left, &right));
                prop_assert!(!equal(&left, &left[1..]));
            }
        }
    }
}
