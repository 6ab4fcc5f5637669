//! The mistakes that signers and verifiers make, and how to find them in what one did.
//!
//! The [`catalogue`] names them, the [`model`] makes them on request, and
//! [`diagnose`] finds the smallest set that reproduces an answer. This crate never depends on the
//! reference: the model is the second, independent implementation.

mod catalogue;
pub mod diagnose;
pub mod model;

pub use catalogue::{
    AuthToken, Call, CatalogueError, Component, Entry, HowBad, Legacy, Mistake, MistakeSet, Policy,
    Report, Stream, Trigger, Upload, catalogue, made_in,
};
