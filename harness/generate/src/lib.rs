//! Generates requests to sign: the corners, which are listed one by one, and any number of
//! others.
//!
//! One generator serves three drivers. It draws its decisions from bytes. A fuzzer supplies its
//! own ([`Generated`] and [`Raw`] are [`Arbitrary`]), the search uses those of a seed and a case
//! number ([`CaseId::calls`]), and a property test those of a seed, with `questions` as strategy,
//! which shrinks the request rather than the bytes ([`candidates`]).
//!
//! ```
//! use sigv4_generate::{CaseId, minimise};
//! use sigv4_protocol::SignQuestion;
//!
//! // The same case on every machine, and the smallest request that still has its property.
//! let is_long = |question: &SignQuestion| question.input.request.target.len() > 9;
//! let mut questions = (0..1000).flat_map(|number| CaseId { seed: 1, number }.calls());
//! let long = questions.find(is_long).expect("one of a thousand");
//! let smallest = minimise(long, 1000, is_long);
//! assert_eq!(smallest.input.request.target.len(), 10);
//! ```

mod class;
pub mod corners;
pub mod coverage;
mod credentials;
mod draw;
mod headers;
mod id;
mod legacy;
mod plain;
mod raw;
mod request;
mod sequence;
mod shrink;
mod sizes;
#[cfg(feature = "proptest")]
mod strategy;
mod streams;
mod target;
mod tokens;

use arbitrary::{Arbitrary, Unstructured};

use draw::Draw;
use sigv4_protocol::{Question, SignQuestion};

pub use class::{Class, Point};
pub use id::{Case, CaseId, IdError};
pub use plain::{departures, plain};
pub use shrink::{candidates, minimise, minimise_calls};
#[cfg(feature = "proptest")]
pub use strategy::{QuestionTree, Questions, questions};

/// A structured question, biased towards inputs that break implementations.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// What to sign.
    pub question: SignQuestion,
    /// Whether its answer is normative.
    pub class: Class,
}

/// A question whose target, headers and body are nearly any bytes: the raw form of [`Generated`].
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// What to sign.
    pub question: SignQuestion,
    /// Whether its answer is normative.
    pub class: Class,
}

/// Several calls of one signer, in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Calls(pub Vec<SignQuestion>);

/// What else than a request is signed: an upload in chunks, an event stream, the policy of a form, a
/// request of a scheme before Version 4, or a token. It has the scope and the credentials of a
/// [`Generated`] request.
#[derive(Clone, Debug, PartialEq)]
pub struct Streamed(pub Question);

impl<'a> Arbitrary<'a> for Generated {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let question = Self::draw(bytes);
        Ok(Self { class: Class::of(&question), question })
    }
}

impl Generated {
    /// The question alone.
    pub fn draw(bytes: &mut Unstructured<'_>) -> SignQuestion {
        request::question(&mut Draw::new(bytes))
    }
}

impl<'a> Arbitrary<'a> for Raw {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let question = Self::draw(bytes);
        Ok(Self { class: Class::of(&question), question })
    }
}

impl Raw {
    /// The question alone.
    pub fn draw(bytes: &mut Unstructured<'_>) -> SignQuestion {
        raw::question(&mut Draw::new(bytes))
    }
}

impl<'a> Arbitrary<'a> for Calls {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self(Self::draw(bytes)))
    }
}

impl Calls {
    /// The calls alone.
    pub fn draw(bytes: &mut Unstructured<'_>) -> Vec<SignQuestion> {
        sequence::calls(&mut Draw::new(bytes))
    }
}

impl<'a> Arbitrary<'a> for Streamed {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let mut draw = Draw::new(bytes);
        Ok(Self(match draw.byte() {
            0..32 => Question::SignPostPolicy(Box::new(streams::policy(&mut draw))),
            32..88 => Question::SignLegacy(Box::new(legacy::request(&mut draw))),
            88..144 => Question::Token(Box::new(tokens::token(&mut draw))),
            144..184 => Question::SignEvents(Box::new(streams::stream(&mut draw))),
            184.. => Question::SignChunks(Box::new(streams::upload(&mut draw))),
        }))
    }
}
