//! Bytes with a meaning in URLs, escaped in the places that the tables of all bytes leave out:
//! presigned paths, queries of S3, header values, and the ends of a path.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::{PATH_ENCODED, QUERY_ENCODED};
use super::{Corner, Sample, Topic};

static PATHS: Topic = Topic::new(
    "url-bytes-in-path",
    "Escapes of bytes that have a meaning in URLs, at the ends of a path and in presigned paths",
    &PATH_ENCODED,
    &["byte-table", "url-library"],
);
static OTHERS: Topic = Topic::new(
    "url-bytes-elsewhere",
    "Escapes of bytes that have a meaning in URLs, in queries of S3 and in header values",
    &QUERY_ENCODED,
    &["byte-table", "url-library"],
);

const BYTES: &[u8] = b" \"#%&+,/:;<=>?@[\\]^`{|}.";

/// A name, a description, profile and placement, and what comes before and after the escape in the
/// target.
type Place = (&'static str, &'static str, Profile, Placement, [&'static str; 2]);

const TARGETS: &[Place] = &[
    ("path-start", "at the start of a path", Profile::Generic, Placement::Header, ["/", "a"]),
    ("path-end", "at the end of a path", Profile::Generic, Placement::Header, ["/a", ""]),
    ("path-end", "at the end of a path of S3", Profile::S3, Placement::Header, ["/a", ""]),
    ("path", "in a presigned path", Profile::Generic, Placement::Query, ["/a", "z"]),
    ("path", "in a presigned path of S3", Profile::S3, Placement::Query, ["/a", "z"]),
    ("name", "in a parameter's name, for S3", Profile::S3, Placement::Header, ["/?a", "z=v"]),
    ("value", "in a parameter's value, for S3", Profile::S3, Placement::Header, ["/?n=a", "z"]),
    ("value", "in a presigned value, for S3", Profile::S3, Placement::Query, ["/?n=a", "z"]),
];

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for byte in BYTES {
        let escape = format!("%{byte:02X}");
        for (name, words, profile, placement, [before, behind]) in TARGETS {
            let sample = Sample::new((*profile, *placement));
            let sample = sample.target(format!("{before}{escape}{behind}"));
            let title = format!("The escape `{escape}` {words}");
            let topic = if name.starts_with("path") { &PATHS } else { &OTHERS };
            corners.push(topic.corner(&format!("byte-{byte:02x}-{name}"), title, sample));
        }
        let sample = Sample::plain().header("X-Amz-Copy-Source", format!("/b/a{escape}z"));
        let title = format!("The escape `{escape}` in a header's value");
        corners.push(OTHERS.corner(&format!("byte-{byte:02x}-header"), title, sample));
    }
}
