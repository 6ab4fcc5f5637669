//! `token`: a token, described by its difference from the plainest one of its kind.

use serde::Deserialize;
use sigv4_protocol::TokenQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Credentials, TokenInput, TokenKind};
use sigv4_vectors::text::Time;

/// The token without any difference, in words.
pub(super) const PLAINEST: &str = "the plainest token of its kind";

/// A token. Omitted fields are those of the plainest one of its kind, made on 30 August 2015 in us-east-1
/// with the example credentials of the vendor's suite, for `jane_doe` at `mydb.example.com:3306` and a
/// quarter of an hour.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthToken {
    kind: Option<TokenKind>,
    region: Option<Bytes>,
    host: Option<Bytes>,
    port: Option<u16>,
    user: Option<Bytes>,
    user_agent: Option<Bytes>,
    lifetime: Option<u64>,
    session_token: Option<Bytes>,
}

impl AuthToken {
    /// How it differs from the plainest one, as text.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &Option<Bytes>| Some((name, value.as_ref()?.to_string()));
        let given = [
            Some(("kind", self.kind().to_string())),
            text("region", &self.region),
            text("host", &self.host),
            self.port.map(|port| ("port", port.to_string())),
            text("user", &self.user),
            text("user agent", &self.user_agent),
            self.lifetime.map(|seconds| ("lifetime", format!("{seconds} seconds"))),
            text("session token", &self.session_token),
        ];
        given.into_iter().flatten().collect()
    }

    fn kind(&self) -> TokenKind {
        self.kind.unwrap_or(TokenKind::Rds)
    }

    /// The question that it describes.
    ///
    /// # Errors
    /// A message if the time is malformed.
    pub fn question(&self) -> Result<TokenQuestion, String> {
        let kind = self.kind();
        let given = |value: &Option<Bytes>, usual: &str| value.clone().unwrap_or(usual.into());
        let host = match kind {
            TokenKind::Codecommit => "git-codecommit.us-east-1.amazonaws.com",
            TokenKind::Iot => "example.iot.us-east-1.amazonaws.com",
            TokenKind::Dsql | TokenKind::DsqlAdmin => "example.dsql.us-east-1.on.aws",
            _ => "mydb.example.com",
        };
        let port = self.port.or(kind.requires("port").then_some(3306));
        Ok(TokenQuestion {
            input: TokenInput {
                kind,
                time: Time::try_from("20150830T123600Z").map_err(|error| error.to_string())?,
                region: given(&self.region, "us-east-1"),
                credentials: Credentials {
                    access_key_id: "AKIDEXAMPLE".into(),
                    secret_access_key: Bytes::from("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
                        .into(),
                    session_token: self.session_token.as_ref().map(|token| token.clone().into()),
                },
                host: kind.requires("host").then(|| given(&self.host, host)),
                port,
                name: kind.requires("name").then(|| "example".into()),
                user: kind.requires("user").then(|| given(&self.user, "jane_doe")),
                path: kind.requires("path").then(|| "/v1/repos/example".into()),
                user_agent: self.user_agent.clone(),
                lifetime: kind.requires("lifetime").then(|| self.lifetime.unwrap_or(900)),
            },
        })
    }
}
