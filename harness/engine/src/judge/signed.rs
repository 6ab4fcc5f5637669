//! Judging what was signed: exact first, equivalent if its own request verifies, else a mismatch.

use sigv4_protocol::{Sent, SignedAnswer, Stage};
use sigv4_vectors::model::Signing;

use super::finding::{Finding, Judgement};
use super::verdict::Verdict;
use super::wire::Standing;
use super::{stages, wire};

/// Judges what was signed, call by call. The verdict is that on the worst call, the finding that of
/// the first that is wrong.
pub(crate) fn judge_calls(calls: &[Signing], answers: &[SignedAnswer]) -> Judgement {
    if let ([signing], [answer]) = (calls, answers) {
        return judge_signed(signing, answer);
    }
    if calls.len() != answers.len() {
        let note = format!("{} calls were asked, {} are answered", calls.len(), answers.len());
        return Judgement { verdict: Verdict::Error, finding: None, notes: vec![note] };
    }
    let mut whole = Judgement { verdict: Verdict::Exact, finding: None, notes: Vec::new() };
    for (index, (signing, answer)) in calls.iter().zip(answers).enumerate() {
        let Judgement { verdict, finding, notes } = judge_signed(signing, answer);
        let of_call = |text: String| format!("call {} of {}: {text}", index + 1, calls.len());
        whole.verdict = whole.verdict.max(verdict);
        whole.notes.extend(notes.into_iter().map(of_call));
        if let (None, Some(finding)) = (&whole.finding, finding) {
            let summary = of_call(finding.summary);
            whole.finding = Some(Finding { summary, ..finding });
        }
    }
    whole
}

fn judge_signed(signing: &Signing, answer: &SignedAnswer) -> Judgement {
    let mismatch = |finding| Judgement {
        verdict: Verdict::Mismatch,
        finding: Some(finding),
        notes: Vec::new(),
    };
    let sent = match Sent::read(signing.placement, &answer.request) {
        Ok(sent) => sent,
        Err(summary) => {
            return mismatch(Finding { stage: Stage::Wire, summary, difference: None });
        }
    };
    let wire = wire::check(signing, &answer.request, &sent);
    if sent.signature == signing.expect.signature.as_bytes() {
        return match wire {
            Ok(_) => Judgement {
                verdict: Verdict::Exact,
                finding: None,
                notes: stages::notes_on_exact(&signing.expect, answer),
            },
            Err(finding) => mismatch(*finding),
        };
    }
    let finding = stages::first_difference(signing, answer, &sent);
    match wire {
        Ok(Standing::Verified) => {
            Judgement { verdict: Verdict::Equivalent, finding: None, notes: vec![finding.summary] }
        }
        _ => mismatch(finding),
    }
}
