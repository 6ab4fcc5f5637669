//! A request from the field, in whichever form it was kept.

use sigv4_vectors::model::Request;

use super::error_document::ErrorDocument;
use super::parts::InputError;
use super::{curl, error_document, har, raw_http};

/// A request as it was sent, with everything else that the text says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldRequest {
    /// The request.
    pub request: Request,
    /// How it was sent, if the text says so.
    pub scheme: Option<Scheme>,
    /// What the server answered, if the text holds it.
    pub answer: Option<ServerAnswer>,
    /// What the signer logged of its own computation.
    pub signer: SignerLog,
    /// What the text holds and could not be used, each with its effect on the signature, for people.
    pub remarks: Vec<String>,
}

/// The scheme of a URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scheme {
    /// Plain HTTP, port 80.
    Http,
    /// HTTP over TLS, port 443.
    Https,
}

/// What a server answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerAnswer {
    /// The status code.
    pub status: Option<u16>,
    /// The error document in its body.
    pub document: Option<ErrorDocument>,
}

/// The intermediate results that a signer logged, each as far as it did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SignerLog {
    /// The canonical request.
    pub canonical_request: Option<Vec<u8>>,
    /// The string to sign.
    pub string_to_sign: Option<Vec<u8>>,
}

impl From<Request> for FieldRequest {
    fn from(request: Request) -> Self {
        Self { request, ..Self::default() }
    }
}

impl FieldRequest {
    /// Reads raw HTTP, a HAR entry or file, or a curl command line, whichever the text is.
    ///
    /// # Errors
    /// Text that is none of them.
    pub fn parse(text: &[u8]) -> Result<Self, InputError> {
        let start = text.trim_ascii_start();
        let request = if start.starts_with(b"{") {
            return har::parse(text, None);
        } else if start.starts_with(b"curl ") {
            curl::parse(text)
        } else if error_document::is_one(start) {
            Err(InputError::new(
                "input",
                "this is the server's error document: give it as --error-document, and the request \
                 as the input",
            ))
        } else {
            raw_http::parse(text)
        };
        request.map(Self::from)
    }
}
