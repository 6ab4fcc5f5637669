//! The XML of S3 and its compatibles, of the query protocol and of EC2.

use roxmltree::{Document, Node, ParsingOptions};

use super::fields::{self, Fidelity};
use super::{ErrorDocument, PLACE};
use crate::explain::escapes::{LEVELS, is_in_pieces, without_backslashes};
use crate::explain::parts::InputError;

/// A real document has some twenty nodes.
const MOST_NODES: u32 = 10_000;

/// What a document can start with: S3 writes `Error`, the query protocol puts it into an
/// `ErrorResponse`, EC2 into a `Response` with `Errors`.
const ROOTS: [&[u8]; 3] = [b"Error", b"ErrorResponse", b"Response"];

/// Services that speak JSON name the element like the exception where the client asked for XML.
const EXCEPTION: &[u8] = b"Exception";

/// Whether text starts with the element of such a document.
pub(super) fn starts_one(text: &[u8]) -> bool {
    text.strip_prefix(b"<").and_then(name).is_some_and(|name| root(name).is_some())
}

/// Where documents are in a text, in the order of their ends: each closing tag with the nearest
/// opening one before it.
pub(super) fn places(text: &[u8]) -> Vec<(usize, usize)> {
    let mut opened: [Option<usize>; ROOTS.len() + 1] = Default::default();
    let mut places = Vec::new();
    for at in memchr::memchr_iter(b'<', text) {
        let tag = &text[at + 1..];
        let (is_end, tag) = match tag.strip_prefix(b"/") {
            Some(tag) => (true, tag),
            None => (false, tag),
        };
        let Some(root) = name(tag).and_then(root) else { continue };
        if !is_end {
            opened[root] = Some(at);
        } else if let Some(start) = opened[root].take()
            && let Some(end) = memchr::memchr(b'>', tag)
        {
            let end = text.len() - tag.len() + end + 1;
            places.push((start, end));
        }
    }
    places
}

/// Whether text is the beginning of such a document, without its end.
pub(super) fn is_cut(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let declared = text.starts_with(b"<?xml");
    let start = memchr::memmem::find(text, b"?>").filter(|_| declared).map_or(0, |end| end + 2);
    starts_one(text[start..].trim_ascii_start()) && places(text).is_empty()
}

/// The name at the start of a tag, without the prefix of its namespace.
fn name(tag: &[u8]) -> Option<&[u8]> {
    /// Longer than any name that is looked for.
    const LONGEST: usize = 100;
    let is_end = |byte: &u8| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace();
    let end = tag.iter().take(LONGEST).position(is_end)?;
    tag[..end].rsplit(|&byte| byte == b':').next()
}

/// Which of the roots a name is; all exceptions are one.
fn root(name: &[u8]) -> Option<usize> {
    ROOTS.iter().position(|root| *root == name).or_else(|| {
        let is_exception = name.ends_with(EXCEPTION) && name.iter().all(u8::is_ascii_alphanumeric);
        is_exception.then_some(ROOTS.len())
    })
}

/// Reads one document.
///
/// # Errors
/// Text that is not XML, or holds no `Code`; bytes that are not written in hexadecimal.
pub(super) fn read(text: &[u8]) -> Result<ErrorDocument, InputError> {
    // The quotation marks between the pieces of a literal would be read as part of its text.
    let first = match parse(text) {
        Ok(document) if !is_in_pieces(text) => return Ok(document),
        Ok(_) => InputError::new(PLACE, "expected the pieces of one string literal"),
        Err(error) => error,
    };
    // A log may also have escaped the quotation marks of the attributes.
    let mut text = text.to_vec();
    for _ in 0..LEVELS {
        let Some(plain) = without_backslashes(&text) else { break };
        text = plain;
        if let Ok(document) = parse(&text) {
            return Ok(document);
        }
    }
    Err(first)
}

fn parse(text: &[u8]) -> Result<ErrorDocument, InputError> {
    let (text, fidelity) = decoded(text);
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&text, options)
        .map_err(|error| InputError::new(PLACE, error.to_string()))?;
    let is_element = |node: &Node<'_, '_>| node.is_element();
    let leaves = document.descendants().filter(is_element);
    let leaves = leaves.filter(|node| !node.children().any(|child| child.is_element()));
    let own = |node: Node<'_, '_>| {
        let pieces = node.children().filter_map(|child| child.text());
        (node.tag_name().name().to_owned(), pieces.collect())
    };
    let mut read = fields::document(leaves.map(own).collect(), fidelity)?;
    let root = document.root_element().tag_name().name();
    if root.as_bytes().ends_with(EXCEPTION) && !read.others.iter().any(|(name, _)| name == "Code") {
        root.clone_into(&mut read.code);
    }
    if read.code.is_empty() {
        return Err(InputError::new(PLACE, "expected an element `Code` as S3 writes it"));
    }
    Ok(read)
}

/// The text, as Latin-1 where it is not UTF-8: each byte then is some character that can be shown.
pub(super) fn decoded(text: &[u8]) -> (String, Fidelity) {
    match std::str::from_utf8(text) {
        Ok(text) => (text.to_owned(), Fidelity::Exact),
        Err(_) => (text.iter().copied().map(char::from).collect(), Fidelity::Guessed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        read(text.as_bytes()).unwrap().code
    }

    #[test]
    fn the_fields_are_read_with_their_escapes() {
        let document = read(
            b"<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>00ff</SignatureProvided>\
              <CanonicalRequest>GET\n/\na=1&amp;b=2\n</CanonicalRequest></Error>",
        );
        let document = document.unwrap();
        assert_eq!(document.code, "SignatureDoesNotMatch");
        assert_eq!(document.canonical_request.as_deref(), Some(&b"GET\n/\na=1&b=2"[..]));
        assert_eq!(document.signature_provided.as_deref(), Some("00ff"));
        assert_eq!(document.string_to_sign, None);
    }

    #[test]
    fn each_protocol_has_its_wrapping() {
        let query = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
                     <Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>\
                     <RequestId>r</RequestId></ErrorResponse>";
        let query = read(query.as_bytes()).unwrap();
        assert_eq!(query.code, "SignatureDoesNotMatch");
        assert_eq!(query.message.as_deref(), Some("m"));
        let others = [("Type", "Sender"), ("RequestId", "r")];
        assert_eq!(query.others, others.map(|(name, text)| (name.to_owned(), text.to_owned())));
        let ec2 = "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error>\
                   </Errors><RequestID>r</RequestID></Response>";
        assert_eq!(code(ec2), "AuthFailure");
        let exception = "<AccessDeniedException><Message>m</Message></AccessDeniedException>";
        assert_eq!(code(exception), "AccessDeniedException");
        assert_eq!(code("<a:Error xmlns:a='b'><a:Code>C</a:Code></a:Error>"), "C");
        assert_eq!(code("<Error><Code><![CDATA[C]]></Code></Error>"), "C");
    }

    #[test]
    fn googles_details_are_read_like_a_message() {
        let document = read(
            b"<Error><Code>InvalidRequest</Code><Message>Invalid.</Message><Details>Credential should \
              be scoped to correct service: 's3'.</Details></Error>",
        );
        let document = document.unwrap();
        assert_eq!(document.message.as_deref(), Some("Invalid."));
        assert_eq!(document.service.as_deref(), Some("s3"));
    }

    #[test]
    fn documents_are_found_by_their_ends() {
        let text =
            b"log <Error><Code>A</Code></Error> <ErrorResponse><Error></Error></ErrorResponse> \
                     <Error> </Response>";
        let found: Vec<&[u8]> =
            places(text).iter().map(|&(start, end)| &text[start..end]).collect();
        let expected: [&[u8]; 3] = [
            b"<Error><Code>A</Code></Error>",
            b"<Error></Error>",
            b"<ErrorResponse><Error></Error></ErrorResponse>",
        ];
        assert_eq!(found, expected);
        assert_eq!(places(b"<Errors></Errors><Error/></Error"), []);
    }

    #[test]
    fn a_document_without_its_end_is_cut() {
        for text in ["<Error><Code>C</Code><Key>", "<?xml version=\"1.0\"?>\n<Error><Code>C</Co"] {
            assert!(is_cut(text.as_bytes()), "{text}");
        }
        for text in ["<Error><Code>C</Code></Error>", "<html>", "error: <Error>", ""] {
            assert!(!is_cut(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn other_bytes_are_shown_as_latin_1_and_not_compared() {
        let document = read(
            b"<Error><Code>C</Code><Key>caf\xe9</Key><StringToSign>A\n\xe9</StringToSign></Error>",
        );
        let document = document.unwrap();
        assert_eq!(document.others[0], ("Key".to_owned(), "caf\u{e9}".to_owned()));
        assert_eq!(document.string_to_sign, None);
    }

    #[test]
    fn escaped_attributes_are_undone() {
        let text = br#"<Error xmlns=\"x\"><Code>C</Code><StringToSign>A\nB</StringToSign></Error>"#;
        let document = read(text).unwrap();
        assert_eq!(document.string_to_sign.as_deref(), Some(&b"A\nB"[..]));
    }

    #[test]
    fn other_xml_is_refused() {
        let problem = |text: &str| read(text.as_bytes()).unwrap_err().problem;
        assert_eq!(problem("<Error><a/></Error>"), "expected an element `Code` as S3 writes it");
        assert!(problem("<Error><Code>a</Error>").contains("1:15"));
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><Error><Code>&b;</Code></Error>";
        assert!(problem(bomb).contains("DTD"));
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(problem(&format!("<Error>{deep}</Error>")).contains("limit"));
    }
}
