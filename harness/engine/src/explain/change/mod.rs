//! What may have happened to a request between its signer and its server: the catalogue of changes
//! on the way, and the search for the change that explains a signature.
//!
//! Each change is undone in every way that is known for it; if a correct signer then produces the
//! signature that arrived, that is a proof.

mod account;
mod body;
mod clock;
mod headers;
mod host;
mod json;
mod method;
mod original_path;
mod other_host;
mod path;
pub(super) mod policy;
mod query;
mod region;
mod repeated;
mod search;
mod secret;

use sigv4_mistakes::MistakeSet;
use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::Request;

use super::cause::Cause;
use clock::Slip;

pub(super) use body::{HASH_OF_ANY_OBJECT, original as original_body};
pub(super) use clock::KEY_DAY;
pub(super) use other_host::between as between_hosts;
pub(super) use search::{Search, Signed};
pub(super) use secret::other_secrets;

/// Something that changes requests on their way.
#[derive(Debug)]
pub struct Change {
    /// Its stable name.
    pub id: &'static str,
    /// What happens, in one sentence.
    pub title: &'static str,
    /// What it changes.
    pub part: Part,
    /// Who does it, with public reports.
    pub who: &'static str,
    /// How to prevent it.
    pub fix: &'static str,
    undo: fn(&Received<'_>, &SignQuestion) -> Vec<Undone>,
}

/// What a change changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// The method.
    Method,
    /// The host, at times with the path.
    Host,
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// The body.
    Body,
    /// The policy of a form, or how it was signed.
    Policy,
    /// Nothing on the way: the signer read another time.
    Clock,
    /// Nothing on the way: the signer signs for another region.
    Region,
    /// Nothing on the way: the signer writes other escapes.
    Escapes,
    /// Nothing on the way: the signer has another secret.
    Secret,
}

/// Every change, the most usual first.
pub const CHANGES: &[Change] = &[
    secret::GIVEN,
    secret::SIGNERS,
    secret::GIVEN_OF_ANOTHER_KEY,
    secret::OF_ANOTHER_KEY,
    headers::DROPPED,
    host::REPLACED,
    headers::REPLACED,
    repeated::ADDED,
    method::CHANGED,
    original_path::REWRITTEN,
    path::SLASHES_CHANGED,
    path::PREFIX_ADDED,
    path::PREFIX_REMOVED,
    path::OTHER_ESCAPES,
    path::ESCAPE_CASE_CHANGED,
    path::ESCAPES_CHANGED,
    path::CASE_CHANGED,
    path::ACCENTS_CHANGED,
    query::PARAMETER_ADDED,
    query::PARAMETER_REMOVED,
    query::VALUE_CHANGED,
    query::REENCODED,
    body::CHANGED,
    clock::KEY_DAY,
    clock::SCOPE_DAY,
    clock::TWICE,
    clock::REDATED,
    region::KEY,
    region::SCOPE,
];

/// A change that happened, in the bytes of the request.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Which one.
    pub change: &'static Change,
    /// What it was when it was signed, and what arrived.
    pub what: String,
    /// Who did it, as far as this request shows it, and how to mend it.
    pub cause: Cause,
    /// Whether the request says it itself: one of its headers names what was signed, or what was
    /// added has the name of those who add it.
    pub is_evident: bool,
}

/// One way in which a request came to its signature.
#[derive(Clone, Debug)]
pub struct Way {
    /// What happened on the way, in the order in which it is undone; one at least.
    pub happened: Vec<Happened>,
    /// The mistakes of the signer besides; empty for a correct one.
    pub mistakes: MistakeSet,
}

impl Way {
    /// Whether it changes this part.
    #[must_use]
    pub fn changes(&self, part: Part) -> bool {
        self.happened.iter().any(|happened| happened.change.part == part)
    }
}

/// A request as it arrived.
pub(super) struct Received<'r> {
    pub(super) request: &'r Request,
    /// The names in the list of signed headers, in lower case.
    pub(super) signed: Vec<Vec<u8>>,
    /// The payload line of its canonical request.
    pub(super) payload: Vec<u8>,
    /// Whether the payload line was computed from the body. If the request states it, another body
    /// changes no signature.
    pub(super) is_body_hashed: bool,
    /// The file from which curl made the body.
    pub(super) file: Option<&'r [u8]>,
}

/// A request as it may have been signed.
struct Undone {
    /// Without its body.
    question: SignQuestion,
    /// What it was, and what arrived.
    what: String,
    /// The payload line, if it was another one.
    payload: Option<Vec<u8>>,
    /// Where the signer took another time.
    slip: Option<Slip>,
    /// Where less than everyone who makes such a change comes into question.
    cause: Option<Cause>,
    /// Whether the request itself shows the change.
    is_evident: bool,
}

impl Undone {
    fn new(question: &SignQuestion, what: String, change: impl FnOnce(&mut Request)) -> Self {
        let mut question = question.clone();
        change(&mut question.input.request);
        Self { question, what, payload: None, slip: None, cause: None, is_evident: false }
    }

    fn by(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }
}

/// How many copies of a request one change may be undone in: each is kept with its texts.
fn copies(asked: &SignQuestion) -> usize {
    const BYTES: usize = 1 << 22;
    BYTES / head_length(&asked.input.request).max(1)
}

/// How long the target and the headers are, in bytes.
pub(super) fn head_length(request: &Request) -> usize {
    let headers = request.headers.iter().map(|(name, value)| name.len() + value.len());
    request.target.len() + headers.sum::<usize>()
}

/// Bytes for a message; of a long text the ends.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 600;
    const END: usize = 250;
    if bytes.len() <= MOST {
        return bytes.escape_ascii().to_string();
    }
    let (start, end) = (&bytes[..END], &bytes[bytes.len() - END..]);
    format!("{} … {}", start.escape_ascii(), end.escape_ascii())
}
