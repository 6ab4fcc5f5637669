//! The canonical form of S3: decode once, encode once, and keep the slash (S3 API Reference,
//! "Signature Calculations for the Authorization Header": `UriEncode`). Ten of thirteen servers
//! compute it from whatever form arrives; three compare the path as it was sent.

use sigv4_reference::canonical::percent;

/// A request target as S3 computes it from whatever form arrives.
pub(crate) fn target(target: &[u8]) -> Vec<u8> {
    let mut halves = target.splitn(2, |byte| *byte == b'?');
    let path = recoded(halves.next().unwrap_or_default());
    match halves.next() {
        Some(query) => [&path[..], b"?", &recoded_query(query)].concat(),
        None => path,
    }
}

/// A path, decoded once and encoded once.
pub(crate) fn recoded(path: &[u8]) -> Vec<u8> {
    encoded(&decoded(path))
}

/// A query in the same form: a plus is a space, names and values have no slash.
pub(crate) fn recoded_query(query: &[u8]) -> Vec<u8> {
    let piece = |piece: &[u8]| -> Vec<u8> {
        let with_spaces: Vec<u8> =
            piece.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        let mut halves =
            with_spaces.splitn(2, |byte| *byte == b'=').map(|half| encoded_value(&decoded(half)));
        let name = halves.next().unwrap_or_default();
        match halves.next() {
            Some(value) => [&name[..], b"=", &value].concat(),
            None => name,
        }
    };
    query.split(|byte| *byte == b'&').map(piece).collect::<Vec<_>>().join(&b'&')
}

/// Without its escapes; a `%` that is not followed by two digits is kept.
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    percent::decode(text).map(|byte| byte.unwrap_or(b'%')).collect()
}

/// Every byte outside the unreserved set and `/` as an escape.
pub(crate) fn encoded(path: &[u8]) -> Vec<u8> {
    encode(path, |byte| is_unreserved(byte) || byte == b'/')
}

/// Every byte outside the unreserved set as an escape, also `/`.
pub(crate) fn encoded_value(text: &[u8]) -> Vec<u8> {
    encode(text, is_unreserved)
}

/// Every byte that is not kept as an escape.
pub(super) fn encode(bytes: &[u8], is_kept: impl Fn(u8) -> bool) -> Vec<u8> {
    let digit = |value: u8| b"0123456789ABCDEF"[usize::from(value & 15)];
    let mut text = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if is_kept(*byte) {
            text.push(*byte);
        } else {
            text.extend([b'%', digit(*byte >> 4), digit(*byte)]);
        }
    }
    text
}

pub(super) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_form() {
        for (path, form) in [
            ("/a(b)+c.txt", "/a%28b%29%2Bc.txt"),
            ("/a%28b%29", "/a%28b%29"),
            ("/a%2fb//c/../d", "/a/b//c/../d"),
            ("/100%", "/100%25"),
            ("/%7e", "/~"),
        ] {
            assert_eq!(recoded(path.as_bytes()), form.as_bytes(), "{path}");
        }
    }

    #[test]
    fn a_plus_in_a_query_is_a_space() {
        assert_eq!(recoded_query(b"prefix=a/b+c&x"), b"prefix=a%2Fb%20c&x");
        assert_eq!(target(b"/b?prefix=a+b%2b"), b"/b?prefix=a%20b%2B");
        assert_eq!(target(b"/"), b"/");
    }
}
