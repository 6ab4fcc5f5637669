//! What the server computed, compared with what a correct signer computes.

use sigv4_protocol::Stage;

use super::error_document::ErrorDocument;
use super::stages::Computed;
use crate::judge::Difference;

/// How the server's texts compare.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerSide {
    /// This is the first stage in which they differ.
    Differs {
        /// The stage.
        stage: Stage,
        /// Where in it; the expected side is that of a correct signer.
        difference: Difference,
    },
    /// The document belongs to another request: it names a different signature.
    OtherRequest {
        /// The signature that the server was given.
        signature_provided: String,
    },
    /// The string to sign is the same, so that only the key can differ.
    SameStringToSign,
}

impl ServerSide {
    /// Compares stage by stage; `None` if the document contains nothing to compare.
    pub(super) fn of(
        document: Option<&ErrorDocument>,
        signature: &[u8],
        correct: &Computed,
    ) -> Option<Self> {
        let document = document?;
        // The string to sign of a chunk says nothing about the headers.
        if document.is_of_chunk() {
            return None;
        }
        if let Some(provided) = &document.signature_provided
            && provided.as_bytes() != signature
        {
            return Some(Self::OtherRequest { signature_provided: provided.clone() });
        }
        for (stage, ours, servers) in [
            (Stage::CanonicalRequest, &correct.canonical_request, &document.canonical_request),
            (Stage::StringToSign, &correct.string_to_sign, &document.string_to_sign),
        ] {
            let difference =
                servers.as_ref().and_then(|text| Difference::between(stage, ours, text));
            if let Some(difference) = difference {
                return Some(Self::Differs { stage, difference });
            }
        }
        document.string_to_sign.as_ref().map(|_| Self::SameStringToSign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Component;

    fn side(document: &ErrorDocument) -> Option<ServerSide> {
        let correct = Computed {
            canonical_request: b"GET\n/\n".to_vec(),
            string_to_sign: b"AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/r/s/aws4_request\n0"
                .to_vec(),
            signature: b"00ff".to_vec(),
        };
        ServerSide::of(Some(document), b"00ff", &correct)
    }

    #[test]
    fn the_first_stage_that_differs_is_named() {
        let document = ErrorDocument {
            canonical_request: Some(b"GET\n/\n".to_vec()),
            string_to_sign: Some(
                b"AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/q/s/aws4_request\n0".to_vec(),
            ),
            signature_provided: Some("00ff".to_owned()),
            ..ErrorDocument::default()
        };
        let Some(ServerSide::Differs { stage, difference }) = side(&document) else {
            panic!("the regions differ");
        };
        assert_eq!((stage, difference.component), (Stage::StringToSign, Component::Scope));
    }

    #[test]
    fn the_same_string_and_another_request_are_told_apart() {
        let string_to_sign =
            b"AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/r/s/aws4_request\n0".to_vec();
        let same = ErrorDocument { string_to_sign: Some(string_to_sign), ..Default::default() };
        let other = ErrorDocument { signature_provided: Some("11".to_owned()), ..same.clone() };
        assert_eq!(side(&same), Some(ServerSide::SameStringToSign));
        let signature_provided = "11".to_owned();
        assert_eq!(side(&other), Some(ServerSide::OtherRequest { signature_provided }));
        assert_eq!(side(&ErrorDocument::default()), None);
    }
}
