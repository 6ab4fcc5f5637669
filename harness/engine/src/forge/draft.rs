//! A request before it is signed, and what is signed.

use std::fmt::Write as _;

use sigv4_protocol::hex::hex;
use sigv4_reference::v4a::V4aKey;

use super::authorization::Authorization;
use super::sent::Sent;
use super::setting::Setting;
use super::signing::{Scope, mac, sha256};

/// The algorithm of Signature Version 4.
pub(super) const HMAC: &str = "AWS4-HMAC-SHA256";

/// The algorithm of SigV4A.
pub(super) const ECDSA: &str = "AWS4-ECDSA-P256-SHA256";

/// A request before it is signed. Everything in it is signed as it is: path and query are written in
/// their canonical form, so that a topic says itself what a signer would sign instead.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) method: String,
    pub(super) path: String,
    /// The path in the canonical request, if it is not the one that is sent.
    pub(super) canonical_path: Option<String>,
    /// Names and values, encoded.
    pub(super) query: Vec<(String, String)>,
    /// Without those that signing adds.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether the signature goes into the query, with this lifetime.
    pub(super) expires: Option<String>,
    /// The last line of the canonical request; the hash of the body if there is none.
    pub(super) payload: Option<String>,
    /// The signing time.
    pub(super) date: String,
    /// Whether a presigned URL states its lifetime.
    pub(super) states_expires: bool,
    /// Whether `X-Amz-Date` states it.
    pub(super) states_date: bool,
    pub(super) algorithm: String,
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: Option<String>,
    /// The scope that is stated.
    pub(super) scope: Scope,
    /// The scope of the key, if it is another one.
    pub(super) key_scope: Option<Scope>,
    /// The regions of SigV4A; the scope's region is none then.
    pub(super) region_set: Option<String>,
    /// The names of the signed headers, as the list has them; all headers if there is none.
    pub(super) signed_headers: Option<String>,
}

impl Draft {
    /// A plain request in header placement.
    pub(super) fn new(setting: &Setting, method: &str, name: &str) -> Self {
        let date = setting.moment(0);
        Self {
            method: method.to_owned(),
            path: format!("{}/{name}", setting.folder),
            canonical_path: None,
            query: Vec::new(),
            headers: vec![("Host".to_owned(), setting.host.clone())],
            body: Vec::new(),
            expires: None,
            payload: None,
            states_expires: true,
            states_date: true,
            algorithm: HMAC.to_owned(),
            access_key_id: setting.access_key_id.clone(),
            secret_access_key: setting.secret_access_key.clone(),
            session_token: None,
            scope: Scope {
                date: date[..8].to_owned(),
                region: setting.region.clone(),
                service: setting.service.clone(),
                terminator: "aws4_request".to_owned(),
            },
            key_scope: None,
            date,
            region_set: None,
            signed_headers: None,
        }
    }

    /// Signs at another time, whose day the scope has.
    pub(super) fn at(&mut self, date: &str) {
        date.clone_into(&mut self.date);
        date[..8].clone_into(&mut self.scope.date);
    }

    /// Signs with SigV4A, for the region of the scope.
    pub(super) fn asymmetric(&mut self) {
        ECDSA.clone_into(&mut self.algorithm);
        self.region_set = Some(self.scope.region.clone());
    }

    /// Adds a header.
    pub(super) fn header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// The signed request.
    pub(super) fn sign(&self) -> Sent {
        let headers = self.all_headers();
        let signed_headers = self.signed_headers.clone().unwrap_or_else(|| self.all_names());
        let credential = format!("{}/{}", self.access_key_id, self.scope_text());
        let mut query = self.query.clone();
        if let Some(expires) = &self.expires {
            let mut add = |name: &str, value: &str| query.push((name.to_owned(), encoded(value)));
            add("X-Amz-Algorithm", &self.algorithm);
            add("X-Amz-Credential", &credential);
            if self.states_date {
                add("X-Amz-Date", &self.date);
            }
            if self.states_expires {
                add("X-Amz-Expires", expires);
            }
            if let Some(region_set) = &self.region_set {
                add("X-Amz-Region-Set", region_set);
            }
            if let Some(token) = &self.session_token {
                add("X-Amz-Security-Token", token);
            }
            add("X-Amz-SignedHeaders", &signed_headers);
        }
        let canonical = self.canonical_request(&query, &headers, &signed_headers);
        let to_sign = self.string_to_sign(&canonical);
        let signature = self.signature(&to_sign);
        let authorization = if self.expires.is_some() {
            query.push(("X-Amz-Signature".to_owned(), signature));
            None
        } else {
            Some(Authorization::new(&self.algorithm, &credential, &signed_headers, &signature))
        };
        Sent {
            method: self.method.clone(),
            path: self.path.clone(),
            query: query.into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
            headers,
            authorization,
            body: self.body.clone(),
        }
    }

    /// The string to sign over a canonical request.
    pub(super) fn string_to_sign(&self, canonical: &str) -> String {
        let hash = sha256(canonical.as_bytes());
        [&self.algorithm[..], &self.date, &self.scope_text(), &hash].join("\n")
    }

    /// The scope as text, of SigV4A without a region.
    pub(super) fn scope_text(&self) -> String {
        let Scope { date, service, terminator, .. } = &self.scope;
        match self.region_set {
            Some(_) => [&date[..], service, terminator].join("/"),
            None => self.scope.text(),
        }
    }

    /// The digits of the signature.
    pub(super) fn signature(&self, to_sign: &str) -> String {
        if self.region_set.is_some() {
            let (id, secret) = (self.access_key_id.as_bytes(), self.secret_access_key.as_bytes());
            let digits =
                V4aKey::derive(id, secret).map(|key| key.sign(to_sign.as_bytes()).digits());
            return digits.map(|digits| text(digits.as_bytes())).unwrap_or_default();
        }
        let scope = self.key_scope.as_ref().unwrap_or(&self.scope);
        hex(&mac(&scope.key(&self.secret_access_key), to_sign))
    }

    /// The list of the names of all headers.
    pub(super) fn all_names(&self) -> String {
        let headers = self.all_headers();
        let mut names: Vec<String> =
            headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort();
        names.dedup();
        names.join(";")
    }

    /// The headers, with those that signing adds.
    fn all_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        if self.expires.is_none() {
            if self.states_date {
                headers.push(("X-Amz-Date".to_owned(), self.date.clone()));
            }
            if let Some(region_set) = &self.region_set {
                headers.push(("X-Amz-Region-Set".to_owned(), region_set.clone()));
            }
            if let Some(token) = &self.session_token {
                headers.push(("X-Amz-Security-Token".to_owned(), token.clone()));
            }
        }
        headers
    }

    /// The canonical request, with the headers of the list that are there.
    fn canonical_request(
        &self,
        query: &[(String, String)],
        headers: &[(String, String)],
        signed_headers: &str,
    ) -> String {
        let mut pairs = query.to_vec();
        pairs.sort();
        let pairs: Vec<String> =
            pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut lines = String::new();
        for name in signed_headers.split(';') {
            let values = headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
            let values: Vec<String> = values.map(|(_, value)| without_runs(value)).collect();
            if !values.is_empty() {
                // Text is always written to a string.
                let _ = writeln!(lines, "{}:{}", name.to_ascii_lowercase(), values.join(","));
            }
        }
        let payload = self.payload.clone().unwrap_or_else(|| sha256(&self.body));
        let path = self.canonical_path.as_ref().unwrap_or(&self.path);
        [&self.method[..], path, &pairs.join("&"), &lines, signed_headers, &payload].join("\n")
    }
}

fn text(digits: &[u8]) -> String {
    digits.iter().copied().map(char::from).collect()
}

/// The value of a header without spaces around it, and with single ones inside.
fn without_runs(value: &str) -> String {
    let words = value.split(' ').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").trim_ascii().to_owned()
}

/// The text with everything but unreserved bytes escaped.
fn encoded(text: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}
