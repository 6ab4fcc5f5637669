//! The part of the HAR format that is needed, as <http://www.softwareishard.com/blog/har-12-spec/>
//! defines it and as browsers write it: with nulls and numbers where the definition has none.

use std::fmt;

use serde::de::{self, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::fault;
use crate::explain::parts::InputError;

/// Longer answers are not error documents. A recording holds every image and script of a page, and
/// these are passed over while it is read.
const LONGEST_ANSWER: usize = 256 << 10;

/// Which of the three a text is.
#[derive(Deserialize)]
struct Shape {
    log: Option<IgnoredAny>,
    request: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct File {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(deserialize_with = "or_default")]
    entries: Vec<Entry>,
}

/// One request with its answer.
#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) request: Request,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) headers: Vec<Pair>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) query_string: Vec<Pair>,
    #[serde(default)]
    pub(super) post_data: Option<PostData>,
    #[serde(default)]
    pub(super) body_size: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pair {
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) value: String,
    /// In the parameters of a form.
    #[serde(default)]
    pub(super) file_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostData {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mime_type: String,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) params: Vec<Pair>,
    #[serde(default)]
    pub(super) encoding: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    status: Value,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) content: Content,
    /// What Chrome writes where no answer came, such as `net::ERR_CONNECTION_RESET`.
    #[serde(default, rename = "_error")]
    pub(super) error: Option<String>,
}

impl Response {
    /// Whether the entry tells of an answer, or that none came.
    pub(super) fn is_told(&self) -> bool {
        !self.status.is_null() || self.error.is_some()
    }

    /// The status; browsers write 0 where they show no answer to the page.
    pub(super) fn status(&self) -> Option<u16> {
        let status = self.status.as_u64().or_else(|| self.status.as_str()?.parse().ok())?;
        u16::try_from(status).ok().filter(|status| *status > 0)
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Content {
    #[serde(default, deserialize_with = "short_text")]
    pub(super) text: String,
    #[serde(default)]
    pub(super) encoding: Option<String>,
}

/// Reads a file, an entry of one, or the request of one.
///
/// # Errors
/// Text that is none of them, with the place in it.
pub(super) fn read(text: &[u8]) -> Result<Vec<Entry>, InputError> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let problem = |error: serde_json::Error| fault::of(&error, text);
    let shape: Shape = serde_json::from_slice(text).map_err(problem)?;
    if shape.log.is_some() {
        let document: File = serde_json::from_slice(text).map_err(problem)?;
        Ok(document.log.entries)
    } else if shape.request.is_some() {
        Ok(vec![serde_json::from_slice(text).map_err(problem)?])
    } else {
        let request = serde_json::from_slice(text).map_err(problem)?;
        Ok(vec![Entry { request, response: Response::default() }])
    }
}

/// A null where a list or a text should be is read as if it were missing.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn short_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(ShortText)
}

/// A text, or nothing where it is too long to be looked at.
struct ShortText;

impl Visitor<'_> for ShortText {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(if text.len() > LONGEST_ANSWER { String::new() } else { text.to_owned() })
    }

    fn visit_unit<E: de::Error>(self) -> Result<String, E> {
        Ok(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_are_like_nothing() {
        let text = br#"{"request":{"method":"GET","url":"/","headers":null,"postData":null},
            "response":{"status":null,"content":{"text":null}}}"#;
        let entries = read(text).unwrap();
        assert_eq!(entries[0].request.headers.len(), 0);
        assert_eq!(entries[0].response.status(), None);
        assert_eq!(read(br#"{"log":{"entries":null}}"#).unwrap().len(), 0);
    }

    #[test]
    fn a_status_is_a_number_however_it_is_written() {
        for (written, status) in
            [("403", Some(403)), ("\"403\"", Some(403)), ("0", None), ("-1", None)]
        {
            let response: Response =
                serde_json::from_str(&format!("{{\"status\":{written}}}")).unwrap();
            assert_eq!(response.status(), status);
        }
    }

    #[test]
    fn long_answers_are_passed_over() {
        for (length, kept) in [(LONGEST_ANSWER, LONGEST_ANSWER), (LONGEST_ANSWER + 1, 0)] {
            let content = serde_json::json!({ "text": "x".repeat(length) }).to_string();
            let content: Content = serde_json::from_str(&content).unwrap();
            assert_eq!(content.text.len(), kept);
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let problem = |text: &str| read(text.as_bytes()).err().unwrap().problem;
        assert!(problem(&"[".repeat(100_000)).starts_with("line 1, column 128: expected JSON"));
    }
}
