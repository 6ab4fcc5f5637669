//! What the log says of a case.

use std::collections::HashSet;

use serde::Serialize;
use sigv4_mistakes::diagnose::Attribution;
use sigv4_protocol::{Identity, Question, text};
use sigv4_vectors::model::{Case, Ruling};

use super::{Judged, Plan};
use crate::expectations::{Expectations, Explanations};
use crate::judge::{Finding, Verdict};
use crate::log::{CaseEvent, Excuse, Outcome};

/// How long a question or an answer in the log may be, in bytes of JSON.
const KEPT: usize = 64 << 10;

/// Whether the subject refused a case that needs a feature that its greeting does not list.
fn lacks_feature(
    case: &Case,
    identity: &Identity,
    verdict: Verdict,
    expected: Option<Ruling>,
) -> bool {
    verdict.is_refusal(expected) && !case.needs.iter().all(|need| identity.features.contains(need))
}

/// The event for a judged case. It is excused if the subject declares that it does not support
/// what the case needs.
/// A rejection shows something only if the twin of the case is among those `accepted` before.
pub(super) fn case_event(
    judged: &Judged<'_>,
    identity: &Identity,
    plan: &Plan<'_>,
    accepted: &HashSet<String>,
) -> CaseEvent {
    let Judged { case, excuse, judgement, answer } = judged;
    let verdict = judgement.verdict;
    let expect = case.verification().map(|verification| &verification.expect);
    let twin = expect.and_then(|expect| expect.twin.clone());
    let is_shown = twin.as_ref().is_none_or(|twin| accepted.contains(twin));
    let says_nothing = !is_shown && !judgement.incident;
    let refuses = matches!(verdict, Verdict::Reject | Verdict::Error);
    let rejected = (says_nothing && refuses).then_some(Excuse::TwinRejected);
    let lacks_feature = lacks_feature(case, identity, verdict, expect.map(|it| it.verdict));
    let feature = lacks_feature.then_some(Excuse::Feature).or(rejected);
    let stage = judgement.finding.as_ref().map(|finding| finding.stage);
    let known = (!judgement.incident && excuse.is_none())
        .then(|| plan.expectations.known(&case.id, verdict, stage).cloned());
    let mut event = CaseEvent {
        id: case.id.clone(),
        title: text::line(&case.title),
        level: case.level,
        expected: expect.map(|expect| expect.verdict),
        importance: expect.map(|expect| expect.importance),
        twin,
        verdict,
        incident: judgement.incident,
        excuse: excuse.or(feature),
        outcome: Outcome::Failed,
        finding: judgement.finding.clone().map(Finding::shortened),
        notes: judgement.notes.iter().map(|note| text::note(note)).collect(),
        known: known.flatten(),
        question: None,
        answer: None,
    };
    if event.known.is_none() && excuse.is_none() && event.is_weakness() {
        event.known = plan.expectations.known_weakness(&case.id);
    }
    event.outcome = event.derived_outcome();
    if event.outcome == Outcome::Failed {
        event.question = Some(asked_without_keys(case, plan.own_keys)).filter(is_short);
        event.answer = answer.clone().filter(is_short);
    }
    event
}

/// Whether the mistake behind a failure may turn out to be a known one.
pub(super) fn may_be_known(event: &CaseEvent, expectations: &Expectations) -> bool {
    event.outcome == Outcome::Failed
        && !event.incident
        && expectations.may_be_known(&event.id, event.verdict, event.stage())
}

/// Excuses a failure whose mistakes are known.
pub(super) fn know_by_mistake(
    event: &mut CaseEvent,
    expectations: &Expectations,
    explanations: &Explanations<'_>,
) {
    let explained = explanations.get(&event.id[..]).map_or(&[][..], Vec::as_slice);
    event.known = expectations.known_by_mistake(&event.id, event.verdict, event.stage(), explained);
    if event.known.is_some() {
        event.outcome = event.derived_outcome();
        (event.question, event.answer) = (None, None);
    }
}

/// What explains each case.
pub(super) fn explanations(attribution: Option<&Attribution>) -> Explanations<'_> {
    let mut explanations = Explanations::new();
    for group in attribution.iter().flat_map(|attribution| &attribution.groups) {
        for case in &group.cases {
            let sets = group.alternatives.iter().map(Vec::as_slice);
            explanations.entry(case).or_default().extend(sets);
        }
    }
    explanations
}

/// The question of a case. The user's own keys are not for a log.
fn asked_without_keys(case: &Case, own_keys: bool) -> Question {
    let mut question = Question::of(case);
    if let (true, Question::Verify(question)) = (own_keys, &mut question) {
        let inputs = question.before.iter_mut().chain([&mut question.input]);
        inputs.for_each(|input| input.keys.clear());
    }
    question
}

/// Whether a value is worth keeping in a log.
fn is_short(value: &impl Serialize) -> bool {
    // What cannot be written cannot be kept.
    serde_json::to_string(value).is_ok_and(|text| text.len() <= KEPT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::{Setting, server_cases};

    #[test]
    fn no_key_of_the_user_is_in_the_question_that_a_log_keeps() {
        let key = ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
        let setting = Setting::of_server("127.0.0.1:9000", ("us-east-1", "bucket"), key, 900);
        let cases = server_cases(&setting.now_on());
        assert!(cases.iter().any(|case| case.id.contains("/sequences/")));
        for case in &cases {
            let kept = serde_json::to_string(&asked_without_keys(case, true)).expect("JSON");
            assert!(!kept.contains(key.1), "{}", case.id);
        }
    }
}
