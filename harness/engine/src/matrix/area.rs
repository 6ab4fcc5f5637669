//! The rows of a matrix: what a case is about.

use serde::{Deserialize, Serialize};

/// What a case is about, in the order of the rows.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// The vendor's own suite.
    Official,
    /// Worked examples of documentation and SDKs.
    Published,
    /// Right requests, for verifiers.
    Right,
    /// The method.
    Method,
    /// The path.
    Path,
    /// The query.
    Query,
    /// Headers other than `Host`.
    Headers,
    /// The header `Host`.
    Host,
    /// The body and its hash.
    Body,
    /// Method, path, query, headers and body, changed after signing.
    Request,
    /// The header `Authorization`.
    Authorization,
    /// Times, windows and lifetimes.
    Clock,
    /// Region and service.
    Scope,
    /// Secrets and key ids.
    Keys,
    /// Session tokens.
    SessionToken,
    /// Presigned URLs.
    Presigned,
    /// What is kept from one call to the next.
    State,
    /// Long inputs.
    Sizes,
    /// Uploads in chunks.
    Chunks,
    /// Messages of event streams.
    Events,
    /// Upload forms.
    Forms,
    /// SigV4A.
    V4a,
    /// Tokens and passwords for services that take no signed request.
    AuthTokens,
    /// Signatures before Version 4.
    Legacy,
}

/// The files of the family `sigv4` by how their names begin; of two that fit, the longer counts.
const FILES: [(&str, Area); 32] = [
    ("authorization", Area::Authorization),
    ("bases", Area::Right),
    ("bodies", Area::Body),
    ("clock", Area::Clock),
    ("dates", Area::Clock),
    ("header", Area::Headers),
    ("host", Area::Host),
    ("key", Area::Keys),
    ("methods", Area::Method),
    ("parameters", Area::Presigned),
    ("path", Area::Path),
    ("payload", Area::Body),
    ("presign", Area::Presigned),
    ("query", Area::Query),
    ("regions", Area::Scope),
    ("request", Area::Request),
    ("s3-header", Area::Headers),
    ("s3-keys", Area::Path),
    ("s3-path", Area::Path),
    ("s3-query", Area::Query),
    ("scope", Area::Scope),
    ("secrets", Area::Keys),
    ("sequences", Area::State),
    ("service-paths", Area::Path),
    ("services", Area::Scope),
    ("signed-headers", Area::Headers),
    ("size-bodies", Area::Body),
    ("size", Area::Sizes),
    ("target", Area::Request),
    ("token", Area::SessionToken),
    ("url-bytes-in-path", Area::Path),
    ("url-bytes-elsewhere", Area::Query),
];

impl Area {
    /// The area of the case with this id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        let mut parts = id.split('/');
        let [suite, family, file] = std::array::from_fn(|_| parts.next().unwrap_or_default());
        let by_family = match family {
            "sigv4" => None,
            "sigv4a" => Some(Self::V4a),
            "sigv4-chunked" | "sigv4-chunked-trailer" | "sigv4a-chunked" => Some(Self::Chunks),
            "sigv4-eventstream" => Some(Self::Events),
            "sigv4-post-policy" => Some(Self::Forms),
            "s3-sigv2" | "query-sigv2" | "aws3-https" => Some(Self::Legacy),
            _ => Some(Self::AuthTokens),
        };
        let by_suite = match suite {
            "official" => Some(Self::Official),
            "published" => Some(Self::Published),
            _ => None,
        };
        let by_file = || {
            let begins = |(name, _): &&(&str, Self)| file.starts_with(name);
            let found = FILES.iter().filter(begins).max_by_key(|(name, _)| name.len());
            found.map(|(_, area)| *area)
        };
        // A case of the user's own may be in any file.
        by_family.or(by_suite).or_else(by_file).unwrap_or(Self::Request)
    }

    /// The heading of its row.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Official => "official suite",
            Self::Published => "published examples",
            Self::Right => "right requests",
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Headers => "headers",
            Self::Host => "host",
            Self::Body => "body",
            Self::Request => "request",
            Self::Authorization => "`Authorization`",
            Self::Clock => "clock",
            Self::Scope => "scope",
            Self::Keys => "keys",
            Self::SessionToken => "session token",
            Self::Presigned => "presigned",
            Self::State => "state",
            Self::Sizes => "long inputs",
            Self::Chunks => "chunks",
            Self::Events => "event streams",
            Self::Forms => "upload forms",
            Self::V4a => "SigV4A",
            Self::AuthTokens => "tokens",
            Self::Legacy => "before Version 4",
        }
    }
}

#[cfg(test)]
mod tests {
    use sigv4_vectors::Vectors;

    use super::*;

    #[test]
    fn every_file_of_vectors_has_an_area() {
        for case in Vectors::embedded().cases() {
            let file = case.id.split('/').nth(2).unwrap();
            let is_listed = FILES.iter().any(|(name, _)| file.starts_with(name));
            assert!(is_listed || Area::of(&case.id) != Area::Request, "{}", case.id);
        }
        for (id, area) in [
            ("edge/sigv4/size-bodies/a", Area::Body),
            ("edge/sigv4/size-tokens/a", Area::Sizes),
            ("edge/sigv4/key-ids/a", Area::Keys),
            ("official/sigv4a/header/a", Area::V4a),
            ("published/rds-token/botocore/a", Area::AuthTokens),
        ] {
            assert_eq!(Area::of(id), area, "{id}");
        }
    }
}
