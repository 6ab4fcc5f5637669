//! Questions that no correct signer can sign.

use sigv4_protocol::{ChunksQuestion, SignQuestion};
use sigv4_vectors::model::{Placement, Request, SigningInput};

use super::date::Moment;

/// Why a request cannot be signed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// A text contains a byte that would end its line.
    #[error("{field}: byte {offset} is CR, LF or NUL")]
    ControlByte {
        /// The text.
        field: &'static str,
        /// Where in it.
        offset: usize,
    },
    /// A percent sign in the body of a form does not begin an escape.
    #[error("body: the % at byte {offset} is not followed by two hexadecimal digits")]
    BodyEscape {
        /// Where in the body.
        offset: usize,
    },
    /// A token is for a host, without a scheme or a path.
    #[error(
        "host: byte {offset}: expected a name, or an address in brackets, with a port or without"
    )]
    Host {
        /// Where in the host.
        offset: usize,
    },
    /// A request whose date is signed has to have one.
    #[error("date: expected the header x-amz-date or Date")]
    MissingDate,
    /// No service takes a token that is good for so long.
    #[error("lifetime: expected at most {longest} seconds")]
    TokenLifetime {
        /// The longest lifetime, in seconds.
        longest: u64,
    },
    /// A presigned request must live for at least a second.
    #[error("expires: expected at least 1 second")]
    Expires,
    /// A chunk without data ends the body.
    #[error("chunk size: expected at least 1 byte")]
    ChunkSize,
    /// The head of a stream is signed with a key pair.
    #[error("key: expected credentials to sign a request with")]
    HeadWithoutCredentials,
    /// A header's name is not a token.
    #[error("header {index}: expected a token as name")]
    HeaderName {
        /// Its place in the list.
        index: usize,
    },
    /// The method is not a token.
    #[error("method: expected a token")]
    Method,
    /// A percent sign in the query does not begin an escape.
    #[error("target: the % at byte {offset} is not followed by two hexadecimal digits")]
    PercentEscape {
        /// Where in the target.
        offset: usize,
    },
    /// The target begins with neither `/` nor `?`.
    #[error("target: expected it to begin with / or ?")]
    Target,
    /// The secret gives no key pair, which does not happen by chance.
    #[error("secret: no candidate is a private key")]
    PrivateKey,
    /// A signature of SigV4A is for at least one region.
    #[error("region set: expected at least one region")]
    RegionSet,
    /// The time does not exist.
    #[error("time: expected a moment that exists, got {text}")]
    Time {
        /// The text.
        text: String,
    },
    /// A trailer's name is not a token, or the same as another one's or as that of the signature.
    #[error("trailer {index}: expected a token as name that no other trailer has")]
    TrailerName {
        /// Its place in the list.
        index: usize,
    },
    /// The form of the upload has no trailers, or nothing in it is signed.
    #[error("trailers: expected none in this form of upload, or a form that signs them")]
    Trailers,
}

/// Rejects what cannot be signed, and reads the time.
pub(super) fn check(question: &SignQuestion) -> Result<Moment, ModelError> {
    let input = &question.input;
    check_request(&input.request)?;
    let token = input.credentials.session_token.as_deref().unwrap_or_default();
    for (field, text) in
        [("access key id", &input.credentials.access_key_id[..]), ("session token", token)]
    {
        check_line(field, text)?;
    }
    check_query(&input.request.target)?;
    if question.placement == Placement::Query && input.expires.unwrap_or(0) == 0 {
        return Err(ModelError::Expires);
    }
    check_scope(input)
}

/// Rejects what is not a request.
pub(super) fn check_request(request: &Request) -> Result<(), ModelError> {
    if !is_token(&request.method) {
        return Err(ModelError::Method);
    }
    let target = &request.target;
    if !target.is_empty() && !target.starts_with(b"/") && !target.starts_with(b"?") {
        return Err(ModelError::Target);
    }
    check_line("target", target)?;
    match request.headers.iter().position(|(name, _)| !is_token(name)) {
        Some(index) => Err(ModelError::HeaderName { index }),
        None => Ok(()),
    }
}

/// Rejects a scope that cannot be signed with, and reads the time.
pub(super) fn check_scope(input: &SigningInput) -> Result<Moment, ModelError> {
    check_line("region", &input.region)?;
    check_line("service", &input.service)?;
    Moment::parse(&input.time).ok_or_else(|| ModelError::Time { text: input.time.to_string() })
}

/// Rejects a text that would end its line.
pub(super) fn check_line(field: &'static str, text: &[u8]) -> Result<(), ModelError> {
    match text.iter().position(|byte| b"\r\n\0".contains(byte)) {
        Some(offset) => Err(ModelError::ControlByte { field, offset }),
        None => Ok(()),
    }
}

/// Rejects an upload whose chunks or trailers cannot be signed.
pub(super) fn check_upload(question: &ChunksQuestion) -> Result<(), ModelError> {
    if question.chunk_size == 0 {
        return Err(ModelError::ChunkSize);
    }
    let form = question.payload;
    let signs_trailers_alone = !question.has_chunks() && form.signs_trailers();
    if !(question.has_chunks() || signs_trailers_alone)
        || (!form.has_trailer() && !question.trailers.is_empty())
    {
        return Err(ModelError::Trailers);
    }
    let mut names = vec![b"x-amz-trailer-signature".to_vec()];
    for (index, (name, value)) in question.trailers.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        if !is_token(name) || names.contains(&lower) {
            return Err(ModelError::TrailerName { index });
        }
        names.push(lower);
        check_line("trailer", value)?;
    }
    Ok(())
}

/// RFC 9110, section 5.6.2.
pub(super) fn is_token(text: &[u8]) -> bool {
    let is_token_byte =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(is_token_byte)
}

/// The escapes of the query.
pub(super) fn check_query(target: &[u8]) -> Result<(), ModelError> {
    let query = target.iter().position(|&byte| byte == b'?').unwrap_or(target.len());
    check_escapes(target, query).map_err(|offset| ModelError::PercentEscape { offset })
}

/// The escapes of a text from `start` on; the offset of a percent sign that does not begin one.
pub(super) fn check_escapes(text: &[u8], start: usize) -> Result<(), usize> {
    for offset in start..text.len() {
        if text[offset] != b'%' {
            continue;
        }
        let digits = text.get(offset + 1..offset + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err(offset);
        }
    }
    Ok(())
}
