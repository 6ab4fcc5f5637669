//! The reference against other signers: the model, the vendor's crate, any adapter.

use std::cell::RefCell;
use std::sync::LazyLock;

use arbitrary::{Arbitrary as _, Unstructured};
use sigv4_generate::{Calls, Generated, Raw, Streamed};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Answer, Question, SignQuestion};

use super::{Outcome, Violation, with_reference};
use crate::properties::rulings::{changed, model_rules_as_reference};
use crate::properties::streams::model_is_reference;
use crate::search::oracle::{self, Oracle};
use crate::subject::{Command, Fault, Limits, Reference, Subject, plug_in};

/// The environment variable with the command of the adapter to fuzz, quoted as for a shell.
pub const ADAPTER: &str = "SIGV4_CONFORMANCE_ADAPTER";

/// The environment variable that names a mistake for the model to make, in every target that
/// compares it with the reference: to measure how soon the mistake shows.
pub const MISTAKE: &str = "SIGV4_CONFORMANCE_MISTAKE";

/// The model without a mistake agrees with the reference on structured questions, on raw ones, and
/// on several calls of one signer.
pub fn reference_against_model(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Some((kind, bytes)) = bytes.split_first() else { return Ok(Outcome::Vacuous) };
    let mut bytes = Unstructured::new(bytes);
    let calls = match kind {
        0..0x80 => vec![Generated::draw(&mut bytes)],
        0x80..0xC0 => vec![Raw::draw(&mut bytes)],
        0xC0.. => Calls::draw(&mut bytes),
    };
    with_reference(|reference| agree(reference, &calls))
}

/// The model without a mistake agrees with the reference on uploads in chunks and event streams.
pub fn streams_against_model(bytes: &[u8]) -> Result<Outcome, Violation> {
    let streamed = Streamed::arbitrary(&mut Unstructured::new(bytes));
    let Ok(Streamed(question)) = streamed else { return Ok(Outcome::Vacuous) };
    with_reference(|reference| model_is_reference(reference, &question))
}

/// The model without a mistake rules as the reference does on signed requests that someone changed.
pub fn rulings_against_model(bytes: &[u8]) -> Result<Outcome, Violation> {
    let Ok(question) = changed(&mut Unstructured::new(bytes)) else { return Ok(Outcome::Vacuous) };
    with_reference(|reference| model_rules_as_reference(reference, &question))
}

static MADE: LazyLock<MistakeSet> = LazyLock::new(|| {
    let Ok(id) = std::env::var(MISTAKE) else { return MistakeSet::EMPTY };
    match Mistake::from_id(&id) {
        Some(mistake) => mistake.into(),
        None => panic!("{MISTAKE}: expected the id of a mistake, got {id:?}"),
    }
});

/// The model answers calls in a row as the reference does: with the same stages and the same
/// request to send, or both refuse. Vacuous if they refuse every call.
pub(super) fn agree(
    reference: &mut Reference,
    calls: &[SignQuestion],
) -> Result<Outcome, Violation> {
    let mut model = Model::new(*MADE);
    let mut outcome = Outcome::Vacuous;
    for question in calls {
        match (reference.sign(question), model.sign(question)) {
            (Answer::Signed(expected), Ok(answer)) if *expected == answer => {
                outcome = Outcome::Held;
            }
            (Answer::Unrepresentable { .. }, Err(_)) => {}
            (expected, answer) => {
                return Err(Violation {
                    property: "reference_against_model",
                    detail: format!("reference: {expected:?}\nmodel: {answer:?}\nof {calls:?}"),
                });
            }
        }
    }
    Ok(outcome)
}

/// The adapter that [`ADAPTER`] names conforms wherever the answer is normative. It is started
/// once and asked input after input.
///
/// # Panics
/// If the adapter cannot be started: there is nothing to fuzz.
pub fn reference_against_adapter(bytes: &[u8]) -> Result<Outcome, Violation> {
    thread_local! {
        static SUBJECT: RefCell<Box<dyn Subject>> = RefCell::new(start());
    }
    let ask = |question: &Question| {
        SUBJECT.with_borrow_mut(|subject| {
            let replies = subject.ask(std::slice::from_ref(question), &|| ());
            replies.into_iter().next().unwrap_or_else(|| Ok(Answer::error("no answer")))
        })
    };
    conforms("reference_against_adapter", bytes, ask)
}

fn start() -> Box<dyn Subject> {
    let line = std::env::var(ADAPTER).unwrap_or_default();
    let mut words = shlex::split(&line).unwrap_or_default().into_iter().map(Into::into);
    let Some(program) = words.next() else {
        panic!("{ADAPTER}: expected the command of an adapter, got {line:?}");
    };
    let command = Command { program, arguments: words.collect() };
    match plug_in(&command, Limits::default()) {
        Ok(subject) => subject,
        Err(error) => panic!("{ADAPTER}: {error}"),
    }
}

/// Only normative questions are asked, so a refusal is the only other answer that is not wrong.
pub(super) fn conforms(
    property: &'static str,
    bytes: &[u8],
    ask: impl FnOnce(&Question) -> Result<Answer, Fault>,
) -> Result<Outcome, Violation> {
    thread_local! {
        static ORACLE: RefCell<Oracle> = RefCell::default();
    }
    let generated = Generated::arbitrary(&mut Unstructured::new(bytes));
    let Some(Generated { question, class }) = generated.ok() else { return Ok(Outcome::Vacuous) };
    if !class.is_core() {
        return Ok(Outcome::Vacuous);
    }
    let question = [Question::Sign(Box::new(question))];
    let reply = std::iter::once(ask(&question[0]));
    match ORACLE.with_borrow_mut(|oracle| oracle.outcome(&question, reply)) {
        oracle::Outcome::Conforms(..) => Ok(Outcome::Held),
        oracle::Outcome::Beyond | oracle::Outcome::Refused(..) => Ok(Outcome::Vacuous),
        oracle::Outcome::Wrong(wrong) => {
            Err(Violation { property, detail: format!("{wrong:?}\nto {question:?}") })
        }
    }
}
