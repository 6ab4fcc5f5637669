//! Signed requests that a verifier must accept or reject.
//!
//! A base is a request that any verifier of its kind accepts. A topic changes one thing in it, before
//! it is signed or afterwards, and says what a verifier must make of that. The same topics give the
//! vectors in `vectors/verifier`, with the documented example credentials and a fixed clock, and the
//! requests that a running server is asked, with its own keys and the time of day: a [`Setting`].
//! For the search, requests and changes are drawn at random, from a catalogue of changes of its own.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a line of a topic says what it expects in place"
)]

mod authorization;
mod base;
mod draft;
pub(crate) mod drawn;
mod form;
mod sent;
mod setting;
mod signing;
mod stream;
mod table;
mod topics;

use sigv4_vectors::model::{Case, KeyMaterial, Profile, Request, StoredKey, VerificationInput};
use sigv4_vectors::{Bytes, Secret};

use draft::Draft;
use signing::sha256;

pub use setting::Setting;

/// The cases of one file.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The member of the signing family: the folder.
    pub family: &'static str,
    /// The name of the file.
    pub name: &'static str,
    /// What it is about, in a line.
    pub title: &'static str,
    /// The cases, those that must be accepted before those that refer to them.
    pub cases: Vec<Case>,
}

/// The cases for a server of S3 that knows this key and no other, and that stores objects: those whose
/// keys a verifier is not told.
#[must_use]
pub fn server_cases(setting: &Setting) -> Vec<Case> {
    let generic = Setting::documented();
    let secret = Secret::from(&setting.secret_access_key[..]);
    let is_own = |key: &StoredKey| {
        matches!(&key.material, KeyMaterial::SecretAccessKey(known) if *known == secret)
            && key.access_key_id == Bytes::from(&setting.access_key_id[..])
            && key.session_token.is_none()
            && key.active
    };
    let is_asked = |case: &Case| {
        case.verification().is_some_and(|verification| {
            let input = &verification.input;
            // Neither its clock nor its region or keys can be changed.
            let is_own = |input: &VerificationInput| {
                *input.time == *setting.moment(0)
                    && input.region == Bytes::from(&setting.region[..])
                    && input.keys.len() == 1
                    && input.keys.iter().all(is_own)
            };
            input.profile == Profile::S3 && is_own(input) && verification.before.iter().all(is_own)
        })
    };
    // Servers of S3 know Signature Version 4 alone.
    let topics = topics(&generic, setting).into_iter();
    let topics = topics.filter(|topic| !topic.family.starts_with("sigv4a"));
    topics.flat_map(|topic| topic.cases).filter(is_asked).collect()
}

/// A plain request, signed.
pub(crate) fn signed_request(setting: &Setting, method: &str, path: &str, body: &[u8]) -> Request {
    let mut draft = Draft::new(setting, method, "");
    path.clone_into(&mut draft.path);
    draft.body = body.to_vec();
    draft.header("X-Amz-Content-Sha256", &sha256(body));
    draft.sign().request()
}

/// All topics for a generic service and for S3.
#[must_use]
pub fn topics(generic: &Setting, s3: &Setting) -> Vec<Topic> {
    topics::all(generic, s3)
}
