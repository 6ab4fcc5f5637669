//! The driver of an adapter that lives for all questions: JSON Lines, pipelined.
//!
//! When something goes wrong with several questions open, the process is replaced and the open
//! ones are asked again one at a time, so that the fault is pinned to the question that causes it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use sigv4_protocol::{Answer, Identity, Question, lines};

use super::Subject;
use super::fault::{Fault, FaultKind};
use super::plugged::{Command, Limits, StartError, greet};
use super::running::{Running, Silence};

/// The longest pause in which an adapter is left to itself.
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

    /// The process, started anew if the one before is gone.
    fn process(&mut self) -> Result<&mut Running, Fault> {
        if self.running.is_none() {
            if self.restarts == self.limits.restarts {
                return Err(FaultKind::GaveUp { restarts: self.restarts }.into());
            }
            self.restarts += 1;
            let (running, _) = greet(&self.command, self.limits).map_err(|error| match error {
                StartError::Fault { fault, .. } => fault,
                StartError::Unstartable { problem, .. } => {
                    FaultKind::Unstartable { problem }.into()
                }
            })?;
            self.running = Some(running);
        }
        // It was set just above where it was not there.
        self.running.as_mut().ok_or_else(|| FaultKind::GaveUp { restarts: self.restarts }.into())
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
            answered,
            refilled: None,
            pace: Duration::ZERO,
            suspects: 0,
        };
        while !(batch.waiting.is_empty() && batch.open.is_empty()) {
            if let Err(fault) = self.step(&mut batch) {
                batch.fail_all(&fault);
            }
        }
        self.next_seq = batch.next_seq();
        let missing = || Err(FaultKind::GaveUp { restarts: self.restarts }.into());
        batch.replies.into_iter().map(|reply| reply.unwrap_or_else(missing)).collect()
    }

    fn finish(&mut self) -> Vec<Fault> {
        if let Some(mut running) = self.running.take() {
            match running.receive_last(self.limits.timeout) {
                Ok(line) => {
                    let kind = match lines::read_reply(line) {
                        Ok(reply) if reply.seq < self.next_seq => {
                            FaultKind::AnsweredTwice { seq: reply.seq }
                        }
                        Ok(reply) => FaultKind::UnknownSeq { seq: reply.seq.to_string() },
                        Err(malformed) => malformed.into(),
                    };
                    self.incidents.push(running.fault(kind));
                }
                Err(Silence::End) => {
                    running.leave(self.limits.timeout);
                }
                // It does not end with its input; it is ended. Nothing was asked of it any more.
                Err(Silence::Late | Silence::TooLong) => {}
            }
        }
        std::mem::take(&mut self.incidents)
    }
}

impl Process {
    /// Takes in one line, and sends as much as the window allows where half of it is answered: so
    /// the adapter always has something to do, and neither side is woken for each line.
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
        let reply = running.receive_at_leisure(pause, now + limits.timeout);
        let reply = reply.map(lines::read_reply);
        let fault = match reply {
            Ok(Ok(reply)) => match batch.accept(reply) {
                Ok(()) => return Ok(()),
                Err(kind) => running.fault(kind),
            },
            Ok(Err(malformed)) => running.fault(malformed.into()),
            Err(silence) => running.fault_of(silence, limits.timeout),
        };
        self.running = None;
        if let Some(fault) = batch.blame(fault) {
            self.incidents.push(fault);
        }
        Ok(())
    }
}

/// The questions of one call, and how far they have come.
struct Batch<'b> {
    questions: &'b [Question],
    waiting: VecDeque<usize>,
    /// Numbers of the questions that are asked and not answered, in order.
    open: VecDeque<u64>,
    /// The number of the first question that was asked.
    first_seq: u64,
    /// The question behind each number from that on.
    asked: Vec<usize>,
    replies: Replies,
    answered: &'b (dyn Fn() + Sync),
    /// When the window was last refilled, and how long after the time before.
    refilled: Option<Instant>,
    pace: Duration,
    /// How many of the questions that wait are asked one at a time, because a fault fell among
    /// them.
    suspects: usize,
}

impl Batch<'_> {
    fn window(&self, limits: Limits) -> usize {
        if self.suspects > 0 { 1 } else { limits.window }
    }

    /// How long the adapter may be left to itself: the time of a quarter of the answers that it
    /// gives between two refills, as long as it has more than these to give.
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

    /// The next question that waits, now open under its number.
    fn next(&mut self) -> Option<(u64, &Question)> {
        let index = self.waiting.pop_front()?;
        let seq = self.next_seq();
        self.open.push_back(seq);
        self.asked.push(index);
        Some((seq, &self.questions[index]))
    }

    /// The index of the question with the number; `None` if it is none of this batch.
    fn asked_as(&self, seq: u64) -> Option<usize> {
        let at = seq.checked_sub(self.first_seq)?;
        self.asked.get(usize::try_from(at).ok()?).copied()
    }

    fn accept(&mut self, reply: lines::Reply) -> Result<(), FaultKind> {
        let seq = reply.seq;
        let at = self.open.iter().position(|&open| open == seq);
        if let (Some(at), Some(index)) = (at, self.asked_as(seq)) {
            self.open.remove(at);
            self.settle(index, Ok(reply.answer));
            return Ok(());
        }
        if (1..self.next_seq()).contains(&seq) {
            return Err(FaultKind::AnsweredTwice { seq });
        }
        Err(FaultKind::UnknownSeq { seq: seq.to_string() })
    }

    /// Pins a fault to its question: the one that was answered before, or the open one if there
    /// is just one. Questions that stay open are to be asked again one at a time. A fault of a
    /// question that is none of this batch is given back.
    fn blame(&mut self, fault: Fault) -> Option<Fault> {
        let twice = match fault.kind {
            FaultKind::AnsweredTwice { seq } => Some(self.asked_as(seq)),
            _ => None,
        };
        let open = self.take_open();
        if let (None, &[index]) = (twice, &*open) {
            self.settle(index, Err(fault));
            return None;
        }
        self.suspects = self.suspects.max(open.len());
        for index in open.into_iter().rev() {
            self.waiting.push_front(index);
        }
        match twice {
            Some(Some(index)) => self.replies[index] = Some(Err(fault)),
            Some(None) => return Some(fault),
            None => {}
        }
        None
    }

    /// The questions that were open, in the order of their numbers.
    fn take_open(&mut self) -> Vec<usize> {
        let open = std::mem::take(&mut self.open);
        open.into_iter().filter_map(|seq| self.asked_as(seq)).collect()
    }

    fn settle(&mut self, index: usize, reply: Result<Answer, Fault>) {
        self.replies[index] = Some(reply);
        self.suspects = self.suspects.saturating_sub(1);
        (self.answered)();
    }

    fn fail_all(&mut self, fault: &Fault) {
        let waiting: Vec<usize> = self.waiting.drain(..).collect();
        for index in self.take_open().into_iter().chain(waiting) {
            self.settle(index, Err(fault.clone()));
        }
    }
}
