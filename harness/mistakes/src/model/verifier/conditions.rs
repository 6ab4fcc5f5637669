//! What a policy asks of a form (S3 API Reference, "POST Policy": "Condition matching").

use super::arrived::Arrived;
use super::multipart::{Posted, is, is_ignored};
use super::policy::{Condition, Policy};
use super::{Checked, refused, shown};
use crate::catalogue::Mistake;
use crate::model::text::replaced;

/// The fields that no condition has to cover.
const EXEMPT: [&[u8]; 3] = [b"file", b"policy", b"x-amz-signature"];

/// A form as it arrived in a bucket.
struct Upload<'u> {
    arrived: &'u Arrived<'u>,
    posted: &'u Posted<'u>,
    bucket: Option<&'u [u8]>,
    /// The fields, with the name of the file put in.
    values: Vec<(&'u [u8], Vec<u8>)>,
}

/// Every condition holds, and every field has one.
pub(super) fn check(
    arrived: &Arrived<'_>,
    posted: &Posted<'_>,
    bucket: Option<&[u8]>,
    policy: &Policy,
) -> Checked<()> {
    let filename = posted.file.as_ref().and_then(|file| file.filename).unwrap_or_default();
    let start = filename.iter().rposition(|byte| matches!(byte, b'/' | b'\\'));
    let filename = &filename[start.map_or(0, |at| at + 1)..];
    let put_in = |value: &[u8]| replaced(value, b"${filename}", filename);
    let values = posted.fields.iter().map(|(name, value)| (*name, put_in(value))).collect();
    let upload = Upload { arrived, posted, bucket, values };
    let unmet = policy.conditions.iter().find(|condition| !upload.meets(condition));
    if unmet.is_some() && !arrived.has(Mistake::VerifyFormConditionsIgnored) {
        return refused("condition-not-met", "a condition of the policy is not met");
    }
    match upload.uncovered(policy) {
        Some(name) => refused("field-not-covered", format!("no condition covers {}", shown(name))),
        None => Ok(()),
    }
}

impl<'u> Upload<'u> {
    fn has(&self, mistake: Mistake) -> bool {
        self.arrived.has(mistake)
    }

    fn meets(&self, condition: &Condition) -> bool {
        let field = match condition {
            Condition::LengthRange { least, most } => return self.is_in_range(*least, *most),
            Condition::Exact { field, .. } | Condition::StartsWith { field, .. } => field,
        };
        let is_about = |name: &[u8]| is(field.as_bytes(), name);
        let ignored = (self.has(Mistake::VerifyFormBucketIgnored) && is_about(b"bucket"))
            || (self.has(Mistake::VerifyFormAlgorithmIgnored) && is_about(b"x-amz-algorithm"));
        if ignored {
            return true;
        }
        let bucket = self.bucket.filter(|_| is_about(b"bucket"));
        let own = self.values.iter().find(|(name, _)| is_about(name));
        let mut values = bucket.into_iter().chain(own.map(|(_, value)| &value[..])).peekable();
        values.peek().is_some() && values.all(|value| self.fits(condition, value))
    }

    fn fits(&self, condition: &Condition, sent: &[u8]) -> bool {
        match condition {
            Condition::LengthRange { .. } => false,
            Condition::Exact { value, .. } => {
                let value = value.as_bytes();
                sent == value
                    || (self.has(Mistake::VerifyFormEqualInAnyCase)
                        && sent.eq_ignore_ascii_case(value))
                    || (self.has(Mistake::VerifyFormEqualByPrefix) && sent.starts_with(value))
            }
            Condition::StartsWith { .. } if self.has(Mistake::VerifyFormPrefixIgnored) => true,
            Condition::StartsWith { field, prefix } => {
                let prefix = prefix.as_bytes();
                let begins = |sent: &[u8]| {
                    sent.starts_with(prefix)
                        || (self.has(Mistake::VerifyFormPrefixInAnyCase)
                            && sent
                                .get(..prefix.len())
                                .is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
                        || (self.has(Mistake::VerifyFormPrefixAnywhere)
                            && sent.windows(prefix.len().max(1)).any(|window| window == prefix))
                };
                if is(field.as_bytes(), b"content-type") {
                    let mut items = sent.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
                    return items.all(begins);
                }
                begins(sent)
            }
        }
    }

    /// The length of the file. Both ends are included.
    fn is_in_range(&self, least: u64, most: u64) -> bool {
        let length = self.posted.file.as_ref().map_or(0, |file| file.content.len()) as u64;
        let exclusive = self.has(Mistake::VerifyFormRangeExclusive);
        let is_long = length >= least && !(exclusive && length == least)
            || self.has(Mistake::VerifyFormRangeNoMinimum);
        let is_short = length <= most && !(exclusive && length == most)
            || self.has(Mistake::VerifyFormRangeNoMaximum);
        (is_long && is_short) || self.has(Mistake::VerifyFormRangeIgnored)
    }

    /// A field that no condition is about. The bucket counts as a field that every form has.
    fn uncovered(&self, policy: &Policy) -> Option<&'u [u8]> {
        if self.has(Mistake::VerifyFormExtraFields) {
            return None;
        }
        let covered = |name: &[u8]| {
            let mut fields = policy.conditions.iter().filter_map(Condition::field);
            fields.any(|field| is(field.as_bytes(), name))
        };
        let is_exempt = |name: &[u8]| {
            is_ignored(name)
                || EXEMPT.iter().any(|own| is(name, own))
                || (self.has(Mistake::VerifyFormTokenIgnored) && is(name, b"x-amz-security-token"))
                || (self.has(Mistake::VerifyFormExtraMeta)
                    && name.get(..11).is_some_and(|start| is(start, b"x-amz-meta-")))
        };
        let mut names = self.values.iter().map(|(name, _)| *name);
        let names_bucket = self.values.iter().any(|(name, _)| is(name, b"bucket"));
        let bucket = (self.bucket.is_some() && !names_bucket && !covered(b"bucket"))
            .then_some(&b"bucket"[..]);
        names.find(|name| !is_exempt(name) && !covered(name)).or(bucket)
    }
}
