//! `test`: everything that must pass, step by step.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Instant;

use sigv4_conformance::matrix::Matrix;
use sigv4_conformance::subject::Adapter;
use sigv4_protocol::Side;

use crate::chore::{self, Background, ChoreError, TESTS, cargo, harness};
use crate::deny;
use crate::fuzz;
use crate::instructions;
use crate::package;
use crate::pages;
use crate::power;
use crate::regressions;
use crate::report;
use crate::setup::{self, ADAPTERS, CLIENTS, SERVERS};
use crate::vectors::{self, VectorsChore};

/// The steps that only run cargo: each name with its arguments.
const CHECKS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    (
        "lints",
        &[
            "clippy",
            "--profile",
            "checks",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ],
    ),
    ("documentation", &["doc", "--profile", "checks", "--workspace", "--no-deps", "--locked"]),
];

/// The test targets with tests that are ignored because they take minutes unless optimised.
const LONG_TESTS: &[(&str, &str)] = &[
    ("every mistake is named", "diagnosis"),
    ("mistakes behind the protocol are named", "mistakes"),
    ("every mistake is found by the search", "search"),
];

/// How many wrong requests a server that verifies nothing has to be seen to let pass.
const LET_PASS: usize = 300;
/// Where the results of this run are written.
const MATRIX: &str = "target/matrix";
/// How many pairs of inputs of the key derivation are compared: no two may share a key.
const KEY_PAIRS: &str = "1000000";
/// The adapters whose old releases are run here: those of npm are there within seconds.
const OLD_RELEASES: [&str; 3] = ["aws4", "aws4fetch", "smithy-signature-v4"];
/// How many generated cases each built-in subject is asked.
const SEARCHED: &str = "20000";

/// Runs all steps, or those whose names contain one of these texts.
pub(crate) fn run(root: &Path, texts: &[String]) -> Result<(), ChoreError> {
    let adapters = Adapter::all(&root.join(ADAPTERS))?;
    let clients = Adapter::clients(&root.join(CLIENTS))?;
    let mut servers = Adapter::servers(&root.join(SERVERS))?;
    servers.retain(setup::is_judged);
    let all_needed = chore::in_continuous_integration();
    let fuzz_build = RefCell::default();
    let set_up = texts.is_empty().then(|| Background::start(&["setup", "--yes"])).transpose()?;
    let steps = steps(root, &adapters, (&clients, &servers), set_up, &fuzz_build);
    run_all(chosen(steps, texts)?, all_needed, |line| println!("{line}"))
}

fn chosen<'a>(mut steps: Vec<Step<'a>>, texts: &[String]) -> Result<Vec<Step<'a>>, ChoreError> {
    let of = |step: &Step, text: &String| step.name.contains(&**text);
    if let Some(text) = texts.iter().find(|text| !steps.iter().any(|step| of(step, text))) {
        return Err(ChoreError::Tests(format!("no step has `{text}` in its name")));
    }
    steps.retain(|step| texts.is_empty() || texts.iter().any(|text| of(step, text)));
    Ok(steps)
}

/// One thing that must pass.
struct Step<'a> {
    name: String,
    /// What the machine lacks for it, asked when its turn comes.
    missing: Box<dyn Fn() -> Option<String> + 'a>,
    work: Box<dyn FnOnce() -> Result<(), ChoreError> + 'a>,
}

impl<'a> Step<'a> {
    /// A step that needs nothing but Rust.
    fn new(name: impl Into<String>, work: impl FnOnce() -> Result<(), ChoreError> + 'a) -> Self {
        Self { name: name.into(), missing: Box::new(|| None), work: Box::new(work) }
    }

    /// The same, skipped where the machine lacks something.
    fn unless(self, missing: impl Fn() -> Option<String> + 'a) -> Self {
        Self { missing: Box::new(missing), ..self }
    }
}

/// All steps, in order.
///
/// Downloads and builds that need nothing of each other run at the same time: the set-up beside the
/// checks and the build of the tests, unless it is started by its own step, then the build of the fuzz targets beside
/// the tests.
fn steps<'a>(
    root: &'a Path,
    adapters: &'a [Adapter],
    (clients, servers): (&'a [Adapter], &'a [Adapter]),
    set_up: Option<Background>,
    fuzz_build: &'a RefCell<Option<Background>>,
) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for (name, arguments) in CHECKS {
        steps.push(Step::new(*name, || {
            chore::run(cargo(root).args(*arguments).env("RUSTDOCFLAGS", "--deny warnings"))
        }));
    }
    steps.push(Step::new("build of the tests", || {
        chore::run(cargo(root).args(TESTS).arg("--no-run"))
    }));
    steps.push(Step::new("set-up, started with the first step", || {
        let set_up = set_up.map_or_else(|| Background::start(&["setup", "--yes"]), Ok)?;
        let result = set_up.finish(&mut io::stdout());
        if fuzz::missing(root).is_none() {
            *fuzz_build.borrow_mut() = Some(Background::start(&["fuzz", "--build"])?);
        }
        result
    }));
    steps.push(Step::new("tests", || chore::run(cargo(root).args(TESTS).arg("--no-fail-fast"))));
    for (name, target) in LONG_TESTS {
        let which = ["--test", target, "--", "--ignored"];
        steps.push(Step::new(*name, move || chore::run(cargo(root).args(TESTS).args(which))));
    }
    steps.push(Step::new("a million pairs of derived keys", || {
        let which = ["--test", "derivation", "sound_derivations", "--", "--nocapture"];
        chore::run(cargo(root).args(TESTS).args(which).env("SIGV4_CONFORMANCE_CASES", KEY_PAIRS))
    }));
    steps.push(Step::new("built-in signers", || chore::run(&mut harness(root, &["signer"])?)));
    steps.push(Step::new("built-in verifiers", || chore::run(&mut harness(root, &["verifier"])?)));
    for subject in ["reference", "model", "aws-sigv4"] {
        steps.push(Step::new(format!("search of {subject}"), move || {
            chore::run(&mut harness(root, &["search", subject, "--cases", SEARCHED])?)
        }));
    }
    for subject in ["reference", "model"] {
        steps.push(Step::new(format!("search of the verifier {subject}"), move || {
            let words = ["search", "--side", "verifier", subject, "--cases", SEARCHED];
            chore::run(&mut harness(root, &words)?)
        }));
    }
    steps.push(Step::new("kill matrix", || report::check_kill_matrix(root)));
    steps.push(Step::new("power of the search", || power::check(root)));
    steps.push(Step::new("lint of the vectors", || {
        vectors::run(root, VectorsChore::Lint).map_err(|error| ChoreError::Tests(error.to_string()))
    }));
    let build = Step::new("build of the fuzz targets, started after the set-up", || {
        fuzz_build.take().map_or(Ok(()), |build| build.finish(&mut io::stdout()))
    });
    steps.push(build.unless(|| fuzz::missing(root)));
    for (name, arguments) in fuzz::steps() {
        let step = Step::new(name, move || fuzz::run(root, &arguments));
        steps.push(step.unless(|| fuzz::missing(root)));
    }
    let counts = Step::new("instructions of the hot path", || instructions::check(root));
    steps.push(counts.unless(instructions::missing));
    let browser = Step::new("pages in a browser", || pages::check(root));
    steps.push(browser.unless(|| pages::missing(root)));
    for adapter in adapters {
        let name = format!("adapter {}", adapter.description.name);
        let step = Step::new(name, || check_adapter(root, adapter));
        steps.push(step.unless(|| setup::missing(adapter)));
    }
    let old = Step::new("old releases on npm", || regressions::check(root, &OLD_RELEASES));
    steps.push(old.unless(|| (!chore::is_installed("npm")).then(|| "npm".to_owned())));
    for side in [Side::Signer, Side::Verifier] {
        let of_side = adapters.iter().filter(move |it| it.description.sides.contains(&side));
        let servers = servers.iter().filter(move |_| side == Side::Verifier);
        let subjects: Vec<&Adapter> = of_side.chain(servers).collect();
        let name = format!("{side}s side by side");
        steps.push(Step::new(name, move || check_matrix(root, side, &subjects)));
    }
    for (name, check) in package::checks() {
        let step = Step::new(name, move || check(root));
        steps.push(step.unless(|| package::missing(root)));
    }
    steps.push(
        Step::new("licences and sources of the dependencies", || deny::run(root, false))
            .unless(|| package::missing(root)),
    );
    for client in clients.iter().filter(|client| !client.description.command.is_empty()) {
        let name = format!("client {}", client.description.name);
        let step = Step::new(name, || check_client(root, client));
        steps.push(step.unless(|| setup::missing(client)));
    }
    steps
}

/// Its requests, judged by `capture`: over plain HTTP, then over TLS, where some clients sign
/// otherwise.
fn check_client(root: &Path, client: &Adapter) -> Result<(), ChoreError> {
    let command = client.command()?;
    for options in [&["capture"][..], &["capture", "--tls"]] {
        if options.len() == 1 || client.description.tls != Some(false) {
            let mut capture = harness(root, options)?;
            let capture = capture.arg("--").arg(&command.program).args(&command.arguments);
            chore::run(capture)?;
        }
    }
    Ok(())
}

/// Whether the adapter itself works.
fn check_adapter(root: &Path, adapter: &Adapter) -> Result<(), ChoreError> {
    let command = adapter.command()?;
    let mut doctor = harness(root, &["doctor", "--"])?;
    chore::run(doctor.arg(command.program).args(command.arguments))
}

/// All subjects of a side, against their lists of known failures and the published results.
fn check_matrix(root: &Path, side: Side, subjects: &[&Adapter]) -> Result<(), ChoreError> {
    let folder = root.join(MATRIX);
    let mut matrix = harness(root, &["matrix", "--side", side.as_str(), "--output"])?;
    matrix.arg(&folder).args(["reference", "model"]);
    match side {
        Side::Signer => matrix.arg("aws-sigv4"),
        Side::Verifier => {
            matrix.arg("--signers").arg(root.join(report::REPORTS).join("signers.json"))
        }
    };
    let names = subjects.iter().filter(|subject| setup::missing(subject).is_none());
    chore::run(matrix.args(names.map(|subject| &subject.description.name)))?;
    let name = format!("{side}s.json");
    let today = folder.join(&name);
    let matrix = read_matrix(&today)?;
    let controls = subjects.iter().filter(|subject| is_negative_control(subject));
    check_controls(&matrix, controls.map(|it| &it.description.name[..]).collect())?;
    // Some of the published subjects take too long to be set up or asked here.
    let mut published = read_matrix(&root.join(report::REPORTS).join(&name))?;
    published.columns.retain(|old| matrix.columns.iter().any(|new| new.name == old.name));
    let before = folder.join(format!("published-{name}"));
    let text =
        serde_json::to_string(&published).map_err(|error| ChoreError::Tests(error.to_string()))?;
    fs::write(&before, text).map_err(ChoreError::file(&before))?;
    let mut compare = harness(root, &["compare"])?;
    chore::run(compare.arg(before).arg(today))
}

fn read_matrix(path: &Path) -> Result<Matrix, ChoreError> {
    let text = fs::read(path).map_err(ChoreError::file(path))?;
    Matrix::read(&text).map_err(|error| ChoreError::Tests(format!("{}: {error}", path.display())))
}

fn is_negative_control(subject: &Adapter) -> bool {
    subject.description.server.as_ref().is_some_and(|server| server.negative_control)
}

/// A server that verifies nothing must be seen to let nearly everything pass.
fn check_controls(matrix: &Matrix, controls: Vec<&str>) -> Result<(), ChoreError> {
    for name in controls {
        let column = matrix.columns.iter().find(|column| column.name == name);
        let let_pass = column.map_or(0, |column| column.let_pass);
        if let_pass < LET_PASS {
            return Err(ChoreError::Tests(format!(
                "{name} verifies nothing, and was seen to let pass {let_pass} requests only: expected \
                 {LET_PASS} at least"
            )));
        }
    }
    Ok(())
}

/// Runs every step and says what passed. Where nothing may be skipped, a skipped step fails the run:
/// the machine lacks what it should have.
fn run_all(
    steps: Vec<Step>,
    all_needed: bool,
    mut say: impl FnMut(&str),
) -> Result<(), ChoreError> {
    let total = steps.len();
    let (mut lines, mut passed, mut failed, mut skipped) = (Vec::new(), 0, 0, 0);
    for (number, step) in (1..).zip(steps) {
        let name = &step.name;
        say(&format!("\n== step {number} of {total}: {name}"));
        let start = Instant::now();
        let outcome = (step.missing)()
            .map_or_else(|| (step.work)().map(|()| None), |missing| Ok(Some(missing)));
        let seconds = start.elapsed().as_secs_f64();
        let line = match outcome {
            Ok(None) => {
                passed += 1;
                format!("passed   {name} ({seconds:.1} s)")
            }
            Ok(Some(missing)) => {
                skipped += 1;
                format!("skipped: needs {missing}: {name}")
            }
            Err(error) => {
                failed += 1;
                format!("FAILED   {name} ({seconds:.1} s): {error}")
            }
        };
        say(&line);
        lines.push(line);
    }
    say("\n== summary");
    for line in &lines {
        say(line);
    }
    say(&format!("{passed} passed, {failed} failed, {skipped} skipped"));
    match (failed, skipped) {
        (0, 0) => Ok(()),
        (0, _) if !all_needed => Ok(()),
        (0, skipped) => Err(ChoreError::Tests(format!("{skipped} steps were skipped"))),
        (failed, _) => Err(ChoreError::Tests(format!("{failed} steps failed"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(steps: Vec<Step>) -> String {
        let mut said = String::new();
        let _ = run_all(steps, false, |line| said.extend([line, "\n"]));
        said
    }

    #[test]
    fn steps_are_chosen_by_a_part_of_their_names() {
        let steps = || ["lints", "tests", "long tests"].map(|name| Step::new(name, || Ok(())));
        let names = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
            let steps = chosen(steps().into(), &texts)?;
            Ok::<_, ChoreError>(steps.into_iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap(), ["lints", "tests", "long tests"]);
        assert_eq!(names(&["long", "lint"]).unwrap(), ["lints", "long tests"]);
        let error = names(&["lints", "pages"]).unwrap_err();
        assert_eq!(error.to_string(), "no step has `pages` in its name");
    }

    #[test]
    fn each_step_says_its_number_and_its_time() {
        let lacking = Step::new("counts", || Ok(())).unless(|| Some("valgrind".to_owned()));
        let failing = Step::new("lints", || Err(ChoreError::Tests("no".to_owned())));
        let said = said(vec![Step::new("format", || Ok(())), lacking, failing]);
        assert_eq!(
            said,
            "
== step 1 of 3: format
passed   format (0.0 s)

== step 2 of 3: counts
skipped: needs valgrind: counts

== step 3 of 3: lints
FAILED   lints (0.0 s): no

== summary
passed   format (0.0 s)
skipped: needs valgrind: counts
FAILED   lints (0.0 s): no
1 passed, 1 failed, 1 skipped
"
        );
    }

    #[test]
    fn a_skipped_step_fails_where_nothing_may_be_skipped() {
        let steps = || {
            let lacking = Step::new("counts", || Ok(())).unless(|| Some("valgrind".to_owned()));
            vec![Step::new("format", || Ok(())), lacking]
        };
        assert!(run_all(steps(), false, |_| ()).is_ok());
        let error = run_all(steps(), true, |_| ()).expect_err("one is skipped");
        assert_eq!(error.to_string(), "1 steps were skipped");
    }

    #[test]
    fn the_steps_after_a_failed_one_run() {
        let ran = std::cell::Cell::new(false);
        let failing = Step::new("first", || Err(ChoreError::Tests("no".to_owned())));
        let next = Step::new("second", || {
            ran.set(true);
            Ok(())
        });
        let error = run_all(vec![failing, next], false, |_| ()).expect_err("one fails");
        assert_eq!(error.to_string(), "1 steps failed");
        assert!(ran.get());
    }
}
