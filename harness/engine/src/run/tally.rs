//! What a run has come to so far.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use jiff::tz::TimeZone;
use sigv4_mistakes::diagnose::{Attribution, Ruled, Signed, attribute, attribute_rulings};
use sigv4_protocol::{Answer, Identity, Question, Side};
use sigv4_vectors::model::{Case, Ruling};

use super::{Judged, Plan};
use crate::expectations::{self, Explanations};
use crate::judge::Verdict;
use crate::log::{CaseEvent, Excuse, Footer, Outcome, Problem, Rejections, RunResult};
use crate::subject::{Leaving, Subject};

/// How long all answers that are kept for finding mistakes may be together, in bytes.
const KEPT_IN_ALL: usize = 32 << 20;

#[derive(Default)]
pub(super) struct Tally<'p> {
    side: Side,
    /// The cases that a verifier accepted.
    pub(super) accepted: HashSet<String>,
    outcomes: HashMap<String, expectations::Outcome>,
    counts: BTreeMap<Verdict, usize>,
    failed: usize,
    known: usize,
    noted: usize,
    asked: usize,
    proven: usize,
    /// Whether a verifier was asked what it must reject, and whether it rejected any of it.
    rejections: Rejections,
    /// What became of a case that a verifier accepted before.
    pub(super) lost_twin: Option<String>,
    /// How many cases were not asked because the run was ended early.
    pub(super) left: usize,
    problems: usize,
    incomplete: bool,
    remarks: Vec<String>,
    /// What was signed, in the order in which it was asked, with the wrong answers.
    signed: Vec<(Cow<'p, Case>, Verdict, Option<Answer>)>,
    /// What a verifier said.
    ruled: Vec<(Cow<'p, Case>, Ruling)>,
    /// How long the wrong answers in `signed` are.
    kept: usize,
}

impl<'p> Tally<'p> {
    pub(super) fn of(side: Side) -> Self {
        Self { side, ..Self::default() }
    }

    /// Counts what is certain before the mistakes are known.
    pub(super) fn count(&mut self, case: &CaseEvent) {
        *self.counts.entry(case.verdict).or_default() += 1;
        if case.verdict == Verdict::Accept {
            self.accepted.insert(case.id.clone());
        }
        self.asked += usize::from(case.was_asked());
        self.incomplete |= case.incident;
        let outcome = if case.was_asked() {
            expectations::Outcome::Judged {
                verdict: case.verdict,
                stage: case.stage(),
                conforms: case.conforms() && case.excuse != Some(Excuse::TwinRejected),
                is_weakness: case.is_weakness(),
            }
        } else {
            expectations::Outcome::NotAsked
        };
        self.outcomes.insert(case.id.clone(), outcome);
    }

    /// Counts what a case means for the run.
    pub(super) fn settle(&mut self, case: &CaseEvent) {
        self.failed += usize::from(case.outcome == Outcome::Failed);
        self.known += usize::from(case.outcome == Outcome::Known);
        self.noted += usize::from(case.outcome == Outcome::Noted);
        self.proven += usize::from(case.proves_something());
        self.rejections.count(case);
    }

    /// Keeps what is needed to find the mistakes, up to a limit. Returns whether it was kept.
    pub(super) fn keep(&mut self, judged: Judged<'p>) -> bool {
        let Judged { case, judgement, answer, .. } = judged;
        let answer = answer.filter(Answer::is_signed);
        match (judgement.verdict, answer) {
            (Verdict::Accept, _) => self.ruled.push((case, Ruling::Accept)),
            (Verdict::Reject, _) => self.ruled.push((case, Ruling::Reject)),
            (Verdict::Exact, Some(_)) => self.signed.push((case, Verdict::Exact, None)),
            (verdict @ (Verdict::Equivalent | Verdict::Mismatch), Some(answer)) => {
                self.kept += length(&answer);
                if self.kept > KEPT_IN_ALL {
                    return false;
                }
                self.signed.push((case, verdict, Some(answer)));
            }
            _ => return false,
        }
        true
    }

    /// The mistakes behind the mismatches or wrong rulings, if there are any.
    pub(super) fn attribution(&self, identity: &Identity, plan: &Plan<'_>) -> Option<Attribution> {
        let is_wrong = |verdict: Verdict| verdict == Verdict::Mismatch;
        let ruled = self.ruled.iter().map(|(case, ruling)| Ruled { case, ruling: *ruling });
        let ruled: Vec<Ruled<'_>> = ruled.collect();
        let mismatches = self.signed.iter().any(|(_, verdict, _)| is_wrong(*verdict));
        if !mismatches && !ruled.iter().any(Ruled::is_wrong) {
            return None;
        }
        // Cases that the subject could be asked and is not asked now, the binding ones first.
        let could_be_asked = |case: &&Case| {
            !self.outcomes.contains_key(&case.id)
                && identity.lacks(&Question::of(case)).is_none()
                && case.needs.iter().all(|need| identity.features.contains(need))
        };
        let mut others: Vec<&Case> = plan.vectors.cases().filter(could_be_asked).collect();
        others.sort_by_key(|case| case.level);
        if self.side == Side::Verifier {
            return Some(attribute_rulings(&ruled, &others));
        }
        let signed = self.signed.iter().map(|(case, verdict, answer)| Signed {
            case,
            answer: answer.as_ref(),
            wrong: is_wrong(*verdict),
        });
        Some(attribute(&signed.collect::<Vec<_>>(), &others))
    }

    pub(super) fn count_problem(&mut self, problem: &Problem) {
        self.problems += 1;
        self.incomplete |= problem.leaves_nothing_proven();
    }

    /// Ends the subject, and returns everything that fails the run and is not the verdict of a case.
    pub(super) fn problems(
        &mut self,
        subject: &mut dyn Subject,
        plan: &Plan<'_>,
        explanations: &Explanations<'_>,
    ) -> Vec<Problem> {
        let mixed_up = if self.left == 0 { subject.mixes_up() } else { None };
        let Leaving { faults, left_behind, remarks } = subject.finish();
        self.remarks.extend(left_behind.remark().into_iter().chain(remarks));
        let mut problems: Vec<Problem> =
            faults.iter().map(|fault| Problem::Adapter { message: fault.to_string() }).collect();
        problems.extend(mixed_up.map(|message| Problem::MixedUp { message }));
        problems.extend(self.lost_twin.take().map(|message| Problem::Adapter { message }));
        let judged = self.counts.values().sum::<usize>();
        if judged != plan.cases.len() {
            let message = format!("{} cases planned, {judged} judged", plan.cases.len());
            problems.push(Problem::Adapter { message });
        }
        let today = jiff::Timestamp::now().to_zoned(TimeZone::UTC).date();
        let stale = plan.expectations.stale(
            plan.partial,
            plan.vectors,
            &self.outcomes,
            explanations,
            today,
        );
        problems.extend(stale.into_iter().map(|stale| Problem::StaleExpectation {
            file: stale.file,
            line: stale.line,
            message: stale.problem,
        }));
        // What fails anyway ends with the code of the failure.
        let is_proven = self.left == 0 && self.proven > 0 && !self.rejections.are_missing();
        if self.asked == 0 || (!is_proven && self.failed + problems.len() == 0) {
            problems.push(Problem::NothingProven { message: self.nothing_proven(subject) });
        }
        problems
    }

    /// Why a run without a failure proves nothing.
    fn nothing_proven(&self, subject: &dyn Subject) -> String {
        if self.left > 0 {
            return format!("the run was ended early: {} cases were not asked", self.left);
        }
        if self.asked == 0 {
            let roles: Vec<&str> =
                subject.identity().roles.iter().map(|role| role.as_str()).collect();
            let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
            return format!(
                "nothing was asked: no case is within the roles (declared: {roles}) and profiles \
                 of the adapter"
            );
        }
        if self.rejections.are_missing() {
            return "nothing was rejected of what must be rejected".to_owned();
        }
        let unasked = self.counts.values().sum::<usize>() - self.asked;
        let answered = |(verdict, count): (&Verdict, &usize)| {
            let unasked = if *verdict == Verdict::Unsupported { unasked } else { 0 };
            (*count > unasked).then(|| format!("{} {verdict}", count - unasked))
        };
        let answered: Vec<String> = self.counts.iter().filter_map(answered).collect();
        let done = match self.side {
            Side::Signer => "signed",
            Side::Verifier => "ruled",
        };
        format!("no case was {done} as expected: of {} asked, {}", self.asked, answered.join(", "))
    }

    pub(super) fn footer(self, start: Instant) -> Footer {
        let result = if self.incomplete {
            RunResult::Incomplete
        } else if self.failed + self.problems > 0 {
            RunResult::Unexpected
        } else {
            RunResult::AsExpected
        };
        Footer {
            side: self.side,
            counts: self.counts,
            failed: self.failed,
            known: self.known,
            noted: self.noted,
            asked: self.asked,
            problems: self.problems,
            remarks: self.remarks,
            result,
            milliseconds: start.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        }
    }
}

/// About how much memory an answer takes.
fn length(answer: &Answer) -> usize {
    answer.steps().iter().map(|(_, text)| text.len()).sum()
}
