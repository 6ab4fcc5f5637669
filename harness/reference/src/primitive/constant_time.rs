//! Comparison in constant time.

use subtle::ConstantTimeEq;

/// `left.ct_eq(right)`, eight bytes at a time: the time depends only on the lengths. The differences
/// are collected, and compared with none at the end.
pub(crate) fn equal(left: &[u8], right: &[u8]) -> bool {
    let ((lefts, left_end), (rights, right_end)) = (left.as_chunks(), right.as_chunks());
    let differences = lefts
        .iter()
        .zip(rights)
        .map(|(left, right)| u64::from_ne_bytes(*left) ^ u64::from_ne_bytes(*right));
    let difference = differences.fold(0, |all, difference| all | difference);
    let end = left_end.iter().zip(right_end).fold(0, |all, (left, right)| all | (left ^ right));
    left.len() == right.len() && bool::from((difference | u64::from(end)).ct_eq(&0))
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
