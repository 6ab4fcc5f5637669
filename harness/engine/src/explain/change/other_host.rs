//! Who sends a request to another host than it was signed for, by the two names.

use super::super::cause::Cause;

/// Where a name that may have been signed is from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// A header in which a proxy keeps the host that it was asked for.
    Forwarded,
    /// The other names that AWS has for the same place.
    Aws,
    /// The same name with another port.
    Port,
    /// A name on one machine or in a container network.
    Local,
    /// The same name in other letters.
    Spelling,
}

/// Host name and port.
pub(super) fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    }
}

/// Of two hosts of which nothing but the names is known.
pub(in crate::explain) fn between(signed: &str, arrived: &str) -> Cause {
    let is_aws = is_aws(split_port(signed).0) || is_aws(split_port(arrived).0);
    cause(if is_aws { Origin::Aws } else { Origin::Local }, signed, arrived)
}

pub(super) fn cause(origin: Origin, signed: &str, arrived: &str) -> Cause {
    let ((name, port), (other, other_port)) = (split_port(signed), split_port(arrived));
    if name == other {
        return of_port(port, other_port);
    }
    match origin {
        Origin::Forwarded => Cause::new(
            "A proxy that sets Host to the server behind it, and keeps the name that it was asked for in \
             another header.",
            PASS_ON,
        ),
        Origin::Aws => of_aws(name, other),
        Origin::Port | Origin::Local => Cause::new(
            "Programs that sign for a name inside a container network (minio:9000) that others reach \
             under another one (localhost:9000), or the other way round; proxies and tunnels that set \
             Host to the server behind them.",
            "Sign for the very host and port that the request is sent to (set the signer's endpoint to \
             the public one), and let every proxy pass Host on unchanged.",
        ),
        Origin::Spelling => Cause::new(
            "HTTP libraries write the host in small letters and without a dot at its end.",
            "Sign Host as it is sent.",
        ),
    }
}

/// What to do about a proxy that writes its own Host.
const PASS_ON: &str = "Let the proxy pass Host on unchanged: in nginx `proxy_set_header Host \
    $http_host;` (`$host` drops the port), in Apache `ProxyPreserveHost On`.";

/// The same name, and other ports.
fn of_port(signed: Option<&str>, arrived: Option<&str>) -> Cause {
    match (signed, arrived) {
        (Some("80" | "443"), None) => Cause::new(
            "The signer takes the port from the endpoint as it is configured, and HTTP libraries leave \
             the default port out of Host (aws-sdk-rust#1244, s3cmd#974).",
            "Configure the endpoint without :80 or :443, or sign Host as it is sent.",
        ),
        (Some(_), None) => {
            Cause::new("Proxies that pass on the name of the host without its port.", PASS_ON)
        }
        (None, Some("80" | "443")) => Cause::new(
            "Proxies that write a port into Host, even the default one (minio#5222: nginx with \
             `$server_port`).",
            PASS_ON,
        ),
        (None, Some(_)) => Cause::new(
            "Signers that leave a port other than the default one out of the host \
             (aws-sdk-js-v3#2726); proxies that add the port of the server behind them.",
            "Sign Host as it is sent, with its port.",
        ),
        _ => Cause::new(
            "Port mappings, of a container or of a tunnel, and proxies that write the port of the server \
             behind them: the request was signed for one port and sent to the other.",
            "Sign for the port that the client opens, and let every proxy pass Host on unchanged.",
        ),
    }
}

/// Another name of AWS, or a name of one's own for it.
fn of_aws(signed: &str, arrived: &str) -> Cause {
    let is_global_s3 =
        |name: &str| name == "s3.amazonaws.com" || name.ends_with(".s3.amazonaws.com");
    if is_global_s3(signed) && is_aws(arrived) {
        return Cause::new(
            "S3 redirects (307) from the global host name to the regional one, and clients follow \
             with another Host (amazon-connect-salesforce-scv#163); programs that replace \
             the host of a URL that is presigned.",
            "Sign for the regional endpoint of the bucket.",
        );
    }
    if is_aws(arrived) {
        return Cause::new(
            "Programs that sign for one name of the service and send to another: regional, global, \
             dual-stack, accelerated, or that of a VPC endpoint; proxies and CloudFront, which set Host \
             to the server behind them.",
            "Sign for the very name that the request is sent to.",
        );
    }
    Cause::new(
        "A name of one's own in front of the service (a CNAME, CloudFront, a proxy), in place of the \
         name that was signed.",
        "Sign for the host that the service sees as Host: let the proxy set it to the service's own name, \
         or let CloudFront sign for its origin (origin access control).",
    )
}

fn is_aws(name: &str) -> bool {
    name.ends_with(".amazonaws.com") || name.ends_with(".api.aws") || name.ends_with(".on.aws")
}

/// The bucket in the path for the bucket in the host name, or the other way round.
pub(super) fn style() -> Cause {
    Cause::new(
        "Clients and proxies that move the bucket between the host name and the path after signing.",
        "Use one addressing style for signing and sending: with most SDKs a setting for path style.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_of_names_has_its_own_cause() {
        for (origin, signed, arrived, who) in [
            (Origin::Port, "h:80", "h", "leave the default port out"),
            (Origin::Port, "h:9000", "h", "without its port"),
            (Origin::Port, "h", "h:9000", "Signers that leave a port"),
            (Origin::Port, "h", "h:443", "even the default one"),
            (Origin::Port, "h:9000", "h:9001", "Port mappings"),
            (Origin::Forwarded, "h:9000", "h", "without its port"),
            (Origin::Forwarded, "g", "h", "another header"),
            (Origin::Local, "minio:9000", "h", "container network"),
            (Origin::Spelling, "h.", "h", "small letters"),
            (Origin::Aws, "b.s3.amazonaws.com", "b.s3.r.amazonaws.com", "S3 redirects"),
            (Origin::Aws, "b.s3.r.amazonaws.com", "b.s3-accelerate.amazonaws.com", "VPC endpoint"),
            (Origin::Aws, "b.s3.r.amazonaws.com", "cdn.example.com", "one's own"),
        ] {
            let cause = cause(origin, signed, arrived);
            assert!(cause.who.contains(who), "{signed} {arrived}: {cause:?}");
            let is_known = origin == Origin::Forwarded || origin == Origin::Spelling;
            assert!(is_known || between(signed, arrived) == cause, "{signed} {arrived}");
        }
    }
}
