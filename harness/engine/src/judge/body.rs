//! The body that is sent: the one asked for, or what was done to it after signing.

use std::io::Read;

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use serde_json::Value;
use sigv4_protocol::Stage;

use super::difference::Difference;
use super::finding::Finding;

/// Something that is done to a body between signing and sending.
struct Change {
    /// What was done, as the end of a sentence that begins with "the body that is sent is".
    words: &'static str,
    /// Whether that makes the body sent (second) from the one asked for (first).
    made: fn(&[u8], &[u8]) -> bool,
}

/// From the most specific to the least.
const CHANGES: &[Change] = &[
    Change {
        words: "the one asked for, compressed with gzip",
        made: |asked, sent| decompresses_to(asked, GzDecoder::new(sent)),
    },
    Change {
        words: "the one asked for, compressed with zlib (`Content-Encoding: deflate`)",
        made: |asked, sent| decompresses_to(asked, ZlibDecoder::new(sent)),
    },
    Change {
        words: "the one asked for, compressed with raw deflate",
        made: |asked, sent| !sent.is_empty() && decompresses_to(asked, DeflateDecoder::new(sent)),
    },
    Change {
        words: "the one asked for, re-encoded from ISO-8859-1 to UTF-8",
        made: |asked, sent| {
            let text: String = asked.iter().map(|byte| char::from(*byte)).collect();
            text.as_bytes() == sent
        },
    },
    Change {
        words: "the one asked for, re-encoded from UTF-8 to ISO-8859-1",
        made: |asked, sent| {
            let text: String = sent.iter().map(|byte| char::from(*byte)).collect();
            text.as_bytes() == asked
        },
    },
    Change {
        words: "the one asked for, with bytes that are not UTF-8 replaced by U+FFFD",
        made: |asked, sent| String::from_utf8_lossy(asked).as_bytes() == sent,
    },
    Change {
        words: "the one asked for, with other line ends",
        made: |asked, sent| without_returns(asked) == without_returns(sent),
    },
    Change {
        words: "the same JSON value as the one asked for, serialized again",
        made: |asked, sent| {
            let value = |text| serde_json::from_slice::<Value>(text).ok();
            value(asked).is_some_and(|asked| Some(asked) == value(sent))
        },
    },
    Change { words: "empty", made: |_, sent| sent.is_empty() },
    Change {
        words: "only the beginning of the one asked for",
        made: |asked, sent| asked.starts_with(sent),
    },
    Change {
        words: "the one asked for, with more bytes at the end",
        made: |asked, sent| sent.starts_with(asked),
    },
];

/// Compares the body sent with the one asked for, and names what was done to it.
pub(super) fn unchanged(asked: &[u8], sent: &[u8]) -> Result<(), Box<Finding>> {
    let Some(difference) = Difference::between(Stage::Wire, asked, sent) else { return Ok(()) };
    let summary = match CHANGES.iter().find(|change| (change.made)(asked, sent)) {
        Some(change) => format!(
            "the body that is sent is {}: {} bytes asked for, {} sent",
            change.words,
            asked.len(),
            sent.len()
        ),
        None => {
            format!("the body that is sent is not the one asked for: {}", difference.in_words())
        }
    };
    Err(Box::new(Finding { stage: Stage::Wire, summary, difference: Some(difference) }))
}

/// Whether the stream ends after just these bytes.
fn decompresses_to(expected: &[u8], stream: impl Read) -> bool {
    // One byte more than expected is enough to tell that there are too many.
    let mut text = Vec::with_capacity(expected.len() + 1);
    let read = stream.take(expected.len() as u64 + 1).read_to_end(&mut text);
    read.is_ok() && text == expected
}

fn without_returns(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| *byte != b'\r').collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn said(asked: &[u8], sent: &[u8]) -> String {
        unchanged(asked, sent).expect_err("the bodies differ").summary
    }

    #[test]
    fn the_same_body_is_no_finding() {
        assert!(unchanged(b"Param1=value1", b"Param1=value1").is_ok());
        assert!(unchanged(b"", b"").is_ok());
    }

    #[test]
    fn what_was_done_to_a_body_is_named() -> std::io::Result<()> {
        let asked = b"{\"a\": 1, \"b\": [true]}";
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(asked)?;
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(asked)?;
        for (asked, sent, words) in [
            (&asked[..], &gzip.finish()?[..], "compressed with gzip"),
            (asked, &zlib.finish()?, "compressed with zlib"),
            (asked, b"{\"a\":1,\"b\":[true]}", "serialized again"),
            (b"caf\xe9", "caf\u{e9}".as_bytes(), "from ISO-8859-1 to UTF-8"),
            ("caf\u{e9}".as_bytes(), b"caf\xe9", "from UTF-8 to ISO-8859-1"),
            (b"\xff\xfe", "\u{fffd}\u{fffd}".as_bytes(), "replaced by U+FFFD"),
            (b"a\nb\n", b"a\r\nb\r\n", "other line ends"),
            (b"abc", b"", "is empty"),
            (b"abc", b"ab", "only the beginning"),
            (b"abc", b"abc ", "more bytes at the end"),
            (b"abc", b"abd", "expected `c`, got `d`"),
        ] {
            let said = said(asked, sent);
            assert!(said.contains(words), "{said}");
        }
        Ok(())
    }
}
