//! What services want of a signed request, each rule with its source.

use serde::{Deserialize, Serialize};

/// The rules of one service, by the name in the scope of its requests.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct ServiceRules<'t> {
    /// The name in the scope.
    pub service: &'t str,
    /// How the path becomes canonical.
    pub path: PathRule,
    /// What the header `x-amz-content-sha256` has to be.
    pub payload: PayloadRule,
    /// Whether a session token is signed or appended after signing, in a presigned URL.
    pub token: TokenRule,
    /// How far the signing time may lie from the server's clock, in seconds.
    pub window_seconds: u64,
    /// How long a presigned URL may be valid, in seconds.
    pub longest_expires: u64,
    /// Where this is documented or was measured.
    pub source: &'t str,
}

/// How a path becomes canonical.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathRule {
    /// Normalised, and encoded once more.
    NormalizedTwice,
    /// Decoded once and encoded once, not normalised.
    DecodedOnce,
}

/// What a service wants of `x-amz-content-sha256`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PayloadRule {
    /// It may be absent.
    Optional,
    /// It has to be sent in header placement; a presigned URL is signed with `UNSIGNED-PAYLOAD`.
    Required,
    /// It has to be sent with `UNSIGNED-PAYLOAD`.
    Unsigned,
}

/// When the session token of a presigned URL is added.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenRule {
    /// Before signing.
    Signed,
    /// After signing.
    Appended,
}

/// What stands for all services without rules of their own.
pub(super) const EVERY_OTHER: &str = "*";

const WEEK: u64 = 604_800;

const GENERIC: ServiceRules<'static> = ServiceRules {
    service: EVERY_OTHER,
    path: PathRule::NormalizedTwice,
    payload: PayloadRule::Optional,
    token: TokenRule::Signed,
    window_seconds: 300,
    longest_expires: WEEK,
    source: "IAM User Guide, \"Create a signed AWS API request\"",
};

const S3: ServiceRules<'static> = ServiceRules {
    service: "s3",
    path: PathRule::DecodedOnce,
    payload: PayloadRule::Required,
    window_seconds: 900,
    source: "S3 API Reference, \"Authenticating Requests (AWS Signature Version 4)\"",
    ..GENERIC
};

/// Services with rules of their own; all others follow the last.
pub const SERVICES: &[ServiceRules<'static>] = &[
    S3,
    ServiceRules {
        service: "s3-object-lambda",
        source: "S3 User Guide, \"Transforming objects with S3 Object Lambda\"; aws-sdk-js#4209",
        ..S3
    },
    ServiceRules {
        service: "s3-outposts",
        source: "S3 on Outposts User Guide, \"Authenticating requests (AWS Signature Version 4)\"",
        ..S3
    },
    ServiceRules {
        service: "s3express",
        source: "S3 User Guide, \"Directory buckets\": authorising Zonal endpoint operations",
        ..S3
    },
    ServiceRules {
        service: "aoss",
        payload: PayloadRule::Required,
        source: "OpenSearch Service Developer Guide, \"Signing HTTP requests to OpenSearch Serverless\"",
        ..GENERIC
    },
    ServiceRules {
        service: "vpc-lattice-svcs",
        payload: PayloadRule::Unsigned,
        source: "VPC Lattice User Guide, \"SIGv4 authenticated requests\"",
        ..GENERIC
    },
    ServiceRules {
        service: "iotdevicegateway",
        token: TokenRule::Appended,
        source: "IoT Core Developer Guide, \"MQTT over the WebSocket protocol\"; amplify-flutter#6079",
        ..GENERIC
    },
    ServiceRules {
        service: "rds-db",
        longest_expires: 900,
        source: "RDS User Guide, \"IAM database authentication\": tokens are valid for 15 minutes",
        ..GENERIC
    },
    ServiceRules {
        service: "kafka-cluster",
        longest_expires: 900,
        source: "aws-msk-iam-sasl-signer: tokens are valid for 15 minutes",
        ..GENERIC
    },
    GENERIC,
];

impl ServiceRules<'_> {
    /// The built-in rules of a service.
    #[must_use]
    pub fn of(service: &[u8]) -> ServiceRules<'static> {
        let known = SERVICES.iter().find(|rules| rules.service.as_bytes() == service);
        known.copied().unwrap_or(GENERIC)
    }

    /// Whether the service is S3 or follows its rules.
    #[must_use]
    pub fn is_s3(self) -> bool {
        self.path == PathRule::DecodedOnce
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relatives_of_s3_follow_its_path_rule() {
        for service in ["s3", "s3-outposts", "s3-object-lambda", "s3express"] {
            assert!(ServiceRules::of(service.as_bytes()).is_s3(), "{service}");
        }
        for service in ["", "s3-foo", "aoss", "execute-api"] {
            assert!(!ServiceRules::of(service.as_bytes()).is_s3(), "{service}");
        }
    }

    #[test]
    fn each_service_is_listed_once() {
        for (index, rules) in SERVICES.iter().enumerate() {
            let later = &SERVICES[index + 1..];
            assert!(!later.iter().any(|other| other.service == rules.service), "{rules:?}");
        }
    }
}
