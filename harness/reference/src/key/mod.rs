//! The signing key, the chain of keys that leads to it, and a cache of derived keys.
//!
//! `harness/reference/KEY_DERIVATION.md` explains why there is a chain, what it gains and costs,
//! where it collides, and what a cache must be keyed by.

mod cache;
mod chain;
mod material;
mod scoped;

pub use cache::{KeyCache, Secret};
pub use chain::{DateKey, RegionKey, ServiceKey, SigningKey};
pub use material::KeyMaterial;
pub use scoped::ScopedKey;
