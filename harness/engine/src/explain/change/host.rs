//! Another host than the signed one.

use std::collections::HashSet;

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;

use super::super::parts::header;
use super::other_host::{self, Origin, split_port};
use super::{Change, Part, Received, Undone, shown};

pub(super) const REPLACED: Change = Change {
    id: "host-replaced",
    title: "The request was sent to another host than the signed one.",
    part: Part::Host,
    who: "Programs that presign for a name inside a container network (minio:9000) that others reach \
          under another one (localhost:9000), or the other way round; proxies, tunnels and \
          CloudFront, which set Host to the server behind them; S3 redirects (307) from the global \
          host name to the regional one (amazon-connect-salesforce-scv#163).",
    fix: "Sign for the very host and port that the request is sent to (set the signer's endpoint to \
          the public one), and let every proxy pass Host on unchanged. For S3, use the regional \
          endpoint.",
    undo,
};

/// Ports that S3-compatible servers, local clouds and development servers listen on.
const PORTS: &[&str] = &[
    "80", "443", "3000", "3900", "4566", "5000", "7480", "8000", "8080", "8081", "8333", "8443",
    "8888", "9000", "9001", "9090", "9444",
];

/// Names that a server has on its own machine or in a container network.
const LOCAL: &[&str] = &[
    "localhost",
    "127.0.0.1",
    "0.0.0.0",
    "[::1]",
    "host.docker.internal",
    "minio",
    "s3",
    "localstack",
    "dynamodb",
    "dynamodb-local",
    "rustfs",
    "ceph",
    "garage",
    "seaweedfs",
    "s3mock",
    "moto",
    "minio.minio.svc.cluster.local",
    "minio.default.svc.cluster.local",
    "localhost.localstack.cloud",
    "s3.localhost.localstack.cloud",
    "host.containers.internal",
    "proxy",
    "nginx",
];

/// Headers in which proxies keep the host that they were asked for.
const FORWARDED: &[&str] = &[
    "x-forwarded-host",
    "x-original-host",
    "x-forwarded-server",
    "x-host",
    "x-real-host",
    "x-envoy-original-host",
    "x-original-forwarded-host",
];

fn undo(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let Some(arrived) = header(&asked.input.request, "host") else { return Vec::new() };
    let host = String::from_utf8_lossy(arrived).into_owned();
    let (name, port) = split_port(&host);
    let ports = PORTS.iter().map(|port| format!("{name}:{port}"));
    let spelt = [host.to_ascii_lowercase(), format!("{name}.")];
    let origins = [
        (Origin::Forwarded, forwarded(received)),
        (Origin::Aws, aws_names(received, asked, name)),
        (Origin::Port, [name.to_owned()].into_iter().chain(ports).collect()),
        (Origin::Local, local_names(name, port)),
        (Origin::Spelling, spelt.to_vec()),
    ];
    let mut seen = HashSet::new();
    let mut undone = Vec::new();
    for (origin, hosts) in origins {
        for other in hosts {
            if other == host || other.is_empty() || !seen.insert(other.clone()) {
                continue;
            }
            let what = format!("signed for {other}, arrived for {}", shown(arrived));
            let cause = other_host::cause(origin, &other, &host);
            let one = Undone::new(asked, what, |request| set_host(&mut request.headers, &other));
            undone.push(Undone { is_evident: origin == Origin::Forwarded, ..one.by(cause) });
        }
    }
    undone.extend(styles(asked, &host, name));
    undone
}

/// The names of a server on its own machine or in a container network, with and without ports.
fn local_names(name: &str, port: Option<&str>) -> Vec<String> {
    // The first label is the name in a container network, the port of the request the likeliest.
    let label = name.split('.').next().into_iter();
    let locals: Vec<&str> = label.chain(LOCAL.iter().copied()).collect();
    let with_port = |local: &str, port: &str| format!("{local}:{port}");
    let mut names: Vec<String> =
        locals.iter().filter_map(|local| port.map(|port| with_port(local, port))).collect();
    names.extend(locals.iter().map(|local| (*local).to_owned()));
    for local in locals {
        names.extend(PORTS.iter().map(|port| with_port(local, port)));
    }
    names
}

/// The hosts that other headers name, each also with the port that one of them names.
fn forwarded(received: &Received<'_>) -> Vec<String> {
    let text = |name| {
        let value = header(received.request, name)?;
        Some(String::from_utf8_lossy(value).into_owned())
    };
    let mut hosts: Vec<String> = Vec::new();
    for value in FORWARDED.iter().filter_map(|name| text(name)) {
        hosts.extend(value.split(',').map(|host| host.trim().to_owned()));
    }
    // RFC 7239, section 5.3.
    for pair in text("forwarded").iter().flat_map(|value| value.split([';', ','])) {
        let host =
            pair.trim().split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("host"));
        hosts.extend(host.map(|(_, host)| host.trim_matches('"').to_owned()));
    }
    for value in ["origin", "referer"].iter().filter_map(|name| text(name)) {
        let origin = value.split("://").nth(1).and_then(|rest| rest.split('/').next());
        hosts.extend(origin.map(str::to_owned));
    }
    if let Some(port) = text("x-forwarded-port") {
        let with_port = hosts.iter().map(|host| format!("{}:{port}", split_port(host).0));
        hosts.extend(with_port.collect::<Vec<_>>());
    }
    let without_port: Vec<String> =
        hosts.iter().map(|host| split_port(host).0.to_owned()).collect();
    hosts.extend(without_port);
    hosts
}

/// The other names that AWS has for the same place.
fn aws_names(received: &Received<'_>, asked: &SignQuestion, name: &str) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (region, service) = (text(&asked.input.region), text(&asked.input.service));
    let mut names = Vec::new();
    // Private API Gateway endpoints are called by the name of the VPC endpoint.
    let api = header(received.request, "x-apigw-api-id").map(|id| text(id));
    names.extend(api.map(|id| format!("{id}.execute-api.{region}.amazonaws.com")));
    if service == "s3" {
        names.extend(s3_names(name, &region));
    }
    names.push(format!("{service}.{region}.amazonaws.com"));
    names.push(format!("{service}.amazonaws.com"));
    names.push(format!("{service}.{region}.api.aws"));
    names
}

/// The names of a bucket, or of S3 itself, for any of them: regional, global, dual-stack,
/// accelerated, behind a VPC endpoint, and a domain of one's own that is called as the bucket.
fn s3_names(name: &str, region: &str) -> Vec<String> {
    let endpoints = [
        format!("s3.{region}.amazonaws.com"),
        "s3.amazonaws.com".to_owned(),
        format!("s3-{region}.amazonaws.com"),
        format!("s3.dualstack.{region}.amazonaws.com"),
        "s3-accelerate.amazonaws.com".to_owned(),
        "s3-accelerate.dualstack.amazonaws.com".to_owned(),
        format!("s3-fips.{region}.amazonaws.com"),
        format!("s3-website-{region}.amazonaws.com"),
        format!("s3-website.{region}.amazonaws.com"),
        format!("s3.{region}.amazonaws.com.cn"),
    ];
    let behind_vpc = || {
        let start = name.split_once("vpce-").filter(|_| name.ends_with(".vpce.amazonaws.com"))?.0;
        // `bucket.` is the style of the endpoint, not a bucket.
        Some(start.strip_prefix("bucket.").unwrap_or(start).to_owned())
    };
    let known = endpoints.iter().find_map(|endpoint| {
        let bucket = name.strip_suffix(endpoint.as_str())?;
        (bucket.is_empty() || bucket.ends_with('.')).then(|| bucket.to_owned())
    });
    let bucket = known.or_else(behind_vpc);
    let start = bucket.unwrap_or_else(|| format!("{name}."));
    let mut names: Vec<String> =
        endpoints.iter().map(|endpoint| format!("{start}{endpoint}")).collect();
    names.extend(start.strip_suffix('.').map(str::to_owned));
    // The bucket may be in the path too.
    names.extend(endpoints);
    names
}

/// The bucket in the path for the bucket in the host name, and the other way round.
fn styles(asked: &SignQuestion, host: &str, name: &str) -> Vec<Undone> {
    let target = asked.input.request.target.to_vec();
    let mut undone = Vec::new();
    if let Some((bucket, rest)) = host.split_once('.') {
        let what =
            format!("signed for {rest} with the bucket `{bucket}` in the path, arrived for {host}");
        let path = [b"/", bucket.as_bytes(), &target].concat();
        let one = Undone::new(asked, what, |request| {
            request.target = path.into();
            set_host(&mut request.headers, rest);
        });
        undone.push(one.by(other_host::style()));
    }
    let end = target.iter().skip(1).position(|byte| b"/?".contains(byte)).map(|at| at + 1);
    if let Some((bucket, rest)) = end.map(|end| target.split_at(end)) {
        let bucket = String::from_utf8_lossy(bucket.get(1..).unwrap_or_default()).into_owned();
        let path = if rest.starts_with(b"/") { rest.to_vec() } else { [b"/", rest].concat() };
        for signed in [format!("{bucket}.{host}"), format!("{bucket}.{name}")] {
            let what =
                format!("signed for {signed}, arrived for {host} with the bucket in the path");
            let one = Undone::new(asked, what, |request| {
                request.target = path[..].into();
                set_host(&mut request.headers, &signed);
            });
            undone.push(one.by(other_host::style()));
        }
    }
    undone
}

fn set_host(headers: &mut [(Bytes, Bytes)], host: &str) {
    for (name, value) in headers {
        if name.eq_ignore_ascii_case(b"host") {
            *value = host.into();
        }
    }
}
