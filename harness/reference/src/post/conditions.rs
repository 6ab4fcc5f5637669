//! What a policy asks of a form (S3 API Reference, "POST Policy").

use std::borrow::Cow;
use std::fmt;

use super::form::{Form, is_ignored};
use super::multipart::is;
use super::policy::{Policy, Test};
use crate::primitive::bytes;
use crate::redact::{self, REDACTED};

/// What is replaced by the name of the file, in every field, before the conditions are looked at.
const FILENAME: &[u8] = b"${filename}";

const BUCKET: &[u8] = b"bucket";

/// The fields that no condition has to cover, in lower case.
#[derive(Clone, Copy, Debug)]
pub struct Exempt(&'static [&'static str]);

impl Exempt {
    /// Those of Version 4.
    pub const SIGV4: Self = Self(&["file", "policy", "x-amz-signature"]);

    /// Those of the signature before it.
    #[cfg(feature = "legacy")]
    pub const S3_V2: Self = Self(&["awsaccesskeyid", "file", "policy", "signature"]);

    fn contains(self, name: &[u8]) -> bool {
        is_ignored(name) || self.0.iter().any(|own| is(name, own.as_bytes()))
    }
}

/// A form as it arrived in a bucket.
#[derive(Clone)]
pub struct Upload<'f> {
    form: &'f Form<'f>,
    bucket: Option<&'f [u8]>,
    exempt: Exempt,
    /// The values of the fields of the form, with the name of the file put in.
    values: Vec<Cow<'f, [u8]>>,
}

/// Why a form does not agree with its policy. The values of session tokens are left out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unmet {
    /// A condition is not met.
    Condition {
        /// Where it begins in the policy.
        offset: usize,
        /// The condition, as S3 writes it.
        condition: String,
        /// The field that it is about; none of a range.
        field: Option<String>,
        /// The value that was sent, with the name of the file put in, or the number of bytes of the
        /// file; `None` if the form has no such field.
        actual: Option<String>,
    },
    /// A field was sent that no condition is about.
    Uncovered {
        /// Its name, as it was sent.
        field: String,
    },
}

impl<'f> Upload<'f> {
    /// A form that was posted to `bucket`. If that is `None`, a condition about the bucket is compared
    /// with the field `bucket` alone.
    #[must_use]
    pub fn new(form: &'f Form<'f>, bucket: Option<&'f [u8]>, exempt: Exempt) -> Self {
        let filename = form.file.and_then(|file| file.filename).unwrap_or_default();
        let start = filename.iter().rposition(|byte| matches!(byte, b'/' | b'\\'));
        let filename = &filename[start.map_or(0, |at| at + 1)..];
        let values = form.fields.iter().map(|field| expanded(field.value, filename)).collect();
        Self { form, bucket, exempt, values }
    }

    /// The value of a field with `${filename}` replaced by the name of the file, of which only the
    /// part after the last slash or backslash counts (S3 API Reference, "POST Object").
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        let mut fields = self.form.fields.iter().zip(&self.values);
        let (_, value) = fields.find(|(field, _)| is(field.name, name.as_bytes()))?;
        Some(value)
    }

    /// Everything in which the form does not agree with the policy: first the conditions, in the
    /// order of the policy, then the fields without one; S3 refuses a policy that does not name the
    /// bucket ("Extra input fields: bucket").
    ///
    /// All conditions must hold, also several about one field. A field that is not sent meets no
    /// condition, not even `starts-with` with an empty prefix, as in S3. Names of fields are compared
    /// without regard to case. If the condition is about `Content-Type` and a prefix, each item of a
    /// list that was sent must begin with it.
    pub fn unmet(&self, policy: &Policy<'_>) -> impl Iterator<Item = Unmet> {
        let conditions = policy.conditions.iter().filter_map(|condition| {
            let actual = self.unmet_test(&condition.test).err()?;
            let field = condition.test.field();
            let is_token = field.is_some_and(|field| redact::is_token(field.as_bytes()));
            Some(Unmet::Condition {
                offset: condition.offset,
                condition: condition.test.to_string(),
                field: field.map(str::to_owned),
                actual: actual.map(|actual| if is_token { REDACTED.to_owned() } else { actual }),
            })
        });
        let covered = |name: &[u8]| {
            let mut named = policy.conditions.iter().filter_map(|condition| condition.test.field());
            named.any(|field| is(field.as_bytes(), name))
        };
        // The bucket counts as a field that every form has.
        let names_bucket = self.form.fields.iter().any(|field| is(field.name, BUCKET));
        let has_other = self.bucket.is_some() && !names_bucket && !covered(BUCKET);
        let bucket = has_other.then(|| Unmet::Uncovered { field: text(BUCKET) });
        let names = self.form.fields.iter().map(|field| field.name);
        let uncovered = names.filter(move |name| !self.exempt.contains(name) && !covered(name));
        let uncovered = uncovered.map(|name| Unmet::Uncovered { field: text(name) });
        conditions.chain(uncovered).chain(bucket)
    }

    /// The error is what was sent instead.
    fn unmet_test(&self, test: &Test<'_>) -> Result<(), Option<String>> {
        if let Test::LengthRange { shortest, longest } = test {
            let length = self.form.file.map_or(0, |file| file.content.len() as u64);
            let is_met = (*shortest..=*longest).contains(&length);
            return if is_met { Ok(()) } else { Err(Some(format!("{length} bytes"))) };
        }
        let field = test.field().unwrap_or_default();
        // The bucket of the request counts as a field.
        let bucket = self.bucket.filter(|_| is(field.as_bytes(), b"bucket"));
        let mut values = bucket.into_iter().chain(self.value(field)).peekable();
        if values.peek().is_none() {
            return Err(None);
        }
        match values.find(|value| !test.is_met_by(value)) {
            Some(value) => Err(Some(text(value))),
            None => Ok(()),
        }
    }
}

/// The values are those of the form.
impl fmt::Debug for Upload<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("form", self.form)
            .field("bucket", &self.bucket.map(String::from_utf8_lossy))
            .field("exempt", &self.exempt)
            .finish_non_exhaustive()
    }
}

impl Policy<'_> {
    /// Whether a form may have a field of this name and value: there is a condition about it, and
    /// the value meets all of them.
    #[must_use]
    pub fn allows(&self, name: &str, value: &str) -> bool {
        let about = |test: &&Test<'_>| {
            test.field().is_some_and(|field| is(field.as_bytes(), name.as_bytes()))
        };
        let mut tests = self.conditions.iter().map(|one| &one.test).filter(about).peekable();
        tests.peek().is_some() && tests.all(|test| test.is_met_by(value.as_bytes()))
    }
}

impl Test<'_> {
    /// Whether its field may have this value. A range is about no field.
    fn is_met_by(&self, sent: &[u8]) -> bool {
        match self {
            Self::Exact { value, .. } => sent == value.as_bytes(),
            Self::StartsWith { field, prefix } if is(field.as_bytes(), b"content-type") => {
                let mut items = sent.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
                items.all(|item| item.starts_with(prefix.as_bytes()))
            }
            Self::StartsWith { prefix, .. } => sent.starts_with(prefix.as_bytes()),
            Self::LengthRange { .. } => false,
        }
    }
}

/// A value with the name of the file put in.
fn expanded<'v>(value: &'v [u8], filename: &[u8]) -> Cow<'v, [u8]> {
    // Most values have no dollar, and one is long: the policy.
    let Some(dollar) = bytes::position(value, b'$') else { return Cow::Borrowed(value) };
    let mut expanded = value[..dollar].to_vec();
    let mut rest = &value[dollar..];
    while let [byte, tail @ ..] = rest {
        if let Some(after) = rest.strip_prefix(FILENAME) {
            expanded.extend_from_slice(filename);
            rest = after;
        } else {
            expanded.push(*byte);
            rest = tail;
        }
    }
    Cow::Owned(expanded)
}

impl fmt::Display for Unmet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition { condition, actual: None, .. } => {
                write!(formatter, "the condition {condition} is not met: no such field was sent")
            }
            Self::Condition { condition, field: None, actual: Some(actual), .. } => {
                write!(formatter, "the condition {condition} is not met: the file has {actual}")
            }
            Self::Condition { condition, actual: Some(actual), .. } => {
                write!(formatter, "the condition {condition} is not met: {actual:?} was sent")
            }
            Self::Uncovered { field } => {
                write!(formatter, "no condition covers the field {field:?}")
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
