//! An `aws-chunked` body made of what a reader gives.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::num::NonZeroUsize;
use std::ops::Range;

use super::encode::{Encoder, HEADER_ROOM};
use super::line::CRLF;

/// The framed body of a reader. It holds one chunk in memory and allocates nothing until the end.
///
/// As a [`BufRead`] it hands out a chunk with its frame without copying it.
pub struct EncodedBody<R> {
    reader: R,
    /// `None` after the end was written.
    encoder: Option<Encoder>,
    /// Room for a header, the data of a chunk, and its end; finally the end of the body.
    buffer: Vec<u8>,
    /// How much data was read.
    read: usize,
    /// What is still to be handed out.
    ready: Range<usize>,
}

impl<R: Read> EncodedBody<R> {
    /// Chunks of `chunk_size` bytes and a last one that may be smaller.
    pub fn new(reader: R, encoder: Encoder, chunk_size: NonZeroUsize) -> Self {
        let buffer = vec![0; HEADER_ROOM + chunk_size.get() + CRLF.len()];
        Self { reader, encoder: Some(encoder), buffer, read: 0, ready: 0..0 }
    }

    fn refill(&mut self) -> io::Result<()> {
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        let (room, rest) = self.buffer.split_at_mut(HEADER_ROOM);
        let chunk_size = rest.len() - CRLF.len();
        let data = &mut rest[..chunk_size];
        while self.read < data.len() {
            match self.reader.read(&mut data[self.read..]) {
                Ok(0) => break,
                Ok(more) => self.read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let read = std::mem::take(&mut self.read);
        if read == 0 {
            self.buffer = self.encoder.take().map(Encoder::finish).unwrap_or_default();
            self.ready = 0..self.buffer.len();
            return Ok(());
        }
        let [header, _, _] = encoder.chunk(&data[..read]);
        let start = HEADER_ROOM - header.len();
        room[start..].copy_from_slice(header);
        rest[read..read + CRLF.len()].copy_from_slice(CRLF);
        self.ready = start..HEADER_ROOM + read + CRLF.len();
        Ok(())
    }
}

impl<R: Read> BufRead for EncodedBody<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ready.is_empty() {
            self.refill()?;
        }
        Ok(&self.buffer[self.ready.clone()])
    }

    fn consume(&mut self, amount: usize) {
        self.ready.start = self.ready.start.saturating_add(amount).min(self.ready.end);
    }
}

impl<R: Read> Read for EncodedBody<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(out.len());
        out[..length].copy_from_slice(&ready[..length]);
        self.consume(length);
        Ok(length)
    }
}

/// Without reader and data.
impl<R> fmt::Debug for EncodedBody<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EncodedBody")
            .field("encoder", &self.encoder)
            .finish_non_exhaustive()
    }
}
