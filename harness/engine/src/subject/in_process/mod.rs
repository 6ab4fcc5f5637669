//! The subjects that are linked in.

#[cfg(feature = "aws-sigv4")]
mod aws_sigv4;
mod held;
pub(crate) mod legacy;
mod model;
pub(crate) mod policy;
mod reference;
pub(crate) mod streams;
mod token;
mod verify;

use sigv4_mistakes::MistakeSet;
use sigv4_protocol::InProcess;

#[cfg(feature = "aws-sigv4")]
pub use aws_sigv4::AwsSigv4;
pub use model::Model;
pub use reference::Reference;

/// The names of the built-in subjects, in the order in which they run.
pub const BUILT_IN: &[&str] = &[
    "reference",
    "model",
    #[cfg(feature = "aws-sigv4")]
    "aws-sigv4",
];

/// The built-in subject of this name.
#[must_use]
pub fn built_in(name: &str) -> Option<Box<dyn InProcess + Send>> {
    match name {
        #[cfg(feature = "aws-sigv4")]
        "aws-sigv4" => Some(Box::new(AwsSigv4::new())),
        "model" => Some(Box::new(Model::new(MistakeSet::EMPTY))),
        "reference" => Some(Box::new(Reference::new())),
        _ => None,
    }
}
