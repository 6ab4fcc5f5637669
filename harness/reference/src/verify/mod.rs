//! Verification: what a service does with a signed request.
//!
//! The vendor documents the signer's side. The rules of a verifier are collected from the S3 API
//! Reference ("Signature Calculations for the Authorization Header", "Authenticating Requests:
//! Using Query Parameters") and the IAM User Guide ("AWS Signature Version 4 for API requests").

mod checks;
mod form;
mod key_store;
mod parse;
mod reason;
mod rules;
mod stream;

use crate::canonical::{Headers, Heading, Workspace};
use crate::key::ScopedKey;
use crate::request::Request;
use crate::scope::Scope;
use crate::sign::PayloadLine;
use crate::signature::Signature;
use crate::time::Time;

pub(crate) use checks::{key as stored_key, scope as compare_scope, tokens as compare_tokens};
pub(crate) use form::{Form, HMAC};
pub use key_store::{CachedKeys, KeyStore, StoredKey};
pub(crate) use parse::Credential;
pub use parse::{Claim, LONGEST_EXPIRY, Placement};
pub use reason::{Reason, Rejection};
pub use rules::{ContentTypeRule, HostRule, UnsignedPayload, UnstatedPayload, Verifier};
pub use stream::AcceptedHead;

/// A request that verified.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Accepted {
    /// Whose key signed it.
    pub access_key_id: Vec<u8>,
    /// The signing time that it states.
    pub time: Time,
}

impl<'a> Verifier<'a> {
    /// Verifies `request` with a key from `keys`.
    ///
    /// # Errors
    /// The first check that fails, in this order: the form of the request, where the
    /// authentication is and how it is written, scope, time, which headers are signed, the key,
    /// the session token, the payload, the signature.
    ///
    /// # Examples
    /// The presigned `GET` of the S3 documentation, a day later and a second after that:
    ///
    /// ```
    /// use sigv4_reference::verify::{Reason, StoredKey, Verifier};
    /// use sigv4_reference::{Header, KeyMaterial, Request, Time, Workspace};
    ///
    /// let keys = [StoredKey {
    ///     access_key_id: b"AKIAIOSFODNN7EXAMPLE",
    ///     material: KeyMaterial::Secret(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ///     session_token: None,
    ///     active: true,
    /// }];
    /// let now = Time::parse(b"20130525T000000Z")?;
    /// let mut verifier = Verifier::new(now, b"us-east-1", b"s3");
    /// let request = Request {
    ///     method: b"GET",
    ///     target: b"/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
    ///         &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
    ///         &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
    ///         &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    ///     headers: &[Header { name: b"Host", value: b"examplebucket.s3.amazonaws.com" }],
    ///     body: b"",
    /// };
    /// let mut workspace = Workspace::default();
    /// assert!(verifier.verify(&mut workspace, &request, &keys).is_ok());
    ///
    /// verifier.now = Time::parse(b"20130525T000001Z")?;
    /// let rejection = verifier.verify(&mut workspace, &request, &keys).unwrap_err();
    /// assert_eq!(rejection.reason, Reason::Expired);
    /// # Ok::<(), sigv4_reference::Error>(())
    /// ```
    pub fn verify(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &impl KeyStore,
    ) -> Result<Accepted, Rejection> {
        self.verify_as(workspace, request, keys, &Hmac)
    }

    /// The same for any algorithm.
    #[inline]
    pub(crate) fn verify_as(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &impl KeyStore,
        scheme: &impl Scheme<'a>,
    ) -> Result<Accepted, Rejection> {
        self.check(
            workspace,
            request,
            keys,
            scheme,
            |claim| Ok(((), checks::payload(self, request, claim)?)),
            |claim, _, ()| Accepted { access_key_id: claim.access_key_id, time: claim.time },
        )
    }

    /// Checks everything. `payload` finds the payload lines and what else there is to say about the
    /// payload; `accept` makes the answer.
    #[inline]
    fn check<S: Scheme<'a>, P, T>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &impl KeyStore,
        scheme: &S,
        payload: impl for<'c> FnOnce(&'c Claim) -> Result<(P, checks::Payload<'c>), Rejection>,
        accept: impl FnOnce(Claim, S::Key, P) -> T,
    ) -> Result<T, Rejection> {
        let form = S::FORM;
        request.check().map_err(Rejection::malformed_request)?;
        checks::host(self, request)?;
        let claim = Claim::parse_as(form, self.dialect, request)?;
        checks::scope(form, (self.region, self.service), &claim.time, &claim.credential())?;
        checks::time(self, &claim)?;
        checks::signed_headers(self, request, &claim)?;
        let stored = checks::key(keys, &claim.access_key_id)?;
        checks::session_token(self, request, &stored, &claim)?;
        let (said, payload) = payload(&claim)?;

        let key = scheme.key(self, keys, &stored, &claim.time)?;
        if self.is_signed_by(&key, form, workspace, request, &claim, &payload)? {
            Ok(accept(claim, key, said))
        } else {
            Err(Rejection::new(
                Reason::SignatureMismatch,
                "the signature is not the one computed from the request".to_owned(),
            ))
        }
    }

    /// Whether the claimed signature is one of `key`, with any of the payload lines.
    fn is_signed_by(
        &self,
        key: &impl VerifyingKey,
        form: &Form,
        workspace: &mut Workspace,
        request: &Request<'_>,
        claim: &Claim,
        payload: &checks::Payload<'_>,
    ) -> Result<bool, Rejection> {
        for line in payload.lines() {
            self.write_stages(form, workspace, request, claim, line)?;
            if key.verifies(workspace, &claim.signature) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Computes what was signed from the request as it arrived.
    fn write_stages(
        &self,
        form: &Form,
        workspace: &mut Workspace,
        request: &Request<'_>,
        claim: &Claim,
        payload: &PayloadLine<'_>,
    ) -> Result<(), Rejection> {
        workspace.clear();
        let headers = Headers { sent: request.headers, added: &[] };
        workspace.add_headers(headers, |name| claim.covers_header(name, self));
        let (path, query) = request.path_and_query();
        let heading = Heading {
            algorithm: (form.algorithm)(self.dialect),
            time: claim.time.text(),
            region: form.region_in_scope.then_some(self.region),
            service: self.service,
            terminator: self.dialect.terminator(),
        };
        workspace.start(request.method, path, self.profile, heading);
        workspace
            .add_query((path, query), |name| claim.covers_parameter(name, self))
            .map_err(Rejection::malformed_request)?;
        workspace.finish(headers, payload.as_bytes());
        Ok(())
    }
}

/// An algorithm with its keys.
pub(crate) trait Scheme<'a> {
    /// How it writes its authentication.
    const FORM: &'static Form;
    /// What it verifies with.
    type Key: VerifyingKey;

    /// The key that a stored one gives for a request of this time.
    fn key(
        &self,
        verifier: &Verifier<'a>,
        keys: &impl KeyStore,
        stored: &StoredKey<'_>,
        time: &Time,
    ) -> Result<Self::Key, Rejection>;
}

/// `AWS4-HMAC-SHA256`, and its namesakes in other dialects.
struct Hmac;

impl<'a> Scheme<'a> for Hmac {
    const FORM: &'static Form = &HMAC;
    type Key = ScopedKey<'a>;

    fn key(
        &self,
        verifier: &Verifier<'a>,
        keys: &impl KeyStore,
        stored: &StoredKey<'_>,
        time: &Time,
    ) -> Result<ScopedKey<'a>, Rejection> {
        let scope = Scope::new(time, verifier.region, verifier.service)
            .map_err(Rejection::malformed_request)?
            .in_dialect(verifier.dialect);
        keys.signing_key(stored, scope).ok_or_else(Rejection::key_out_of_scope)
    }
}

/// A key that tells whether a signature is right.
pub(crate) trait VerifyingKey {
    /// Whether this is a signature of the string to sign.
    fn verifies(&self, workspace: &mut Workspace, signature: &Signature) -> bool;
}

/// In constant time.
impl VerifyingKey for ScopedKey<'_> {
    fn verifies(&self, workspace: &mut Workspace, signature: &Signature) -> bool {
        let mac = self.key().mac_of_buffer(workspace.string_to_sign());
        Signature::HmacSha256(mac.to_bytes()) == *signature
    }
}
