//! Why a form or a policy cannot be read, and where.

use std::fmt;

/// A form that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FormError {
    /// Where the offset counts from.
    pub place: FormPlace,
    /// Offset of the byte that is wrong.
    pub offset: usize,
    /// What is wrong there.
    pub problem: FormProblem,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FormPlace {
    /// The value of `Content-Type`.
    ContentType,
    /// The body.
    Body,
}

/// What is wrong with a form.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FormProblem {
    /// The type is not `multipart/form-data`.
    NotForm,
    /// The type has no `boundary`.
    BoundaryMissing,
    /// The boundary is not 1 to 70 of the characters of RFC 2046, section 5.1.1.
    Boundary,
    /// The body does not begin with the boundary.
    FirstBoundary,
    /// A boundary is followed by something other than the end of its line or `--`.
    BoundaryLine,
    /// The body ends before the final boundary.
    Truncated,
    /// There is something after the final boundary.
    AfterEnd,
    /// A line before the content of a field is not `name: value`.
    HeaderLine,
    /// The lines before the content of a field are longer than this.
    HeadTooLarge {
        /// [`Limits::head`](super::Limits::head).
        limit: usize,
    },
    /// A field has no `Content-Disposition: form-data` with a `name`, or more than one.
    NameMissing,
    /// All before the content of the file is longer than this.
    FieldsTooLarge {
        /// [`Limits::before_file`](super::Limits::before_file).
        limit: usize,
    },
    /// There are more fields than this.
    TooManyFields {
        /// [`Limits::fields`](super::Limits::fields).
        limit: usize,
    },
    /// A field of this name came before. Names are compared without regard to case.
    FieldRepeated {
        /// The name.
        name: String,
    },
}

impl fmt::Display for FormError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            FormPlace::ContentType => "Content-Type",
            FormPlace::Body => "body",
        };
        write!(formatter, "{place}: byte {}: {}", self.offset, self.problem)
    }
}

impl fmt::Display for FormProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotForm => formatter.write_str("expected multipart/form-data"),
            Self::BoundaryMissing => formatter.write_str("expected `boundary=`"),
            Self::Boundary => formatter
                .write_str("expected a boundary of 1 to 70 letters, digits or '()+_,-./:=? "),
            Self::FirstBoundary => formatter.write_str("expected `--` and the boundary"),
            Self::BoundaryLine => {
                formatter.write_str("expected CR LF or `--` right after the boundary")
            }
            Self::Truncated => formatter.write_str("the form ends before its final boundary"),
            Self::AfterEnd => formatter.write_str("expected nothing after the final boundary"),
            Self::HeaderLine => formatter.write_str("expected `name: value` and CR LF"),
            Self::HeadTooLarge { limit } => {
                write!(formatter, "the headers of a field are larger than {limit} bytes")
            }
            Self::NameMissing => {
                formatter.write_str("expected one `Content-Disposition: form-data; name=\"...\"`")
            }
            Self::FieldsTooLarge { limit } => {
                write!(formatter, "the fields before the file are larger than {limit} bytes")
            }
            Self::TooManyFields { limit } => write!(formatter, "more than {limit} fields"),
            Self::FieldRepeated { name } => write!(formatter, "repeated field {name:?}"),
        }
    }
}

impl std::error::Error for FormError {}

/// A policy that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyError {
    /// Offset of the byte that is wrong: in the policy, or in the field for
    /// [`PolicyProblem::Base64`].
    pub offset: usize,
    /// What is wrong there.
    pub problem: PolicyProblem,
}

/// What is wrong with a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// The field is not base64 with padding.
    Base64,
    /// The policy is longer than this.
    TooLong {
        /// [`LONGEST_POLICY`](super::LONGEST_POLICY).
        limit: usize,
    },
    /// The policy is not UTF-8.
    Utf8,
    /// The JSON of a policy has something else at this place.
    Expected {
        /// What was expected.
        what: &'static str,
    },
    /// A string has an escape that is neither JSON nor one of the vendor's `\$` and `\v`.
    Escape,
    /// A string has a control character that has to be escaped.
    ControlCharacter,
    /// The policy has a member other than `expiration` and `conditions`.
    UnknownMember {
        /// Its name.
        name: String,
    },
    /// The member was there before.
    MemberRepeated {
        /// Its name.
        name: &'static str,
    },
    /// The policy ends without this member.
    MemberMissing {
        /// Its name.
        name: &'static str,
    },
    /// The expiration is not a time such as `2015-12-30T12:00:00.000Z`.
    Expiration {
        /// What it is.
        text: String,
    },
    /// The first item of a condition is not `eq`, `starts-with` or `content-length-range`.
    Operator {
        /// What it is.
        text: String,
    },
    /// A condition of this kind names its field with a `$` before the name.
    Dollar {
        /// What it has instead.
        text: String,
    },
    /// There are more conditions than this.
    TooManyConditions {
        /// [`MOST_CONDITIONS`](super::MOST_CONDITIONS).
        limit: usize,
    },
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "policy: byte {}: {}", self.offset, self.problem)
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64 => formatter.write_str("the field is not base64 with its padding"),
            Self::TooLong { limit } => write!(formatter, "longer than {limit} bytes"),
            Self::Utf8 => formatter.write_str("not UTF-8"),
            Self::Expected { what } => write!(formatter, "expected {what}"),
            Self::Escape => formatter.write_str("invalid escape in a string"),
            Self::ControlCharacter => {
                formatter.write_str("control character in a string, which has to be escaped")
            }
            Self::UnknownMember { name } => {
                write!(formatter, "expected `expiration` or `conditions`, got {name:?}")
            }
            Self::MemberRepeated { name } => write!(formatter, "`{name}` is there twice"),
            Self::MemberMissing { name } => write!(formatter, "`{name}` is missing"),
            Self::Expiration { text } => write!(
                formatter,
                "expected a time such as 2015-12-30T12:00:00.000Z as expiration, got {text:?}"
            ),
            Self::Operator { text } => write!(
                formatter,
                "expected `eq`, `starts-with` or `content-length-range`, got {text:?}"
            ),
            Self::Dollar { text } => {
                write!(formatter, "expected a field name with `$` before it, got {text:?}")
            }
            Self::TooManyConditions { limit } => write!(formatter, "more than {limit} conditions"),
        }
    }
}

impl std::error::Error for PolicyError {}
