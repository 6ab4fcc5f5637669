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
    fn a_code_is_a_word() {
        assert_eq!(known_code("(ExpiredToken)"), Some("ExpiredToken"));
        assert_eq!(known_code("AccessDenied, then InvalidToken"), Some("InvalidToken"));
        assert_eq!(known_code("ExpiredTokens NoAccessDenied"), None);
    }
}
