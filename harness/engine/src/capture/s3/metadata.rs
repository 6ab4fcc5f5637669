//! What is kept of an object besides its bytes, and where a copy takes it from.

use super::super::answers::Answer;
use super::address::copy_source;
use super::error::S3Error;
use super::store::{Object, Store};
use super::{Call, codings};

/// The headers of an upload that are sent back with the object, besides `x-amz-meta-*`.
const KEPT: [&str; 9] = [
    "cache-control",
    "content-disposition",
    "content-language",
    "content-type",
    "expires",
    "x-amz-server-side-encryption",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "x-amz-checksum-type",
];

/// The begin of the headers and trailers with checksums.
const CHECKSUM: &str = "x-amz-checksum-";

/// What `x-amz-copy-source` names.
pub(super) fn source_object<'s>(store: &'s Store, source: &str) -> Result<&'s Object, S3Error> {
    let (bucket, key) = copy_source(source).ok_or_else(|| {
        S3Error::InvalidArgument("x-amz-copy-source: expected /bucket/key".to_owned())
    })?;
    store.object(&bucket, &key)
}

/// The headers of an upload that are sent back with the object.
pub(super) fn kept_headers(call: &Call<'_>) -> Vec<(String, Vec<u8>)> {
    let all = call.request.headers.iter();
    let mut kept: Vec<(String, Vec<u8>)> = all
        .map(|(name, value)| (String::from_utf8_lossy(name).to_ascii_lowercase(), value.to_vec()))
        .filter(|(name, _)| name.starts_with("x-amz-meta-") || KEPT.contains(&&name[..]))
        .collect();
    // The framing of the upload is not a property of the object.
    let codings: Vec<String> = codings(call.request)
        .filter(|coding| !coding.eq_ignore_ascii_case("aws-chunked") && !coding.is_empty())
        .collect();
    if !codings.is_empty() {
        kept.push(("content-encoding".to_owned(), codings.join(", ").into_bytes()));
    }
    kept
}

/// The checksums that came in headers and trailers.
pub(super) fn checksums(call: &Call<'_>) -> Vec<(String, Vec<u8>)> {
    let headers =
        call.request.headers.iter().map(|(name, value)| {
            (String::from_utf8_lossy(name).to_ascii_lowercase(), value.to_vec())
        });
    let known = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256", "sha512", "md5", "xxhash64"];
    let is_checksum = |name: &str| {
        name.strip_prefix(CHECKSUM).is_some_and(|algorithm| known.contains(&algorithm))
    };
    headers.chain(call.trailers.iter().cloned()).filter(|(name, _)| is_checksum(name)).collect()
}

/// The answer with the checksums of the object.
pub(super) fn with_checksums(answer: Answer, object: &Object) -> Answer {
    object.checksums.iter().fold(answer, |answer, (name, value)| answer.with(name, &value[..]))
}
