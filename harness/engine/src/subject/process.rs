//! The driver of an adapter that lives for all questions: JSON Lines, pipelined.
//!
//! When something goes wrong with several questions open, the process is replaced and the open
//! ones are asked again one at a time, so that the fault is pinned to the question that causes it.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use super::answer::Answer;
use super::fault::{Fault, FaultKind};
use super::identity::Identity;
use super::plugged::{Command, Limits, StartError, greet};
use super::running::{Output, Running, fault_of};
use super::{Question, Subject, protocol};

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
            asked: HashMap::new(),
            replies: vec![None; questions.len()],
            answered,
            suspects: 0,
        };
        while !(batch.waiting.is_empty() && batch.open.is_empty()) {
            if let Err(fault) = self.step(&mut batch) {
                batch.fail_all(&fault);
            }
        }
        let missing = || Err(FaultKind::GaveUp { restarts: self.restarts }.into());
        batch.replies.into_iter().map(|reply| reply.unwrap_or_else(missing)).collect()
    }

    fn finish(&mut self) -> Vec<Fault> {
        if let Some(mut running) = self.running.take() {
            match running.receive_last(self.limits.timeout) {
                Output::Line(line) => {
                    let kind = match protocol::read_reply(&line) {
                        Ok(reply) if reply.seq < self.next_seq => {
                            FaultKind::AnsweredTwice { seq: reply.seq }
                        }
                        Ok(reply) => FaultKind::UnknownSeq { seq: reply.seq.to_string() },
                        Err(fault) => fault.kind,
                    };
                    self.incidents.push(running.fault(kind));
                }
                Output::End => {
                    running.leave(self.limits.timeout);
                }
                // It does not end with its input; it is ended. Nothing was asked of it any more.
                Output::Late | Output::TooLong => {}
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
        self.process()?;
        let window = batch.window(limits);
        let refill = batch.open.len() <= window / 2;
        while refill && batch.open.len() < window {
            let Some(index) = batch.waiting.pop_front() else { break };
            let seq = self.next_seq;
            self.next_seq += 1;
            batch.open.push_back(seq);
            batch.asked.insert(seq, index);
            let line = protocol::question(seq, &batch.questions[index]);
            self.process()?.send(line);
        }
        let next_seq = self.next_seq;
        let running = self.process()?;
        let output = running.receive(Instant::now() + limits.timeout);
        let fault = match output {
            Output::Line(line) => match protocol::read_reply(&line) {
                Ok(reply) => match batch.accept(reply, next_seq) {
                    Ok(()) => return Ok(()),
                    Err(kind) => running.fault(kind),
                },
                Err(fault) => running.fault(fault.kind),
            },
            other => fault_of(running, &other, limits.timeout),
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
    /// The question behind each number of this batch.
    asked: HashMap<u64, usize>,
    replies: Replies,
    answered: &'b (dyn Fn() + Sync),
    /// How many of the questions that wait are asked one at a time, because a fault fell among
    /// them.
    suspects: usize,
}

impl Batch<'_> {
    fn window(&self, limits: Limits) -> usize {
        if self.suspects > 0 { 1 } else { limits.window }
    }

    fn accept(&mut self, reply: protocol::Reply, next_seq: u64) -> Result<(), FaultKind> {
        let seq = reply.seq;
        if let Some(at) = self.open.iter().position(|&open| open == seq) {
            self.open.remove(at);
            self.settle(self.asked[&seq], Ok(reply.answer));
            return Ok(());
        }
        if (1..next_seq).contains(&seq) {
            return Err(FaultKind::AnsweredTwice { seq });
        }
        Err(FaultKind::UnknownSeq { seq: seq.to_string() })
    }

    /// Pins a fault to its question: the one that was answered before, or the open one if there
    /// is just one. Questions that stay open are to be asked again one at a time. A fault of a
    /// question that is none of this batch is given back.
    fn blame(&mut self, fault: Fault) -> Option<Fault> {
        let twice = match fault.kind {
            FaultKind::AnsweredTwice { seq } => Some(self.asked.get(&seq).copied()),
            _ => None,
        };
        if let (None, [seq]) = (twice, &*self.open.make_contiguous()) {
            let index = self.asked[seq];
            self.open.clear();
            self.settle(index, Err(fault));
            return None;
        }
        self.suspects = self.suspects.max(self.open.len());
        while let Some(seq) = self.open.pop_back() {
            self.waiting.push_front(self.asked[&seq]);
        }
        match twice {
            Some(Some(index)) => self.replies[index] = Some(Err(fault)),
            Some(None) => return Some(fault),
            None => {}
        }
        None
    }

    fn settle(&mut self, index: usize, reply: Result<Answer, Fault>) {
        self.replies[index] = Some(reply);
        self.suspects = self.suspects.saturating_sub(1);
        (self.answered)();
    }

    fn fail_all(&mut self, fault: &Fault) {
        let open: Vec<usize> = self.open.drain(..).map(|seq| self.asked[&seq]).collect();
        let waiting: Vec<usize> = self.waiting.drain(..).collect();
        for index in open.into_iter().chain(waiting) {
            self.settle(index, Err(fault.clone()));
        }
    }
}
