//! Uploads from a browser: a form with a signed policy.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sigv4_protocol::hex::hex;

use super::draft::Draft;
use super::sent::Sent;
use super::setting::Setting;
use super::signing::mac;

/// The line between two parts of the form.
const BOUNDARY: &str = "9431149156168";

/// What a form is made of.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// The text of the policy.
    pub(super) policy: String,
    /// The fields before those of the signature.
    pub(super) fields: Vec<(String, String)>,
    /// The name and the content of the file.
    pub(super) file: Option<(String, String)>,
}

impl Form {
    /// A form that the policy allows: `conditions` are those besides the bucket, the key, the content
    /// type and the fields of the signature.
    pub(super) fn new(
        setting: &Setting,
        draft: &Draft,
        expiration: &str,
        conditions: &[&str],
    ) -> Self {
        let credential = format!("{}/{}", draft.access_key_id, draft.scope.text());
        let mut all = vec![
            format!(r#"{{"bucket": "{}"}}"#, setting.bucket),
            r#"["starts-with", "$key", "user/jane/"]"#.to_owned(),
            r#"{"x-amz-algorithm": "AWS4-HMAC-SHA256"}"#.to_owned(),
            format!(r#"{{"x-amz-credential": "{credential}"}}"#),
            format!(r#"{{"x-amz-date": "{}"}}"#, draft.date),
        ];
        all.extend(conditions.iter().map(|condition| (*condition).to_owned()));
        let policy =
            format!(r#"{{"expiration": "{expiration}", "conditions": [{}]}}"#, all.join(", "));
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self {
            policy,
            fields: vec![
                field("key", "user/jane/photo.jpg"),
                field("bucket", &setting.bucket),
                field("Content-Type", "image/jpeg"),
            ],
            file: Some(("photo.jpg".to_owned(), "not a photo".to_owned())),
        }
    }

    /// The fields with those of the signature, and the file.
    pub(super) fn signed(&self, draft: &Draft) -> SignedForm {
        let policy = STANDARD.encode(&self.policy);
        let key = draft.key_scope.as_ref().unwrap_or(&draft.scope).key(&draft.secret_access_key);
        let signature = hex(&mac(&key, &policy));
        let credential = format!("{}/{}", draft.access_key_id, draft.scope.text());
        let mut fields = self.fields.clone();
        for (name, value) in [
            ("x-amz-algorithm", &draft.algorithm),
            ("x-amz-credential", &credential),
            ("x-amz-date", &draft.date),
            ("policy", &policy),
            ("x-amz-signature", &signature),
        ] {
            fields.push((name.to_owned(), value.clone()));
        }
        SignedForm { fields, file: self.file.clone() }
    }
}

/// A form as it is sent.
#[derive(Clone, Debug)]
pub(super) struct SignedForm {
    pub(super) fields: Vec<(String, String)>,
    pub(super) file: Option<(String, String)>,
}

impl SignedForm {
    /// The value of a field.
    pub(super) fn field(&mut self, name: &str) -> &mut String {
        let at = self.fields.iter().position(|(own, _)| own == name);
        &mut self.fields[at.unwrap_or_default()].1
    }

    /// Adds a field before the file.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// Removes the fields of this name.
    pub(super) fn without(&mut self, name: &str) {
        self.fields.retain(|(own, _)| own != name);
    }

    /// The request that posts it.
    pub(super) fn sent(&self, setting: &Setting, draft: &Draft) -> Sent {
        let mut body = String::new();
        for (name, value) in &self.fields {
            // Text is always written to a string.
            let _ = write!(
                body,
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        if let Some((name, content)) = &self.file {
            let _ = write!(
                body,
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; \
                 filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n{content}\r\n"
            );
        }
        let _ = write!(body, "--{BOUNDARY}--\r\n");
        let mut headers = draft.headers.clone();
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        headers.push(("Content-Type".to_owned(), content_type));
        Sent {
            method: draft.method.clone(),
            path: setting.form_path.clone(),
            query: Vec::new(),
            headers,
            authorization: None,
            body: body.into_bytes(),
        }
    }
}
