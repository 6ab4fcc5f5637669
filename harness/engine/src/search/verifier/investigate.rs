//! A wrong ruling: asked again, shrunk with the subject as judge, and named.

use std::collections::VecDeque;
use std::time::Instant;

use sigv4_generate::CaseId;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::Question;
use sigv4_vectors::model::Ruling;

use super::super::investigate::PATIENCE;
use super::super::lab::Start;
use super::super::pace::Deadline;
use super::finding::Found;
use super::known::{Known, explaining, rules};
use super::oracle::{Oracle, Said, is_wrong};
use super::{EVIDENCE, Right};
use crate::forge::drawn::Drawn;
use crate::judge::Verdict;
use crate::subject::Subject;

/// How many smaller requests are asked at most.
const STEPS: usize = 600;
/// How many mistakes are named that would have changed rulings that are right.
const RESEMBLING: usize = 3;

/// A separate subject for what has to be asked again.
pub(super) struct Lab<'s> {
    start: &'s Start<'s>,
    deadline: Deadline,
    subject: Option<Box<dyn Subject>>,
}

/// A wrong ruling.
pub(super) struct Incident<'i> {
    pub(super) id: CaseId,
    pub(super) drawn: &'i Drawn,
    pub(super) expected: Ruling,
    pub(super) said: &'i Said,
    /// The mistakes that are known already.
    pub(super) named: MistakeSet,
}

impl<'s> Lab<'s> {
    pub(super) fn new(start: &'s Start<'s>, deadline: Deadline) -> Self {
        Self { start, deadline, subject: None }
    }

    /// What the subject says of each question.
    fn ask(&mut self, questions: &[Question]) -> Vec<Said> {
        let subject = match &mut self.subject {
            Some(subject) => subject,
            empty => match (self.start)() {
                Ok(subject) => empty.insert(subject),
                Err(error) => return vec![Said::Fails(error.to_string()); questions.len()],
            },
        };
        let features = subject.identity().features.clone();
        let replies = subject.ask(questions, &|| ());
        if replies.iter().any(Result::is_err) {
            // It may be out of step, or have given up.
            self.subject = None;
        }
        let asked = questions.iter().zip(replies);
        asked.map(|(question, reply)| Said::of(question, reply, &features)).collect()
    }
}

/// The finding; `None` if the subject does not rule like that again. What it rules rightly on the way is
/// evidence.
pub(super) fn investigate(
    lab: &mut Lab<'_>,
    oracle: &mut Oracle,
    incident: &Incident<'_>,
    right: &mut VecDeque<Right>,
    is_known: impl Fn(&Question, &Said) -> bool,
) -> Option<Known> {
    let deadline = lab.deadline.within(PATIENCE);
    let mut judge = |drawn: &Drawn| {
        let asked = ask(lab, oracle, incident.expected, drawn)?;
        if !is_wrong(&asked.said, asked.expected) {
            if right.len() == EVIDENCE {
                right.pop_front();
            }
            right.push_back((asked.question, asked.expected));
            return None;
        }
        let is_same = std::mem::discriminant(&asked.said) == std::mem::discriminant(incident.said);
        (is_same && !is_known(&asked.question, &asked.said)).then_some(asked)
    };
    let mut smallest = incident.drawn.clone();
    let mut asked = judge(&smallest)?;
    let mut left = STEPS;
    'smaller: loop {
        for smaller in smallest.smaller() {
            if left == 0 || Instant::now() > deadline {
                break 'smaller;
            }
            left -= 1;
            if let Some(again) = judge(&smaller) {
                (smallest, asked) = (smaller, again);
                continue 'smaller;
            }
        }
        break;
    }

    let Asked { question, twin, said, .. } = asked;
    let reproducing = explaining(&question, &said, incident.named);
    let holds = |mistake: &Mistake| {
        let with = incident.named.union(MistakeSet::from(*mistake));
        right.iter().all(|(question, ruling)| rules(with, question) == Some(*ruling))
    };
    let (alternatives, contradicted): (Vec<Mistake>, Vec<Mistake>) =
        reproducing.into_iter().partition(holds);
    let resembles = if alternatives.is_empty() { contradicted } else { Vec::new() };
    let found = Found {
        replay: incident.id.into(),
        expected: incident.expected,
        reason: oracle.reason(&question),
        verdict: said.ruling().map_or(Verdict::Error, Verdict::from),
        said: said.words().to_owned(),
        changes: smallest.words(),
        mistakes: Vec::new(),
        title: None,
        resembles: resembles.iter().take(RESEMBLING).map(|mistake| mistake.id()).collect(),
        hits: 1,
        request: question,
        twin,
    };
    Some(Known::new(found, alternatives, said))
}

/// A request, and what was said of it.
struct Asked {
    question: Question,
    twin: Option<Question>,
    expected: Ruling,
    said: Said,
}

/// Asks a request and its twin. `None` if they do not count: the right ruling is not certain or another
/// than `expected`, or the twin is not accepted.
fn ask(lab: &mut Lab<'_>, oracle: &mut Oracle, expected: Ruling, drawn: &Drawn) -> Option<Asked> {
    let question = Question::Verify(Box::new(drawn.question()?));
    if oracle.ruling(&question)? != expected {
        return None;
    }
    if drawn.words().is_empty() {
        let said = lab.ask(std::slice::from_ref(&question)).pop()?;
        return Some(Asked { question, twin: None, expected, said });
    }
    let twin = Question::Verify(Box::new(drawn.twin().question()?));
    if oracle.ruling(&twin)? != Ruling::Accept {
        return None;
    }
    let both = [twin, question];
    let mut said = lab.ask(&both).into_iter();
    let [twin, question] = both;
    if said.next()? != Said::Accepts {
        return None;
    }
    Some(Asked { question, twin: Some(twin), expected, said: said.next()? })
}
