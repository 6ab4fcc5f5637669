//! The canonical path (specification: "Canonical URI").

use crate::primitive::bytes;
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::Text;
use crate::profile::{PathEncoding, Profile};

/// The canonical form of `path` if it is the path as sent, as for nearly all paths, or `/` for an
/// empty one. May return `None` for a path that is canonical.
#[inline]
pub(super) fn as_it_is(path: &[u8], profile: Profile) -> Option<&[u8]> {
    if path.is_empty() {
        return Some(b"/");
    }
    let stays = match profile.path_encoding {
        PathEncoding::AsSent => true,
        PathEncoding::Decoded | PathEncoding::Double => percent::is_plain(path),
    };
    (stays && (!profile.normalize || is_normalized(path))).then_some(path)
}

/// Appends the canonical form of `path`, given as on the request line; an empty path is `/`.
///
/// Dot segments are resolved before anything is encoded, so an encoded dot (`%2e`) is not a dot.
/// `scratch` is overwritten.
pub(super) fn write(out: &mut Text, scratch: &mut Text, path: &[u8], profile: Profile) {
    if let Some(path) = as_it_is(path, profile) {
        return out.append(path);
    }
    let path = if profile.normalize && !is_normalized(path) {
        scratch.clear();
        write_normalized(scratch, path);
        scratch
    } else {
        path
    };
    match profile.path_encoding {
        PathEncoding::AsSent => out.append(path),
        PathEncoding::Decoded => {
            // A `%` without two digits is taken literally.
            out.write(percent::room(path), |out| percent::recode(out, path, Slash::Keep));
        }
        PathEncoding::Double => {
            out.write(percent::room(path), |out| percent::encode(out, path, Slash::Keep));
        }
    }
}

/// Whether there is nothing to resolve or remove, as in nearly every path. May return false for a
/// path that is normalized (`/.hidden`).
#[expect(clippy::needless_bitwise_bool, reason = "a branch would be taken byte by byte")]
fn is_normalized(path: &[u8]) -> bool {
    path.starts_with(b"/")
        && !bytes::any_pair(path, |byte, next| (byte == b'/') & ((next == b'/') | (next == b'.')))
}

/// Removes empty and `.` segments, and each `..` with the segment before it. A slash at the end is
/// kept; a dot segment at the end leaves none (`/a/.` becomes `/a`, as in aws-c-auth; RFC 3986 has
/// `/a/`).
fn write_normalized(out: &mut Text, path: &[u8]) {
    for segment in path.split(|&byte| byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                let parent = out.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
                out.truncate(parent);
            }
            _ => {
                out.push(b'/');
                out.append(segment);
            }
        }
    }
    if out.is_empty() || path.ends_with(b"/") {
        out.push(b'/');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(path: &str, profile: Profile) -> String {
        let mut out = Text::default();
        out.append(b"GET\n");
        write(&mut out, &mut Text::default(), path.as_bytes(), profile);
        String::from_utf8(out[4..].to_vec()).unwrap()
    }

    /// Rows on which botocore, awscrt and @smithy/signature-v4 agree; where they differ, awscrt's.
    #[test]
    fn the_generic_profile_normalizes_then_encodes_what_was_sent() {
        for (path, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/a//b", "/a/b"),
            ("/a/./b/../c", "/a/c"),
            ("/../a", "/a"),
            ("/a/", "/a/"),
            ("/a/.", "/a"),
            ("/a/b/..", "/a"),
            ("/a/b/../", "/a/"),
            ("/..", "/"),
            ("/...", "/..."),
            ("/a/%2E%2E/b", "/a/%252E%252E/b"),
            ("/%2f", "/%252f"),
            ("/%zz%", "/%25zz%25"),
            ("/a b*", "/a%20b%2A"),
            ("/\u{1234}", "/%E1%88%B4"),
        ] {
            assert_eq!(canonical(path, Profile::GENERIC), expected, "{path}");
        }
    }

    #[test]
    fn the_s3_profile_takes_the_path_as_sent() {
        for path in ["/", "//a/./../b//", "/%2f%7E", "/a+b$", "/%zz"] {
            assert_eq!(canonical(path, Profile::S3), path);
        }
    }

    /// S3 API Reference, "Signature Calculations for the Authorization Header": `PUT /test$file.text`.
    #[test]
    fn decoding_first_gives_the_strict_form_of_any_path() {
        let profile = Profile { normalize: false, path_encoding: PathEncoding::Decoded };
        for (path, expected) in [
            ("/test$file.text", "/test%24file.text"),
            ("/test%24file.text", "/test%24file.text"),
            ("/%7e/%2f/+", "/~///%2B"),
            ("/100%", "/100%25"),
        ] {
            assert_eq!(canonical(path, profile), expected, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_path_that_is_reported_as_normalized_is(path in "/[a./]{0,40}") {
            let mut out = Text::default();
            write_normalized(&mut out, path.as_bytes());
            proptest::prop_assert!(!is_normalized(path.as_bytes()) || out[..] == *path.as_bytes());
            let as_it_is = as_it_is(path.as_bytes(), Profile::GENERIC);
            proptest::prop_assert!(as_it_is.is_none_or(|as_it_is| *as_it_is == out[..]));
        }
    }
}
