//! Bodies that are refused, each with the offset of what is wrong, and what was handed on before.

use sigv4_reference::stream::{Decoder, Limits, Marker, Problem, StreamError};
use sigv4_reference::{Error, Header};

use crate::scene::{Upload, decode, framing, key};

/// A change to the body of [`upload`].
struct Refusal {
    title: &'static str,
    marker: Marker,
    spoil: fn(&str) -> String,
    offset: u64,
    problem: Problem,
    /// What is handed on before.
    data: &'static str,
}

/// Two chunks and, if the marker allows it, a trailer. Signed, the chunks begin at bytes 0, 89 and 177,
/// their signatures at 18, 107 and 195, the trailers at 261. Unsigned, the chunks begin at 0, 8 and 15,
/// the trailers at 18.
fn upload(marker: Marker) -> Upload {
    let upload = Upload::new(marker, b"hello", 3);
    if marker == Marker::SignedChunks { upload } else { upload.with_trailer("a", "1") }
}

#[test]
fn each_body_is_refused_at_its_byte_however_it_is_split() {
    for refusal in REFUSALS {
        let upload = upload(refusal.marker);
        let body = String::from_utf8(upload.encode()).unwrap();
        let twin = upload.decode([body.as_bytes()]);
        assert_eq!(twin.data, upload.data, "{}: the twin", refusal.title);
        assert!(twin.result.is_ok(), "{}: the twin: {twin:?}", refusal.title);

        let spoiled = (refusal.spoil)(&body);
        let answer = upload.decode([spoiled.as_bytes()]);
        let expected = StreamError { offset: refusal.offset, problem: refusal.problem.clone() };
        assert_eq!(answer.result, Err(expected), "{}: {spoiled}", refusal.title);
        assert_eq!(answer.data, refusal.data.as_bytes(), "{}", refusal.title);
        for at in 0..spoiled.len() {
            let (start, end) = spoiled.as_bytes().split_at(at);
            assert_eq!(upload.decode([start, end]), answer, "{} at {at}", refusal.title);
        }
    }
}

#[test]
fn a_body_cut_anywhere_is_truncated() {
    for marker in [Marker::SignedChunks, Marker::SignedChunksTrailer, Marker::UnsignedTrailer] {
        let upload = upload(marker);
        let body = upload.encode();
        for length in 0..body.len() {
            let decoded = upload.decode([&body[..length]]);
            let expected = StreamError { offset: length as u64, problem: Problem::Truncated };
            assert_eq!(decoded.result, Err(expected), "{marker:?} at {length}");
            if marker != Marker::UnsignedTrailer {
                let data = [(89, ""), (177, "hel"), (usize::MAX, "hello")];
                let (_, data) = data.iter().find(|(end, _)| length < *end).unwrap();
                assert_eq!(decoded.data, data.as_bytes(), "{marker:?} at {length}");
            }
        }
    }
}

#[test]
fn a_size_may_be_in_upper_case_where_no_signature_follows_it() {
    let upload = Upload::new(Marker::UnsignedTrailer, &[b'x'; 26], 26);
    let body = String::from_utf8(upload.encode()).unwrap();
    for size in ["1a", "1A"] {
        let decoded = upload.decode([replace(&body, "1a\r\n", &format!("{size}\r\n")).as_bytes()]);
        assert!(decoded.result.is_ok(), "{size}: {decoded:?}");
        assert_eq!(decoded.data, upload.data);
    }
}

/// The limits of `scene`.
#[test]
fn chunks_and_trailers_have_a_limit() {
    let limit = 1 << 17;
    for (size, expected) in
        [(limit, None), (limit + 1, Some(Problem::ChunkTooLarge { size: limit as u64 + 1, limit }))]
    {
        let upload = Upload::new(Marker::SignedChunks, &vec![b'a'; size], size);
        let error = upload.decode([&upload.encode()[..]]).result.err();
        assert_eq!(error, expected.map(|problem| StreamError { offset: 0, problem }));
        let upload = Upload { marker: Marker::UnsignedTrailer, ..upload };
        assert!(upload.decode([&upload.encode()[..]]).result.is_ok(), "unsigned chunks have none");
    }
    let problem = Problem::TrailersTooLarge { limit: 200 };
    for (length, expected) in [
        (196, Ok(vec![("a".to_owned(), "v".repeat(196))])),
        (197, Err(StreamError { offset: 3, problem: problem.clone() })),
        // The line is not read to its end.
        (1_000_000, Err(StreamError { offset: 3 + 200 + 170, problem })),
    ] {
        let upload = Upload::new(Marker::UnsignedTrailer, b"", 1);
        let upload = upload.with_trailer("a", &"v".repeat(length));
        let body = upload.encode();
        assert_eq!(upload.decode([&body[..]]).result, expected);
        assert_eq!(upload.decode(body.chunks(100)).result, expected);
    }
}

/// A chunk and its end must fit in memory, even without a limit.
#[test]
fn the_largest_limit_does_not_overflow() {
    let key = key();
    let limits = Limits { chunk: usize::MAX, trailers: usize::MAX };
    let decoder = Decoder::new(&framing(Marker::SignedChunks, &key), &[], limits).unwrap();
    let body = format!("ffffffffffffffff;chunk-signature={}\r\n1", "0".repeat(64));
    let (size, limit) = (u64::MAX, usize::MAX - 2);
    let expected = StreamError { offset: 0, problem: Problem::ChunkTooLarge { size, limit } };
    assert_eq!(decode(decoder, [body.as_bytes()]).result, Err(expected));

    let trailer = [Header { name: b"x-amz-trailer", value: b"a" }];
    let framing = framing(Marker::UnsignedTrailer, &key);
    let decoder = Decoder::new(&framing, &trailer, limits).unwrap();
    assert!(decode(decoder, [&b"0\r\na:1\r\n\r\n"[..]]).result.is_ok());
}

#[test]
fn a_decoded_length_is_one_number() {
    let key = key();
    let framing = framing(Marker::UnsignedTrailer, &key);
    let length = |value: &'static [u8]| Header { name: b"X-Amz-Decoded-Content-Length", value };
    for (headers, expected) in [
        (vec![length(b"")], ""),
        (vec![length(b"+5")], "+5"),
        (vec![length(b"5 5")], "5 5"),
        (vec![length(b"0x5")], "0x5"),
        (vec![length(b"18446744073709551616")], "18446744073709551616"),
        (vec![length(b"5"), length(b"5")], "5,5"),
    ] {
        let error = Decoder::new(&framing, &headers, Limits::default()).unwrap_err();
        assert_eq!(error, Error::DecodedLength { text: expected.to_owned() });
    }
    assert!(Decoder::new(&framing, &[length(b" 5 ")], Limits::default()).is_ok());
}

/// Some clients do not send it.
#[test]
fn without_a_decoded_length_any_length_is_right() {
    let key = key();
    let decoder =
        || Decoder::new(&framing(Marker::UnsignedTrailer, &key), &[], Limits::default()).unwrap();
    assert_eq!(decode(decoder(), [&b"3\r\nabc\r\n0\r\n\r\n"[..]]).data, b"abc");
    let error = decode(decoder(), [&b"1\r\na\r\nffffffffffffffff\r\n"[..]]).result.unwrap_err();
    assert_eq!(error, StreamError { offset: 6, problem: Problem::SizeOverflow });
}

#[test]
fn problems_are_said_in_full() {
    let said = |offset, problem| StreamError { offset, problem }.to_string();
    assert_eq!(
        said(84, Problem::ChunkTooLarge { size: 20, limit: 16 }),
        "body: byte 84: a chunk of 20 bytes, expected at most 16"
    );
    assert_eq!(
        said(3, Problem::DecodedLength { expected: 5, actual: 6 }),
        "body: byte 3: x-amz-decoded-content-length is 5, but the chunks hold 6 bytes"
    );
    assert_eq!(
        said(9, Problem::TrailerMissing { name: "a".to_owned() }),
        "body: byte 9: x-amz-trailer names \"a\", but that trailer was not sent"
    );
}

/// Replaces the first occurrence.
fn replace(body: &str, from: &str, to: &str) -> String {
    assert!(body.contains(from), "{from:?} is not in {body:?}");
    body.replacen(from, to, 1)
}

fn insert(body: &str, at: usize, text: &str) -> String {
    let (start, end) = body.split_at(at);
    [start, text, end].concat()
}

/// Swaps two digits of the signature at this offset for ones that it does not have there.
fn another_digit(body: &str, at: usize) -> String {
    let (start, end) = body.split_at(at);
    let digit = if end.starts_with('0') { "1" } else { "0" };
    [start, digit, &end[1..]].concat()
}

macro_rules! refusals {
    ($($title:literal, $marker:ident, $spoil:expr => $offset:literal, $problem:expr, $data:literal;)*) => {
        const REFUSALS: &[Refusal] = &[$(Refusal {
            title: $title,
            marker: Marker::$marker,
            spoil: $spoil,
            offset: $offset,
            problem: $problem,
            data: $data,
        },)*];
    };
}

const LONG: Problem = Problem::LineTooLong { limit: 256 };

refusals! {
    "no size", SignedChunks, |body| body[1..].to_owned() => 0, Problem::Size, "";
    "an empty line for a header", UnsignedTrailer, |body| insert(body, 8, "\r\n") => 8, Problem::Size, "hel";
    "a leading zero", SignedChunks, |body| insert(body, 0, "0") => 0, Problem::Size, "";
    "zeros for the final chunk", UnsignedTrailer, |body| insert(body, 15, "0") => 15, Problem::Size, "hello";
    "a prefix", UnsignedTrailer, |body| insert(body, 8, "0x") => 9, Problem::Size, "hel";
    "a sign", UnsignedTrailer, |body| insert(body, 8, "+") => 8, Problem::Size, "hel";
    "a space before the size", UnsignedTrailer, |body| insert(body, 8, " ") => 8, Problem::Size, "hel";
    "an upper-case digit", SignedChunks, |body| replace(body, "3;", "A;") => 0, Problem::Size, "";
    "an upper-case digit later", SignedChunks, |body| replace(body, "3;", "1A;") => 1, Problem::Size, "";
    "a size of 68 bits", UnsignedTrailer, |body| insert(body, 8, "1000000000000000") => 24, Problem::SizeOverflow, "hel";
    "a size of 64 bits", SignedChunks, |body| insert(body, 0, "fffffffffffffff") => 0,
        Problem::DecodedLength { expected: 5, actual: 0xffff_ffff_ffff_fff3 }, "";
    "a sum of more than 64 bits", UnsignedTrailer, |body| replace(body, "2\r\n", "ffffffffffffffff\r\n") => 8, Problem::SizeOverflow, "hel";
    "a header without an end", SignedChunks, |body| insert(body, 1, &"0".repeat(10_000)) => 256, LONG, "";
    "an extension", UnsignedTrailer, |body| insert(body, 1, ";a=b") => 1, Problem::Extension, "";
    "a space after the size", UnsignedTrailer, |body| insert(body, 1, " ") => 1, Problem::Extension, "";
    "no signature", SignedChunks, |body| [&body[..1], &body[82..]].concat() => 1, Problem::Extension, "";
    "another extension", SignedChunks, |body| replace(body, ";chunk-signature", ";Chunk-Signature") => 1, Problem::Extension, "";
    "an extension after the signature", SignedChunks, |body| insert(body, 82, ";a=b") => 82, Problem::SignatureDigits, "";
    "an upper-case digit in a signature", SignedChunks, |body| [&body[..18], "A", &body[19..]].concat() => 18, Problem::SignatureDigits, "";
    "a signature that is too short", SignedChunks, |body| [&body[..81], &body[82..]].concat() => 81, Problem::SignatureDigits, "";
    "a signature that is too long", SignedChunks, |body| insert(body, 82, "0") => 82, Problem::SignatureDigits, "";
    "an empty signature", SignedChunks, |body| [&body[..18], &body[82..]].concat() => 18, Problem::SignatureDigits, "";
    "another signature", SignedChunks, |body| another_digit(body, 18) => 18, Problem::ChunkSignature, "";
    "another second signature", SignedChunks, |body| another_digit(body, 170) => 107, Problem::ChunkSignature, "hel";
    "another final signature", SignedChunks, |body| another_digit(body, 195) => 195, Problem::ChunkSignature, "hello";
    "other data", SignedChunks, |body| replace(body, "hel", "hal") => 18, Problem::ChunkSignature, "";
    "other data in the second chunk", SignedChunks, |body| replace(body, "lo\r", "la\r") => 107, Problem::ChunkSignature, "hel";
    "chunks in another order", SignedChunks, |body| [&body[89..177], &body[..89], &body[177..]].concat() => 18, Problem::ChunkSignature, "";
    "the first chunk twice", SignedChunks, |body| insert(body, 0, &body[..89]) => 89,
        Problem::DecodedLength { expected: 5, actual: 6 }, "hel";
    "the second chunk left out", SignedChunks, |body| [&body[..89], &body[177..]].concat() => 89,
        Problem::DecodedLength { expected: 5, actual: 3 }, "hel";
    "a header that ends in LF", SignedChunks, |body| replace(body, "\r\nhel", "\nhel") => 82, Problem::LineEnd, "";
    "an unsigned header that ends in LF", UnsignedTrailer, |body| replace(body, "\r\nhel", "\nhel") => 1, Problem::LineEnd, "";
    "a CR in front of the end", UnsignedTrailer, |body| replace(body, "\r\nhel", "\r\r\nhel") => 1, Problem::Extension, "";
    "a chunk longer than it says", SignedChunks, |body| replace(body, "hel", "hell") => 87, Problem::LineEnd, "";
    "a chunk shorter than it says", SignedChunks, |body| replace(body, "hel", "he") => 87, Problem::LineEnd, "";
    "an unsigned chunk longer than it says", UnsignedTrailer, |body| replace(body, "hel", "hell") => 6, Problem::LineEnd, "hel";
    "an unsigned chunk that ends in CR alone", UnsignedTrailer, |body| replace(body, "hel\r\n", "hel\r") => 7, Problem::LineEnd, "hel";
    "no final chunk", UnsignedTrailer, |body| replace(body, "0\r\n", "") => 16, Problem::Extension, "hello";
    "no final chunk and no more bytes", SignedChunks, |body| body[..177].to_owned() => 177, Problem::Truncated, "hello";
    "a final chunk in front", UnsignedTrailer, |body| insert(body, 0, "0\r\n") => 0,
        Problem::DecodedLength { expected: 5, actual: 0 }, "";
    "two final chunks", SignedChunks, |body| insert(body, 177, &body[177..261]) => 261, Problem::LineEnd, "hello";
    "two unsigned final chunks", UnsignedTrailer, |body| insert(body, 15, "0\r\n") => 18, Problem::TrailerLine, "hello";
    "two final chunks before signed trailers", SignedChunksTrailer, |body| insert(body, 177, &body[177..261]) => 261, Problem::TrailerLine, "hello";
    "trailers that the marker does not allow", SignedChunks, |body| insert(body, 261, "a:1\r\n") => 261, Problem::LineEnd, "hello";
    "no colon", UnsignedTrailer, |body| replace(body, "a:1", "a=1") => 18, Problem::TrailerLine, "hello";
    "no name", UnsignedTrailer, |body| replace(body, "a:1", ":1") => 18, Problem::TrailerLine, "hello";
    "a space after the name", UnsignedTrailer, |body| replace(body, "a:1", "a :1") => 19, Problem::TrailerLine, "hello";
    "a control byte in a value", UnsignedTrailer, |body| replace(body, "a:1", "a:1\r2") => 21, Problem::TrailerLine, "hello";
    "the trailers end in a bare LF", UnsignedTrailer, |body| replace(body, "a:1\r\n\r\n", "a:1\n\n") => 22, Problem::TrailerLine, "hello";
    "more than one spare line", UnsignedTrailer, |body| replace(body, "a:1\r\n\r\n", "a:1\n\r\n\r\n\r\n") => 26, Problem::AfterEnd, "hello";
    "a trailer after the end", UnsignedTrailer, |body| insert(body, 25, "a:1\r\n") => 25, Problem::AfterEnd, "hello";
    "a byte after the end", SignedChunks, |body| insert(body, 263, "0") => 263, Problem::AfterEnd, "hello";
    "a byte after signed trailers", SignedChunksTrailer, |body| insert(body, 358, "\r") => 358, Problem::AfterEnd, "hello";
    "another trailer", SignedChunksTrailer, |body| replace(body, "a:1", "a:2") => 290, Problem::TrailerSignature, "hello";
    "white space that is not of HTTP", SignedChunksTrailer, |body| replace(body, "a:1", "a:1\x0c") => 291, Problem::TrailerSignature, "hello";
    "another signature of the trailers", SignedChunksTrailer, |body| another_digit(body, 300) => 290, Problem::TrailerSignature, "hello";
    "a short signature of the trailers", SignedChunksTrailer, |body| [&body[..353], &body[354..]].concat() => 353, Problem::SignatureDigits, "hello";
    "no signature of the trailers", SignedChunksTrailer, |body| [&body[..266], "\r\n"].concat() => 266, Problem::TrailerSignatureMissing, "hello";
    "no signature after the empty line", SignedChunksTrailer, |body| [&body[..261], "a:1\n\r\n\r\n"].concat() => 267, Problem::TrailerSignatureMissing, "hello";
    "a trailer after the empty line", SignedChunksTrailer, |body| replace(body, "a:1\r\n", "a:1\n\r\nb:1\r\n") => 267, Problem::TrailerSignatureMissing, "hello";
    "a trailer after the signature", SignedChunksTrailer, |body| insert(body, 356, "a:1\r\n") => 356, Problem::LineEnd, "hello";
}

/// Their problems have a name, which a constant cannot hold.
#[test]
fn trailers_are_those_that_are_announced() {
    let name = |name: &str| name.to_owned();
    for (marker, from, to, offset, problem) in [
        (
            Marker::UnsignedTrailer,
            "a:1",
            "b:1",
            18,
            Problem::TrailerNotAnnounced { name: name("b") },
        ),
        (
            Marker::UnsignedTrailer,
            "a:1",
            "x-amz-trailer-signature:1",
            18,
            Problem::TrailerNotAnnounced { name: name("x-amz-trailer-signature") },
        ),
        (
            Marker::UnsignedTrailer,
            "a:1",
            "a:1\r\nA:1",
            23,
            Problem::TrailerRepeated { name: name("a") },
        ),
        // An empty line before the trailers ends them.
        (
            Marker::UnsignedTrailer,
            "a:1",
            "\r\na:1",
            18,
            Problem::TrailerMissing { name: name("a") },
        ),
        (Marker::UnsignedTrailer, "a:1\r\n", "", 18, Problem::TrailerMissing { name: name("a") }),
        (
            Marker::SignedChunksTrailer,
            "a:1",
            "b:1",
            261,
            Problem::TrailerNotAnnounced { name: name("b") },
        ),
    ] {
        let upload = upload(marker);
        let body = replace(&String::from_utf8(upload.encode()).unwrap(), from, to);
        let error = upload.decode([body.as_bytes()]).result.unwrap_err();
        assert_eq!(error, StreamError { offset, problem });
    }
    // Signed, but not sent.
    let bare = Upload::new(Marker::SignedChunksTrailer, b"hello", 3);
    let error =
        upload(Marker::SignedChunksTrailer).decode([&bare.encode()[..]]).result.unwrap_err();
    assert_eq!(
        error,
        StreamError { offset: 261, problem: Problem::TrailerMissing { name: name("a") } }
    );
    // Announced where the marker does not allow it.
    let bare = Upload::new(Marker::SignedChunks, b"hello", 3);
    let announced = bare.clone().with_trailer("a", "1");
    let error = announced.decode([&bare.encode()[..]]).result.unwrap_err();
    assert_eq!(
        error,
        StreamError { offset: 177, problem: Problem::TrailerMissing { name: name("a") } }
    );
}
