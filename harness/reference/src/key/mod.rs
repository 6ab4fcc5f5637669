//! The signing key and the chain of keys that leads to it.

mod chain;

pub use chain::{DateKey, RegionKey, ServiceKey, SigningKey};
