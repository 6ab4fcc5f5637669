//! The ids of the cases in the text of a vector file, without reading the rest of it.

use memchr::{memchr, memmem};

/// The ids of a vector file's cases as they are in its text. That is possible because files are formatted in one way only, which a test holds them to.
pub(crate) fn ids(text: &[u8]) -> impl Iterator<Item = &str> {
    const FIELD: &[u8] = b"\n      \"id\": \"";
    memmem::find_iter(text, FIELD).filter_map(|at| {
        let behind = &text[at + FIELD.len()..];
        let end = memchr(b'"', behind)?;
        std::str::from_utf8(&behind[..end]).ok()
    })
}
