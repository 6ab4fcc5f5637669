//! Why an input cannot be signed.

use std::fmt;

/// An input that no correct signer can sign, with the place and what was expected there.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A `%` in a form that is the body of a request is not followed by two hexadecimal digits.
    BodyEscape {
        /// Offset of the `%` in the body.
        offset: usize,
    },
    /// The access key id, region, region set, service, session token, host or given payload line
    /// contains CR, LF or NUL, which would end its line.
    ControlByte {
        /// The field that contains it.
        field: &'static str,
        /// Offset of the byte in that field.
        offset: usize,
    },
    /// `x-amz-decoded-content-length` is repeated or not a number of 64 bits.
    DecodedLength {
        /// What was given; several values are joined by commas.
        text: String,
    },
    /// `X-Amz-Expires` must be at least one second.
    Expires,
    /// A header name is not a token (RFC 9110, section 5.6.2).
    HeaderName {
        /// Index in the request's header list.
        index: usize,
        /// Offset of the first byte that is not allowed in a token; 0 if the name is empty.
        offset: usize,
    },
    /// The host of a token is not a host name, with or without a port.
    Host {
        /// Offset of the first byte that no host name has; 0 if the host is empty.
        offset: usize,
    },
    /// The signing key was derived for another day than that of the signing time.
    KeyDate {
        /// The date of the key, `YYYYMMDD`.
        key: [u8; 8],
        /// The date of the signing time.
        signing: [u8; 8],
    },
    /// The method is not a token (RFC 9110, section 9.1).
    Method {
        /// Offset of the first byte that is not allowed in a token; 0 if the method is empty.
        offset: usize,
    },
    /// The request has neither `X-Amz-Date` nor `Date`, one of which the signature covers.
    MissingDate,
    /// A `%` in the query is not followed by two hexadecimal digits. Signers differ on such text
    /// (some keep it, some encode it, some drop it); awscrt refuses it.
    PercentEscape {
        /// Offset of the `%` in the request target.
        offset: usize,
    },
    /// The region set of SigV4A is empty.
    RegionSet,
    /// The key of a stream cannot do what it is to do.
    StreamKey {
        /// What it should be.
        expected: &'static str,
    },
    /// The request target starts with a byte other than `/` or `?`, or contains CR, LF or NUL.
    Target {
        /// Offset of that byte.
        offset: usize,
    },
    /// A token was asked for that is good for longer than its service allows.
    TokenLifetime {
        /// The longest lifetime, in seconds.
        longest: u64,
    },
    /// A trailer was given for a body whose payload marker does not end in `-TRAILER`.
    UnexpectedTrailer {
        /// Its name.
        name: String,
    },
    /// The name of a trailer is not a token (RFC 9110, section 5.6.2), was given before, or is that of
    /// the trailer's signature.
    TrailerName {
        /// The name.
        name: String,
    },
    /// A time is not of the form `YYYYMMDDTHHMMSSZ`, or does not exist.
    Time {
        /// The text that was given.
        text: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyEscape { offset } => write!(
                formatter,
                "body: the % at byte {offset} is not followed by two hexadecimal digits"
            ),
            Self::ControlByte { field, offset } => {
                write!(formatter, "{field}: byte {offset} is CR, LF or NUL, which cannot be signed")
            }
            Self::DecodedLength { text } => write!(
                formatter,
                "x-amz-decoded-content-length: expected one number of bytes, got {text:?}"
            ),
            Self::Expires => formatter.write_str("expires: expected at least 1 second"),
            Self::HeaderName { index, offset } => write!(
                formatter,
                "header {index}: byte {offset} of the name is not a token character (RFC 9110)"
            ),
            Self::Host { offset } => write!(
                formatter,
                "host: byte {offset}: expected a host name without a scheme before it or a path after it"
            ),
            Self::KeyDate { key, signing } => {
                let [key, signing] = [key, signing].map(|date| String::from_utf8_lossy(date));
                write!(formatter, "key: derived for {key}, cannot sign on {signing}")
            }
            Self::Method { offset } => {
                write!(formatter, "method: byte {offset} is not a token character (RFC 9110)")
            }
            Self::MissingDate => formatter.write_str("headers: expected X-Amz-Date or Date"),
            Self::PercentEscape { offset } => write!(
                formatter,
                "target: the % at byte {offset} is not followed by two hexadecimal digits"
            ),
            Self::RegionSet => formatter.write_str("region set: expected at least one region"),
            Self::StreamKey { expected } => write!(formatter, "seed: expected {expected}"),
            Self::Target { offset } => write!(
                formatter,
                "target: byte {offset}: expected a path that starts with / and has no CR, LF or NUL"
            ),
            Self::TokenLifetime { longest } => {
                write!(formatter, "expires: expected at most {longest} seconds for this token")
            }
            Self::UnexpectedTrailer { name } => write!(
                formatter,
                "trailer {name:?}: expected a payload marker that ends in -TRAILER"
            ),
            Self::TrailerName { name } => write!(
                formatter,
                "trailer {name:?}: expected a token (RFC 9110) that was not given before"
            ),
            Self::Time { text } => {
                write!(formatter, "time: expected YYYYMMDDTHHMMSSZ, got {text:?}")
            }
        }
    }
}

impl std::error::Error for Error {}
