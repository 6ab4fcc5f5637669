//! The files of a set: as they are in a folder, or packed in the binary.

use std::borrow::Cow;

use crate::ids::ids;

/// A file of the embedded set.
#[derive(Debug)]
pub(crate) struct Packed {
    /// Its path, relative to the root of the set.
    pub(crate) path: &'static str,
    /// Its text, compressed with zstd.
    data: &'static [u8],
    /// How long the text is.
    length: usize,
    /// The ids of its cases.
    ids: &'static [&'static str],
}

/// The files of the embedded set.
#[expect(clippy::unreadable_literal, reason = "the table is generated")]
pub(crate) static PACKED: &[Packed] = include!(concat!(env!("OUT_DIR"), "/packed.rs"));

/// A file.
#[derive(Clone, Debug)]
pub(crate) enum Document {
    Packed(&'static Packed),
    Plain(Cow<'static, [u8]>),
}

impl Document {
    /// Its text, unpacked if need be.
    pub(crate) fn text(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Plain(text) => Cow::Borrowed(text),
            Self::Packed(packed) => {
                // It was packed when the crate was built, and a test unpacks every file.
                let text = zstd::bulk::decompress(packed.data, packed.length);
                Cow::Owned(text.unwrap_or_default())
            }
        }
    }

    /// Whether it has a case whose id is wanted.
    pub(crate) fn has_any(&self, is_wanted: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Plain(text) => ids(text).any(is_wanted),
            Self::Packed(packed) => packed.ids.iter().any(|id| is_wanted(id)),
        }
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}
