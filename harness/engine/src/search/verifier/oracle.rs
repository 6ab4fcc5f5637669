//! What a correct verifier says, and what the subject said.

use std::borrow::Cow;

use sigv4_mistakes::MistakeSet;
use sigv4_protocol::{Answer, InProcess as _, Question};
use sigv4_reference::Time;
use sigv4_vectors::model::{Need, Ruling};
use sigv4_vectors::text;

use super::known::rules;
use crate::judge::in_its_words;
use crate::subject::{Fault, Reference};

/// How far the clock of a running server may be from this one, in seconds, with the time that a request takes.
const SLACK: i64 = 60;

/// Reference and model, which know the answer if they agree.
#[derive(Debug)]
pub(super) struct Oracle {
    reference: Reference,
    /// The seconds by which the verifier's clock may be off.
    offsets: &'static [i64],
}

/// What the subject said of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Said {
    Accepts,
    /// With its reason.
    Rejects(String),
    /// It cannot hold the input, or lacks a feature that it does not declare.
    Refuses(String),
    /// It failed, or answered something else.
    Fails(String),
}

impl Oracle {
    /// For verifiers that are told the time, or for one with a clock of its own.
    pub(super) fn new(has_own_clock: bool) -> Self {
        let offsets: &[i64] = if has_own_clock { &[0, -SLACK, SLACK] } else { &[0] };
        Self { reference: Reference::default(), offsets }
    }

    /// The ruling on which reference and model agree, whatever the clock may be.
    pub(super) fn ruling(&mut self, question: &Question) -> Option<Ruling> {
        let mut rulings = self.offsets.iter().map(|seconds| {
            let question = later(question, *seconds)?;
            let ruling = of(&self.reference.answer(&question))?;
            (rules(MistakeSet::EMPTY, &question) == Some(ruling)).then_some(ruling)
        });
        let ruling = rulings.next()??;
        rulings.all(|other| other == Some(ruling)).then_some(ruling)
    }

    /// Why the reference rejects a request; empty if it does not.
    pub(super) fn reason(&mut self, question: &Question) -> String {
        match self.reference.answer(question) {
            Answer::Reject { reason, .. } => reason,
            _ => String::new(),
        }
    }
}

/// The question with a clock that is this number of seconds ahead; `None` beyond the end of time.
fn later(question: &Question, seconds: i64) -> Option<Cow<'_, Question>> {
    let Question::Verify(asked) = question else { return None };
    if seconds == 0 {
        return Some(Cow::Borrowed(question));
    }
    let time = Time::parse(asked.input.time.as_bytes()).ok()?.unix_seconds();
    let later = Time::from_unix_seconds(time + seconds)?;
    let text = std::str::from_utf8(later.text()).ok()?;
    let mut asked = asked.clone();
    asked.input.time = text::Time::try_from(text).ok()?;
    Some(Cow::Owned(Question::Verify(asked)))
}

impl Said {
    /// What a subject with these features said of the question.
    pub(super) fn of(question: &Question, reply: Result<Answer, Fault>, features: &[Need]) -> Self {
        match reply {
            Ok(Answer::Accept) => Self::Accepts,
            Ok(Answer::Reject { reason, detail }) => {
                let words = [reason, detail].into_iter().filter(|words| !words.is_empty());
                Self::Rejects(words.collect::<Vec<_>>().join(": "))
            }
            Ok(Answer::Unsupported { detail })
                if needs(question).iter().all(|need| features.contains(need)) =>
            {
                let words = in_its_words(&detail);
                Self::Fails(format!("unsupported, though its greeting declares this; {words}"))
            }
            Ok(Answer::Unsupported { detail } | Answer::Unrepresentable { detail }) => {
                Self::Refuses(detail)
            }
            Ok(Answer::Error { detail }) => Self::Fails(in_its_words(&detail)),
            Ok(_) => Self::Fails("the answer is of another operation".to_owned()),
            Err(fault) => Self::Fails(fault.to_string()),
        }
    }

    /// The ruling, if it is one.
    pub(super) fn ruling(&self) -> Option<Ruling> {
        match self {
            Self::Accepts => Some(Ruling::Accept),
            Self::Rejects(_) => Some(Ruling::Reject),
            Self::Refuses(_) | Self::Fails(_) => None,
        }
    }

    /// Its own words.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Accepts => "",
            Self::Rejects(words) | Self::Refuses(words) | Self::Fails(words) => words,
        }
    }
}

fn needs(question: &Question) -> Vec<Need> {
    match question {
        Question::Verify(question) => Need::of_verification(&question.before, &question.input),
        _ => Vec::new(),
    }
}

/// Whether it is neither the expected ruling nor a refusal to rule at all.
pub(super) fn is_wrong(said: &Said, expected: Ruling) -> bool {
    !matches!(said, Said::Refuses(_)) && said.ruling() != Some(expected)
}

/// The ruling, if the answer is one.
pub(super) fn of(answer: &Answer) -> Option<Ruling> {
    match answer {
        Answer::Accept => Some(Ruling::Accept),
        Answer::Reject { .. } => Some(Ruling::Reject),
        _ => None,
    }
}
