//! Sizes: numbers and lengths of everything, around the sizes of tables and buffers.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::{HEADER_NAMES, HEADER_REPEATED, PATH_ENCODED, PAYLOAD, QUERY_SORTED, TOKEN};
use super::{Corner, Sample, Topic};

static PARAMETERS: Topic = Topic::new(
    "size-parameters",
    "Many parameters, of different names and of one",
    &QUERY_SORTED,
    &["size", "sort-order"],
);
static SEGMENTS: Topic =
    Topic::new("size-segments", "Many segments of a path", &PATH_ENCODED, &["size"]);
static HEADERS: Topic =
    Topic::new("size-headers", "Many headers", &HEADER_NAMES, &["size", "sort-order"]);
static REPEATS: Topic = Topic::new(
    "size-repeats",
    "Many headers of one name",
    &HEADER_REPEATED,
    &["size", "header-join"],
);
static LENGTHS: Topic =
    Topic::new("size-lengths", "Long names and values", &PATH_ENCODED, &["size"]);
static BODIES: Topic =
    Topic::new("size-bodies", "Long bodies", &PAYLOAD, &["size", "payload-hash"]);
static TOKENS: Topic = Topic::new("size-tokens", "Long session tokens", &TOKEN, &["size", "token"]);

/// Around powers of two and hundreds.
const COUNTED: [usize; 10] = [16, 17, 33, 64, 65, 100, 101, 129, 256, 257];
const LONG: [usize; 8] = [255, 256, 257, 1023, 1024, 1025, 2049, 4097];

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for count in COUNTED {
        for (topic, name, title, sample) in counted(count) {
            corners.push(topic.corner(&format!("{name}-{count}"), title, sample));
        }
        let repeated = (0..count).rev().fold(Sample::plain(), |sample, number| {
            sample.header("X-Amz-Meta-A", number.to_string())
        });
        let title = format!("{count} headers of one name, their values in falling order");
        corners.push(REPEATS.corner(&format!("values-{count}"), title, repeated));
    }
    for length in LONG {
        for (name, title, sample) in lengthy(length) {
            corners.push(LENGTHS.corner(&format!("{name}-{length}"), title, sample));
        }
    }
    for length in [255, 256, 1024, 4095, 4097, 8191, 8192, 8193, 16_385, 65_537] {
        let sample = Sample::plain().method("POST").body("a".repeat(length));
        let title = format!("A body of {length} bytes");
        corners.push(BODIES.corner(&format!("length-{length}"), title, sample));
    }
    for placement in [Placement::Header, Placement::Query] {
        for length in [1024, 1025, 4096, 4097] {
            let sample = Sample::new((Profile::Generic, placement))
                .with(|input| input.credentials.session_token = Some("A".repeat(length).into()));
            let title = format!("A token of {length} bytes");
            corners.push(TOKENS.corner(&format!("length-{length}"), title, sample));
        }
    }
}

/// Requests with `count` of each kind, their names in descending order.
fn counted(count: usize) -> Vec<(&'static Topic, &'static str, String, Sample)> {
    let pieces = |piece: &dyn Fn(usize) -> String, separator: &str| {
        (0..count).rev().map(piece).collect::<Vec<_>>().join(separator)
    };
    let names = format!("/?{}", pieces(&|number| format!("n{number}={number}"), "&"));
    let values = format!("/?{}", pieces(&|number| format!("n={number}"), "&"));
    let segments = format!("/{}", pieces(&|number| format!("a%20{number}"), "/"));
    let s3 = Sample::new((Profile::S3, Placement::Header));
    let presigned = Sample::new((Profile::Generic, Placement::Query));
    let with_headers = |sample: Sample| {
        (0..count).rev().fold(sample, |sample, number| {
            sample.header(format!("X-Amz-Meta-{number}"), number.to_string())
        })
    };
    let mut counted: Vec<(&Topic, _, _, _)> = vec![
        (
            &PARAMETERS,
            "names",
            format!("{count} parameters"),
            Sample::plain().target(names.clone()),
        ),
        (&PARAMETERS, "names", format!("{count} parameters"), presigned.clone().target(names)),
        (
            &PARAMETERS,
            "values",
            format!("{count} values of one name"),
            Sample::plain().target(values),
        ),
        (
            &SEGMENTS,
            "segments",
            format!("{count} segments"),
            Sample::plain().target(segments.clone()),
        ),
        (&SEGMENTS, "segments", format!("{count} segments"), s3.clone().target(segments)),
        (&HEADERS, "headers", format!("{count} headers"), with_headers(Sample::plain())),
    ];
    // Headers are collected in the same step everywhere: two counts show that.
    if [65, 101].contains(&count) {
        for sample in [presigned, s3] {
            counted.push((&HEADERS, "headers", format!("{count} headers"), with_headers(sample)));
        }
    }
    counted
}

/// Requests with one text of `length` bytes.
fn lengthy(length: usize) -> Vec<(&'static str, String, Sample)> {
    let text = "a".repeat(length);
    let of = |what: &str| format!("{what} of {length} bytes");
    let plain = Sample::plain;
    let s3 = Sample::new((Profile::S3, Placement::Header));
    vec![
        ("path", of("A path"), plain().target(format!("/{}", &text[1..]))),
        ("path", of("A path"), s3.target(format!("/{}", &text[1..]))),
        ("parameter-name", of("A parameter's name"), plain().target(format!("/?{text}=v"))),
        ("parameter-value", of("A parameter's value"), plain().target(format!("/?n={text}"))),
        ("header-value", of("A header's value"), plain().header("My-Header1", text.clone())),
        ("header-name", of("A header's name"), plain().header(text, "v")),
    ]
}
