//! `aws-chunked` bodies and event streams.

mod bodies;
mod events;
mod heads;
mod refusals;
mod samples;
mod scene;

use std::io::{self, BufRead as _, Read};
use std::num::NonZeroUsize;

use proptest::prelude::*;
use sigv4_reference::stream::{
    ChecksumAlgorithm, Decoder, EncodedBody, Encoder, Framing, Limits, Marker, Problem, Seed,
    StreamError, TrailerLineEnd, encoded_length,
};
use sigv4_reference::{Error, Header, Time};

use scene::{SEED, Upload, decode, framing, key, sha256, time};

const MARKERS: [Marker; 3] =
    [Marker::SignedChunks, Marker::SignedChunksTrailer, Marker::UnsignedTrailer];

/// Each marker with each end of a trailer's line.
fn uploads() -> Vec<Upload> {
    let data: Vec<u8> = (0..50).collect();
    let mut uploads = vec![Upload::new(Marker::SignedChunks, &data, 16)];
    for marker in [Marker::SignedChunksTrailer, Marker::UnsignedTrailer] {
        for line_end in [TrailerLineEnd::CrLf, TrailerLineEnd::LfCrLf] {
            let upload = Upload { line_end, ..Upload::new(marker, &data, 16) };
            uploads.push(upload.clone());
            uploads.push(upload.with_trailer("b", "2").with_trailer("a", "1"));
        }
    }
    uploads
}

#[test]
fn a_body_split_anywhere_is_the_same() {
    for upload in uploads() {
        let body = upload.encode();
        let whole = upload.decode([&body[..]]);
        assert_eq!(whole.data, upload.data);
        assert!(whole.result.is_ok(), "{upload:?}: {whole:?}");
        for at in 0..=body.len() {
            assert_eq!(upload.decode([&body[..at], &body[at..]]), whole, "{upload:?} at {at}");
        }
        for size in [1, 2, 3, 7] {
            assert_eq!(upload.decode(body.chunks(size)), whole, "{upload:?} by {size}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encoded_is_decoded(
        data in prop::collection::vec(any::<u8>(), 0..300),
        chunk_size in 1_usize..100,
        piece in 1_usize..200,
        marker in prop::sample::select(&MARKERS[..]),
        lf in any::<bool>(),
        trailers in prop::collection::btree_map("[a-z0-9-]{1,9}", "[!-~]([ -~]{0,9}[!-~])?", 0..4),
    ) {
        let mut upload = Upload::new(marker, &data, chunk_size);
        upload.line_end = if lf { TrailerLineEnd::LfCrLf } else { TrailerLineEnd::CrLf };
        if marker != Marker::SignedChunks {
            upload.trailers = trailers.into_iter().collect();
        }
        let body = upload.encode();
        let lengths: Vec<(&str, usize)> =
            upload.trailers.iter().map(|(name, value)| (&name[..], value.len())).collect();
        let length = encoded_length(
            marker, data.len() as u64, upload.chunk_size(), upload.line_end, &lengths,
        );
        prop_assert_eq!(length, Some(body.len() as u64));
        let decoded = upload.decode(body.chunks(piece));
        prop_assert_eq!(decoded.data, data);
        prop_assert_eq!(decoded.result, Ok(upload.trailers));
    }

    /// A body that was changed is refused, however it is split, and what is handed on before is the
    /// beginning of the data.
    #[test]
    fn a_changed_body_is_refused(
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
        size in 1_usize..200,
        upload in prop::sample::select(uploads()),
    ) {
        let mut body = upload.encode();
        let at = at.index(body.len());
        body[at] ^= 1 << bit;
        let decoded = upload.decode([&body[..]]);
        prop_assert_eq!(&upload.decode(body.chunks(size)).result, &decoded.result);
        if upload.marker != Marker::UnsignedTrailer {
            // Case and white space of trailers do not matter.
            let same = decoded == upload.decode([&upload.encode()[..]]);
            prop_assert!(same || decoded.result.is_err(), "{:?} at {}", upload, at);
            prop_assert!(upload.data.starts_with(&decoded.data));
        }
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
        marker in prop::sample::select(&MARKERS[..]),
        size in 1_usize..40,
    ) {
        let upload = Upload::new(marker, b"", 1).with_trailer("a", "1");
        let body = pieces.concat();
        let whole = upload.decode([&body[..]]);
        prop_assert_eq!(upload.decode(body.chunks(size)).result, whole.result);
    }
}

/// What bodies are made of.
const PIECES: &[&[u8]] = &[
    b"0",
    b"5",
    b"hello",
    b"\r\n",
    b"\n",
    b"\r",
    b";chunk-signature=",
    SEED,
    b"a:1",
    b"b:2",
    b"x-amz-trailer-signature:",
    b"ffffffffffffffff",
    b" ",
    b":",
    b"\xff",
    b"\0",
];

#[test]
fn every_checksum_is_sent_and_checked() {
    for algorithm in ChecksumAlgorithm::ALL {
        let key = key();
        let framing = framing(Marker::UnsignedTrailer, &key);
        let mut encoder = Encoder::new(&framing, TrailerLineEnd::CrLf).unwrap();
        encoder.add_checksum(*algorithm).unwrap();
        let mut body = encoder.chunk(b"hello").concat();
        body.extend(encoder.finish());
        let name = algorithm.name();
        let headers = [Header { name: b"x-amz-trailer", value: name.as_bytes() }];
        let decoder = || Decoder::new(&framing, &headers, Limits::default()).unwrap();
        let trailers = decode(decoder(), [&body[..]]).result.unwrap();
        assert_eq!(trailers[0].0, name);
        assert_eq!(trailers[0].1.len(), algorithm.value_len());
        body[4] ^= 1;
        let error = decode(decoder(), [&body[..]]).result.unwrap_err();
        assert!(error.to_string().contains(&format!("{name} is {:?}", trailers[0].1)), "{error}");
        assert_eq!(error.offset, 13 + name.len() as u64 + 1);
    }
}

/// As minio-go sends it, and without the empty line that it sends too many.
#[test]
fn unsigned_trailers_that_end_in_lf_have_one_or_two_empty_lines() {
    let upload = Upload::new(Marker::UnsignedTrailer, b"hello", 5).with_trailer("a", "1");
    for end in ["\r\n\r\n", "\r\n"] {
        let decoded = upload.decode([format!("5\r\nhello\r\n0\r\na:1\n{end}").as_bytes()]);
        assert_eq!(decoded.result, Ok(vec![("a".to_owned(), "1".to_owned())]), "{end:?}");
    }
    let decoded = upload.decode([&b"5\r\nhello\r\n0\r\na:1\n\r\n\r"[..]]);
    let half = StreamError { offset: 20, problem: Problem::Truncated };
    assert_eq!(decoded.result, Err(half), "half an empty line");
}

/// Several trailers may be signed as sent or sorted.
#[test]
fn trailers_are_signed_in_either_order() {
    let upload = Upload::new(Marker::SignedChunksTrailer, b"", 1)
        .with_trailer("b", "2")
        .with_trailer("a", "1");
    let sorted = String::from_utf8(upload.encode()).unwrap();
    let swapped = sorted.replace("a:1\r\nb:2", "b:2\r\na:1");
    assert_ne!(sorted, swapped);
    let trailers = upload.decode([swapped.as_bytes()]).result.unwrap();
    assert_eq!(trailers, [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())]);

    // The other order, from the string to sign.
    let unsorted = b"b:2\na:1\n";
    let digits = sorted.split("0;chunk-signature=").nth(1).unwrap()[..64].to_owned();
    let hash = sha256(unsorted);
    let string_to_sign = format!(
        "AWS4-HMAC-SHA256-TRAILER\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{digits}\n{hash}"
    );
    let signature = key().key().sign(string_to_sign.as_bytes());
    let body = format!(
        "0;chunk-signature={digits}\r\nB: 2 \r\na:1\r\nx-amz-trailer-signature:{signature}\r\n\r\n"
    );
    let again = upload.decode([body.as_bytes()]);
    assert_eq!(again.result, Ok(trailers));
}

#[test]
fn a_reader_may_give_little_and_fail_between() {
    /// Gives one byte at a time, and fails before each.
    struct Slow<'d>(&'d [u8], bool);
    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let length = out.len().min(1);
            self.0.read(&mut out[..length])
        }
    }
    for upload in uploads() {
        let reader = Slow(&upload.data, false);
        let mut body = EncodedBody::new(reader, upload.encoder(), upload.chunk_size());
        let mut out = Vec::new();
        loop {
            match body.fill_buf() {
                Ok([]) => break,
                Ok(some) => {
                    let length = some.len();
                    out.extend_from_slice(some);
                    body.consume(length);
                }
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
        }
        assert_eq!(out, upload.encode());
    }
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let key = key();
    let encoder = |marker| Encoder::new(&framing(marker, &key), TrailerLineEnd::CrLf).unwrap();
    let name = |text: &str| Err(Error::TrailerName { name: text.to_owned() });
    let mut trailing = encoder(Marker::UnsignedTrailer);
    assert_eq!(trailing.add_trailer(b"", b""), name(""));
    assert_eq!(trailing.add_trailer(b"a b", b""), name("a b"));
    assert_eq!(
        trailing.add_trailer(b"X-Amz-Trailer-Signature", b""),
        name("X-Amz-Trailer-Signature")
    );
    assert_eq!(trailing.add_trailer(b"a", b"1"), Ok(()));
    assert_eq!(trailing.add_trailer(b"A", b"1"), name("A"));
    let control = Error::ControlByte { field: "trailer", offset: 1 };
    assert_eq!(trailing.add_trailer(b"b", b"1\n"), Err(control));

    let mut signed = encoder(Marker::SignedChunks);
    let unexpected = |name: &str| Err(Error::UnexpectedTrailer { name: name.to_owned() });
    assert_eq!(signed.add_trailer(b"a", b"1"), unexpected("a"));
    let crc32 = signed.add_checksum(ChecksumAlgorithm::Crc32);
    assert_eq!(crc32, unexpected("x-amz-checksum-crc32"));
    assert_eq!(signed.chunk(b"").concat(), b"", "an empty chunk would end the body");
}

#[test]
fn a_seed_must_fit_in_its_line_and_on_the_day_of_the_key() {
    let key = key();
    let tomorrow = Time::parse(b"20130525T000000Z").unwrap();
    for (time, signature, expected) in [
        (time(), &b"a\n"[..], Error::ControlByte { field: "seed signature", offset: 1 }),
        (tomorrow, SEED, Error::KeyDate { key: *b"20130524", signing: *b"20130525" }),
    ] {
        let framing = Framing::Signed(Seed { key: (&key).into(), time, signature });
        let error = Encoder::new(&framing, TrailerLineEnd::CrLf).unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(Decoder::new(&framing, &[], Limits::default()).unwrap_err(), expected);
    }
}

#[test]
fn the_size_of_a_chunk_has_no_leading_zeros() {
    for (length, expected) in [(1, "1"), (15, "f"), (16, "10"), (255, "ff"), (70_000, "11170")] {
        let mut upload = Upload::new(Marker::UnsignedTrailer, &vec![b'a'; length], length);
        upload.chunk_size = NonZeroUsize::new(length).map_or(1, NonZeroUsize::get);
        let body = String::from_utf8(upload.encode()).unwrap();
        assert_eq!(body.split("\r\n").next(), Some(expected));
    }
}
