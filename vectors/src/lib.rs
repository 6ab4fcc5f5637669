//! Test vectors for AWS Signature Version 4 signers and verifiers, as typed data.
//!
//! The vectors are JSON files, one topic each, at `<suite>/<family>/<topic>.json` beside this
//! crate's sources, against `vector.schema.json`. They are embedded in the crate, so that a program
//! which links it needs no files at run time; a folder of the same shape can be loaded instead.
//!
//! ```
//! use sigv4_vectors::Vectors;
//! use sigv4_vectors::model::Question;
//!
//! let vectors = Vectors::embedded();
//! let case = vectors.case("official/sigv4/header/get-vanilla").expect("an official case");
//! let Question::Sign(signing) = &case.question else { panic!("a case of another kind") };
//! assert_eq!(signing.input.request.method, "GET".into());
//! ```
//!
//! This crate knows what a vector is, not how to sign: it depends on no implementation.

mod agree;
#[cfg(test)]
mod bad_input;
pub mod body;
pub mod bytes;
mod combine;
pub mod digest;
mod document;
pub mod errata;
mod ids;
pub mod load;
pub mod model;
mod needs;
mod parse;
pub mod plain;
pub mod problem;
mod record;
pub mod secret;
mod signature;
pub mod text;
mod words;

pub use body::Body;
pub use bytes::Bytes;
pub use load::Vectors;
pub use problem::LoadError;
pub use secret::Secret;
pub use signature::Signature;
