//! How the path is made canonical, in which services differ.

/// The two switches of path canonicalisation. Each combination is used by some service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Profile {
    /// Whether `.` and `..` segments are resolved and empty segments removed (specification:
    /// "Canonical URI"; RFC 3986, section 6; not done for S3).
    pub normalize: bool,
    /// How the path is percent-encoded.
    pub path_encoding: PathEncoding,
}

impl Profile {
    /// Every service except S3: normalise, then encode the path as sent once more.
    pub const GENERIC: Self = Self { normalize: true, path_encoding: PathEncoding::Double };
    /// S3 as the vendor's signers treat it: the path as sent is canonical.
    pub const S3: Self = Self { normalize: false, path_encoding: PathEncoding::AsSent };
}

/// What is done to the bytes of the (possibly normalised) path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PathEncoding {
    /// Nothing. The vendor's seven signers agree on this for S3: the caller has encoded the path.
    AsSent,
    /// Percent-escapes are decoded, and every byte outside the unreserved set and `/` is encoded
    /// once. The S3 documentation describes this (`UriEncode(key)`), and its example with
    /// `/test$file.text` needs it. For a path that is strictly encoded it is the same as
    /// [`Self::AsSent`]. A `%` without two digits is taken literally.
    Decoded,
    /// Every byte outside the unreserved set and `/` is encoded, including the `%` of existing
    /// escapes: a path that was encoded for the wire ends up encoded twice.
    Double,
}
