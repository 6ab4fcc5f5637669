//! The request of the SDK for JavaScript, version 3, as Node.js prints the object. The SDK logs no text
//! of its signer; people print `args.request` from a middleware. Seen with `@aws-sdk/client-s3` 3.1174.0
//! and Node.js 20.20.2.

use std::borrow::Cow;

use memchr::memmem;
use serde_json::{Map, Value};

use crate::explain::escapes::{joined, literal};
use crate::explain::form::{Space, encoded};
use crate::explain::parts::assemble;
use crate::explain::{ErrorDocument, FieldRequest, Scheme, ServerAnswer};

const MARK: &[u8] = b"HttpRequest {";

/// Objects in each other that are followed; `inspect` itself stops at two.
const DEEPEST: usize = 8;

/// No more than this is read of a request and of what follows it.
const LONGEST: usize = 1 << 20;

/// Objects that are tried, from the end of the log. Those of other requests, unsigned, are few.
const TRIED: usize = 16;

/// The signed request that is printed last.
pub(super) fn last_request(text: &[u8]) -> Option<FieldRequest> {
    memmem::rfind_iter(text, MARK).take(TRIED).find_map(|at| {
        let object = &text[at + MARK.len() - 1..];
        let object = joined(&object[..object.len().min(LONGEST)]);
        let mut reader = Reader { rest: &object };
        let Value::Object(object) = reader.value(DEEPEST)? else { return None };
        let mut sent = request(&object)?;
        // The error is printed behind the request that got it.
        let document = ErrorDocument::parse(reader.rest).ok();
        sent.answer = document
            .map(|document| ServerAnswer { document: Some(document), ..ServerAnswer::default() });
        Some(sent)
    })
}

fn request(object: &Map<String, Value>) -> Option<FieldRequest> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let (method, path, hostname) = (text("method")?, text("path")?, text("hostname")?);
    let protocol = text("protocol").unwrap_or("https:");
    let port = object.get("port").and_then(Value::as_u64);
    let authority =
        port.map_or(Cow::Borrowed(hostname), |port| format!("{hostname}:{port}").into());
    let query = object.get("query").and_then(Value::as_object).map(query).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("{protocol}//{authority}{path}{mark}{query}");
    let headers: Vec<_> = object.get("headers")?.as_object()?.iter().collect();
    let is_signed = query.contains("X-Amz-Signature=")
        || headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    if !is_signed {
        return None;
    }
    let value =
        |(name, value): (&String, &Value)| Some((name.as_str().into(), value.as_str()?.into()));
    let headers = headers.into_iter().filter_map(value).collect();
    let body = text("body");
    let request = assemble(method, &url, headers, body.unwrap_or_default().into());
    let mut sent = FieldRequest::from(request);
    sent.scheme = match protocol {
        "https:" => Some(Scheme::Https),
        "http:" => Some(Scheme::Http),
        _ => None,
    };
    if body.is_none() && object.get("body").is_some_and(|body| !body.is_null()) {
        let remark =
            "The log does not show the body: its hash cannot be compared. Give it as --body-file.";
        sent.remarks.push(remark.to_owned());
        sent.hides_body = true;
    }
    Some(sent)
}

/// The query as the SDK's HTTP handler writes it: by name, escaped like a signer does.
fn query(parameters: &Map<String, Value>) -> String {
    let mut pairs: Vec<(&[u8], &[u8])> = Vec::new();
    for (name, value) in parameters {
        match value {
            Value::String(value) => pairs.push((name.as_bytes(), value.as_bytes())),
            Value::Array(values) => {
                let values = values.iter().filter_map(Value::as_str);
                pairs.extend(values.map(|value| (name.as_bytes(), value.as_bytes())));
            }
            _ => {}
        }
    }
    pairs.sort_by_key(|&(name, _)| name);
    encoded(pairs, Space::Percent)
}

struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    /// A value; what is neither text, number, object nor array is read as a placeholder.
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_space();
        match self.rest.first()? {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.array(depth.checked_sub(1)?),
            b'\'' | b'"' | b'`' => self.text().map(Value::String),
            _ => self.other(depth),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut object = Map::new();
        self.rest = &self.rest[1..];
        loop {
            if self.closes(b'}')? {
                return Some(Value::Object(object));
            }
            let name = match self.rest.first()? {
                b'\'' | b'"' => self.text()?,
                _ => {
                    let end = memchr::memchr(b':', self.rest)?;
                    let name = std::str::from_utf8(&self.rest[..end]).ok()?.to_owned();
                    self.rest = &self.rest[end..];
                    name
                }
            };
            self.rest = self.rest.strip_prefix(b":")?;
            object.insert(name, self.value(depth)?);
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let mut values = Vec::new();
        self.rest = &self.rest[1..];
        loop {
            if self.closes(b']')? {
                return Some(Value::Array(values));
            }
            values.push(self.value(depth)?);
        }
    }

    /// Passes over a comma and white space, and over the end if it is there.
    fn closes(&mut self, end: u8) -> Option<bool> {
        self.skip_space();
        self.rest = self.rest.strip_prefix(b",").unwrap_or(self.rest);
        self.skip_space();
        let is_end = *self.rest.first()? == end;
        self.rest = &self.rest[usize::from(is_end)..];
        Some(is_end)
    }

    fn text(&mut self) -> Option<String> {
        let (text, rest) = literal(self.rest)?;
        let text = String::from_utf8(text).ok()?;
        self.rest = rest;
        Some(text)
    }

    /// `undefined`, a number, `<Buffer 68 65>`, `[Object]`, or a class with its members.
    fn other(&mut self, depth: usize) -> Option<Value> {
        let end = self.rest.iter().position(|byte| b",{}]\n".contains(byte))?;
        let word = self.rest[..end].trim_ascii();
        let word = std::str::from_utf8(word).ok()?.to_owned();
        self.rest = &self.rest[end..];
        if self.rest.starts_with(b"{") {
            self.object(depth.checked_sub(1)?)?;
        }
        Some(match &word[..] {
            "undefined" | "null" => Value::Null,
            _ => word.parse::<u64>().map_or(Value::Bool(true), Value::from),
        })
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = r#"start
HttpRequest {
  method: 'PUT',
  protocol: 'http:',
  hostname: '127.0.0.1',
  port: 18090,
  path: '/b/it%27s%20b.txt',
  query: { 'x-id': 'PutObject', a: [ '2', '1' ], none: undefined },
  headers: {
    'content-length': '5',
    host: '127.0.0.1:18090',
    'x-amz-date': '20150830T123600Z',
    'x-amz-meta-a': "it's",
    authorization: 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host, Signature=00'
  },
  username: undefined,
  fragment: undefined,
  body: 'hello'
}
end"#;

    #[test]
    fn a_request_is_read_out_of_an_object() {
        let sent = last_request(LOG.as_bytes()).unwrap();
        assert_eq!(sent.request.method, "PUT".into());
        assert_eq!(sent.request.target, "/b/it%27s%20b.txt?a=2&a=1&x-id=PutObject".into());
        let names: Vec<String> =
            sent.request.headers.iter().map(|(name, _)| name.to_string()).collect();
        assert_eq!(
            names,
            ["content-length", "host", "x-amz-date", "x-amz-meta-a", "authorization"]
        );
        assert_eq!(sent.request.headers[3].1, "it's".into());
        assert!(
            sent.request.headers[4].1.ends_with(b"aws4_request, SignedHeaders=host, Signature=00")
        );
        assert_eq!(sent.request.body, "hello".into());
        assert_eq!((sent.scheme, sent.remarks.len()), (Some(Scheme::Http), 0));
    }

    #[test]
    fn the_error_behind_a_request_is_its_answer() {
        assert_eq!(last_request(LOG.as_bytes()).unwrap().answer, None);
        let log = format!("{LOG}\nAccessDenied: no {{\n  Code: 'AccessDenied'\n}}");
        let answer = last_request(log.as_bytes()).unwrap().answer.unwrap();
        assert_eq!(answer.document.unwrap().code, "AccessDenied");
    }

    #[test]
    fn a_body_that_is_not_shown_is_said() {
        for body in ["<Buffer 68 65>", "[Readable]", "Readable {\n    a: [Object],\n    b: 1\n  }"]
        {
            let log = LOG.replace("'hello'", body);
            let sent = last_request(log.as_bytes()).unwrap();
            assert!(sent.request.body.is_empty() && sent.remarks.len() == 1, "{body}");
        }
        let none = last_request(LOG.replace("'hello'", "undefined").as_bytes()).unwrap();
        assert_eq!(none.remarks.len(), 0);
    }

    #[test]
    fn what_is_unsigned_or_cut_is_passed_over() {
        assert_eq!(last_request(LOG.replace("authorization", "x").as_bytes()), None);
        for at in 0..LOG.len() - 5 {
            assert_eq!(last_request(&LOG.as_bytes()[..at]), None, "{at}");
        }
        let deep = format!("HttpRequest {}", "{a:".repeat(100_000));
        assert_eq!(last_request(deep.as_bytes()), None);
    }

    #[test]
    fn the_standard_port_is_not_shown() {
        let log =
            LOG.replace("port: 18090", "port: undefined").replace("host: '127.0.0.1:18090',\n", "");
        let sent = last_request(log.as_bytes()).unwrap();
        assert_eq!(sent.request.headers[0], ("Host".into(), "127.0.0.1".into()));
    }
}
