//! SigV4A: the header or the parameter that says for which regions a signature is valid.

use super::output::Added;
use super::presign::Own;
use super::text::{Encoder, replaced};
use crate::catalogue::{Mistake, MistakeSet};

/// "In a header or a parameter `X-Amz-Region-Set`", which is signed.
pub(super) const NAME: &str = "X-Amz-Region-Set";

/// The first region of a set.
pub(super) fn first(set: &[u8]) -> &[u8] {
    set.split(|byte| *byte == b',').next().unwrap_or_default().trim_ascii()
}

/// What header placement adds.
pub(super) fn headers(set: &[u8], mistakes: MistakeSet) -> Vec<Added> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::RegionSetMissing) {
        return Vec::new();
    }
    if has(Mistake::RegionSetUnsigned) {
        return vec![Added { signed: false, ..Added::new(NAME, set.to_vec()) }];
    }
    let name = if has(Mistake::RegionSetMisspelt) { "X-Amz-Region" } else { NAME };
    match signed(set, mistakes) {
        Some(other) => vec![
            Added { sent: false, ..Added::new(name, other) },
            Added { signed: false, ..Added::new(name, set.to_vec()) },
        ],
        None => vec![Added::new(name, set.to_vec())],
    }
}

/// What query placement adds.
pub(super) fn parameters(set: &[u8], mistakes: MistakeSet) -> Vec<Own> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::RegionSetMissingInPresign) || has(Mistake::RegionSetHeaderInPresign) {
        return Vec::new();
    }
    if has(Mistake::RegionSetUnsignedInPresign) {
        return vec![Own { signed: false, ..Own::new(NAME, set.to_vec()) }];
    }
    let name = if has(Mistake::RegionSetMisspelt) { "X-Amz-Region" } else { NAME };
    let set =
        if has(Mistake::RegionSetEncodedTwice) { Encoder::new().encode(set) } else { set.to_vec() };
    match signed(&set, mistakes) {
        Some(other) => vec![
            Own { sent: false, ..Own::new(name, other) },
            Own { signed: false, ..Own::new(name, set) },
        ],
        None => vec![Own::new(name, set)],
    }
}

/// What is signed in place of the set that is sent.
fn signed(set: &[u8], mistakes: MistakeSet) -> Option<Vec<u8>> {
    let has = |mistake| mistakes.contains(mistake);
    let mut regions: Vec<&[u8]> = set.split(|byte| *byte == b',').collect();
    if has(Mistake::RegionSetSorted) {
        regions.sort_unstable();
        Some(regions.join(&b','))
    } else if has(Mistake::RegionSetReversed) {
        regions.reverse();
        Some(regions.join(&b','))
    } else if has(Mistake::RegionSetFirstAlone) {
        Some(first(set).to_vec())
    } else if has(Mistake::RegionSetSpaced) {
        Some(replaced(set, b",", b", "))
    } else if has(Mistake::RegionSetSpacesRemoved) {
        Some(replaced(set, b" ", b""))
    } else if has(Mistake::RegionSetAlwaysAll) {
        Some(b"*".to_vec())
    } else if has(Mistake::RegionSetHardCoded) {
        Some(b"us-east-1".to_vec())
    } else {
        None
    }
}
