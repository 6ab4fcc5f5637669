//! Comparing what a subject did with what a correct one does.
//!
//! Exact first; a signer that covers other headers may still be right, which its own signed
//! request shows when the reference verifier takes it; anything else is a mismatch, located at the
//! first stage and byte that differ. A derivation is right if every published key comes out. A stream
//! is right if its head is, and every piece has the signature that follows from the one before. A signature of SigV4A is
//! verified, never compared. Of a verifier only the decision is judged, not the reason.

mod body;
mod derive_key;
mod derive_key_pair;
mod difference;
mod finding;
mod sides;
mod sign;
mod sign_chunks;
mod sign_events;
mod sign_legacy;
mod sign_post_policy;
mod sign_sequence;
mod sign_v4a;
mod sign_v4a_chunks;
mod stages;
mod stream;
mod token;
mod verdict;
mod verify;
mod wire;

use sigv4_protocol::Answer;
use sigv4_vectors::model::{Case, Question};

use crate::subject::Fault;

pub use difference::{Component, Difference};
pub use finding::{Finding, Judgement};
pub use sides::{Sides, visible};
pub(crate) use sign_sequence::judge_calls;
pub use stages::belong_together as stages_belong_together;
pub use verdict::Verdict;

/// What an adapter says, which nobody shall take for words of the harness.
#[must_use]
pub fn in_its_words(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!("it says: {detail}") }
}

/// Judges the reply to the question of `case`. An operation has a file here, and a row below.
#[must_use]
pub fn judge(case: &Case, reply: &Result<Answer, Fault>) -> Judgement {
    let said = |verdict, detail: &str| Judgement {
        notes: if detail.is_empty() { Vec::new() } else { vec![in_its_words(detail)] },
        ..Judgement::of(verdict)
    };
    let answer = match reply {
        Err(fault) => return Judgement::incident(fault.to_string()),
        Ok(Answer::Unsupported { detail }) => return said(Verdict::Unsupported, detail),
        Ok(Answer::Unrepresentable { detail }) => return said(Verdict::Unrepresentable, detail),
        Ok(Answer::Error { detail }) => return said(Verdict::Error, detail),
        Ok(answer) => answer,
    };
    let judgement = match &case.question {
        Question::DeriveKey(derivation) => derive_key::judge(derivation, answer),
        Question::DeriveKeyPair(derivation) => derive_key_pair::judge(derivation, answer),
        Question::Sign(signing) => sign::judge(signing, answer),
        Question::SignSequence(calls) => sign_sequence::judge(calls, answer),
        Question::SignChunks(signing) => sign_chunks::judge(signing, answer),
        Question::SignEvents(signing) => sign_events::judge(signing, answer),
        Question::SignV4a(signing) => sign_v4a::judge(signing, answer),
        Question::SignV4aChunks(signing) => sign_v4a_chunks::judge(signing, answer),
        Question::Verify(verification) => verify::judge(verification, case.level, answer),
        Question::SignPostPolicy(signing) => sign_post_policy::judge(signing, answer),
        Question::SignLegacy(signing) => sign_legacy::judge(signing, answer),
        Question::Token(making) => token::judge(making, answer),
    };
    judgement.unwrap_or_else(|| {
        let asked = sigv4_protocol::Question::of(case).operation().as_str();
        Judgement::incident(format!(
            "the question was `{asked}`, the answer is of another operation"
        ))
    })
}
