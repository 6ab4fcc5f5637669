//! What may have happened to a request between its signer and its server: the catalogue of changes
//! on the way, and the search for the change that explains a signature.
//!
//! Each change is undone in every way that is known for it; if a correct signer then produces the
//! signature that arrived, that is a proof.

mod body;
mod headers;
mod host;
mod method;
mod path;
mod query;

use sigv4_mistakes::MistakeSet;
use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::Request;

pub(super) use body::original as original_body;
pub(super) use headers::fragile;

/// Something that changes requests on their way.
#[derive(Debug)]
pub struct Change {
    /// Its stable name.
    pub id: &'static str,
    /// What happens, in one sentence.
    pub title: &'static str,
    /// Who does it, with public reports.
    pub who: &'static str,
    /// How to prevent it.
    pub fix: &'static str,
    undo: fn(&Received<'_>, &SignQuestion) -> Vec<Undone>,
}

/// Every change, the most usual first.
pub const CHANGES: &[Change] = &[
    headers::DROPPED,
    headers::REPLACED,
    method::CHANGED,
    path::PREFIX_ADDED,
    path::PREFIX_REMOVED,
    path::SLASHES_CHANGED,
    path::ESCAPES_CHANGED,
    host::REPLACED,
    query::PARAMETER_ADDED,
    query::PARAMETER_REMOVED,
    query::REENCODED,
    body::CHANGED,
];

/// A change that happened, in the bytes of the request.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Which one.
    pub change: &'static Change,
    /// What it was when it was signed, and what arrived.
    pub what: String,
}

/// One way in which a request came to its signature.
#[derive(Clone, Debug)]
pub struct Way {
    /// What happened on the way, in the order in which it is undone; one at least.
    pub happened: Vec<Happened>,
    /// The mistakes of the signer besides; empty for a correct one.
    pub mistakes: MistakeSet,
}

/// A request as it arrived.
pub(super) struct Received<'r> {
    pub(super) request: &'r Request,
    /// The names in the list of signed headers, in lower case.
    pub(super) signed: Vec<Vec<u8>>,
}

/// A request as it may have been signed.
#[derive(Clone)]
pub(super) struct Undone {
    pub(super) question: SignQuestion,
    /// What it was, and what arrived.
    pub(super) what: String,
}

impl Undone {
    fn new(question: &SignQuestion, what: String, change: impl FnOnce(&mut Request)) -> Self {
        let mut question = question.clone();
        change(&mut question.input.request);
        Self { question, what }
    }
}

/// Every way to undo one change, and two where `pairs` says so. `is_right` says whether a correct
/// signer gives the signature for a question, `mistaken` which single mistakes do.
pub(super) fn search(
    received: &Received<'_>,
    asked: &SignQuestion,
    is_right: &(dyn Fn(&SignQuestion) -> bool + Sync),
    mistaken: &(dyn Fn(&SignQuestion) -> Vec<MistakeSet> + Sync),
) -> Vec<Way> {
    let once: Vec<(Happened, SignQuestion)> = undone(received, asked);
    let way = |happened: &[&Happened], mistakes| Way {
        happened: happened.iter().map(|one| (*one).clone()).collect(),
        mistakes,
    };
    let alone: Vec<Way> = once
        .iter()
        .filter(|(_, question)| is_right(question))
        .map(|(happened, _)| way(&[happened], MistakeSet::EMPTY))
        .collect();
    if !alone.is_empty() {
        return alone;
    }
    for (first, question) in &once {
        for (second, question) in undone(received, question) {
            if second.change.id != first.change.id && is_right(&question) {
                return vec![way(&[first, &second], MistakeSet::EMPTY)];
            }
        }
    }
    let mut with_mistakes = Vec::new();
    for (happened, question) in &once {
        with_mistakes.extend(mistaken(question).into_iter().map(|set| way(&[happened], set)));
    }
    with_mistakes.truncate(MOST);
    with_mistakes
}

/// How many explanations are worth reading.
const MOST: usize = 3;

fn undone(received: &Received<'_>, asked: &SignQuestion) -> Vec<(Happened, SignQuestion)> {
    let of = |change: &'static Change| {
        let all = (change.undo)(received, asked).into_iter();
        all.map(move |Undone { question, what }| (Happened { change, what }, question))
    };
    CHANGES.iter().flat_map(of).collect()
}

/// Bytes for a message.
fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
