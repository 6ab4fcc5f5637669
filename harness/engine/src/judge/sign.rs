//! `sign`: exact first, equivalent if its own request verifies, else a mismatch.

use sigv4_protocol::{Answer, Sent, SignedAnswer, Stage};
use sigv4_vectors::model::Signing;

use super::finding::{Finding, Judgement};
use super::verdict::Verdict;
use super::wire::Standing;
use super::{stages, wire};

/// Judges a signed request; `None` for the answer of another operation.
pub(super) fn judge(signing: &Signing, answer: &Answer) -> Option<Judgement> {
    let Answer::Signed(answer) = answer else { return None };
    Some(judge_signed(signing, answer))
}

/// Judges what was signed.
pub(super) fn judge_signed(signing: &Signing, answer: &SignedAnswer) -> Judgement {
    let sent = match Sent::read(signing.placement, &answer.request) {
        Ok(sent) => sent,
        Err(summary) => {
            return Judgement::mismatch(Finding { stage: Stage::Wire, summary, difference: None });
        }
    };
    let wire = wire::check(signing, &answer.request, &sent);
    if sent.signature == signing.expect.signature.as_bytes() {
        return match wire {
            Ok(_) => Judgement {
                notes: stages::notes_on_exact(&signing.expect, answer),
                ..Judgement::of(Verdict::Exact)
            },
            Err(finding) => Judgement::mismatch(*finding),
        };
    }
    if let Some(finding) = wire::unsigned_payload(signing, &answer.request) {
        return Judgement::mismatch(finding);
    }
    let finding = stages::first_difference(signing, answer, &sent);
    match wire {
        Ok(Standing::Verified) => {
            Judgement { notes: vec![finding.summary], ..Judgement::of(Verdict::Equivalent) }
        }
        _ => Judgement::mismatch(finding),
    }
}
