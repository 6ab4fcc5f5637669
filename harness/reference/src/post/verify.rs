//! Verification of a form.

use std::fmt;

use super::conditions::{Exempt, Unmet, Upload};
use super::form::Form;
use super::policy::Policy;
use super::problem::{FormError, PolicyError};
use crate::ALGORITHM;
use crate::scope::Scope;
use crate::signature::Signature;
use crate::time::Time;
use crate::verify::{Credential, HMAC, KeyStore, Reason, Rejection};
use crate::verify::{compare_scope, compare_tokens, stored_key};

/// What a service requires of a form.
#[derive(Clone, Copy, Debug)]
pub struct PostVerifier<'a> {
    /// The verifier's clock.
    pub now: Time,
    /// The region that the credential scope must name.
    pub region: &'a [u8],
    /// The service that the credential scope must name: `s3`.
    pub service: &'a [u8],
    /// The bucket that the request names; `None` leaves it to the field `bucket`.
    pub bucket: Option<&'a [u8]>,
}

/// A form that verified.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedForm {
    /// Whose key signed the policy.
    pub access_key_id: Vec<u8>,
    /// The key of the object, with the name of the file put in.
    pub key: Vec<u8>,
}

/// Why a form was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The form cannot be read.
    Form(FormError),
    /// A field that every upload needs was not sent: `key` or `file`.
    MissingField(&'static str),
    /// The fields of the signature are not right, the signature is not that of the policy, or the
    /// policy has expired.
    Authentication(Rejection),
    /// The policy was signed, but cannot be read.
    Policy(PolicyError),
    /// The form is not what the policy allows.
    Unmet(Unmet),
}

impl PostVerifier<'_> {
    /// Verifies a form with a key from `keys`. Nothing in the policy counts before its signature held.
    ///
    /// The time of signing is not compared with the clock: how long a form is good is up to the
    /// policy.
    ///
    /// # Errors
    /// The first check that fails, in this order: fields of another signature, the fields of this
    /// one, scope, the key, the session token, the signature, the policy's form, its expiration, `key`
    /// and `file`, the conditions, fields without a condition.
    pub fn verify(&self, form: &Form<'_>, keys: &impl KeyStore) -> Result<AcceptedForm, Refusal> {
        let (access_key_id, policy) = self.authenticate(form, keys)?;
        let policy = Policy::decode(policy)?;
        let policy = Policy::parse(&policy)?;
        check_upload(&policy, form, self.now, self.bucket, Exempt::SIGV4)
            .map(|key| AcceptedForm { access_key_id, key })
    }

    /// Checks everything but what the policy says.
    ///
    /// # Errors
    /// As for [`Self::verify`], up to the signature.
    pub fn verify_signature(
        &self,
        form: &Form<'_>,
        keys: &impl KeyStore,
    ) -> Result<Vec<u8>, Rejection> {
        self.authenticate(form, keys).map(|(access_key_id, _)| access_key_id)
    }

    /// The key that signed, and the policy in base64.
    fn authenticate<'f>(
        &self,
        form: &Form<'f>,
        keys: &impl KeyStore,
    ) -> Result<(Vec<u8>, &'f [u8]), Rejection> {
        let malformed = |detail: String| Rejection::new(Reason::MalformedAuthentication, detail);
        let required = |name: &str| {
            form.value(name).ok_or_else(|| malformed(format!("form: missing field {name}")))
        };
        let digits = form.value("x-amz-signature");
        if ["AWSAccessKeyId", "signature"].iter().any(|name| form.value(name).is_some())
            && digits.is_some()
        {
            let detail = "fields of both Version 2 and Version 4".to_owned();
            return Err(Rejection::new(Reason::MultipleAuthentications, detail));
        }
        let Some(digits) = digits else {
            let detail = "form: missing field x-amz-signature".to_owned();
            return Err(Rejection::new(Reason::MissingAuthentication, detail));
        };
        let policy = required("policy")?;
        let algorithm = required("x-amz-algorithm")?;
        if algorithm != ALGORITHM.as_bytes() {
            let algorithm = String::from_utf8_lossy(algorithm);
            let detail = format!("expected {ALGORITHM}, got {algorithm:?}");
            return Err(Rejection::new(Reason::UnsupportedAlgorithm, detail));
        }
        let credential = Credential::parse(required("x-amz-credential")?)?;
        let date = required("x-amz-date")?;
        let time = Time::parse(date).map_err(|error| {
            let detail = format!("x-amz-date: {error}");
            Rejection::caused_by(error, Reason::MalformedAuthentication, detail)
        })?;
        let signature = Signature::from_hex(digits).ok_or_else(|| {
            let digits = String::from_utf8_lossy(digits);
            malformed(format!(
                "x-amz-signature: expected 64 lower-case hexadecimal digits, got {digits:?}"
            ))
        })?;
        compare_scope(&HMAC, (self.region, self.service), &time, &credential)?;
        let stored = stored_key(keys, credential.access_key_id)?;
        compare_tokens(&stored, [form.value("x-amz-security-token"), None])?;
        let scope =
            Scope::new(&time, self.region, self.service).map_err(Rejection::malformed_request)?;
        let key = keys.signing_key(&stored, scope).ok_or_else(Rejection::key_out_of_scope)?;
        if key.key().verifies(policy, &signature) {
            return Ok((credential.access_key_id.to_vec(), policy));
        }
        let detail = "the signature is not the one computed from the policy".to_owned();
        Err(Rejection::new(Reason::SignatureMismatch, detail))
    }
}

/// Checks a form against its policy, whose signature held, and returns the key of the object.
pub(crate) fn check_upload(
    policy: &Policy<'_>,
    form: &Form<'_>,
    now: Time,
    bucket: Option<&[u8]>,
    exempt: Exempt,
) -> Result<Vec<u8>, Refusal> {
    if now > policy.expiration {
        let detail = format!("the policy was good until {}, now {now}", policy.expiration);
        return Err(Rejection::new(Reason::Expired, detail).into());
    }
    let upload = Upload::new(form, bucket, exempt);
    let key = upload.value("key").ok_or(Refusal::MissingField("key"))?;
    if form.file.is_none() {
        return Err(Refusal::MissingField("file"));
    }
    match upload.unmet(policy).next() {
        Some(unmet) => Err(Refusal::Unmet(unmet)),
        None => Ok(key.to_vec()),
    }
}

impl Refusal {
    /// The word for it in logs: stable, and that of the reason if the authentication is not right.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "malformed-form",
            Self::MissingField(_) => "missing-field",
            Self::Authentication(rejection) => rejection.reason.code(),
            Self::Policy(_) => "malformed-policy",
            Self::Unmet(Unmet::Condition { .. }) => "condition-not-met",
            Self::Unmet(Unmet::Uncovered { .. }) => "field-not-covered",
        }
    }
}

impl From<FormError> for Refusal {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<PolicyError> for Refusal {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self::Authentication(rejection)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => error.fmt(formatter),
            Self::MissingField(name) => write!(formatter, "form: missing field {name}"),
            Self::Authentication(rejection) => rejection.fmt(formatter),
            Self::Policy(error) => error.fmt(formatter),
            Self::Unmet(unmet) => unmet.fmt(formatter),
        }
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Form(error) => Some(error),
            Self::Authentication(rejection) => Some(rejection),
            Self::Policy(error) => Some(error),
            Self::MissingField(_) | Self::Unmet(_) => None,
        }
    }
}
