//! Reads the authentication from what a subject sent, more leniently than a verifier would: the
//! purpose is to find out what the subject did.

use sigv4_vectors::model::Placement;

use crate::SentRequest;

const CREDENTIAL: &[u8] = b"Credential=";
const SIGNED_HEADERS: &[u8] = b"SignedHeaders=";
const FIELDS: [&[u8]; 3] = [CREDENTIAL, SIGNED_HEADERS, b"Signature="];

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
    /// Query placement: how long the URL is valid, in seconds.
    pub expires: Vec<u8>,
}

impl Sent {
    /// Reads them, or says why no signature can be found.
    ///
    /// # Errors
    /// The reason, as a sentence.
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
        // The id of a key may contain commas, so a value ends where the next field begins.
        let mut places = FIELDS.map(|name| (place(fields, name), name));
        places.sort_unstable();
        let mut end = fields.len();
        for (place, name) in places.into_iter().rev() {
            let Some(place) = place else { continue };
            let value = fields[place + name.len()..end].trim_ascii_end();
            let value = value.strip_suffix(b",").unwrap_or(value).trim_ascii_end().to_vec();
            end = place;
            match name {
                CREDENTIAL => sent.credential = value,
                SIGNED_HEADERS => sent.signed_headers = value,
                _ => sent.signature = value,
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
        // If a parameter appears twice, the last one is the signer's own.
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

    /// Whether the list of signed headers contains this name, given in lower case.
    #[must_use]
    pub fn signs(&self, name: &[u8]) -> bool {
        self.signed_headers.split(|&byte| byte == b';').any(|signed| signed == name)
    }

    /// The scope after the key id; `None` if the credential does not begin with the key id and a
    /// slash.
    #[must_use]
    pub fn scope(&self, access_key_id: &[u8]) -> Option<&[u8]> {
        self.credential.strip_prefix(access_key_id)?.strip_prefix(b"/")
    }
}

/// Where a field begins, at the start or after a comma. If there are several, it is the last one,
/// except for the credential, which may contain what looks like another field.
fn place(fields: &[u8], name: &[u8]) -> Option<usize> {
    let begins = |at: &usize| {
        let before = fields[..*at].trim_ascii_end();
        fields[*at..].starts_with(name) && (before.is_empty() || before.ends_with(b","))
    };
    let mut places = (0..fields.len()).filter(begins);
    if name == CREDENTIAL { places.next() } else { places.next_back() }
}

fn split_once(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte == separator) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, b""),
    }
}

/// The text with its escapes decoded; a `%` that does not begin one is kept.
pub(crate) fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let escaped = digit(behind.first()).zip(digit(behind.get(1))).filter(|_| *first == b'%');
        if let Some((high, low)) = escaped {
            // Two hexadecimal digits are always less than 256.
            decoded.push(u8::try_from(16 * high + low).unwrap_or_default());
            rest = &behind[2..];
        } else {
            decoded.push(*first);
            rest = behind;
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(authorization: &str) -> Result<Sent, String> {
        let request = SentRequest {
            method: "GET".into(),
            target: "/".into(),
            headers: vec![("Authorization".into(), authorization.into())],
            body: None,
        };
        Sent::read(Placement::Header, &request)
    }

    #[test]
    fn the_id_of_a_key_may_hold_commas_and_slashes() {
        for credential in ["AKID/20150830/r/s/aws4_request", "a,b/c", ",", " /r", "a, Signature=b"]
        {
            for separator in [", ", ",", " ,  "] {
                let fields =
                    [&format!("Credential={credential}"), "SignedHeaders=host", "Signature=0f"];
                let sent = read(&format!("AWS4-HMAC-SHA256 {}", fields.join(separator)));
                let sent = sent.expect("a signature");
                assert_eq!(sent.credential, credential.as_bytes());
                assert_eq!(
                    (&sent.signed_headers[..], &sent.signature[..]),
                    (&b"host"[..], &b"0f"[..])
                );
            }
        }
    }

    #[test]
    fn fields_without_commas_are_no_fields() {
        let sent = read("AWS4-HMAC-SHA256 Credential=a SignedHeaders=host Signature=0f");
        assert!(sent.is_err_and(|problem| problem.contains("no Signature")));
    }
}
