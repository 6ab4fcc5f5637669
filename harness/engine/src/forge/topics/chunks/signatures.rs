//! The signatures of chunks, and the trailers.

use sigv4_vectors::model::Importance::{Critical, High, Low};
use sigv4_vectors::model::Made;

use super::Forge;
use crate::forge::draft::Draft;
use crate::forge::stream::{Body, CHECKSUM, Mode, padded};
use crate::forge::table::{Say, accept, reject};

impl Forge<'_, '_> {
    pub(super) fn signatures(&mut self) {
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
                        change_last_digit(text);
                    }
                },
            );
            self.sent(
                &format!("{name}-zeros"),
                &format!("zeros for the signature of {what}"),
                if self.upload.is_ecdsa() { malformed() } else { wrong() },
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
        let data = upload.data();
        let later = upload.base.setting.moment(1);
        let other = |body: &mut Body, change: &dyn Fn(&mut Draft)| {
            let mut draft = upload.base.draft.clone();
            change(&mut draft);
            *body = upload.frames(&draft, &mut upload.base.draft.sign(), &data);
        };
        if upload.is_ecdsa() {
            self.sent(
                "chain-region",
                "chunks signed with a region in the scope",
                wrong(),
                |body| {
                    other(body, &|draft| {
                        draft.scope.service =
                            format!("{}/{}", draft.scope.region, draft.scope.service);
                    });
                },
            );
            self.padding();
        } else {
            self.sent("chain-region", "chunks signed for another region", wrong(), |body| {
                other(body, &|draft| draft.scope.region = "eu-west-1".to_owned());
            });
        }
        self.sent("chain-secret", "chunks signed with another secret", wrong(), |body| {
            other(body, &|draft| draft.secret_access_key.push('x'));
        });
        self.sent("chain-time", "chunks signed at another time", wrong(), |body| {
            other(body, &|draft| draft.date.clone_from(&later));
        });
        self.sent("chain-seed", "chunks signed after another head", wrong(), |body| {
            let mut head = Draft { method: "POST".to_owned(), ..upload.base.draft.clone() }.sign();
            *body = upload.frames(&upload.base.draft, &mut head, &data);
        });
    }

    /// What only signatures of ECDSA have.
    fn padding(&mut self) {
        let malformed = || reject(High, "malformed-chunk");
        let mut first = |name: &str, what: &str, say: Say, change: &dyn Fn(&str) -> String| {
            self.sent(name, what, say, |body| {
                if let Some(text) = &mut body.frames[0].signature {
                    *text = change(text.trim_end_matches('*'));
                }
            });
        };
        first(
            "first-ones",
            "a signature of two ones",
            reject(Critical, "chunk-signature-mismatch"),
            &|_| padded("3006020101020101"),
        );
        first("first-r-zero", "a signature whose r is zero", malformed(), &|_| {
            padded("3006020100020101")
        });
        first("unpadded", "a signature that is not filled up", malformed().may(), &str::to_owned);
        first(
            "padding-long",
            "a signature with an asterisk too many",
            malformed().may(),
            &|digits| padded(digits) + "*",
        );
        first(
            "padding-zeros",
            "a signature that is filled up with zeros",
            malformed(),
            &|digits| format!("{digits:0<144}"),
        );
        first(
            "padding-before",
            "a signature with its asterisks before it",
            malformed(),
            &|digits| format!("{digits:*>144}"),
        );
    }

    pub(super) fn trailers(&mut self) {
        let data = self.upload.data();
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
            &data,
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
            &data,
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
                change_last_digit(text);
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

/// The last one before the padding.
fn change_last_digit(signature: &mut String) {
    let digits = signature.trim_end_matches('*').len();
    let Some(last) = digits.checked_sub(1) else { return };
    let other = if signature[last..].starts_with('0') { "1" } else { "0" };
    signature.replace_range(last..digits, other);
}
