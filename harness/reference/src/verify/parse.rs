//! Reading the authentication of a request.

use std::borrow::Cow;
use std::fmt;

use zeroize::{Zeroize as _, Zeroizing};

use super::form::{Form, HMAC};
use super::reason::{Reason, Rejection};
use super::rules::Verifier;
use crate::dialect::{AUTHENTICATION, Dialect, Name};
use crate::primitive::bytes;
use crate::primitive::percent;
use crate::redact::REDACTED;
use crate::request::Request;
use crate::sign::TokenCoverage;
use crate::signature::Signature;
use crate::target;
use crate::time::Time;

/// The longest lifetime of a presigned URL: seven days, in seconds.
pub const LONGEST_EXPIRY: u64 = 604_800;

/// What a request states about its own signature.
#[derive(Clone)]
pub struct Claim {
    /// Where it states this.
    pub placement: Placement,
    /// The key that it names.
    pub access_key_id: Vec<u8>,
    /// The scope's date as written.
    pub scope_date: Vec<u8>,
    /// The scope's region. The scope of SigV4A has none: the region set.
    pub region: Vec<u8>,
    /// The scope's service.
    pub service: Vec<u8>,
    /// The names of the signed headers: lower case, sorted, each once.
    pub signed_headers: Vec<Vec<u8>>,
    /// The signature, decoded.
    pub signature: Signature,
    /// The time of signing.
    pub time: Time,
    /// The session token that is sent.
    pub session_token: Option<Zeroizing<Vec<u8>>>,
    /// The payload line that the request states.
    pub content_sha256: Option<Vec<u8>>,
}

/// Where the authentication is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Placement {
    /// In the `Authorization` header.
    Header,
    /// In the query, with a lifetime in seconds from the time of signing.
    Query {
        /// `X-Amz-Expires`, 1 to 604800.
        expires: u64,
    },
}

impl Claim {
    /// Reads the authentication of `request`.
    ///
    /// # Errors
    /// No authentication, more than one, or one that is not of the form in the specification.
    pub fn parse(request: &Request<'_>) -> Result<Self, Rejection> {
        Self::parse_in(Dialect::AWS, request)
    }

    /// The same in another dialect.
    ///
    /// # Errors
    /// As for [`Claim::parse`].
    pub fn parse_in(dialect: &Dialect, request: &Request<'_>) -> Result<Self, Rejection> {
        Self::parse_as(&HMAC, dialect, request)
    }

    /// The same for the algorithm of `form`.
    pub(crate) fn parse_as(
        form: &Form,
        dialect: &Dialect,
        request: &Request<'_>,
    ) -> Result<Self, Rejection> {
        let mut authorizations = request.headers_named("authorization");
        let authorization = authorizations.next();
        let second = authorizations.next();
        match (authorization, Parameters::parse(form, dialect, request)) {
            (None, Err(malformed)) => Err(malformed),
            (None, Ok(None)) => Err(Rejection::new(
                Reason::MissingAuthentication,
                format!(
                    "neither an Authorization header nor {}* parameters",
                    dialect.parameter_prefix()
                ),
            )),
            // Two are wrong, however each of them is written.
            (Some(_), Ok(Some(_)) | Err(_)) => Err(Rejection::new(
                Reason::MultipleAuthentications,
                format!(
                    "both an Authorization header and {}* parameters",
                    dialect.parameter_prefix()
                ),
            )),
            (Some(_), Ok(None)) if second.is_some() => Err(Rejection::new(
                Reason::MultipleAuthentications,
                "more than one Authorization header".to_owned(),
            )),
            (Some(value), Ok(None)) => Self::from_header((form, dialect), request, value),
            (None, Ok(Some(parameters))) => Self::from_query((form, dialect), request, parameters),
        }
    }

    /// Whether the signature covers the headers of this name.
    #[must_use]
    pub fn signs(&self, name: &[u8]) -> bool {
        self.place(name).is_some()
    }

    /// The index of this name, in any case, in the list of signed headers. A short list is searched
    /// from the start, a long one by bisection, so that a thousand headers do not take a million
    /// comparisons.
    pub(super) fn place(&self, name: &[u8]) -> Option<usize> {
        const FEW: usize = 12;
        if self.signed_headers.len() <= FEW {
            return self.signed_headers.iter().position(|own| bytes::eq_ignore_case(name, own));
        }
        self.signed_headers.binary_search_by(|own| bytes::cmp_lower(own, name)).ok()
    }

    /// Whether the headers of this name are canonical headers: the signed ones. An appended token is
    /// never signed, in either placement, whatever the request states.
    pub(super) fn covers_header(&self, name: &[u8], verifier: &Verifier<'_>) -> bool {
        let appended = verifier.token_coverage == TokenCoverage::Appended;
        let is_appended_token = appended
            && self.placement == Placement::Header
            && is_header(verifier.dialect, Name::SecurityToken, name);
        !is_appended_token && self.signs(name)
    }

    /// Whether the parameter of this name, given as sent, is part of the canonical query.
    pub(super) fn covers_parameter(&self, name: &[u8], verifier: &Verifier<'_>) -> bool {
        let appended = verifier.token_coverage == TokenCoverage::Appended;
        match self.placement {
            Placement::Header => true,
            Placement::Query { .. } => {
                let is = |own| verifier.dialect.is_parameter(name, own);
                !(is(Name::Signature) || appended && is(Name::SecurityToken))
            }
        }
    }

    /// What it states of key and scope.
    pub(super) fn credential(&self) -> Credential<'_> {
        Credential {
            access_key_id: &self.access_key_id,
            date: &self.scope_date,
            region: &self.region,
            service: &self.service,
        }
    }

    fn from_header(
        (form, dialect): (&Form, &Dialect),
        request: &Request<'_>,
        value: &[u8],
    ) -> Result<Self, Rejection> {
        let value = value.trim_ascii();
        let (algorithm, rest) = split_once(value, b' ').unwrap_or((value, b""));
        check_algorithm((form.algorithm)(dialect), algorithm)?;
        let mut fields = Fields::default();
        for field in bytes::split(rest, b',') {
            let field = field.trim_ascii();
            let (name, value) = split_once(field, b'=').unwrap_or((field, b""));
            let slot = match name {
                b"Credential" => &mut fields.credential,
                b"SignedHeaders" => &mut fields.signed_headers,
                b"Signature" => &mut fields.signature,
                _ => return Err(malformed("Authorization", "unknown field", name)),
            };
            if slot.replace(value).is_some() {
                return Err(malformed("Authorization", "repeated field", name));
            }
        }
        let stated = |name| single(request, dialect.header(name));
        let content_sha256 = stated(Name::ContentSha256)?;
        let session_token = stated(Name::SecurityToken)?;
        if !form.region_in_scope {
            let stated = stated(Name::RegionSet)?;
            let name = dialect.parameter(Name::RegionSet).as_bytes();
            let missing = || malformed("headers", "missing header", name);
            fields.region_set = Some(stated.ok_or_else(missing)?.trim_ascii());
        }
        Self::assemble(
            (form, dialect),
            Placement::Header,
            &fields,
            header_time(dialect, request)?,
            session_token.map(|token| Zeroizing::new(token.to_vec())),
            content_sha256,
        )
    }

    fn from_query(
        (form, dialect): (&Form, &Dialect),
        request: &Request<'_>,
        mut parameters: Parameters<'_>,
    ) -> Result<Self, Rejection> {
        let session_token = parameters.take_token();
        check_algorithm((form.algorithm)(dialect), parameters.required(Name::Algorithm)?)?;
        let fields = Fields {
            credential: Some(parameters.required(Name::Credential)?),
            signed_headers: Some(parameters.required(Name::SignedHeaders)?),
            signature: Some(parameters.required(Name::Signature)?),
            region_set: if form.region_in_scope {
                None
            } else {
                Some(parameters.required(Name::RegionSet)?)
            },
        };
        let date = parameters.required(Name::Date)?;
        let time = parse_time(dialect, date)?;
        let expires = parse_expires(dialect, parameters.required(Name::Expires)?)?;
        let own = Name::ContentSha256;
        let content_sha256 = match (single(request, dialect.header(own))?, parameters.value(own)) {
            (Some(header), Some(parameter)) if header.trim_ascii() != parameter.trim_ascii() => {
                let problem = "the header contradicts the query parameter: the header says";
                return Err(malformed(dialect.parameter(own), problem, header));
            }
            (header, parameter) => header.or(parameter),
        };
        Self::assemble(
            (form, dialect),
            Placement::Query { expires },
            &fields,
            time,
            session_token,
            content_sha256,
        )
    }

    fn assemble(
        (form, dialect): (&Form, &Dialect),
        placement: Placement,
        fields: &Fields<'_>,
        time: Time,
        session_token: Option<Zeroizing<Vec<u8>>>,
        content_sha256: Option<&[u8]>,
    ) -> Result<Self, Rejection> {
        let missing = |name| malformed("authentication", "missing field", name);
        let credential = fields.credential.ok_or_else(|| missing(b"Credential"))?;
        let signed_headers = fields.signed_headers.ok_or_else(|| missing(b"SignedHeaders"))?;
        let signature = fields.signature.ok_or_else(|| missing(b"Signature"))?;

        let has_region = fields.region_set.is_none();
        let credential = Credential::parse_as(credential, dialect, has_region)?;
        Ok(Self {
            placement,
            access_key_id: credential.access_key_id.to_vec(),
            scope_date: credential.date.to_vec(),
            region: fields.region_set.unwrap_or(credential.region).to_vec(),
            service: credential.service.to_vec(),
            signed_headers: parse_signed_headers(signed_headers)?,
            signature: (form.signature)(signature).map_err(|expected| {
                malformed("Signature", &format!("{expected}, got"), signature)
            })?,
            time,
            session_token,
            content_sha256: content_sha256.map(|text| text.trim_ascii().to_vec()),
        })
    }
}

/// The parts of a credential: `id/date/region/service/aws4_request`.
pub(crate) struct Credential<'c> {
    pub(crate) access_key_id: &'c [u8],
    pub(crate) date: &'c [u8],
    /// Empty if the scope has none.
    pub(crate) region: &'c [u8],
    pub(crate) service: &'c [u8],
}

impl<'c> Credential<'c> {
    /// Reads one in AWS's words whose scope has a region.
    pub(crate) fn parse(text: &'c [u8]) -> Result<Self, Rejection> {
        Self::parse_as(text, Dialect::AWS, true)
    }

    fn parse_as(text: &'c [u8], dialect: &Dialect, has_region: bool) -> Result<Self, Rejection> {
        let (count, problem) = if has_region {
            (5, "expected five parts, got")
        } else {
            (4, "expected four parts, got")
        };
        // The access key id may contain slashes, so the scope is split off from the right.
        let mut parts = text.rsplitn(count, |&byte| byte == b'/');
        let mut part = || parts.next().ok_or_else(|| malformed("Credential", problem, text));
        let (terminator, service) = (part()?, part()?);
        let region = if has_region { part()? } else { b"" };
        let (date, access_key_id) = (part()?, part()?);
        let expected = dialect.terminator();
        if terminator != expected.as_bytes() {
            return Err(Rejection::new(
                Reason::ScopeTerminatorMismatch,
                format!("expected {expected}, got {:?}", String::from_utf8_lossy(terminator)),
            ));
        }
        Ok(Self { access_key_id, date, region, service })
    }
}

/// Without the session token.
impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes| String::from_utf8_lossy(bytes);
        formatter
            .debug_struct("Claim")
            .field("placement", &self.placement)
            .field("access_key_id", &text(&self.access_key_id))
            .field("scope_date", &text(&self.scope_date))
            .field("region", &text(&self.region))
            .field("service", &text(&self.service))
            .field("signed_headers", &text(&self.signed_headers.join(&b';')))
            .field("signature", &self.signature)
            .field("time", &self.time)
            .field("session_token", &self.session_token.as_ref().map(|_| REDACTED))
            .field("content_sha256", &self.content_sha256.as_deref().map(text))
            .finish()
    }
}

#[derive(Default)]
struct Fields<'f> {
    credential: Option<&'f [u8]>,
    signed_headers: Option<&'f [u8]>,
    signature: Option<&'f [u8]>,
    /// Where the scope has no region.
    region_set: Option<&'f [u8]>,
}

/// How many parameters have a meaning at most.
const KNOWN: usize = AUTHENTICATION.len() + 2;

/// The authentication parameters of a query, decoded.
struct Parameters<'r> {
    dialect: &'r Dialect,
    found: Vec<(Name, Cow<'r, [u8]>)>,
}

impl<'r> Parameters<'r> {
    /// `None` if the query has no signature, credential or algorithm: then the others are ordinary
    /// parameters, which may even be repeated.
    fn parse(
        form: &Form,
        dialect: &'r Dialect,
        request: &Request<'r>,
    ) -> Result<Option<Self>, Rejection> {
        let text = request.path_and_query().1.unwrap_or_default();
        let pieces = || bytes::split(text, b'&').map(target::name_and_value);
        let presigned = |(name, _): (&[u8], &[u8])| {
            let mut names = [Name::Algorithm, Name::Credential, Name::Signature].into_iter();
            names.any(|own| dialect.is_parameter(name, own))
        };
        if !pieces().any(presigned) {
            return Ok(None);
        }
        // Some presigners state the payload line in the query, where it is signed like any parameter.
        let others: &[Name] = if form.region_in_scope {
            &[Name::ContentSha256]
        } else {
            &[Name::ContentSha256, Name::RegionSet]
        };
        let mut parameters = Self { dialect, found: Vec::with_capacity(KNOWN) };
        for (name, value) in pieces() {
            let mut names = AUTHENTICATION.iter().chain(others);
            let known = names.find(|own| dialect.is_parameter(name, **own));
            let Some(&known) = known else { continue };
            let name = dialect.parameter(known);
            if parameters.found.iter().any(|(other, _)| *other == known) {
                return Err(malformed("query", "repeated parameter", name.as_bytes()));
            }
            let value =
                percent::decoded(value).map_err(|offset| invalid_escape(name, value, offset))?;
            parameters.found.push((known, value));
        }
        Ok(Some(parameters))
    }

    /// Takes out the session token, without leaving a copy.
    fn take_token(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let (_, token) = self.found.iter_mut().find(|(name, _)| *name == Name::SecurityToken)?;
        Some(Zeroizing::new(std::mem::take(token).into_owned()))
    }

    fn value(&self, name: Name) -> Option<&[u8]> {
        self.found.iter().find(|(own, _)| *own == name).map(|(_, value)| &value[..])
    }

    fn required(&self, name: Name) -> Result<&[u8], Rejection> {
        let missing = || self.dialect.parameter(name).as_bytes();
        self.value(name).ok_or_else(|| malformed("query", "missing parameter", missing()))
    }
}

impl Drop for Parameters<'_> {
    fn drop(&mut self) {
        for (name, value) in &mut self.found {
            if let (Name::SecurityToken, Cow::Owned(decoded)) = (*name, value) {
                decoded.zeroize();
            }
        }
    }
}

fn check_algorithm(expected: &str, algorithm: &[u8]) -> Result<(), Rejection> {
    if algorithm == expected.as_bytes() {
        return Ok(());
    }
    Err(Rejection::new(
        Reason::UnsupportedAlgorithm,
        format!("expected {expected}, got {:?}", String::from_utf8_lossy(algorithm)),
    ))
}

/// `X-Amz-Date`, which takes precedence, or `Date` (S3 API Reference, "Common Request Headers").
fn header_time(dialect: &Dialect, request: &Request<'_>) -> Result<Time, Rejection> {
    if let Some(value) = single(request, dialect.header(Name::Date))? {
        return parse_time(dialect, value.trim_ascii());
    }
    let date = single(request, "date")?.ok_or_else(|| {
        let detail = format!("neither {} nor Date", dialect.parameter(Name::Date));
        Rejection::new(Reason::MissingDate, detail)
    })?;
    Time::parse_date_header(date.trim_ascii())
        .ok_or_else(|| malformed("Date", "expected ISO 8601 basic or IMF-fixdate, got", date))
}

fn parse_time(dialect: &Dialect, text: &[u8]) -> Result<Time, Rejection> {
    Time::parse(text).map_err(|error| {
        let detail = format!("{}: {error}", dialect.parameter(Name::Date));
        Rejection::caused_by(error, Reason::MalformedAuthentication, detail)
    })
}

/// Whether `name` is that of a header of the dialect, in any case.
pub(super) fn is_header(dialect: &Dialect, own: Name, name: &[u8]) -> bool {
    dialect.header(own).as_bytes().eq_ignore_ascii_case(name)
}

/// The one value of a header that must not be repeated.
pub(super) fn single<'a>(request: &Request<'a>, name: &str) -> Result<Option<&'a [u8]>, Rejection> {
    let mut values = request.headers_named(name);
    let first = values.next();
    match values.next() {
        // The value is not shown: it may be a session token.
        Some(_) => Err(malformed("headers", "repeated header", name.as_bytes())),
        None => Ok(first),
    }
}

/// A decimal number; leading zeros are accepted, as by eleven of twelve S3-compatible servers asked
/// (`0900` is 900 seconds). The text is signed as it was sent.
fn parse_expires(dialect: &Dialect, text: &[u8]) -> Result<u64, Rejection> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let seconds = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    seconds.filter(|seconds| digits && (1..=LONGEST_EXPIRY).contains(seconds)).ok_or_else(|| {
        Rejection::new(
            Reason::ExpiresOutOfRange,
            format!(
                "{}: expected 1 to {LONGEST_EXPIRY}, got {:?}",
                dialect.parameter(Name::Expires),
                String::from_utf8_lossy(text)
            ),
        )
    })
}

fn parse_signed_headers(text: &[u8]) -> Result<Vec<Vec<u8>>, Rejection> {
    let names: Vec<Vec<u8>> = bytes::split(text, b';').map(<[u8]>::to_vec).collect();
    let upper_case = bytes::any(text, |byte| byte.is_ascii_uppercase());
    if upper_case || names.iter().any(Vec::is_empty) || !names.is_sorted_by(|a, b| a < b) {
        return Err(malformed(
            "SignedHeaders",
            "expected lower-case names, sorted, each once, got",
            text,
        ));
    }
    Ok(names)
}

fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes::position(text, separator)?;
    Some((&text[..at], &text[at + 1..]))
}

/// Shows the escape alone: the value may be a session token.
fn invalid_escape(name: &str, value: &[u8], offset: usize) -> Rejection {
    let escape: Vec<u8> = value.iter().skip(offset).take("%41".len()).copied().collect();
    malformed(name, "invalid percent-escape", &escape)
}

fn malformed(place: &str, problem: &str, text: &[u8]) -> Rejection {
    Rejection::new(
        Reason::MalformedAuthentication,
        format!("{place}: {problem} {:?}", String::from_utf8_lossy(text)),
    )
}
