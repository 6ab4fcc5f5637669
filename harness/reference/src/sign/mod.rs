//! Signing (specification: "Calculate the signature", "Add the signature to the request").

mod header;
mod key;
mod query;
mod signer;

pub use header::HeaderSignature;
pub use key::Key;
pub use query::{AUTHENTICATION_PARAMETERS, QuerySignature};
pub(crate) use signer::PayloadLine;
pub use signer::{ContentSha256, Payload, SessionToken, Signer, TokenCoverage, UNSIGNED_HEADERS};
