//! Every vector as a test with a name, for a test target without Cargo's harness.

use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use sigv4_protocol::Question;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Case;

use super::report::{of_case, said};
use super::{Gate, GateError, Signer};
use crate::log::{CaseEvent, Outcome, RunLog};

/// The test of what concerns no single vector: stale entries of the list of known failures, a signer that
/// signs nothing.
const WHOLE: &str = "the-run-as-a-whole";

impl Gate {
    /// The `main` of a test target with `harness = false`: a test for each vector, named by its id, and
    /// `the-run-as-a-whole` for what concerns no single one. It takes the arguments of Rust's test
    /// programs (`--list`, `--exact`, `--skip`, a filter), so that `cargo test` and `cargo nextest` run it. A
    /// vector that is not asked is ignored.
    ///
    /// ```no_run
    /// # use sigv4_conformance::gate::{Gate, Refusal, SignQuestion, SignedAnswer, Signer};
    /// # struct MySigner;
    /// # impl Signer for MySigner {
    /// #     fn sign(&mut self, _: &SignQuestion) -> Result<SignedAnswer, Refusal> {
    /// #         Err(Refusal::Unsupported("nothing".into()))
    /// #     }
    /// # }
    /// fn main() -> std::process::ExitCode {
    ///     Gate::new("my-signer").main(MySigner)
    /// }
    /// ```
    #[must_use]
    pub fn main(&self, signer: impl Signer + Send + 'static) -> ExitCode {
        let arguments = Arguments::from_args();
        match self.trials(&arguments, Box::new(signer)) {
            Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn trials(
        &self,
        arguments: &Arguments,
        signer: Box<dyn Signer + Send>,
    ) -> Result<Vec<Trial>, GateError> {
        // Where each test has a process of its own, it unpacks only the file of its vector.
        let exact = arguments.filter.as_ref().filter(|name| arguments.exact && *name != WHOLE);
        let cases: Vec<&Case> = match exact {
            Some(id) => self.selection()?.case(Vectors::embedded(), id).into_iter().collect(),
            None => self.selected()?,
        };
        let is_ignored = |case: &Case| self.identity.lacks(&Question::of(case)).is_some();
        let runs = |name: &str, is_ignored: bool| {
            let trial = Trial::test(name, || Ok(())).with_ignored_flag(is_ignored);
            !arguments.is_filtered_out(&trial) && !arguments.is_ignored(&trial)
        };
        let all = exact.is_none() && runs(WHOLE, false);
        let asked = cases.iter().filter(|case| all || runs(&case.id, is_ignored(case)));
        let whole = Arc::new(Whole {
            cases: asked.copied().collect(),
            partial: !all || !self.filters.is_empty(),
            gate: self.clone(),
            signer: Mutex::new(signer),
            log: OnceLock::new(),
        });
        let named = cases.iter().map(|case| {
            let (whole, id) = (Arc::clone(&whole), case.id.clone());
            Trial::ignorable_test(&case.id, move || whole.outcome(&id))
                .with_ignored_flag(is_ignored(case))
        });
        let mut trials: Vec<Trial> = named.collect();
        trials.push(Trial::test(WHOLE, move || whole.problems()));
        Ok(trials)
    }
}

/// The run that all the tests of a process share: whichever comes first starts it.
struct Whole {
    gate: Gate,
    signer: Mutex<Box<dyn Signer + Send>>,
    cases: Vec<&'static Case>,
    /// Whether the cases are only a part of what there is.
    partial: bool,
    log: OnceLock<Result<RunLog, String>>,
}

impl Whole {
    fn log(&self) -> Result<&RunLog, Failed> {
        let run = || {
            let mut signer = self.signer.lock().unwrap_or_else(PoisonError::into_inner);
            let log = self.gate.run_cases(&mut **signer, &self.cases, self.partial);
            log.map_err(|error| error.to_string())
        };
        self.log.get_or_init(run).as_ref().map_err(Failed::from)
    }

    fn outcome(&self, id: &str) -> Result<Completion, Failed> {
        let log = self.log()?;
        let Some(case) = log.cases.iter().find(|case| case.id == id) else {
            return Err(format!("{id} was not asked").into());
        };
        match case.outcome {
            Outcome::Passed => Ok(Completion::Completed),
            Outcome::Failed => Err(of_case(case, log.attribution.as_ref()).into()),
            Outcome::Known | Outcome::Noted => Ok(Completion::ignored_with(why(case))),
        }
    }

    fn problems(&self) -> Result<(), Failed> {
        let problems: Vec<String> = self.log()?.problems.iter().map(said).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("\n").into()) }
    }
}

/// Why a case that does not conform does not fail.
fn why(case: &CaseEvent) -> String {
    match (&case.known, &case.notes[..]) {
        (Some(known), _) => format!("known: {}", known.reason),
        (None, [note, ..]) => format!("{}: {note}", case.verdict),
        (None, []) => format!("{}: not a `must`", case.verdict),
    }
}
