//! Collision resistance of the key derivation: no two tuples of secret, date, region and service
//! have a key in common, at any of the four levels.
//!
//! [`Parts::identity`] says which tuples are equivalent: for a derivation that keys an HMAC with
//! the secret, two secrets with the same [`hmac_block`] are the same secret. Everything else must
//! differ. `harness/reference/KEY_DERIVATION.md` describes what the vendor's chain gains and costs.

mod derive;
mod pair;
mod parts;
mod search;

pub use derive::Derivation;
pub use pair::{Pair, Twist};
pub use parts::{Keys, Level, Parts, SecretUse, hmac_block, prefixed};
pub use search::{Collision, Search, Tuple};

use super::{Outcome, Violation};

/// The tuples of the pair share a key of `derivation` exactly if they are equivalent by rule;
/// vacuous if the derivation does not accept both.
///
/// # Errors
/// Keys that are equal and must differ, and keys that differ and must be equal.
pub fn keys_are_injective(derivation: Derivation, pair: &Pair) -> Result<Outcome, Violation> {
    let [first, second] = pair.tuples();
    let (Some(keys), Some(other_keys)) = (derivation.keys(first), derivation.keys(second)) else {
        return Ok(Outcome::Vacuous);
    };
    let secret_use = derivation.secret_use();
    for (index, level) in Level::ALL.into_iter().enumerate() {
        let one = keys[index] == other_keys[index];
        let one_by_rule = first.identity(level, secret_use) == second.identity(level, secret_use);
        if one != one_by_rule {
            let found = if one { "share a" } else { "have no common" };
            return Err(Violation {
                property: "keys_are_injective",
                detail: format!(
                    "{}, {}: {first} and {second} {found} {}",
                    derivation.as_str(),
                    pair.twist,
                    level.as_str()
                ),
            });
        }
    }
    Ok(Outcome::Held)
}
