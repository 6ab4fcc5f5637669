//! Reading the authentication out of what a subject sent, more leniently than a verifier would:
//! the point here is to find out what the subject did.

use sigv4_reference::canonical::percent;
use sigv4_vectors::model::Placement;

use crate::subject::SentRequest;

/// The parts of an Authorization header or a presigned query.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The signature as text.
    pub(crate) signature: Vec<u8>,
    /// Key id and scope.
    pub(crate) credential: Vec<u8>,
    /// The list of signed headers.
    pub(crate) signed_headers: Vec<u8>,
    /// The algorithm.
    pub(crate) algorithm: Vec<u8>,
    /// Query placement: how long the URL lives, in seconds.
    pub(crate) expires: Vec<u8>,
}

impl Sent {
    /// Reads them, or says in a sentence why there is no signature to be found.
    pub(crate) fn read(placement: Placement, request: &SentRequest) -> Result<Self, String> {
        match placement {
            Placement::Header => Self::from_header(request),
            Placement::Query => Self::from_query(request),
        }
    }

    fn from_header(request: &SentRequest) -> Result<Self, String> {
        let mut found = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(b"authorization"))
            .map(|(_, value)| value.trim_ascii_start());
        let value = found.next().ok_or("the request carries no Authorization header")?;
        if found.next().is_some() {
            return Err("the request carries more than one Authorization header".to_owned());
        }
        if value.contains(&b'\n') {
            return Err("the Authorization header holds a line break".to_owned());
        }
        let mut sent = Self::default();
        let (algorithm, fields) = split_once(value, b' ');
        sent.algorithm = algorithm.to_vec();
        for field in fields.split(|&byte| byte == b',') {
            let (name, value) = split_once(field.trim_ascii(), b'=');
            match name {
                b"Credential" => sent.credential = value.to_vec(),
                b"SignedHeaders" => sent.signed_headers = value.to_vec(),
                b"Signature" => sent.signature = value.to_vec(),
                _ => {}
            }
        }
        if sent.signature.is_empty() {
            return Err("the Authorization header holds no Signature".to_owned());
        }
        Ok(sent)
    }

    fn from_query(request: &SentRequest) -> Result<Self, String> {
        let mut sent = Self::default();
        let (_, query) = split_once(&request.target, b'?');
        // A parameter that stands twice: the last one is the signer's own.
        for piece in query.split(|&byte| byte == b'&') {
            let (name, value) = split_once(piece, b'=');
            let value = percent::decode(value).map(|byte| byte.unwrap_or(b'%')).collect();
            match name {
                b"X-Amz-Algorithm" => sent.algorithm = value,
                b"X-Amz-Credential" => sent.credential = value,
                b"X-Amz-Expires" => sent.expires = value,
                b"X-Amz-SignedHeaders" => sent.signed_headers = value,
                b"X-Amz-Signature" => sent.signature = value,
                _ => {}
            }
        }
        if sent.signature.is_empty() {
            return Err("the request's query carries no X-Amz-Signature".to_owned());
        }
        Ok(sent)
    }

    /// Whether the list of signed headers holds this name, given in lower case.
    pub(crate) fn signs(&self, name: &[u8]) -> bool {
        self.signed_headers.split(|&byte| byte == b';').any(|signed| signed == name)
    }

    /// The scope behind the key id, as far as it can be told apart.
    pub(crate) fn scope(&self, access_key_id: &[u8]) -> Option<&[u8]> {
        self.credential.strip_prefix(access_key_id)?.strip_prefix(b"/")
    }
}

fn split_once(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte == separator) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, b""),
    }
}
