//! The head of the request.

use sigv4_vectors::model::Importance::{Critical, High, Low};
use sigv4_vectors::model::Made;

use super::{Forge, length};
use crate::forge::base::UNSIGNED;
use crate::forge::draft::{ECDSA, HMAC};
use crate::forge::stream::Mode;
use crate::forge::table::{accept, reject};

impl Forge<'_, '_> {
    pub(super) fn head(&mut self) {
        let data = self.upload.data();
        let all = data.concat().len();
        let (less, more) = ((all - 1).to_string(), (all + 1).to_string());
        let length_wrong = || reject(Critical, "decoded-length-mismatch");
        for (name, what, text) in [
            ("length-smaller", "a decoded length that is one byte less", &less[..]),
            ("length-larger", "a decoded length that is one byte more", &more),
            ("length-0", "a decoded length of nothing", "0"),
        ] {
            self.add(
                (name, what),
                length_wrong(),
                Made::Resigned,
                |draft| length(draft, text),
                &data,
                |_| {},
                |_| {},
            );
        }
        let malformed = || reject(High, "malformed-request");
        let (negative, hexadecimal) = (format!("-{all}"), format!("{all:#x}"));
        for (name, what, text) in [
            ("length-negative", "a negative decoded length", &negative[..]),
            ("length-word", "a word for the decoded length", "all"),
            ("length-empty", "an empty decoded length", ""),
            ("length-hex", "a hexadecimal decoded length", &hexadecimal),
        ] {
            self.add(
                (name, what),
                malformed(),
                Made::Resigned,
                |draft| length(draft, text),
                &data,
                |_| {},
                |_| {},
            );
        }
        self.add(
            ("length-lost", "no decoded length"),
            accept(Low).may(),
            Made::Resigned,
            |draft| draft.headers.retain(|(name, _)| name != "X-Amz-Decoded-Content-Length"),
            &data,
            |_| {},
            |_| {},
        );
        self.add(
            ("length-changed", "another decoded length after signing"),
            reject(Critical, "signature-mismatch"),
            Made::Tampered,
            |_| {},
            &data,
            |_| {},
            |sent| {
                data[0].len().to_string().clone_into(sent.header("x-amz-decoded-content-length"));
            },
        );
        self.add(
            ("encoding-lost", "no Content-Encoding"),
            accept(Low).may(),
            Made::Resigned,
            |draft| draft.headers.retain(|(name, _)| name != "Content-Encoding"),
            &data,
            |_| {},
            |_| {},
        );
        self.add(
            ("seed-wrong", "a wrong signature of the head"),
            reject(Critical, "signature-mismatch").seen("CVE-2025-31489: minio/minio#21103"),
            Made::Tampered,
            |_| {},
            &data,
            |_| {},
            |sent| {
                let text = sent.signature();
                let last = text.pop().unwrap_or_default();
                text.push(if last == '0' { '1' } else { '0' });
            },
        );
        self.add(
            ("seed-lost", "no Authorization header"),
            reject(Critical, "missing-authentication")
                .seen("CVE-2026-41145, CVE-2026-40344: minio/minio"),
            Made::Tampered,
            |_| {},
            &data,
            |_| {},
            |sent| sent.authorization = None,
        );
        let own = &self.upload.base.draft.algorithm;
        let (other, of_other, what_of_other) = if self.upload.is_ecdsa() {
            (HMAC, "to-hmac", "the marker of Signature Version 4, after signing")
        } else {
            (ECDSA, "to-ecdsa", "the marker of SigV4A, after signing")
        };
        let (changed, unknown) = ("signature-mismatch", "unsupported-payload");
        for (name, what, marker, reason) in [
            (
                "to-unsigned",
                "UNSIGNED-PAYLOAD for the marker, after signing",
                UNSIGNED.to_owned(),
                changed,
            ),
            (
                "to-unsigned-trailer",
                "the marker of unsigned chunks, after signing",
                Mode::Nothing.marker(own),
                changed,
            ),
            (
                "to-chunks",
                "the marker of signed chunks, after signing",
                Mode::Chunks.marker(own),
                changed,
            ),
            (of_other, what_of_other, Mode::Chunks.marker(other), unknown),
        ] {
            if self.upload.base.draft.payload.as_ref() == Some(&marker) {
                continue;
            }
            self.add(
                (name, what),
                reject(Critical, reason),
                Made::Tampered,
                |_| {},
                &data,
                |_| {},
                |sent| {
                    marker.clone_into(sent.header("x-amz-content-sha256"));
                },
            );
        }
    }
}
