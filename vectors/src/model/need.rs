//! What a subject must be able to hold.

use crate::words::words;

words! {
    /// What a subject must be able to hold in its input, or to be told, to be asked a case.
    pub enum Need {
        /// A request without a `Host` header.
        AbsentHost = "absent-host",
        /// An upload in chunks, for a verifier.
        ChunkedUpload = "chunked-upload",
        /// The header `x-amz-content-sha256` on request, for any service.
        ContentSha256Header = "content-sha256-header",
        /// Control bytes in a header value, other than TAB and line breaks.
        ControlInHeader = "control-in-header",
        /// Control bytes in a secret, key id or token: line breaks, NUL.
        ControlInSecret = "control-in-secret",
        /// A verifier that knows keys derived from a secret, without the secret.
        DerivedKey = "derived-key",
        /// Several headers of the same name, in order.
        DuplicateHeaders = "duplicate-headers",
        /// An empty secret, key id or token.
        EmptyCredential = "empty-credential",
        /// A header value that is empty or nothing but white space.
        EmptyHeaderValue = "empty-header-value",
        /// A target without a path.
        EmptyPath = "empty-path",
        /// An empty region or service.
        EmptyScope = "empty-scope",
        /// A `%` in the target that is not followed by two hexadecimal digits.
        InvalidEscape = "invalid-escape",
        /// A presigned request that is to live for more than seven days.
        LongExpires = "long-expires",
        /// Bytes above 0x7F in a header value.
        NonAsciiHeader = "non-ascii-header",
        /// Bytes above 0x7F in a secret, key id, token, region or service.
        NonAsciiSecret = "non-ascii-secret",
        /// Bytes that are not UTF-8 in the target, in a header or in what signs.
        NonUtf8 = "non-utf8",
        /// `normalize` on while `double_encode` is off: a mixture of both profiles.
        NormalizedSingleEncoded = "normalized-single-encoded",
        /// A header value folded over several lines.
        ObsFold = "obs-fold",
        /// A header name with other bytes than letters, digits and hyphens.
        OddHeaderName = "odd-header-name",
        /// A method that is not one of the seven everyday ones, in upper case.
        OddMethod = "odd-method",
        /// Headers or parameters that signing itself adds, given by the caller.
        OwnAuthentication = "own-authentication",
        /// White space at the ends of a header value.
        PaddedHeaderValue = "padded-header-value",
        /// A presigned request with a body that is signed.
        PresignedBody = "presigned-body",
        /// The hash of the body in a presigned request to S3.
        PresignedS3PayloadHash = "presigned-s3-payload-hash",
        /// Unescaped control bytes in the target.
        RawControl = "raw-control",
        /// Unescaped bytes in the target that no URI has there: quotes, brackets, `#` and the like.
        RawIllegal = "raw-illegal",
        /// Unescaped bytes above 0x7F in the target.
        RawNonAscii = "raw-non-ascii",
        /// An unescaped space in the target.
        RawSpace = "raw-space",
        /// Temporary credentials.
        SessionToken = "session-token",
        /// `normalize` off while `double_encode` is on: a mixture of both profiles.
        UnnormalizedDoubleEncoded = "unnormalized-double-encoded",
        /// The payload `unsigned`.
        UnsignedPayload = "unsigned-payload",
        /// A session token that is added after signing.
        UnsignedSessionToken = "unsigned-session-token",
        /// An upload form, for a verifier.
        UploadForm = "upload-form",
        /// A signature of SigV4A, for a verifier.
        V4aSignature = "v4a-signature",
    }
}
