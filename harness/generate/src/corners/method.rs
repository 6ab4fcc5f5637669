//! Methods.

use super::rules::METHOD;
use super::{Corner, GENERIC_AND_S3, Sample, Topic};

static TOPIC: Topic =
    Topic::new("methods", "Methods known and unknown, and their case", &METHOD, &["method-text"]);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for place in GENERIC_AND_S3 {
        for (name, method) in METHODS {
            let sample = Sample::new(place).method(method);
            corners.push(TOPIC.corner(name, format!("The method `{method}`"), sample));
        }
    }
}

const METHODS: &[(&str, &str)] = &[
    ("head", "HEAD"),
    ("post", "POST"),
    ("put", "PUT"),
    ("delete", "DELETE"),
    ("patch", "PATCH"),
    ("options", "OPTIONS"),
    ("trace", "TRACE"),
    ("connect", "CONNECT"),
    ("query", "QUERY"),
    ("propfind", "PROPFIND"),
    ("hyphen", "M-SEARCH"),
    ("get-lower-case", "get"),
    ("get-mixed-case", "Get"),
    ("put-lower-case", "put"),
    ("patch-lower-case", "patch"),
    ("custom-lower-case", "custom"),
    ("dotless-i", "ping"),
    ("one-letter", "X"),
    ("digit", "1"),
    ("symbol", "!"),
    ("tilde-and-digit", "A~1"),
    ("long", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ"),
];
