//! The checksums that S3 takes as trailers (S3 User Guide, "Checking object integrity").

use crc_fast::CrcAlgorithm;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::model::text::base64;

/// The value that a trailer of this name must have for the data; `None` if it is not a checksum.
pub(super) fn of(name: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let crc = |algorithm, bytes: usize| {
        let checksum = crc_fast::checksum(algorithm, data).to_be_bytes();
        checksum[checksum.len() - bytes..].to_vec()
    };
    let bytes = match name.strip_prefix(b"x-amz-checksum-")? {
        b"crc32" => crc(CrcAlgorithm::Crc32IsoHdlc, 4),
        b"crc32c" => crc(CrcAlgorithm::Crc32Iscsi, 4),
        b"crc64nvme" => crc(CrcAlgorithm::Crc64Nvme, 8),
        b"md5" => Md5::digest(data).to_vec(),
        b"sha1" => Sha1::digest(data).to_vec(),
        b"sha256" => Sha256::digest(data).to_vec(),
        _ => return None,
    };
    Some(base64(&bytes))
}
