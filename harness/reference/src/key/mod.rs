//! The signing key, the chain of keys that leads to it, and a cache of what the chain gives.
//!
//! Why a chain, what it buys and costs, where it collides and what a cache must be keyed by:
//! `harness/reference/KEY_DERIVATION.md`.

mod cache;
mod chain;
mod material;
mod scoped;

pub use cache::{KeyCache, Secret};
pub use chain::{DateKey, RegionKey, ServiceKey, SigningKey};
pub use material::KeyMaterial;
pub use scoped::ScopedKey;
