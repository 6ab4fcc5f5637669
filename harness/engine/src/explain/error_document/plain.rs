//! The text of an exception. SDKs print the code and the message of an error, and drop the document.

use super::codes::{self, last_code};
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

/// What SDKs write around a code; behind it comes one of these signs, or a blank.
const AROUND: [(&str, &[char]); 7] = [
    ("An error occurred (", &[')']),
    ("api error ", &[':']),
    ("Error Code: ", &[';', ')']),
    ("S3 error: 400 (", &[')']),
    ("S3 error: 403 (", &[')']),
    ("<li>Code: ", &['<']),
    ("code: Some(\"", &['"']),
];

/// Reads the last error that the text speaks of; `None` where it names neither a code nor one of the
/// sentences that come with a refused signature.
pub(super) fn read(text: &[u8]) -> Option<ErrorDocument> {
    let (text, fidelity) = decoded(text);
    let code = last_code(&text).max(code_by_its_place(&text));
    let sentence = message::last_known(&text);
    let message = match (sentence, code) {
        (Some(start), _) => Some(sentences(&text, start)),
        (None, Some((at, code))) => {
            behind_code(&text, at + code.len()).or_else(|| before_service(&text[..at]))
        }
        (None, None) => return None,
    };
    let mut fields = Vec::new();
    let literal = || named(&text, "Message").or_else(|| named(&text, "message"));
    let message = message.map(str::to_owned).or_else(literal);
    fields.extend(message.map(|message| ("Message".to_owned(), message)));
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
        message.truncate(without_frame(message).len());
    }
    document.others.extend(ids(&text));
    (!document.code.is_empty()).then_some(document)
}

/// The last code that stands where SDKs write one, known or not, and its place.
fn code_by_its_place(text: &str) -> Option<(usize, &str)> {
    let last = |&(before, ends): &(&str, &[char])| {
        text.rmatch_indices(before).find_map(|(at, _)| {
            let start = at + before.len();
            let length = text[start..].find(|end: char| !end.is_ascii_alphanumeric())?;
            let code = &text[start..start + length];
            let is_ended = text[start + length..].starts_with(ends);
            (is_ended && codes::looks_like_one(code)).then_some((start, code))
        })
    };
    AROUND.iter().filter_map(last).max()
}

/// The message from its first known sentence on. Within a quoted text it ends with it.
fn sentences(text: &str, start: usize) -> &str {
    let message = &text[start..];
    match text[..start].chars().next_back() {
        Some('\'') => message.split('\'').next().unwrap_or(message),
        _ => message,
    }
}

/// The message that follows a code on its line: `: message`, also behind what the SDK was doing.
fn behind_code(text: &str, end: usize) -> Option<&str> {
    let rest = &text[end..];
    if let Some(rest) = rest.strip_prefix("</Code>") {
        // A document that is cut or damaged, so that its tags are still in it.
        let rest = rest.trim_start();
        let message = match rest.strip_prefix("<Message>") {
            Some(message) => message,
            // Another element is what the server computed.
            None if rest.starts_with('<') => return None,
            None => rest,
        };
        return message.split("</").next();
    }
    if let Some(rest) = rest.strip_prefix("</li>") {
        return rest.trim_start().strip_prefix("<li>Message: ")?.split("</li>").next();
    }
    let line = rest.split('\n').next().unwrap_or_default();
    let line = line.strip_prefix(')').unwrap_or(line);
    let line = match line.strip_prefix(" when calling the ") {
        Some(operation) => operation.find(':').map_or("", |colon| &operation[colon..]),
        None => line.strip_prefix(" (client)").unwrap_or(line),
    };
    let message = line.strip_prefix(':')?.trim();
    let is_text = message.starts_with(|first: char| first.is_alphanumeric());
    (is_text && !message.is_empty()).then_some(message)
}

/// The message that Java's SDK writes before what it knows of the answer.
fn before_service(before: &str) -> Option<&str> {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let message = &line[..line.rfind(SERVICE)?];
    let start = message.rfind("Exception: ").map_or(0, |at| at + "Exception: ".len());
    Some(&message[start..])
}

/// What Java's SDK writes behind a message.
const SERVICE: &str = " (Service: ";

/// A message without what the line around it goes on with.
fn without_frame(message: &str) -> &str {
    let message = message.split(SERVICE).next().unwrap_or(message);
    // One quotation mark more than are opened: the message was in a string.
    let is_odd = message.matches('"').count() % 2 == 1;
    let end = message.find('"').filter(|_| is_odd).unwrap_or(message.len());
    message[..end].trim_end_matches(['\\', ' '])
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
        // Rust prints an option.
        let rest = rest.strip_prefix("Some(").unwrap_or(rest);
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
    fn the_code_and_the_message_are_taken_out_of_what_is_around_them() {
        const DENIED: Option<&str> = Some("Access Denied");
        for (text, code, message) in [
            (
                "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied",
                "AccessDenied",
                DENIED,
            ),
            (
                "fatal error: An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: \
                 The specified bucket does not exist",
                "NoSuchBucket",
                Some("The specified bucket does not exist"),
            ),
            (
                "https response error StatusCode: 403, RequestID: r, HostID: h, api error \
                 KMS: x, api error AccessDenied: Access Denied",
                "AccessDenied",
                DENIED,
            ),
            (
                "AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: \
                 AccessDenied; Request ID: r; S3 Extended Request ID: h)",
                "AccessDenied",
                DENIED,
            ),
            (
                "AmazonS3Exception: Please reduce your request rate. (Service: Amazon S3; Status Code: \
                 503; Error Code: SlowDown; Request ID: r)",
                "SlowDown",
                Some("Please reduce your request rate."),
            ),
            ("ERROR: S3 error: 403 (AccessDenied): Access Denied", "AccessDenied", DENIED),
            (
                "AccessDenied: Access Denied\n\tstatus code: 403, request id: r",
                "AccessDenied",
                DENIED,
            ),
            (
                "AccessDenied (client): Access Denied - <?xml",
                "AccessDenied",
                Some("Access Denied - <?xml"),
            ),
            (
                "<html>\n<body><h1>403 Forbidden</h1>\n<ul>\n<li>Code: AccessDenied</li>\n<li>Message: \
                 Access Denied</li>",
                "AccessDenied",
                DENIED,
            ),
            (
                "source: ErrorMetadata { code: Some(\"AccessDenied\"), message: Some(\"Access Denied\"), \
                 extras: None }",
                "AccessDenied",
                DENIED,
            ),
            (
                "{'Error': {'Code': 'AccessDenied', 'Message': 'Access Denied'}}",
                "AccessDenied",
                DENIED,
            ),
            (
                "level=error err=\"api error AccessDenied: Access Denied\" n=1",
                "AccessDenied",
                DENIED,
            ),
            ("x-amzn-ErrorType: AccessDeniedException\r\nDate: x", "AccessDeniedException", None),
            ("{\"code\":\"AccessDenied\"", "AccessDenied", None),
            (
                "mc: <ERROR> Unable to list. The request signature we calculated does not match the \
                 signature you provided. Check your key and signing method.",
                "SignatureDoesNotMatch",
                Some(
                    "The request signature we calculated does not match the signature you provided. \
                     Check your key and signing method.",
                ),
            ),
            (
                "{\"err\":\"SignatureDoesNotMatch: The request signature we calculated does not \
                 match\",\"a\":\"b\"}",
                "SignatureDoesNotMatch",
                Some("The request signature we calculated does not match"),
            ),
        ] {
            let document = read(text.as_bytes()).expect(text);
            assert_eq!(
                (&document.code[..], document.message.as_deref()),
                (code, message),
                "{text}"
            );
        }
        for text in
            ["api error Forbidden: Forbidden", "An error occurred (403) when", "code: Some(\"E1\")"]
        {
            assert_eq!(read(text.as_bytes()), None, "{text}");
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
