//! The checksums that S3 takes as trailers (S3 User Guide, "Checking object integrity").

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use md5::Md5;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// A checksum algorithm.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ChecksumAlgorithm {
    /// CRC-32 as in Ethernet and zip.
    Crc32,
    /// CRC-32C (Castagnoli).
    Crc32C,
    /// CRC-64/NVME.
    Crc64Nvme,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl ChecksumAlgorithm {
    /// Every algorithm.
    pub const ALL: &[Self] =
        &[Self::Crc32, Self::Crc32C, Self::Crc64Nvme, Self::Md5, Self::Sha1, Self::Sha256];

    /// The name of the header or trailer.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32C => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Md5 => "x-amz-checksum-md5",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The algorithm of the header or trailer with this name, in any case.
    #[must_use]
    pub fn of_name(name: &[u8]) -> Option<Self> {
        let is = |algorithm: &&Self| algorithm.name().as_bytes().eq_ignore_ascii_case(name);
        Self::ALL.iter().find(is).copied()
    }

    /// How many characters the value has.
    #[must_use]
    pub fn value_len(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32C => 8,
            Self::Crc64Nvme => 12,
            Self::Md5 => 24,
            Self::Sha1 => 28,
            Self::Sha256 => 44,
        }
    }
}

/// A checksum of data that comes in pieces.
#[derive(Clone)]
pub struct Checksum {
    algorithm: ChecksumAlgorithm,
    state: State,
}

#[derive(Clone)]
enum State {
    Crc(crc_fast::Digest),
    Md5(Md5),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Checksum {
    /// The checksum of nothing.
    #[must_use]
    pub fn new(algorithm: ChecksumAlgorithm) -> Self {
        let crc = |algorithm| State::Crc(crc_fast::Digest::new(algorithm));
        let state = match algorithm {
            ChecksumAlgorithm::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc),
            ChecksumAlgorithm::Crc32C => crc(CrcAlgorithm::Crc32Iscsi),
            ChecksumAlgorithm::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme),
            ChecksumAlgorithm::Md5 => State::Md5(Md5::new()),
            ChecksumAlgorithm::Sha1 => State::Sha1(Sha1::new()),
            ChecksumAlgorithm::Sha256 => State::Sha256(Sha256::new()),
        };
        Self { algorithm, state }
    }

    /// Which one it is.
    #[must_use]
    pub fn algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm
    }

    /// Adds data.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.state {
            State::Crc(crc) => crc.update(data),
            State::Md5(hash) => hash.update(data),
            State::Sha1(hash) => hash.update(data),
            State::Sha256(hash) => hash.update(data),
        }
    }

    /// The value of the header or trailer: base64 of the bytes, the highest one first.
    #[must_use]
    pub fn value(self) -> String {
        match self.state {
            State::Crc(crc) if self.algorithm == ChecksumAlgorithm::Crc64Nvme => {
                STANDARD.encode(crc.finalize().to_be_bytes())
            }
            State::Crc(crc) => STANDARD.encode(&crc.finalize().to_be_bytes()[4..]),
            State::Md5(hash) => STANDARD.encode(hash.finalize()),
            State::Sha1(hash) => STANDARD.encode(hash.finalize()),
            State::Sha256(hash) => STANDARD.encode(hash.finalize()),
        }
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Checksum")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `hello` as Java SDK 2.58.0 and minio-go 7.4.1 sent it; 123456789 from the CRC catalogue (reveng)
    /// and, for the hashes, from `openssl dgst`.
    #[test]
    fn values_are_those_of_others() {
        use ChecksumAlgorithm::{Crc32, Crc32C, Crc64Nvme, Md5, Sha1, Sha256};
        for (algorithm, data, expected) in [
            (Crc32, "", "AAAAAA=="),
            (Crc32, "hello", "NhCmhg=="),
            (Crc32C, "hello", "mnG7TA=="),
            (Sha256, "hello", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
            (Crc32, "123456789", "y/Q5Jg=="),
            (Crc32C, "123456789", "4waSgw=="),
            (Crc64Nvme, "123456789", "rosUhgp5mIg="),
            (Md5, "123456789", "JfnnlDI7RTiF9RgfG2JNCw=="),
            (Sha1, "123456789", "98O8HYCOBHMq32eZZczDTKeuNEE="),
        ] {
            let mut checksum = Checksum::new(algorithm);
            let (start, end) = data.as_bytes().split_at(data.len() / 2);
            checksum.update(start);
            checksum.update(end);
            assert_eq!(checksum.value(), expected, "{algorithm:?} of {data:?}");
            assert_eq!(expected.len(), algorithm.value_len());
            assert_eq!(ChecksumAlgorithm::of_name(algorithm.name().as_bytes()), Some(algorithm));
        }
    }
}
