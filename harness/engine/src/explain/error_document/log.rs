//! Finds the document in what people have: a log, in which it can be escaped, more than once.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::{ErrorDocument, LARGEST, PLACE, json, plain, xml};
use crate::explain::escapes::{LEVELS, without_backslashes, without_entities};
use crate::explain::parts::InputError;
use crate::explain::sdk_log::wire;

/// The last document of the text, at the first level of escapes at which there is one.
///
/// # Errors
/// Where there is none at any of them. If some part of the text was meant to be one, the error says
/// what is wrong there.
pub(super) fn last_document(text: &[u8]) -> Result<ErrorDocument, InputError> {
    let mut search = Search { budget: 4 * LARGEST, any_message: None, refusal: None };
    // Apache's wire log breaks the document into lines of its own.
    let mut exchanges = wire::apache(text).into_iter().rev();
    if let Some(document) = exchanges.find_map(|exchange| search.look(&exchange.answer, 0)) {
        return Ok(document);
    }
    if let Some(document) = search.look(text, LEVELS) {
        return Ok(document);
    }
    if let Some(mut document) = exception(text).or(search.any_message) {
        if xml::is_cut(text) {
            let remark = "cut off before its end: given whole, it says what the server computed";
            document.others.push(("document".to_owned(), remark.to_owned()));
        }
        return Ok(document);
    }
    Err(search.refusal.unwrap_or_else(|| {
        let cause = if starts_element(text) {
            "this is a page of HTML, as a proxy answers: the server's own answer is not in it"
        } else {
            "found none in this text"
        };
        let problem = format!(
            "expected XML with an element `Code` as S3 writes it, JSON with a message as API Gateway \
             does, or a log with one of them in it; {cause}"
        );
        InputError::new(PLACE, problem)
    }))
}

fn starts_element(text: &[u8]) -> bool {
    let start = text.trim_ascii_start();
    let start = start[..start.len().min(14)].to_ascii_lowercase();
    start.starts_with(b"<html") || start.starts_with(b"<!doctype html")
}

/// An error that is told in plain text, escaped or not: the text that tells the most.
fn exception(text: &[u8]) -> Option<ErrorDocument> {
    let mut best = plain::read(text);
    let mut text = text.to_vec();
    for _ in 0..LEVELS {
        if best.as_ref().is_some_and(|document| document.string_to_sign.is_some()) {
            break;
        }
        let Some(plain) = without_backslashes(&text) else { break };
        text = plain;
        let other = plain::read(&text);
        if best.is_none() || other.as_ref().is_some_and(|other| other.string_to_sign.is_some()) {
            best = other;
        }
    }
    best
}

/// A search that ends: texts can be wrapped in each other so that every one of their strings would
/// have to be looked at in many ways.
struct Search {
    /// The bytes that may still be looked at.
    budget: usize,
    /// JSON with a message that does not speak of a signature: any log has such lines.
    any_message: Option<ErrorDocument>,
    /// What was wrong with the last part that was meant to be a document.
    refusal: Option<InputError>,
}

impl Search {
    /// Looks at the text, and at what it is without its escapes, level by level.
    fn look(&mut self, text: &[u8], levels: usize) -> Option<ErrorDocument> {
        let mut queue = VecDeque::from([(Cow::Borrowed(text), levels)]);
        while let Some((text, levels)) = queue.pop_front() {
            self.budget = self.budget.checked_sub(text.len())?;
            if let Some(document) = self.at_this_level(&text, levels) {
                return Some(document);
            }
            let Some(levels) = levels.checked_sub(1) else { continue };
            for undo in [without_entities, without_backslashes] {
                let plain = undo(&text).filter(|plain| plain.len() <= self.budget);
                queue.extend(plain.map(|plain| (Cow::Owned(plain), levels)));
            }
        }
        None
    }

    /// The document that ends last. XML in a string of JSON ends before it: the string, without its
    /// escapes, is the better reading.
    fn at_this_level(&mut self, text: &[u8], levels: usize) -> Option<ErrorDocument> {
        let json = self.last_json(text, levels);
        let json_end = json.as_ref().map_or(0, |&(end, _)| end);
        for (start, end) in xml::places(text).into_iter().rev().filter(|&(_, end)| end > json_end) {
            match xml::read(&text[start..end]) {
                Ok(document) => return Some(document),
                Err(error) => _ = self.refusal.get_or_insert(error),
            }
        }
        json.map(|(_, document)| document)
    }

    fn last_json(&mut self, text: &[u8], levels: usize) -> Option<(usize, ErrorDocument)> {
        let mut last = None;
        for (end, object) in json::objects(text) {
            let strings = json::strings(&object);
            let nested = levels.checked_sub(1).and_then(|levels| {
                strings.iter().rev().find_map(|string| self.look(string.as_bytes(), levels))
            });
            if let Some(document) = nested {
                last = Some((end, document));
                continue;
            }
            match json::document(&object) {
                Some(document) if json::is_telling(&document) => last = Some((end, document)),
                Some(document) => {
                    // A program that logs in JSON has the words of the SDK in its message.
                    let said = document.message.as_ref().and_then(|it| plain::read(it.as_bytes()));
                    match said {
                        Some(said) => last = Some((end, said)),
                        None => self.any_message = Some(document),
                    }
                }
                None => {}
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>GET\n/it's\na=1&amp;b=\
                       2\nhost:h\n\nhost\n00</CanonicalRequest></Error>";
    const CANONICAL: &[u8] = b"GET\n/it's\na=1&b=2\nhost:h\n\nhost\n00";

    fn canonical(text: &[u8]) -> Vec<u8> {
        let document = last_document(text);
        document.unwrap().canonical_request.unwrap_or_default()
    }

    /// As Python's `repr` and Go's `%q` write a text.
    fn literal(text: &str, quote: char) -> String {
        let text = text.replace('\\', "\\\\").replace('\n', "\\n");
        text.replace(quote, &format!("\\{quote}"))
    }

    fn entities(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    }

    fn gateway() -> String {
        let message = "The request signature we calculated does not match.\n\nThe Canonical String for \
                       this request should have been\n'GET\n/it's\na=1&b=2\nhost:h\n\nhost\n00'\n\nThe \
                       String-to-Sign should have been\n'A\nB'\n";
        serde_json::json!({ "message": message }).to_string()
    }

    #[test]
    fn documents_are_found_in_the_middle_of_a_log() {
        for document in [XML.to_owned(), gateway()] {
            let log =
                format!("2015-08-30 [main] WARN f() {{}} <b> answer: {document} (took 3 ms)\nend");
            assert_eq!(canonical(log.as_bytes()), CANONICAL);
        }
    }

    #[test]
    fn every_way_of_escaping_is_undone() {
        for document in [XML.to_owned(), gateway()] {
            let python = format!("DEBUG body: b'{}'", literal(&document, '\''));
            let go = format!("body=\"{}\" status=403", literal(&document, '"'));
            let html = format!("<pre>{}</pre>", entities(&document));
            let json = serde_json::json!({ "level": "error", "body": document }).to_string();
            let twice = format!("{{\"x\": \"cut {}", literal(&literal(&document, '"'), '"'));
            let lines = serde_json::json!({ "log": json }).to_string();
            let page = entities(&entities(&document));
            let mixed = entities(&go);
            for text in [python, go, html, json, twice, lines, page, mixed] {
                assert_eq!(canonical(text.as_bytes()), CANONICAL, "{text}");
            }
        }
    }

    #[test]
    fn a_literal_in_pieces_is_put_together() {
        let escaped = literal(XML, '\'');
        let (start, end) = escaped.split_at(60);
        let text = format!("{{'data': b'{start}'\n         b'{end}',\n 'status': 403}}");
        assert_eq!(canonical(text.as_bytes()), CANONICAL);
    }

    #[test]
    fn the_lines_of_a_wire_log_are_put_together() {
        let start = "x http-outgoing-0 >> \"GET / HTTP/1.1[\\r][\\n]\"\n".to_owned();
        let lines = XML.split_inclusive('\n').map(|line| line.replace('\n', "[\\n]"));
        let lines = lines.map(|line| format!("x http-outgoing-0 << \"{line}\"\n"));
        let log: String = std::iter::once(start).chain(lines).collect();
        assert_eq!(canonical(log.as_bytes()), CANONICAL);
    }

    #[test]
    fn five_levels_are_too_many() {
        let text = (0..5).fold(gateway(), |text, _| entities(&text));
        assert!(last_document(text.as_bytes()).is_err() || canonical(text.as_bytes()) != CANONICAL);
    }

    #[test]
    fn the_last_document_wins_and_log_lines_do_not_count() {
        let text = format!(
            "{XML}\n{{\"message\":\"Missing Authentication Token\"}}\n<Error><Code>Last</Code></Error>\n\
             {{\"level\":\"info\",\"message\":\"bye\"}}"
        );
        assert_eq!(last_document(text.as_bytes()).unwrap().code, "Last");
        let json =
            "<Error><Code>First</Code></Error> {\"message\":\"Missing Authentication Token\"}";
        assert_eq!(last_document(json.as_bytes()).unwrap().code, "MissingAuthenticationToken");
        let only = last_document(b"{\"message\":\"Forbidden\"}").unwrap();
        assert_eq!(only.message.as_deref(), Some("Forbidden"));
    }

    #[test]
    fn a_message_in_json_ends_with_its_string() {
        for (text, code, message) in [
            (r#"{"code":"AccessDenied"}"#, "AccessDenied", None),
            (
                r#"{"message":"Credential should be scoped","code":"X"}"#,
                "X",
                Some("Credential should be scoped"),
            ),
            (
                r#"{"level":"error","message":"upload: api error AccessDenied: Access Denied","n":1}"#,
                "AccessDenied",
                Some("Access Denied"),
            ),
            (
                r#"{"level":"error","err":"api error AccessDenied: Access Denied","n":"1"}"#,
                "AccessDenied",
                Some("Access Denied"),
            ),
        ] {
            let document = last_document(text.as_bytes()).expect(text);
            assert_eq!(
                (&document.code[..], document.message.as_deref()),
                (code, message),
                "{text}"
            );
        }
    }

    #[test]
    fn an_exception_is_read_as_text() {
        let text =
            br"error: SignatureDoesNotMatch: no. The String-to-Sign should have been\n'A\nB'\n";
        let document = last_document(text).unwrap();
        assert_eq!(document.string_to_sign.as_deref(), Some(&b"A\nB"[..]));
    }

    #[test]
    fn other_text_is_refused_with_what_was_expected() {
        let problem = |text: &[u8]| last_document(text).unwrap_err().problem;
        assert!(problem(b"").ends_with("found none in this text"));
        assert!(problem(b"\xff\x00{{{<<<").contains("expected XML"));
        assert!(problem(b"<html><h1>403 Forbidden</h1>").contains("a page of HTML"));
        assert_eq!(problem(b"<Error><a/></Error>"), "expected an element `Code` as S3 writes it");
    }

    #[test]
    fn every_cut_and_every_changed_byte_ends_in_an_answer() {
        for document in [XML.to_owned(), gateway(), entities(XML), literal(&gateway(), '"')] {
            for at in 0..document.len() {
                let mut text = document.as_bytes().to_vec();
                text[at] ^= 0x81;
                _ = last_document(&text);
                _ = last_document(&document.as_bytes()[..at]);
            }
        }
    }

    #[test]
    fn text_that_is_made_to_cost_time_ends_soon() {
        for piece in
            ["<Error>", "{\"a\":[", "{\"a\":\"", "&amp;", "\\\\", "{\"m\":\"{}\"}", "'\n'", "\\u00"]
        {
            let start = std::time::Instant::now();
            let text = piece.repeat((256 << 10) / piece.len());
            _ = last_document(text.as_bytes());
            let seconds = start.elapsed().as_secs();
            assert!(seconds < 20, "{piece}: {seconds} s");
        }
    }

    #[test]
    fn of_a_document_that_is_cut_no_markup_is_a_message() {
        for end in ["<Canon", "<CanonicalRequest>GET\n/</Canon", "<Message>Too late.</Mess"] {
            let text = format!("<Error><Code>SignatureDoesNotMatch</Code>{end}");
            let document = last_document(text.as_bytes()).unwrap();
            assert_eq!(document.code, "SignatureDoesNotMatch");
            let message = document.message.unwrap_or_default();
            assert!(["", "Too late."].contains(&&message[..]), "{message}");
            assert!(
                document.others.iter().any(|(_, remark)| remark.starts_with("cut off")),
                "{end}"
            );
        }
    }
}
