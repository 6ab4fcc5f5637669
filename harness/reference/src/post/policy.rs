//! The policy of a form: until when it is good, and what it allows.

use std::borrow::Cow;
use std::fmt;

use super::json::{Reader, error};
use super::problem::{PolicyError, PolicyProblem};
use crate::primitive::base64;
use crate::redact::{self, REDACTED};
use crate::time::Time;

/// The most bytes of a policy. In base64 it then just fits what S3 accepts before the file.
pub const LONGEST_POLICY: usize = 15 << 10;

/// The most conditions of a policy: more than fit into it.
pub const MOST_CONDITIONS: usize = 2_000;

/// A policy that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy<'p> {
    /// The last second at which it is good. A fraction of a second is left out.
    pub expiration: Time,
    /// All of which must hold.
    pub conditions: Vec<Condition<'p>>,
}

/// One condition of a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Condition<'p> {
    /// Where it begins in the policy.
    pub offset: usize,
    /// What it asks for.
    pub test: Test<'p>,
}

/// What a condition asks for. Field names are without the `$`, in any case.
#[derive(Clone, Eq, PartialEq)]
pub enum Test<'p> {
    /// `{"name": "value"}` or `["eq", "$name", "value"]`.
    Exact {
        /// The field.
        field: Cow<'p, str>,
        /// The value that it must have.
        value: Cow<'p, str>,
    },
    /// `["starts-with", "$name", "prefix"]`.
    StartsWith {
        /// The field.
        field: Cow<'p, str>,
        /// What it must begin with; empty for any value.
        prefix: Cow<'p, str>,
    },
    /// `["content-length-range", shortest, longest]`.
    LengthRange {
        /// The least bytes of the file.
        shortest: u64,
        /// The most bytes of the file.
        longest: u64,
    },
}

impl<'p> Policy<'p> {
    /// Decodes the field `policy`.
    ///
    /// # Errors
    /// [`PolicyProblem::Base64`], with the offset in the field.
    pub fn decode(field: &[u8]) -> Result<Vec<u8>, PolicyError> {
        base64::decode(field).map_err(|offset| error(offset, PolicyProblem::Base64))
    }

    /// Reads a policy (S3 API Reference, "POST Policy"): JSON with the members `expiration` and
    /// `conditions`, whose names are in lower case. Strings may have the vendor's escapes `\$` and `\v`
    /// besides those of JSON.
    ///
    /// An example of that page has a comma after the last condition; it is refused, as it is by every
    /// JSON reader.
    ///
    /// # Errors
    /// The first thing that is wrong, with its offset. What is longer than [`LONGEST_POLICY`] is not
    /// read.
    ///
    /// # Examples
    /// ```
    /// use sigv4_reference::post::{Policy, Test};
    ///
    /// let text = br#"{"expiration": "2015-12-30T12:00:00.000Z", "conditions": [
    ///     {"acl": "public-read"}, ["starts-with", "$key", "user/"]
    /// ]}"#;
    /// let policy = Policy::parse(text)?;
    /// assert_eq!(policy.expiration.text(), b"20151230T120000Z");
    /// let prefix = Test::StartsWith { field: "key".into(), prefix: "user/".into() };
    /// assert_eq!(policy.conditions[1].test, prefix);
    ///
    /// let error = Policy::parse(&text[..40]).unwrap_err();
    /// assert_eq!(error.to_string(), "policy: byte 40: expected the closing quotation mark");
    /// # Ok::<(), sigv4_reference::post::PolicyError>(())
    /// ```
    pub fn parse(text: &'p [u8]) -> Result<Self, PolicyError> {
        if text.len() > LONGEST_POLICY {
            let problem = PolicyProblem::TooLong { limit: LONGEST_POLICY };
            return Err(error(LONGEST_POLICY, problem));
        }
        let text = std::str::from_utf8(text)
            .map_err(|invalid| error(invalid.valid_up_to(), PolicyProblem::Utf8))?;
        let mut reader = Reader::new(text);
        let (mut expiration, mut conditions) = (None, None);
        reader.expect(b'{', "`{`")?;
        let end = loop {
            let (offset, next) = reader.peek();
            if next == Some(b'}') && expiration.is_none() && conditions.is_none() {
                break offset;
            }
            let name = reader.string("`expiration` or `conditions` in quotation marks")?;
            reader.expect(b':', "`:`")?;
            let repeated = match &*name {
                "expiration" => {
                    expiration.replace(read_expiration(&mut reader)?).map(|_| "expiration")
                }
                "conditions" => {
                    conditions.replace(read_conditions(&mut reader)?).map(|_| "conditions")
                }
                _ => {
                    let name = name.into_owned();
                    return Err(error(offset, PolicyProblem::UnknownMember { name }));
                }
            };
            if let Some(name) = repeated {
                return Err(error(offset, PolicyProblem::MemberRepeated { name }));
            }
            if !reader.take(b',') {
                break reader.peek().0;
            }
        };
        reader.expect(b'}', "`,` or `}`")?;
        reader.end()?;
        let missing = |name| error(end, PolicyProblem::MemberMissing { name });
        Ok(Self {
            expiration: expiration.ok_or_else(|| missing("expiration"))?,
            conditions: conditions.ok_or_else(|| missing("conditions"))?,
        })
    }
}

impl Test<'_> {
    /// The field that it is about; none of a range.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Exact { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::LengthRange { .. } => None,
        }
    }
}

/// As S3 writes it in its answers: `["eq", "$acl", "public-read"]`. A session token is left out.
impl fmt::Display for Test<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operator, field, value) = match self {
            Self::Exact { field, value } => ("eq", field, value),
            Self::StartsWith { field, prefix } => ("starts-with", field, prefix),
            Self::LengthRange { shortest, longest } => {
                return write!(formatter, "[\"content-length-range\", {shortest}, {longest}]");
            }
        };
        let value = if redact::is_token(field.as_bytes()) { REDACTED } else { value };
        write!(formatter, "[{operator:?}, \"${field}\", {value:?}]")
    }
}

/// As written.
impl fmt::Debug for Test<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

fn read_expiration(reader: &mut Reader<'_>) -> Result<Time, PolicyError> {
    let (offset, _) = reader.peek();
    let text = reader.string("the expiration in quotation marks")?;
    let time = text.ends_with('Z').then(|| Time::parse_timestamp(text.as_bytes()));
    time.flatten()
        .ok_or_else(|| error(offset, PolicyProblem::Expiration { text: text.into_owned() }))
}

fn read_conditions<'p>(reader: &mut Reader<'p>) -> Result<Vec<Condition<'p>>, PolicyError> {
    reader.expect(b'[', "a list of conditions in `[` and `]`")?;
    let mut conditions = Vec::new();
    if reader.take(b']') {
        return Ok(conditions);
    }
    loop {
        let (offset, _) = reader.peek();
        if conditions.len() == MOST_CONDITIONS {
            let problem = PolicyProblem::TooManyConditions { limit: MOST_CONDITIONS };
            return Err(error(offset, problem));
        }
        conditions.push(Condition { offset, test: read_condition(reader)? });
        if !reader.take(b',') {
            reader.expect(b']', "`,` or `]`")?;
            return Ok(conditions);
        }
    }
}

fn read_condition<'p>(reader: &mut Reader<'p>) -> Result<Test<'p>, PolicyError> {
    if reader.take(b'{') {
        let field = reader.string("the name of a field in quotation marks")?;
        reader.expect(b':', "`:`")?;
        let value = reader.string("the value as a string")?;
        reader.expect(b'}', "`}`: a condition in braces is about one field")?;
        return Ok(Test::Exact { field, value });
    }
    reader.expect(b'[', "a condition in `{}` or `[]`")?;
    let (offset, _) = reader.peek();
    let operator = reader.string("`eq`, `starts-with` or `content-length-range`")?;
    let test = match &*operator {
        "eq" => {
            let (field, value) = read_field_and_text(reader)?;
            Test::Exact { field, value }
        }
        "starts-with" => {
            let (field, prefix) = read_field_and_text(reader)?;
            Test::StartsWith { field, prefix }
        }
        "content-length-range" => {
            reader.expect(b',', "`,`")?;
            let shortest = reader.number("a whole number of bytes")?;
            reader.expect(b',', "`,`")?;
            let longest = reader.number("a whole number of bytes")?;
            Test::LengthRange { shortest, longest }
        }
        _ => {
            let text = operator.into_owned();
            return Err(error(offset, PolicyProblem::Operator { text }));
        }
    };
    reader.expect(b']', "`]`: a condition has three items")?;
    Ok(test)
}

/// The second and third item of a condition.
fn read_field_and_text<'p>(
    reader: &mut Reader<'p>,
) -> Result<(Cow<'p, str>, Cow<'p, str>), PolicyError> {
    reader.expect(b',', "`,`")?;
    let (offset, _) = reader.peek();
    let field = match reader.string("`$` and the name of a field in quotation marks")? {
        Cow::Borrowed(text) => text.strip_prefix('$').map(Cow::Borrowed).ok_or(text.to_owned()),
        Cow::Owned(text) => match text.strip_prefix('$') {
            Some(field) => Ok(Cow::Owned(field.to_owned())),
            None => Err(text),
        },
    };
    let field = field.map_err(|text| error(offset, PolicyProblem::Dollar { text }))?;
    reader.expect(b',', "`,`")?;
    Ok((field, reader.string("the value as a string")?))
}
