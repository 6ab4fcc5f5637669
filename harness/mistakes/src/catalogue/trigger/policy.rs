//! `sign-post-policy`: a policy, described by its difference from the plainest one.

use serde::Deserialize;
use sigv4_protocol::PolicyQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Credentials;
use sigv4_vectors::text::Time;

/// The policy without any difference, in words.
pub(super) const PLAINEST: &str = "a policy without conditions, on one line";

/// A policy. Omitted fields are those of the plainest one, with the example credentials of the
/// vendor's suite.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    policy: Option<Bytes>,
    session_token: Option<Bytes>,
}

impl Policy {
    /// How it differs from the plainest one, as text.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &Option<Bytes>| Some((name, value.as_ref()?.to_string()));
        let given = [text("policy", &self.policy), text("session token", &self.session_token)];
        given.into_iter().flatten().collect()
    }

    /// The question that it describes.
    ///
    /// # Errors
    /// A message if the time is malformed.
    pub fn question(&self) -> Result<PolicyQuestion, String> {
        let plainest = || r#"{"expiration":"2015-08-31T00:00:00Z","conditions":[]}"#.into();
        Ok(PolicyQuestion {
            time: Time::try_from("20150830T123600Z").map_err(|error| error.to_string())?,
            region: "us-east-1".into(),
            service: "s3".into(),
            credentials: Credentials {
                access_key_id: "AKIDEXAMPLE".into(),
                secret_access_key: Bytes::from("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").into(),
                session_token: self.session_token.as_ref().map(|token| token.clone().into()),
            },
            policy: self.policy.clone().unwrap_or_else(plainest),
        })
    }
}
