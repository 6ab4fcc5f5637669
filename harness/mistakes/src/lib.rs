//! The mistakes that signers make, and how to find them in what a signer did.
//!
//! The [`catalogue`] names them, the [`model`] is a signer that makes them on request, and
//! [`diagnose`] finds the smallest set that reproduces an answer. This crate never depends on the
//! reference: the model is the second, independent implementation.

mod catalogue;
pub mod diagnose;
pub mod model;

pub use catalogue::{
    AuthToken, Call, CatalogueError, Component, Entry, HowBad, Legacy, Mistake, MistakeSet, Policy,
    Report, Stream, Trigger, Upload, catalogue, made_in,
};
