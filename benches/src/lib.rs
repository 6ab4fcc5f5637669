//! What the benches share: the five requests, the signers besides the reference, the clock that
//! measures them in turn, and the limit that they are compared with.

pub mod contender;
pub mod growth;
pub mod limit;
pub mod measure;
pub mod peers;
pub mod scene;
