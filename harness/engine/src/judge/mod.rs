//! Comparing what a subject did with what a correct one does.
//!
//! Exact first; a signer that covers other headers may still be right, which its own signed
//! request shows when the reference verifier takes it; anything else is a mismatch, located at the
//! first stage and byte that differ. A derivation is right if every published key comes out.

mod difference;
mod finding;
mod keys;
mod signed;
mod stages;
mod verdict;
mod wire;

use sigv4_protocol::Answer;
use sigv4_vectors::model::{Case, Question};

use crate::subject::Fault;

pub use difference::{Component, Difference};
pub use finding::{Finding, Judgement};
pub(crate) use signed::judge_calls;
pub use stages::belong_together as stages_belong_together;
pub use verdict::Verdict;

/// Judges the reply to the question of `case`.
#[must_use]
pub fn judge(case: &Case, reply: &Result<Answer, Fault>) -> Judgement {
    let said = |verdict, detail: &str| Judgement {
        verdict,
        finding: None,
        notes: if detail.is_empty() { Vec::new() } else { vec![detail.to_owned()] },
    };
    match (&case.question, reply) {
        (_, Err(fault)) => said(Verdict::Error, &fault.to_string()),
        (_, Ok(Answer::Unsupported { detail })) => said(Verdict::Unsupported, detail),
        (_, Ok(Answer::Unrepresentable { detail })) => said(Verdict::Unrepresentable, detail),
        (_, Ok(Answer::Error { detail })) => said(Verdict::Error, detail),
        (Question::DeriveKey(derivation), Ok(Answer::Derived(answer))) => {
            keys::judge_derived(&derivation.expect, answer)
        }
        (Question::Sign(_), Ok(answer @ Answer::Signed(_)))
        | (Question::SignSequence(_), Ok(answer @ Answer::SignedSequence { .. })) => {
            judge_calls(case.calls(), answer.signed())
        }
        (Question::Sign(_) | Question::SignSequence(_), Ok(_)) => {
            said(Verdict::Error, "the question was to sign, the answer is of another operation")
        }
        (Question::DeriveKey(_), Ok(_)) => said(
            Verdict::Error,
            "the question was to derive a key, the answer is of another operation",
        ),
    }
}
