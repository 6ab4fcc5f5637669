//! Sequences of calls: a correct signer answers each call as if it were the first.
//!
//! The calls of a sequence go to one signer, and calls with the same request use the same request
//! object, as a retry does. So each sequence shows what a signer keeps: a key, a clock, a part of
//! the request.

use sigv4_vectors::model::{Payload, Placement, Profile, SigningInput};

use super::rules::{SEQUENCE_KEYS, SEQUENCE_REQUESTS};
use super::sample::time;
use super::{Corner, EVERYWHERE, GENERIC, Sample, Topic};

static KEYS: Topic = Topic::new(
    "sequences-keys",
    "Calls of one signer that need different keys",
    &SEQUENCE_KEYS,
    &["key-kept"],
);
static REQUESTS: Topic = Topic::new(
    "sequences-requests",
    "Calls of one signer with different requests, and retries",
    &SEQUENCE_REQUESTS,
    &["call-kept"],
);

type Change = fn(&mut SigningInput);

/// A name, a title, and what each call changes in the plainest request.
type Row = (&'static str, &'static str, &'static [Change]);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for (topic, table) in [(&KEYS, KEY_TABLE), (&REQUESTS, REQUEST_TABLE)] {
        for (name, title, calls) in table {
            for place in GENERIC {
                let samples = calls.iter().map(|change| Sample::new(place).with(change));
                corners.push(topic.sequence(name, *title, samples.collect()));
            }
        }
    }
    for place in EVERYWHERE {
        let retry = Sample::new(place).target("/a%20b");
        let later = retry.clone().with(|input| input.time = time("20150830T123601Z"));
        corners.push(REQUESTS.sequence(
            "retry-of-escaped-path",
            "The same request with an escape in its path, a second later",
            vec![retry, later],
        ));
        let samples = ["/a%20b", "/a%20b/../c"].map(|target| Sample::new(place).target(target));
        corners.push(REQUESTS.sequence(
            "escaped-path",
            "Two paths that the profiles write differently",
            samples.to_vec(),
        ));
    }
    let [header, query] = GENERIC.map(Sample::new);
    let s3 = Sample::new((Profile::S3, Placement::Header));
    for (name, title, samples) in [
        ("header-query", "A signed request, then a presigned one", [&header, &query]),
        ("query-header", "A presigned request, then a signed one", [&query, &header]),
        ("generic-s3", "A request to another service, then one to S3", [&header, &s3]),
        ("s3-generic", "A request to S3, then one to another service", [&s3, &header]),
    ] {
        let samples = samples.map(|sample| sample.clone().target("/a%20b?a=%2F"));
        corners.push(REQUESTS.sequence(name, title, samples.to_vec()));
    }
}

fn same(_: &mut SigningInput) {}

fn next_day(input: &mut SigningInput) {
    input.time = time("20150831T000000Z");
}

fn second_secret(input: &mut SigningInput) {
    input.credentials.secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into();
}

const KEY_TABLE: &[Row] = &[
    ("secret-rotated", "The secret is rotated, the key id stays", &[same, second_secret]),
    (
        "secret-rotated-back",
        "The secret is rotated and the rotation taken back",
        &[same, second_secret, same],
    ),
    (
        "key-pair-rotated",
        "The whole key pair is rotated",
        &[same, |input| {
            input.credentials.access_key_id = "AKIAIOSFODNN7EXAMPLE".into();
            second_secret(input);
        }],
    ),
    (
        "key-id-alone",
        "Two key ids with one secret",
        &[same, |input| input.credentials.access_key_id = "AKIAIOSFODNN7EXAMPLE".into()],
    ),
    ("midnight", "The second call is of the next day", &[same, next_day]),
    (
        "midnight-one-second",
        "The last second of a day, then the first of the next",
        &[|input| input.time = time("20150830T235959Z"), next_day],
    ),
    ("clock-set-back", "The second call is of the day before", &[next_day, same]),
    (
        "same-day-next-year",
        "A year later on the same day",
        &[same, |input| input.time = time("20160830T123600Z")],
    ),
    ("midnight-and-back", "The next day and the first again", &[same, next_day, same]),
    (
        "midnight-and-rotation",
        "The next day with a new secret",
        &[same, |input| {
            next_day(input);
            second_secret(input);
        }],
    ),
    (
        "region-thrice",
        "Three regions",
        &[
            same,
            |input| input.region = "eu-west-1".into(),
            |input| input.region = "us-west-2".into(),
        ],
    ),
    ("region", "Two regions", &[same, |input| input.region = "eu-west-1".into()]),
    (
        "region-and-back",
        "Two regions, and the first again",
        &[same, |input| input.region = "eu-west-1".into(), same],
    ),
    (
        "region-case",
        "Two regions that differ in case",
        &[same, |input| input.region = "US-EAST-1".into()],
    ),
    ("service", "Two services", &[same, |input| input.service = "iam".into()]),
    (
        "service-case",
        "Two services that differ in case",
        &[same, |input| input.service = "Service".into()],
    ),
    (
        "region-service-swapped",
        "Region and service change places",
        &[
            |input| (input.region, input.service) = ("a".into(), "b".into()),
            |input| {
                (input.region, input.service) = ("b".into(), "a".into());
            },
        ],
    ),
    (
        "region-meets-service",
        "Region and service that run together to the same text",
        &[
            |input| (input.region, input.service) = ("us-east-1s".into(), "3".into()),
            |input| {
                (input.region, input.service) = ("us-east-1".into(), "s3".into());
            },
        ],
    ),
    (
        "region-meets-service-at-slash",
        "Region and service that run together to the same scope",
        &[
            |input| (input.region, input.service) = ("a/b".into(), "c".into()),
            |input| {
                (input.region, input.service) = ("a".into(), "b/c".into());
            },
        ],
    ),
    (
        "region-meets-service-at-hyphen",
        "Region and service that a hyphen joins to the same text",
        &[
            |input| (input.region, input.service) = ("a-b".into(), "c".into()),
            |input| {
                (input.region, input.service) = ("a".into(), "b-c".into());
            },
        ],
    ),
    (
        "service-meets-secret",
        "Service and secret that run together to the same text",
        &[
            |input| {
                input.service = "service1".into();
                input.credentials.secret_access_key = "EXAMPLE".into();
            },
            |input| {
                input.service = "service".into();
                input.credentials.secret_access_key = "1EXAMPLE".into();
            },
        ],
    ),
];

/// Temporary credentials.
fn token(input: &mut SigningInput) {
    input.credentials.session_token = Some("AQoDYXdzEXAMPLETOKEN/+=".into());
}

fn posted(input: &mut SigningInput, body: &str) {
    input.request.method = "POST".into();
    input.request.body = body.into();
}

fn with_header(input: &mut SigningInput, name: &str, value: &str) {
    input.request.headers.push((name.into(), value.into()));
}

const REQUEST_TABLE: &[Row] = &[
    ("twice", "The same request at the same time", &[same, same]),
    (
        "retry-later",
        "The same request a second later",
        &[same, |input| input.time = time("20150830T123601Z")],
    ),
    (
        "another-path-ten-minutes-later",
        "Another path ten minutes later",
        &[
            |input| input.request.target = "/a".into(),
            |input| {
                input.request.target = "/b".into();
                input.time = time("20150830T124600Z");
            },
        ],
    ),
    (
        "another-path-two-minutes-later-twice",
        "Two other paths, each two minutes later",
        &[
            |input| input.request.target = "/a".into(),
            |input| {
                input.request.target = "/b".into();
                input.time = time("20150830T123800Z");
            },
            |input| {
                input.request.target = "/c".into();
                input.time = time("20150830T124000Z");
            },
        ],
    ),
    (
        "retry-ten-minutes-later",
        "The same request ten minutes later",
        &[same, |input| input.time = time("20150830T124600Z")],
    ),
    (
        "retry-twice",
        "The same request at three times",
        &[
            same,
            |input| input.time = time("20150830T123601Z"),
            |input| {
                input.time = time("20150830T123605Z");
            },
        ],
    ),
    (
        "retry-next-day",
        "The same request on the next day",
        &[
            |input| input.request.target = "/a?b=c".into(),
            |input| {
                input.request.target = "/a?b=c".into();
                next_day(input);
            },
        ],
    ),
    (
        "retry-new-secret",
        "The same request with a new secret",
        &[
            |input| input.request.target = "/a?b=c".into(),
            |input| {
                input.request.target = "/a?b=c".into();
                second_secret(input);
            },
        ],
    ),
    (
        "retry-with-body",
        "The same request with a body a second later",
        &[
            |input| posted(input, "Param1=value1"),
            |input| {
                posted(input, "Param1=value1");
                input.time = time("20150830T123601Z");
            },
        ],
    ),
    (
        "retry-with-token",
        "The same request with temporary credentials, a second later",
        &[token, |input| {
            token(input);
            input.time = time("20150830T123601Z");
        }],
    ),
    ("token-dropped", "Temporary credentials, then lasting ones", &[token, same]),
    ("token-gained", "Lasting credentials, then temporary ones", &[same, token]),
    (
        "token-renewed",
        "Temporary credentials with another token",
        &[token, |input| input.credentials.session_token = Some("SECONDEXAMPLETOKEN".into())],
    ),
    (
        "token-renewed-twice",
        "Temporary credentials with a third token",
        &[
            token,
            |input| input.credentials.session_token = Some("SECONDEXAMPLETOKEN".into()),
            |input| input.credentials.session_token = Some("THIRDEXAMPLETOKEN".into()),
        ],
    ),
    (
        "header-dropped",
        "A request with one header more, then one without",
        &[|input| with_header(input, "X-A", "1"), same],
    ),
    (
        "header-gained",
        "A request with one header more than the one before",
        &[same, |input| with_header(input, "X-A", "1")],
    ),
    (
        "header-changed",
        "A header with another value",
        &[|input| with_header(input, "X-A", "1"), |input| with_header(input, "X-A", "2")],
    ),
    (
        "header-replaced",
        "A header of another name",
        &[|input| with_header(input, "X-A", "1"), |input| with_header(input, "X-B", "1")],
    ),
    (
        "host-changed",
        "Another host",
        &[same, |input| {
            input.request.headers = vec![("Host".into(), "example2.amazonaws.com".into())];
        }],
    ),
    (
        "path-changed",
        "Another path",
        &[|input| input.request.target = "/a".into(), |input| input.request.target = "/b".into()],
    ),
    ("query-dropped", "A query, then none", &[|input| input.request.target = "/?a=b".into(), same]),
    ("query-gained", "No query, then one", &[same, |input| input.request.target = "/?a=b".into()]),
    (
        "query-changed",
        "A parameter of another name",
        &[
            |input| input.request.target = "/?a=1".into(),
            |input| {
                input.request.target = "/?b=1".into();
            },
        ],
    ),
    (
        "query-repeated",
        "The same query twice, then another value",
        &[
            |input| input.request.target = "/?a=1".into(),
            |input| input.request.target = "/?a=1".into(),
            |input| input.request.target = "/?a=2".into(),
        ],
    ),
    ("method-changed", "Another method", &[same, |input| input.request.method = "DELETE".into()]),
    (
        "body-changed",
        "Another body of the same length",
        &[|input| posted(input, "a"), |input| posted(input, "b")],
    ),
    (
        "body-shortened",
        "A shorter body",
        &[|input| posted(input, "abc"), |input| posted(input, "d")],
    ),
    ("body-dropped", "A body, then none", &[|input| posted(input, "a"), same]),
    ("body-gained", "No body, then one", &[same, |input| posted(input, "a")]),
    (
        "payload-unsigned-signed",
        "A body that is not signed, then one that is",
        &[
            |input| {
                posted(input, "a");
                input.payload = Payload::Unsigned;
            },
            |input| posted(input, "a"),
        ],
    ),
];
