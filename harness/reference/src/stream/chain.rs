//! The chain of signatures. Nothing else in this module knows the algorithm.

use std::fmt;

use crate::canonical::Heading;
use crate::error::Error;
use crate::key::{ScopedKey, SigningKey};
use crate::primitive::hash::Digest;
use crate::primitive::hex::{self, Hex};
use crate::primitive::text::Text;
use crate::request::control_byte;
use crate::signature::Signature;
use crate::time::Time;
use crate::{ALGORITHM, TERMINATOR};

use super::Seed;

/// The first lines of the strings to sign.
const PAYLOAD: &[u8] = b"AWS4-HMAC-SHA256-PAYLOAD";
const TRAILER: &[u8] = b"AWS4-HMAC-SHA256-TRAILER";

/// How many digits a signature has.
pub(super) const SIGNATURE_DIGITS: usize = 64;

/// The signature before, and all that the next one needs besides its piece.
pub(super) struct Chain {
    key: SigningKey,
    /// The lines of time and scope.
    time_and_scope: Text,
    previous: Text,
    string_to_sign: Text,
}

/// What one signature covers.
#[derive(Clone, Copy)]
pub(super) enum Piece<'p> {
    /// The data of a chunk.
    Chunk(&'p [u8]),
    /// The lines `name:value LF` of the trailers.
    Trailers(&'p [u8]),
    /// The headers and the payload of a message.
    Event { headers: &'p [u8], payload: &'p [u8] },
}

impl Chain {
    pub(super) fn new(seed: &Seed<'_>) -> Result<Self, Error> {
        if let Some(offset) = control_byte(seed.signature) {
            return Err(Error::ControlByte { field: "seed signature", offset });
        }
        let mut chain = Self {
            key: seed.key.key().clone(),
            time_and_scope: Text::default(),
            previous: Text::default(),
            string_to_sign: Text::default(),
        };
        chain.previous.append(seed.signature);
        chain.set_time(seed.key, &seed.time)?;
        Ok(chain)
    }

    /// Sets key and time of the following signatures.
    pub(super) fn set_time(&mut self, key: &ScopedKey<'_>, time: &Time) -> Result<(), Error> {
        key.check_date(time)?;
        self.key.clone_from(key.key());
        self.time_and_scope.clear();
        let heading = Heading {
            algorithm: ALGORITHM,
            time: time.text(),
            region: Some(key.scope().region()),
            service: key.scope().service(),
            terminator: TERMINATOR,
        };
        self.time_and_scope.write(time.text().len() + heading.scope_len() + 2, |out| {
            out.text(heading.time);
            out.byte(b'\n');
            heading.write_scope(out);
            out.byte(b'\n');
        });
        Ok(())
    }

    /// The signature of the next piece.
    pub(super) fn sign(&mut self, piece: Piece<'_>) -> Signature {
        let signature = self.compute(piece);
        self.advance(&signature);
        Signature::HmacSha256(signature.to_bytes())
    }

    /// Whether `sent` is the signature of the next piece, in constant time. If not, the chain stays
    /// where it is.
    pub(super) fn verifies(&mut self, piece: Piece<'_>, sent: &Signature) -> bool {
        let signature = self.compute(piece);
        let holds = Signature::HmacSha256(signature.to_bytes()) == *sent;
        if holds {
            self.advance(&signature);
        }
        holds
    }

    /// The last signature as it is sent.
    pub(super) fn digits(&self) -> &[u8] {
        &self.previous
    }

    /// The last string to sign.
    pub(super) fn string_to_sign(&self) -> &[u8] {
        &self.string_to_sign
    }

    fn compute(&mut self, piece: Piece<'_>) -> Digest {
        let (algorithm, hashes) = match piece {
            Piece::Chunk(data) => (PAYLOAD, [Some(Hex::EMPTY_MESSAGE), Some(hash(data))]),
            Piece::Trailers(lines) => (TRAILER, [Some(hash(lines)), None]),
            Piece::Event { headers, payload } => {
                (PAYLOAD, [Some(hash(headers)), Some(hash(payload))])
            }
        };
        let out = &mut self.string_to_sign;
        out.clear();
        out.append(algorithm);
        out.push(b'\n');
        out.append(&self.time_and_scope);
        out.append(&self.previous);
        for hash in hashes.iter().flatten() {
            out.push(b'\n');
            out.append(hash.as_bytes());
        }
        self.key.mac_of_buffer(out)
    }

    fn advance(&mut self, signature: &Digest) {
        self.previous.clear();
        hex::append(&mut self.previous, signature);
    }
}

/// Without the key.
impl fmt::Debug for Chain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let string_to_sign = String::from_utf8_lossy(&self.string_to_sign);
        formatter
            .debug_struct("Chain")
            .field("string_to_sign", &string_to_sign)
            .finish_non_exhaustive()
    }
}

fn hash(message: &[u8]) -> Hex {
    if message.is_empty() { Hex::EMPTY_MESSAGE } else { Hex::encode(&Digest::of(message)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;

    /// An earlier edition of the S3 API Reference, "Including Trailing Headers", of which minio-go
    /// still tests the trailer.
    #[test]
    fn the_trailer_of_an_earlier_documentation_has_its_signature() {
        let time = Time::parse(b"20130524T000000Z").unwrap();
        let scope = Scope::new(&time, b"us-east-1", b"s3").unwrap();
        let key = ScopedKey::derive(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);
        let signature = b"e05ab64fe1dfdbf0b5870abbaabdb063c371d4e96f2767e6934d90529c5ae850";
        let mut chain = Chain::new(&Seed { key: &key, time, signature }).unwrap();
        chain.sign(Piece::Trailers(b"x-amz-checksum-crc32c:wdBDMA==\n"));
        assert_eq!(
            std::str::from_utf8(chain.string_to_sign()).unwrap(),
            "AWS4-HMAC-SHA256-TRAILER\n\
             20130524T000000Z\n\
             20130524/us-east-1/s3/aws4_request\n\
             e05ab64fe1dfdbf0b5870abbaabdb063c371d4e96f2767e6934d90529c5ae850\n\
             2e4ab969aa65b1ad6def2db10e4d3a8260683d194dbaf757f90e8a37960a4b3c"
        );
        assert_eq!(
            chain.digits(),
            b"41e14ac611e27a8bb3d66c3bad6856f209297767d5dd4fc87d8fa9e422e03faf"
        );
    }
}
