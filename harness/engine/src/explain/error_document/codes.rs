//! The codes of refusals that say something about a signature.

/// Codes that concern the signature, or that come in its place.
const CODES: [&str; 27] = [
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "InvalidSignature",
    "IncompleteSignatureException",
    "IncompleteSignature",
    "MissingAuthenticationTokenException",
    "MissingAuthenticationToken",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "ExpiredTokenException",
    "ExpiredToken",
    "InvalidToken",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "AccessDeniedException",
    "AccessDenied",
    "AuthFailure",
    "NotAuthorized",
    "XAmzContentSHA256Mismatch",
    "MissingSecurityHeader",
    "MissingSecurityElement",
    "AuthorizationQueryParametersError",
    "AuthorizationHeaderMalformed",
    "InvalidSecurity",
    "PermanentRedirect",
    "TemporaryRedirect",
];

/// What SDKs write in the place of a code where the answer had none: HEAD has no body to put it in.
const OF_STATUS: [&str; 7] = [
    "BadRequest",
    "Forbidden",
    "MovedPermanently",
    "NotFound",
    "Unauthorized",
    "Unknown",
    "UnknownError",
];

/// Whether a word can be a code, known or not, as all services write them: `NoSuchKey`.
pub(super) fn looks_like_one(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
        && !OF_STATUS.contains(&word)
}

/// The last known code that is a word of the text.
pub(super) fn known_code(text: &str) -> Option<&'static str> {
    last_code(text).map(|(_, code)| code)
}

pub(super) fn last_code(text: &str) -> Option<(usize, &'static str)> {
    let is_word = |at: usize, code: &str| {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let bytes = text.as_bytes();
        !bytes[..at].last().is_some_and(is_part) && !bytes.get(at + code.len()).is_some_and(is_part)
    };
    let last = |&code: &&'static str| {
        let mut places = text.rmatch_indices(code).map(|(at, _)| at);
        places.find(|&at| is_word(at, code)).map(|at| (at, code))
    };
    CODES.iter().filter_map(last).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_looks_like_one() {
        for code in ["NoSuchKey", "SlowDown", "InvalidSignatureException"] {
            assert!(looks_like_one(code), "{code}");
        }
        for other in ["", "403", "E1", "ERROR", "slowDown", "Forbidden", "UnknownError", "A b"] {
            assert!(!looks_like_one(other), "{other}");
        }
    }

    #[test]
    fn a_code_is_a_word() {
        assert_eq!(known_code("(ExpiredToken)"), Some("ExpiredToken"));
        assert_eq!(known_code("AccessDenied, then InvalidToken"), Some("InvalidToken"));
        assert_eq!(known_code("ExpiredTokens NoAccessDenied"), None);
    }
}
