//! Several processes of one adapter that share the questions, for an adapter that takes its time.

use std::panic::resume_unwind;
use std::thread;

use sigv4_protocol::{Answer, Identity, Question};

use super::fault::Fault;
use super::greeting::StartError;
use super::interface::{Leaving, Subject};
use super::process::Process;

/// Processes that greeted as the same adapter; at least one.
pub(super) struct Several {
    first: Process,
    others: Vec<Process>,
}

impl Several {
    /// Starts as many processes as are missing to `count`.
    pub(super) fn of(first: Process, count: usize) -> Result<Self, StartError> {
        let others = (1..count).map(|_| first.another()).collect::<Result<_, _>>()?;
        Ok(Self { first, others })
    }
}

impl Subject for Several {
    fn identity(&self) -> &Identity {
        self.first.identity()
    }

    fn ask(
        &mut self,
        questions: &[Question],
        answered: &(dyn Fn() + Sync),
    ) -> Vec<Result<Answer, Fault>> {
        let members: Vec<_> = std::iter::once(&mut self.first).chain(&mut self.others).collect();
        let share = questions.len().div_ceil(members.len()).max(1);
        thread::scope(|scope| {
            let shares = members.into_iter().zip(questions.chunks(share));
            let asked: Vec<_> = shares
                .map(|(member, share)| scope.spawn(move || member.ask(share, answered)))
                .collect();
            let replies = asked
                .into_iter()
                .flat_map(|asked| asked.join().unwrap_or_else(|panic| resume_unwind(panic)));
            replies.collect()
        })
    }

    fn finish(&mut self) -> Leaving {
        let mut all = self.first.finish();
        for other in &mut self.others {
            let Leaving { faults, left_behind, remarks } = other.finish();
            all.faults.extend(faults);
            all.left_behind.add(left_behind);
            all.remarks.extend(remarks);
        }
        all
    }
}
