//! Uploads in chunks, event streams and the policies of forms. Their heads are those of other requests.

use sigv4_protocol::{ChunksQuestion, EventsQuestion, PolicyQuestion, SignQuestion};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{ChainKey, ChainStart, ChunkedPayload, EventInput};
use sigv4_vectors::text::{Hex32, Time};

use super::draw::Draw;
use super::request;

/// The sizes of chunks; a body is at most a few chunks long.
const CHUNK_SIZES: &[u32] = &[5, 1, 2, 3, 10, 16, 17, 64];

/// The names of trailers, most of them right.
const TRAILERS: &[&str] = &[
    "x-amz-checksum-crc32",
    "x-amz-meta-a",
    "X-Amz-Checksum-SHA256",
    "x-amz-checksum-crc32c",
    "X-AMZ-META-A",
    "a",
    "x-amz-trailer-signature",
    "a b",
    "",
];

/// Signatures that a stream may start from: the texts of other tests, and some that none is.
const SIGNATURES: &[&str] = &[
    "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    "sig",
    "",
    "666f6f62617262617a717578",
    "a\nb",
];

/// Times of messages: one day, the next, and one that does not exist.
const TIMES: &[&str] = &[
    "20150830T123600Z",
    "20150830T123601Z",
    "20150830T235959Z",
    "20150831T000000Z",
    "20150229T000000Z",
];

/// The forms of an upload that is signed with HMAC, or not at all.
const PAYLOADS: &[ChunkedPayload] =
    &[ChunkedPayload::Signed, ChunkedPayload::SignedTrailer, ChunkedPayload::UnsignedTrailer];

/// An upload.
pub(super) fn upload(draw: &mut Draw<'_, '_>) -> ChunksQuestion {
    let head = request::question(draw);
    let payload = draw.pick(PAYLOADS);
    let mut start = start(draw, &head);
    if draw.odds(24) {
        start = ChainStart::FinalChunkSignature(draw.pick(SIGNATURES).into());
    }
    let has_trailers = payload.has_trailer() || draw.odds(8);
    let count = if has_trailers { draw.below(4) } else { 0 };
    let trailers = (0..count).map(|_| (draw.pick(TRAILERS).into(), value(draw))).collect();
    let input = head.input;
    ChunksQuestion {
        time: input.time.clone(),
        region: input.region.clone(),
        service: input.service.clone(),
        key: key(draw, &start, &input.credentials),
        start,
        payload,
        chunk_size: if draw.odds(2) { 0 } else { draw.pick(CHUNK_SIZES) },
        body: draw.bytes(40).into(),
        trailers,
    }
}

/// An event stream.
pub(super) fn stream(draw: &mut Draw<'_, '_>) -> EventsQuestion {
    let head = request::question(draw);
    let start = start(draw, &head);
    let input = head.input;
    let messages = (0..draw.below(4)).filter_map(|_| message(draw)).collect();
    EventsQuestion {
        time: input.time.clone(),
        region: input.region.clone(),
        service: input.service.clone(),
        key: key(draw, &start, &input.credentials),
        start,
        messages,
    }
}

/// The policy of a form: any bytes, since it is not read.
pub(super) fn policy(draw: &mut Draw<'_, '_>) -> PolicyQuestion {
    let input = request::question(draw).input;
    PolicyQuestion {
        time: input.time,
        region: input.region,
        service: input.service,
        credentials: input.credentials,
        policy: draw.bytes(100).into(),
    }
}

fn message(draw: &mut Draw<'_, '_>) -> Option<EventInput> {
    let time = Time::try_from(draw.pick(TIMES)).ok()?;
    let milliseconds = i64::try_from(draw.number(2_000_000_000)).unwrap_or_default() * 1000;
    let date = [b"\x05:date\x08", &milliseconds.to_be_bytes()[..]].concat();
    let headers = if draw.odds(64) { draw.bytes(16) } else { date };
    let payload = if draw.odds(64) { Vec::new() } else { draw.bytes(40) };
    Some(EventInput { time, headers: headers.into(), payload: payload.into() })
}

fn start(draw: &mut Draw<'_, '_>, head: &SignQuestion) -> ChainStart {
    if draw.odds(96) {
        return ChainStart::SeedSignature(draw.pick(SIGNATURES).into());
    }
    let mut request = head.input.request.clone();
    request.body = Bytes::default();
    ChainStart::Request(request)
}

/// The key pair, or now and then a signing key.
fn key(
    draw: &mut Draw<'_, '_>,
    start: &ChainStart,
    credentials: &sigv4_vectors::model::Credentials,
) -> ChainKey {
    let times = if matches!(start, ChainStart::Request(_)) { 4 } else { 96 };
    match Hex32::try_from("6b6579".to_owned() + &"0".repeat(58)) {
        Ok(digits) if draw.odds(times) => ChainKey::SigningKey(digits),
        _ => ChainKey::Credentials(credentials.clone()),
    }
}

/// The value of a trailer: text, spaces around it, or any bytes.
fn value(draw: &mut Draw<'_, '_>) -> Bytes {
    match draw.below(8) {
        0..5 => "NhCmhg==".into(),
        5 => " a b\t".into(),
        6 => "".into(),
        _ => draw.bytes(6).into(),
    }
}
