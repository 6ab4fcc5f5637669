//! A signer and a verifier that agree, until a test changes a setting of one of them or the request
//! between them.

use sigv4_reference::key::DateKey;
use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer, TokenCoverage};
use sigv4_reference::verify::{
    ContentTypeRule, HostRule, Reason, StoredKey, UnsignedPayload, UnstatedPayload, Verifier,
};
use sigv4_reference::{Header, KeyMaterial, Profile, Request, Scope, ScopedKey, Time};

use crate::common::Sent;

#[derive(Clone)]
pub(crate) struct Scene {
    /// `Some` for query placement.
    pub(crate) expires: Option<u64>,
    pub(crate) method: &'static str,
    pub(crate) target: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static str,
    pub(crate) access_key_id: &'static str,
    pub(crate) secret_access_key: &'static str,
    pub(crate) session_token: Option<(&'static str, TokenCoverage)>,
    pub(crate) region: &'static str,
    pub(crate) service: &'static str,
    pub(crate) profile: Profile,
    pub(crate) payload: Payload<'static>,
    pub(crate) content_sha256: ContentSha256,
    pub(crate) unsigned_headers: &'static [&'static str],

    /// What happens to the request between signer and verifier.
    pub(crate) on_its_way: fn(&mut Sent),

    pub(crate) now: &'static str,
    pub(crate) window_seconds: u64,
    pub(crate) unstated_payload: UnstatedPayload,
    pub(crate) token_coverage: TokenCoverage,
    pub(crate) unsigned_payload: UnsignedPayload,
    pub(crate) content_type: ContentTypeRule,
    pub(crate) host: HostRule,
    pub(crate) stored_token: Option<&'static str>,
    /// The day of the stored key; `None` if the secret is stored.
    pub(crate) stored_day: Option<&'static str>,
    pub(crate) active: bool,
}

/// When every scene's request is signed.
pub(crate) const SIGNED_AT: &str = "20150830T123600Z";

const REGION: &str = "us-east-1";
const SERVICE: &str = "service";
const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

impl Default for Scene {
    fn default() -> Self {
        Self {
            expires: None,
            method: "PUT",
            target: "/a/b?c=d",
            headers: &[("Host", "example.amazonaws.com"), ("X-Amz-Meta-A", "e")],
            body: "Welcome to Amazon S3.",
            access_key_id: ACCESS_KEY_ID,
            secret_access_key: SECRET_ACCESS_KEY,
            session_token: None,
            region: REGION,
            service: SERVICE,
            profile: Profile::GENERIC,
            payload: Payload::Signed,
            content_sha256: ContentSha256::Absent,
            unsigned_headers: &[],
            on_its_way: |_| (),
            now: SIGNED_AT,
            window_seconds: 900,
            unstated_payload: UnstatedPayload::BodyHash,
            token_coverage: TokenCoverage::Signed,
            unsigned_payload: UnsignedPayload::Refused,
            content_type: ContentTypeRule::MayBeUnsigned,
            host: HostRule::One,
            stored_token: None,
            stored_day: None,
            active: true,
        }
    }
}

impl Scene {
    /// The verifier's answer to what the signer sent.
    pub(crate) fn answer(&self) -> Result<(), Reason> {
        self.answer_to(&self.sent())
    }

    /// The signed request as it arrives.
    pub(crate) fn sent(&self) -> Sent {
        let time = time(SIGNED_AT);
        let (region, service) = (self.region.as_bytes(), self.service.as_bytes());
        let scope = Scope::new(&time, region, service).unwrap();
        let key = ScopedKey::derive(self.secret_access_key.as_bytes(), scope);
        let signer = Signer {
            session_token: self
                .session_token
                .map(|(value, coverage)| SessionToken { value: value.as_bytes(), coverage }),
            profile: self.profile,
            payload: self.payload,
            content_sha256: self.content_sha256,
            unsigned_headers: self.unsigned_headers,
            ..Signer::new(time, self.access_key_id.as_bytes(), &key)
        };
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() })
            .collect();
        let request = Request {
            method: self.method.as_bytes(),
            target: self.target.as_bytes(),
            headers: &headers,
            body: self.body.as_bytes(),
        };
        let mut sent = match self.expires {
            None => Sent::with_header(&signer, &request),
            Some(expires) => Sent::with_query(&signer, &request, expires),
        }
        .unwrap();
        (self.on_its_way)(&mut sent);
        sent
    }

    /// The verifier's answer to `sent`.
    pub(crate) fn answer_to(&self, sent: &Sent) -> Result<(), Reason> {
        let secret = SECRET_ACCESS_KEY.as_bytes();
        let day = self.stored_day.map(time);
        let day_key = day.map(|day| (day, DateKey::derive(secret, &day)));
        let key = StoredKey {
            access_key_id: ACCESS_KEY_ID.as_bytes(),
            material: match &day_key {
                Some((day, key)) => KeyMaterial::Day { date: *day.date(), key },
                None => KeyMaterial::Secret(secret),
            },
            session_token: self.stored_token.map(str::as_bytes),
            active: self.active,
        };
        let verifier = Verifier {
            window_seconds: self.window_seconds,
            unstated_payload: self.unstated_payload,
            token_coverage: self.token_coverage,
            unsigned_payload: self.unsigned_payload,
            content_type: self.content_type,
            host: self.host,
            ..Verifier::new(time(self.now), REGION.as_bytes(), SERVICE.as_bytes())
        };
        let keys = [key];
        let answer = sent.verify(&verifier, &keys);
        answer.map(|_| ()).map_err(|rejection| rejection.reason)
    }
}

/// The value of a header, which must be there.
pub(crate) fn header<'s>(sent: &'s mut Sent, name: &str) -> &'s mut Vec<u8> {
    let mut headers = sent.headers.iter_mut();
    let found = headers.find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
    &mut found.unwrap_or_else(|| panic!("no header {name}")).1
}

pub(crate) fn remove_header(sent: &mut Sent, name: &str) {
    header(sent, name);
    sent.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name.as_bytes()));
}

pub(crate) fn add_header(sent: &mut Sent, name: &str, value: &str) {
    sent.headers.push((name.into(), value.into()));
}

/// Replaces the only `from` by `to`.
pub(crate) fn replace(text: &mut Vec<u8>, from: &str, to: &str) {
    let old = String::from_utf8(std::mem::take(text)).unwrap();
    assert_eq!(old.matches(from).count(), 1, "{from:?} in {old:?}");
    *text = old.replace(from, to).into_bytes();
}

fn time(text: &str) -> Time {
    Time::parse(text.as_bytes()).unwrap()
}
