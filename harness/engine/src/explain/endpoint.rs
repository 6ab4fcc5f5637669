//! Which service and region a host name belongs to, as far as the name says so. A request that is
//! signed for others is refused, however right its signature is.

use super::Scene;
use super::parts::header;

/// What the name of a host says.
pub(super) struct Endpoint {
    /// The host, in lower case and without its port.
    pub(super) host: String,
    /// The names in a scope that this host accepts; the first is the usual one. Empty where the name
    /// does not say it.
    pub(super) services: &'static [&'static str],
    /// The region that is part of the name, or that the provider has for all.
    pub(super) region: Option<String>,
    /// Where this is documented.
    pub(super) source: &'static str,
}

/// Host names with the service that they belong to.
struct Pattern {
    /// `{region}` is the region, `{name}` any label, `*` the rest of a label, and `**.` at the start
    /// any labels or none.
    host: &'static str,
    services: &'static [&'static str],
    source: &'static str,
}

const S3: &str = "AWS General Reference, \"Amazon S3 endpoints and quotas\"";
const GENERAL: &str = "AWS General Reference, \"Service endpoints and quotas\"";

/// The first that fits counts. `aws` stands for every domain of AWS's own names.
const PATTERNS: &[Pattern] = &[
    Pattern {
        host: "**.execute-api.{region}.aws",
        services: &["execute-api"],
        source: "API Gateway Developer Guide, \"Invoke REST APIs\"",
    },
    Pattern {
        host: "**.execute-api.{region}.vpce.aws",
        services: &["execute-api"],
        source: "API Gateway Developer Guide, \"Invoke a private API\"",
    },
    Pattern {
        host: "**.lambda-url.{region}.on.aws",
        services: &["lambda"],
        source: "Lambda Developer Guide, \"Invoking Lambda function URLs\"",
    },
    Pattern {
        host: "**.vpc-lattice-svcs.{region}.on.aws",
        services: &["vpc-lattice-svcs"],
        source: "VPC Lattice User Guide, \"SIGv4 authenticated requests\"",
    },
    Pattern {
        host: "**.dsql.{region}.on.aws",
        services: &["dsql"],
        source: "Aurora DSQL User Guide, \"Generating an authentication token\"",
    },
    Pattern {
        host: "**.{region}.aoss.aws",
        services: &["aoss"],
        source: "OpenSearch Service Developer Guide, \"Signing HTTP requests to OpenSearch Serverless\"",
    },
    Pattern {
        host: "**.{region}.es.aws",
        services: &["es"],
        source: "OpenSearch Service Developer Guide, \"Signing HTTP requests\"",
    },
    Pattern {
        host: "**.{region}.cloudsearch.aws",
        services: &["cloudsearch"],
        source: "CloudSearch Developer Guide, \"Submitting requests\"",
    },
    Pattern {
        host: "**.{region}.neptune.aws",
        services: &["neptune-db"],
        source: "Neptune User Guide, \"Connecting with IAM authentication\"",
    },
    Pattern {
        host: "**.appsync-api.{region}.aws",
        services: &["appsync"],
        source: "AppSync Developer Guide, \"IAM authorization\"",
    },
    Pattern {
        host: "**.iot.{region}.aws",
        // The last two are those of the control plane and of jobs.
        services: &["iotdata", "iotdevicegateway", "iot", "iot-jobs-data"],
        source: "IoT Core Developer Guide, \"Device communication protocols\"",
    },
    Pattern { host: "s3express-*.{region}.aws", services: &["s3express"], source: S3 },
    Pattern { host: "**.s3express-*.{region}.aws", services: &["s3express"], source: S3 },
    Pattern { host: "**.s3-outposts.{region}.aws", services: &["s3-outposts"], source: S3 },
    Pattern {
        host: "**.s3-object-lambda.{region}.aws",
        services: &["s3-object-lambda"],
        source: S3,
    },
    Pattern { host: "**.s3-control.{region}.aws", services: &["s3", "s3-outposts"], source: S3 },
    Pattern { host: "**.s3-accesspoint.{region}.aws", services: &["s3"], source: S3 },
    Pattern { host: "**.s3.dualstack.{region}.aws", services: &["s3"], source: S3 },
    Pattern { host: "**.s3-fips.{region}.aws", services: &["s3"], source: S3 },
    Pattern { host: "**.s3.{region}.vpce.aws", services: &["s3"], source: S3 },
    Pattern { host: "**.s3.{region}.aws", services: &["s3"], source: S3 },
    Pattern { host: "**.s3-{region}.aws", services: &["s3"], source: S3 },
    Pattern { host: "**.s3.aws", services: &["s3"], source: S3 },
    Pattern { host: "**.s3-accelerate.aws", services: &["s3"], source: S3 },
    Pattern {
        host: "bedrock-runtime.{region}.aws",
        services: &["bedrock"],
        source: "AWS SDK models: the signing name of all Bedrock endpoints but AgentCore's is `bedrock`",
    },
    Pattern { host: "bedrock-runtime-fips.{region}.aws", services: &["bedrock"], source: GENERAL },
    Pattern { host: "bedrock-agent.{region}.aws", services: &["bedrock"], source: GENERAL },
    Pattern { host: "bedrock-agent-runtime.{region}.aws", services: &["bedrock"], source: GENERAL },
    Pattern { host: "email.{region}.aws", services: &["ses"], source: GENERAL },
    Pattern { host: "runtime.sagemaker.{region}.aws", services: &["sagemaker"], source: GENERAL },
    Pattern { host: "api.sagemaker.{region}.aws", services: &["sagemaker"], source: GENERAL },
    Pattern { host: "api.ecr.{region}.aws", services: &["ecr"], source: GENERAL },
    Pattern { host: "streams.dynamodb.{region}.aws", services: &["dynamodb"], source: GENERAL },
    Pattern { host: "aps-workspaces.{region}.aws", services: &["aps"], source: GENERAL },
    Pattern { host: "**.ddb.{region}.aws", services: &["dynamodb"], source: GENERAL },
    Pattern { host: "runtime-v2-lex.{region}.aws", services: &["lex"], source: GENERAL },
    Pattern {
        host: "transcribestreaming.{region}.aws",
        services: &["transcribe"],
        source: GENERAL,
    },
    Pattern { host: "pinpoint.{region}.aws", services: &["mobiletargeting"], source: GENERAL },
    Pattern { host: "appconfigdata.{region}.aws", services: &["appconfig"], source: GENERAL },
    Pattern { host: "{name}.{region}.aws", services: &[], source: GENERAL },
    Pattern {
        host: "**.r2.cloudflarestorage.com",
        services: &["s3"],
        source: "Cloudflare R2, \"S3 API compatibility\"",
    },
];

/// Hosts without a region in their name that take one region only, with their service.
const GLOBAL: &[(&str, &[&str])] = &[
    ("cloudfront.amazonaws.com", &["cloudfront"]),
    ("iam.amazonaws.com", &["iam"]),
    ("route53.amazonaws.com", &["route53"]),
    ("sts.amazonaws.com", &["sts"]),
];
/// Their region.
const GLOBAL_REGION: &str = "us-east-1";

/// Services whose name in a scope is the first label of their host.
const SAME_NAME: &[&str] = &[
    "apigateway",
    "athena",
    "autoscaling",
    "cloudformation",
    "cloudtrail",
    "cognito-idp",
    "dynamodb",
    "ec2",
    "ecs",
    "elasticmapreduce",
    "events",
    "firehose",
    "glue",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "states",
    "sts",
];

/// The domains that stand for `aws`.
const DOMAINS: &[&str] = &[".amazonaws.com.cn", ".amazonaws.com", ".amazonaws.eu", ".api.aws"];

/// Regions that Cloudflare R2 takes (R2, "S3 API compatibility").
const R2_REGIONS: &[&str] =
    &["auto", "us-east-1", "", "wnam", "enam", "weur", "eeur", "apac", "oc"];

impl Endpoint {
    /// What the host of the request says; nothing for a name that is not known.
    pub(super) fn of(scene: &Scene<'_>) -> Option<Self> {
        let host = header(&scene.sent.request, "host")?;
        let is_mqtt = scene.sent.request.target.starts_with(b"/mqtt");
        let mut endpoint = Self::named(std::str::from_utf8(host).ok()?)?;
        if is_mqtt && endpoint.services.contains(&"iotdevicegateway") {
            endpoint.services = &["iotdevicegateway"];
        }
        Some(endpoint)
    }

    /// What this host says.
    pub(super) fn named(host: &str) -> Option<Self> {
        let host = host.trim().to_ascii_lowercase();
        let host = host.split(':').next().unwrap_or_default();
        if let Some((_, services)) = GLOBAL.iter().find(|(global, _)| *global == host) {
            let region = Some(GLOBAL_REGION.to_owned());
            let source = "IAM User Guide, \"Elements of an AWS API request signature\"";
            return Some(Self { host: host.to_owned(), services, region, source });
        }
        let domain = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain));
        let name = domain.map_or_else(|| host.to_owned(), |rest| format!("{rest}.aws"));
        PATTERNS.iter().find_map(|pattern| {
            let (region, first) = fits(pattern.host, &name)?;
            let same = || SAME_NAME.iter().find(|name| **name == first);
            let services = match pattern.services {
                [] => same().map(std::slice::from_ref).unwrap_or_default(),
                services => services,
            };
            Some(Self { host: host.to_owned(), services, region, source: pattern.source })
        })
    }

    /// Whether the host takes requests that are signed for the region.
    pub(super) fn takes_region(&self, region: &[u8]) -> bool {
        if self.host.ends_with(".r2.cloudflarestorage.com") {
            return R2_REGIONS.iter().any(|known| known.as_bytes() == region);
        }
        self.region.as_ref().is_none_or(|own| own.as_bytes() == region)
    }

    /// The region to sign for.
    pub(super) fn usual_region(&self) -> &str {
        self.region.as_deref().unwrap_or("auto")
    }

    /// Whether the host takes requests that are signed for the service.
    pub(super) fn takes_service(&self, service: &[u8]) -> bool {
        self.services.is_empty() || self.services.iter().any(|own| own.as_bytes() == service)
    }
}

/// The region in a name, and its first label, if the pattern fits.
fn fits(pattern: &str, name: &str) -> Option<(Option<String>, String)> {
    let (pattern, is_open) =
        pattern.strip_prefix("**.").map_or((pattern, false), |rest| (rest, true));
    let labels: Vec<&str> = name.split('.').collect();
    let wanted: Vec<&str> = pattern.split('.').collect();
    let start = labels.len().checked_sub(wanted.len())?;
    if start > 0 && !is_open {
        return None;
    }
    let mut region = None;
    for (wanted, label) in wanted.iter().zip(&labels[start..]) {
        if let Some(before) = wanted.strip_suffix("{region}") {
            let own = label.strip_prefix(before).filter(|own| is_region(own))?;
            region = Some(own.to_owned());
        } else if let Some(before) = wanted.strip_suffix('*') {
            label.strip_prefix(before)?;
        } else if *wanted != "{name}" && wanted != label {
            return None;
        }
    }
    Some((region, labels[0].to_owned()))
}

/// `us-east-1`, `us-gov-west-1`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let [area, places @ .., number] = &parts[..] else { return false };
    let is_word = |part: &&str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=4).contains(&area.len())
        && is_word(area)
        && !places.is_empty()
        && places.iter().all(is_word)
        && number.len() == 1
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_says_its_service_and_region() {
        for (host, service, region) in [
            ("abc123.execute-api.eu-west-1.amazonaws.com", "execute-api", "eu-west-1"),
            ("b.s3.eu-central-1.amazonaws.com:443", "s3", "eu-central-1"),
            ("s3.us-gov-west-1.amazonaws.com", "s3", "us-gov-west-1"),
            ("s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"),
            ("a.b.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
            ("bucket.vpce-1a-2b.s3.us-east-1.vpce.amazonaws.com", "s3", "us-east-1"),
            ("b.s3.cn-north-1.amazonaws.com.cn", "s3", "cn-north-1"),
            ("b--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3express", "us-east-1"),
            ("x.us-east-1.aoss.amazonaws.com", "aoss", "us-east-1"),
            ("search-d-x.eu-west-1.es.amazonaws.com", "es", "eu-west-1"),
            ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock", "us-east-1"),
            ("x.lambda-url.us-east-1.on.aws", "lambda", "us-east-1"),
            ("DynamoDB.us-east-1.amazonaws.com", "dynamodb", "us-east-1"),
            ("sts.amazonaws.com", "sts", "us-east-1"),
            ("sqs.us-east-1.api.aws", "sqs", "us-east-1"),
        ] {
            let endpoint = Endpoint::named(host).unwrap();
            assert_eq!(
                (endpoint.services[0], endpoint.usual_region()),
                (service, region),
                "{host}"
            );
            assert!(endpoint.takes_region(region.as_bytes()), "{host}");
            assert!(!endpoint.takes_region(b"ap-south-2"), "{host}");
            assert!(endpoint.takes_service(service.as_bytes()), "{host}");
            assert!(!endpoint.takes_service(b"service"), "{host}");
        }
    }

    #[test]
    fn what_a_host_does_not_say_is_left_open() {
        let global = Endpoint::named("b.s3.amazonaws.com").unwrap();
        assert!(global.takes_region(b"eu-west-1") && !global.takes_service(b"execute-api"));
        let things = Endpoint::named("iot.us-east-1.amazonaws.com").unwrap();
        assert!(things.takes_service(b"iot") && !things.takes_service(b"sns"));
        let unknown = Endpoint::named("newservice.us-east-1.amazonaws.com").unwrap();
        assert!(unknown.takes_service(b"anything") && !unknown.takes_region(b"eu-west-1"));
        let r2 = Endpoint::named("0123.r2.cloudflarestorage.com").unwrap();
        assert!(r2.takes_region(b"us-east-1") && !r2.takes_region(b"us-west-2"));
        assert_eq!(r2.usual_region(), "auto");
        for host in ["example.amazonaws.com", "127.0.0.1:9000", "minio", "", "amazonaws.com"] {
            assert!(Endpoint::named(host).is_none(), "{host}");
        }
    }

    #[test]
    fn every_name_is_listed_once() {
        for (index, pattern) in PATTERNS.iter().enumerate() {
            let more = &PATTERNS[index + 1..];
            assert!(!more.iter().any(|other| other.host == pattern.host), "{}", pattern.host);
        }
        assert!(SAME_NAME.is_sorted());
    }
}
