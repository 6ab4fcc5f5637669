//! A body in signed or unsigned chunks, with trailers.

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::base::Base;
use super::draft::Draft;
use super::sent::Sent;
use super::setting::Setting;
use super::signing::sha256;

/// What is signed of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Every chunk.
    Chunks,
    /// Every chunk and the trailers.
    ChunksAndTrailers,
    /// Nothing; a trailer has the checksum.
    Nothing,
}

impl Mode {
    /// What the payload line says, where chunks are signed with this algorithm.
    pub(super) fn marker(self, algorithm: &str) -> String {
        match self {
            Self::Chunks => format!("STREAMING-{algorithm}-PAYLOAD"),
            Self::ChunksAndTrailers => format!("STREAMING-{algorithm}-PAYLOAD-TRAILER"),
            Self::Nothing => "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned(),
        }
    }
}

/// The trailer of the bases.
pub(super) const CHECKSUM: &str = "x-amz-checksum-sha256";

/// The data of the bases.
const DATA: [&str; 2] = ["Welcome to ", "Amazon S3."];

/// The first chunk for a server: S3 takes less than 8 KiB in the last chunk only (`InvalidChunkSizeError`).
static FIRST: LazyLock<String> = LazyLock::new(|| DATA[0].to_owned() + &"a".repeat(8192));

/// A `PUT` whose body is a stream.
pub(super) struct Upload<'s> {
    pub(super) base: Base<'s>,
    pub(super) mode: Mode,
}

impl<'s> Upload<'s> {
    pub(super) fn new(
        name: &'static str,
        title: &'static str,
        setting: &'s Setting,
        mode: Mode,
        with_algorithm: fn(&mut Draft),
    ) -> Self {
        let base = Base::new(name, title, setting, "PUT", |draft| {
            with_algorithm(draft);
            let marker = mode.marker(&draft.algorithm);
            draft.payload = Some(marker.clone());
            draft.header("X-Amz-Content-Sha256", &marker);
            draft.header("Content-Encoding", "aws-chunked");
            draft.header("X-Amz-Decoded-Content-Length", &data(setting).concat().len().to_string());
            if mode != Mode::Chunks {
                draft.header("X-Amz-Trailer", CHECKSUM);
            }
        });
        Self { base, mode }
    }

    /// Whether it is signed with SigV4A.
    pub(super) fn is_ecdsa(&self) -> bool {
        self.base.draft.region_set.is_some()
    }

    /// The data in its chunks.
    pub(super) fn data(&self) -> [&'static str; 2] {
        data(self.base.setting)
    }

    /// The frames of this data, signed after the head of the request.
    pub(super) fn frames(&self, draft: &Draft, head: &mut Sent, data: &[&str]) -> Body {
        let seed = head.signature().trim_start_matches("Signature=").to_owned();
        let mut signer = Signer { draft, last: seed };
        let mut frame = |data: &str| Frame {
            size: format!("{:x}", data.len()),
            signature: (self.mode != Mode::Nothing).then(|| signer.chunk(data)),
            data: data.to_owned(),
            end: "\r\n".to_owned(),
        };
        let mut frames: Vec<Frame> = data.iter().map(|data| frame(data)).collect();
        frames.push(Frame { end: String::new(), ..frame("") });
        let mut trailers = Vec::new();
        if self.mode != Mode::Chunks {
            let digest = Sha256::digest(data.concat().as_bytes());
            trailers.push(format!("{CHECKSUM}:{}", STANDARD.encode(digest)));
        }
        let trailer_signature =
            (self.mode == Mode::ChunksAndTrailers).then(|| signer.trailers(&trailers));
        Body { frames, trailers, trailer_signature, end: "\r\n".to_owned() }
    }
}

fn data(setting: &Setting) -> [&'static str; 2] {
    if setting.is_running() { [&FIRST, DATA[1]] } else { DATA }
}

/// The chain of signatures.
struct Signer<'d> {
    draft: &'d Draft,
    last: String,
}

impl Signer<'_> {
    fn chunk(&mut self, data: &str) -> String {
        self.sign("PAYLOAD", &[&sha256(b""), &sha256(data.as_bytes())])
    }

    fn trailers(&mut self, trailers: &[String]) -> String {
        let lines = trailers.join("\n") + "\n";
        self.sign("TRAILER", &[&sha256(lines.as_bytes())])
    }

    fn sign(&mut self, what: &str, hashes: &[&str]) -> String {
        let Draft { algorithm, date, region_set, .. } = self.draft;
        let scope = self.draft.scope_text();
        let head = format!("{algorithm}-{what}\n{date}\n{scope}\n{}", self.last);
        self.last = self.draft.signature(&format!("{head}\n{}", hashes.join("\n")));
        if region_set.is_some() { padded(&self.last) } else { self.last.clone() }
    }
}

/// A signature of ECDSA, as long as the longest.
pub(super) fn padded(digits: &str) -> String {
    format!("{digits:*<144}")
}

/// A chunk as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) size: String,
    pub(super) signature: Option<String>,
    pub(super) data: String,
    /// What is after the data.
    pub(super) end: String,
}

/// A body as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// The final chunk is the last.
    pub(super) frames: Vec<Frame>,
    pub(super) trailers: Vec<String>,
    pub(super) trailer_signature: Option<String>,
    /// What is after everything.
    pub(super) end: String,
}

impl Body {
    /// Its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        for frame in &self.frames {
            text.push_str(&frame.size);
            if let Some(signature) = &frame.signature {
                // Text is always written to a string.
                let _ = write!(text, ";chunk-signature={signature}");
            }
            text.push_str("\r\n");
            text.push_str(&frame.data);
            text.push_str(&frame.end);
        }
        for trailer in &self.trailers {
            text.extend([trailer, "\r\n"]);
        }
        if let Some(signature) = &self.trailer_signature {
            let _ = write!(text, "x-amz-trailer-signature:{signature}\r\n");
        }
        text.push_str(&self.end);
        text.into_bytes()
    }
}
