//! Another host than the signed one.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;

use super::super::question::header;
use super::{Change, Received, Undone, shown};

pub(super) const REPLACED: Change = Change {
    id: "host-replaced",
    title: "The request was sent to another host than the signed one.",
    who: "Proxies and tunnels that set Host to the server behind them; S3 redirects (307) from the \
          global host name to the regional one (amazon-connect-salesforce-scv#163).",
    fix: "Sign for the host name that the server sees, or let the proxy pass Host on unchanged. For \
          S3, use the regional endpoint.",
    undo,
};

/// Ports that S3-compatible servers and local clouds listen on.
const PORTS: &[&str] = &["80", "443", "4566", "7480", "8000", "8080", "8333", "8443", "9000"];

fn undo(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let Some(arrived) = header(&asked.input.request, "host") else { return Vec::new() };
    let host = String::from_utf8_lossy(arrived).into_owned();
    let (name, port) = split_port(&host);
    let mut hosts: Vec<String> = Vec::new();
    for other in ["x-forwarded-host", "x-original-host"] {
        if let Some(value) = header(received.request, other) {
            hosts.push(String::from_utf8_lossy(value).into_owned());
        }
    }
    for other in ["origin", "referer"] {
        let value = header(received.request, other).map(|value| String::from_utf8_lossy(value));
        let origin = value.as_deref().and_then(|value| value.split("://").nth(1));
        hosts.extend(origin.and_then(|rest| rest.split('/').next()).map(str::to_owned));
    }
    hosts.extend(s3_names(name, &asked.input.region));
    match port {
        Some(_) => hosts.push(name.to_owned()),
        None => hosts.extend(PORTS.iter().map(|port| format!("{name}:{port}"))),
    }
    hosts.retain(|other| *other != host);
    hosts.dedup();
    let undone = hosts.into_iter().map(|other| {
        let what = format!("signed for {other}, arrived for {}", shown(arrived));
        Undone::new(asked, what, |request| set_host(&mut request.headers, &other))
    });
    undone.chain(styles(asked, name)).collect()
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    }
}

/// The global name of a bucket for its regional one, and the other way round.
fn s3_names(name: &str, region: &[u8]) -> Vec<String> {
    let region = String::from_utf8_lossy(region);
    let mut names = Vec::new();
    for regional in [format!("s3.{region}.amazonaws.com"), format!("s3-{region}.amazonaws.com")] {
        for dual in [regional.clone(), regional.replace("s3.", "s3.dualstack.")] {
            if let Some(bucket) = name.strip_suffix(&dual) {
                names.push(format!("{bucket}s3.amazonaws.com"));
            }
        }
        if let Some(bucket) = name.strip_suffix("s3.amazonaws.com") {
            names.push(format!("{bucket}{regional}"));
        }
    }
    names
}

/// The bucket in the path for the bucket in the host name, and the other way round.
fn styles(asked: &SignQuestion, name: &str) -> Vec<Undone> {
    let target = asked.input.request.target.to_vec();
    let mut undone = Vec::new();
    if let Some((bucket, rest)) = name.split_once('.') {
        let what =
            format!("signed for {rest} with the bucket `{bucket}` in the path, arrived for {name}");
        let path = [b"/", bucket.as_bytes(), &target].concat();
        undone.push(Undone::new(asked, what, |request| {
            request.target = path.into();
            set_host(&mut request.headers, rest);
        }));
    }
    let end = target.iter().skip(1).position(|byte| b"/?".contains(byte)).map(|at| at + 1);
    if let Some((bucket, rest)) = end.map(|end| target.split_at(end)) {
        let bucket = String::from_utf8_lossy(bucket.get(1..).unwrap_or_default()).into_owned();
        let host = format!("{bucket}.{name}");
        let what = format!("signed for {host}, arrived for {name} with the bucket in the path");
        let path = if rest.starts_with(b"/") { rest.to_vec() } else { [b"/", rest].concat() };
        undone.push(Undone::new(asked, what, |request| {
            request.target = path.into();
            set_host(&mut request.headers, &host);
        }));
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
