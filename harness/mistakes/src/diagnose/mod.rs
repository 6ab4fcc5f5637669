//! Which mistakes explain what was seen: the model signs the same request with every catalogued
//! mistake, and with pairs of them, until one gives the subject's signature. Such a diagnosis is a
//! proof, and needs nothing but the signature. Of an operation that is not to sign a request, the
//! model answers the whole question in the same way. Of the rulings of a verifier, mistakes are found that
//! give all the wrong ones.

mod attribution;
mod baseline;
mod candidates;
mod evidence;
mod mark;
mod recompute;
mod replay;
mod requests;
mod rulings;
mod scene;
mod shape;
mod suspect;
mod telling;
mod traces;
mod whole;

pub use attribution::{Attribution, Left, MistakeGroup, attribute};
pub use baseline::baseline;
pub use recompute::{Depth, Diagnosis, diagnose};
pub use replay::reproduces;
pub use rulings::{Ruled, attribute_rulings};
pub use scene::Signed;
pub use shape::Shape;
pub use suspect::SuspectedSigner;
pub use telling::telling;
pub use whole::diagnose_whole;

use crate::catalogue::MistakeSet;
use crate::model;

/// An ECDSA signature in the form in which it has to be sent, if it is in another one that signers are
/// known to write.
#[must_use]
pub fn in_right_form(signature: &[u8]) -> Option<Vec<u8>> {
    let (signature, form) = model::read(signature)?;
    (!form.is_empty()).then(|| model::written(&signature, MistakeSet::EMPTY))
}
