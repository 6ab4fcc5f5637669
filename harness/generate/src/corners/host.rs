//! The host: ports, brackets, case, dots, spaces, its position, and a request without it.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::HOST;
use super::{Corner, EVERYWHERE, Sample, Topic};

static TEXTS: Topic =
    Topic::new("host-texts", "Hosts as they are sent", &HOST, &["host-text", "url-library"]);
static NAMES: Topic = Topic::new(
    "host-header",
    "The host header: how its name is written, and where it stands",
    &HOST,
    &["host-text", "header-name"],
);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for place in EVERYWHERE {
        for (name, host) in TABLE.iter().filter(|(name, _)| {
            let of_s3 = name.starts_with("port") || name.starts_with("bucket");
            place.0 == Profile::Generic || place.1 == Placement::Header || of_s3
        }) {
            let sample =
                Sample::new(place).with(|input| input.request.headers[0].1 = (*host).into());
            corners.push(TEXTS.corner(name, format!("The host `{host}`"), sample));
        }
    }
    for place in super::GENERIC {
        for name in ["host", "HOST", "hOST"] {
            let label = match name {
                "host" => "lower-case",
                "HOST" => "upper-case",
                _ => "mixed-case",
            };
            let sample = Sample::new(place).with(|input| input.request.headers[0].0 = name.into());
            corners.push(NAMES.corner(label, format!("The header's name is `{name}`"), sample));
        }
        let sample = Sample::new(place).header("A", "b").header("Z", "y").with(|input| {
            input.request.headers.rotate_left(1);
        });
        corners.push(NAMES.corner("between", "The host stands between other headers", sample));
        let sample = Sample::new(place).header("Accept", "*/*").with(|input| {
            input.request.headers.reverse();
        });
        corners.push(NAMES.corner("last", "The host stands last", sample));
        let sample = Sample::new(place).with(|input| input.request.headers.clear());
        corners.push(NAMES.corner("absent", "There is no host header", sample));
        let sample = Sample::new(place).header("X-Forwarded-Host", "example.com");
        corners.push(NAMES.corner("forwarded", "Another host has been asked for before", sample));
    }
}

const TABLE: &[(&str, &str)] = &[
    ("port-80", "example.amazonaws.com:80"),
    ("port-443", "example.amazonaws.com:443"),
    ("port-8443", "example.amazonaws.com:8443"),
    ("port-0443", "example.amazonaws.com:0443"),
    ("port-080", "example.amazonaws.com:080"),
    ("port-9000", "example.amazonaws.com:9000"),
    ("port-65535", "example.amazonaws.com:65535"),
    ("port-empty", "example.amazonaws.com:"),
    ("localhost", "localhost"),
    ("localhost-9000", "localhost:9000"),
    ("ipv4", "127.0.0.1"),
    ("ipv4-9000", "127.0.0.1:9000"),
    ("ipv6", "[::1]"),
    ("ipv6-443", "[::1]:443"),
    ("ipv6-8443", "[::1]:8443"),
    ("ipv6-long", "[2001:0db8:0000:0000:0000:0000:0000:0001]"),
    ("ipv6-upper-case", "[2001:DB8::A]"),
    ("ipv6-zone", "[fe80::1%25eth0]"),
    ("upper-case", "EXAMPLE.AMAZONAWS.COM"),
    ("mixed-case", "Example.AmazonAWS.com"),
    ("trailing-dot", "example.amazonaws.com."),
    ("trailing-dot-and-port", "example.amazonaws.com.:8443"),
    ("single-label", "example"),
    ("underscore", "my_bucket.example.com"),
    ("hyphens", "a--b.example.com"),
    ("digits", "123.example.com"),
    ("punycode", "xn--bcher-kva.example.com"),
    ("leading-space", " example.amazonaws.com"),
    ("trailing-space", "example.amazonaws.com "),
    ("spaces-around", "   example.amazonaws.com   "),
    ("tab-before", "\texample.amazonaws.com"),
    ("empty", ""),
    ("user-info", "user@example.amazonaws.com"),
    ("other-domain", "example.com"),
    ("long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com"),
    ("bucket-with-dots", "my.bucket.s3.amazonaws.com"),
    ("bucket-regional", "examplebucket.s3.eu-west-1.amazonaws.com"),
    ("bucket-dualstack", "examplebucket.s3.dualstack.us-east-1.amazonaws.com"),
    ("bucket-in-path", "s3.us-east-1.amazonaws.com"),
];
