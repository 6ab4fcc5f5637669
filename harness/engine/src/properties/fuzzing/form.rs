//! Forms for uploads from a browser, and their policies.

use serde_json::Value;
use sigv4_reference::post::{Form, Limits, Policy, Test};

use super::{Outcome, Pack, Violation};

/// Any bytes as a policy: what is read is what another JSON library reads, and what is refused has its
/// place.
pub fn form_policy(bytes: &[u8]) -> Result<Outcome, Violation> {
    let violation = |detail: String| Violation { property: "form_policy", detail };
    let other: Option<Value> = serde_json::from_slice(bytes).ok();
    let policy = match Policy::parse(bytes) {
        Ok(policy) => policy,
        Err(error) if error.offset <= bytes.len() => return Ok(Outcome::Held),
        Err(error) => return Err(violation(format!("{}: {error}", bytes.escape_ascii()))),
    };
    // Strings may have two escapes that are not JSON.
    let has_own =
        [&b"\\$"[..], b"\\v"].iter().any(|own| memchr::memmem::find(bytes, own).is_some());
    let Some(other) = other else {
        let detail = format!("{}: read, and not JSON", bytes.escape_ascii());
        return if has_own { Ok(Outcome::Vacuous) } else { Err(violation(detail)) };
    };
    let read: Vec<Value> = policy.conditions.iter().map(|one| in_json(&one.test)).collect();
    let others = other["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let others: Vec<Value> = others.iter().map(as_list).collect();
    if read == others {
        return Ok(Outcome::Held);
    }
    Err(violation(format!("{}: read as {read:?}, not {others:?}", bytes.escape_ascii())))
}

/// Any bytes as the body of a form: what is read, written again, is read the same way; and no form is
/// read out of a part of one.
pub fn upload_form(bytes: &[u8]) -> Result<Outcome, Violation> {
    const TYPE: &[u8] = b"multipart/form-data; boundary=b";
    let violation = |detail: String| Violation { property: "upload_form", detail };
    let limits = Limits { before_file: 2048, fields: 20, head: 256 };
    let form = match Form::parse(TYPE, bytes, limits) {
        Ok(form) => form,
        Err(error) if error.offset <= bytes.len() => return Ok(Outcome::Held),
        Err(error) => return Err(violation(format!("{}: {error}", bytes.escape_ascii()))),
    };
    let end = bytes.strip_suffix(b"\r\n").unwrap_or(bytes).len();
    for length in [end / 2, end.saturating_sub(5), end - 1] {
        if Form::parse(TYPE, &bytes[..length], limits).is_ok() {
            let detail = format!("{}: {length} bytes of it are a form", bytes.escape_ascii());
            return Err(violation(detail));
        }
    }
    // A name that holds a quotation mark or a semicolon was not quoted.
    let is_plain = |name: &[u8]| !name.iter().any(|byte| b"\"\r\n".contains(byte));
    if !form.fields.iter().all(|field| is_plain(field.name)) {
        return Ok(Outcome::Vacuous);
    }
    let mut text = Vec::new();
    let mut part = |head: &[u8], content: &[u8]| {
        text.extend([b"--b\r\nContent-Disposition: form-data; name=", head, b"\r\n\r\n"].concat());
        text.extend([content, b"\r\n"].concat());
    };
    for field in &form.fields {
        part(&[b"\"", field.name, b"\""].concat(), field.value);
    }
    if let Some(file) = &form.file {
        part(b"file", file.content);
    }
    text.extend_from_slice(b"--b--");
    let again = Form::parse(TYPE, &text, Limits { before_file: 8192, head: 512, ..limits });
    let content = |form: &Form<'_>| form.file.map(|file| file.content.to_vec());
    let is_same = again
        .as_ref()
        .is_ok_and(|again| again.fields == form.fields && content(again) == content(&form));
    if is_same {
        return Ok(Outcome::Held);
    }
    let detail = format!("{}: read as {form:?}, then as {again:?}", bytes.escape_ascii());
    Err(violation(detail))
}

/// A condition as a list.
fn in_json(test: &Test<'_>) -> Value {
    match test {
        Test::Exact { field, value } => serde_json::json!(["eq", format!("${field}"), value]),
        Test::StartsWith { field, prefix } => {
            serde_json::json!(["starts-with", format!("${field}"), prefix])
        }
        Test::LengthRange { shortest, longest } => {
            serde_json::json!(["content-length-range", shortest, longest])
        }
    }
}

/// A condition as another library reads it, in the same form.
fn as_list(condition: &Value) -> Value {
    if let Some((field, value)) = condition.as_object().and_then(|members| members.iter().next()) {
        return serde_json::json!(["eq", format!("${field}"), value]);
    }
    let number = |value: &Value| match value.as_str().map(str::parse::<u64>) {
        Some(Ok(number)) => number.into(),
        _ => value.clone(),
    };
    match condition.as_array().map(Vec::as_slice) {
        Some([operator, first, second]) if operator == "content-length-range" => {
            serde_json::json!([operator, number(first), number(second)])
        }
        _ => condition.clone(),
    }
}

/// Policies of the documentation and of presigners.
pub(super) fn policies() -> Pack {
    POLICIES.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Forms with some of their fields.
pub(super) fn forms() -> Pack {
    let part = |head: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={head}\r\n\r\n{content}\r\n")
    };
    let key = part("\"key\"", "user/${filename}");
    let file = part("\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain", "hello");
    let ignored = part("submit", "Upload");
    let policy = part("\"Policy\"", "e30=");
    [
        format!("{key}{file}--b--\r\n"),
        format!("{policy}{key}{file}{ignored}--b--"),
        "--b--".to_owned(),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect()
}

const POLICIES: &[&str] = &[
    "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n  \"conditions\": [\r\n    {\"bucket\": \"b\"},\r\n    \
     [\"starts-with\", \"$key\", \"user/user1/\"]\r\n  ]\r\n}",
    r#"{"conditions":[["content-length-range",1,"10"],["eq","$acl","a\/\u00e9"]],"expiration":"2026-11-27T14:54:04Z"}"#,
    r#"{"expiration":"2026-11-27T14:54:04Z","conditions":[["starts-with","$x","\$\v"]]}"#,
];
