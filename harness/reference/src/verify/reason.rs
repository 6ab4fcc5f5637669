//! Why a request was refused.

use std::fmt;

use crate::error::Error;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// The check that refused a request. The codes are stable.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word for it in the protocol and in logs.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }
    };
}

reasons! {
    /// A presigned URL is used after its time.
    Expired = "expired",
    /// `X-Amz-Expires` is no number from 1 to 604800.
    ExpiresOutOfRange = "expires-out-of-range",
    /// The key exists and has been switched off.
    InactiveAccessKey = "inactive-access-key",
    /// The key is known, and what the verifier holds of it was derived for another scope.
    KeyOutOfScope = "key-out-of-scope",
    /// The authentication is there, and not in the form that the specification gives.
    MalformedAuthentication = "malformed-authentication",
    /// The request itself cannot be made canonical, or has more than one `Host` or an empty one.
    MalformedRequest = "malformed-request",
    /// Neither an `Authorization` header nor presigned parameters.
    MissingAuthentication = "missing-authentication",
    /// The request names no time of signing.
    MissingDate = "missing-date",
    /// Authentication in more than one place.
    MultipleAuthentications = "multiple-authentications",
    /// A presigned URL from a future beyond the window.
    NotYetValid = "not-yet-valid",
    /// The stated hash is not that of the body.
    PayloadHashMismatch = "payload-hash-mismatch",
    /// The signing time lies outside the window around the clock.
    RequestTimeTooSkewed = "request-time-too-skewed",
    /// The scope's date is not the date of the signing time.
    ScopeDateMismatch = "scope-date-mismatch",
    /// The scope names another region.
    ScopeRegionMismatch = "scope-region-mismatch",
    /// The scope names another service.
    ScopeServiceMismatch = "scope-service-mismatch",
    /// The scope does not end in `aws4_request`.
    ScopeTerminatorMismatch = "scope-terminator-mismatch",
    /// The session token is missing, unexpected or another one.
    SessionTokenMismatch = "session-token-mismatch",
    /// The recomputed signature differs.
    SignatureMismatch = "signature-mismatch",
    /// A header that is listed as signed is not in the request.
    SignedHeaderMissing = "signed-header-missing",
    /// No such key.
    UnknownAccessKey = "unknown-access-key",
    /// A header that must be signed is not: `host`, an `x-amz-*` header that is present, or
    /// `Content-Type` where the service asks for it.
    UnsignedHeader = "unsigned-header",
    /// Another algorithm than `AWS4-HMAC-SHA256`.
    UnsupportedAlgorithm = "unsupported-algorithm",
    /// A payload marker that the service does not accept.
    UnsupportedPayload = "unsupported-payload",
}

/// A refusal: the reason for programs, the detail for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rejection {
    /// Which check refused.
    pub reason: Reason,
    /// What was found and what was expected.
    pub detail: String,
    source: Option<Error>,
}

impl Rejection {
    pub(crate) fn new(reason: Reason, detail: String) -> Self {
        Self { reason, detail, source: None }
    }

    pub(crate) fn caused_by(error: Error, reason: Reason, detail: String) -> Self {
        Self { reason, detail, source: Some(error) }
    }

    /// A request that could not be signed either.
    pub(crate) fn malformed_request(error: Error) -> Self {
        let detail = error.to_string();
        Self::caused_by(error, Reason::MalformedRequest, detail)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.reason.code(), self.detail)
    }
}

impl std::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
