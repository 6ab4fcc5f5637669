//! Building blocks that do not depend on SigV4: copying and scanning, hashing, base64,
//! hexadecimal, percent-encoding.

pub(crate) mod base64;
pub(crate) mod bytes;
pub(crate) mod constant_time;
pub(crate) mod decimal;
pub(crate) mod hash;
pub(crate) mod hex;
pub mod percent;
pub(crate) mod text;
