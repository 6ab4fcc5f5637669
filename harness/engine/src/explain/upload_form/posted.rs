//! Forms as they were kept: with other line ends, or as the options of curl.

use std::borrow::Cow;

use sigv4_reference::post::{Form, Limits};

use super::is_field;
use crate::explain::field_request::FieldRequest;
use crate::explain::parts::InputError;
use crate::explain::parts::header;

/// A form with the line ends that were sent.
pub(super) struct Posted<'r> {
    content_type: &'r [u8],
    body: Cow<'r, [u8]>,
    /// Whether the line ends were restored: then the file may have had others.
    pub(super) is_restored: bool,
}

/// No form is refused for its size here: that of the input is bounded.
const LIMITS: Limits = Limits { before_file: 1 << 20, fields: 1000, head: 16 << 10 };

impl<'r> Posted<'r> {
    /// # Errors
    /// A request without the type of a form.
    pub(super) fn of(sent: &'r FieldRequest) -> Result<Self, InputError> {
        let content_type = header(&sent.request, "content-type");
        let content_type = content_type
            .ok_or_else(|| InputError::new("form", "the request has no Content-Type"))?;
        let body = &sent.request.body[..];
        let is_restored = memchr::memchr(b'\r', body).is_none();
        let body = if is_restored { Cow::Owned(with_returns(body)) } else { Cow::Borrowed(body) };
        Ok(Self { content_type, body, is_restored })
    }

    /// # Errors
    /// What is wrong with it.
    pub(super) fn form(&self) -> Result<Form<'_>, InputError> {
        Form::parse(self.content_type, &self.body, LIMITS)
            .map_err(|error| InputError::new("form", error.to_string()))
    }

    /// How many bytes come before the content of the file.
    pub(super) fn before_file(&self, form: &Form<'_>) -> usize {
        let file = form.file.map_or(0, |file| file.content.len());
        self.body.len().saturating_sub(file)
    }
}

/// Text that was copied, or went through an editor.
fn with_returns(body: &[u8]) -> Vec<u8> {
    let mut restored = body.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
    // The line end after the final boundary, and those that editors add.
    while restored.ends_with(b"\r\n\r\n") {
        restored.truncate(restored.len() - 2);
    }
    restored
}

/// The type and the body of a form that `curl --form` posts, if it has a policy. Files are not read:
/// their content is empty.
pub(in crate::explain) fn of_curl(fields: &[Vec<u8>]) -> Option<(String, Vec<u8>)> {
    const BOUNDARY: &str = "------------------------sigv4-conformance";
    let pairs: Vec<(&[u8], &[u8])> = fields
        .iter()
        .map(|field| {
            let at = field.iter().position(|byte| *byte == b'=').unwrap_or(field.len());
            (&field[..at], field.get(at + 1..).unwrap_or_default())
        })
        .collect();
    if !pairs.iter().any(|(name, _)| is_field(name)) {
        return None;
    }
    let mut body = Vec::new();
    for (name, value) in pairs {
        body.extend_from_slice(format!("--{BOUNDARY}\r\n").as_bytes());
        body.extend_from_slice(b"Content-Disposition: form-data; name=\"");
        body.extend_from_slice(name);
        body.push(b'"');
        if let [b'@', file @ ..] = value {
            let file = file.split(|byte| *byte == b';').next().unwrap_or_default();
            body.extend_from_slice(b"; filename=\"");
            body.extend_from_slice(file.rsplit(|byte| *byte == b'/').next().unwrap_or_default());
            body.push(b'"');
        }
        body.extend_from_slice(b"\r\n\r\n");
        if !matches!(value, [b'@' | b'<', ..]) {
            body.extend_from_slice(value);
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Some((format!("multipart/form-data; boundary={BOUNDARY}"), body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curl_makes_a_form_of_its_options() {
        let fields =
            [&b"key=a/${filename}"[..], b"Policy=e30=", b"file=@/tmp/a.txt;type=text/plain"];
        let fields = fields.map(<[u8]>::to_vec);
        let (content_type, body) = of_curl(&fields).unwrap();
        let form = Form::parse(content_type.as_bytes(), &body, LIMITS).unwrap();
        assert_eq!(form.value("key"), Some(&b"a/${filename}"[..]));
        assert_eq!(form.value("policy"), Some(&b"e30="[..]));
        assert_eq!(form.file.unwrap().filename, Some(&b"a.txt"[..]));
        assert_eq!(of_curl(&fields[..1]), None);
        assert_eq!(of_curl(&[b"policies=a".to_vec()]), None);
    }

    #[test]
    fn line_ends_are_restored() {
        let text = b"--b\nContent-Disposition: form-data; name=\"k\"\n\nv\n--b--\n\n";
        let body = with_returns(text);
        let form = Form::parse(b"multipart/form-data; boundary=b", &body, LIMITS).unwrap();
        assert_eq!(form.value("k"), Some(&b"v"[..]));
    }
}
