//! Which mistakes an edge vector is meant to catch.
//!
//! A mistake that the plainest request of the same profile and placement shows does not count, nor
//! does one that depends on the chance of a digit. Of the others, each vector names those for which
//! it is among the first few to catch them, `must` vectors first, so that the lists stay short. A
//! vector without such a mistake names the rarest one that it catches. A vector that catches
//! nothing says so with a flag.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_conformance::kill_matrix::catches;
use sigv4_generate::corners::{plain, plain_family_corners};
use sigv4_mistakes::Mistake;
use sigv4_protocol::Side;
use sigv4_vectors::model::{Case, Level};

use super::cases::expected;
use super::families;

/// The most vectors that name the same mistake, unless it is all that they catch.
const FEW: usize = 5;

/// The flag of a vector that catches nothing: its name, what goes wrong, how bad it is.
pub(crate) const NO_KNOWN_MISTAKE: (&str, &str, &str) = (
    "no-known-mistake",
    "No catalogued mistake shows here that the plainest request does not show too: the case \
     completes its table.",
    "Without it a mistake that is not catalogued yet could go unseen.",
);

/// Fills in `catches` and the flag of those that catch nothing.
pub(crate) fn fill(cases: &mut [Case]) {
    let caught = relation(cases);
    let mut killers: BTreeMap<Mistake, Vec<usize>> = BTreeMap::new();
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|index| cases[*index].level != Level::Must);
    for index in order {
        for mistake in &caught[index] {
            killers.entry(*mistake).or_default().push(index);
        }
    }
    for (index, case) in cases.iter_mut().enumerate() {
        let is_early =
            |mistake: &&Mistake| killers[*mistake].iter().take(FEW).any(|first| *first == index);
        let mut named: Vec<Mistake> = caught[index].iter().filter(is_early).copied().collect();
        if named.is_empty() {
            named.extend(caught[index].iter().min_by_key(|mistake| killers[*mistake].len()));
        }
        case.catches = named.iter().map(|mistake| mistake.id().to_owned()).collect();
        case.flags.retain(|flag| flag != NO_KNOWN_MISTAKE.0);
        if named.is_empty() {
            case.flags.push(NO_KNOWN_MISTAKE.0.to_owned());
        }
    }
}

/// The mistakes that each case shows and the plainest request does not.
fn relation(cases: &[Case]) -> Vec<BTreeSet<Mistake>> {
    let meant = |mistake: &&Mistake| !mistake.entry().by_chance;
    let shown = |case: &Case| -> BTreeSet<Mistake> {
        let caught = |mistake: &Mistake| catches(case, *mistake);
        Mistake::of(Side::Signer).iter().filter(meant).copied().filter(caught).collect()
    };
    // The plainest questions are answered by the reference, like every corner.
    let place = |case: &Case| (case.family.clone(), case.profile(), case.placement());
    let requests = expected(&plain()).unwrap_or_default();
    let others = families::expected(&plain_family_corners()).unwrap_or_default();
    let plain: HashMap<_, BTreeSet<Mistake>> =
        requests.iter().chain(&others).map(|case| (place(case), shown(case))).collect();
    cases
        .par_iter()
        .map(|case| {
            let mut own = shown(case);
            if let Some(plain) = plain.get(&place(case)) {
                own.retain(|mistake| !plain.contains(mistake));
            }
            own
        })
        .collect()
}
