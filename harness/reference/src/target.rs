//! The parts of a request target.

use crate::primitive::bytes;

/// The path and, if there is a `?`, the query after the first one.
pub(crate) fn split(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    match bytes::position(target, b'?') {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}

/// The parameters of a query, each with its offset: the pieces between `&` that are not empty.
#[inline]
pub(crate) fn parameters(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    let ends = bytes::positions(text, b'&').chain([text.len()]);
    ends.filter_map(move |end| {
        let piece = (start, &text[start..end]);
        start = end + 1;
        (!piece.1.is_empty()).then_some(piece)
    })
}

/// Name and value of one parameter as sent.
pub(crate) fn name_and_value(piece: &[u8]) -> (&[u8], &[u8]) {
    match bytes::position(piece, b'=') {
        Some(at) => (&piece[..at], &piece[at + 1..]),
        None => (piece, b""),
    }
}
