//! What is wrong with a HAR file that cannot be read: where, what is there, and what was expected. Only
//! looked for once reading has failed.

use serde_json::Value;
use serde_json::error::Category;

use crate::explain::parts::InputError;

/// What the format has in a place.
enum Shape {
    Text,
    /// A text, or null in its place.
    TextOrNothing,
    /// A list, or null in its place.
    List(&'static Shape),
    /// An object.
    Object(&'static [Member]),
    /// An object, or null in its place.
    ObjectOrNothing(&'static [Member]),
}

/// A member of an object, and whether it has to be there.
struct Member {
    name: &'static str,
    is_needed: bool,
    shape: Shape,
}

const fn needed(name: &'static str, shape: Shape) -> Member {
    Member { name, is_needed: true, shape }
}

const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, is_needed: false, shape }
}

const PAIR: Shape = Shape::Object(&[
    needed("name", Shape::Text),
    optional("value", Shape::TextOrNothing),
    optional("fileName", Shape::TextOrNothing),
]);
const POST_DATA: &[Member] = &[
    optional("mimeType", Shape::TextOrNothing),
    optional("text", Shape::TextOrNothing),
    optional("params", Shape::List(&PAIR)),
    optional("encoding", Shape::TextOrNothing),
];
const REQUEST: Shape = Shape::Object(&[
    needed("method", Shape::Text),
    needed("url", Shape::Text),
    optional("headers", Shape::List(&PAIR)),
    optional("queryString", Shape::List(&PAIR)),
    optional("postData", Shape::ObjectOrNothing(POST_DATA)),
]);
const CONTENT: &[Member] =
    &[optional("text", Shape::TextOrNothing), optional("encoding", Shape::TextOrNothing)];
const RESPONSE: &[Member] = &[
    optional("content", Shape::ObjectOrNothing(CONTENT)),
    optional("_error", Shape::TextOrNothing),
];
const ENTRY: Shape = Shape::Object(&[
    needed("request", REQUEST),
    optional("response", Shape::ObjectOrNothing(RESPONSE)),
]);
const FILE: Shape =
    Shape::Object(&[needed("log", Shape::Object(&[needed("entries", Shape::List(&ENTRY))]))]);

/// What is wrong with the text that `error` is about.
pub(super) fn of(error: &serde_json::Error, text: &[u8]) -> InputError {
    let problem = match serde_json::from_slice::<Value>(text) {
        Err(error) => not_json(&error, text),
        Ok(value) => misshapen(&value).unwrap_or_else(|| {
            format!(
                "expected each name once in an object, got one twice before line {}, column {}",
                error.line(),
                error.column()
            )
        }),
    };
    InputError::new("HAR", problem)
}

fn not_json(error: &serde_json::Error, text: &[u8]) -> String {
    let (line, column) = (error.line(), error.column());
    if error.classify() == Category::Eof {
        return format!(
            "line {line}, column {column}: expected more JSON, and the text ends: the file is cut"
        );
    }
    let mut lines = text.split(|&byte| byte == b'\n');
    let line_text = lines.nth(line.saturating_sub(1)).unwrap_or_default();
    let found = column.checked_sub(1).and_then(|at| line_text.get(at));
    let found = found.map_or("a line end".to_owned(), |byte| format!("`{}`", byte.escape_ascii()));
    format!("line {line}, column {column}: expected JSON, got {found}")
}

/// The first place with something else than the format has there.
fn misshapen(value: &Value) -> Option<String> {
    let has = |name: &str| value.get(name).is_some_and(|member| !member.is_null());
    let is_request = has("method") || has("url");
    let shape = match (has("log"), has("request")) {
        (true, _) => FILE,
        (false, true) => ENTRY,
        (false, false) if is_request => REQUEST,
        (false, false) => {
            return Some(format!(
                "expected a HAR file (an object with `log`), an entry of one (with `request`) or the \
                 request of one (with `method` and `url`), got {}",
                if value.is_object() { "an object with none of them" } else { kind(value) }
            ));
        }
    };
    fault(value, &shape, "")
}

fn fault(value: &Value, shape: &Shape, place: &str) -> Option<String> {
    let expected = match (shape, value) {
        (Shape::Text | Shape::TextOrNothing, Value::String(_))
        | (Shape::TextOrNothing | Shape::List(_) | Shape::ObjectOrNothing(_), Value::Null) => {
            return None;
        }
        (Shape::List(shape), Value::Array(values)) => {
            let mut values = values.iter().enumerate();
            return values.find_map(|(at, value)| fault(value, shape, &format!("{place}[{at}]")));
        }
        (Shape::Object(members) | Shape::ObjectOrNothing(members), Value::Object(object)) => {
            return members.iter().find_map(|Member { name, is_needed, shape }| {
                let place =
                    if place.is_empty() { (*name).to_owned() } else { format!("{place}.{name}") };
                match object.get(*name) {
                    Some(value) => fault(value, shape, &place),
                    None if *is_needed => {
                        Some(format!("`{place}`: expected {}, got nothing", shape.words()))
                    }
                    None => None,
                }
            });
        }
        (shape, _) => shape.words(),
    };
    Some(format!("`{place}`: expected {expected}, got {}", kind(value)))
}

impl Shape {
    fn words(&self) -> &'static str {
        match self {
            Self::Text | Self::TextOrNothing => "a text",
            Self::List(_) => "a list",
            Self::Object(_) | Self::ObjectOrNothing(_) => "an object",
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::read;

    #[test]
    fn each_fault_is_said_with_place_found_and_expected() {
        for (text, problem) in [
            (
                "{}",
                "expected a HAR file (an object with `log`), an entry of one (with `request`) or the \
                 request of one (with `method` and `url`), got an object with none of them",
            ),
            (r#"{"method":"GET"}"#, "`url`: expected a text, got nothing"),
            (r#"{"method":1,"url":"/"}"#, "`method`: expected a text, got a number"),
            (r#"{"log":[]}"#, "`log`: expected an object, got a list"),
            (r#"{"log":{}}"#, "`log.entries`: expected a list, got nothing"),
            (r#"{"log":{"entries":{}}}"#, "`log.entries`: expected a list, got an object"),
            (
                r#"{"log":{"entries":[{"request":{"method":"GET","url":"/","headers":[{"name":"a"},
                    {"name":"b","value":true}]}}]}}"#,
                "`log.entries[0].request.headers[1].value`: expected a text, got true or false",
            ),
            (
                r#"{"request":{"method":"GET","url":"/","postData":"a=b"}}"#,
                "`request.postData`: expected an object, got a text",
            ),
            (
                r#"{"request":{"method":"GET","url":"/"},"response":{"content":{"text":5}}}"#,
                "`response.content.text`: expected a text, got a number",
            ),
            (
                r#"{"request":{"method":"GET","url":"/"},"response":{"_error":{}}}"#,
                "`response._error`: expected a text, got an object",
            ),
            (
                r#"{"method":"GET","method":"PUT","url":"/"}"#,
                "expected each name once in an object, got one twice before line 1, column 24",
            ),
            (
                "{\"log\":\n{\"entries\":[",
                "line 2, column 12: expected more JSON, and the text ends: the file is cut",
            ),
            ("{\"log\":\n{entries}}", "line 2, column 2: expected JSON, got `e`"),
            ("GET / HTTP/1.1", "line 1, column 1: expected JSON, got `G`"),
            ("{\"url\":\"/\n\"}", "line 2, column 0: expected JSON, got a line end"),
        ] {
            let error = read(text.as_bytes()).err().expect(text);
            assert_eq!((&error.place[..], &error.problem[..]), ("HAR", problem), "{text}");
        }
    }
}
