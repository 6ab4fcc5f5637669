//! What people give to `explain`, and what servers answer.

use sigv4_reference::verify::Claim;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::{Outcome, Violation};
use crate::explain::{FieldRequest, GivenAnswer, InputError};
use crate::subject::convert::{headers, request};

/// The longest message: it may quote its input, but not repeat it.
const LONGEST: usize = 2048;

/// Any text as the input of `explain`: a request is read, or the text is refused with its place. What
/// was read, written as raw HTTP, is read the same way.
pub fn explained_input(bytes: &[u8]) -> Result<Outcome, Violation> {
    let read = match FieldRequest::parse(bytes) {
        Ok(read) => read.request,
        Err(error) => return refused("explained_input", bytes, &error),
    };
    // The verifier reads it too. It is instrumented, so that a fuzzer sees how far a request comes.
    let headers = headers(&read);
    let _ = Claim::parse(&request(&read, &headers));
    let Some(text) = raw(&read) else { return Ok(Outcome::Vacuous) };
    let again = FieldRequest::parse(&text)
        .map(|again| Request { body: read.body.clone(), ..again.request });
    if again.as_ref() == Ok(&read) {
        return Ok(Outcome::Held);
    }
    let detail = format!("{}: read as {read:?}, then as {again:?}", bytes.escape_ascii());
    Err(Violation { property: "explained_input", detail })
}

/// Any text as a server's answer: it is read, or refused with its place.
pub fn server_answer(bytes: &[u8]) -> Result<Outcome, Violation> {
    match GivenAnswer::parse(bytes) {
        Ok(_) => Ok(Outcome::Held),
        Err(error) => refused("server_answer", bytes, &error),
    }
}

/// An error has a place and is short.
fn refused(property: &'static str, bytes: &[u8], error: &InputError) -> Result<Outcome, Violation> {
    let is_short = error.to_string().len() <= LONGEST;
    if !error.place.is_empty() && !error.problem.is_empty() && is_short {
        return Ok(Outcome::Held);
    }
    let detail = format!("{}: refused with {error:?}", bytes.escape_ascii());
    Err(Violation { property, detail })
}

/// A request as raw HTTP, without its body; `None` where the text would be read in another way, as a
/// proxy would.
fn raw(request: &Request) -> Option<Vec<u8>> {
    let is_plain = |byte: &u8| byte.is_ascii_graphic();
    let is_word = |text: &[u8]| !text.is_empty() && text.iter().all(is_plain);
    let is_method = is_word(&request.method) && request.method.iter().all(u8::is_ascii_uppercase);
    let is_path = request.target.starts_with(b"/") && is_word(&request.target);
    let is_header = |(name, value): &(Bytes, Bytes)| {
        let is_name =
            is_word(name) && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        let is_value = value.iter().all(|byte| is_plain(byte) || *byte == b' ');
        is_name && is_value && value.trim_ascii() == &value[..]
    };
    if !is_method || !is_path || !request.headers.iter().all(is_header) {
        return None;
    }
    let mut text = [&request.method[..], b" ", &request.target, b" HTTP/1.1\r\n"].concat();
    for (name, value) in &request.headers {
        text.extend([&name[..], b": ", value, b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    Some(text)
}
