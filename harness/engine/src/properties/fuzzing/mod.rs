//! Properties as functions of bytes, which is all that a fuzzer supplies.
//!
//! Each row of [`TARGETS`] is a program in `fuzz/`. The functions are here so that tests can replay
//! what a fuzzer found, with any compiler and without a fuzzer.

mod agreement;
mod dictionary;
mod field_seeds;
mod form;
mod pack;
mod question;
mod reader;
mod resign;
mod seeds;
mod stream;
mod text;
#[cfg(feature = "aws-sigv4")]
mod vendor;

use std::cell::RefCell;

use super::{Outcome, Violation};
use crate::subject::Reference;

pub use agreement::{
    ADAPTER, MISTAKE, reference_against_adapter, reference_against_model, rulings_against_model,
    streams_against_model,
};
pub use dictionary::dictionary;
pub use form::{form_policy, upload_form};
pub use pack::{Pack, PackError};
pub use question::{
    key_derivation, mutate_then_verify, resign_then_verify, sign_then_verify, verify_anything,
};
pub use reader::{explained_input, server_answer};
pub use seeds::seeds;
pub use stream::{chunked_body, chunked_body_v4a, event_messages};
pub use text::{
    authorization, canonical_headers, canonical_path, canonical_query, date_and_scope,
    presigned_query,
};
#[cfg(feature = "aws-sigv4")]
pub use vendor::reference_against_aws_sigv4;

/// Checks a property of the reference on the input that the bytes encode.
pub type Check = fn(&[u8]) -> Result<Outcome, Violation>;

/// A program that looks for bytes for which a property does not hold.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its function and of the program.
    pub name: &'static str,
    /// What its bytes mean.
    pub input: Input,
    /// How many inputs the project's tests try: about six seconds' worth.
    pub tried: u64,
    /// The function.
    pub check: Check,
}

/// What the bytes of a target mean.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Input {
    /// Decisions of a generator. They cannot be recovered from the request that they led to, so
    /// vectors cannot be seeds.
    Decisions,
    /// Decisions of a generator, for a program outside of this project: what is found is that
    /// program's fault.
    Outside,
    /// A part of a request as it appears there, in some targets after a byte of switches. The
    /// dictionary helps here, and vectors are seeds.
    Text,
    /// What people and servers write around a request: the same, but longer.
    Document,
}

impl Input {
    /// Whether it is text, for which there are a dictionary and seeds.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Document)
    }

    /// How long an input may be, in bytes: a request of the generator needs less than 512 decisions,
    /// and short inputs are fast.
    #[must_use]
    pub fn longest(self) -> usize {
        if self == Self::Document { 4096 } else { 512 }
    }
}

/// Lists functions under their own names.
macro_rules! targets {
    ($($(#[$gate:meta])* $name:ident: $input:ident, $tried:literal;)+) => {
        /// Every target.
        pub const TARGETS: &[Target] =
            &[$($(#[$gate])* Target {
                name: stringify!($name),
                input: Input::$input,
                tried: $tried,
                check: $name,
            }),+];
    };
}

targets! {
    authorization: Text, 1_500_000;
    canonical_headers: Text, 100_000;
    canonical_path: Text, 150_000;
    canonical_query: Text, 150_000;
    chunked_body: Document, 800_000;
    chunked_body_v4a: Document, 10_000;
    date_and_scope: Text, 1_500_000;
    event_messages: Text, 3_500_000;
    explained_input: Document, 550_000;
    form_policy: Document, 4_000_000;
    key_derivation: Decisions, 250_000;
    mutate_then_verify: Decisions, 35_000;
    presigned_query: Text, 1_500_000;
    reference_against_adapter: Outside, 70_000;
    #[cfg(feature = "aws-sigv4")]
    reference_against_aws_sigv4: Decisions, 30_000;
    reference_against_model: Decisions, 100_000;
    resign_then_verify: Decisions, 150_000;
    rulings_against_model: Decisions, 75_000;
    server_answer: Document, 85_000;
    sign_then_verify: Decisions, 65_000;
    streams_against_model: Decisions, 150_000;
    upload_form: Document, 2_500_000;
    verify_anything: Decisions, 1_500_000;
}

/// What a fuzz target does with its bytes.
///
/// # Panics
/// If the property does not hold: a fuzzer recognises a failure by the panic.
pub fn hold(check: Check, bytes: &[u8]) {
    if let Err(violation) = check(bytes) {
        panic!("{violation}");
    }
}

/// Lends the reference, one for all inputs of a thread: its buffers are reused, as a user's are.
fn with_reference<T>(work: impl FnOnce(&mut Reference) -> T) -> T {
    thread_local! {
        static REFERENCE: RefCell<Reference> = RefCell::new(Reference::new());
    }
    REFERENCE.with_borrow_mut(work)
}

/// Whether all of several properties held or had nothing to say.
fn all<const N: usize>(outcomes: [Outcome; N]) -> Outcome {
    if outcomes.contains(&Outcome::Held) { Outcome::Held } else { Outcome::Vacuous }
}
