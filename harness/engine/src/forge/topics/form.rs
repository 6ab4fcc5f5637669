//! Forms for uploads from a browser.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};
use sigv4_vectors::model::{Made, StoredKey};

use super::super::base::Base;
use super::super::draft::Draft;
use super::super::form::{Form, SignedForm};
use super::super::sent::Sent;
use super::super::setting::Setting;
use super::super::table::{Entry, Say, Table, accept, reject};

const TYPE: &str = r#"{"Content-Type": "image/jpeg"}"#;

/// The fields of the signature, and what the policy allows.
pub(super) fn topic(s3: &Setting) -> Table {
    let rule = (
        "sigv4-post-policy",
        "The signature of a form is that of its policy in base64; the form must have the fields of the \
         signature, meet every condition until the policy expires, and have no field without a condition.",
    );
    let mut table =
        Table::new("sigv4-post-policy", "forms", "Forms for uploads from a browser", rule);
    let base = Base::new("form", "POST of a form", s3, "POST", |_| {});
    let mut forge = Forge { table: &mut table, base: &base };
    forge.sent("", "as it was signed", accept(Medium), |_| {});
    forge.fields();
    forge.signature();
    forge.tampered_fields();
    forge.conditions();
    forge.expiration();
    forge.keys();
    forge.requests();
    table
}

struct Forge<'t, 'b> {
    table: &'t mut Table,
    base: &'b Base<'b>,
}

impl Forge<'_, '_> {
    fn form(&self, conditions: &[&str]) -> Form {
        Form::new(self.base.setting, &self.base.draft, &moment(self.base.setting, 3600), conditions)
    }

    fn add(
        &mut self,
        label: (&str, &str),
        say: Say,
        made: Made,
        sent: Sent,
        keys: Option<Vec<StoredKey>>,
    ) {
        let mut entry = Entry { sent, ..Entry::of(self.base, label.0, label.1) };
        entry.keys = keys.unwrap_or(entry.keys);
        self.table.add(entry, &say, made);
    }

    /// The form changed after signing.
    fn sent(&mut self, name: &str, what: &str, say: Say, change: impl FnOnce(&mut SignedForm)) {
        let made = if name.is_empty() { Made::Signed } else { Made::Tampered };
        let mut form = self.form(&[TYPE]).signed(&self.base.draft);
        change(&mut form);
        let sent = form.sent(self.base.setting, &self.base.draft);
        self.add((name, what), say, made, sent, None);
    }

    /// Another policy and form, signed.
    fn signed(
        &mut self,
        name: &str,
        what: &str,
        say: Say,
        conditions: &[&str],
        change: impl FnOnce(&mut Form),
    ) {
        let mut form = self.form(conditions);
        change(&mut form);
        let sent = form.signed(&self.base.draft).sent(self.base.setting, &self.base.draft);
        self.add((name, what), say, Made::Resigned, sent, None);
    }

    /// The same policy, signed otherwise.
    fn drafted(&mut self, name: &str, what: &str, say: Say, change: impl FnOnce(&mut Draft)) {
        let mut draft = self.base.draft.clone();
        change(&mut draft);
        let form = Form::new(self.base.setting, &draft, &moment(self.base.setting, 3600), &[TYPE]);
        let sent = form.signed(&draft).sent(self.base.setting, &draft);
        self.add((name, what), say, Made::Resigned, sent, None);
    }

    fn fields(&mut self) {
        let malformed = || reject(Critical, "malformed-authentication");
        for (name, say) in [
            ("x-amz-algorithm", malformed().seen("minio/minio#16849, Deuxfleurs/garage 2efa9c5a")),
            ("x-amz-credential", malformed()),
            ("x-amz-date", malformed()),
            ("policy", malformed()),
            ("x-amz-signature", reject(Critical, "missing-authentication")),
        ] {
            let short = name.trim_start_matches("x-amz-");
            self.sent(&format!("{short}-lost"), &format!("no {name}"), say, |form| {
                form.without(name);
            });
            let empty = if name == "x-amz-algorithm" {
                "unsupported-algorithm"
            } else if name == "policy" {
                "signature-mismatch"
            } else {
                "malformed-authentication"
            };
            self.sent(
                &format!("{short}-empty"),
                &format!("an empty {name}"),
                reject(Critical, empty),
                |form| form.field(name).clear(),
            );
            self.sent(
                &format!("{short}-name-case"),
                &format!("{name} in upper case"),
                accept(Low).may(),
                |form| {
                    for (own, _) in &mut form.fields {
                        if own == name {
                            own.make_ascii_uppercase();
                        }
                    }
                },
            );
        }
        self.sent("key-lost", "no key", reject(High, "missing-field"), |form| form.without("key"));
        self.sent("file-lost", "no file", reject(Medium, "missing-field"), |form| form.file = None);
        for (name, value) in [
            ("algorithm-sha1", "AWS4-HMAC-SHA1"),
            ("algorithm-none", "none"),
            ("algorithm-case", "aws4-hmac-sha256"),
        ] {
            self.sent(
                name,
                &format!("{value} for the algorithm"),
                reject(Critical, "unsupported-algorithm"),
                |form| {
                    value.clone_into(form.field("x-amz-algorithm"));
                },
            );
        }
    }

    fn signature(&mut self) {
        let wrong = || reject(Critical, "signature-mismatch");
        let malformed = || reject(Critical, "malformed-authentication");
        self.sent("signature-last", "the last digit of the signature changed", wrong(), |form| {
            let text = form.field("x-amz-signature");
            let last = text.pop().unwrap_or_default();
            text.push(if last == '0' { '1' } else { '0' });
        });
        self.sent("signature-zeros", "zeros for the signature", wrong(), |form| {
            *form.field("x-amz-signature") = "0".repeat(64);
        });
        self.sent("signature-half", "the first half of the signature", malformed(), |form| {
            form.field("x-amz-signature").truncate(32);
        });
        self.sent("policy-other", "another policy after signing", wrong(), |form| {
            *form.field("policy") =
                STANDARD.encode(r#"{"expiration": "2099-01-01T00:00:00Z", "conditions": []}"#);
        });
        self.sent("policy-padding", "the policy without its padding", wrong().may(), |form| {
            let text = form.field("policy");
            *text = text.trim_end_matches('=').to_owned();
            text.pop();
        });
        self.sent("policy-line-break", "a line break after the policy", wrong().may(), |form| {
            form.field("policy").push_str("\r\n");
        });
        self.drafted("secret-other", "another secret", wrong(), |draft| {
            draft.secret_access_key.push('x');
        });
        self.drafted(
            "scope-date",
            "a scope of the day before",
            reject(High, "scope-date-mismatch"),
            |draft| {
                "20130523".clone_into(&mut draft.scope.date);
            },
        );
        self.drafted(
            "scope-region",
            "a scope of another region",
            reject(High, "scope-region-mismatch"),
            |draft| {
                draft.scope.region = "eu-west-1".to_owned();
            },
        );
        self.drafted(
            "scope-service",
            "a scope of another service",
            reject(High, "scope-service-mismatch"),
            |draft| {
                draft.scope.service = "iam".to_owned();
            },
        );
        self.drafted(
            "scope-terminator",
            "a scope with another last part",
            reject(High, "scope-terminator-mismatch"),
            |draft| {
                draft.scope.terminator = "aws4".to_owned();
            },
        );
        self.drafted(
            "key-unknown",
            "an unknown key",
            reject(Critical, "unknown-access-key"),
            |draft| {
                "AKIAI44QH8DHBEXAMPLE".clone_into(&mut draft.access_key_id);
            },
        );
    }

    fn tampered_fields(&mut self) {
        let unmet = || reject(Critical, "condition-not-met");
        self.sent(
            "key-outside",
            "a key outside of the folder that the policy allows",
            unmet(),
            |form| {
                "user/john/photo.jpg".clone_into(form.field("key"));
            },
        );
        self.sent("key-before", "a key with text before the folder", unmet(), |form| {
            "x/user/jane/photo.jpg".clone_into(form.field("key"));
        });
        self.sent("key-case", "a key in another case", unmet(), |form| {
            "User/Jane/photo.jpg".clone_into(form.field("key"));
        });
        self.sent("key-empty", "an empty key", unmet(), |form| form.field("key").clear());
        self.sent("bucket-other", "another bucket", unmet(), |form| {
            "otherbucket".clone_into(form.field("bucket"));
        });
        self.sent("type-other", "another content type", unmet(), |form| {
            "text/html".clone_into(form.field("Content-Type"));
        });
        self.sent("type-longer", "a longer content type", unmet(), |form| {
            form.field("Content-Type").push('2');
        });
        self.sent("type-lost", "no content type, which a condition asks for", unmet(), |form| {
            form.without("Content-Type");
        });
        self.sent("key-second", "a second key", reject(Critical, "malformed-form").may(), |form| {
            form.add("key", "user/john/photo.jpg");
        });
        let uncovered = || reject(High, "field-not-covered");
        for (name, field, value) in [
            ("acl-added", "acl", "public-read"),
            ("meta-added", "x-amz-meta-role", "admin"),
            ("redirect-added", "success_action_redirect", "https://example.com/"),
            ("tagging-added", "tagging", "<Tagging/>"),
        ] {
            self.sent(name, &format!("{field}, without a condition"), uncovered(), |form| {
                form.add(field, value);
            });
        }
        self.sent(
            "ignored-added",
            "a field whose name begins with x-ignore-",
            accept(Medium),
            |form| {
                form.add("x-ignore-note", "1");
            },
        );
        self.sent(
            "file-other",
            "another file, which no condition is about",
            accept(Medium),
            |form| {
                form.file = Some(("photo.jpg".to_owned(), "another photo".to_owned()));
            },
        );
    }

    fn conditions(&mut self) {
        let unmet = || reject(High, "condition-not-met");
        let range = |range: &str| format!(r#"["content-length-range", {range}]"#);
        for (name, what, text, say) in [
            ("range-inside", "a file within the range", "1, 100", accept(Medium)),
            ("range-shortest", "a file as long as the range begins", "11, 100", accept(Medium)),
            ("range-longest", "a file as long as the range ends", "1, 11", accept(Medium)),
            (
                "range-short",
                "a file that is a byte too short",
                "12, 100",
                unmet().twin("range-shortest"),
            ),
            (
                "range-long",
                "a file that is a byte too long",
                "1, 10",
                unmet().twin("range-longest"),
            ),
            ("range-empty", "a range that ends before it begins", "100, 1", unmet()),
        ] {
            self.signed(name, what, say, &[TYPE, &range(text)], |_| {});
        }
        self.signed(
            "eq",
            "a condition eq that is met",
            accept(Medium),
            &[r#"["eq", "$Content-Type", "image/jpeg"]"#],
            |_| {},
        );
        self.signed(
            "eq-prefix",
            "a condition eq with the start of the value",
            unmet().twin("eq"),
            &[r#"["eq", "$Content-Type", "image/"]"#],
            |_| {},
        );
        self.signed(
            "eq-case",
            "a condition eq with the value in another case",
            unmet().twin("eq"),
            &[r#"["eq", "$Content-Type", "IMAGE/JPEG"]"#],
            |_| {},
        );
        self.signed(
            "starts",
            "a condition starts-with that is met",
            accept(Medium),
            &[r#"["starts-with", "$Content-Type", "image/"]"#],
            |_| {},
        );
        self.signed(
            "starts-any",
            "a condition starts-with and nothing",
            accept(Medium),
            &[r#"["starts-with", "$Content-Type", ""]"#],
            |_| {},
        );
        self.signed(
            "starts-inside",
            "a condition starts-with and text from the middle of the value",
            unmet().twin("starts"),
            &[r#"["starts-with", "$Content-Type", "jpeg"]"#],
            |_| {},
        );
        self.signed(
            "contradicting",
            "two conditions about a field, one of which is not met",
            unmet(),
            &[TYPE, r#"{"Content-Type": "text/plain"}"#],
            |_| {},
        );
        self.signed(
            "unmet-field",
            "a condition about a field that is not sent",
            unmet(),
            &[TYPE, r#"{"acl": "private"}"#],
            |_| {},
        );
        self.signed(
            "acl",
            "an acl that a condition is about",
            accept(Medium),
            &[TYPE, r#"{"acl": "private"}"#],
            |form| {
                form.fields.push(("acl".to_owned(), "private".to_owned()));
            },
        );
        self.signed(
            "acl-other",
            "another acl than the condition has",
            unmet().twin("acl"),
            &[TYPE, r#"{"acl": "private"}"#],
            |form| {
                form.fields.push(("acl".to_owned(), "public-read".to_owned()));
            },
        );
        self.signed(
            "no-type",
            "a content type without a condition",
            reject(High, "field-not-covered"),
            &[],
            |_| {},
        );
        self.signed(
            "filename",
            "a key with the name of the file put in",
            accept(Medium),
            &[TYPE],
            |form| {
                form.fields[0].1 = "user/jane/${filename}".to_owned();
            },
        );
        self.signed(
            "filename-outside",
            "a file whose name leads out of the folder",
            accept(Low).may(),
            &[TYPE],
            |form| {
                form.fields[0].1 = "user/jane/${filename}".to_owned();
                form.file = Some(("../john/photo.jpg".to_owned(), "not a photo".to_owned()));
            },
        );
        let policy = || reject(High, "malformed-policy");
        self.signed("policy-not-json", "a policy that is not JSON", policy(), &[TYPE], |form| {
            form.policy.push('}');
        });
        self.signed("policy-blank", "an empty policy", policy(), &[TYPE], |form| {
            form.policy.clear();
        });
        self.signed(
            "policy-no-conditions",
            "a policy without conditions",
            policy(),
            &[TYPE],
            |form| {
                form.policy = r#"{"expiration": "2099-01-01T00:00:00Z"}"#.to_owned();
            },
        );
        self.signed(
            "policy-no-expiration",
            "a policy that does not expire",
            policy(),
            &[TYPE],
            |form| {
                form.policy = form.policy.replacen("expiration", "expires", 1);
            },
        );
        self.signed(
            "condition-unknown",
            "a condition of an unknown kind",
            policy(),
            &[TYPE, r#"["ends-with", "$key", ".jpg"]"#],
            |_| {},
        );
        self.signed(
            "condition-number",
            "a condition that is a number",
            policy(),
            &[TYPE, "1"],
            |_| {},
        );
    }

    fn expiration(&mut self) {
        let base = self.base;
        let at = |seconds| moment(base.setting, seconds);
        let mut with = |name: &str, what: &str, say: Say, text: &str| {
            let form = Form::new(self.base.setting, &self.base.draft, text, &[TYPE]);
            let sent = form.signed(&self.base.draft).sent(self.base.setting, &self.base.draft);
            self.add((name, what), say, Made::Resigned, sent, None);
        };
        with("expires-now", "a policy that expires now", accept(Medium), &at(base.setting.slack));
        with(
            "expires-second",
            "a policy that expires in a second",
            accept(Medium),
            &at(1 + base.setting.slack),
        );
        let expired = || reject(High, "expired");
        with(
            "expired",
            "a policy that expired a second ago",
            expired().twin("expires-now"),
            &at(-1),
        );
        with("expired-day", "a policy that expired a day ago", expired(), &at(-86_400));
        with("expired-year", "a policy that expired a year ago", expired(), &at(-365 * 86_400));
        with(
            "expires-year",
            "a policy that expires in a year",
            accept(Low).should(),
            &at(365 * 86_400),
        );
        let milliseconds = at(3600).replace('Z', ".000Z");
        with(
            "expires-milliseconds",
            "an expiration with milliseconds",
            accept(Medium),
            &milliseconds,
        );
        let malformed = || reject(High, "malformed-policy");
        with("expires-word", "a word for the expiration", malformed(), "never");
        with("expires-blank", "an empty expiration", malformed(), "");
        with("expires-day", "a day for the expiration", malformed(), &at(86_400)[..10]);
    }

    fn keys(&mut self) {
        let base = self.base;
        let form = self.form(&[TYPE]).signed(&base.draft).sent(base.setting, &base.draft);
        let inactive = vec![StoredKey { active: false, ..base.key() }];
        let say = reject(High, "inactive-access-key");
        let label = ("key-inactive", "a key that is inactive");
        self.add(label, say, Made::Tampered, form.clone(), Some(inactive));
        let say = reject(Critical, "unknown-access-key");
        let label = ("key-deleted", "a key that is deleted");
        self.add(label, say, Made::Tampered, form, Some(Vec::new()));
        let token = reject(High, "session-token-mismatch");
        self.sent(
            "token-unexpected",
            "a token beside a key that has none",
            token.should(),
            |form| {
                form.add("x-amz-security-token", "AQoDYXdzOTHERTOKENEXAMPLE");
            },
        );
    }

    /// The request around the form.
    fn requests(&mut self) {
        let base = self.base;
        let form = self.form(&[TYPE]).signed(&base.draft);
        let mut with = |name: &str, what: &str, say: Say, change: &dyn Fn(&mut Sent)| {
            let mut sent = form.sent(base.setting, &base.draft);
            change(&mut sent);
            self.add((name, what), say, Made::Tampered, sent, None);
        };
        let several = || reject(High, "multiple-authentications");
        with(
            "and-query",
            "the parameters of a presigned URL beside the form",
            several(),
            &|sent| {
                let draft = Draft { expires: Some("3600".to_owned()), ..base.draft.clone() };
                sent.query = draft.sign().query;
            },
        );
        with("body-cut", "a form that ends in its file", reject(High, "malformed-form"), &|sent| {
            sent.body.truncate(sent.body.len() - 24);
        });
        with(
            "after-end",
            "text after the last boundary",
            reject(Low, "malformed-form").may(),
            &|sent| {
                sent.body.extend_from_slice(b"more");
            },
        );
        with(
            "boundary-other",
            "another boundary in the header",
            reject(High, "malformed-form"),
            &|sent| {
                let header = sent.header("content-type");
                header.push('0');
            },
        );
    }
}

/// The moment this number of seconds after the clock, as a policy writes it.
fn moment(setting: &Setting, seconds: i64) -> String {
    let text = setting.moment(seconds);
    let part = |start: usize, end: usize| &text[start..end];
    let day = [part(0, 4), part(4, 6), part(6, 8)].join("-");
    format!("{day}T{}Z", [part(9, 11), part(11, 13), part(13, 15)].join(":"))
}
