//! Bodies in chunks.

mod frames;
mod head;
mod signatures;

use sigv4_vectors::model::Importance::{Critical, Medium};
use sigv4_vectors::model::Made;

use super::super::draft::Draft;
use super::super::sent::Sent;
use super::super::setting::Setting;
use super::super::stream::{Body, Mode, Upload};
use super::super::table::{Entry, Say, Table, accept, reject};

/// Every chunk, the order of chunks, the lengths, the final chunk and the trailers.
pub(super) fn topic(s3: &Setting) -> Table {
    let rule = (
        "sigv4-streaming",
        "Each chunk carries a signature that covers the one before it and its own data; the final chunk is \
         empty and signed; trailers are announced by x-amz-trailer and signed after it; the data have the \
         length that x-amz-decoded-content-length states.",
    );
    let table = Table::new("sigv4-chunked", "uploads", "Bodies in chunks", rule);
    uploads(table, s3, &[CHUNKS, TRAILER, UNSIGNED_TRAILER], |_| {})
}

/// The same with SigV4A, for which the vendor has published no rules: without trailers and with them.
pub(super) fn topics_of_sigv4a(s3: &Setting) -> [Table; 2] {
    let rule = (
        "sigv4a-streaming",
        "The vendor's C library signs chunks with SigV4A as with Signature Version 4; the scope has no \
         region, and a signature is filled up with asterisks to 144 characters, which are not part of \
         what the next one covers.",
    );
    let plain = Table::new("sigv4a-chunked", "uploads", "Bodies in chunks with SigV4A", rule);
    let title = "Bodies in chunks with SigV4A and a trailer";
    let trailers = Table::new("sigv4a-chunked", "trailers", title, rule);
    [
        uploads(plain, s3, &[CHUNKS], Draft::asymmetric),
        uploads(trailers, s3, &[TRAILER, UNSIGNED_TRAILER], Draft::asymmetric),
    ]
}

type Named = (&'static str, &'static str, Mode);

const CHUNKS: Named = ("chunks", "PUT in signed chunks", Mode::Chunks);
const TRAILER: Named = ("trailer", "PUT in signed chunks with a trailer", Mode::ChunksAndTrailers);
const UNSIGNED_TRAILER: Named =
    ("unsigned-trailer", "PUT in unsigned chunks with a trailer", Mode::Nothing);

fn uploads(
    mut table: Table,
    s3: &Setting,
    modes: &[Named],
    with_algorithm: fn(&mut Draft),
) -> Table {
    for &(name, title, mode) in modes {
        let upload = Upload::new(name, title, s3, mode, with_algorithm);
        let mut forge = Forge { table: &mut table, upload: &upload };
        forge.sent("", "as it was signed", accept(Medium), |_| {});
        forge.sizes();
        forge.data();
        forge.ends();
        forge.head();
        if mode != Mode::Nothing {
            forge.signatures();
        }
        if mode != Mode::Chunks {
            forge.trailers();
        }
    }
    table
}

struct Forge<'t, 'u> {
    table: &'t mut Table,
    upload: &'u Upload<'u>,
}

impl Forge<'_, '_> {
    /// The frames changed after signing.
    fn sent(&mut self, name: &str, what: &str, say: Say, change: impl FnOnce(&mut Body)) {
        let made = if name.is_empty() { Made::Signed } else { Made::Tampered };
        let data = self.upload.data();
        self.add((name, what), say, made, |_| {}, &data, change, |_| {});
    }

    #[expect(clippy::too_many_arguments, reason = "each part of an upload is changed apart")]
    fn add(
        &mut self,
        (name, what): (&str, &str),
        say: Say,
        made: Made,
        draft: impl FnOnce(&mut Draft),
        data: &[&str],
        frames: impl FnOnce(&mut Body),
        sent: impl FnOnce(&mut Sent),
    ) {
        let base = &self.upload.base;
        let mut own = base.draft.clone();
        draft(&mut own);
        let mut head = own.sign();
        let mut body = self.upload.frames(&own, &mut head, data);
        frames(&mut body);
        head.body = body.bytes();
        sent(&mut head);
        let entry = Entry { sent: head, ..Entry::of(base, name, what) };
        // The reports are about Signature Version 4.
        let say = if self.upload.is_ecdsa() { say.unseen() } else { say };
        self.table.add(entry, &say, made);
    }

    /// What an altered chunk is called: of unsigned ones, only the checksum tells.
    fn altered(&self) -> Say {
        if self.upload.mode == Mode::Nothing {
            reject(Critical, "checksum-mismatch")
        } else {
            reject(Critical, "chunk-signature-mismatch")
                .seen("gaul/s3proxy#205, versity/versitygw#1147, appwrite/appwrite#13515")
        }
    }
}

/// The draft with another decoded length.
fn length(draft: &mut Draft, text: &str) {
    for (name, value) in &mut draft.headers {
        if name == "X-Amz-Decoded-Content-Length" {
            text.clone_into(value);
        }
    }
}
