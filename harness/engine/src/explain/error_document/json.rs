//! The JSON of API Gateway and of the JSON protocols, and what SDKs make of an error in JSON.

use serde_json::{Map, Value};

use super::codes;
use super::fields::{self, Fidelity, Field};
use super::{ErrorDocument, message};

/// Objects in which an error, or what belongs to it, is wrapped; in small letters.
const WRAPPINGS: [&str; 4] = ["error", "errors", "$metadata", "responsemetadata"];

/// Fields of which an error has at least one; in small letters.
const TELLING: [&str; 4] = ["message", "errormessage", "__type", "stringtosign"];

/// Fields that say of an object that it is an error, if they hold a code; in small letters.
const CODE: [&str; 3] = ["code", "errorcode", "errortype"];

/// How many bytes are read in vain, per byte of the text, before no more JSON is looked for. Every
/// brace of a log is tried, and fails soon; only text that is made to cost time fails late each time.
const IN_VAIN: usize = 2;

/// Each object of a text that is not inside another, with the place of its end. What is not JSON
/// between them is passed over.
pub(super) fn objects(text: &[u8]) -> impl Iterator<Item = (usize, Map<String, Value>)> {
    let mut at = 0;
    let mut budget = text.len().saturating_mul(IN_VAIN).saturating_add(1000);
    std::iter::from_fn(move || {
        loop {
            let start = at + memchr::memchr(b'{', &text[at..])?;
            at = start + 1;
            let inner = text[at..].trim_ascii_start();
            if !inner.starts_with(b"\"") {
                continue;
            }
            let mut stream = serde_json::Deserializer::from_slice(&text[start..]).into_iter();
            match stream.next() {
                Some(Ok(Value::Object(object))) => {
                    at = start + stream.byte_offset();
                    return Some((at, object));
                }
                Some(Err(error)) => {
                    budget = budget.checked_sub(place(&error, &text[start..]))?;
                }
                _ => {}
            }
        }
    })
}

/// How far into the text an error is.
fn place(error: &serde_json::Error, text: &[u8]) -> usize {
    let lines_before = error.line().saturating_sub(2);
    let mut line_ends = memchr::memchr_iter(b'\n', text);
    let line = if error.line() > 1 { line_ends.nth(lines_before).unwrap_or(text.len()) } else { 0 };
    line + error.column()
}

/// The error that an object is; none where it has no field of one, or one that is damaged.
pub(super) fn document(object: &Map<String, Value>) -> Option<ErrorDocument> {
    let mut flat = Vec::new();
    let mut is_one = false;
    flatten(object, 3, &mut flat, &mut is_one);
    is_one.then(|| fields::document(flat, Fidelity::Exact).ok()).flatten()
}

/// Whether an error speaks of the signature, or can be a message of anything.
pub(super) fn is_telling(document: &ErrorDocument) -> bool {
    let code = &document.code;
    code.ends_with("Exception")
        || codes::known_code(code).is_some()
        || document.message.as_deref().is_some_and(message::is_known)
        || document.canonical_request.is_some()
        || document.string_to_sign.is_some()
}

fn flatten(object: &Map<String, Value>, depth: usize, flat: &mut Vec<Field>, is_one: &mut bool) {
    for (name, value) in object {
        let small = name.to_ascii_lowercase();
        *is_one |= TELLING.contains(&&small[..]);
        let is_wrapping = depth > 0 && WRAPPINGS.contains(&&small[..]);
        match value {
            Value::String(text) if small == "error" && is_error(text) => {
                *is_one = true;
                flat.push(("message".to_owned(), text.clone()));
            }
            Value::String(text) => {
                *is_one |= CODE.contains(&&small[..]) && codes::looks_like_one(text);
                flat.push((name.clone(), text.clone()));
            }
            Value::Number(number) => flat.push((name.clone(), number.to_string())),
            Value::Object(inner) if is_wrapping => flatten(inner, depth - 1, flat, is_one),
            Value::Array(inner) if is_wrapping => {
                if let Some(Value::Object(first)) = inner.first() {
                    flatten(first, depth - 1, flat, is_one);
                }
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
}

fn is_error(text: &str) -> bool {
    message::is_known(text) || codes::known_code(text).is_some()
}

/// The strings in an object that may hold a document of their own, in their order.
pub(super) fn strings(object: &Map<String, Value>) -> Vec<&str> {
    let mut strings = Vec::new();
    let mut rest: Vec<&Value> = object.values().rev().collect();
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) if text.contains(['<', '{', '&', '\\']) => strings.push(&text[..]),
            Value::Array(values) => rest.extend(values.iter().rev()),
            Value::Object(object) => rest.extend(object.values().rev()),
            _ => {}
        }
    }
    strings
}

/// Whether text is such a document as a whole, and no request in a HAR file.
pub(super) fn is_one(text: &[u8]) -> bool {
    let Ok(Value::Object(object)) = serde_json::from_slice(text) else { return false };
    let is_request = ["log", "request", "url"].iter().any(|name| object.contains_key(*name));
    !is_request && document(&object).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> ErrorDocument {
        let (_, object) = objects(text.as_bytes()).next().unwrap();
        document(&object).unwrap()
    }

    #[test]
    fn each_protocol_has_its_names() {
        for (text, code) in [
            (
                r#"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"m"}"#,
                "ExpiredTokenException",
            ),
            (r#"{"Code":"AccessDenied","Message":"m"}"#, "AccessDenied"),
            (r#"{"error":{"code":"InvalidToken","message":"m"}}"#, "InvalidToken"),
            (r#"{"Error":{"Code":"C","Message":"m"},"ResponseMetadata":{"RequestId":"r"}}"#, "C"),
            (r#"{"errors":[{"code":"C","message":"m"}]}"#, "C"),
            (r#"{"message":"m"}"#, ""),
            (r#"{"message":"m","code":"X"}"#, "X"),
        ] {
            let document = of(text);
            assert_eq!(
                (&document.code[..], document.message.as_deref()),
                (code, Some("m")),
                "{text}"
            );
        }
        assert_eq!(of(r#"{"Message":null}"#).message, None);
        let alone = of(r#"{"code":"AccessDenied"}"#);
        assert_eq!((&alone.code[..], alone.message), ("AccessDenied", None));
        let (_, other) = objects(br#"{"level":"info","code":"E1"}"#).next().unwrap();
        assert!(document(&other).is_none());
    }

    #[test]
    fn an_error_that_a_sdk_wrote_as_json_keeps_its_texts() {
        let document = of(
            r#"{"name":"SignatureDoesNotMatch","$fault":"client","$metadata":{"requestId":"r"},
                "Code":"SignatureDoesNotMatch","StringToSign":"A\nB","CanonicalRequest":"GET\n/"}"#,
        );
        assert_eq!(document.string_to_sign.as_deref(), Some(&b"A\nB"[..]));
        assert_eq!(document.canonical_request.as_deref(), Some(&b"GET\n/"[..]));
        assert!(document.others.contains(&("requestId".to_owned(), "r".to_owned())));
    }

    #[test]
    fn an_error_as_a_string_is_its_message() {
        assert_eq!(
            of(r#"{"error":"Missing Authentication Token"}"#).code,
            "MissingAuthenticationToken"
        );
        let (_, other) = objects(br#"{"error":"disk full"}"#).next().unwrap();
        assert!(document(&other).is_none());
    }

    #[test]
    fn objects_are_found_between_other_text() {
        let text = br#"a {b} {"a":{"b":1}} {"c":} x {"d":"}"} {"e":"#;
        let found: Vec<(usize, String)> =
            objects(text).map(|(end, object)| (end, Value::Object(object).to_string())).collect();
        assert_eq!(found, [(19, r#"{"a":{"b":1}}"#.to_owned()), (38, r#"{"d":"}"}"#.to_owned())]);
    }

    #[test]
    fn deep_nesting_ends_soon() {
        let deep = "{\"a\":".repeat(1_000_000);
        assert_eq!(objects(deep.as_bytes()).count(), 0);
        assert!(!is_one(deep.as_bytes()));
        let list = format!("{{\"message\":{}", "[".repeat(1_000_000));
        assert!(!is_one(list.as_bytes()));
    }

    #[test]
    fn only_an_error_of_signing_is_telling() {
        assert!(is_telling(&of(r#"{"message":"Missing Authentication Token"}"#)));
        assert!(is_telling(&of(r#"{"code":"SignatureDoesNotMatch","message":"m"}"#)));
        assert!(is_telling(&of(r#"{"message":"Credential should be scoped","code":"X"}"#)));
        assert!(!is_telling(&of(r#"{"level":"info","code":"E1","message":"m"}"#)));
    }

    #[test]
    fn strings_come_in_their_order() {
        let (_, object) =
            objects(br#"{"a":"<1","b":["plain",{"c":"{2"}],"d":"&3"}"#).next().unwrap();
        assert_eq!(strings(&object), ["<1", "{2", "&3"]);
    }
}
