//! What shows a mistake: a question of the operation in which it is made, described by its
//! difference from the plainest one, or a vector. Each operation has a file here, and a row in [`Trigger`].

mod call;
mod legacy;
mod policy;
mod stream;
mod token;
mod upload;

use sigv4_protocol::{Operation, Question, V4aQuestion};
use sigv4_vectors::Vectors;

pub use call::Call;
pub use legacy::Legacy;
pub use policy::Policy;
pub use stream::Stream;
pub use token::AuthToken;
pub use upload::Upload;

/// The questions that show a mistake, in sequence; the last one goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Requests to sign, one after the other.
    Sign(Vec<Call>),
    /// An upload.
    SignChunks(Box<Upload>),
    /// An event stream.
    SignEvents(Box<Stream>),
    /// A request to verify: the id of a vector.
    Verify(String),
    /// The policy of a form.
    SignPostPolicy(Box<Policy>),
    /// A request, signed as it was done before Version 4.
    SignLegacy(Box<Legacy>),
    /// A token.
    Token(Box<AuthToken>),
    /// A request to sign with SigV4A.
    SignV4a(Box<Call>),
    /// An upload to sign with SigV4A.
    SignV4aChunks(Box<Upload>),
}

impl Trigger {
    /// The operation in which the mistake is made.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::Sign(_) => Operation::Sign,
            Self::SignChunks(_) => Operation::SignChunks,
            Self::SignEvents(_) => Operation::SignEvents,
            Self::Verify(_) => Operation::Verify,
            Self::SignPostPolicy(_) => Operation::SignPostPolicy,
            Self::SignLegacy(_) => Operation::SignLegacy,
            Self::Token(_) => Operation::Token,
            Self::SignV4a(_) => Operation::SignV4a,
            Self::SignV4aChunks(_) => Operation::SignV4aChunks,
        }
    }

    /// The questions, to be asked one after the other.
    ///
    /// # Errors
    /// A message if a time is malformed, or the vector does not exist.
    pub fn questions(&self) -> Result<Vec<Question>, String> {
        Ok(match self {
            Self::Sign(calls) => {
                let questions = calls.iter().map(Call::question);
                questions
                    .map(|call| Ok(Question::Sign(Box::new(call?))))
                    .collect::<Result<_, String>>()?
            }
            Self::SignChunks(upload) => vec![Question::SignChunks(Box::new(upload.question()?))],
            Self::SignV4aChunks(upload) => {
                vec![Question::SignV4aChunks(Box::new(upload.v4a_question()?))]
            }
            Self::SignEvents(stream) => vec![Question::SignEvents(Box::new(stream.question()?))],
            Self::Verify(id) => {
                let case = Vectors::embedded().case(id);
                vec![Question::of(case.ok_or_else(|| format!("{id}: no such vector"))?)]
            }
            Self::SignPostPolicy(policy) => {
                vec![Question::SignPostPolicy(Box::new(policy.question()?))]
            }
            Self::SignLegacy(request) => vec![Question::SignLegacy(Box::new(request.question()?))],
            Self::Token(token) => vec![Question::Token(Box::new(token.question()?))],
            Self::SignV4a(call) => {
                vec![Question::SignV4a(Box::new(V4aQuestion { request: call.question()? }))]
            }
        })
    }

    /// How each question differs from the plainest one of its operation, as text.
    #[must_use]
    pub fn given(&self) -> Vec<Vec<(&'static str, String)>> {
        match self {
            Self::Sign(calls) => calls.iter().map(Call::given).collect(),
            Self::SignChunks(upload) | Self::SignV4aChunks(upload) => vec![upload.given()],
            Self::SignEvents(stream) => vec![stream.given()],
            Self::Verify(id) => vec![vec![("vector", id.clone())]],
            Self::SignPostPolicy(policy) => vec![policy.given()],
            Self::SignLegacy(request) => vec![request.given()],
            Self::Token(token) => vec![token.given()],
            Self::SignV4a(call) => vec![call.given()],
        }
    }

    /// The plainest question of the operation, in words.
    #[must_use]
    pub fn plainest(&self) -> &'static str {
        match self {
            Self::Sign(_) | Self::SignV4a(_) => "GET /, and nothing out of the ordinary",
            Self::SignChunks(_) | Self::SignV4aChunks(_) => upload::PLAINEST,
            Self::SignEvents(_) => stream::PLAINEST,
            Self::Verify(_) => "a signed request",
            Self::SignPostPolicy(_) => policy::PLAINEST,
            Self::SignLegacy(_) => legacy::PLAINEST,
            Self::Token(_) => token::PLAINEST,
        }
    }
}
