//! The chain of signatures.

use std::fmt;

use crate::TERMINATOR;
use crate::canonical::Heading;
use crate::error::Error;
use crate::key::{ScopedKey, SigningKey};
use crate::primitive::hash::Digest;
use crate::primitive::hex::Hex;
use crate::primitive::text::Text;
use crate::request::control_byte;
use crate::signature::Signature;
use crate::time::Time;

use super::Seed;
use super::key::{Algorithm, PrivateHalf, PublicHalf, Signs, StreamKey, Verifies};

/// The signature before, and all that the next one needs besides its piece.
pub(super) struct Chain<K> {
    key: K,
    algorithm: Algorithm,
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

impl Chain<PrivateHalf> {
    pub(super) fn to_sign(seed: &Seed<'_>) -> Result<Self, Error> {
        Self::start(seed.key.try_into()?, seed)
    }
}

impl Chain<PublicHalf> {
    pub(super) fn to_verify(seed: &Seed<'_>) -> Result<Self, Error> {
        Self::start(seed.key.into(), seed)
    }
}

impl Chain<SigningKey> {
    /// A chain of messages, which have no other algorithm.
    pub(super) fn of_events(seed: &Seed<'_>) -> Result<Self, Error> {
        match seed.key {
            StreamKey::Hmac(key) => Self::start(key.key().clone(), seed),
            #[cfg(feature = "v4a")]
            StreamKey::Ecdsa(_) | StreamKey::EcdsaPublic { .. } => {
                Err(Error::StreamKey { expected: "the HMAC key of an event stream" })
            }
        }
    }

    /// Sets key and time of the following signatures.
    pub(super) fn set_time(&mut self, key: &ScopedKey<'_>, time: &Time) -> Result<(), Error> {
        self.write_time_and_scope(key.into(), time)?;
        self.key.clone_from(key.key());
        Ok(())
    }
}

impl<K> Chain<K> {
    fn start(key: K, seed: &Seed<'_>) -> Result<Self, Error> {
        if let Some(offset) = control_byte(seed.signature) {
            return Err(Error::ControlByte { field: "seed signature", offset });
        }
        let mut chain = Self {
            key,
            algorithm: seed.key.algorithm(),
            time_and_scope: Text::default(),
            previous: Text::default(),
            string_to_sign: Text::default(),
        };
        chain.previous.append(seed.signature);
        chain.write_time_and_scope(seed.key, &seed.time)?;
        Ok(chain)
    }

    fn write_time_and_scope(&mut self, key: StreamKey<'_>, time: &Time) -> Result<(), Error> {
        key.check_date(time)?;
        self.time_and_scope.clear();
        let (region, service) = key.scope();
        let time = time.text();
        // The scope does not have the algorithm in it.
        let heading = Heading { algorithm: "", time, region, service, terminator: TERMINATOR };
        self.time_and_scope.write(time.len() + heading.scope_len() + 2, |out| {
            out.text(heading.time);
            out.byte(b'\n');
            heading.write_scope(out);
            out.byte(b'\n');
        });
        Ok(())
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Appends the last signature as a body has it.
    pub(super) fn append_signature(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.algorithm.signature_length();
        out.extend_from_slice(&self.previous);
        out.resize(end.max(out.len()), b'*');
    }

    /// The last string to sign.
    pub(super) fn string_to_sign(&self) -> &[u8] {
        &self.string_to_sign
    }

    fn write_string_to_sign(&mut self, piece: Piece<'_>) {
        let [payload, trailer] = self.algorithm.lines();
        let (line, hashes) = match piece {
            Piece::Chunk(data) => (payload, [Some(Hex::EMPTY_MESSAGE), Some(hash(data))]),
            Piece::Trailers(lines) => (trailer, [Some(hash(lines)), None]),
            Piece::Event { headers, payload: data } => {
                (payload, [Some(hash(headers)), Some(hash(data))])
            }
        };
        let out = &mut self.string_to_sign;
        out.clear();
        out.append(line);
        out.push(b'\n');
        out.append(&self.time_and_scope);
        out.append(&self.previous);
        for hash in hashes.iter().flatten() {
            out.push(b'\n');
            out.append(hash.as_bytes());
        }
    }

    fn advance(&mut self, signature: &Signature) {
        self.previous.clear();
        match signature {
            Signature::HmacSha256(bytes) => {
                self.previous.append(Hex::of_bytes(*bytes).as_bytes());
            }
            #[cfg(feature = "v4a")]
            Signature::EcdsaP256(signature) => self.previous.append(signature.digits().as_bytes()),
        }
    }
}

impl<K: Signs> Chain<K> {
    /// The signature of the next piece.
    pub(super) fn sign(&mut self, piece: Piece<'_>) -> Signature {
        self.write_string_to_sign(piece);
        let signature = self.key.sign(&mut self.string_to_sign);
        self.advance(&signature);
        signature
    }
}

impl<K: Verifies> Chain<K> {
    /// Whether `sent` is the signature of the next piece. If not, the chain stays where it is.
    pub(super) fn verifies(&mut self, piece: Piece<'_>, sent: &Signature) -> bool {
        self.write_string_to_sign(piece);
        let holds = self.key.verifies(&mut self.string_to_sign, sent);
        if holds {
            self.advance(sent);
        }
        holds
    }
}

/// Without the key.
impl<K> fmt::Debug for Chain<K> {
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
        let mut chain = Chain::to_sign(&Seed { key: (&key).into(), time, signature }).unwrap();
        chain.sign(Piece::Trailers(b"x-amz-checksum-crc32c:wdBDMA==\n"));
        assert_eq!(
            std::str::from_utf8(chain.string_to_sign()).unwrap(),
            "AWS4-HMAC-SHA256-TRAILER\n\
             20130524T000000Z\n\
             20130524/us-east-1/s3/aws4_request\n\
             e05ab64fe1dfdbf0b5870abbaabdb063c371d4e96f2767e6934d90529c5ae850\n\
             2e4ab969aa65b1ad6def2db10e4d3a8260683d194dbaf757f90e8a37960a4b3c"
        );
        let mut digits = Vec::new();
        chain.append_signature(&mut digits);
        assert_eq!(digits, b"41e14ac611e27a8bb3d66c3bad6856f209297767d5dd4fc87d8fa9e422e03faf");
    }
}
