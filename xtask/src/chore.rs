//! Running programs, and why that fails.

use std::env;
use std::fs::File;
use std::io::{self, Seek as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sigv4_conformance::subject::AdapterError;

/// Why a chore failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChoreError {
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    #[error("cannot wait for {program} and show its output: {source}")]
    Background { program: String, source: io::Error },
    #[error("{program} failed: {status}")]
    Failed { program: String, status: String },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Incomplete(String),
    #[error("{0} is not installed: run `cargo xtask setup`")]
    Missing(String),
    #[error("{0}")]
    Tests(String),
    #[error("cannot find the folder of the repository: {0}")]
    Root(io::Error),
    #[error("cannot start {program}: {}", why(source))]
    Start { program: String, source: io::Error },
}

impl ChoreError {
    /// Names the file at which something failed.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

/// Why a program did not start; the text of the system does not say what it is that does not exist.
fn why(source: &io::Error) -> String {
    if source.kind() == io::ErrorKind::NotFound {
        return "the program is not installed, or not in PATH".to_owned();
    }
    source.to_string()
}

/// Cargo, in the folder of the repository.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    as_by_hand(command.current_dir(root));
    command
}

/// Lets a command run, and cargo in it, as if it were called by hand.
///
/// `cargo run` describes the package of this program in environment variables. Build scripts that
/// read variables of these names (that of `ring`) would run again, and all that depends on them be
/// compiled again, whenever cargo is called by this program after it was called by hand.
pub(crate) fn as_by_hand(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let describes = |prefix: &[u8]| name.as_encoded_bytes().starts_with(prefix);
        if describes(b"CARGO_MANIFEST_") || describes(b"CARGO_PKG_") {
            command.env_remove(name);
        }
    }
}

/// The tests with everything that they and the chores run, all of which one build makes: other
/// packages, other features or another profile would build nearly everything again. `benches` has no
/// tests, and its dependencies would change the features of everyone else's.
pub(crate) const TESTS: &[&str] =
    &["test", "--profile", "checks", "--workspace", "--exclude", "benches", "--locked"];

/// The options of that build, for other verbs of cargo.
pub(crate) const SAME_BUILD: &[&str] = TESTS.split_at(1).1;

/// The program of the command line, from the build of the tests.
pub(crate) fn program(root: &Path) -> Result<PathBuf, ChoreError> {
    run(cargo(root).args(TESTS).args(["--no-run", "--quiet"]))?;
    Ok(target(root).join("checks/sigv4-conformance"))
}

/// The folder in which cargo builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    root.join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The command line.
pub(crate) fn harness(root: &Path, arguments: &[&str]) -> Result<Command, ChoreError> {
    let mut command = Command::new(program(root)?);
    command.args(arguments).current_dir(root);
    Ok(command)
}

/// Runs a program to its end. It writes to the same place as the chore.
pub(crate) fn run(command: &mut Command) -> Result<(), ChoreError> {
    let program = shown(command);
    let status = command
        .status()
        .map_err(|source| ChoreError::Start { program: program.clone(), source })?;
    if status.success() {
        Ok(())
    } else {
        Err(ChoreError::Failed { program, status: status.to_string() })
    }
}

/// Runs a program to its end and returns what it prints. Its messages go to the same place as those
/// of the chore.
pub(crate) fn output(command: &mut Command) -> Result<String, ChoreError> {
    let program = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| ChoreError::Start { program: program.clone(), source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(ChoreError::Failed { program, status: output.status.to_string() })
    }
}

/// A chore that runs in the background while another one goes on.
pub(crate) struct Background {
    program: String,
    child: Child,
    /// What it prints.
    output: File,
}

impl Background {
    /// Starts a chore of this program.
    pub(crate) fn start(arguments: &[&str]) -> Result<Self, ChoreError> {
        let program = format!("xtask {}", arguments.join(" "));
        let start = |source| ChoreError::Start { program: program.clone(), source };
        let mut command = Command::new(env::current_exe().map_err(start)?);
        Self::of(command.args(arguments), &program)
    }

    fn of(command: &mut Command, program: &str) -> Result<Self, ChoreError> {
        let start = |source| ChoreError::Start { program: program.to_owned(), source };
        let output = tempfile::tempfile().map_err(start)?;
        let [stdout, stderr] = [output.try_clone(), output.try_clone()];
        command.stdin(Stdio::null()).stdout(stdout.map_err(start)?).stderr(stderr.map_err(start)?);
        let child = command.spawn().map_err(start)?;
        Ok(Self { program: program.to_owned(), child, output })
    }

    /// Waits for its end and writes what it printed to `show`.
    pub(crate) fn finish(self, show: &mut impl Write) -> Result<(), ChoreError> {
        let Self { program, mut child, mut output } = self;
        let status = child.wait();
        let shown = output.rewind().and_then(|()| io::copy(&mut output, show));
        match status.and_then(|status| shown.map(|_| status)) {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(ChoreError::Failed { program, status: status.to_string() }),
            Err(source) => Err(ChoreError::Background { program, source }),
        }
    }
}

/// Whether a program is in `PATH`.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Fails where a program that the chore runs is not installed.
pub(crate) fn require(program: &str) -> Result<(), ChoreError> {
    if is_installed(program) { Ok(()) } else { Err(ChoreError::Missing(program.to_owned())) }
}

/// Whether this is a run of continuous integration, which may leave nothing out.
pub(crate) fn in_continuous_integration() -> bool {
    env::var_os("CI").is_some()
}

/// A command as it would be typed.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(Command::new("no-such-program").arg("now")).expect_err("there is none");
        assert_eq!(
            error.to_string(),
            "cannot start no-such-program now: the program is not installed, or not in PATH"
        );
    }

    #[test]
    fn what_runs_in_the_background_is_shown_and_judged_when_it_has_ended() {
        let script = |script: &str| {
            let mut command = Command::new("sh");
            Background::of(command.args(["-c", script]), "sh").expect("a shell")
        };
        let mut shown = Vec::new();
        script("echo out; echo err >&2").finish(&mut shown).expect("it passes");
        assert_eq!(shown, b"out\nerr\n");
        let error = script("exit 3").finish(&mut shown).expect_err("it fails");
        assert_eq!(error.to_string(), "sh failed: exit status: 3");
    }

    #[test]
    fn a_missing_program_is_an_error_that_says_what_to_do() {
        require("sh").expect("a shell");
        let error = require("no-such-program").expect_err("there is none");
        assert_eq!(error.to_string(), "no-such-program is not installed: run `cargo xtask setup`");
    }
}
