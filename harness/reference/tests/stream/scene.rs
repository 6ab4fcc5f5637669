//! A key, a seed, and whole bodies encoded and decoded.

use std::io::Read;
use std::num::NonZeroUsize;

use sha2::{Digest as _, Sha256};
use sigv4_reference::stream::{
    Decoder, EncodedBody, Encoder, Framing, Limits, Marker, Seed, StreamError, TrailerLineEnd,
};
use sigv4_reference::verify::StoredKey;
use sigv4_reference::{Header, KeyMaterial, Scope, ScopedKey, Signature, Time};

pub(crate) const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The seed of `s3doc-chunked-put`.
pub(crate) const SEED: &[u8] = b"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";

pub(crate) fn time() -> Time {
    Time::parse(b"20130524T000000Z").unwrap()
}

pub(crate) fn key() -> ScopedKey<'static> {
    ScopedKey::derive(SECRET, Scope::new(&time(), b"us-east-1", b"s3").unwrap())
}

pub(crate) fn framing<'k>(marker: Marker, key: &'k ScopedKey<'k>) -> Framing<'k> {
    let seed = Seed { key: key.into(), time: time(), signature: SEED };
    match marker {
        Marker::SignedChunks => Framing::Signed(seed),
        Marker::SignedChunksTrailer => Framing::SignedTrailer(seed),
        _ => Framing::UnsignedTrailer,
    }
}

/// A body to send.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) marker: Marker,
    pub(crate) data: Vec<u8>,
    pub(crate) chunk_size: usize,
    pub(crate) trailers: Vec<(String, String)>,
    pub(crate) line_end: TrailerLineEnd,
}

impl Upload {
    pub(crate) fn new(marker: Marker, data: &[u8], chunk_size: usize) -> Self {
        let line_end = TrailerLineEnd::CrLf;
        Self { marker, data: data.to_vec(), chunk_size, trailers: Vec::new(), line_end }
    }

    pub(crate) fn with_trailer(mut self, name: &str, value: &str) -> Self {
        self.trailers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn chunk_size(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.chunk_size).unwrap()
    }

    pub(crate) fn encoder(&self) -> Encoder {
        let mut encoder = Encoder::new(&framing(self.marker, &key()), self.line_end).unwrap();
        for (name, value) in &self.trailers {
            encoder.add_trailer(name.as_bytes(), value.as_bytes()).unwrap();
        }
        encoder
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut body = EncodedBody::new(&self.data[..], self.encoder(), self.chunk_size());
        body.read_to_end(&mut out).unwrap();
        out
    }

    /// Decodes `body`, which is sent with the headers of this upload.
    pub(crate) fn decode<'b>(&self, body: impl IntoIterator<Item = &'b [u8]>) -> Decoded {
        let length = self.data.len().to_string();
        let names: Vec<&str> = self.trailers.iter().map(|(name, _)| &name[..]).collect();
        let names = names.join(",");
        let headers = [
            Header { name: b"X-Amz-Decoded-Content-Length", value: length.as_bytes() },
            Header { name: b"X-Amz-Trailer", value: names.as_bytes() },
        ];
        let key = key();
        let framing = framing(self.marker, &key);
        decode(Decoder::new(&framing, &headers, LIMITS).unwrap(), body)
    }
}

/// Small, so that tests reach them.
pub(crate) const LIMITS: Limits = Limits { chunk: 1 << 17, trailers: 200 };

/// What a decoder answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Decoded {
    /// All data that was handed on.
    pub(crate) data: Vec<u8>,
    /// Name and value of each trailer.
    pub(crate) result: Result<Vec<(String, String)>, StreamError>,
}

/// Decodes a body that comes in these pieces.
pub(crate) fn decode<'b>(
    mut decoder: Decoder,
    pieces: impl IntoIterator<Item = &'b [u8]>,
) -> Decoded {
    let mut data = Vec::new();
    for mut piece in pieces {
        loop {
            match decoder.decode(&mut piece) {
                Ok(Some(some)) => data.extend_from_slice(some),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(decoder.finish().unwrap_err(), error, "the error stays");
                    return Decoded { data, result: Err(error) };
                }
            }
        }
    }
    let result = decoder
        .finish()
        .map(|trailers| trailers.iter().map(|(name, value)| (text(name), text(value))).collect());
    Decoded { data, result }
}

/// The hash in hexadecimal, written like a signature.
pub(crate) fn sha256(message: &[u8]) -> String {
    Signature::HmacSha256(Sha256::digest(message).into()).to_string()
}

pub(crate) fn stored_key<'a>(access_key_id: &'a str, secret: &'a [u8]) -> StoredKey<'a> {
    StoredKey {
        access_key_id: access_key_id.as_bytes(),
        material: KeyMaterial::Secret(secret),
        session_token: None,
        active: true,
    }
}

pub(crate) fn as_headers<'a>(list: &[(&'a str, &'a str)]) -> Vec<Header<'a>> {
    let header = |(name, value): &(&'a str, &'a str)| Header {
        name: name.as_bytes(),
        value: value.as_bytes(),
    };
    list.iter().map(header).collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
