//! The driver of an adapter that lives for all questions: JSON Lines, pipelined.
//!
//! When something goes wrong with several questions open, the process is replaced and the open
//! questions are asked again one at a time, so that the fault is attributed to the question that
//! causes it. If it does not occur again, it is reported as an incident: no fault is dropped.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use sigv4_protocol::{Answer, Identity, Question, lines};

use super::budget::Budget;
use super::command::{Command, Limits};
use super::fault::{Fault, FaultKind};
use super::greeting::{StartError, greet, send_canary};
use super::interface::{Leaving, Subject};
use super::leftovers::LeftBehind;
use super::running::{Farewell, Running};

/// The longest time for which the harness sleeps while an adapter works.
const LONGEST_PAUSE: Duration = Duration::from_millis(2);

/// A long-lived adapter process.
pub(super) struct Process {
    command: Command,
    limits: Limits,
    identity: Identity,
    running: Option<Running>,
    restarts: u32,
    next_seq: u64,
    incidents: Vec<Fault>,
}

type Replies = Vec<Option<Result<Answer, Fault>>>;

impl Process {
    pub(super) fn new(
        command: Command,
        limits: Limits,
        identity: Identity,
        running: Running,
    ) -> Self {
        Self {
            command,
            limits,
            identity,
            running: Some(running),
            restarts: 0,
            next_seq: 1,
            incidents: Vec::new(),
        }
    }

    /// The process, restarted if the one before is gone.
    fn process(&mut self) -> Result<&mut Running, Fault> {
        if self.running.is_none() {
            if self.restarts == self.limits.restarts {
                return Err(FaultKind::GaveUp { restarts: self.restarts }.into());
            }
            self.restarts += 1;
            let running = self.start_again().map_err(StartError::into_fault)?;
            self.running = Some(running);
        }
        // It was set above if there was none.
        self.running.as_mut().ok_or_else(|| FaultKind::GaveUp { restarts: self.restarts }.into())
    }

    /// Another process of the same adapter.
    pub(super) fn another(&self) -> Result<Self, StartError> {
        let running = self.start_again()?;
        Ok(Self::new(self.command.clone(), self.limits, self.identity.clone(), running))
    }

    /// Starts the adapter again: it must greet as the same one, and answer the canary correctly.
    fn start_again(&self) -> Result<Running, StartError> {
        let (mut running, identity) = greet(&self.command, self.limits)?;
        if identity != self.identity {
            let shown = |identity: &Identity| {
                // An identity consists of JSON values.
                serde_json::to_string(identity).unwrap_or_default()
            };
            let kind =
                FaultKind::Changed { before: shown(&self.identity), after: shown(&identity) };
            return Err(StartError::Fault { asked: "hello", fault: running.fault(kind) });
        }
        send_canary(&mut running, self.limits)?;
        Ok(running)
    }
}

impl Subject for Process {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn ask(
        &mut self,
        questions: &[Question],
        answered: &(dyn Fn() + Sync),
    ) -> Vec<Result<Answer, Fault>> {
        let mut batch = Batch {
            questions,
            waiting: (0..questions.len()).collect(),
            open: VecDeque::new(),
            first_seq: self.next_seq,
            asked: Vec::with_capacity(questions.len()),
            replies: vec![None; questions.len()],
            budget: Budget::new(questions.len()),
            answered,
            refilled: None,
            pace: Duration::ZERO,
            suspects: 0,
            suspicion: None,
            incidents: Vec::new(),
        };
        while !(batch.waiting.is_empty() && batch.open.is_empty()) {
            if let Err(fault) = self.step(&mut batch) {
                batch.fail_all(&fault);
            }
        }
        self.next_seq = batch.next_seq();
        self.incidents.append(&mut batch.incidents);
        self.incidents.extend(batch.suspicion);
        let missing = || Err(FaultKind::GaveUp { restarts: self.restarts }.into());
        batch.replies.into_iter().map(|reply| reply.unwrap_or_else(missing)).collect()
    }

    fn finish(&mut self) -> Leaving {
        let mut left_behind = LeftBehind::default();
        if let Some(mut running) = self.running.take() {
            match running.farewell(self.limits.timeout) {
                Ok(left) => left_behind = left,
                Err(Farewell::Fault(fault)) => self.incidents.push(fault),
                Err(Farewell::Line(line)) => {
                    let kind = match lines::read_reply(&line) {
                        Ok(reply) if reply.seq < self.next_seq => {
                            FaultKind::AnsweredTwice { seq: reply.seq }
                        }
                        Ok(reply) => FaultKind::UnknownSeq { seq: reply.seq.to_string() },
                        Err(malformed) => malformed.into(),
                    };
                    self.incidents.push(running.fault(kind));
                }
            }
        }
        Leaving { faults: std::mem::take(&mut self.incidents), left_behind, ..Leaving::default() }
    }
}

impl Process {
    /// Receives one line, and refills the window once half of it is answered, so that the adapter
    /// always has something to do and neither side is woken for each line.
    fn step(&mut self, batch: &mut Batch<'_>) -> Result<(), Fault> {
        let limits = self.limits;
        let running = self.process()?;
        let window = batch.window(limits);
        let refill = batch.open.len() <= window / 2;
        while refill && batch.open.len() < window {
            let Some((seq, question)) = batch.next() else { break };
            lines::question(running.input(), seq, question);
        }
        let now = Instant::now();
        let pause = batch.pause(refill, window, now);
        let fault = match running.receive_at_leisure(pause, now + limits.timeout) {
            Ok(line) => match batch.take(line) {
                Ok(()) => return Ok(()),
                Err(kind) => running.fault(kind),
            },
            Err(silence) => running.fault_of(silence, limits.timeout),
        };
        self.running = None;
        batch.blame(fault);
        Ok(())
    }
}

/// The questions of one call of [`Subject::ask`], and their progress.
struct Batch<'b> {
    questions: &'b [Question],
    waiting: VecDeque<usize>,
    /// The numbers of the questions that were asked and not answered yet, in order.
    open: VecDeque<u64>,
    /// The number of the first question that was asked.
    first_seq: u64,
    /// The index of the question for each number from `first_seq` on.
    asked: Vec<usize>,
    replies: Replies,
    budget: Budget,
    answered: &'b (dyn Fn() + Sync),
    /// When the window was last refilled, and the time between the last two refills.
    refilled: Option<Instant>,
    pace: Duration,
    /// How many of the waiting questions are asked one at a time, because one of them may have
    /// caused a fault.
    suspects: usize,
    /// That fault, as long as none of them has caused it again.
    suspicion: Option<Fault>,
    /// Faults that no question of this batch caused.
    incidents: Vec<Fault>,
}

impl Batch<'_> {
    fn window(&self, limits: Limits) -> usize {
        if self.suspects > 0 { 1 } else { limits.window }
    }

    /// How long to sleep while the adapter works: a quarter of the time between two refills, as
    /// long as it has more than half of the window left to answer.
    fn pause(&mut self, refill: bool, window: usize, now: Instant) -> Duration {
        if refill {
            let last = self.refilled.replace(now);
            self.pace = last.map_or(Duration::ZERO, |last| now - last);
        }
        let at_leisure = window > 1 && self.open.len() > window / 2;
        if at_leisure { (self.pace / 4).min(LONGEST_PAUSE) } else { Duration::ZERO }
    }

    fn next_seq(&self) -> u64 {
        self.first_seq + self.asked.len() as u64
    }

    /// The next waiting question, which is now open, with its number.
    fn next(&mut self) -> Option<(u64, &Question)> {
        let index = self.waiting.pop_front()?;
        let seq = self.next_seq();
        self.open.push_back(seq);
        self.asked.push(index);
        Some((seq, &self.questions[index]))
    }

    /// The index of the question with this number; `None` if it is not in this batch.
    fn asked_as(&self, seq: u64) -> Option<usize> {
        let at = seq.checked_sub(self.first_seq)?;
        self.asked.get(usize::try_from(at).ok()?).copied()
    }

    /// Processes one line.
    fn take(&mut self, line: &[u8]) -> Result<(), FaultKind> {
        self.budget.spend(line)?;
        let lines::Reply { seq, answer } = lines::read_reply(line)?;
        let at = self.open.iter().position(|&open| open == seq);
        if let (Some(at), Some(index)) = (at, self.asked_as(seq)) {
            self.open.remove(at);
            self.settle(index, Ok(answer));
            return Ok(());
        }
        if (1..self.next_seq()).contains(&seq) {
            return Err(FaultKind::AnsweredTwice { seq });
        }
        Err(FaultKind::UnknownSeq { seq: seq.to_string() })
    }

    /// Attributes a fault to its question: the one that was answered twice, or the open one if
    /// there is only one. Otherwise the open questions are asked again one at a time, to see which
    /// it is.
    fn blame(&mut self, fault: Fault) {
        let twice = match fault.kind {
            FaultKind::AnsweredTwice { seq } => Some(self.asked_as(seq)),
            _ => None,
        };
        let open = self.take_open();
        if let (None, &[index]) = (twice, &*open) {
            return self.settle(index, Err(fault));
        }
        self.suspects = self.suspects.max(open.len());
        for index in open.into_iter().rev() {
            self.waiting.push_front(index);
        }
        match twice {
            Some(Some(index)) => self.replies[index] = Some(Err(fault)),
            Some(None) => self.incidents.push(fault),
            None => self.incidents.extend(self.suspicion.replace(fault)),
        }
    }

    /// The questions that were open, in the order of their numbers.
    fn take_open(&mut self) -> Vec<usize> {
        let open = std::mem::take(&mut self.open);
        open.into_iter().filter_map(|seq| self.asked_as(seq)).collect()
    }

    fn settle(&mut self, index: usize, reply: Result<Answer, Fault>) {
        if reply.is_err() {
            // The fault has occurred again, and belongs to this question.
            self.suspicion = None;
        }
        self.replies[index] = Some(reply);
        self.suspects = self.suspects.saturating_sub(1);
        if self.suspects == 0 {
            self.incidents.extend(self.suspicion.take());
        }
        (self.answered)();
    }

    fn fail_all(&mut self, fault: &Fault) {
        let waiting: Vec<usize> = self.waiting.drain(..).collect();
        for index in self.take_open().into_iter().chain(waiting) {
            self.settle(index, Err(fault.clone()));
        }
    }
}
