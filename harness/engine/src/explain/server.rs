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
        /// Where in it, line by line; the expected side is that of a correct signer.
        differences: Vec<Difference>,
    },
    /// The document belongs to another request: it names a different signature.
    OtherRequest {
        /// The signature that the server was given.
        signature_provided: String,
    },
    /// The string to sign is the same: either only the keys differ, or the server was given this
    /// request and another one was signed.
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
        let texts = (document.canonical_request.as_deref(), document.string_to_sign.as_deref());
        if let Some((stage, differences)) = first_stage_that_differs(correct, texts) {
            return Some(Self::Differs { stage, differences });
        }
        document.string_to_sign.as_ref().map(|_| Self::SameStringToSign)
    }
}

/// The first of these texts, canonical request and string to sign, that is not a correct signer's,
/// with every line that differs.
pub(super) fn first_stage_that_differs(
    correct: &Computed,
    (canonical_request, string_to_sign): (Option<&[u8]>, Option<&[u8]>),
) -> Option<(Stage, Vec<Difference>)> {
    let stages = [
        (Stage::CanonicalRequest, &correct.canonical_request, canonical_request),
        (Stage::StringToSign, &correct.string_to_sign, string_to_sign),
    ];
    stages.into_iter().find_map(|(stage, ours, theirs)| {
        let differences = line_by_line(stage, ours, theirs?);
        (!differences.is_empty()).then_some((stage, differences))
    })
}

/// Every line that differs; of texts with different numbers of lines the first.
pub(super) fn line_by_line(stage: Stage, ours: &[u8], servers: &[u8]) -> Vec<Difference> {
    let our_lines: Vec<&[u8]> = ours.split(|byte| *byte == b'\n').collect();
    let mut lines: Vec<&[u8]> = servers.split(|byte| *byte == b'\n').collect();
    let mut differences = Vec::new();
    while let Some(difference) = Difference::between(stage, ours, &lines.join(&b'\n')) {
        let at = difference.line - 1;
        differences.push(difference);
        if lines.len() != our_lines.len() {
            break;
        }
        // With this line mended, the next one shows.
        lines[at] = our_lines[at];
    }
    differences
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
        let Some(ServerSide::Differs { stage, differences }) = side(&document) else {
            panic!("the regions differ");
        };
        assert_eq!((stage, &differences[0].component), (Stage::StringToSign, &Component::Scope));
        assert_eq!(differences.len(), 1);
    }

    #[test]
    fn each_line_that_differs_is_named() {
        let sent = b"GET\n/b/k\n\nhost:h\n\nhost\n00";
        let arrived = b"GET\n/k\n\nhost:b.h\n\nhost\n00";
        let differences = line_by_line(Stage::CanonicalRequest, sent, arrived);
        let components: Vec<&Component> = differences.iter().map(|one| &one.component).collect();
        assert_eq!(components, [&Component::Path, &Component::Header("host".to_owned())]);
        let shorter = line_by_line(Stage::CanonicalRequest, sent, b"GET\n/k\n\nhost:b.h\n");
        assert_eq!(shorter.len(), 1);
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
