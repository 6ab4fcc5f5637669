//! Reading the authentication of a request.

use super::claim::{LONGEST_EXPIRY, Placement};
use super::excerpt::{self, Excerpt};
use super::form::Form;
use super::parameters::Parameters;
use super::reason::{Reason, Refused, Rejection, refused};
use super::sent::SentHeaders;
use crate::canonical::headers::is_list;
use crate::canonical::query;
use crate::dialect::{Dialect, Name};
use crate::error::Error;
use crate::primitive::bytes;
use crate::primitive::text::Text;
use crate::time::Time;

/// What a request states about its own signature. Borrows from the request, and from a buffer where
/// the request has escapes.
pub(super) struct Stated<'c> {
    pub(super) placement: Placement,
    /// The key and the scope. The scope of SigV4A has no region; here it is the region set.
    pub(super) credential: Credential<'c>,
    /// The names: lower case, sorted, each once, joined by `;`.
    pub(super) signed_headers: &'c [u8],
    /// What follows the last of the names that was found.
    pub(super) missing_headers: Option<&'c [u8]>,
    /// The digits of the signature, which can be read.
    pub(super) signature: &'c [u8],
    pub(super) time: Time,
    pub(super) session_token: Option<&'c [u8]>,
    /// The payload line.
    pub(super) content_sha256: Option<&'c [u8]>,
    /// The parameters of the signature and of the session token: their names as sent.
    pub(super) signature_parameter: Option<&'c [u8]>,
    pub(super) token_parameter: Option<&'c [u8]>,
}

/// The parts of a credential: `id/date/region/service/aws4_request`.
#[derive(Clone, Copy)]
pub(crate) struct Credential<'c> {
    pub(crate) access_key_id: &'c [u8],
    pub(crate) date: &'c [u8],
    /// Empty if the scope has none.
    pub(crate) region: &'c [u8],
    pub(crate) service: &'c [u8],
}

/// The fields of an authentication, as texts.
#[derive(Default)]
struct Fields<'c> {
    credential: Option<&'c [u8]>,
    signed_headers: Option<&'c [u8]>,
    signature: Option<&'c [u8]>,
    /// Where the scope has no region.
    region_set: Option<&'c [u8]>,
    session_token: Option<&'c [u8]>,
    content_sha256: Option<&'c [u8]>,
}

impl<'c> Stated<'c> {
    /// Reads the authentication. The query comes with its parameters, if they were found. Values that
    /// have escapes are appended to `decoded`. `find` looks for the headers of a list and returns what
    /// follows the last name that it found.
    #[inline]
    pub(super) fn read(
        (form, dialect): (&Form, &Dialect),
        query: (&'c [u8], Option<&[query::Parameter]>),
        sent: &SentHeaders<'c>,
        decoded: &'c mut Text,
        find: impl FnOnce(&'c [u8]) -> Option<&'c [u8]>,
    ) -> Result<Self, Refused> {
        decoded.clear();
        let (mut fields, mut parameters) = (Fields::default(), Parameters::default());
        let authorization = sent.authorization.first;
        let presigned = parameters.read(form, dialect, query, decoded);
        let (placement, time) = match (authorization, presigned) {
            (Some(value), Ok(false)) if !sent.authorization.repeated => {
                fields.read_header((form, dialect), sent, value)?;
                (Placement::Header, header_time(dialect, sent)?)
            }
            (None, Ok(true)) => {
                let (expires, time) =
                    fields.read_query((form, dialect), sent, &parameters, decoded)?;
                (Placement::Query { expires }, time)
            }
            (authorization, presigned) => return Err(not_one(dialect, authorization, presigned)),
        };

        let missing = |name| malformed("authentication", "missing field", name);
        let credential = fields.credential.ok_or_else(|| missing(b"Credential"))?;
        let signed_headers = fields.signed_headers.ok_or_else(|| missing(b"SignedHeaders"))?;
        let signature = fields.signature.ok_or_else(|| missing(b"Signature"))?;

        let has_region = fields.region_set.is_none();
        let mut credential = Credential::parse_as(credential, dialect, has_region)?;
        credential.region = fields.region_set.unwrap_or(credential.region);
        let missing_headers = find(signed_headers);
        if missing_headers.is_some() && !is_list(signed_headers) {
            let problem = "expected lower-case names, sorted, each once, got";
            return Err(malformed("SignedHeaders", problem, signed_headers));
        }
        if !(form.is_signature)(signature) {
            return Err(malformed_signature(form, signature));
        }
        // In header placement they are parameters like any other.
        let is_presigned = matches!(placement, Placement::Query { .. });
        Ok(Self {
            placement,
            credential,
            signed_headers,
            missing_headers,
            signature,
            time,
            session_token: fields.session_token,
            content_sha256: fields.content_sha256.map(<[u8]>::trim_ascii),
            signature_parameter: parameters.signature.filter(|_| is_presigned),
            token_parameter: parameters.session_token.filter(|_| is_presigned),
        })
    }

    /// Whether the signature covers the headers of this name, given in lower case.
    pub(super) fn signs(&self, name: &str) -> bool {
        bytes::split(self.signed_headers, b';').any(|own| own == name.as_bytes())
    }
}

impl<'c> Fields<'c> {
    /// Adds a field of the header.
    #[inline]
    fn add(&mut self, field: &'c [u8]) -> Result<(), Refused> {
        let (slot, value) = if let Some(value) = field.strip_prefix(b"Credential=") {
            (&mut self.credential, value)
        } else if let Some(value) = field.strip_prefix(b"SignedHeaders=") {
            (&mut self.signed_headers, value)
        } else if let Some(value) = field.strip_prefix(b"Signature=") {
            (&mut self.signature, value)
        } else {
            // A name without `=` has an empty value.
            let slot = match field {
                b"Credential" => &mut self.credential,
                b"SignedHeaders" => &mut self.signed_headers,
                b"Signature" => &mut self.signature,
                _ => return Err(malformed("Authorization", "unknown field", name_of(field))),
            };
            (slot, &b""[..])
        };
        match slot.replace(value) {
            Some(_) => Err(malformed("Authorization", "repeated field", name_of(field))),
            None => Ok(()),
        }
    }

    #[inline]
    fn read_header(
        &mut self,
        (form, dialect): (&Form, &Dialect),
        sent: &SentHeaders<'c>,
        value: &'c [u8],
    ) -> Result<(), Refused> {
        let value = value.trim_ascii();
        let algorithm = (form.algorithm)(dialect);
        let mut rest = match value.strip_prefix(algorithm.as_bytes()) {
            Some([b' ', fields @ ..]) => Some(fields),
            Some([]) => Some(&b""[..]),
            _ => return Err(unsupported_algorithm(algorithm, split_once(value, b' ').0)),
        };
        while let Some(fields) = rest {
            let (field, after) = split_once(fields, b',');
            rest = after;
            self.add(field.trim_ascii())?;
        }
        self.content_sha256 = sent.single(dialect, Name::ContentSha256)?;
        self.session_token = sent.single(dialect, Name::SecurityToken)?;
        if !form.region_in_scope {
            let stated = sent.single(dialect, Name::RegionSet)?;
            let name = dialect.parameter(Name::RegionSet).as_bytes();
            let missing = || malformed("headers", "missing header", name);
            self.region_set = Some(stated.ok_or_else(missing)?.trim_ascii());
        }
        Ok(())
    }

    /// Returns for how long the URL is valid, and the time of signing.
    #[inline]
    fn read_query(
        &mut self,
        (form, dialect): (&Form, &Dialect),
        sent: &SentHeaders<'c>,
        parameters: &Parameters<'c>,
        decoded: &'c Text,
    ) -> Result<(u64, Time), Refused> {
        let required = |name| {
            let missing = || dialect.parameter(name).as_bytes();
            let value = parameters.value(name, decoded);
            value.ok_or_else(|| malformed("query", "missing parameter", missing()))
        };
        let (expected, algorithm) = ((form.algorithm)(dialect), required(Name::Algorithm)?);
        if algorithm != expected.as_bytes() {
            return Err(unsupported_algorithm(expected, algorithm));
        }
        self.credential = Some(required(Name::Credential)?);
        self.signed_headers = Some(required(Name::SignedHeaders)?);
        self.signature = Some(required(Name::Signature)?);
        if !form.region_in_scope {
            self.region_set = Some(required(Name::RegionSet)?);
        }
        let time = parse_time(dialect, required(Name::Date)?)?;
        let expires = parse_expires(dialect, required(Name::Expires)?)?;
        let own = Name::ContentSha256;
        let (header, parameter) = (sent.single(dialect, own)?, parameters.value(own, decoded));
        if let (Some(header), Some(parameter)) = (header, parameter)
            && header.trim_ascii() != parameter.trim_ascii()
        {
            let problem = "the header contradicts the query parameter: the header says";
            return Err(malformed(dialect.parameter(own), problem, header));
        }
        self.content_sha256 = header.or(parameter);
        self.session_token = parameters.value(Name::SecurityToken, decoded);
        Ok((expires, time))
    }
}

/// Why there is not one authentication.
#[cold]
fn not_one(
    dialect: &Dialect,
    authorization: Option<&[u8]>,
    presigned: Result<bool, Refused>,
) -> Refused {
    let prefix = dialect.parameter_prefix();
    match (authorization, presigned) {
        (None, Err(malformed)) => malformed,
        (None, Ok(_)) => refused(
            Reason::MissingAuthentication,
            format!("neither an Authorization header nor {prefix}* parameters"),
        ),
        (Some(_), Ok(false)) => {
            refused(Reason::MultipleAuthentications, "more than one Authorization header")
        }
        // Two are wrong, however each of them is written.
        (Some(_), Ok(true) | Err(_)) => refused(
            Reason::MultipleAuthentications,
            format!("both an Authorization header and {prefix}* parameters"),
        ),
    }
}

impl<'c> Credential<'c> {
    /// Reads one in AWS's words whose scope has a region.
    pub(crate) fn parse(text: &'c [u8]) -> Result<Self, Refused> {
        Self::parse_as(text, Dialect::AWS, true)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the parts stay where they are used")]
    fn parse_as(text: &'c [u8], dialect: &Dialect, has_region: bool) -> Result<Self, Refused> {
        // The access key id may contain slashes, so that only the last ones count.
        let (mut slashes, mut count) = ([0; 4], 0);
        for at in bytes::positions(text, b'/') {
            slashes[count % 4] = at;
            count += 1;
        }
        if count < if has_region { 4 } else { 3 } {
            let parts = if has_region { "five" } else { "four" };
            return Err(malformed("Credential", &format!("expected {parts} parts, got"), text));
        }
        let mut access_key_id = text;
        let mut part = || {
            count -= 1;
            let slash = slashes[count % 4];
            let part = &access_key_id[slash + 1..];
            access_key_id = &access_key_id[..slash];
            part
        };
        let (terminator, service) = (part(), part());
        let region = if has_region { part() } else { b"" };
        let date = part();
        let expected = dialect.terminator();
        if terminator != expected.as_bytes() {
            return Err(refused(
                Reason::ScopeTerminatorMismatch,
                format!("expected {expected}, got {}", Excerpt(terminator)),
            ));
        }
        Ok(Self { access_key_id, date, region, service })
    }
}

#[cold]
fn malformed_signature(form: &Form, text: &[u8]) -> Refused {
    let expected = (form.signature)(text).err().unwrap_or_default();
    malformed("Signature", &format!("{expected}, got"), text)
}

#[cold]
fn unsupported_algorithm(expected: &str, algorithm: &[u8]) -> Refused {
    let detail = format!("expected {expected}, got {}", Excerpt(algorithm));
    refused(Reason::UnsupportedAlgorithm, detail)
}

/// `X-Amz-Date`, which takes precedence, or `Date` (S3 API Reference, "Common Request Headers").
#[inline]
fn header_time(dialect: &Dialect, sent: &SentHeaders<'_>) -> Result<Time, Refused> {
    if let Some(value) = sent.single(dialect, Name::Date)? {
        return parse_time(dialect, value.trim_ascii());
    }
    let date = sent.date.single("date")?.ok_or_else(|| {
        let detail = format!("neither {} nor Date", dialect.parameter(Name::Date));
        refused(Reason::MissingDate, detail)
    })?;
    Time::parse_date_header(date.trim_ascii())
        .ok_or_else(|| malformed("Date", "expected ISO 8601 basic or IMF-fixdate, got", date))
}

#[inline]
fn parse_time(dialect: &Dialect, text: &[u8]) -> Result<Time, Refused> {
    Time::parse_basic(text).ok_or_else(|| malformed_time(dialect, text))
}

#[cold]
fn malformed_time(dialect: &Dialect, text: &[u8]) -> Refused {
    let error = Error::Time { text: String::from_utf8_lossy(excerpt::start(text)).into_owned() };
    let detail = format!("{}: {error}", dialect.parameter(Name::Date));
    Rejection::caused_by(error, Reason::MalformedAuthentication, detail).into()
}

/// A decimal number; leading zeros are accepted, as by eleven of twelve S3-compatible servers asked
/// (`0900` is 900 seconds). The text is signed as it was sent.
fn parse_expires(dialect: &Dialect, text: &[u8]) -> Result<u64, Refused> {
    let seconds = text.iter().try_fold(0_u64, |seconds, digit| {
        let seconds = seconds.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))?;
        digit.is_ascii_digit().then_some(seconds)
    });
    // No digits are no seconds.
    seconds.filter(|seconds| (1..=LONGEST_EXPIRY).contains(seconds)).ok_or_else(|| {
        refused(
            Reason::ExpiresOutOfRange,
            format!(
                "{}: expected 1 to {LONGEST_EXPIRY}, got {}",
                dialect.parameter(Name::Expires),
                Excerpt(text)
            ),
        )
    })
}

/// The name of a field of the header.
fn name_of(field: &[u8]) -> &[u8] {
    split_once(field, b'=').0
}

/// What is before and after the first separator, if there is one.
#[inline]
fn split_once(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match bytes::position(text, separator) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

#[cold]
pub(super) fn malformed(place: &str, problem: &str, text: &[u8]) -> Refused {
    let detail = format!("{place}: {problem} {}", Excerpt(text));
    refused(Reason::MalformedAuthentication, detail)
}
