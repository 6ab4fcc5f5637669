//! The vectors as people have their requests, and as servers refuse them.

use std::collections::BTreeSet;

use serde_json::json;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Request, Signing};

use super::Pack;

/// How many vectors are taken, each in another form.
const TAKEN: usize = 120;

/// Some of the vectors as raw HTTP, as a curl line, as `curl -v` prints them, as a HAR file and as a
/// URL.
pub(super) fn requests<'v>(signings: impl Iterator<Item = &'v Signing>) -> Pack {
    let forms = [raw_http, curl, verbose, har, url];
    let spread = spread(signings).enumerate();
    let made: BTreeSet<String> = spread
        .map(|(index, signing)| forms[index % forms.len()](&signing.expect.signed_request))
        .collect();
    made.into_iter().map(String::into_bytes).collect()
}

/// What servers that compute the vectors answer.
pub(super) fn answers<'v>(signings: impl Iterator<Item = &'v Signing>) -> Pack {
    let forms = [xml, json_protocol, expired];
    let spread = spread(signings).enumerate();
    let made: BTreeSet<String> =
        spread.map(|(index, signing)| forms[index % forms.len()](signing)).collect();
    made.into_iter().map(String::into_bytes).collect()
}

/// Some of all topics.
fn spread<'v>(signings: impl Iterator<Item = &'v Signing>) -> impl Iterator<Item = &'v Signing> {
    let all: Vec<&Signing> = signings.collect();
    let step = (all.len() / TAKEN).max(1);
    all.into_iter().step_by(step)
}

fn raw_http(request: &Request) -> String {
    let (method, target, body) =
        (text(&request.method), text(&request.target), text(&request.body));
    format!("{method} {target} HTTP/1.1\r\n{}\r\n{body}", headers(request, "", "\r\n"))
}

fn curl(request: &Request) -> String {
    let method = text(&request.method);
    format!("curl -X {method} {}'{}'", headers(request, "-H '", "' "), url(request))
}

fn verbose(request: &Request) -> String {
    let (method, target) = (text(&request.method), text(&request.target));
    let headers = headers(request, "> ", "\r\n");
    format!("> {method} {target} HTTP/1.1\r\n{headers}> \r\n< HTTP/1.1 403 Forbidden\r\n< \r\n")
}

fn har(request: &Request) -> String {
    let headers = request.headers.iter();
    let headers: Vec<_> =
        headers.map(|(name, value)| json!({ "name": text(name), "value": text(value) })).collect();
    let method = text(&request.method);
    let request = json!({ "method": method, "url": url(request), "headers": headers });
    json!({ "log": { "entries": [{ "request": request }] } }).to_string()
}

fn url(request: &Request) -> String {
    let host = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(b"host"));
    let host = host.map_or_else(String::new, |(_, host)| text(host));
    format!("https://{host}{}", text(&request.target))
}

fn headers(request: &Request, start: &str, end: &str) -> String {
    let line =
        |(name, value): &(Bytes, Bytes)| [start, &text(name), ": ", &text(value), end].concat();
    request.headers.iter().map(line).collect()
}

fn xml(signing: &Signing) -> String {
    let (canonical, string) = texts(signing);
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>{string}\
         </StringToSign><CanonicalRequest>{canonical}</CanonicalRequest></Error>"
    )
}

fn json_protocol(signing: &Signing) -> String {
    let (canonical, string) = texts(signing);
    let message = format!(
        "The Canonical String for this request should have been\n'{canonical}'\n\n\
         The String-to-Sign should have been\n'{string}'\n"
    );
    json!({ "__type": "x#InvalidSignatureException", "message": message }).to_string()
}

fn expired(signing: &Signing) -> String {
    let time = &signing.input.time;
    format!("HTTP/1.1 403 Forbidden\r\n\r\nSignature expired: {time} is now earlier than {time}")
}

fn texts(signing: &Signing) -> (String, String) {
    (text(&signing.expect.canonical_request), text(&signing.expect.string_to_sign))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
