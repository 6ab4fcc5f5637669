//! The mistakes that signers and verifiers make, and how to find them in what one did.
//!
//! The [`catalogue`] names them, the [`model`] makes them on request, and
//! [`diagnose`] finds the smallest set that reproduces an answer. This crate never depends on the
//! reference: the model is the second, independent implementation.
//!
//! ```
//! use sigv4_mistakes::diagnose::{Depth, diagnose};
//! use sigv4_mistakes::{Mistake, MistakeSet, model};
//! use sigv4_protocol::Question;
//! use sigv4_vectors::Vectors;
//!
//! let id = "published/sigv4/aws-sdk-go/go-es-double-escape";
//! let case = Vectors::embedded().case(id).expect("a published case");
//! let Question::Sign(question) = Question::of(case) else { panic!("a case of another kind") };
//!
//! let mistake = Mistake::from_id("path-encoded-once").expect("a catalogued mistake");
//! let wrong = model::sign(&question, MistakeSet::of(&[mistake]))?;
//! let diagnosis = diagnose(&question, &wrong, Depth::Singles);
//! assert!(diagnosis.sets.contains(&MistakeSet::of(&[mistake])));
//! # Ok::<(), model::ModelError>(())
//! ```

mod catalogue;
pub mod diagnose;
pub mod model;

pub use catalogue::{
    AuthToken, Call, CatalogueError, Component, Entry, HowBad, Legacy, Mistake, MistakeSet, Policy,
    Report, Stream, Trigger, Upload, catalogue, made_in,
};
