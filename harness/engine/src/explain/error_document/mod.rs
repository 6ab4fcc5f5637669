//! What a server answers a wrong signature with. S3 and its compatibles write XML that holds what the
//! server computed, API Gateway and the JSON protocols put the same into a sentence, and people have
//! either of them in the middle of a log.

mod codes;
mod fields;
mod json;
mod log;
mod message;
mod one_line;
mod plain;
mod stage;
mod xml;

use super::parts::InputError;

/// What the server computed, and what it was computed for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ErrorDocument {
    /// `Code`, such as `SignatureDoesNotMatch`. Where the document has none, the code that services
    /// send with its message; empty where that is not known either.
    pub code: String,
    /// The server's canonical request.
    pub canonical_request: Option<Vec<u8>>,
    /// The server's string to sign.
    pub string_to_sign: Option<Vec<u8>>,
    /// The signature that came with the request.
    pub signature_provided: Option<String>,
    /// The text for people.
    pub message: Option<String>,
    /// The time of the server's clock, as it is written.
    pub server_time: Option<String>,
    /// The time at which the request was signed, as the server read it.
    pub request_time: Option<String>,
    /// The region that the server expects.
    pub region: Option<String>,
    /// The service that the server expects, as it is written in a scope.
    pub service: Option<String>,
    /// The payload hash that the client stated, and the one that the server computed.
    pub content_sha256: Option<(String, String)>,
    /// The headers that should have been signed and were not.
    pub headers_not_signed: Vec<String>,
    /// The seconds by which clocks may differ.
    pub window_seconds: Option<u64>,
    /// Everything else that it says, by name, such as the id of the host: to be shown.
    pub others: Vec<(String, String)>,
}

/// A log that is longer is not read: the document is a few kilobytes of it.
const LARGEST: usize = 4 << 20;

impl ErrorDocument {
    /// Whether the server refused a chunk of a stream, not the headers.
    #[must_use]
    pub fn is_of_chunk(&self) -> bool {
        let text = self.string_to_sign.as_deref().unwrap_or_default();
        [&b"AWS4-HMAC-SHA256-PAYLOAD"[..], b"AWS4-HMAC-SHA256-TRAILER"]
            .iter()
            .any(|algorithm| text.starts_with(algorithm))
    }

    /// Reads the document, which may be escaped and have other text around it, as in a log. Of
    /// several the last is taken. Where it gives a text as bytes too, these are believed: they hold
    /// what XML cannot.
    ///
    /// # Errors
    /// Text that holds no such document, or one that is cut or damaged; bytes that are not written in
    /// hexadecimal; more than 4 MiB.
    pub fn parse(text: &[u8]) -> Result<Self, InputError> {
        if text.len() > LARGEST {
            let problem = format!(
                "expected at most 4 MiB, got {} bytes: cut the log to the lines around the error",
                text.len()
            );
            return Err(InputError::new(PLACE, problem));
        }
        log::last_document(text)
    }
}

/// The place that errors name.
const PLACE: &str = "error document";

/// Whether text that is given as the request is such a document: XML as S3 writes it, or JSON with an
/// error in it.
pub(super) fn is_one(start: &[u8]) -> bool {
    /// A request in JSON is a HAR file, which may be large; an error document is not.
    const LARGEST_DOCUMENT: usize = 1 << 20;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if start.starts_with(b"<") {
        return start.starts_with(b"<?xml") || xml::starts_one(start);
    }
    start.starts_with(b"{") && start.len() <= LARGEST_DOCUMENT && json::is_one(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_requests() {
        for document in [
            &b"<?xml version=\"1.0\"?><Error/>"[..],
            b"\xef\xbb\xbf<Error><Code>A</Code></Error>",
            b"<ErrorResponse><Error/></ErrorResponse>",
            b"<Response><Errors/></Response>",
            b"{\"message\":\"Forbidden\"}",
            b"{\"Message\":null}",
            b"{\"__type\":\"InvalidSignatureException\"}",
            b"{\"error\":{\"code\":403,\"message\":\"m\"}}",
        ] {
            assert!(is_one(document), "{}", document.escape_ascii());
        }
        for other in [
            &b"GET / HTTP/1.1"[..],
            b"{\"log\":{\"entries\":[]}}",
            b"{\"request\":{\"method\":\"GET\",\"url\":\"http://h/\",\"headers\":[]}}",
            b"{\"method\":\"GET\",\"url\":\"http://h/\",\"headers\":[]}",
            b"{",
            b"<html>",
            b"",
        ] {
            assert!(!is_one(other), "{}", other.escape_ascii());
        }
    }

    #[test]
    fn large_text_is_refused_before_it_is_read() {
        let error = ErrorDocument::parse(&vec![b'x'; LARGEST + 1]).unwrap_err();
        assert!(error.problem.starts_with("expected at most 4 MiB"), "{error}");
    }
}
