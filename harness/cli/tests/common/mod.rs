//! Running the binary, and showing what it did without what differs from machine to machine.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The command line under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_sigv4-conformance");

/// What a run of the binary left behind.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary with these arguments, in a folder of its own, with nothing on standard input and
/// none of the caller's variables that it reads.
pub(crate) fn harness<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = undisturbed(BINARY, folder);
    command.args(arguments);
    command
}

/// A program in this folder, with nothing on standard input and none of the caller's variables that
/// the binary reads.
pub(crate) fn undisturbed(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).env("COLUMNS", "100");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SIGV4_CONFORMANCE_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the command to its end, with `input` on its standard input.
pub(crate) fn end_with_input(command: &mut Command, input: &[u8]) -> Ended {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // A binary that does not read its input is none the worse for it.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the input is written");
    Ended {
        code: output.status.code().expect("an exit code, not a signal"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Runs the command to its end.
pub(crate) fn end(command: &mut Command) -> Ended {
    end_with_input(command, b"")
}

/// The helper program of `examples/miniature.rs`, which cargo builds along with the tests.
pub(crate) fn miniature() -> PathBuf {
    let path = Path::new(BINARY).with_file_name("examples").join("miniature");
    assert!(path.is_file(), "{}: run `cargo build --examples` first", path.display());
    path
}

/// Settings in which a snapshot holds no path of this machine, no time and no version.
pub(crate) fn snapshots(folder: &Path) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    let examples = Path::new(BINARY).with_file_name("examples");
    for (path, name) in [(folder, "[folder]"), (&examples, "[examples]")] {
        settings.add_filter(&regex_of(&path.display().to_string()), name);
    }
    settings.add_filter(r"\d+\.\d\d s\b", "[time]");
    settings.add_filter(r#""milliseconds":\d+"#, r#""milliseconds":0"#);
    settings.add_filter(r#"(time|timestamp)="[^"]+""#, r#"$1="[time]""#);
    settings.add_filter(r#""sha256:[0-9a-f]+"#, "\"sha256:[digest]");
    settings.add_filter(r"header\.json:\d+:\d+", "header.json:[line]:[column]");
    settings.add_filter(r"today is \d{4}-\d\d-\d\d", "today is [today]");
    settings.set_omit_expression(true);
    settings
}

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "exit code {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(formatter, "--- {name}\n{text}")?;
            }
        }
        Ok(())
    }
}

/// A pattern that fits this text alone.
fn regex_of(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, character| {
        if !character.is_alphanumeric() && character != '/' {
            pattern.push('\\');
        }
        pattern.push(character);
        pattern
    })
}
