//! A request, and who signs it and how.

use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer, TokenCoverage};
use sigv4_reference::verify::{Rejection, StoredKey, UnsignedPayload, UnstatedPayload, Verifier};
use sigv4_reference::{Error, Header, KeyMaterial, Profile, Request, Scope, ScopedKey, Time};

use crate::common::Sent;

/// A request and everything that its signature depends on.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) method: String,
    pub(crate) target: Vec<u8>,
    pub(crate) headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) access_key_id: Vec<u8>,
    pub(crate) secret_access_key: Vec<u8>,
    pub(crate) session_token: Option<Vec<u8>>,
    pub(crate) token_coverage: TokenCoverage,
    pub(crate) time: Time,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) profile: Profile,
    pub(crate) payload: Payload<'static>,
    pub(crate) content_sha256: ContentSha256,
    pub(crate) placement: Placement,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Placement {
    Header,
    Query { expires: u64 },
}

impl Case {
    pub(crate) fn sent(&self) -> Result<Sent, Error> {
        self.with_signer(|signer, request| match self.placement {
            Placement::Header => Sent::with_header(signer, request),
            Placement::Query { expires } => Sent::with_query(signer, request, expires),
        })
    }

    fn with_signer<T>(&self, act: impl FnOnce(&Signer<'_>, &Request<'_>) -> T) -> T {
        let (region, service) = (self.region.as_bytes(), self.service.as_bytes());
        let scope = Scope::new(&self.time, region, service).unwrap();
        let key = ScopedKey::derive(&self.secret_access_key, scope);
        let mut signer = Signer::new(self.time, &self.access_key_id, &key);
        let coverage = self.token_coverage;
        signer.session_token =
            self.session_token.as_deref().map(|value| SessionToken { value, coverage });
        signer.profile = self.profile;
        signer.payload = self.payload;
        signer.content_sha256 = self.content_sha256;
        let headers: Vec<Header<'_>> =
            self.headers.iter().map(|(name, value)| Header { name, value }).collect();
        let request = Request {
            method: self.method.as_bytes(),
            target: &self.target,
            headers: &headers,
            body: &self.body,
        };
        act(&signer, &request)
    }

    pub(crate) fn verify(&self, sent: &Sent) -> Result<(), Rejection> {
        let key = StoredKey {
            access_key_id: &self.access_key_id,
            material: KeyMaterial::Secret(&self.secret_access_key),
            session_token: self.session_token.as_deref(),
            active: true,
        };
        let unstated_payload = match self.payload {
            Payload::Signed => UnstatedPayload::BodyHash,
            _ => UnstatedPayload::Unsigned,
        };
        let verifier = Verifier {
            window_seconds: 0,
            profile: self.profile,
            unstated_payload,
            unsigned_payload: UnsignedPayload::Accepted,
            token_coverage: self.token_coverage,
            ..Verifier::new(self.time, self.region.as_bytes(), self.service.as_bytes())
        };
        sent.verify(&verifier, &[key]).map(drop)
    }
}
