//! Signed requests that a verifier must accept or reject.
//!
//! A [`Base`] is a request that any verifier of its kind accepts. A topic changes one thing in it, before
//! it is signed or afterwards, and says what a verifier must make of that. The same topics give the
//! vectors in `vectors/verifier`, with the documented example credentials and a fixed clock, and the
//! requests that a running server is asked, with its own keys and the time of day: a [`Setting`].

mod authorization;
mod base;
mod draft;
mod form;
mod sent;
mod setting;
mod signing;
mod stream;
mod table;
mod topics;

use sigv4_vectors::model::Case;

pub use setting::Setting;

/// The cases of one file.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The member of the signing family: the folder.
    pub family: &'static str,
    /// The name of the file.
    pub name: &'static str,
    /// What it is about, in a line.
    pub title: &'static str,
    /// The cases, those that must be accepted before those that refer to them.
    pub cases: Vec<Case>,
}

/// All topics for a generic service and for S3.
#[must_use]
pub fn topics(generic: &Setting, s3: &Setting) -> Vec<Topic> {
    topics::all(generic, s3)
}
