//! Properties of signing and verifying, each of one generated question.
//!
//! All have the same form: a signer, which may be any that is linked in, the question, and a seed
//! for what the property itself has to choose. The verifier is the reference's. They need no
//! expected signature, so they can be checked without a vector.

mod canonical;
mod exchange;
mod invariance;
mod round_trip;
mod tamper;
mod window;

pub use canonical::{canonical_is_fixed_point, placements_share_path};
pub use invariance::{order_does_not_matter, unsigned_header_changes_nothing};
pub use round_trip::{authorization_round_trips, signed_verifies};
pub use tamper::mutated_fails;
pub use window::window_includes_its_edges;

use super::{Outcome, Violation};
use sigv4_protocol::{InProcess, SignQuestion};

/// One property, with its name.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The name of its function.
    pub name: &'static str,
    /// The function.
    pub check: Check,
}

/// Checks a property of a signer on one question; the seed decides what the property leaves open.
pub type Check = fn(&mut dyn InProcess, &SignQuestion, u64) -> Result<Outcome, Violation>;

/// Lists functions under their own names.
macro_rules! properties {
    ($($name:ident),+ $(,)?) => {
        /// Every property of this module.
        pub const ALL: &[Property] = &[$(Property { name: stringify!($name), check: $name }),+];
    };
}

properties!(
    authorization_round_trips,
    canonical_is_fixed_point,
    mutated_fails,
    order_does_not_matter,
    placements_share_path,
    signed_verifies,
    unsigned_header_changes_nothing,
    window_includes_its_edges,
);
