//! How the path becomes canonical: the switches that services differ in.

/// The two switches of path canonicalisation. Every combination is meaningful to some service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Profile {
    /// Whether `.` and `..` segments are resolved and empty segments removed (specification:
    /// "Canonical URI"; RFC 3986, section 6; not done for S3).
    pub normalize: bool,
    /// How often the path is percent-encoded.
    pub path_encoding: PathEncoding,
}

impl Profile {
    /// Every service but S3: normalise, then encode the path as sent once more.
    pub const GENERIC: Self = Self { normalize: true, path_encoding: PathEncoding::Double };
    /// S3 as the vendor's signers treat it: the path is canonical as it stands on the wire.
    pub const S3: Self = Self { normalize: false, path_encoding: PathEncoding::AsSent };
}

/// What is done to the bytes of the (possibly normalised) path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PathEncoding {
    /// Nothing. The vendor's seven signers agree on this for S3: who sends the path has encoded it.
    AsSent,
    /// Percent-escapes are decoded and every byte outside the unreserved set and `/` is encoded
    /// once. The S3 documentation words it so (`UriEncode(key)`), and its example with
    /// `/test$file.text` needs it. The same as [`Self::AsSent`] for a path that is already
    /// strictly encoded. A `%` without two digits stands for itself.
    Decoded,
    /// Every byte outside the unreserved set and `/` is encoded, the `%` of existing escapes
    /// included: a path that was encoded for the wire ends up encoded twice.
    Double,
}
