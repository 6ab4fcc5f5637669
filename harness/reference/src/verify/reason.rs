//! Why a request was refused.

use std::borrow::Cow;
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
    /// A presigned URL or the policy of a form has expired.
    Expired = "expired",
    /// `X-Amz-Expires` is not a number from 1 to 604800.
    ExpiresOutOfRange = "expires-out-of-range",
    /// The key exists and is inactive.
    InactiveAccessKey = "inactive-access-key",
    /// The key is known, but the verifier only has a derived key of another scope or algorithm.
    KeyOutOfScope = "key-out-of-scope",
    /// The authentication is not of the form in the specification.
    MalformedAuthentication = "malformed-authentication",
    /// The request cannot be made canonical, or has an empty `Host` or more than one.
    MalformedRequest = "malformed-request",
    /// Neither an `Authorization` header nor presigned parameters.
    MissingAuthentication = "missing-authentication",
    /// The request states no signing time.
    MissingDate = "missing-date",
    /// Authentication in more than one place.
    MultipleAuthentications = "multiple-authentications",
    /// A presigned URL was signed in the future, outside the window.
    NotYetValid = "not-yet-valid",
    /// The stated hash is not the hash of the body.
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
    /// The session token is missing, unexpected or not that of the key.
    SessionTokenMismatch = "session-token-mismatch",
    /// The signature is not the one computed from the request.
    SignatureMismatch = "signature-mismatch",
    /// A signed header is not in the request.
    SignedHeaderMissing = "signed-header-missing",
    /// The key does not exist.
    UnknownAccessKey = "unknown-access-key",
    /// A header that must be signed is not: `host`, an `x-amz-*` header that is present, or
    /// `Content-Type` where the service asks for it.
    UnsignedHeader = "unsigned-header",
    /// The algorithm is not the verifier's: `AWS4-HMAC-SHA256`, or that of SigV4A where it was asked
    /// for.
    UnsupportedAlgorithm = "unsupported-algorithm",
    /// A payload marker that the service does not accept.
    UnsupportedPayload = "unsupported-payload",
}

/// A refusal: the reason for programs, the detail for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rejection {
    /// Which check refused.
    pub reason: Reason,
    /// What was found and what was expected. Of a long text it shows the start.
    pub detail: Cow<'static, str>,
    source: Option<Error>,
}

/// A refusal on its way out of the checks. It is boxed because results are moved: those of checks that
/// pass would otherwise be as large as a refusal.
pub(crate) struct Refused(Box<Rejection>);

/// A refusal without an error behind it.
#[cold]
pub(super) fn refused(reason: Reason, detail: impl Into<Cow<'static, str>>) -> Refused {
    Rejection::new(reason, detail).into()
}

impl Rejection {
    /// A refusal by a check of the caller's, such as one of the body: what was found and what was expected.
    #[cold]
    pub fn new(reason: Reason, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { reason, detail: detail.into(), source: None }
    }

    pub(crate) fn caused_by(error: Error, reason: Reason, detail: String) -> Self {
        Self { reason, detail: detail.into(), source: Some(error) }
    }

    /// A key of another scope.
    pub(crate) fn key_out_of_scope() -> Self {
        Self::new(Reason::KeyOutOfScope, "the stored key was derived for another scope")
    }

    /// A request that could not be signed either.
    pub(crate) fn malformed_request(error: Error) -> Self {
        let detail = error.to_string();
        Self::caused_by(error, Reason::MalformedRequest, detail)
    }
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        Self(Box::new(rejection))
    }
}

impl From<Refused> for Rejection {
    fn from(Refused(rejection): Refused) -> Self {
        *rejection
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
