//! A signed request, in parts that can be changed on the way.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::authorization::Authorization;

/// A signed request.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) path: String,
    /// The pieces between the ampersands.
    pub(super) query: Vec<String>,
    /// Without the Authorization header.
    pub(super) headers: Vec<(String, String)>,
    pub(super) authorization: Option<Authorization>,
    pub(super) body: Vec<u8>,
}

impl Sent {
    /// The value of the first header of this name.
    pub(super) fn header(&mut self, name: &str) -> &mut String {
        let at = self.headers.iter().position(|(own, _)| own.eq_ignore_ascii_case(name));
        &mut self.headers[at.unwrap_or_default()].1
    }

    /// Removes the headers of this name.
    pub(super) fn without(&mut self, name: &str) {
        self.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
    }

    /// Adds a header.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// The piece of the query with this name.
    pub(super) fn parameter(&mut self, name: &str) -> &mut String {
        piece(&mut self.query, name)
    }

    /// Removes a piece of the query, and returns it.
    pub(super) fn take_parameter(&mut self, name: &str) -> String {
        let at = self.query.iter().position(|piece| piece.starts_with(&format!("{name}=")));
        self.query.remove(at.unwrap_or_default())
    }

    /// The text that holds the signature, in either placement, with what is before it.
    pub(super) fn signature(&mut self) -> &mut String {
        self.part("Signature")
    }

    /// The same for the credential.
    pub(super) fn credential(&mut self) -> &mut String {
        self.part("Credential")
    }

    /// The same for the list of signed headers.
    pub(super) fn signed_headers(&mut self) -> &mut String {
        self.part("SignedHeaders")
    }

    fn part(&mut self, name: &str) -> &mut String {
        match &mut self.authorization {
            Some(authorization) => authorization.field(name),
            None => piece(&mut self.query, &format!("X-Amz-{name}")),
        }
    }

    /// The slash in a credential, or the semicolon in a list, as this placement writes it.
    pub(super) fn written(&self, separator: &str) -> String {
        match (&self.authorization, separator) {
            (Some(_), _) => separator.to_owned(),
            (None, "/") => "%2F".to_owned(),
            (None, _) => "%3B".to_owned(),
        }
    }

    /// The request as it arrives.
    pub(super) fn request(self) -> Request {
        let mut target = self.path;
        if !self.query.is_empty() {
            target = format!("{target}?{}", self.query.join("&"));
        }
        let mut headers = self.headers;
        if let Some(authorization) = self.authorization {
            let value = authorization.value();
            headers.push((authorization.name, value));
        }
        let bytes = |text: String| Bytes::from(&text[..]);
        Request {
            method: bytes(self.method),
            target: bytes(target),
            headers: headers.into_iter().map(|(name, value)| (bytes(name), bytes(value))).collect(),
            body: self.body.into(),
        }
    }
}

/// The piece of a query with this name.
fn piece<'q>(query: &'q mut [String], name: &str) -> &'q mut String {
    let at = query.iter().position(|piece| piece.starts_with(&format!("{name}=")));
    &mut query[at.unwrap_or_default()]
}
