//! `sign-legacy`: a request, described by its difference from the plainest one of its scheme.

use serde::Deserialize;
use sigv4_protocol::LegacyQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Credentials, LegacyAlgorithm, LegacyInput, LegacyScheme, Request};
use sigv4_vectors::text::Time;

/// The request without any difference, in words.
pub(super) const PLAINEST: &str = "the plainest request of its scheme";

/// A request. Omitted fields are those of the plainest one of its scheme, signed on 30 August 2015 with
/// the example credentials of the vendor's suite: `GET /key` of the bucket `examplebucket`, an action
/// without parameters in HMAC-SHA256, or `GET /` of Route 53.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Legacy {
    scheme: Option<LegacyScheme>,
    method: Option<Bytes>,
    target: Option<Bytes>,
    host: Option<Bytes>,
    /// Whether the path names the bucket.
    path_style: bool,
    /// Beside `Host` and `Date`.
    headers: Vec<(Bytes, Bytes)>,
    body: Option<Bytes>,
    secret: Option<Bytes>,
    session_token: Option<Bytes>,
}

impl Legacy {
    /// How it differs from the plainest one, as text.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &Option<Bytes>| Some((name, value.as_ref()?.to_string()));
        let path_style = ("bucket", "named by the path".to_owned());
        let given = [
            Some(("scheme", self.scheme().to_string())),
            text("method", &self.method),
            text("target", &self.target),
            text("Host", &self.host),
            self.path_style.then_some(path_style),
            text("body", &self.body),
            text("secret", &self.secret),
            text("session token", &self.session_token),
        ];
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| ("header", format!("{name}: {value}")));
        given.into_iter().flatten().chain(headers).collect()
    }

    fn scheme(&self) -> LegacyScheme {
        self.scheme.unwrap_or(LegacyScheme::S3Header)
    }

    /// The question that it describes.
    ///
    /// # Errors
    /// A message if the time is malformed.
    pub fn question(&self) -> Result<LegacyQuestion, String> {
        let scheme = self.scheme();
        let (host, target, is_dated) = match scheme {
            LegacyScheme::S3Header => ("examplebucket.s3.amazonaws.com", "/key", true),
            LegacyScheme::S3Query => ("examplebucket.s3.amazonaws.com", "/key", false),
            LegacyScheme::QueryV2 => ("sdb.amazonaws.com", "/?Action=ListDomains", false),
            LegacyScheme::Aws3Https => ("route53.amazonaws.com", "/", true),
        };
        let is_s3 = matches!(scheme, LegacyScheme::S3Header | LegacyScheme::S3Query);
        let given = |value: &Option<Bytes>, usual: &str| value.clone().unwrap_or(usual.into());
        let host = if self.path_style { "s3.amazonaws.com" } else { host };
        let mut headers = vec![("Host".into(), given(&self.host, host))];
        if is_dated {
            headers.push(("Date".into(), "Sun, 30 Aug 2015 12:36:00 GMT".into()));
        }
        headers.extend(self.headers.iter().cloned());
        let secret = given(&self.secret, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        Ok(LegacyQuestion {
            input: LegacyInput {
                scheme,
                algorithm: if is_s3 {
                    LegacyAlgorithm::HmacSha1
                } else {
                    LegacyAlgorithm::HmacSha256
                },
                time: Time::try_from("20150830T123600Z").map_err(|error| error.to_string())?,
                bucket: (is_s3 && !self.path_style).then(|| "examplebucket".into()),
                // An hour later.
                expires_at: (scheme == LegacyScheme::S3Query).then_some(1_440_941_760),
                credentials: Credentials {
                    access_key_id: "AKIDEXAMPLE".into(),
                    secret_access_key: secret.into(),
                    session_token: self.session_token.as_ref().map(|token| token.clone().into()),
                },
                request: Request {
                    method: given(&self.method, "GET"),
                    target: given(&self.target, target),
                    headers,
                    body: given(&self.body, ""),
                },
            },
        })
    }
}
