//! The signatures that came before Version 4: a signer and a verifier of each.
//!
//! New regions accept none of them, S3 accepts its own only for old buckets, and no service should.
//! They are here because clients still make them (boto3 presigns S3 URLs with Version 2 by default
//! in several regions), so that a verifier can be tested for refusing them and an old signer can be
//! told what it is. [`Verifier`](crate::verify::Verifier) refuses all of them.
//!
//! None of them covers a body. Sources: S3 Developer Guide, "Signing and authenticating REST
//! requests"; AWS General Reference, "Signature Version 2 signing process"; Route 53 Developer Guide,
//! "Signing Route 53 requests"; where these are silent, botocore.

pub mod aws3;
mod claim;
mod mac;
pub mod query_v2;
mod s3_post;
pub mod s3_v2;
mod time;
mod workspace;

pub use claim::Clock;
pub use mac::Mac;
pub use workspace::{LegacySignature, LegacyWorkspace};
