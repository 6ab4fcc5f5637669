//! The messages of an event stream: lengths, headers, payload and CRCs (Amazon Transcribe Developer
//! Guide, "Event stream encoding").

use std::fmt;

use super::event::date_header;
use crate::signature::Signature;
use crate::time::Time;

/// Two lengths and their CRC.
const PRELUDE: usize = 12;

/// The CRC of the message.
const END: usize = 4;

const DATE: &[u8] = b":date";
const SIGNATURE: &[u8] = b":chunk-signature";

/// The types of header values that a signed message has.
const BYTES: u8 = 6;
const TIMESTAMP: u8 = 8;

/// One message, taken apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Message<'m> {
    /// The encoded headers.
    pub headers: &'m [u8],
    /// What follows them.
    pub payload: &'m [u8],
}

/// Bytes that are not a message, or a message that is not signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MessageError {
    /// Offset in the message, or in its headers.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for MessageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "message: byte {}: expected {}", self.offset, self.expected)
    }
}

impl std::error::Error for MessageError {}

fn error<T>(offset: usize, expected: &'static str) -> Result<T, MessageError> {
    Err(MessageError { offset, expected })
}

impl<'m> Message<'m> {
    /// Takes the first message from `bytes`. `None` if more bytes are needed.
    ///
    /// # Errors
    /// Lengths that contradict each other, and wrong CRCs.
    pub fn parse(bytes: &mut &'m [u8]) -> Result<Option<Self>, MessageError> {
        let Some((prelude, _)) = bytes.split_first_chunk::<PRELUDE>() else { return Ok(None) };
        let word = |at: usize| {
            let word = prelude[at..].first_chunk().copied().unwrap_or_default();
            u32::from_be_bytes(word)
        };
        if word(8) != crc_fast::crc32_iso_hdlc(&prelude[..8]) {
            return error(8, "the CRC of the lengths");
        }
        let [Ok(length), Ok(headers)] = [word(0), word(4)].map(usize::try_from) else {
            return error(0, "a length that fits in memory");
        };
        if length.checked_sub(PRELUDE + END).is_none_or(|most| headers > most) {
            return error(4, "headers that fit in the message");
        }
        let Some((message, rest)) = bytes.split_at_checked(length) else { return Ok(None) };
        let (covered, crc) = message.split_at(length - END);
        if crc != crc_fast::crc32_iso_hdlc(covered).to_be_bytes() {
            return error(length - END, "the CRC of the message");
        }
        *bytes = rest;
        let (headers, payload) = covered[PRELUDE..].split_at(headers);
        Ok(Some(Self { headers, payload }))
    }

    /// Appends the encoded message.
    ///
    /// # Errors
    /// A message of 4 GiB or more.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), MessageError> {
        let length = PRELUDE + self.headers.len() + self.payload.len() + END;
        let [Ok(length), Ok(headers)] = [length, self.headers.len()].map(u32::try_from) else {
            return error(0, "a message of less than 4 GiB");
        };
        let start = out.len();
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&headers.to_be_bytes());
        append_crc(out, start);
        out.extend_from_slice(self.headers);
        out.extend_from_slice(self.payload);
        append_crc(out, start);
        Ok(())
    }
}

fn append_crc(out: &mut Vec<u8>, start: usize) {
    let crc = crc_fast::crc32_iso_hdlc(&out[start..]);
    out.extend_from_slice(&crc.to_be_bytes());
}

/// The outer message of an event: its date, its signature and the inner message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SignedEvent<'m> {
    /// `:date`, in milliseconds since 1970.
    pub milliseconds: i64,
    /// `:chunk-signature`.
    pub signature: Signature,
    /// The encoded inner message; empty at the end of the stream.
    pub payload: &'m [u8],
}

impl<'m> SignedEvent<'m> {
    /// Reads the headers of a message. They may come in either order.
    ///
    /// # Errors
    /// Any other header, or one that is missing, repeated or of another type.
    pub fn read(message: &Message<'m>) -> Result<Self, MessageError> {
        let (mut date, mut signature) = (None, None);
        let mut rest = message.headers;
        while let Some((&length, more)) = rest.split_first() {
            let at = message.headers.len() - rest.len();
            let Some((name, more)) = more.split_at_checked(usize::from(length)) else {
                return error(at, "a name of this length");
            };
            let seen = match (name, more.split_first()) {
                (DATE, Some((&TIMESTAMP, more))) => {
                    more.split_first_chunk().map(|(value, more)| {
                        (date.replace(i64::from_be_bytes(*value)).is_some(), more)
                    })
                }
                (SIGNATURE, Some((&BYTES, [0, 32, more @ ..]))) => {
                    more.split_first_chunk().map(|(value, more)| {
                        (signature.replace(Signature::HmacSha256(*value)).is_some(), more)
                    })
                }
                _ => None,
            };
            rest = match seen {
                Some((false, more)) => more,
                _ => {
                    return error(at, ":date as a timestamp or :chunk-signature as 32 bytes, once");
                }
            };
        }
        match (date, signature) {
            (Some(milliseconds), Some(signature)) => {
                Ok(Self { milliseconds, signature, payload: message.payload })
            }
            _ => error(message.headers.len(), "both :date and :chunk-signature"),
        }
    }

    /// The time of the signature: `:date` without its milliseconds. `None` outside the years 0000 to
    /// 9999.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        Time::from_unix_seconds(self.milliseconds.div_euclid(1000))
    }

    /// The headers that the signature covers.
    #[must_use]
    pub fn signed_headers(&self) -> [u8; 15] {
        date_header(self.milliseconds)
    }

    /// Appends the encoded message.
    ///
    /// # Errors
    /// As [`Message::write`].
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), MessageError> {
        let name = b"\x10:chunk-signature\x06\x00\x20";
        let headers = [&self.signed_headers()[..], name, self.signature.as_bytes()].concat();
        Message { headers: &headers, payload: self.payload }.write(out)
    }
}
