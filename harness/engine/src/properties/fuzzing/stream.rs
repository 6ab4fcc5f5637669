//! The decoders of uploads in chunks and of event streams.

use std::io::Read as _;
use std::num::NonZeroUsize;
use std::sync::LazyLock;

use sigv4_reference::stream::{
    ChecksumAlgorithm, Decoder, EncodedBody, Encoder, Framing, Limits, Message, Seed, SignedEvent,
    StreamError, StreamKey, TrailerLineEnd,
};
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::{Header, Scope, ScopedKey, Time};

use super::{Outcome, Pack, Violation};

/// The key and time of the documentation's upload, and the signature of its head.
const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ID: &[u8] = b"AKIAIOSFODNN7EXAMPLE";
const HEAD: &[u8] = b"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";

/// The only data that were signed.
const DATA: &[u8] = b"Welcome to Amazon S3. It stores objects of any size, and this one is small.";

static TIME: LazyLock<Option<Time>> = LazyLock::new(|| Time::parse(b"20130524T000000Z").ok());

static HMAC: LazyLock<Option<ScopedKey<'static>>> = LazyLock::new(|| {
    let scope = Scope::new(TIME.as_ref()?, b"us-east-1", b"s3").ok()?;
    Some(ScopedKey::derive(SECRET, scope))
});

static PRIVATE: LazyLock<Option<V4aKey>> = LazyLock::new(|| V4aKey::derive(ID, SECRET).ok());

static ECDSA: LazyLock<Option<ScopedV4aKey<'static>>> =
    LazyLock::new(|| ScopedV4aKey::new(PRIVATE.as_ref()?, b"us-east-1", b"s3").ok());

/// How a body is framed.
#[derive(Clone, Copy, Debug)]
struct Form {
    is_ecdsa: bool,
    is_signed: bool,
    has_trailer: bool,
}

const FORMS: [Form; 3] = [
    Form { is_ecdsa: false, is_signed: true, has_trailer: false },
    Form { is_ecdsa: false, is_signed: true, has_trailer: true },
    Form { is_ecdsa: false, is_signed: false, has_trailer: true },
];

/// Apart from the others: to verify such a signature takes as long as to read a hundred bodies.
const FORMS_OF_V4A: [Form; 2] = [
    Form { is_ecdsa: true, is_signed: true, has_trailer: false },
    Form { is_ecdsa: true, is_signed: true, has_trailer: true },
];

impl Form {
    fn framing(self) -> Option<Framing<'static>> {
        if !self.is_signed {
            return Some(Framing::UnsignedTrailer);
        }
        let key: StreamKey<'static> =
            if self.is_ecdsa { ECDSA.as_ref()?.into() } else { HMAC.as_ref()?.into() };
        let seed = Seed { key, time: (*TIME)?, signature: HEAD };
        Some(if self.has_trailer { Framing::SignedTrailer(seed) } else { Framing::Signed(seed) })
    }

    /// The body with the signed data.
    fn encoded(self, chunk_size: usize) -> Option<Vec<u8>> {
        let mut encoder = Encoder::new(&self.framing()?, TrailerLineEnd::CrLf).ok()?;
        if self.has_trailer {
            encoder.add_checksum(ChecksumAlgorithm::Crc32).ok()?;
        }
        let mut out = Vec::new();
        let mut body = EncodedBody::new(DATA, encoder, NonZeroUsize::new(chunk_size)?);
        body.read_to_end(&mut out).ok()?;
        Some(out)
    }

    /// What is handed on of a body in these pieces, and how it ended.
    fn decoded<'b>(
        self,
        pieces: impl Iterator<Item = &'b [u8]>,
    ) -> Option<(Vec<u8>, Result<(), StreamError>)> {
        let length = DATA.len().to_string();
        let mut headers =
            vec![Header { name: b"x-amz-decoded-content-length", value: length.as_bytes() }];
        if self.has_trailer {
            headers.push(Header { name: b"x-amz-trailer", value: b"x-amz-checksum-crc32" });
        }
        let mut decoder = Decoder::new(&self.framing()?, &headers, Limits::default()).ok()?;
        let mut data = Vec::new();
        for mut piece in pieces {
            loop {
                match decoder.decode(&mut piece) {
                    Ok(Some(some)) => data.extend_from_slice(some),
                    Ok(None) => break,
                    Err(error) => return Some((data, Err(error))),
                }
            }
        }
        Some((data, decoder.finish().map(drop)))
    }
}

/// Any bytes as a body in chunks: in pieces of any size it is read as in one, nothing is handed on that
/// was not signed, and half of a body is not a body.
pub fn chunked_body(bytes: &[u8]) -> Result<Outcome, Violation> {
    body_in("chunked_body", &FORMS, bytes)
}

/// The same with SigV4A.
pub fn chunked_body_v4a(bytes: &[u8]) -> Result<Outcome, Violation> {
    body_in("chunked_body_v4a", &FORMS_OF_V4A, bytes)
}

fn body_in(property: &'static str, forms: &[Form], bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some((&[form, size], body)) = bytes.split_first_chunk() else {
        return Ok(Outcome::Vacuous);
    };
    let form = forms[usize::from(form) % forms.len()];
    let violation = |detail: &str| Violation {
        property,
        detail: format!("{form:?}, {}: {detail}", body.escape_ascii()),
    };
    let whole = form.decoded(std::iter::once(body));
    let split = form.decoded(body.chunks(usize::from(size) + 1));
    let Some((data, result)) = &whole else { return Err(violation("the decoder did not start")) };
    if whole != split {
        return Err(violation(&format!("{whole:?}, in pieces {split:?}")));
    }
    if form.is_signed && !DATA.starts_with(data) {
        return Err(violation(&format!("handed on {}", data.escape_ascii())));
    }
    match result {
        Err(error) if error.offset > body.len() as u64 => Err(violation(&format!("{error:?}"))),
        Err(_) => Ok(Outcome::Held),
        Ok(()) if data.len() != DATA.len() => Err(violation("accepted with another length")),
        Ok(()) => match form.decoded(std::iter::once(&body[..body.len() / 2])) {
            Some((_, Err(_))) => Ok(Outcome::Held),
            _ => Err(violation("half of it is accepted, too")),
        },
    }
}

/// Any bytes as event-stream messages: each that is read is written the same way, no part of one is a
/// message, and the event in it is written the same way up to the order of its headers. After an odd
/// first byte, the rest is what a message holds.
pub fn event_messages(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some((&[kind, length], rest)) = bytes.split_first_chunk() else {
        return Ok(Outcome::Vacuous);
    };
    if kind % 2 == 0 {
        return messages(rest);
    }
    let (headers, payload) = rest.split_at(usize::from(length).min(rest.len()));
    let mut made = Vec::new();
    match (Message { headers, payload }).write(&mut made) {
        Ok(()) => messages(&made),
        Err(error) => Err(Violation { property: "event_messages", detail: error.to_string() }),
    }
}

fn messages(mut bytes: &[u8]) -> Result<Outcome, Violation> {
    let whole = bytes;
    let violation = |detail: &str| Violation {
        property: "event_messages",
        detail: format!("{}: {detail}", whole.escape_ascii()),
    };
    loop {
        let before = bytes;
        let message = match Message::parse(&mut bytes) {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(Outcome::Held),
            Err(error) if error.offset <= before.len() => return Ok(Outcome::Held),
            Err(error) => return Err(violation(&error.to_string())),
        };
        let one = &before[..before.len() - bytes.len()];
        let mut again = Vec::new();
        if message.write(&mut again).is_err() || again != one {
            return Err(violation(&format!("written as {}", again.escape_ascii())));
        }
        for length in [one.len() / 2, one.len() - 1] {
            if !matches!(Message::parse(&mut &one[..length]), Ok(None)) {
                return Err(violation("a part of a message is not waited for"));
            }
        }
        match SignedEvent::read(&message) {
            Err(error) if error.offset <= message.headers.len() => {}
            Err(error) => return Err(violation(&error.to_string())),
            Ok(event) => {
                let mut again = Vec::new();
                let written = event.write(&mut again).is_ok();
                let mut text = &again[..];
                let read = Message::parse(&mut text).ok().flatten();
                let read = read.and_then(|message| SignedEvent::read(&message).ok());
                if !written || read != Some(event) || again.len() != one.len() {
                    return Err(violation(&format!("{event:?} is written as {read:?}")));
                }
            }
        }
    }
}

pub(super) fn bodies() -> Pack {
    bodies_in(&FORMS)
}

pub(super) fn bodies_v4a() -> Pack {
    bodies_in(&FORMS_OF_V4A)
}

/// Bodies in each form, as they were signed and with another first byte of the data.
fn bodies_in(forms: &[Form]) -> Pack {
    let forms = (0_u8..).zip(forms);
    let made = forms.flat_map(|(number, form)| {
        let bodies = [200, 32, 7].into_iter().filter_map(|chunk_size| form.encoded(chunk_size));
        bodies.flat_map(move |body| {
            let altered =
                body.iter().map(|byte| if *byte == b'W' { b'w' } else { *byte }).collect();
            [body, altered].map(|body| [vec![number, 16], body].concat())
        })
    });
    made.collect()
}

/// A signed event, what it holds, and two messages.
pub(super) fn events() -> Pack {
    let mut event = Vec::new();
    let signature = sigv4_reference::Signature::HmacSha256([7; 32]);
    let signed = SignedEvent { milliseconds: 1_369_353_600_000, signature, payload: b"hello" };
    let written = signed.write(&mut event);
    let headers = event.get(12..event.len().saturating_sub(9)).unwrap_or_default();
    let length = u8::try_from(headers.len()).unwrap_or_default();
    let held = [&[1, length], headers, b"hello"].concat();
    let two = [&[0, 0], &event[..], &event[..]].concat();
    written.is_ok().then_some([held, two]).into_iter().flatten().collect()
}
