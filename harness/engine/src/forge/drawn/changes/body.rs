//! The body and its hash.

use super::super::super::base::UNSIGNED;
use super::super::super::draft::Draft;
use super::super::super::signing::sha256;
use super::super::change::{Change, Scene, after, before, only_if};
use super::super::place::header;
use sigv4_vectors::model::Profile;

const HEADER: &str = "X-Amz-Content-Sha256";

/// The draft with this text as its payload line, in the header too.
fn states(draft: &mut Draft, text: &str) -> Option<()> {
    only_if(draft.headers.iter().any(|(name, _)| name == HEADER))?;
    draft.headers.retain(|(name, _)| name != HEADER);
    draft.header(HEADER, text);
    draft.payload = Some(text.to_owned());
    Some(())
}

/// Whether the signature covers the body.
fn is_signed(scene: &Scene<'_>) -> bool {
    scene.original.payload.is_none()
}

fn is_s3(scene: &Scene<'_>) -> bool {
    scene.setting.profile == Profile::S3
}

pub(in super::super) const CHANGES: &[Change] = &[
    after("a byte of the body changed", |sent, scene| {
        let index = scene.one_of(&(0..sent.body.len()).collect::<Vec<_>>())?;
        sent.body[index] ^= 1;
        Some(())
    }),
    after("a byte after the body", |sent, _| {
        sent.body.push(b'\n');
        Some(())
    }),
    after("the last byte of the body lost", |sent, _| sent.body.pop().map(drop)),
    after("the body lost", |sent, _| {
        only_if(!sent.body.is_empty())?;
        sent.body.clear();
        Some(())
    }),
    after("another body", |sent, _| {
        sent.body = b"Another body.".to_vec();
        Some(())
    }),
    after("another body, and its hash in the header", |sent, scene| {
        only_if(is_signed(scene))?;
        sent.body = b"Another body.".to_vec();
        let hash = sha256(&sent.body);
        *header(sent, HEADER)? = hash;
        Some(())
    }),
    after("another body, and UNSIGNED-PAYLOAD in the header", |sent, scene| {
        only_if(is_signed(scene))?;
        sent.body = b"Another body.".to_vec();
        UNSIGNED.clone_into(header(sent, HEADER)?);
        Some(())
    }),
    after("the hash of the body in the header instead of UNSIGNED-PAYLOAD", |sent, scene| {
        only_if(!is_signed(scene))?;
        let hash = sha256(&sent.body);
        *header(sent, HEADER)? = hash;
        Some(())
    }),
    after("the hash of the body in a header, unsigned", |sent, scene| {
        only_if(scene.is_presigned() && header(sent, HEADER).is_none())?;
        let hash = sha256(&sent.body);
        sent.add(HEADER, &hash);
        Some(())
    }),
    before("UNSIGNED-PAYLOAD, stated", |making, _| states(&mut making.draft, UNSIGNED)),
    before("UNSIGNED-PAYLOAD signed, and the hash stated", |making, scene| {
        only_if(is_signed(scene) && making.draft.headers.iter().any(|(name, _)| name == HEADER))?;
        making.draft.payload = Some(UNSIGNED.to_owned());
        Some(())
    }),
    before("UNSIGNED-PAYLOAD signed, and not stated", |making, scene| {
        // A presigned URL of S3 is signed like that.
        only_if(!scene.is_presigned())?;
        making.draft.headers.retain(|(name, _)| name != HEADER);
        making.draft.payload = Some(UNSIGNED.to_owned());
        Some(())
    }),
    before("the hash of another body", |making, scene| {
        let hash = match scene.pick % 3 {
            0 => sha256(b"Another body."),
            1 => sha256(sha256(&making.draft.body).as_bytes()),
            _ => "0".repeat(64),
        };
        states(&mut making.draft, &hash)
    }),
    before("the hash of no body", |making, _| {
        only_if(!making.draft.body.is_empty())?;
        states(&mut making.draft, &sha256(b""))
    }),
    before("the hash with another last digit", |making, _| {
        let mut hash = sha256(&making.draft.body);
        let last = hash.pop()?;
        hash.push(if last == '0' { '1' } else { '0' });
        states(&mut making.draft, &hash)
    }),
    before("the hash without its last digit", |making, _| {
        let mut hash = sha256(&making.draft.body);
        hash.pop();
        states(&mut making.draft, &hash)
    }),
    before("an unknown marker for the hash", |making, scene| {
        let marker = scene.one_of(&[
            "",
            "UNSIGNED",
            "unsigned-payload",
            "STREAMING-UNSIGNED-PAYLOAD",
            "none",
        ])?;
        states(&mut making.draft, marker)
    }),
    before("a second hash after the first", |making, _| {
        let hash = sha256(b"Another body.");
        only_if(making.draft.headers.iter().any(|(name, _)| name == HEADER))?;
        making.draft.header(HEADER, &hash);
        Some(())
    }),
    after("a payload marker in the query", |sent, scene| {
        only_if(is_s3(scene) || is_signed(scene))?;
        sent.query.push(format!("{HEADER}={UNSIGNED}"));
        Some(())
    }),
];
