//! The XML that S3 answers a wrong signature with: it holds what the server computed.

use super::input::InputError;

/// What the server computed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ErrorDocument {
    /// `Code`, such as `SignatureDoesNotMatch`.
    pub code: String,
    /// The server's canonical request.
    pub canonical_request: Option<Vec<u8>>,
}

impl ErrorDocument {
    /// Reads the document.
    ///
    /// # Errors
    /// Text that is no XML, or holds no `Code`.
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
        // Some servers print a blank line more at the end than was hashed.
        let canonical_request = field("CanonicalRequest");
        Ok(Self {
            code,
            canonical_request: canonical_request
                .map(|text| text.trim_end_matches('\n').as_bytes().to_vec()),
        })
    }
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
             <CanonicalRequest>GET\n/\na=1&amp;b=2\n</CanonicalRequest></Error>",
        );
        let document = document.unwrap();
        assert_eq!(document.code, "SignatureDoesNotMatch");
        assert_eq!(document.canonical_request.as_deref(), Some(&b"GET\n/\na=1&b=2"[..]));
    }

    #[test]
    fn other_xml_is_refused() {
        assert!(ErrorDocument::parse("<a/>").is_err());
        assert!(ErrorDocument::parse("<a>").is_err());
    }
}
