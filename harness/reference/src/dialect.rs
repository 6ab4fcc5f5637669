//! The words in which Version 4 is written: those of AWS, and those of services that took it over
//! under other names.
//!
//! A dialect has other words and nothing else. Providers that changed more are not dialects: Alibaba
//! Cloud (`ACS3-HMAC-SHA256`), Tencent Cloud (`TC3-HMAC-SHA256`), Volcengine and Huawei Cloud have
//! other scopes, key chains or texts. Yandex Cloud uses the words of AWS.
//!
//! Sources: Cloud Storage documentation, "V4 signing process with your own program" and "HMAC keys"; curl,
//! `CURLOPT_AWS_SIGV4`.

use std::borrow::Cow;
use std::fmt;

use crate::primitive::bytes;
use crate::primitive::percent;

/// The names of algorithm, key prefix, terminator, headers and parameters.
#[derive(Clone, Eq, PartialEq)]
pub struct Dialect {
    algorithm: Word,
    pub(crate) key: KeyWords,
    headers: [Word; NAMES],
    parameters: [Word; NAMES],
}

/// The words that go into a signing key.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct KeyWords {
    /// What comes before the secret.
    pub(crate) prefix: Word,
    /// The last part of the scope.
    pub(crate) terminator: Word,
}

type Word = Cow<'static, str>;

/// A header or parameter with a meaning of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Name {
    Algorithm,
    Credential,
    Date,
    Expires,
    SecurityToken,
    SignedHeaders,
    Signature,
    ContentSha256,
    RegionSet,
}

/// How many they are.
pub(crate) const NAMES: usize = 9;

impl Name {
    /// The parameter of this name, given without the prefix of its dialect.
    #[inline]
    fn of_parameter(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"Algorithm" => Self::Algorithm,
            b"Credential" => Self::Credential,
            b"Date" => Self::Date,
            b"Expires" => Self::Expires,
            b"Security-Token" => Self::SecurityToken,
            b"SignedHeaders" => Self::SignedHeaders,
            b"Signature" => Self::Signature,
            b"Content-Sha256" => Self::ContentSha256,
            b"Region-Set" => Self::RegionSet,
            _ => return None,
        })
    }

    /// The header of this name in any case, given without the prefix of its dialect.
    #[inline]
    pub(crate) fn of_header(name: &[u8]) -> Option<Self> {
        let is = |own: &[u8]| bytes::eq_ignore_case(name, own);
        match name.len() {
            4 if is(b"date") => Some(Self::Date),
            10 if is(b"region-set") => Some(Self::RegionSet),
            14 if is(b"security-token") => Some(Self::SecurityToken),
            14 if is(b"content-sha256") => Some(Self::ContentSha256),
            _ => None,
        }
    }
}

/// The parameters that every presigned URL may have.
pub(crate) const AUTHENTICATION: [Name; 7] = [
    Name::Algorithm,
    Name::Credential,
    Name::Date,
    Name::Expires,
    Name::SecurityToken,
    Name::SignedHeaders,
    Name::Signature,
];

/// Why two words are not a dialect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DialectError {
    /// `provider` or `vendor`.
    pub word: &'static str,
}

/// The names after this prefix, in the order of [`Name`].
macro_rules! names {
    ($prefix:literal, $($name:literal),*) => {
        [$(Cow::Borrowed(concat!($prefix, $name))),*]
    };
}

macro_rules! dialect {
    ($provider:literal, $lower:literal, $header:literal, $parameter:literal) => {
        Dialect {
            algorithm: Cow::Borrowed(concat!($provider, "4-HMAC-SHA256")),
            key: KeyWords {
                prefix: Cow::Borrowed(concat!($provider, "4")),
                terminator: Cow::Borrowed(concat!($lower, "4_request")),
            },
            headers: names!(
                $header,
                "algorithm",
                "credential",
                "date",
                "expires",
                "security-token",
                "signedheaders",
                "signature",
                "content-sha256",
                "region-set"
            ),
            parameters: names!(
                $parameter,
                "Algorithm",
                "Credential",
                "Date",
                "Expires",
                "Security-Token",
                "SignedHeaders",
                "Signature",
                "Content-Sha256",
                "Region-Set"
            ),
        }
    };
}

// Each has one address, by which it is recognised.
static AWS: Dialect = dialect!("AWS", "aws", "x-amz-", "X-Amz-");
static GOOGLE: Dialect = dialect!("GOOG", "goog", "x-goog-", "X-Goog-");

impl Dialect {
    /// `AWS4-HMAC-SHA256`, `aws4_request`, `X-Amz-`.
    pub const AWS: &'static Self = &AWS;

    /// `GOOG4-HMAC-SHA256`, `goog4_request`, `X-Goog-`: Cloud Storage with an HMAC key.
    pub const GOOGLE: &'static Self = &GOOGLE;

    /// The dialect of two words, as in the first two parts of curl's `--aws-sigv4`: the provider
    /// names algorithm, key and terminator, the vendor the headers. `aws` and `amz` are
    /// [`Dialect::AWS`].
    ///
    /// # Errors
    /// [`DialectError`] for a word that is not of 1 to 32 ASCII letters and digits.
    ///
    /// # Examples
    /// ```
    /// use sigv4_reference::Dialect;
    ///
    /// let dialect = Dialect::of_words("osc", "osc")?;
    /// assert_eq!(dialect.algorithm(), "OSC4-HMAC-SHA256");
    /// assert_eq!(dialect.terminator(), "osc4_request");
    /// assert_eq!(dialect.header_prefix(), "x-osc-");
    /// assert_eq!(&Dialect::of_words("goog", "goog")?, Dialect::GOOGLE);
    /// # Ok::<(), sigv4_reference::DialectError>(())
    /// ```
    pub fn of_words(provider: &str, vendor: &str) -> Result<Self, DialectError> {
        const LONGEST: usize = 32;
        for (word, text) in [("provider", provider), ("vendor", vendor)] {
            let fits = (1..=LONGEST).contains(&text.len());
            if !fits || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(DialectError { word });
            }
        }
        let (upper, lower) = (provider.to_ascii_uppercase(), provider.to_ascii_lowercase());
        let vendor = vendor.to_ascii_lowercase();
        // A name as AWS has it, after the prefix of AWS.
        let name = |name: &Word| name["X-Amz-".len()..].to_owned();
        let (first, rest) = vendor.split_at(1);
        let capital = first.to_ascii_uppercase();
        Ok(Self {
            algorithm: Cow::Owned(format!("{upper}4-HMAC-SHA256")),
            key: KeyWords {
                prefix: Cow::Owned(format!("{upper}4")),
                terminator: Cow::Owned(format!("{lower}4_request")),
            },
            headers: Self::AWS
                .headers
                .each_ref()
                .map(|own| Cow::Owned(format!("x-{vendor}-{}", name(own)))),
            parameters: Self::AWS
                .parameters
                .each_ref()
                .map(|own| Cow::Owned(format!("X-{capital}{rest}-{}", name(own)))),
        })
    }

    /// The name of the algorithm.
    #[must_use]
    #[inline]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The last part of the credential scope.
    #[must_use]
    #[inline]
    pub fn terminator(&self) -> &str {
        &self.key.terminator
    }

    /// How the names of its headers begin, in lower case: every header with such a name must be
    /// signed.
    #[must_use]
    #[inline]
    pub fn header_prefix(&self) -> &str {
        let date = self.header(Name::Date);
        &date[..date.len() - "date".len()]
    }

    /// How the names of its parameters begin.
    #[must_use]
    pub fn parameter_prefix(&self) -> &str {
        let date = self.parameter(Name::Date);
        &date[..date.len() - "Date".len()]
    }

    /// The parameters of the authentication of a presigned URL.
    pub fn authentication_parameters(&self) -> impl Iterator<Item = &str> {
        AUTHENTICATION.into_iter().map(|name| self.parameter(name))
    }

    /// Whether it is the one of AWS: then its words are known without reading them. One that was made
    /// of the same words is not recognised.
    #[inline]
    pub(crate) fn is_aws(&self) -> bool {
        std::ptr::eq(self, Self::AWS)
    }

    /// Which parameter of the dialect has this name, given as sent.
    #[inline]
    pub(crate) fn own_parameter(&self, name: &[u8]) -> Option<Name> {
        if !may_be_own(name) {
            return None;
        }
        let prefix = self.parameter_prefix().as_bytes();
        // Constants cost less than words that have to be read.
        let rest =
            if self.is_aws() { name.strip_prefix(b"X-Amz-") } else { name.strip_prefix(prefix) };
        if let Some(own) = rest.and_then(Name::of_parameter) {
            return Some(own);
        }
        bytes::position(name, b'%')?;
        let mut bytes = percent::decode(name);
        if !prefix.iter().all(|&byte| bytes.next() == Some(Ok(byte))) {
            return None;
        }
        // Longer than the rest of any name. An invalid escape is in none.
        let (mut rest, mut length) = ([0; 16], 0);
        for byte in bytes {
            *rest.get_mut(length)? = byte.ok()?;
            length += 1;
        }
        Name::of_parameter(&rest[..length])
    }

    /// The name of a header, in lower case.
    #[inline]
    pub(crate) fn header(&self, name: Name) -> &str {
        &self.headers[name as usize]
    }

    /// The name of a parameter, or of a header as it is sent.
    #[inline]
    pub(crate) fn parameter(&self, name: Name) -> &str {
        &self.parameters[name as usize]
    }
}

/// Whether a name, given as sent, may be that of a parameter in any dialect. Most others begin with
/// another byte.
#[inline]
pub(crate) fn may_be_own(name: &[u8]) -> bool {
    matches!(name.first(), Some(b'X' | b'%'))
}

/// `Dialect(AWS4-HMAC-SHA256, x-amz-)`.
impl fmt::Debug for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Dialect({}, {})", self.algorithm, self.header_prefix())
    }
}

impl fmt::Display for DialectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: expected 1 to 32 ASCII letters and digits", self.word)
    }
}

impl std::error::Error for DialectError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_curl_make_the_fixed_dialects() {
        for (provider, vendor, fixed) in [
            ("aws", "amz", Dialect::AWS),
            ("AWS", "Amz", Dialect::AWS),
            ("goog", "goog", Dialect::GOOGLE),
        ] {
            let made = Dialect::of_words(provider, vendor);
            assert!(made.as_ref() == Ok(fixed), "{made:?}");
            assert_eq!(made.map(|made| made.headers), Ok(fixed.headers.clone()));
        }
        assert!(Dialect::of_words("goog", "amz").as_ref() != Ok(Dialect::GOOGLE));
    }

    #[test]
    fn words_are_letters_and_digits() {
        let long = "a".repeat(33);
        for text in ["", "a b", "a\n", "é", &long] {
            let error = |word| Err(DialectError { word });
            assert_eq!(Dialect::of_words(text, "a"), error("provider"), "{text:?}");
            assert_eq!(Dialect::of_words("a", text), error("vendor"), "{text:?}");
        }
        assert!(Dialect::of_words(&long[1..], "1").is_ok());
    }

    #[test]
    fn headers_and_parameters_have_the_same_names() {
        for dialect in [Dialect::AWS, Dialect::GOOGLE] {
            for (header, parameter) in dialect.headers.iter().zip(&dialect.parameters) {
                assert_eq!(header, &parameter.to_ascii_lowercase());
            }
        }
    }

    #[test]
    fn names_are_recognised() {
        let longest = Dialect::of_words("a", &"v".repeat(32)).unwrap();
        for dialect in [Dialect::AWS, Dialect::GOOGLE, &longest] {
            let others = [Name::ContentSha256, Name::RegionSet];
            for own in AUTHENTICATION.into_iter().chain(others) {
                let name = dialect.parameter(own);
                let bytes = name.bytes().map(|byte| format!("%{byte:02x}"));
                let escaped = bytes.collect::<Vec<String>>().concat();
                for (name, expected) in [
                    (name.to_owned(), Some(own)),
                    (escaped.clone(), Some(own)),
                    (name.replace('-', "%2D"), Some(own)),
                    (name.to_lowercase(), None),
                    (format!("{name}a"), None),
                    (format!("{escaped}%2"), None),
                    (format!("{escaped}%61"), None),
                    (format!("{escaped}{escaped}"), None),
                    (name[..name.len() - 1].to_owned(), None),
                ] {
                    assert_eq!(dialect.own_parameter(name.as_bytes()), expected, "{name}");
                }
            }
            let headers = [Name::Date, Name::SecurityToken];
            for own in headers.into_iter().chain(others) {
                let name = dialect.header(own);
                for (name, expected) in [
                    (name.to_owned(), Some(own)),
                    (name.to_uppercase(), Some(own)),
                    (format!("{name}a"), None),
                    (name[..name.len() - 1].to_owned(), None),
                ] {
                    let name = &name.as_bytes()[dialect.header_prefix().len()..];
                    assert_eq!(Name::of_header(name), expected, "{name:?}");
                }
            }
        }
    }
}
