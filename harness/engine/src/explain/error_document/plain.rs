//! The text of an exception. SDKs print the code and the message of an error, and drop the document.

use super::codes::last_code;
use super::fields;
use super::xml::decoded;
use super::{ErrorDocument, message};
use crate::explain::escapes::{joined, literal};

/// What SDKs call the ids that a server answers with, and what the document calls them.
const IDS: [(&str, &str); 4] = [
    ("RequestID: ", "RequestId"),
    (" Request ID: ", "RequestId"),
    ("HostID: ", "HostId"),
    (" Extended Request ID: ", "HostId"),
];

/// Reads the last error that the text speaks of; `None` where it names neither a code nor one of the
/// sentences that come with a refused signature.
pub(super) fn read(text: &[u8]) -> Option<ErrorDocument> {
    let (text, fidelity) = decoded(text);
    let code = last_code(&text);
    let sentence = message::last_known(&text);
    let start = match (sentence, code) {
        (Some(start), _) => start,
        (None, Some((at, code))) => at + code.len(),
        (None, None) => return None,
    };
    let rest = text[start..].trim_start_matches([')', ':', ' ', '\'', '"']);
    let mut fields = vec![("Message".to_owned(), without_tags(rest).to_owned())];
    if let Some((_, code)) = code {
        fields.push(("Code".to_owned(), code.to_owned()));
    }
    for name in ["CanonicalRequest", "StringToSign"] {
        fields.extend(named(&text, name).map(|value| (name.to_owned(), value)));
    }
    let mut document = fields::document(fields, fidelity).ok()?;
    // The log goes on behind the message.
    if let Some(message) = &mut document.message {
        let end = message.find('\n').unwrap_or(message.len());
        message.truncate(end);
    }
    document.others.extend(ids(&text));
    (!document.code.is_empty()).then_some(document)
}

/// The message of a document that is cut or damaged, so that its tags are still in it.
fn without_tags(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("</Code>") else { return text };
    let rest = rest.trim_start();
    let message = rest.strip_prefix("<Message>").unwrap_or(rest);
    message.split("</").next().unwrap_or(message)
}

/// The literal behind the last `name: '...'`, as Node.js and Python print an object.
fn named(text: &str, name: &str) -> Option<String> {
    /// Longer than any such text, and more than anyone prints of them.
    const LONGEST: usize = 64 << 10;
    const TRIED: usize = 16;
    text.rmatch_indices(name).take(TRIED).find_map(|(at, _)| {
        let rest = &text[at + name.len()..];
        let rest = rest.strip_prefix(['\'', '"']).unwrap_or(rest).trim_start();
        let rest = rest.strip_prefix([':', '=']).map(|rest| rest.trim_start_matches(['>', ' ']))?;
        let rest = &rest.as_bytes()[..rest.len().min(LONGEST)];
        String::from_utf8(literal(&joined(rest))?.0).ok()
    })
}

fn ids(text: &str) -> impl Iterator<Item = (String, String)> {
    IDS.iter().filter_map(|(words, name)| {
        // The short name is the end of the long one.
        let mut places = text.rmatch_indices(words).map(|(at, _)| at);
        let at = places.find(|&at| !text[..at].ends_with("Extended"))?;
        let id = &text[at + words.len()..];
        let end = id.find([';', ',', ')', ' ', '\n', '"']).unwrap_or(id.len());
        (end > 0).then(|| ((*name).to_owned(), id[..end].to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sdk_has_its_way_to_print_an_error() {
        for text in [
            "botocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling \
             the PutObject operation: The request signature we calculated does not match",
            "operation error S3: PutObject, https response error StatusCode: 403, RequestID: r, HostID: \
             h, api error SignatureDoesNotMatch: The request signature we calculated does not match",
            "The request signature we calculated does not match (Service: Amazon S3; Status Code: 403; \
             Error Code: SignatureDoesNotMatch; Request ID: r; S3 Extended Request ID: h)",
            "SignatureDoesNotMatch: The request signature we calculated does not match\n    at x (y:1)",
        ] {
            let document = read(text.as_bytes()).unwrap();
            assert_eq!(document.code, "SignatureDoesNotMatch");
            let message = document.message.unwrap();
            assert!(
                message.starts_with("The request signature we calculated does not match"),
                "{message}"
            );
            if text.contains("403") {
                for (name, id) in [("RequestId", "r"), ("HostId", "h")] {
                    assert!(document.others.contains(&(name.to_owned(), id.to_owned())), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_damaged_document_leaves_its_message() {
        for (text, message) in [
            ("<Error><Code>AccessDenied</Code><Message>R&D <b>x</Message></Error>", "R&D <b>x"),
            ("<Error><Code>AccessDenied</Code>\n<Message>Acc", "Acc"),
        ] {
            let document = read(text.as_bytes()).unwrap();
            assert_eq!(document.message.as_deref(), Some(message));
        }
    }

    #[test]
    fn the_texts_of_the_server_are_read_out_of_an_exception() {
        let document = read(
            b"InvalidSignatureException: The request signature we calculated does not match.\n\n\
              The Canonical String for this request should have been\n'GET\n/\n\nhost:h\n\nhost\n00'\n\n\
              The String-to-Sign should have been\n'A\nB'\n\n    at f ('x.js')",
        );
        let document = document.unwrap();
        assert_eq!(
            document.canonical_request.as_deref(),
            Some(&b"GET\n/\n\nhost:h\n\nhost\n00"[..])
        );
        assert_eq!(document.string_to_sign.as_deref(), Some(&b"A\nB"[..]));
    }

    #[test]
    fn the_members_of_an_object_are_read() {
        // As Node.js 20 prints an error of @aws-sdk/client-s3 3.1174.0, and Python a dict.
        let node = "SignatureDoesNotMatch: The request signature we calculated does not match\n    at x {\n  \
                    Code: 'SignatureDoesNotMatch',\n  StringToSign: 'A\\n' +\n    'B',\n  \
                    CanonicalRequest: \"GET\\n/it's\"\n}";
        let python = "{'Error': {'Code': 'SignatureDoesNotMatch', 'StringToSign': 'A\\nB', \
                      'CanonicalRequest': \"GET\\n/it's\"}}";
        let empty =
            read(b"AccessDenied {'StringToSign': '', 'Key': 'a'} CanonicalRequest 'b'").unwrap();
        assert_eq!((empty.string_to_sign, empty.canonical_request), (None, None));
        for text in [node, python] {
            let document = read(text.as_bytes()).unwrap();
            assert_eq!(document.code, "SignatureDoesNotMatch");
            assert_eq!(document.string_to_sign.as_deref(), Some(&b"A\nB"[..]));
            assert_eq!(document.canonical_request.as_deref(), Some(&b"GET\n/it's"[..]));
        }
    }

    #[test]
    fn all_sentences_of_a_message_are_read() {
        let document = read(
            b"x\nerror: Authorization header requires 'Credential' parameter. Authorization header \
              requires 'Signature' parameter.\nend",
        );
        let missing =
            ["Credential", "Signature"].map(|name| ("missing".to_owned(), name.to_owned()));
        assert_eq!(document.unwrap().others, missing);
    }

    #[test]
    fn a_word_of_no_meaning_is_no_error() {
        assert!(read(b"connection reset").is_none());
        assert_eq!(read(b"AccessDenied").unwrap().message, None);
    }
}
