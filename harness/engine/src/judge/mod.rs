//! Comparing what a subject did with what a correct one does.
//!
//! Exact first; a signer that covers other headers may still be right, which its own signed
//! request shows when the reference verifier takes it; anything else is a mismatch, located at the
//! first stage and byte that differ. A derivation is right if every published key comes out.

mod difference;
mod keys;
mod sent;
mod stages;
mod wire;

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::{Case, Question, Signing};

use crate::subject::{Answer, Fault, SignedAnswer};

pub use difference::{Component, Difference};
pub use stages::belong_together as stages_belong_together;

pub(crate) use sent::Sent;
use wire::Standing;

/// What the harness says of one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Where and how the subject differs; only with [`Verdict::Mismatch`].
    pub finding: Option<Finding>,
    /// The subject's own words, or what else is worth knowing.
    pub notes: Vec<String>,
}

/// The verdict on a signer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The expected signature.
    Exact,
    /// Another legitimate set of headers or payload marker, and its own signed request verifies.
    Equivalent,
    /// Neither.
    Mismatch,
    /// It says that it lacks the feature.
    Unsupported,
    /// Its interface or HTTP library cannot hold the input.
    Unrepresentable,
    /// A crash, a time-out, a protocol fault.
    Error,
}

/// A step on the way from request to signature.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The canonical request.
    CanonicalRequest,
    /// The string to sign.
    StringToSign,
    /// The derived key.
    SigningKey,
    /// The signature itself.
    Signature,
    /// What is sent.
    Wire,
}

/// Where a subject first differs from a correct signer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The first stage that differs.
    pub stage: Stage,
    /// What differs, in one sentence.
    pub summary: String,
    /// The two sides, where both are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

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

impl Verdict {
    /// Every verdict, in the order in which they are reported.
    pub const ALL: [Self; 6] = [
        Self::Exact,
        Self::Equivalent,
        Self::Mismatch,
        Self::Unsupported,
        Self::Unrepresentable,
        Self::Error,
    ];

    /// Whether the subject did what the vector expects.
    #[must_use]
    pub fn conforms(self) -> bool {
        matches!(self, Self::Exact | Self::Equivalent)
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Equivalent => "equivalent",
            Self::Mismatch => "mismatch",
            Self::Unsupported => "unsupported",
            Self::Unrepresentable => "unrepresentable",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Stage {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CanonicalRequest => "canonical-request",
            Self::StringToSign => "string-to-sign",
            Self::SigningKey => "signing-key",
            Self::Signature => "signature",
            Self::Wire => "wire",
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}
