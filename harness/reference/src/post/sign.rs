//! Signing a policy.

use std::fmt;

use crate::error::Error;
use crate::key::ScopedKey;
use crate::primitive::base64;
use crate::primitive::text::Text;
use crate::redact::REDACTED;
use crate::request::control_byte;
use crate::signature::Signature;
use crate::time::Time;
use crate::{ALGORITHM, TERMINATOR};

/// Who signs a policy, and when.
#[derive(Clone, Copy)]
pub struct PostSigner<'a> {
    /// The time of signing, on a day that `key` is good for.
    pub time: Time,
    /// The id that tells the verifier which secret was used.
    pub access_key_id: &'a [u8],
    /// The key, with what it is good for: region and service `s3`.
    pub key: &'a ScopedKey<'a>,
    /// The token of temporary credentials.
    pub session_token: Option<&'a [u8]>,
}

impl<'a> PostSigner<'a> {
    /// The fields of a form with this policy: to be put before the field `file`, besides those of the
    /// application.
    ///
    /// The policy is signed as it is, byte for byte, and not read. S3 accepts it only if its
    /// conditions cover each of these fields other than `policy` and `x-amz-signature`, with the
    /// values that they have here.
    ///
    /// # Errors
    /// [`Error::KeyDate`] if the key is of another day, and [`Error::ControlByte`] if id or token
    /// contains CR, LF or NUL.
    ///
    /// # Examples
    /// ```
    /// use sigv4_reference::post::PostSigner;
    /// use sigv4_reference::{Scope, ScopedKey, Time};
    ///
    /// let time = Time::parse(b"20151229T000000Z")?;
    /// let secret = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    /// let key = ScopedKey::derive(secret, Scope::new(&time, b"us-east-1", b"s3")?);
    /// let access_key_id = b"AKIAIOSFODNN7EXAMPLE";
    /// let signer = PostSigner { time, access_key_id, key: &key, session_token: None };
    /// let policy = br#"{"expiration": "2015-12-30T12:00:00Z", "conditions": []}"#;
    /// let signed = signer.sign(policy)?;
    /// let names: Vec<&str> = signed.fields().map(|(name, _)| name).collect();
    /// let expected =
    ///     ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature"];
    /// assert_eq!(names, expected);
    /// # Ok::<(), sigv4_reference::Error>(())
    /// ```
    pub fn sign(&self, policy: &[u8]) -> Result<PostFields<'a>, Error> {
        self.key.check_date(&self.time)?;
        let checked =
            [("access key id", self.access_key_id), ("session token", self.session_token())];
        for (field, text) in checked {
            if let Some(offset) = control_byte(text) {
                return Err(Error::ControlByte { field, offset });
            }
        }
        let mut encoded = Text::default();
        encoded.write(base64::room(policy.len()), |out| base64::encode(out, policy));
        let scope = self.key.scope();
        let parts = [
            self.access_key_id,
            scope.date(),
            scope.region(),
            scope.service(),
            TERMINATOR.as_bytes(),
        ];
        let signature = self.key.key().sign(&encoded);
        Ok(PostFields {
            credential: parts.join(&b'/'),
            time: self.time,
            session_token: self.session_token(),
            policy: encoded,
            digits: signature.to_string(),
            signature,
        })
    }

    /// Empty if there is none.
    fn session_token(&self) -> &'a [u8] {
        self.session_token.unwrap_or_default()
    }
}

/// The session token is not shown.
impl fmt::Debug for PostSigner<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PostSigner")
            .field("time", &self.time)
            .field("access_key_id", &String::from_utf8_lossy(self.access_key_id))
            .field("key", self.key)
            .field("session_token", &self.session_token.map(|_| REDACTED))
            .finish()
    }
}

/// The fields that sign a form.
pub struct PostFields<'a> {
    credential: Vec<u8>,
    time: Time,
    session_token: &'a [u8],
    policy: Text,
    signature: Signature,
    digits: String,
}

impl PostFields<'_> {
    /// Names and values, in the order of boto3.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let token = (!self.session_token.is_empty())
            .then_some(("x-amz-security-token", self.session_token));
        let first = [
            ("x-amz-algorithm", ALGORITHM.as_bytes()),
            ("x-amz-credential", &self.credential),
            ("x-amz-date", self.time.text()),
        ];
        let last = [("policy", &self.policy[..]), ("x-amz-signature", self.digits.as_bytes())];
        first.into_iter().chain(token).chain(last)
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// What was signed: the policy in base64.
    #[must_use]
    pub fn string_to_sign(&self) -> &[u8] {
        &self.policy
    }
}

/// Neither the session token nor the policy, which may hold it, is shown.
impl fmt::Debug for PostFields<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PostFields")
            .field("credential", &String::from_utf8_lossy(&self.credential))
            .field("time", &self.time)
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}
