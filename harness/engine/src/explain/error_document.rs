//! The XML that S3 answers a wrong signature with: it holds what the server computed.

use super::parts::InputError;

/// What the server computed, and what it was computed for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ErrorDocument {
    /// `Code`, such as `SignatureDoesNotMatch`.
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
    /// The service that the server expects, as it stands in a scope.
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

impl ErrorDocument {
    /// Reads the document. Where it gives a text as bytes too, these are believed: they hold what
    /// XML cannot.
    ///
    /// # Errors
    /// Text that is no XML, or holds no `Code`; bytes that are not written in hexadecimal.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        let document = roxmltree::Document::parse(text)
            .map_err(|error| InputError::new("error document", error.to_string()))?;
        let field = |name: &str| {
            let node = document.descendants().find(|node| node.has_tag_name(name))?;
            Some(node.text().unwrap_or_default().to_owned())
        };
        let code = field("Code").ok_or_else(|| {
            InputError::new("error document", "expected an element `Code` as S3 writes it")
        })?;
        let stage = |name: &str| {
            let element = format!("{name}Bytes");
            match field(&element) {
                Some(listed) => bytes(&element, &listed).map(Some),
                // Some servers print a blank line more at the end than was hashed.
                None => Ok(field(name).map(|text| text.trim_end_matches('\n').as_bytes().to_vec())),
            }
        };
        Ok(Self {
            code,
            canonical_request: stage("CanonicalRequest")?,
            string_to_sign: stage("StringToSign")?,
            signature_provided: field("SignatureProvided"),
            ..Self::default()
        })
    }
}

/// Bytes as S3 lists them: two digits each, with spaces between.
fn bytes(element: &str, listed: &str) -> Result<Vec<u8>, InputError> {
    let byte = |digits: &str| {
        u8::from_str_radix(digits, 16).map_err(|_| {
            let problem = format!("{element}: expected two hexadecimal digits, got {digits:?}");
            InputError::new("error document", problem)
        })
    };
    listed.split_ascii_whitespace().map(byte).collect()
}

/// Whether text is meant to be such a document.
pub(super) fn is_one(text: &[u8]) -> bool {
    text.starts_with(b"<?xml") || text.starts_with(b"<Error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_read_with_their_escapes() {
        let document = ErrorDocument::parse(
            "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code>\
             <SignatureProvided>00ff</SignatureProvided>\
             <CanonicalRequest>GET\n/\na=1&amp;b=2\n</CanonicalRequest></Error>",
        );
        let document = document.unwrap();
        assert_eq!(document.code, "SignatureDoesNotMatch");
        assert_eq!(document.canonical_request.as_deref(), Some(&b"GET\n/\na=1&b=2"[..]));
        assert_eq!(document.signature_provided.as_deref(), Some("00ff"));
        assert_eq!(document.string_to_sign, None);
    }

    #[test]
    fn bytes_are_believed_before_text() {
        let document = ErrorDocument::parse(
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>A?\n</StringToSign>\
             <StringToSignBytes>41 ff 0a</StringToSignBytes></Error>",
        );
        assert_eq!(document.unwrap().string_to_sign.as_deref(), Some(&b"A\xff\n"[..]));
    }

    #[test]
    fn other_xml_is_refused() {
        assert!(ErrorDocument::parse("<a/>").is_err());
        assert!(ErrorDocument::parse("<a>").is_err());
        let error = ErrorDocument::parse(
            "<Error><Code/><CanonicalRequestBytes>4x</CanonicalRequestBytes></Error>",
        );
        let problem = "error document: CanonicalRequestBytes: expected two hexadecimal digits, \
                       got \"4x\"";
        assert_eq!(error.unwrap_err().to_string(), problem);
    }
}
