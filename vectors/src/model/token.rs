//! A token or a password to make, for a service that takes no signed request.

use serde::{Deserialize, Serialize};

use super::sign::Credentials;
use crate::bytes::Bytes;
use crate::text::Time;
use crate::words::words;

/// A token to make, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMaking {
    /// What the signer is given.
    pub input: TokenInput,
    /// What a correct signer makes of it.
    pub expect: TokenExpectation,
}

/// All that the signer is given. Which of the optional fields there are depends on the kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenInput {
    /// What it is a token of.
    pub kind: TokenKind,
    /// The moment of signing.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// Example credentials. Never real ones.
    pub credentials: Credentials,
    /// The host of a database, of an `IoT` endpoint or of a repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Bytes>,
    /// The port of a database; optional for `IoT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The name of a cache or of a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Bytes>,
    /// The user of a database or of a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Bytes>,
    /// The path of a repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Bytes>,
    /// The name of a client of MSK; optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<Bytes>,
    /// For how many seconds the token is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<u64>,
}

words! {
    /// The tokens and passwords.
    pub enum TokenKind {
        /// A user of a database of RDS or Aurora.
        Rds = "rds",
        /// A role of a cluster of Aurora DSQL.
        Dsql = "dsql",
        /// The role `admin` of a cluster of Aurora DSQL.
        DsqlAdmin = "dsql-admin",
        /// A user of a cache of `ElastiCache`.
        Elasticache = "elasticache",
        /// The same of a serverless cache.
        ElasticacheServerless = "elasticache-serverless",
        /// A user of a cluster of `MemoryDB`.
        Memorydb = "memorydb",
        /// The same of a serverless one.
        MemorydbServerless = "memorydb-serverless",
        /// A cluster of EKS.
        Eks = "eks",
        /// A client of MSK.
        Msk = "msk",
        /// The URL of MQTT over `WebSocket`.
        Iot = "iot",
        /// The password of SES for SMTP.
        SesSmtp = "ses-smtp",
        /// The password of a Git repository in `CodeCommit`.
        Codecommit = "codecommit",
    }
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenExpectation {
    /// The canonical request, if one is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_request: Option<Bytes>,
    /// The string to sign, if one is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_to_sign: Option<Bytes>,
    /// The text of the token. The order of its parameters is up to the signer.
    pub token: Bytes,
}

impl TokenInput {
    /// Whether the fields are those of the kind.
    pub(crate) fn fits(&self) -> bool {
        let there = [
            (self.host.is_some(), "host"),
            (self.port.is_some(), "port"),
            (self.name.is_some(), "name"),
            (self.user.is_some(), "user"),
            (self.path.is_some(), "path"),
            (self.user_agent.is_some(), "user_agent"),
            (self.lifetime.is_some(), "lifetime"),
        ];
        there.iter().all(|(is_there, name)| {
            if self.kind.requires(name) { *is_there } else { !is_there || self.kind.allows(name) }
        })
    }
}

impl TokenKind {
    /// Whether a token of this kind is made of this field of [`TokenInput`].
    #[must_use]
    pub fn requires(self, field: &str) -> bool {
        let fields: &[&str] = match self {
            Self::Rds => &["host", "port", "user", "lifetime"],
            Self::Dsql | Self::DsqlAdmin | Self::Iot => &["host", "lifetime"],
            Self::Elasticache
            | Self::ElasticacheServerless
            | Self::Memorydb
            | Self::MemorydbServerless => &["name", "user", "lifetime"],
            Self::Eks => &["name", "lifetime"],
            Self::Msk => &["lifetime"],
            Self::SesSmtp => &[],
            Self::Codecommit => &["host", "path"],
        };
        fields.contains(&field)
    }

    /// Whether the field may be there without being required.
    #[must_use]
    pub fn allows(self, field: &str) -> bool {
        matches!((self, field), (Self::Msk, "user_agent") | (Self::Iot, "port"))
    }
}

impl TokenExpectation {
    /// Whether both stages are there where a request is signed.
    pub(crate) fn fits(&self, kind: TokenKind) -> bool {
        let signs = kind != TokenKind::SesSmtp;
        self.canonical_request.is_some() == signs && self.string_to_sign.is_some() == signs
    }
}
