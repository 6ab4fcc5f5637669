//! Requests that any verifier of their kind accepts.

use sigv4_vectors::Secret;
use sigv4_vectors::model::{KeyMaterial, StoredKey};

use super::draft::Draft;
use super::setting::{Setting, TOKEN};
use super::signing::sha256;

/// The marker of a body that is not signed.
pub(super) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A request that is accepted as it is.
#[derive(Clone, Debug)]
pub(super) struct Base<'s> {
    /// Its name in ids.
    pub(super) name: &'static str,
    /// What it is, for titles.
    pub(super) title: &'static str,
    /// Where it is signed.
    pub(super) setting: &'s Setting,
    /// The request.
    pub(super) draft: Draft,
}

impl<'s> Base<'s> {
    pub(super) fn new(
        name: &'static str,
        title: &'static str,
        setting: &'s Setting,
        method: &str,
        change: impl FnOnce(&mut Draft),
    ) -> Self {
        let mut draft = Draft::new(setting, method, name);
        change(&mut draft);
        Self { name, title, setting, draft }
    }

    /// Whether the signature is in the query.
    pub(super) fn is_presigned(&self) -> bool {
        self.draft.expires.is_some()
    }

    /// The key that signs, as a verifier knows it.
    pub(super) fn key(&self) -> StoredKey {
        StoredKey {
            access_key_id: self.draft.access_key_id.as_str().into(),
            material: KeyMaterial::SecretAccessKey(Secret::from(
                self.draft.secret_access_key.as_str(),
            )),
            session_token: self.draft.session_token.as_deref().map(Secret::from),
            active: true,
        }
    }
}

/// All bases.
pub(super) struct Bases<'s> {
    pub(super) get: Base<'s>,
    pub(super) post: Base<'s>,
    pub(super) presigned: Base<'s>,
    pub(super) token_get: Base<'s>,
    pub(super) token_presigned: Base<'s>,
    pub(super) s3_get: Base<'s>,
    pub(super) s3_put: Base<'s>,
    pub(super) s3_unsigned_put: Base<'s>,
    pub(super) s3_presigned: Base<'s>,
    pub(super) s3_presigned_put: Base<'s>,
    pub(super) s3_token_get: Base<'s>,
    pub(super) s3_token_presigned: Base<'s>,
}

impl<'s> Bases<'s> {
    /// The bases for a generic service and for S3.
    #[expect(clippy::too_many_lines, reason = "it is a table")]
    pub(super) fn new(generic: &'s Setting, s3: &'s Setting) -> Self {
        let parameters = |draft: &mut Draft| {
            draft.query = [("Action", "ListUsers"), ("Version", "2010-05-08")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec();
        };
        let presign = |draft: &mut Draft| draft.expires = Some("3600".to_owned());
        let token = |draft: &mut Draft| draft.session_token = Some(TOKEN.to_owned());
        let states = |draft: &mut Draft| {
            let hash = sha256(&draft.body);
            draft.header("X-Amz-Content-Sha256", &hash);
        };
        let unsigned = |draft: &mut Draft| draft.payload = Some(UNSIGNED.to_owned());
        let body = |draft: &mut Draft| draft.body = b"Welcome to Amazon S3.".to_vec();
        Self {
            get: Base::new("get", "GET", generic, "GET", |draft| {
                parameters(draft);
                draft.header("X-Amz-Target", "Users");
            }),
            post: Base::new("post", "POST with a body", generic, "POST", |draft| {
                draft.header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
                draft.body = b"Action=ListUsers&Version=2010-05-08".to_vec();
            }),
            presigned: Base::new("presigned", "presigned GET", generic, "GET", |draft| {
                parameters(draft);
                presign(draft);
            }),
            token_get: Base::new("token-get", "GET with a session token", generic, "GET", token),
            token_presigned: Base::new(
                "token-presigned",
                "presigned GET with a session token",
                generic,
                "GET",
                |draft| {
                    presign(draft);
                    token(draft);
                },
            ),
            s3_get: Base::new("s3-get", "GET of an object", s3, "GET", |draft| {
                draft.header("Range", "bytes=0-9");
                states(draft);
            }),
            s3_put: Base::new("s3-put", "PUT of an object", s3, "PUT", |draft| {
                body(draft);
                draft.header("X-Amz-Meta-Author", "jane");
                states(draft);
            }),
            s3_unsigned_put: Base::new(
                "s3-unsigned-put",
                "PUT of an object with an unsigned body",
                s3,
                "PUT",
                |draft| {
                    body(draft);
                    unsigned(draft);
                    draft.header("X-Amz-Content-Sha256", UNSIGNED);
                },
            ),
            s3_presigned: Base::new(
                "s3-presigned",
                "presigned GET of an object",
                s3,
                "GET",
                |draft| {
                    presign(draft);
                    unsigned(draft);
                    draft
                        .query
                        .push(("response-content-type".to_owned(), "text%2Fplain".to_owned()));
                },
            ),
            s3_presigned_put: Base::new(
                "s3-presigned-put",
                "presigned PUT of an object",
                s3,
                "PUT",
                |draft| {
                    presign(draft);
                    unsigned(draft);
                    body(draft);
                    draft.header("X-Amz-Meta-Author", "jane");
                },
            ),
            s3_token_get: Base::new(
                "s3-token-get",
                "GET of an object with a session token",
                s3,
                "GET",
                |draft| {
                    states(draft);
                    token(draft);
                },
            ),
            s3_token_presigned: Base::new(
                "s3-token-presigned",
                "presigned GET of an object with a session token",
                s3,
                "GET",
                |draft| {
                    presign(draft);
                    unsigned(draft);
                    token(draft);
                },
            ),
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> [&Base<'s>; 12] {
        [
            &self.get,
            &self.post,
            &self.presigned,
            &self.token_get,
            &self.token_presigned,
            &self.s3_get,
            &self.s3_put,
            &self.s3_unsigned_put,
            &self.s3_presigned,
            &self.s3_presigned_put,
            &self.s3_token_get,
            &self.s3_token_presigned,
        ]
    }

    /// Those that are signed with a long-lived key.
    pub(super) fn plain(&self) -> [&Base<'s>; 8] {
        [
            &self.get,
            &self.post,
            &self.presigned,
            &self.s3_get,
            &self.s3_put,
            &self.s3_unsigned_put,
            &self.s3_presigned,
            &self.s3_presigned_put,
        ]
    }

    /// Two in header placement: one of a generic service, one of S3.
    pub(super) fn with_header(&self) -> [&Base<'s>; 2] {
        [&self.get, &self.s3_put]
    }

    /// Two presigned ones: one of a generic service, one of S3.
    pub(super) fn with_query(&self) -> [&Base<'s>; 2] {
        [&self.presigned, &self.s3_presigned]
    }

    /// Both.
    pub(super) fn of_each_kind(&self) -> [&Base<'s>; 4] {
        [&self.get, &self.presigned, &self.s3_put, &self.s3_presigned]
    }
}
