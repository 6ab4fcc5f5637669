//! Reading the authentication out of what a subject sent, more leniently than a verifier would:
//! the point here is to find out what the subject did.

use sigv4_vectors::model::Placement;

use crate::SentRequest;

/// The parts of an Authorization header or a presigned query.
#[derive(Debug, Default)]
pub struct Sent {
    /// The signature as text.
    pub signature: Vec<u8>,
    /// Key id and scope.
    pub credential: Vec<u8>,
    /// The list of signed headers.
    pub signed_headers: Vec<u8>,
    /// The algorithm.
    pub algorithm: Vec<u8>,
    /// Query placement: how long the URL lives, in seconds.
    pub expires: Vec<u8>,
}

impl Sent {
    /// Reads them, or says in a sentence why there is no signature to be found.
    ///
    /// # Errors
    /// The sentence.
    pub fn read(placement: Placement, request: &SentRequest) -> Result<Self, String> {
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
        // A key id, a region or a service may hold a comma: the fields are told by their names, the
        // last two from the right.
        let credential = position(fields, b"Credential=");
        let signed_headers = last_position(fields, b"SignedHeaders=");
        let signature = last_position(fields, b"Signature=");
        let field = |at: Option<usize>, name: &[u8]| -> Vec<u8> {
            let Some(at) = at else { return Vec::new() };
            let others = [credential, signed_headers, signature].into_iter().flatten();
            let end = others.filter(|other| *other > at).min().unwrap_or(fields.len());
            let value = fields[at + name.len()..end].trim_ascii_end();
            value.strip_suffix(b",").unwrap_or(value).trim_ascii_end().to_vec()
        };
        sent.credential = field(credential, b"Credential=");
        sent.signed_headers = field(signed_headers, b"SignedHeaders=");
        sent.signature = field(signature, b"Signature=");
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
            let value = percent_decoded(value);
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
    #[must_use]
    pub fn signs(&self, name: &[u8]) -> bool {
        self.signed_headers.split(|&byte| byte == b';').any(|signed| signed == name)
    }

    /// The scope behind the key id, as far as it can be told apart.
    #[must_use]
    pub fn scope(&self, access_key_id: &[u8]) -> Option<&[u8]> {
        self.credential.strip_prefix(access_key_id)?.strip_prefix(b"/")
    }
}

fn position(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

fn last_position(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).rposition(|window| window == word)
}

fn split_once(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte == separator) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, b""),
    }
}

/// The text with its escapes resolved; a `%` that begins none stays.
fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let escaped = digit(behind.first()).zip(digit(behind.get(1))).filter(|_| *first == b'%');
        match escaped {
            Some((high, low)) => {
                // Two hexadecimal digits are less than 256.
                decoded.push(u8::try_from(16 * high + low).unwrap_or_default());
                rest = &behind[2..];
            }
            None => {
                decoded.push(*first);
                rest = behind;
            }
        }
    }
    decoded
}
