//! Verification: what a service does with a signed request.
//!
//! The vendor documents the signer's side. The rules of a verifier are collected from the S3 API
//! Reference ("Signature Calculations for the Authorization Header", "Authenticating Requests:
//! Using Query Parameters") and the IAM User Guide ("AWS Signature Version 4 for API requests").

mod checks;
mod claim;
mod excerpt;
mod form;
mod key_store;
mod parameters;
mod parse;
mod reason;
mod rules;
mod sent;
mod stream;

use crate::canonical::{Headers, Heading, Workspace, query};
use crate::dialect::Name;
use crate::key::ScopedKey;
use crate::primitive::constant_time::equal;
use crate::primitive::hex::Hex;
use crate::primitive::text::Text;
use crate::request::Request;
use crate::scope::Scope;
use crate::sign::TokenCoverage;
use crate::time::Time;
use parse::Stated;
use sent::SentHeaders;

pub(crate) use checks::{key as stored_key, scope as compare_scope, tokens as compare_tokens};
pub use claim::{Claim, LONGEST_EXPIRY, Placement};
pub(crate) use form::{Form, HMAC};
pub use key_store::{CachedKeys, KeyStore, StoredKey};
pub(crate) use parse::Credential;
pub(crate) use reason::Refused;
pub use reason::{Reason, Rejection};
pub use rules::{ContentTypeRule, HostRule, UnsignedPayload, UnstatedPayload, Verifier};
pub use stream::{AcceptedHead, HeadKey};

/// A request that verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Accepted<'k> {
    /// Whose key signed it, as the store has it.
    pub access_key_id: &'k [u8],
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
    pub fn verify<'k>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
    ) -> Result<Accepted<'k>, Rejection> {
        self.verify_as(workspace, request, keys, &Hmac)
    }

    /// The same for any algorithm.
    #[inline]
    pub(crate) fn verify_as<'k>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
        scheme: &impl Scheme<'a>,
    ) -> Result<Accepted<'k>, Rejection> {
        self.check(
            workspace,
            request,
            keys,
            scheme,
            |claim| Ok(((), checks::payload(self, request, claim)?)),
            |_, accepted, _, ()| accepted,
        )
    }

    /// Checks everything. `payload` finds the payload lines and what else there is to say about the
    /// payload; `accept` makes the answer.
    #[inline]
    fn check<'k, S: Scheme<'a>, P, T>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
        scheme: &S,
        payload: impl for<'c> FnOnce(&Stated<'c>) -> Result<(P, checks::Payload<'c>), Refused>,
        accept: impl FnOnce(&Stated<'_>, Accepted<'k>, S::Key, P) -> T,
    ) -> Result<T, Rejection> {
        // The claim borrows from these, while the rest of the workspace is written to.
        let mut decoded = std::mem::take(&mut workspace.decoded);
        let mut scanned = std::mem::take(&mut workspace.query.scanned);
        let (buffers, answers) = ((&mut decoded, &mut scanned), (payload, accept));
        let verdict = self.check_with(buffers, workspace, request, keys, scheme, answers);
        workspace.decoded = decoded;
        workspace.query.scanned = scanned;
        verdict?.ok_or_else(|| {
            let detail = "the signature is not the one computed from the request";
            Rejection::new(Reason::SignatureMismatch, detail)
        })
    }

    /// The same with buffers for what the request has escaped and for the places of its parameters;
    /// `None` if the signature is wrong.
    #[inline]
    fn check_with<'c, 'k, S: Scheme<'a>, P, T>(
        &self,
        (decoded, scanned): (&'c mut Text, &mut Vec<query::Parameter>),
        workspace: &mut Workspace,
        request: &Request<'c>,
        keys: &'k impl KeyStore,
        scheme: &S,
        (payload, accept): (
            impl FnOnce(&Stated<'c>) -> Result<(P, checks::Payload<'c>), Refused>,
            impl FnOnce(&Stated<'c>, Accepted<'k>, S::Key, P) -> T,
        ),
    ) -> Result<Option<T>, Refused> {
        request.check().map_err(Rejection::malformed_request)?;
        workspace.clear();
        let sent = SentHeaders::read(self.dialect, request, |prefix, index| {
            workspace.consider(prefix, index);
        });
        checks::host(self, &sent)?;
        let (path, query) = request.path_and_query();
        let query = query.unwrap_or_default();
        let scanned =
            query::scan(query, scanned).map(|canonical| canonical.then_some(&scanned[..]));
        let headers = Headers { sent: request.headers, added: &[] };
        let mut unsigned = checks::Unsigned::new(self, &sent);
        let form = (S::FORM, self.dialect);
        let claim =
            Stated::read(form, (query, scanned.unwrap_or_default()), &sent, decoded, |list| {
                workspace.keep_listed(headers, list, |index| {
                    unsigned.add(index, headers.at(index).name);
                })
            })?;
        let own = (self.region, self.service);
        checks::scope(S::FORM, own, &claim.time, &claim.credential)?;
        checks::time(self, &claim)?;
        checks::signed_headers(request, &claim, &unsigned)?;
        let stored = checks::key(keys, claim.credential.access_key_id)?;
        checks::session_token(self, &sent, &stored, &claim)?;
        let (said, payload) = payload(&claim)?;

        let key = scheme.key(self, keys, &stored, &claim.time)?;
        let line = payload.text(payload.line);
        let start = (request.method, path, (query, scanned));
        self.write_stages(S::FORM, workspace, start, headers, &claim, line)?;
        let is_signed = key.verifies(workspace, claim.signature)
            || payload.other.is_some_and(|other| {
                workspace.replace_payload(line, payload.text(other));
                key.verifies(workspace, claim.signature)
            });
        let accepted = Accepted { access_key_id: stored.access_key_id, time: claim.time };
        Ok(is_signed.then(|| accept(&claim, accepted, key, said)))
    }

    /// Computes what was signed from the request as it arrived, and from its signed headers, which are
    /// in the workspace.
    #[inline]
    fn write_stages(
        &self,
        form: &Form,
        workspace: &mut Workspace,
        (method, path, (query, scanned)): (&[u8], &[u8], (&[u8], query::Scanned<'_>)),
        headers: Headers<'_>,
        claim: &Stated<'_>,
        payload: &[u8],
    ) -> Result<(), Refused> {
        let heading = Heading {
            algorithm: (form.algorithm)(self.dialect),
            time: claim.time.text(),
            region: form.region_in_scope.then_some(self.region),
            service: self.service,
            terminator: self.dialect.terminator(),
        };
        workspace.start(method, path, self.profile, heading);
        // Each was sent once, so that its name as sent tells it from all others.
        let appended = self.token_coverage == TokenCoverage::Appended;
        let unsigned = [claim.signature_parameter, claim.token_parameter.filter(|_| appended)];
        let keep = |name: &[u8]| !unsigned.contains(&Some(name));
        workspace
            .add_scanned((path, query), scanned, keep)
            .map_err(Rejection::malformed_request)?;
        // An appended token is never signed in header placement, whatever the request states.
        if appended && claim.placement == Placement::Header {
            workspace.remove_header(headers, self.dialect.header(Name::SecurityToken));
        }
        workspace.finish(headers, payload);
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
    ) -> Result<Self::Key, Refused>;
}

/// `AWS4-HMAC-SHA256`, and its namesakes in other dialects.
struct Hmac;

impl<'a> Scheme<'a> for Hmac {
    const FORM: &'static Form = &HMAC;
    type Key = ScopedKey<'a>;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the key is not moved")]
    fn key(
        &self,
        verifier: &Verifier<'a>,
        keys: &impl KeyStore,
        stored: &StoredKey<'_>,
        time: &Time,
    ) -> Result<ScopedKey<'a>, Refused> {
        let scope = Scope::new(time, verifier.region, verifier.service)
            .map_err(Rejection::malformed_request)?
            .in_dialect(verifier.dialect);
        match keys.signing_key(stored, scope) {
            Some(key) => Ok(key),
            None => Err(Rejection::key_out_of_scope().into()),
        }
    }
}

/// A key that tells whether a signature is right.
pub(crate) trait VerifyingKey {
    /// Whether these are the digits of a signature of the string to sign.
    fn verifies(&self, workspace: &mut Workspace, signature: &[u8]) -> bool;
}

/// In constant time.
impl VerifyingKey for ScopedKey<'_> {
    #[inline]
    fn verifies(&self, workspace: &mut Workspace, signature: &[u8]) -> bool {
        let mac = self.key().mac_of_buffer(workspace.string_to_sign());
        equal(Hex::encode(&mac).as_bytes(), signature)
    }
}
