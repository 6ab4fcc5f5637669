//! What SDKs do of late, and what works with some servers only or for a time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Crc;

use super::Scene;
use super::stages::Stated;

/// What works with some servers only, or for a time.
pub(super) fn recent(scene: &Scene<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    if scene.stated == Some(Stated::Stream(b"STREAMING-UNSIGNED-PAYLOAD-TRAILER"))
        && scene.document().is_none()
    {
        texts.push(
            "The body comes with a checksum behind it (STREAMING-UNSIGNED-PAYLOAD-TRAILER), as SDKs send \
             it since January 2025. Servers that do not know it refuse it: set \
             `request_checksum_calculation` to `when_required` for them."
                .to_owned(),
        );
    }
    let input = &scene.asked.input;
    let is_long = input.expires.is_some_and(|expires| expires > SHORTEST_SESSION);
    if is_long && input.credentials.session_token.is_some() {
        texts.push(
            "The URL is signed with temporary credentials: it ends when they do, whatever X-Amz-Expires \
             says."
                .to_owned(),
        );
    }
    texts
}

/// Sessions last at least so long, in seconds (STS API Reference, `AssumeRole`).
const SHORTEST_SESSION: u64 = 900;

/// A presigned URL with the checksum of an empty body, and a body (SDKs since January 2025).
pub(super) fn empty_checksum(scene: &Scene<'_>) -> Option<String> {
    const EMPTY: &[&[u8]] =
        &[b"x-amz-checksum-crc32=AAAAAA%3D%3D", b"x-amz-checksum-crc32=AAAAAA=="];
    let target = &scene.sent.request.target;
    let states_empty = EMPTY
        .iter()
        .any(|piece| target.windows(piece.len()).any(|window| window.eq_ignore_ascii_case(piece)));
    let request = &scene.asked.input.request;
    (states_empty && request.method == "PUT".into()).then(|| {
        let mut crc = Crc::new();
        crc.update(&request.body);
        let own = match request.body.len() {
            0 => String::new(),
            length => format!(
                ", such as the {length} bytes here with {}",
                STANDARD.encode(crc.sum().to_be_bytes())
            ),
        };
        format!(
            "The URL states x-amz-checksum-crc32=AAAAAA==, the checksum of an empty body: a server \
             refuses every other body{own}. Presign with the checksums switched off (`WHEN_REQUIRED`)."
        )
    })
}
