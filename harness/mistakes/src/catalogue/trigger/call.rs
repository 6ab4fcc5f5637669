//! `sign`: a request, described by its difference from the plainest one.

use serde::Deserialize;
use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::{Credentials, Payload, Placement, Profile, Request, SigningInput};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Bytes, Secret};

/// One call of a signer. Omitted fields are as in the vendor's suite: `GET /` to
/// `example.amazonaws.com`, signed in header placement, generic profile, without a token.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Call {
    method: Option<Bytes>,
    target: Option<Bytes>,
    /// Follow `Host`.
    headers: Vec<(Bytes, Bytes)>,
    host: Option<Bytes>,
    body: Bytes,
    time: Option<String>,
    region: Option<Bytes>,
    service: Option<Bytes>,
    access_key_id: Option<Bytes>,
    secret_access_key: Option<Bytes>,
    session_token: Option<Bytes>,
    session_token_appended: bool,
    profile: Option<Profile>,
    placement: Option<Placement>,
    payload: Option<Payload>,
    content_sha256_header: bool,
    expires: Option<u64>,
}

impl Call {
    /// How the call differs from the plainest one, as text.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &Option<Bytes>| Some((name, value.as_ref()?.to_string()));
        let flag = |name, value: bool| value.then(|| (name, "yes".to_owned()));
        let mut given: Vec<_> =
            [text("method", &self.method), text("target", &self.target), text("host", &self.host)]
                .into_iter()
                .flatten()
                .collect();
        let headers = self.headers.iter();
        given.extend(headers.map(|(name, value)| ("header", format!("{name}: {value}"))));
        let others = [
            Some(("body", self.body.to_string())).filter(|(_, body)| !body.is_empty()),
            self.time.clone().map(|time| ("time", time)),
            text("region", &self.region),
            text("service", &self.service),
            text("access key id", &self.access_key_id),
            text("secret access key", &self.secret_access_key),
            text("session token", &self.session_token),
            flag("session token added after signing", self.session_token_appended),
            self.profile.map(|profile| ("profile", profile.to_string())),
            self.placement.map(|placement| ("placement", placement.to_string())),
            self.payload.map(|payload| ("payload", payload.to_string())),
            flag("x-amz-content-sha256 header", self.content_sha256_header),
            self.expires.map(|expires| ("expires", expires.to_string())),
        ];
        given.extend(others.into_iter().flatten());
        given
    }

    /// The question that it describes.
    ///
    /// # Errors
    /// A message if the time is malformed.
    pub fn question(&self) -> Result<SignQuestion, String> {
        let placement = self.placement.unwrap_or(Placement::Header);
        let profile = self.profile.unwrap_or(Profile::Generic);
        let generic = profile == Profile::Generic;
        let given = |value: &Option<Bytes>, default: &str| {
            value.clone().unwrap_or_else(|| Bytes::from(default))
        };
        let time = self.time.as_deref().unwrap_or("20150830T123600Z");
        let host = (Bytes::from("Host"), given(&self.host, "example.amazonaws.com"));
        Ok(SignQuestion {
            placement,
            profile,
            input: SigningInput {
                time: Time::try_from(time.to_owned()).map_err(|error| error.to_string())?,
                region: given(&self.region, "us-east-1"),
                service: given(&self.service, if generic { "service" } else { "s3" }),
                credentials: Credentials {
                    access_key_id: given(&self.access_key_id, "AKIDEXAMPLE"),
                    secret_access_key: given(
                        &self.secret_access_key,
                        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                    )
                    .into(),
                    session_token: self.session_token.clone().map(Secret::from),
                },
                session_token_signed: !self.session_token_appended,
                normalize: generic,
                double_encode: generic,
                payload: self.payload.unwrap_or(Payload::Signed),
                content_sha256_header: self.content_sha256_header,
                expires: match placement {
                    Placement::Header => None,
                    Placement::Query => Some(self.expires.unwrap_or(3600)),
                },
                request: Request {
                    method: given(&self.method, "GET"),
                    target: given(&self.target, "/"),
                    headers: std::iter::once(host).chain(self.headers.iter().cloned()).collect(),
                    body: self.body.clone(),
                },
            },
        })
    }
}
