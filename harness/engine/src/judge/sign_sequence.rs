//! `sign-sequence`: call by call.

use sigv4_protocol::{Answer, SignedAnswer};
use sigv4_vectors::model::Signing;

use super::finding::{Finding, Judgement};
use super::sign::judge_signed;
use super::verdict::Verdict;

/// Judges the calls of a sequence; `None` for the answer of another operation.
pub(super) fn judge(calls: &[Signing], answer: &Answer) -> Option<Judgement> {
    let Answer::SignedSequence { calls: answers } = answer else { return None };
    Some(judge_calls(calls, answers))
}

/// Judges what was signed, call by call. The verdict is that on the worst call, the finding that of
/// the first that is wrong.
pub(crate) fn judge_calls(calls: &[Signing], answers: &[SignedAnswer]) -> Judgement {
    if let ([signing], [answer]) = (calls, answers) {
        return judge_signed(signing, answer);
    }
    if calls.len() != answers.len() {
        return Judgement::incident(format!(
            "{} calls were asked, {} are answered",
            calls.len(),
            answers.len()
        ));
    }
    let mut whole = Judgement::of(Verdict::Exact);
    for (index, (signing, answer)) in calls.iter().zip(answers).enumerate() {
        let Judgement { verdict, finding, notes, .. } = judge_signed(signing, answer);
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
