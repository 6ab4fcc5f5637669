//! Verification: what a service does with a signed request.
//!
//! The vendor documents the signer's side; the verifier's rules are collected from the S3 API
//! Reference ("Signature Calculations for the Authorization Header", "Authenticating Requests:
//! Using Query Parameters") and the IAM User Guide ("AWS Signature Version 4 for API requests").

mod checks;
mod key_store;
mod parse;
mod reason;

use crate::canonical::{Headers, Workspace};
use crate::error::Error;
use crate::profile::Profile;
use crate::request::Request;
use crate::scope::Scope;
use crate::sign::{PayloadLine, TokenCoverage};
use crate::time::Time;

pub use key_store::{CachedKeys, KeyStore, StoredKey};
pub use parse::{Claim, Placement};
pub use reason::{Reason, Rejection};

/// The longest life of a presigned URL: seven days, in seconds.
pub const LONGEST_EXPIRY: u64 = 604_800;

/// What a verifier insists on.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// The verifier's clock.
    pub now: Time,
    /// How far the signing time may lie from the clock, in seconds: 900 for S3, usually 300
    /// elsewhere.
    pub window_seconds: u64,
    /// The region that the credential scope must name.
    pub region: &'a [u8],
    /// The service that the credential scope must name.
    pub service: &'a [u8],
    /// How the path becomes canonical.
    pub profile: Profile,
    /// What the signature covers where the request itself does not say it in
    /// `x-amz-content-sha256`.
    pub unstated_payload: UnstatedPayload,
    /// Whether a presigned URL's session token is a part of what was signed. In header placement
    /// the request says it itself.
    pub token_coverage: TokenCoverage,
}

/// What the payload line is taken to be when the request does not state it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnstatedPayload {
    /// The SHA-256 of the body: most services.
    BodyHash,
    /// `UNSIGNED-PAYLOAD`: presigned URLs of S3.
    Unsigned,
}

/// A request that verified.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Accepted {
    /// Whose key signed it.
    pub access_key_id: Vec<u8>,
    /// When it says that it was signed.
    pub time: Time,
}

impl Verifier<'_> {
    /// Verifies `request` with a key out of `keys`.
    ///
    /// # Errors
    /// The first check that fails, in this order: the request's own form, where the
    /// authentication stands and how it is written, scope, time, which headers are signed, the
    /// key, the session token, the payload, the signature.
    ///
    /// # Examples
    /// The presigned `GET` of the S3 documentation, a day later and a second after that:
    ///
    /// ```
    /// use sigv4_reference::sign::TokenCoverage;
    /// use sigv4_reference::verify::{Reason, StoredKey, UnstatedPayload, Verifier};
    /// use sigv4_reference::{Header, Profile, Request, Time, Workspace};
    ///
    /// let keys = [StoredKey {
    ///     access_key_id: b"AKIAIOSFODNN7EXAMPLE",
    ///     secret_access_key: b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ///     session_token: None,
    ///     active: true,
    /// }];
    /// let mut verifier = Verifier {
    ///     now: Time::parse(b"20130525T000000Z")?,
    ///     window_seconds: 900,
    ///     region: b"us-east-1",
    ///     service: b"s3",
    ///     profile: Profile::S3,
    ///     unstated_payload: UnstatedPayload::Unsigned,
    ///     token_coverage: TokenCoverage::Signed,
    /// };
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
        let malformed = |error: Error| Rejection::new(Reason::MalformedRequest, error.to_string());
        request.check().map_err(malformed)?;
        let claim = Claim::parse(request)?;
        checks::scope(self, &claim)?;
        checks::time(self, &claim)?;
        checks::signed_headers(request, &claim)?;
        let stored = checks::key(keys, &claim)?;
        checks::session_token(&stored, &claim)?;
        let payload = checks::payload(self, request, &claim)?;
        self.write_stages(workspace, request, &claim, &payload)?;

        let key = keys.signing_key(&stored, &claim.time, self.region, self.service);
        if workspace.verifies(&key, &claim.signature) {
            Ok(Accepted { access_key_id: claim.access_key_id, time: claim.time })
        } else {
            Err(Rejection::new(
                Reason::SignatureMismatch,
                "the signature is not the one computed from the request".to_owned(),
            ))
        }
    }

    /// Recomputes what was signed, from the request as it arrived.
    fn write_stages(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        claim: &Claim,
        payload: &PayloadLine<'_>,
    ) -> Result<(), Rejection> {
        let malformed = |error: Error| Rejection::new(Reason::MalformedRequest, error.to_string());
        let scope = Scope::new(&claim.time, self.region, self.service).map_err(malformed)?;
        workspace.clear();
        let headers = Headers { sent: request.headers, added: &[] };
        workspace.add_headers(headers, |name| claim.signs(name));
        let (path, query) = request.path_and_query();
        workspace.start(request.method, path, self.profile, &claim.time, &scope);
        workspace
            .add_query((path, query), |name| claim.covers_parameter(name, self))
            .map_err(malformed)?;
        workspace.finish(headers, payload.as_bytes());
        Ok(())
    }
}
