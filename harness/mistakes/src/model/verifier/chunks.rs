//! A body in chunks (S3 API Reference, "Signature Calculations for the Authorization Header: Transferring
//! Payload in Multiple Chunks" and "... Including Trailing Headers").

use sha2::{Digest as _, Sha256};

use super::arrived::{self, Arrived};
use super::body::{Body, CRLF, Chain, incomplete, wrong};
use super::claim::Claim;
use super::proof::Key;
use super::trailers::Trailers;
use super::{Checked, refused};
use crate::catalogue::Mistake;
use crate::model::framing::filled_up;
use crate::model::text::hex;

/// The most bytes of a chunk that is kept until its signature is known to be right.
const LARGEST_CHUNK: u64 = 16 << 20;

/// The most bytes of the header of a chunk.
const LONGEST_HEADER: usize = 256;

/// Verifies the body of a request whose head verified.
pub(super) fn verify(arrived: &Arrived<'_>, claim: &Claim, key: &Key) -> Checked<()> {
    let marker = claim.content_sha256.as_deref().unwrap_or_default();
    if marker == arrived::EVENTS.as_bytes() {
        return refused("unsupported-payload", "a stream of events is not a body");
    }
    if arrived.has(Mistake::VerifyChunksNotRead) {
        return Ok(());
    }
    let credential = &claim.credential;
    let mut scope =
        vec![&credential.date[..], &credential.region, &credential.service, b"aws4_request"];
    if claim.is_v4a {
        if arrived.has(Mistake::VerifyV4aChunkRegionInScope) {
            scope[1] = &arrived.input.region;
        } else {
            scope.remove(1);
        }
    }
    let chain = (marker != arrived::UNSIGNED_TRAILER.as_bytes()).then(|| Chain {
        key,
        time_and_scope: [claim.time.as_bytes(), &scope.join(&b'/')].join(&b'\n'),
        previous: claim.signature.clone(),
    });
    let body = Body {
        arrived,
        rest: &arrived.request().body,
        data: Vec::new(),
        chain,
        length: decoded_length(arrived)?,
        count: 0,
    };
    body.read(!marker.ends_with(arrived::SIGNED_CHUNKS))
}

/// "`x-amz-decoded-content-length`: the length of the data", in decimal digits.
fn decoded_length(arrived: &Arrived<'_>) -> Checked<Option<u64>> {
    if arrived.has(Mistake::VerifyDecodedLengthIgnored) {
        return Ok(None);
    }
    let values = arrived.values(b"x-amz-decoded-content-length");
    let number = |text: &[u8]| {
        let text = std::str::from_utf8(text).ok()?;
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?
    };
    match values[..] {
        [] => Ok(None),
        [value] if number(value.trim_ascii()).is_some() => Ok(number(value.trim_ascii())),
        _ => refused("malformed-request", "x-amz-decoded-content-length: expected one number"),
    }
}

impl Body<'_> {
    /// The chunks, then the trailers, then an empty line and nothing after it.
    fn read(mut self, has_trailers: bool) -> Checked<()> {
        while self.chunk()? {}
        if self.has(Mistake::VerifyStreamEndIgnored) {
            return Ok(());
        }
        let mut trailers = Trailers::announced(self.arrived);
        if has_trailers {
            return trailers.read(&mut self);
        }
        trailers.check_all_sent(self.arrived)?;
        self.line_end()?;
        self.end()
    }

    /// Reads a chunk. Returns whether another one follows.
    fn chunk(&mut self) -> Checked<bool> {
        if self.rest.is_empty() && self.has(Mistake::VerifyFinalChunkOptional) {
            self.rest = CRLF;
            return Ok(false);
        }
        let (size, signature) = self.chunk_header()?;
        self.check_length(size)?;
        if self.chain.is_some() && size > LARGEST_CHUNK {
            return wrong("the chunk is too large");
        }
        let taken = usize::try_from(size).ok().and_then(|size| self.rest.split_at_checked(size));
        let Some((data, rest)) = taken else { return incomplete() };
        self.rest = rest;
        if size > 0 {
            self.line_end()?;
        }
        self.check_signature(data, signature)?;
        self.data.extend_from_slice(data);
        self.count += 1;
        Ok(size > 0)
    }

    /// "The size in hexadecimal, `;chunk-signature=` and the signature, CR LF."
    fn chunk_header(&mut self) -> Checked<(u64, Option<Vec<u8>>)> {
        let line = self.line(LONGEST_HEADER)?;
        let Some(line) = line.strip_suffix(CRLF) else { return wrong("expected CR LF") };
        let end = line.iter().position(|&byte| byte == b';').unwrap_or(line.len());
        let (digits, extension) = line.split_at(end);
        let size = self.size(digits)?;
        let signature = match (extension, &self.chain) {
            (b"", None) => None,
            (b"", Some(_)) if self.has(Mistake::VerifyUnsignedChunkAccepted) => None,
            (_, Some(_)) => match extension.strip_prefix(b";chunk-signature=") {
                Some(digits) => Some(self.signature(digits)?),
                None => return wrong("expected ;chunk-signature="),
            },
            (_, None) => return wrong("expected nothing after the size"),
        };
        Ok((size, signature))
    }

    fn size(&self, digits: &[u8]) -> Checked<u64> {
        let mut digits = digits.to_vec();
        // Vendor SDKs write unsigned chunks in either case, and signed ones in lower case.
        if self.chain.is_none() {
            digits.make_ascii_lowercase();
        }
        if self.has(Mistake::VerifyChunkSizeInAnyForm) {
            digits.make_ascii_lowercase();
            let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
            digits.drain(..zeros.min(digits.len().saturating_sub(1)));
        }
        let are_digits = digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_padded = digits.len() > 1 && digits[0] == b'0';
        let number = std::str::from_utf8(&digits).ok();
        match number.and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
            Some(size) if are_digits && !is_padded => Ok(size),
            _ => wrong("expected the size of a chunk in hexadecimal"),
        }
    }

    /// The chunks hold what the head says.
    fn check_length(&self, size: u64) -> Checked<()> {
        let Some(length) = self.length else { return Ok(()) };
        let so_far = (self.data.len() as u64).checked_add(size);
        let is_right = match so_far {
            None => false,
            Some(so_far) if size == 0 => {
                so_far == length
                    || (so_far < length && self.has(Mistake::VerifyDecodedLengthShort))
                    || (so_far > length && self.has(Mistake::VerifyDecodedLengthLong))
            }
            Some(so_far) => so_far <= length || self.has(Mistake::VerifyDecodedLengthLong),
        };
        if is_right {
            Ok(())
        } else {
            refused("decoded-length-mismatch", "the chunks hold another number of bytes")
        }
    }

    /// "The algorithm, the time, the scope, the previous signature, the hash of an empty string, the hash
    /// of the chunk's data."
    fn check_signature(&mut self, data: &[u8], stated: Option<Vec<u8>>) -> Checked<()> {
        let unchecked = self.has(Mistake::VerifyChunkSignaturesIgnored)
            || (self.count > 0 && self.has(Mistake::VerifyFirstChunkOnly))
            || (data.is_empty() && self.has(Mistake::VerifyFinalChunkUnchecked))
            || (self.is_ecdsa() && self.has(Mistake::VerifyV4aChunksIgnored));
        let signs_padding = self.is_ecdsa() && self.has(Mistake::VerifyV4aChunkPaddingSigned);
        let Some(chain) = &mut self.chain else { return Ok(()) };
        let hashes = [hex(&Sha256::digest(b"")), hex(&Sha256::digest(data))];
        let text = chain.string_to_sign(b"-PAYLOAD", &hashes);
        let Some(stated) = stated else {
            chain.previous = chain.key.signature(&text);
            return Ok(());
        };
        if !unchecked && !chain.key.verifies(&text, &stated) {
            return refused("chunk-signature-mismatch", "not the signature of the chunk");
        }
        chain.previous = if signs_padding { filled_up(stated) } else { stated };
        Ok(())
    }
}
