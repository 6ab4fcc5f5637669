//! Tokens that sign in to a database, a cache, a cluster or a stream: what such a service refuses,
//! however right the signature is.

use super::Scene;
use super::parts::header;
use super::parts::is_signed_header;
use super::question::raw_parameter;
use super::s3_form::decoded;

/// A kind of token, by the action that it is presigned for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Cache,
    Dsql,
    Eks,
    Kafka,
    Rds,
}

impl Kind {
    fn of(scene: &Scene<'_>) -> Option<Self> {
        let parameter = |name| raw_parameter(&scene.sent.request, name).map(decoded);
        match &parameter("Action")?[..] {
            b"connect" if parameter("DBUser").is_some() => Some(Self::Rds),
            b"connect" if parameter("User").is_some() => Some(Self::Cache),
            b"DbConnect" | b"DbConnectAdmin" => Some(Self::Dsql),
            b"kafka-cluster:Connect" => Some(Self::Kafka),
            b"GetCallerIdentity" if is_signed_header(&scene.sent.request, CLUSTER) => {
                Some(Self::Eks)
            }
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Cache => "ElastiCache or MemoryDB",
            Self::Dsql => "Aurora DSQL",
            Self::Eks => "EKS",
            Self::Kafka => "MSK",
            Self::Rds => "RDS",
        }
    }

    /// The services of the scope that it is signed for.
    fn services(self) -> &'static [&'static str] {
        match self {
            Self::Cache => &["elasticache", "memorydb"],
            Self::Dsql => &["dsql"],
            Self::Eks => &["sts"],
            Self::Kafka => &["kafka-cluster"],
            Self::Rds => &["rds-db"],
        }
    }
}

/// The header that names the cluster of EKS.
const CLUSTER: &str = "x-k8s-aws-id";

/// The longest lifetime of a token, where the rules of the service do not say it.
const QUARTER_HOUR: u64 = 900;

/// What the service refuses.
pub(super) fn problems(scene: &Scene<'_>) -> Vec<String> {
    let Some(kind) = Kind::of(scene) else { return Vec::new() };
    let input = &scene.asked.input;
    let host = header(&scene.sent.request, "host").map(|host| &host[..]).unwrap_or_default();
    let (name, port) = match host.iter().rposition(|byte| *byte == b':') {
        Some(colon) => (&host[..colon], Some(&host[colon + 1..])),
        None => (host, None),
    };
    let shown = host.escape_ascii();
    let mut problems = Vec::new();
    if !kind.services().iter().any(|service| service.as_bytes() == &input.service[..]) {
        problems.push(format!(
            "A token of {} is signed for the service `{}`, and this one is signed for `{}`.",
            kind.name(),
            kind.services().join("` or `"),
            input.service.escape_ascii()
        ));
    }
    let user = |name| raw_parameter(&scene.sent.request, name).unwrap_or_default();
    match kind {
        Kind::Rds => {
            if port.is_none() {
                problems.push(format!(
                    "The host `{shown}` has no port: the database checks host and port, also where \
                     it is 3306, 5432 or 443."
                ));
            }
            if let Some(region) = rds_region(name).filter(|own| *own != &input.region[..]) {
                problems.push(format!(
                    "The database is in `{}`, and the token is signed for `{}`: sign for its region.",
                    region.escape_ascii(),
                    input.region.escape_ascii()
                ));
            }
            if user("DBUser").is_empty() {
                problems.push("`DBUser` is empty: it names the database user.".to_owned());
            }
        }
        Kind::Cache => {
            if name.contains(&b'.') || port.is_some() {
                problems.push(format!(
                    "`{shown}` is an address: the token is made for the name of the cache or cluster, \
                     without domain and port."
                ));
            }
            if name.iter().any(u8::is_ascii_uppercase) {
                problems
                    .push(format!("`{shown}` has capitals: names of caches are in lower case."));
            }
            if user("User").is_empty() {
                problems.push("`User` is empty: it names the user of the cache.".to_owned());
            }
        }
        Kind::Dsql => {
            if port.is_some() {
                problems.push(format!(
                    "The host `{shown}` has a port: tokens of Aurora DSQL are made without it."
                ));
            }
        }
        Kind::Eks | Kind::Kafka => {}
    }
    let expires = input.expires.filter(|expires| *expires > QUARTER_HOUR);
    if let (Kind::Cache | Kind::Eks, Some(expires)) = (kind, expires) {
        problems.push(format!(
            "X-Amz-Expires is {expires}; a token of {} is good for {QUARTER_HOUR} seconds at most.",
            kind.name()
        ));
    }
    problems
}

/// The region in the name of an endpoint: `name.id.region.rds.amazonaws.com`.
fn rds_region(host: &[u8]) -> Option<&[u8]> {
    let end = memchr::memmem::find(host, b".rds.amazonaws.com")?;
    let region = host[..end].rsplit(|byte| *byte == b'.').next()?;
    region.contains(&b'-').then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_of_a_database_has_its_region() {
        for (host, region) in [
            ("db.abc.eu-west-1.rds.amazonaws.com", Some("eu-west-1")),
            ("db.cluster-abc.cn-north-1.rds.amazonaws.com.cn", Some("cn-north-1")),
            ("db.example.com", None),
            ("rds.amazonaws.com", None),
        ] {
            assert_eq!(rds_region(host.as_bytes()), region.map(str::as_bytes), "{host}");
        }
    }
}
