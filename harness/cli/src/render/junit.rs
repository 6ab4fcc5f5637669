//! JUnit XML.

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use sigv4_conformance::judge::Verdict;
use sigv4_conformance::log::{CaseEvent, Outcome, Problem, RunLog, reproducing};

use super::trouble::{Trouble, why};

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("sigv4-conformance");
    for run in runs {
        let subject = &run.header.subject;
        let mut suite = TestSuite::new(format!("{} {}", subject.name, subject.version));
        suite.set_time(Duration::from_millis(run.footer.milliseconds));
        suite.add_property(("digest", &run.header.suite.digest[..]));
        for remark in &run.footer.remarks {
            suite.add_property(("remark", &remark[..]));
        }
        let trouble = Trouble::of(run);
        let mut mistakes = HashMap::new();
        for mistake in &trouble.mistakes {
            let said = format!("{}: {}", mistake.names(), mistake.titles().join(" "));
            suite.add_property(("mistake", &format!("{said} ({})", mistake.explains())[..]));
            mistakes.extend(mistake.cases.iter().map(|case| (&case.id[..], mistake.names())));
        }
        let test_cases = run
            .cases
            .iter()
            .map(|case| test_case(run, case, mistakes.get(&case.id[..]).map(String::as_str)));
        suite.add_test_cases(test_cases);
        suite.add_test_cases(run.problems.iter().enumerate().map(problem_case));
        report.add_test_suite(suite);
    }
    // Written by itself, so that the error of a closed pipe is not wrapped.
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// `mistake` is what explains it, if it failed.
fn test_case(run: &RunLog, case: &CaseEvent, mistake: Option<&str>) -> TestCase {
    let why = why(case);
    let status = match case.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Known | Outcome::Noted => {
            let mut status = TestCaseStatus::skipped();
            let reason = case.known.as_ref().map_or(&why, |known| &known.reason);
            status.set_message(format!("{}: {reason}", case.verdict));
            status
        }
        Outcome::Failed => {
            let kind = match case.verdict {
                Verdict::Error => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_type(case.verdict.as_str());
            status.set_message(match mistake {
                Some(mistake) => format!("mistake {mistake}; {why}"),
                None => why,
            });
            status.set_description(format!("reproduce: {}", reproducing(run, &case.id)));
            status
        }
    };
    let (class, name) = case.id.rsplit_once('/').unwrap_or(("", &case.id));
    let mut test = TestCase::new(name, status);
    test.set_classname(class.replace('/', "."));
    test
}

fn problem_case((index, problem): (usize, &Problem)) -> TestCase {
    let (class, kind, message) = match problem {
        Problem::Adapter { message } => ("adapter", NonSuccessKind::Error, message.clone()),
        Problem::MixedUp { message } => {
            ("at-the-same-time", NonSuccessKind::Failure, message.clone())
        }
        Problem::NothingProven { message } => {
            ("nothing-proven", NonSuccessKind::Error, message.clone())
        }
        Problem::StaleExpectation { file, line, message } => {
            ("expectations", NonSuccessKind::Failure, format!("{file}:{line}: {message}"))
        }
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message);
    let mut test = TestCase::new(format!("problem-{}", index + 1), status);
    test.set_classname(class);
    test
}
