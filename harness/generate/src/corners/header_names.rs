//! Names of headers: every byte that they may contain, case, and order.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::HEADER_NAMES;
use super::{Corner, Sample, Topic};

static BYTES: Topic = Topic::new(
    "header-name-bytes",
    "Every byte that a header name may contain",
    &HEADER_NAMES,
    &["header-name"],
);
static ORDER: Topic = Topic::new(
    "header-order",
    "Two headers, the one that sorts first sent last",
    &HEADER_NAMES,
    &["sort-order", "header-name"],
);
static WORDS: Topic = Topic::new(
    "header-names",
    "Names that mean something to a language or a library",
    &HEADER_NAMES,
    &["header-name", "size"],
);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || SPECIAL.contains(byte);
    for byte in (0x21..0x7f_u8).filter(is_token) {
        let character = char::from(byte);
        let sample = Sample::plain().header(format!("a{character}z"), "v");
        let title = format!("Byte 0x{byte:02X} (`{character}`) in a header name");
        corners.push(BYTES.corner(&format!("byte-{byte:02x}"), title, sample));
    }
    for (index, (first_label, first)) in SORTED.iter().enumerate() {
        for (second_label, second) in &SORTED[index + 1..] {
            let sample = Sample::plain().header(*second, "1").header(*first, "2");
            let title = format!("The name `{first}` comes before `{second}`");
            corners.push(ORDER.corner(&format!("{first_label}-{second_label}"), title, sample));
        }
    }
    for profile in [Profile::Generic, Profile::S3] {
        for (name, header) in NAMES {
            let sample = Sample::new((profile, Placement::Header)).header(*header, "v");
            corners.push(WORDS.corner(name, format!("A header named `{header}`"), sample));
        }
    }
    let long = Sample::plain().header("a".repeat(200), "v");
    corners.push(WORDS.corner("long", "A header name of 200 bytes", long));
    let many = (0..120).rev().fold(Sample::plain(), |sample, number| {
        sample.header(format!("X-Header-{number}"), number.to_string())
    });
    corners.push(WORDS.corner("many", "120 headers, their numbers in falling order", many));
}

/// The bytes of a token besides letters and digits (RFC 9110, section 5.6.2).
const SPECIAL: &[u8] = b"!#$%&'*+-.^_`|~";

/// Names, sorted by their bytes in lower case.
const SORTED: &[(&str, &str)] = &[
    ("exclamation", "!a"),
    ("digit", "1a"),
    ("upper-a", "A"),
    ("a-exclamation", "a!"),
    ("a-hyphen", "a-"),
    ("a-hyphen-a", "A-A"),
    ("a-hyphen-b", "a-b"),
    ("a-dot", "A.b"),
    ("a-zero", "a0"),
    ("a-caret", "a^"),
    ("a-underscore", "A_b"),
    ("ab", "aB"),
    ("a-bar", "a|"),
    ("a-tilde", "a~"),
    ("host-hyphen", "Host-A"),
    ("hosts", "hosts"),
    ("x-amz-date-hyphen", "X-Amz-Date-A"),
    ("x-amz-dates", "x-amz-dates"),
];

const NAMES: &[(&str, &str)] = &[
    ("prototype", "__proto__"),
    ("constructor", "constructor"),
    ("to-string", "toString"),
    ("has-own-property", "hasOwnProperty"),
    ("length", "length"),
    ("number", "1"),
    ("single-letter", "X"),
    ("single-symbol", "~"),
    ("upper-case", "MY-HEADER1"),
    ("mixed-case", "mY-hEADER1"),
    ("lower-case", "my-header1"),
    ("upper-i", "X-I"),
    ("underscores", "my_header_1"),
    ("dots", "my.header.1"),
    ("trailing-hyphen", "my-header-"),
    ("leading-hyphen", "-my-header"),
    ("like-the-method", "GET"),
    ("like-the-list", "host-x-amz-date"),
    ("amz-without-end", "x-amz-"),
    ("amz-without-hyphen", "x-amzn"),
    ("amz-upper-case", "X-AMZ-META-A"),
    ("amz-underscore", "x-amz-meta-a_b"),
    ("behind-amz", "x-b"),
    ("status", "Status"),
    ("http-prefix", "HTTP_X"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_its_order() {
        let folded: Vec<String> =
            SORTED.iter().map(|(_, name)| name.to_ascii_lowercase()).collect();
        assert!(folded.is_sorted_by(|left, right| left.as_bytes() < right.as_bytes()));
    }
}
