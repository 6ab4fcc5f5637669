//! A request from the field, in any of the supported formats.

use sigv4_vectors::model::Request;

use super::parts::InputError;
use super::{curl, error_document, har, raw_http};

/// A request as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRequest {
    /// The request.
    pub request: Request,
}

impl FieldRequest {
    /// Reads raw HTTP, a HAR entry or file, or a curl command line; the format is detected.
    ///
    /// # Errors
    /// Text that is none of them.
    pub fn parse(text: &[u8]) -> Result<Self, InputError> {
        let start = text.trim_ascii_start();
        let request = if start.starts_with(b"{") {
            har::parse(text)
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
        Ok(Self { request: request? })
    }
}
