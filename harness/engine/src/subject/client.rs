//! A program that is followed from outside: it speaks no protocol, and what it prints is its own
//! affair.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio};

use sigv4_protocol::lines::VARIABLE_PREFIX;

use super::command::Command;
use super::leftovers;

/// A client. Dropping it kills the process and all that it started.
#[derive(Debug)]
pub struct Client(Child);

impl Client {
    /// Starts the command in a process group of its own, with these variables and without the caller's
    /// that are `removed`. It reads the caller's standard input, unless that is a terminal, and all
    /// that it prints goes to standard error.
    ///
    /// # Errors
    /// A program that is not there or cannot be started.
    pub fn start(
        command: &Command,
        variables: &[(String, String)],
        removed: &[&str],
    ) -> io::Result<Self> {
        // The terminal belongs to the harness: a process that reads from it in the background is stopped.
        let input = if io::stdin().is_terminal() { Stdio::null() } else { Stdio::inherit() };
        let mut prepared = prepared(command, variables, removed);
        prepared.stdin(input).stdout(io::stderr()).stderr(Stdio::inherit());
        leftovers::spawn(&mut prepared).map(Self)
    }

    /// Starts it in a folder, to be told what to do on its standard input and to answer on its standard
    /// output. What it prints on standard error goes to a file.
    ///
    /// # Errors
    /// As above.
    pub fn start_in(
        folder: &Path,
        errors: File,
        command: &Command,
        variables: &[(String, String)],
        removed: &[&str],
    ) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        let mut prepared = prepared(command, variables, removed);
        prepared.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut client = leftovers::spawn(&mut prepared).map(Self)?;
        let pipes = client.0.stdin.take().zip(client.0.stdout.take());
        // Both are pipes, as asked for above.
        let (input, output) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok((client, input, output))
    }

    /// Whether it has ended, and with which status. What it started and left behind is ended with it.
    pub fn ended(&mut self) -> Option<Option<ExitStatus>> {
        leftovers::has_ended(&self.0).then(|| {
            leftovers::end(&mut self.0);
            self.0.wait().ok()
        })
    }
}

fn prepared(
    command: &Command,
    variables: &[(String, String)],
    removed: &[&str],
) -> std::process::Command {
    let mut prepared = std::process::Command::new(&command.program);
    let ours = |name: &[u8]| name.starts_with(VARIABLE_PREFIX.as_bytes());
    // Variables of the caller may hold a secret.
    for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name.as_encoded_bytes())) {
        prepared.env_remove(name);
    }
    for name in removed {
        prepared.env_remove(name);
    }
    prepared
        .args(&command.arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .process_group(0);
    prepared
}

impl Drop for Client {
    fn drop(&mut self) {
        leftovers::end(&mut self.0);
    }
}
