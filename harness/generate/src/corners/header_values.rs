//! Values of headers: white space, quotes, folding, letters of many scripts, and repetition.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::{HEADER_REPEATED, HEADER_VALUES};
use super::{Corner, GENERIC_AND_S3, Sample, Topic};

static VALUES: Topic = Topic::new(
    "header-values",
    "White space, quotes, folding and letters in a header value",
    &HEADER_VALUES,
    &["white-space", "empty-text", "size"],
);
static S3_VALUES: Topic = Topic::new(
    "s3-header-values",
    "White space, quotes, folding and letters in a header value of an S3 request",
    &HEADER_VALUES,
    &["white-space", "empty-text"],
)
.at(Profile::S3, Placement::Header);
static REPEATED: Topic =
    Topic::new("header-repetition", "Headers of one name", &HEADER_REPEATED, &["header-join"]);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for place in GENERIC_AND_S3 {
        // Query placement signs the caller's headers in the same step: white space shows that.
        let table = if place.1 == Placement::Header { TABLE } else { &TABLE[..SHOWN_IN_QUERY] };
        for (name, value) in table {
            let sample = Sample::new(place).header("My-Header1", *value);
            let topic = if place.0 == Profile::S3 { &S3_VALUES } else { &VALUES };
            let title = format!("The value `{}`", value.escape_debug());
            corners.push(topic.corner(name, title, sample));
        }
    }
    for (name, value) in BYTES {
        let sample = Sample::plain().header("My-Header1", *value);
        let title = format!("The value `{}`", value.escape_ascii());
        corners.push(VALUES.corner(name, title, sample));
    }
    let long = Sample::plain().header("My-Header1", "a".repeat(8192));
    corners.push(VALUES.corner("long", "A value of 8192 bytes", long));
    let spaces = Sample::plain().header("My-Header1", format!("a{}b", " ".repeat(1000)));
    corners.push(VALUES.corner("thousand-spaces", "A thousand spaces within a value", spaces));
    let words = Sample::plain().header("My-Header1", "ab  ".repeat(500));
    corners.push(VALUES.corner("many-runs", "Five hundred runs of spaces within a value", words));

    for place in GENERIC_AND_S3 {
        for (name, title, headers) in LISTS {
            let sample = headers
                .iter()
                .fold(Sample::new(place), |sample, (name, value)| sample.header(*name, *value));
            corners.push(REPEATED.corner(name, *title, sample));
        }
    }
}

/// How many rows at the start of the table are asked in query placement too.
const SHOWN_IN_QUERY: usize = 9;

const TABLE: &[(&str, &str)] = &[
    ("empty", ""),
    ("one-space", " "),
    ("leading-space", " a"),
    ("trailing-space", "a "),
    ("two-inner-spaces", "a  b"),
    ("tab-inside", "a\tb"),
    ("quoted-spaces", "\"a  b\""),
    ("commas", "a,b , c,  d"),
    ("escape", "a%20b"),
    ("three-spaces", "   "),
    ("leading-spaces", "   a"),
    ("trailing-spaces", "a   "),
    ("spaces-around", "  a  "),
    ("one-inner-space", "a b"),
    ("three-inner-spaces", "a   b"),
    ("spaces-everywhere", "  a  b   c  "),
    ("four-inner-spaces", "a    b"),
    ("second-run-longer", "a b   c"),
    ("space-before-comma", "a , b"),
    ("charset", "text/plain; charset=utf-8"),
    ("entity-tag", "\"abc\""),
    ("tab", "\t"),
    ("leading-tab", "\ta"),
    ("trailing-tab", "a\t"),
    ("tabs-inside", "a\t\tb"),
    ("space-and-tab", "a \tb"),
    ("tab-and-space", "a\t b"),
    ("spaces-and-tabs-around", " \t a \t "),
    ("vertical-tab-inside", "a\u{b}b"),
    ("form-feed-inside", "a\u{c}b"),
    ("vertical-tab-around", "\u{b}a\u{b}"),
    ("form-feed-around", "\u{c}a\u{c}"),
    ("unit-separator-around", "\u{1f}a\u{1f}"),
    ("quoted", "\"a\""),
    ("quoted-spaces-around", "\"  a  \""),
    ("quoted-and-spaces-behind", "\"a\"  b"),
    ("spaces-and-quoted-behind", "a  \"b  c\""),
    ("quote-alone", "\""),
    ("quote-open", "\"a  b"),
    ("quote-close", "a  b\""),
    ("quote-escaped", "\"a\\\"  b\""),
    ("quoted-parameter", "form-data; name=\"a  b\""),
    ("single-quoted", "'a  b'"),
    ("comma-alone", ","),
    ("commas-alone", ",,,"),
    ("comma-at-ends", ",a,"),
    ("semicolons", "a;b; c"),
    ("colon", "a:b"),
    ("colon-first", ":a"),
    ("equals", "a=b"),
    ("escape-lower", "%2f"),
    ("plus", "a+b"),
    ("upper-case", "VALUE"),
    ("mixed-case", "VaLuE"),
    ("json", "{\"a\": [1,  2]}"),
    ("url", "https://example.com/a?b=c&d=e#f"),
    ("date", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("base64", "Zm9vYg=="),
    ("backslash", "a\\b"),
    ("backslash-n", "a\\nb"),
    ("like-a-line", "a host:b"),
    ("no-break-space", "a\u{a0}b"),
    ("no-break-space-around", "\u{a0}a\u{a0}"),
    ("no-break-spaces", "a\u{a0}\u{a0}b"),
    ("em-space-around", "\u{2003}a\u{2003}"),
    ("em-spaces", "a\u{2003}\u{2003}b"),
    ("ideographic-space-around", "\u{3000}a\u{3000}"),
    ("ideographic-spaces", "a\u{3000}\u{3000}b"),
    ("next-line-around", "\u{85}a\u{85}"),
    ("line-separator", "a\u{2028}b"),
    ("byte-order-mark-first", "\u{feff}a"),
    ("zero-width-space-around", "\u{200b}a\u{200b}"),
    ("e-acute", "\u{e9}"),
    ("e-decomposed", "e\u{301}"),
    ("ideographs", "\u{65e5}\u{672c}"),
    ("astral", "\u{1f600}"),
    ("fold-space", "a\n b"),
    ("fold-tab", "a\n\tb"),
    ("fold-spaces", "a\n    b"),
    ("fold-carriage-return", "a\r\n b"),
    ("fold-behind-space", "a \n b"),
    ("fold-twice", "a\n b\n c"),
    ("fold-empty-line", "a\n \n b"),
    ("fold-first", "\n a"),
    ("fold-last", "a\n "),
    ("fold-in-quotes", "\"a\n b\""),
];

const BYTES: &[(&str, &[u8])] = &[
    ("lone-byte", b"a\xffb"),
    ("lone-lead", b"a\xc3"),
    ("latin-1", b"caf\xe9"),
    ("latin-1-no-break-space-around", b"\xa0a\xa0"),
    ("latin-1-next-line-around", b"\x85a\x85"),
    ("overlong-space", b"a\xc0\xa0b"),
    ("surrogate", b"\xed\xa0\x80"),
    ("utf-16", b"\xff\xfea"),
];

type List = &'static [(&'static str, &'static str)];

const LISTS: &[(&str, &str, List)] = &[
    ("rising", "Two values in rising order", &[("A", "1"), ("A", "2")]),
    ("falling", "Two values in falling order", &[("A", "2"), ("A", "1")]),
    ("equal", "One value twice", &[("A", "1"), ("A", "1")]),
    ("three", "Three values, not in order", &[("A", "2"), ("A", "3"), ("A", "1")]),
    ("numbers", "Values that sort otherwise as numbers", &[("A", "10"), ("A", "9")]),
    ("case-of-name", "One name in two cases", &[("A", "2"), ("a", "1")]),
    ("case-of-value", "Values that differ in case", &[("A", "b"), ("A", "B")]),
    ("apart", "Another header between them", &[("A", "2"), ("B", "3"), ("A", "1")]),
    ("interleaved", "Two names, twice each", &[("B", "2"), ("A", "2"), ("B", "1"), ("A", "1")]),
    ("empty-first", "An empty value first", &[("A", ""), ("A", "1")]),
    ("empty-last", "An empty value last", &[("A", "1"), ("A", "")]),
    ("empty-both", "Two empty values", &[("A", ""), ("A", "")]),
    ("empty-between", "An empty value between", &[("A", "1"), ("A", ""), ("A", "2")]),
    ("spaces-around", "Spaces around each value", &[("A", "  1  "), ("A", "  2  ")]),
    ("spaces-inside", "Spaces within each value", &[("A", "1   2"), ("A", "3   4")]),
    ("empty-alone-first", "An empty value before two others", &[("A", ""), ("A", "2"), ("A", "1")]),
    ("equal-apart", "A value twice, another between", &[("A", "1"), ("A", "2"), ("A", "1")]),
    (
        "letters-and-cases",
        "Values of both cases, not in order",
        &[("A", "b"), ("A", "C"), ("A", "a")],
    ),
    ("commas-inside", "A list and a value", &[("A", "1,2"), ("A", "3")]),
    ("comma-at-end", "A value that ends with a comma", &[("A", "1,"), ("A", "2")]),
    ("quoted-comma", "A comma within quotes", &[("A", "\"1,2\""), ("A", "3")]),
    (
        "forwarded",
        "A list of proxies",
        &[("X-Forwarded-For", "192.0.2.2"), ("X-Forwarded-For", "192.0.2.1")],
    ),
    ("cookies", "Two cookies", &[("Cookie", "b=2"), ("Cookie", "a=1")]),
    ("metadata", "Metadata given twice", &[("X-Amz-Meta-A", "2"), ("x-amz-meta-a", "1")]),
    (
        "next-to-list",
        "The same values as two headers and as one",
        &[("A", "1"), ("A", "2"), ("B", "1,2")],
    ),
];
