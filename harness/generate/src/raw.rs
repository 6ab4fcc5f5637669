//! The raw generator: targets and headers of nearly any bytes, for what nobody thought of.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::draw::Draw;
use super::plain;

/// A question whose target, header values and body are arbitrary bytes.
pub(super) fn question(draw: &mut Draw<'_, '_>) -> SignQuestion {
    let mut question = plain::plain();
    if draw.odds(100) {
        question.placement = Placement::Query;
        question.input.expires = Some(plain::EXPIRES);
    }
    let s3 = draw.odds(100);
    if s3 {
        question.profile = sigv4_vectors::model::Profile::S3;
        (question.input.normalize, question.input.double_encode) = (false, false);
    }
    let request = &mut question.input.request;
    let mut target = vec![b'/'];
    target.extend(line(draw.bytes(24)));
    if draw.odds(128) {
        target.push(b'?');
        target.extend(line(draw.bytes(24)));
    }
    request.target = target.into();
    for _ in 0..draw.below(4) {
        let name: Vec<u8> = draw.bytes(4).into_iter().map(token_byte).collect();
        let name = if name.is_empty() { Bytes::from("x") } else { name.into() };
        request.headers.push((name, draw.bytes(16).into()));
    }
    request.body = draw.bytes(32).into();
    question
}

/// The bytes without those that would end the line.
fn line(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.retain(|byte| !b"\r\n\0".contains(byte));
    bytes
}

/// A byte that is allowed in the name of a header.
fn token_byte(byte: u8) -> u8 {
    const TOKEN: &[u8] =
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
    TOKEN[usize::from(byte) % TOKEN.len()]
}
