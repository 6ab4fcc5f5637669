//! What goes wrong with the protocol during a search: as in a run, nothing is proven then.

use sigv4_protocol::Answer;

use crate::subject::{Fault, FaultKind};

/// The faults of one subject.
#[derive(Debug, Default)]
pub(super) struct Faults {
    count: u64,
    first: Option<String>,
    end: Option<String>,
}

impl Faults {
    pub(super) fn note(&mut self, replies: &[Result<Answer, Fault>]) {
        for fault in replies.iter().filter_map(|reply| reply.as_ref().err()) {
            match &fault.kind {
                // A crate that is linked in has no protocol to break: its panic is a finding.
                FaultKind::Panicked { .. } => {}
                kind if is_final(fault) => {
                    self.end.get_or_insert_with(|| kind.to_string());
                }
                kind => {
                    self.count += 1;
                    self.first.get_or_insert_with(|| kind.to_string());
                }
            }
        }
    }

    /// Why the subject is not asked any more, if it is not.
    pub(super) fn end(&self) -> Option<String> {
        let why = self.end.as_ref()?.trim_start_matches("not asked: ");
        Some(format!("the search ended early: {why}"))
    }

    /// What the faults of single questions were, if there were any.
    pub(super) fn problem(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        Some(match self.count {
            1 => format!("the adapter failed over one question: {first}"),
            many => format!("the adapter failed over {many} questions, first like this: {first}"),
        })
    }
}

/// How many questions the subject was asked before it was given up.
pub(super) fn asked(replies: &[Result<Answer, Fault>]) -> usize {
    let is_final = |reply: &Result<Answer, Fault>| reply.as_ref().is_err_and(is_final);
    replies.iter().position(is_final).unwrap_or(replies.len())
}

/// Whether the adapter will not be asked any more.
fn is_final(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::GaveUp { .. } | FaultKind::TimedOutBefore { .. } | FaultKind::Unstartable { .. }
    )
}
