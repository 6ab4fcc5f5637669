//! What the adapters in Rust share: the protocol of `harness/PROTOCOL.md`. The crate `sigv4-protocol`
//! has typed messages, but it brings the vectors with it; this one is built in seconds. An adapter
//! names this folder in its `Cargo.toml` (`adapter-kit = { path = "../kit/rust" }`) and calls:
//!
//! ```ignore
//! fn sign(asked: &Sign) -> Reply {
//!     let method = text(&asked.method)?;
//!     ... // or Err(unsupported("why"))
//!     Ok(signed(method.as_bytes(), target.as_bytes(), headers))
//! }
//!
//! fn main() {
//!     adapter_kit::serve(json!({"name": "my-signer", "roles": ["sign-header"]}), sign);
//! }
//! ```

#[cfg(feature = "http")]
mod request;
#[cfg(feature = "url")]
mod target;

use std::io::{BufRead, Write, stdin, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

#[cfg(feature = "http")]
pub use request::{header_map, sent_headers};
pub use serde_json::{Value, json};
#[cfg(feature = "url")]
pub use target::{target_of, url};

/// Names and values of headers.
pub type Headers = Vec<(Vec<u8>, Vec<u8>)>;

/// The question `sign`, or one call of `sign-sequence`.
pub struct Sign {
    pub in_query: bool,
    pub normalize: bool,
    pub double_encode: bool,
    /// As the protocol writes it: `YYYYMMDDTHHMMSSZ`.
    pub time: String,
    pub region: Vec<u8>,
    pub service: Vec<u8>,
    pub access_key_id: Vec<u8>,
    pub secret_access_key: Vec<u8>,
    pub session_token: Option<Vec<u8>>,
    pub session_token_signed: bool,
    pub payload: String,
    pub content_sha256_header: bool,
    pub expires: u64,
    pub method: Vec<u8>,
    pub target: Vec<u8>,
    pub headers: Headers,
    pub body: Vec<u8>,
}

/// The answer, but for `seq`.
pub type Reply = Result<Value, Refusal>;

/// A result other than that of success, and why.
pub struct Refusal(&'static str, String);

/// The refusal of what the subject lacks.
pub fn unsupported(detail: impl ToString) -> Refusal {
    Refusal("unsupported", detail.to_string())
}

/// The refusal of what the subject's interface cannot hold.
pub fn unrepresentable(detail: impl ToString) -> Refusal {
    Refusal("unrepresentable", detail.to_string())
}

/// A failure of the subject.
pub fn failed(detail: impl ToString) -> Refusal {
    Refusal("error", detail.to_string())
}

/// Bytes as text, for an interface that takes text.
pub fn text(bytes: &[u8]) -> Result<&str, Refusal> {
    str::from_utf8(bytes)
        .map_err(|_| unrepresentable("the interface takes text, and this is not UTF-8"))
}

/// The answer for a signed request.
pub fn signed(method: &[u8], target: &[u8], headers: Headers) -> Value {
    let headers: Vec<Value> =
        headers.iter().map(|(name, value)| json!([shown(name), shown(value)])).collect();
    let request = json!({"method": shown(method), "target": shown(target), "headers": headers});
    json!({"result": "signed", "request": request})
}

impl Sign {
    fn read(question: &Value) -> Self {
        let (keys, request) = (&question["credentials"], &question["request"]);
        let headers = request["headers"].as_array().into_iter().flatten();
        Self {
            in_query: question["placement"] == "query",
            normalize: question["normalize"] == true,
            double_encode: question["double_encode"] == true,
            time: question["time"].as_str().unwrap_or_default().to_owned(),
            region: data(&question["region"]),
            service: data(&question["service"]),
            access_key_id: data(&keys["access_key_id"]),
            secret_access_key: data(&keys["secret_access_key"]),
            session_token: Some(&keys["session_token"]).filter(|token| !token.is_null()).map(data),
            session_token_signed: question["session_token_signed"] == true,
            payload: question["payload"].as_str().unwrap_or_default().to_owned(),
            content_sha256_header: question["content_sha256_header"] == true,
            expires: question["expires"].as_u64().unwrap_or_default(),
            method: data(&request["method"]),
            target: data(&request["target"]),
            headers: headers.map(|header| (data(&header[0]), data(&header[1]))).collect(),
            body: data(&request["body"]),
        }
    }

    /// The seconds since 1970 at which to sign.
    pub fn seconds(&self) -> i64 {
        let number =
            |from: usize, to: usize| self.time[from..to].parse::<i64>().unwrap_or_default();
        let (year, month, day) = (number(0, 4), number(4, 6), number(6, 8));
        // Days in a year that begins in March, so that a leap day is its last.
        let years = if month > 2 { year } else { year - 1 };
        let days = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = days + 365 * years + years / 4 - years / 100 + years / 400 - 719_468;
        days * 86_400 + number(9, 11) * 3_600 + number(11, 13) * 60 + number(13, 15)
    }

    /// The SHA-256 of the body, or the marker that stands for it.
    pub fn payload_hash(&self) -> Result<String, Refusal> {
        match &self.payload[..] {
            "signed" => {
                let hash = Sha256::digest(&self.body);
                Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
            }
            "unsigned" => Ok("UNSIGNED-PAYLOAD".to_owned()),
            other => Err(unsupported(format!("payload {other}"))),
        }
    }

    /// The one `Host` header, and the others.
    pub fn host(&self) -> Result<(&str, Headers), Refusal> {
        let is_host = |(name, _): &&(Vec<u8>, Vec<u8>)| name.eq_ignore_ascii_case(b"host");
        let hosts: Vec<_> = self.headers.iter().filter(is_host).collect();
        let [(_, host)] = hosts[..] else {
            return Err(unrepresentable("the signer takes one host, from the URL"));
        };
        Ok((text(host)?, self.headers.iter().filter(|header| !is_host(header)).cloned().collect()))
    }
}

/// Bytes of the protocol: a string, or an object with base64.
fn data(value: &Value) -> Vec<u8> {
    match value.as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => STANDARD.decode(value["base64"].as_str().unwrap_or_default()).unwrap_or_default(),
    }
}

fn shown(bytes: &[u8]) -> Value {
    match str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({"base64": STANDARD.encode(bytes)}),
    }
}

/// Greets with `hello`, and answers questions until the input ends.
pub fn serve(mut hello: Value, sign: impl Fn(&Sign) -> Reply) {
    hello["op"] = json!("hello");
    hello["protocol"] = json!(1);
    hello["language"] = json!("Rust");
    for line in stdin().lock().split(b'\n') {
        let line = line.expect("the question is read");
        let question: Value = serde_json::from_slice(&line).expect("the question is JSON");
        let answer =
            if question["op"] == "hello" { hello.clone() } else { answer(&question, &sign) };
        let mut output = stdout().lock();
        writeln!(output, "{answer}").and_then(|()| output.flush()).expect("the answer is written");
    }
}

fn answer(question: &Value, sign: impl Fn(&Sign) -> Reply) -> Value {
    let reply = catch_unwind(AssertUnwindSafe(|| match question["op"].as_str() {
        Some("sign") => sign(&Sign::read(question)),
        Some("sign-sequence") => {
            let calls = question["calls"].as_array().into_iter().flatten();
            let calls = calls.map(|call| sign(&Sign::read(call))).collect::<Result<Vec<_>, _>>()?;
            Ok(json!({"result": "signed-sequence", "calls": calls}))
        }
        _ => Err(unsupported("no such operation")),
    }));
    let mut answer = match reply {
        Ok(Ok(answer)) => answer,
        Ok(Err(Refusal(result, detail))) => json!({"result": result, "detail": detail}),
        Err(panic) => {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
            json!({"result": "error", "detail": format!("panic: {}", message.unwrap_or_default())})
        }
    };
    answer["seq"] = question["seq"].clone();
    answer
}
