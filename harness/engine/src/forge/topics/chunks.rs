//! Bodies in chunks.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};
use sigv4_vectors::model::Made;

use super::super::draft::Draft;
use super::super::sent::Sent;
use super::super::setting::Setting;
use super::super::stream::{Body, CHECKSUM, DATA, Mode, Upload};
use super::super::table::{Entry, Say, Table, accept, reject};

/// Every chunk, the order of chunks, the lengths, the final chunk and the trailers.
pub(super) fn topic(s3: &Setting) -> Table {
    let rule = (
        "sigv4-streaming",
        "Each chunk carries a signature that covers the one before it and its own data; the final chunk is \
         empty and signed; trailers are announced by x-amz-trailer and signed after it; the data have the \
         length that x-amz-decoded-content-length states.",
    );
    let mut table = Table::new("sigv4-chunked", "uploads", "Bodies in chunks", rule);
    let modes = [
        ("chunks", "PUT in signed chunks", Mode::Chunks),
        ("trailer", "PUT in signed chunks with a trailer", Mode::ChunksAndTrailers),
        ("unsigned-trailer", "PUT in unsigned chunks with a trailer", Mode::Nothing),
    ];
    for (name, title, mode) in modes {
        let upload = Upload::new(name, title, s3, mode);
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
        self.add((name, what), say, made, |_| {}, &DATA, change, |_| {});
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

    fn sizes(&mut self) {
        let malformed = || reject(High, "malformed-chunk");
        let signed = self.upload.mode != Mode::Nothing;
        self.sent(
            "size-smaller",
            "a chunk that is one byte longer than its size",
            malformed(),
            |body| {
                body.frames[0].size = format!("{:x}", DATA[0].len() - 1);
            },
        );
        let cut = reject(High, if signed { "chunk-signature-mismatch" } else { "malformed-chunk" });
        let longer = if signed { reject(High, "malformed-chunk") } else { cut.clone() };
        self.sent(
            "size-larger",
            "a chunk that is one byte shorter than its size",
            longer,
            |body| {
                body.frames[0].size = format!("{:x}", DATA[0].len() + 1);
            },
        );
        self.sent("size-empty", "a chunk without a size", malformed(), |body| {
            body.frames[0].size.clear();
        });
        self.sent("size-no-digits", "a chunk whose size is no number", malformed(), |body| {
            body.frames[0].size = "zz".to_owned();
        });
        self.sent("size-negative", "a chunk with a negative size", malformed(), |body| {
            body.frames[0].size = "-b".to_owned();
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
        self.sent(
            "size-upper-case",
            "a chunk with its size in upper case",
            malformed().may(),
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
                body.frames[0].size = format!("1000000000000000{:x}", DATA[0].len());
            },
        );
    }

    fn data(&mut self) {
        self.sent("data", "another byte in the first chunk", self.altered(), |body| {
            body.frames[0].data = DATA[0].replace('W', "w");
        });
        self.sent("data-last", "another byte in the last chunk", self.altered(), |body| {
            body.frames[1].data = DATA[1].replace('.', "!");
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
            more.data = DATA[0].to_uppercase();
            body.frames.insert(2, more);
        });
        let twice = if self.upload.mode == Mode::Nothing {
            accept(Low).may()
        } else {
            reject(Critical, "chunk-signature-mismatch")
        };
        self.sent("split", "a chunk cut in two", twice, |body| {
            let (first, second) = DATA[0].split_at(4);
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
            &[&DATA.concat()],
            |_| {},
            |_| {},
        );
        self.add(
            ("many-chunks", "the data in chunks of a byte"),
            accept(Low).may(),
            Made::Resigned,
            |_| {},
            &DATA.concat().split("").filter(|text| !text.is_empty()).collect::<Vec<_>>(),
            |_| {},
            |_| {},
        );
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

    fn ends(&mut self) {
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

    fn head(&mut self) {
        let length_wrong = || reject(Critical, "decoded-length-mismatch");
        for (name, what, text) in [
            ("length-smaller", "a decoded length that is one byte less", "20"),
            ("length-larger", "a decoded length that is one byte more", "22"),
            ("length-0", "a decoded length of nothing", "0"),
        ] {
            self.add(
                (name, what),
                length_wrong(),
                Made::Resigned,
                |draft| length(draft, text),
                &DATA,
                |_| {},
                |_| {},
            );
        }
        let malformed = || reject(High, "malformed-request");
        for (name, what, text) in [
            ("length-negative", "a negative decoded length", "-21"),
            ("length-word", "a word for the decoded length", "all"),
            ("length-empty", "an empty decoded length", ""),
            ("length-hex", "a hexadecimal decoded length", "0x15"),
        ] {
            self.add(
                (name, what),
                malformed(),
                Made::Resigned,
                |draft| length(draft, text),
                &DATA,
                |_| {},
                |_| {},
            );
        }
        self.add(
            ("length-lost", "no decoded length"),
            accept(Low).may(),
            Made::Resigned,
            |draft| draft.headers.retain(|(name, _)| name != "X-Amz-Decoded-Content-Length"),
            &DATA,
            |_| {},
            |_| {},
        );
        self.add(
            ("length-changed", "another decoded length after signing"),
            reject(Critical, "signature-mismatch"),
            Made::Tampered,
            |_| {},
            &DATA,
            |_| {},
            |sent| "11".clone_into(sent.header("x-amz-decoded-content-length")),
        );
        self.add(
            ("encoding-lost", "no Content-Encoding"),
            accept(Low).may(),
            Made::Resigned,
            |draft| draft.headers.retain(|(name, _)| name != "Content-Encoding"),
            &DATA,
            |_| {},
            |_| {},
        );
        self.add(
            ("seed-wrong", "a wrong signature of the head"),
            reject(Critical, "signature-mismatch").seen("CVE-2025-31489: minio/minio#21103"),
            Made::Tampered,
            |_| {},
            &DATA,
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
            &DATA,
            |_| {},
            |sent| sent.authorization = None,
        );
        for (name, what, marker) in [
            ("to-unsigned", "UNSIGNED-PAYLOAD for the marker, after signing", "UNSIGNED-PAYLOAD"),
            (
                "to-unsigned-trailer",
                "the marker of unsigned chunks, after signing",
                "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            ),
            (
                "to-chunks",
                "the marker of signed chunks, after signing",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            ),
            (
                "to-ecdsa",
                "the marker of SigV4A, after signing",
                "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
            ),
        ] {
            if self.upload.base.draft.payload.as_deref() == Some(marker) {
                continue;
            }
            let reason =
                if marker.contains("ECDSA") { "unsupported-payload" } else { "signature-mismatch" };
            self.add(
                (name, what),
                reject(Critical, reason),
                Made::Tampered,
                |_| {},
                &DATA,
                |_| {},
                |sent| {
                    marker.clone_into(sent.header("x-amz-content-sha256"));
                },
            );
        }
    }

    fn signatures(&mut self) {
        let wrong = || reject(Critical, "chunk-signature-mismatch");
        let malformed = || reject(Critical, "malformed-chunk");
        for (index, name, what) in [
            (0, "first", "the first chunk"),
            (1, "second", "the second chunk"),
            (2, "final", "the final chunk"),
        ] {
            self.sent(
                &format!("{name}-signature"),
                &format!("another signature of {what}"),
                wrong(),
                |body| {
                    if let Some(text) = &mut body.frames[index].signature {
                        let last = text.pop().unwrap_or_default();
                        text.push(if last == '0' { '1' } else { '0' });
                    }
                },
            );
            self.sent(
                &format!("{name}-zeros"),
                &format!("zeros for the signature of {what}"),
                wrong(),
                |body| {
                    body.frames[index].signature = Some("0".repeat(64));
                },
            );
            self.sent(
                &format!("{name}-unsigned"),
                &format!("no signature of {what}"),
                malformed(),
                |body| {
                    body.frames[index].signature = None;
                },
            );
            self.sent(
                &format!("{name}-empty"),
                &format!("an empty signature of {what}"),
                malformed(),
                |body| {
                    body.frames[index].signature = Some(String::new());
                },
            );
            self.sent(
                &format!("{name}-shorter"),
                &format!("half of the signature of {what}"),
                malformed(),
                |body| {
                    if let Some(text) = body.frames[index].signature.as_mut() {
                        text.truncate(32);
                    }
                },
            );
        }
        self.sent("exchanged", "the signatures of two chunks exchanged", wrong(), |body| {
            let first = body.frames[0].signature.clone();
            body.frames[0].signature = std::mem::replace(&mut body.frames[1].signature, first);
        });
        self.sent(
            "final-of-second",
            "the signature of the second chunk for the final one",
            wrong(),
            |body| {
                body.frames[2].signature = body.frames[1].signature.clone();
            },
        );
        self.sent(
            "upper-case",
            "a signature of a chunk in upper case",
            malformed().may(),
            |body| {
                if let Some(text) = body.frames[0].signature.as_mut() {
                    text.make_ascii_uppercase();
                }
            },
        );
        let upload = self.upload;
        let later = upload.base.setting.moment(1);
        let other = |body: &mut Body, change: &dyn Fn(&mut Draft)| {
            let mut draft = upload.base.draft.clone();
            change(&mut draft);
            *body = upload.frames(&draft, &mut upload.base.draft.sign(), &DATA);
        };
        self.sent("chain-region", "chunks signed for another region", wrong(), |body| {
            other(body, &|draft| draft.scope.region = "eu-west-1".to_owned());
        });
        self.sent("chain-secret", "chunks signed with another secret", wrong(), |body| {
            other(body, &|draft| draft.secret_access_key.push('x'));
        });
        self.sent("chain-time", "chunks signed at another time", wrong(), |body| {
            other(body, &|draft| draft.date.clone_from(&later));
        });
        self.sent("chain-seed", "chunks signed after another head", wrong(), |body| {
            let mut head = Draft { method: "POST".to_owned(), ..upload.base.draft.clone() }.sign();
            *body = upload.frames(&upload.base.draft, &mut head, &DATA);
        });
    }

    fn trailers(&mut self) {
        let signed = self.upload.mode == Mode::ChunksAndTrailers;
        let lost = if signed {
            reject(Critical, "trailer-signature-mismatch")
        } else {
            reject(High, "malformed-trailer")
        };
        let malformed = || reject(High, "malformed-trailer");
        let other = format!("{CHECKSUM}:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        self.sent(
            "trailer-value",
            "the checksum of other data",
            reject(Critical, "checksum-mismatch"),
            |body| {
                body.trailers[0].clone_from(&other);
            },
        );
        self.sent("trailer-lost", "no trailer", lost, |body| body.trailers.clear());
        self.sent("trailer-twice", "the trailer twice", malformed(), |body| {
            let again = body.trailers[0].clone();
            body.trailers.push(again);
        });
        self.sent("trailer-second", "another value of the trailer after it", malformed(), |body| {
            body.trailers.push(other.clone());
        });
        self.sent(
            "trailer-unannounced",
            "one more trailer that was not announced",
            malformed(),
            |body| {
                body.trailers.push("x-amz-meta-role:admin".to_owned());
            },
        );
        self.sent("trailer-name", "another name of the trailer", malformed(), |body| {
            body.trailers[0] = body.trailers[0].replace("sha256", "sha1");
        });
        self.sent("trailer-no-colon", "a trailer without a colon", malformed(), |body| {
            body.trailers[0] = body.trailers[0].replace(':', " ");
        });
        self.sent(
            "trailer-case",
            "the name of the trailer in upper case",
            accept(Low).may(),
            |body| {
                let name = body.trailers[0][..CHECKSUM.len()].to_ascii_uppercase();
                body.trailers[0].replace_range(..CHECKSUM.len(), &name);
            },
        );
        self.add(
            ("announced-other", "another trailer announced"),
            malformed(),
            Made::Resigned,
            |draft| {
                for (name, value) in &mut draft.headers {
                    if name == "X-Amz-Trailer" {
                        "x-amz-checksum-sha1".clone_into(value);
                    }
                }
            },
            &DATA,
            |_| {},
            |_| {},
        );
        self.add(
            ("announced-more", "one more trailer announced, and not sent"),
            malformed(),
            Made::Resigned,
            |draft| {
                for (name, value) in &mut draft.headers {
                    if name == "X-Amz-Trailer" {
                        value.push_str(",x-amz-checksum-sha1");
                    }
                }
            },
            &DATA,
            |_| {},
            |_| {},
        );
        if !signed {
            self.sent(
                "trailer-signature-unsigned",
                "a signature of the trailers, where none is",
                malformed().may(),
                |body| {
                    body.trailer_signature = Some("0".repeat(64));
                },
            );
            return;
        }
        let wrong = || reject(Critical, "trailer-signature-mismatch");
        self.sent("trailer-signature", "another signature of the trailers", wrong(), |body| {
            if let Some(text) = &mut body.trailer_signature {
                let digit = text.pop().unwrap_or_default();
                text.push(if digit == '0' { '1' } else { '0' });
            }
        });
        self.sent("trailer-unsigned", "no signature of the trailers", wrong(), |body| {
            body.trailer_signature = None;
        });
        self.sent(
            "trailer-signature-final",
            "the signature of the final chunk for that of the trailers",
            wrong(),
            |body| {
                body.trailer_signature =
                    body.frames.last().and_then(|frame| frame.signature.clone());
            },
        );
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
