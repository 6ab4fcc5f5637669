//! Unusual regions and services.

use super::rules::SCOPE;
use super::{Corner, GENERIC_AND_S3, Sample, Topic};

static REGIONS: Topic =
    Topic::new("regions", "Regions of all kinds", &SCOPE, &["scope-text", "empty-text"]);
static SERVICES: Topic =
    Topic::new("services", "Services of all kinds", &SCOPE, &["scope-text", "empty-text"]);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for place in GENERIC_AND_S3 {
        for (name, region) in REGION_TABLE.iter().chain(TEXTS) {
            let sample = Sample::new(place).with(|input| input.region = (*region).into());
            corners.push(REGIONS.corner(name, format!("The region `{region}`"), sample));
        }
        for (name, service) in SERVICE_TABLE.iter().chain(TEXTS) {
            let sample = Sample::new(place).with(|input| input.service = (*service).into());
            corners.push(SERVICES.corner(name, format!("The service `{service}`"), sample));
        }
        let sample = Sample::new(place).with(|input| input.region = "a".repeat(200).into());
        corners.push(REGIONS.corner("long", "A region of 200 bytes", sample));
        let sample = Sample::new(place).with(|input| input.service = "a".repeat(200).into());
        corners.push(SERVICES.corner("long", "A service of 200 bytes", sample));
    }
}

/// Asked as a region and as a service.
const TEXTS: &[(&str, &str)] = &[
    ("empty", ""),
    ("upper-case", "EXAMPLE"),
    ("mixed-case", "Example"),
    ("slash", "a/b"),
    ("star", "*"),
    ("space", "a b"),
    ("spaces-inside", "a  b"),
    ("spaces-around", " a "),
    ("comma", "a,b"),
    ("plus", "a+b"),
    ("equals", "a=b"),
    ("ampersand", "a&b"),
    ("semicolon", "a;b"),
    ("escape", "a%2Fb"),
    ("percent", "a%"),
    ("tilde", "a~b"),
    ("underscore", "a_b"),
    ("dot", "a.b"),
    ("digit", "1"),
    ("e-acute", "\u{e9}"),
    ("astral", "\u{1f30d}"),
    ("terminator", "aws4_request"),
];

const REGION_TABLE: &[(&str, &str)] = &[
    ("eu-west-1", "eu-west-1"),
    ("gov", "us-gov-west-1"),
    ("china", "cn-north-1"),
    ("isolated", "us-iso-east-1"),
    ("aws-global", "aws-global"),
    ("auto", "auto"),
    ("us", "us"),
    ("local-zone", "us-west-2-lax-1"),
    ("external", "external-1"),
];

const SERVICE_TABLE: &[(&str, &str)] = &[
    ("s3express", "s3express"),
    ("s3-outposts", "s3-outposts"),
    ("s3-object-lambda", "s3-object-lambda"),
    ("s3-by-name-alone", "s3"),
    ("execute-api", "execute-api"),
    ("iam", "iam"),
    ("sts", "sts"),
    ("es", "es"),
    ("aoss", "aoss"),
    ("glacier", "glacier"),
    ("lambda", "lambda"),
    ("bedrock", "bedrock"),
    ("vpc-lattice", "vpc-lattice-svcs"),
    ("host", "host"),
];
