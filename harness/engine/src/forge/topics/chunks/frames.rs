//! The chunks of the body, and where it ends.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};
use sigv4_vectors::model::Made;

use super::{Forge, length};
use crate::forge::stream::Mode;
use crate::forge::table::{accept, reject};

impl Forge<'_, '_> {
    pub(super) fn sizes(&mut self) {
        let data = self.upload.data();
        let malformed = || reject(High, "malformed-chunk");
        let signed = self.upload.mode != Mode::Nothing;
        self.sent(
            "size-smaller",
            "a chunk that is one byte longer than its size",
            malformed(),
            |body| {
                body.frames[0].size = format!("{:x}", data[0].len() - 1);
            },
        );
        let cut = reject(High, if signed { "chunk-signature-mismatch" } else { "malformed-chunk" });
        let longer = if signed { reject(High, "malformed-chunk") } else { cut.clone() };
        self.sent(
            "size-larger",
            "a chunk that is one byte shorter than its size",
            longer,
            |body| {
                body.frames[0].size = format!("{:x}", data[0].len() + 1);
            },
        );
        self.sent("size-empty", "a chunk without a size", malformed(), |body| {
            body.frames[0].size.clear();
        });
        self.sent("size-no-digits", "a chunk whose size is not a number", malformed(), |body| {
            body.frames[0].size = "zz".to_owned();
        });
        self.sent("size-negative", "a chunk with a negative size", malformed(), |body| {
            body.frames[0].size.insert(0, '-');
        });
        self.sent("size-prefixed", "a chunk with 0x before its size", malformed(), |body| {
            body.frames[0].size.insert_str(0, "0x");
        });
        self.sent(
            "size-zeros",
            "a chunk with leading zeros in its size",
            malformed().may(),
            |body| {
                body.frames[0].size.insert_str(0, "000");
            },
        );
        // The vendor's SDK for C++ writes unsigned chunks so.
        let upper_case = if signed { malformed() } else { accept(Low) };
        self.sent(
            "size-upper-case",
            "a chunk with its size in upper case",
            upper_case.may(),
            |body| {
                body.frames[0].size.make_ascii_uppercase();
            },
        );
        self.sent(
            "size-spaced",
            "a chunk with a space after its size",
            malformed().may(),
            |body| {
                body.frames[0].size.push(' ');
            },
        );
        self.sent(
            "size-huge",
            "a chunk that says it is a gigabyte",
            reject(High, "decoded-length-mismatch")
                .seen("minio/minio#13169, gaul/s3proxy afaf2a7b"),
            |body| {
                body.frames[0].size = "40000000".to_owned();
            },
        );
        self.sent(
            "size-overflow",
            "a chunk whose size wraps around in 64 bits",
            malformed(),
            |body| {
                body.frames[0].size = format!("1000000000000000{:x}", data[0].len());
            },
        );
    }

    pub(super) fn data(&mut self) {
        let data = self.upload.data();
        self.sent("data", "another byte in the first chunk", self.altered(), |body| {
            body.frames[0].data = data[0].replace('W', "w");
        });
        self.sent("data-last", "another byte in the last chunk", self.altered(), |body| {
            body.frames[1].data = data[1].replace('.', "!");
        });
        self.sent("order", "the chunks exchanged", self.altered(), |body| body.frames.swap(0, 1));
        let first = if self.upload.mode == Mode::Nothing {
            "decoded-length-mismatch"
        } else {
            "chunk-signature-mismatch"
        };
        let lost = "decoded-length-mismatch";
        self.sent("first-lost", "the first chunk lost", reject(Critical, first), |body| {
            body.frames.remove(0);
        });
        self.sent("last-lost", "the last chunk with data lost", reject(Critical, lost), |body| {
            body.frames.remove(1);
        });
        self.sent("twice", "a chunk twice", reject(Critical, lost), |body| {
            let first = body.frames[0].clone();
            body.frames.insert(1, first);
        });
        self.sent("added", "one more chunk before the final one", reject(Critical, lost), |body| {
            let mut more = body.frames[0].clone();
            more.data = data[0].to_uppercase();
            body.frames.insert(2, more);
        });
        let twice = if self.upload.mode == Mode::Nothing {
            accept(Low).may()
        } else {
            reject(Critical, "chunk-signature-mismatch")
        };
        self.sent("split", "a chunk cut in two", twice, |body| {
            let (first, second) = data[0].split_at(4);
            let mut rest = body.frames[0].clone();
            (body.frames[0].data, body.frames[0].size) = (first.to_owned(), "4".to_owned());
            (rest.data, rest.size) = (second.to_owned(), format!("{:x}", second.len()));
            body.frames.insert(1, rest);
        });
        self.add(
            ("one-chunk", "the data in one chunk"),
            accept(Medium),
            Made::Resigned,
            |_| {},
            &[&data.concat()],
            |_| {},
            |_| {},
        );
        // Such chunks are too small for S3.
        if !self.upload.base.setting.is_running() {
            self.add(
                ("many-chunks", "the data in chunks of a byte"),
                accept(Low).may(),
                Made::Resigned,
                |_| {},
                &data.concat().split("").filter(|text| !text.is_empty()).collect::<Vec<_>>(),
                |_| {},
                |_| {},
            );
        }
        self.add(
            ("no-data", "no data at all"),
            accept(Medium),
            Made::Resigned,
            |draft| length(draft, "0"),
            &[],
            |_| {},
            |_| {},
        );
    }

    pub(super) fn ends(&mut self) {
        let truncated = || {
            reject(Critical, "incomplete-body")
                .seen("minio/minio#3692, seaweedfs/seaweedfs#6847, gaul/s3proxy 5f34b480")
        };
        self.sent("cut", "the body cut in the first chunk", truncated(), |body| {
            body.frames.truncate(1);
            body.frames[0].data.truncate(4);
            body.frames[0].end.clear();
            body.trailers.clear();
            body.trailer_signature = None;
            body.end.clear();
        });
        self.sent("final-lost", "no final chunk", truncated(), |body| {
            body.frames.pop();
            body.trailers.clear();
            body.trailer_signature = None;
            body.end.clear();
        });
        self.sent("empty", "no body", truncated(), |body| {
            body.frames.clear();
            body.trailers.clear();
            body.trailer_signature = None;
            body.end.clear();
        });
        self.sent("after-end", "text after the end", reject(High, "malformed-chunk"), |body| {
            body.end.push_str("more");
        });
        self.sent(
            "second-body",
            "a second body after the end",
            reject(High, "malformed-chunk"),
            |body| {
                body.end.push_str("3\r\nabc\r\n0\r\n\r\n");
            },
        );
        self.sent(
            "line-feeds",
            "line feeds alone after the sizes",
            reject(Low, "malformed-chunk").may(),
            |body| {
                for frame in &mut body.frames {
                    frame.end = frame.end.replace("\r\n", "\n");
                }
            },
        );
        self.sent(
            "unseparated",
            "nothing after the data of a chunk",
            reject(High, "malformed-chunk"),
            |body| {
                body.frames[0].end.clear();
            },
        );
    }
}
