//! A HAR entry, or a HAR file of which the first signed entry is taken.

use serde::Deserialize;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::parts::{InputError, assemble};

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    File { log: Log },
    Entry(Entry),
    Request(HarRequest),
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: HarRequest,
}

#[derive(Deserialize)]
struct HarRequest {
    method: String,
    url: String,
    headers: Vec<HarHeader>,
    #[serde(default, rename = "postData")]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct HarHeader {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: String,
}

pub(super) fn parse(text: &[u8]) -> Result<Request, InputError> {
    let document = serde_json::from_slice(text)
        .map_err(|error| InputError::new("HAR", format!("expected a HAR entry: {error}")))?;
    let request = match document {
        Document::File { log } => log
            .entries
            .into_iter()
            .map(|entry| entry.request)
            .find(HarRequest::is_signed)
            .ok_or_else(|| InputError::new("HAR", "no entry carries an AWS4 signature"))?,
        Document::Entry(entry) => entry.request,
        Document::Request(request) => request,
    };
    // The pseudo-headers of HTTP/2 are listed among the headers; only the host matters.
    let headers: Vec<(Bytes, Bytes)> = request
        .headers
        .iter()
        .filter_map(|header| match &header.name[..] {
            ":authority" => Some(("host".into(), header.value.as_str().into())),
            name if name.starts_with(':') => None,
            name => Some((name.into(), header.value.as_str().into())),
        })
        .collect();
    let body = request.post_data.map(|data| data.text.into_bytes()).unwrap_or_default();
    Ok(assemble(&request.method, &request.url, headers, body))
}

impl HarRequest {
    fn is_signed(&self) -> bool {
        let header = |header: &HarHeader| header.name.eq_ignore_ascii_case("authorization");
        self.headers.iter().any(header) || self.url.contains("X-Amz-Signature=")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = r#"{"method":"PUT","url":"https://h/a?b=c#d","headers":[
        {"name":":authority","value":"h"},{"name":"authorization","value":"AWS4-HMAC-SHA256 x"}],
        "postData":{"text":"body"}}"#;

    #[test]
    fn an_entry_and_a_file_are_read_alike() {
        let entry = format!(r#"{{"request":{REQUEST}}}"#);
        let file = format!(r#"{{"log":{{"entries":[{entry}]}}}}"#);
        let request = parse(REQUEST.as_bytes()).unwrap();
        assert_eq!(request.target, "/a?b=c".into());
        assert_eq!(request.headers[0], ("host".into(), "h".into()));
        assert_eq!(request.body, "body".into());
        assert_eq!(parse(entry.as_bytes()).unwrap(), request);
        assert_eq!(parse(file.as_bytes()).unwrap(), request);
    }

    #[test]
    fn other_json_is_refused() {
        assert!(parse(b"{}").unwrap_err().problem.contains("expected a HAR entry"));
    }
}
