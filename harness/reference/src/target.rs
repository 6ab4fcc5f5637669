//! The parts of a request target.

use std::ops::Range;

use crate::primitive::bytes;

/// The path and, if there is a `?`, the query after the first one.
pub(crate) fn split(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    match bytes::position(target, b'?') {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}

/// The parameters of a query, each with its offset: the pieces between `&` that are not empty.
pub(crate) fn parameters(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut rest = 0..text.len();
    std::iter::from_fn(move || {
        loop {
            let Range { start, end } = rest;
            if start >= end {
                return None;
            }
            let length = bytes::position(&text[start..], b'&');
            let length = length.unwrap_or(end - start);
            rest.start = start + length + 1;
            if length > 0 {
                return Some((start, &text[start..start + length]));
            }
        }
    })
}

/// Name and value of one parameter as sent.
pub(crate) fn name_and_value(piece: &[u8]) -> (&[u8], &[u8]) {
    match bytes::position(piece, b'=') {
        Some(at) => (&piece[..at], &piece[at + 1..]),
        None => (piece, b""),
    }
}
