//! Every byte, raw and escaped, in path, query name, query value and header value.
//!
//! In query and headers, a byte above 0x7F is part of the shortest text that contains it, because
//! alone it is not UTF-8, which most interfaces cannot represent; bytes that no text contains are
//! used alone.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use sigv4_vectors::model::{Placement, Profile};

use super::rules::{HEADER_VALUES, PATH_AS_SENT, PATH_ENCODED, QUERY_ENCODED};
use super::{Corner, Sample, Topic};

const ASCII: RangeInclusive<u8> = 0x00..=0x7f;
const HIGH: RangeInclusive<u8> = 0x80..=0xff;

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for (topic, place, form, bytes) in &TABLE {
        for byte in bytes.clone().filter(|byte| form.exists(*byte, *place)) {
            let title = format!(
                "Byte 0x{byte:02X}{} {} in {}",
                if byte.is_ascii_graphic() {
                    format!(" (`{}`)", char::from(byte))
                } else {
                    String::new()
                },
                form.words(),
                place.words()
            );
            let name = format!("byte-{byte:02x}-{}", form.name());
            corners.push(topic.corner(&name, title, place.sample(topic, &form.text(byte, *place))));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    HeaderValue,
    Path,
    QueryName,
    QueryValue,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Escaped,
    EscapedLower,
    Raw,
}

impl Place {
    fn words(self) -> &'static str {
        match self {
            Self::HeaderValue => "a header value",
            Self::Path => "the path",
            Self::QueryName => "the name of a query parameter",
            Self::QueryValue => "the value of a query parameter",
        }
    }

    /// With letters around it, so that it is not at an end.
    fn sample(self, topic: &Topic, piece: &[u8]) -> Sample {
        let around = |before: &str, behind: &str| -> Vec<u8> {
            [before.as_bytes(), piece, behind.as_bytes()].concat()
        };
        let sample = Sample::new(topic.home);
        match self {
            Self::HeaderValue => sample.header("My-Header1", around("a", "z")),
            Self::Path => sample.target(around("/a", "z")),
            Self::QueryName => sample.target(around("/?a", "z=v")),
            Self::QueryValue => sample.target(around("/?n=a", "z")),
        }
    }

    /// Bytes that cannot be in this place unescaped, or that end it.
    fn has_no_raw(self, byte: u8) -> bool {
        let ends_it: &[u8] = match self {
            Self::HeaderValue => b"",
            Self::Path => b"?",
            Self::QueryName => b"&=%",
            Self::QueryValue => b"&%",
        };
        matches!(byte, 0 | b'\r' | b'\n') || ends_it.contains(&byte)
    }
}

impl Form {
    fn words(self) -> &'static str {
        match self {
            Self::Escaped => "escaped",
            Self::EscapedLower => "escaped with lower-case digits",
            Self::Raw => "raw",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Escaped => "escaped",
            Self::EscapedLower => "escaped-lower",
            Self::Raw => "raw",
        }
    }

    fn exists(self, byte: u8, place: Place) -> bool {
        match self {
            Self::Escaped => true,
            Self::EscapedLower => self.text(byte, place) != Self::Escaped.text(byte, place),
            Self::Raw => !place.has_no_raw(byte),
        }
    }

    fn text(self, byte: u8, place: Place) -> Vec<u8> {
        let escape = |upper: bool| {
            // A path is not decoded, so the lone byte shows more.
            let bytes = if place == Place::Path { vec![byte] } else { text_with(byte) };
            let mut escaped = String::new();
            for byte in bytes {
                // Writing to a string cannot fail.
                let _ = if upper {
                    write!(escaped, "%{byte:02X}")
                } else {
                    write!(escaped, "%{byte:02x}")
                };
            }
            escaped.into_bytes()
        };
        match self {
            Self::Escaped => escape(true),
            Self::EscapedLower => escape(false),
            Self::Raw => text_with(byte),
        }
    }
}

/// A short UTF-8 text with the byte, a different text for each; the byte alone if there is none.
fn text_with(byte: u8) -> Vec<u8> {
    match byte {
        0x80..=0xbf => vec![0xe1, byte, 0x80],
        0xc2..=0xdf => vec![byte, 0xa9],
        0xe0 => vec![byte, 0xa4, 0x85],
        0xed => vec![byte, 0x80, 0x80],
        0xe1..=0xef => vec![byte, 0x88, 0xb4],
        0xf0 => vec![byte, 0x9f, 0x92, 0xa9],
        0xf1..=0xf3 => vec![byte, 0x80, 0x80, 0x80],
        0xf4 => vec![byte, 0x8f, 0xbf, 0xbf],
        _ => vec![byte],
    }
}

macro_rules! topic {
    ($name:ident = $text:literal, $title:literal, $rule:ident, [$($flag:literal),+]) => {
        static $name: Topic = Topic::new($text, $title, &$rule, &[$($flag),+]);
    };
    ($name:ident = $text:literal, $title:literal, $rule:ident, [$($flag:literal),+], s3) => {
        static $name: Topic = Topic::new($text, $title, &$rule, &[$($flag),+])
            .at(Profile::S3, Placement::Header);
    };
}

topic!(
    PATH_RAW = "path-raw-ascii",
    "Every ASCII byte raw in the path",
    PATH_ENCODED,
    ["byte-table", "url-library"]
);
topic!(
    PATH_RAW_HIGH = "path-raw-high",
    "Every byte above 0x7F raw in the path",
    PATH_ENCODED,
    ["byte-table", "url-library"]
);
topic!(
    PATH_ESCAPED = "path-escaped-ascii",
    "Every ASCII byte escaped in the path",
    PATH_ENCODED,
    ["byte-table", "escape-case"]
);
topic!(
    PATH_ESCAPED_HIGH = "path-escaped-high",
    "Every byte above 0x7F escaped in the path",
    PATH_ENCODED,
    ["byte-table"]
);
topic!(
    S3_RAW = "s3-path-raw-ascii",
    "Every ASCII byte raw in the path of an S3 request",
    PATH_AS_SENT,
    ["path-as-sent", "url-library"],
    s3
);
topic!(
    S3_RAW_HIGH = "s3-path-raw-high",
    "Every byte above 0x7F raw in the path of an S3 request",
    PATH_AS_SENT,
    ["path-as-sent", "url-library"],
    s3
);
topic!(
    S3_ESCAPED = "s3-path-escaped-ascii",
    "Every ASCII byte escaped in the path of an S3 request",
    PATH_AS_SENT,
    ["path-as-sent", "escape-case"],
    s3
);
topic!(
    S3_ESCAPED_HIGH = "s3-path-escaped-high",
    "Every byte above 0x7F escaped in the path of an S3 request",
    PATH_AS_SENT,
    ["path-as-sent"],
    s3
);
topic!(
    NAME_RAW = "query-name-raw-ascii",
    "Every ASCII byte raw in the name of a query parameter",
    QUERY_ENCODED,
    ["byte-table", "non-strict-query"]
);
topic!(
    NAME_ESCAPED = "query-name-escaped-ascii",
    "Every ASCII byte escaped in the name of a query parameter",
    QUERY_ENCODED,
    ["byte-table", "escape-case"]
);
topic!(
    NAME_ESCAPED_HIGH = "query-name-escaped-high",
    "Every byte above 0x7F escaped in the name of a query parameter",
    QUERY_ENCODED,
    ["byte-table"]
);
topic!(
    VALUE_RAW = "query-value-raw-ascii",
    "Every ASCII byte raw in the value of a query parameter",
    QUERY_ENCODED,
    ["byte-table", "non-strict-query"]
);
topic!(
    VALUE_RAW_HIGH = "query-value-raw-high",
    "Every byte above 0x7F raw in the value of a query parameter",
    QUERY_ENCODED,
    ["byte-table", "non-strict-query"]
);
topic!(
    VALUE_ESCAPED = "query-value-escaped-ascii",
    "Every ASCII byte escaped in the value of a query parameter",
    QUERY_ENCODED,
    ["byte-table", "escape-case"]
);
topic!(
    VALUE_ESCAPED_HIGH = "query-value-escaped-high",
    "Every byte above 0x7F escaped in the value of a query parameter",
    QUERY_ENCODED,
    ["byte-table"]
);
topic!(
    HEADER_RAW = "header-value-raw-ascii",
    "Every ASCII byte in a header value",
    HEADER_VALUES,
    ["byte-table", "white-space"]
);
topic!(
    HEADER_RAW_HIGH = "header-value-raw-high",
    "Every byte above 0x7F in a header value",
    HEADER_VALUES,
    ["byte-table", "white-space"]
);

topic!(
    PATH_LOWER = "path-escaped-lower",
    "Escapes with lower-case digits in the path",
    PATH_ENCODED,
    ["escape-case"]
);
topic!(
    S3_LOWER = "s3-path-escaped-lower",
    "Escapes with lower-case digits in the path of an S3 request",
    PATH_AS_SENT,
    ["path-as-sent", "escape-case"],
    s3
);
topic!(
    NAME_LOWER = "query-name-escaped-lower",
    "Escapes with lower-case digits in the name of a query parameter",
    QUERY_ENCODED,
    ["escape-case", "non-strict-query"]
);
topic!(
    VALUE_LOWER = "query-value-escaped-lower",
    "Escapes with lower-case digits in the value of a query parameter",
    QUERY_ENCODED,
    ["escape-case", "non-strict-query"]
);

/// For lower-case digits only the digits matter, so ASCII is enough; signers disagree on raw
/// letters outside ASCII in names just as in values.
static TABLE: [(&Topic, Place, Form, RangeInclusive<u8>); 21] = [
    (&PATH_RAW, Place::Path, Form::Raw, ASCII),
    (&PATH_RAW_HIGH, Place::Path, Form::Raw, HIGH),
    (&PATH_ESCAPED, Place::Path, Form::Escaped, ASCII),
    (&PATH_LOWER, Place::Path, Form::EscapedLower, ASCII),
    (&PATH_ESCAPED_HIGH, Place::Path, Form::Escaped, HIGH),
    (&S3_RAW, Place::Path, Form::Raw, ASCII),
    (&S3_RAW_HIGH, Place::Path, Form::Raw, HIGH),
    (&S3_ESCAPED, Place::Path, Form::Escaped, ASCII),
    (&S3_LOWER, Place::Path, Form::EscapedLower, ASCII),
    (&S3_ESCAPED_HIGH, Place::Path, Form::Escaped, HIGH),
    (&NAME_RAW, Place::QueryName, Form::Raw, ASCII),
    (&NAME_ESCAPED, Place::QueryName, Form::Escaped, ASCII),
    (&NAME_LOWER, Place::QueryName, Form::EscapedLower, ASCII),
    (&NAME_ESCAPED_HIGH, Place::QueryName, Form::Escaped, HIGH),
    (&VALUE_RAW, Place::QueryValue, Form::Raw, ASCII),
    (&VALUE_RAW_HIGH, Place::QueryValue, Form::Raw, HIGH),
    (&VALUE_ESCAPED, Place::QueryValue, Form::Escaped, ASCII),
    (&VALUE_LOWER, Place::QueryValue, Form::EscapedLower, ASCII),
    (&VALUE_ESCAPED_HIGH, Place::QueryValue, Form::Escaped, HIGH),
    (&HEADER_RAW, Place::HeaderValue, Form::Raw, ASCII),
    (&HEADER_RAW_HIGH, Place::HeaderValue, Form::Raw, HIGH),
];
