//! Bodies, and the markers that replace their hash.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Payload, Placement, Profile};

use super::rules::{PAYLOAD, UNSIGNED_PAYLOAD};
use super::{Corner, EVERYWHERE, Sample, Topic};

static TOPIC: Topic =
    Topic::new("bodies", "Bodies of all kinds and lengths", &PAYLOAD, &["payload-hash"]);
static MARKERS: Topic = Topic::new(
    "payload-markers",
    "The body left unsigned, and its hash shown in a header",
    &UNSIGNED_PAYLOAD,
    &["payload-hash"],
);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for (profile, placement) in EVERYWHERE {
        if (profile, placement) == (Profile::S3, Placement::Query) {
            continue; // The body is not signed there.
        }
        for (name, title, body) in bodies() {
            // The hash of the body depends on nothing else: a few are enough for presigning.
            if placement == Placement::Header
                || ["one-byte", "all-bytes", "line-feed-at-end"].contains(&name)
            {
                let sample = Sample::new((profile, placement)).method("POST").body(body);
                corners.push(TOPIC.corner(name, title, sample));
            }
        }
    }
    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH"] {
        let sample = Sample::plain().method(method).body("a");
        let name = format!("{}-with-body", method.to_ascii_lowercase());
        corners.push(TOPIC.corner(&name, format!("{method} with a body"), sample));
    }
    let form = Sample::plain()
        .method("POST")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("b=2&a=1");
    corners.push(TOPIC.corner("form", "A form, which is not a query", form));
    let both = Sample::plain()
        .method("POST")
        .target("/?c=3")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("b=2&a=1");
    corners.push(TOPIC.corner("form-and-query", "A form and a query", both));

    for place in EVERYWHERE {
        for payload in [Payload::Signed, Payload::Unsigned] {
            for body in ["", "a"] {
                for shown in [false, true] {
                    let usual = Sample::new(place);
                    if shown && place.1 == Placement::Query {
                        continue; // It only matters in header placement.
                    }
                    let sample = usual.clone().method("PUT").body(body).with(|input| {
                        input.payload = payload;
                        input.content_sha256_header = shown;
                    });
                    if body == "a" && sample.input.payload == Payload::Signed && !shown {
                        continue; // Already in the topic of the bodies.
                    }
                    let text = if body.is_empty() { "empty" } else { "one-byte" };
                    let header = if shown { "-shown" } else { "" };
                    let name = format!("{payload}-{text}{header}");
                    let title = format!(
                        "A body that is {payload}{}, {text}",
                        if shown { " and whose marker is a header" } else { "" }
                    );
                    corners.push(MARKERS.corner(&name, title, sample));
                }
            }
        }
    }
}

fn bodies() -> Vec<(&'static str, &'static str, Bytes)> {
    let letters = |length: usize| Bytes::from("a".repeat(length));
    vec![
        ("one-byte", "A body of one byte", letters(1)),
        ("length-55", "A body of 55 bytes, the most that fits one block", letters(55)),
        ("length-56", "A body of 56 bytes", letters(56)),
        ("length-63", "A body of 63 bytes", letters(63)),
        ("length-64", "A body of 64 bytes, a whole block", letters(64)),
        ("length-65", "A body of 65 bytes", letters(65)),
        ("length-128", "A body of 128 bytes", letters(128)),
        ("length-4096", "A body of 4096 bytes", letters(4096)),
        ("all-bytes", "A body of every byte", (0..=255).collect::<Vec<u8>>().into()),
        ("nul", "A body that is a NUL", Bytes::from("\0")),
        ("nul-inside", "A NUL within a body", Bytes::from("a\0b")),
        ("line-feed", "A body that is a line feed", Bytes::from("\n")),
        ("line-feed-at-end", "A body that ends with a line feed", Bytes::from("a\n")),
        ("line-end-at-end", "A body that ends with CR and LF", Bytes::from("a\r\n")),
        ("line-ends", "Lines of all kinds", Bytes::from("a\nb\rc\r\nd")),
        ("spaces-around", "A body with spaces around it", Bytes::from("  a  ")),
        ("only-space", "A body that is a space", Bytes::from(" ")),
        ("utf-8", "A body in UTF-8", Bytes::from("\u{e9}\u{65e5}\u{1f600}")),
        ("decomposed", "A decomposed letter", Bytes::from("e\u{301}")),
        ("byte-order-mark", "A byte order mark", Bytes::from("\u{feff}a")),
        ("no-utf-8", "A body that is not UTF-8", Bytes::from(&b"\xff\xfe"[..])),
        ("latin-1", "A body in Latin 1", Bytes::from(&b"caf\xe9"[..])),
        ("json", "A body in JSON", Bytes::from("{\"a\": [1, 2], \"b\": \"c\"}")),
        ("json-empty", "An empty object", Bytes::from("{}")),
        ("xml", "A body in XML", Bytes::from("<a>\n  <b/>\n</a>\n")),
        ("zero", "A body that is a zero", Bytes::from("0")),
        ("null", "A body that spells null", Bytes::from("null")),
        ("escape", "A body with an escape", Bytes::from("a%20b+c")),
        ("marker", "A body that spells the marker", Bytes::from("UNSIGNED-PAYLOAD")),
    ]
}
