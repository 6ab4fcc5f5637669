//! Uploads from a browser: a form with a signed policy instead of a signed request.
//!
//! What is signed is the policy: the field `policy` holds it in base64, and the signature is that of
//! this text. The policy says until when the form is good and which fields it may have. Nothing else
//! of the request is signed: neither the fields nor the file. A verifier therefore has to check each
//! field against the policy.
//!
//! Sources: S3 API Reference, "Authenticating Requests: Browser-Based Uploads Using POST" and
//! "POST Policy"; RFC 7578 and RFC 2046, section 5.1, for the form; RFC 8259 for the policy. What the
//! vendor leaves open is said where it is decided.
//!
//! The form of the signature before Version 4 is in `legacy::s3_v2`, and shares the rules of
//! fields and conditions.

mod conditions;
mod form;
mod json;
mod multipart;
mod policy;
mod problem;
mod sign;
mod verify;

pub use conditions::{Exempt, Unmet, Upload};
pub use form::{Field, File, Form};
pub use multipart::Limits;
pub use policy::{Condition, LONGEST_POLICY, MOST_CONDITIONS, Policy, Test};
pub use problem::{FormError, FormPlace, FormProblem, PolicyError, PolicyProblem};
pub use sign::{PostFields, PostSigner};
#[cfg(feature = "legacy")]
pub(crate) use verify::check_upload;
pub use verify::{AcceptedForm, PostVerifier, Refusal};
