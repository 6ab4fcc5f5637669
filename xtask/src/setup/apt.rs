//! Debian packages, installed as soon as no other package manager runs.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::machine;
use crate::chore;

/// How long to wait for another package manager: an unattended upgrade takes minutes.
const PATIENCE: Duration = Duration::from_mins(10);
/// The pause before `apt-get` is restarted.
const PAUSE: Duration = Duration::from_secs(2);
/// What `apt-get` writes if another process holds one of its locks.
const LOCKED: &str = "Could not get lock ";

/// Why packages were not installed.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum AptError {
    #[error("{0}")]
    Failed(String),
    #[error(
        "another package manager still holds a lock after {seconds} s: {lock}: run `cargo xtask \
         setup` again when it has ended"
    )]
    Locked { lock: String, seconds: u64 },
}

/// Whether packages may be installed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Consent {
    Given,
    /// Nobody can be asked: standard input is not a terminal.
    NotAsked,
    Refused,
}

/// `apt-get`, with its list of packages updated once.
pub(super) struct Apt {
    consent: Consent,
    /// Further options: where the lists and the locks are.
    options: Vec<String>,
    patience: Duration,
    /// The result of the update. Held while it runs: it would wait for itself.
    updated: Mutex<Option<Result<(), AptError>>>,
}

impl Apt {
    /// The package manager of this machine.
    pub(super) fn new(consent: Consent) -> Self {
        Self { consent, options: Vec::new(), patience: PATIENCE, updated: Mutex::default() }
    }

    /// Installs packages.
    pub(super) fn install(&self, packages: &[&str]) -> Result<(), AptError> {
        let refused = match self.consent {
            Consent::Given => None,
            Consent::NotAsked => Some("give --yes to install them with apt-get"),
            Consent::Refused => Some("not installed, as you said"),
        };
        if let Some(problem) = refused {
            return Err(AptError::Failed(format!("needs {}: {problem}", packages.join(", "))));
        }
        if !chore::is_installed("apt-get") {
            return Err(AptError::Failed("apt-get is not installed".to_owned()));
        }
        let mut updated = self.updated.lock().unwrap_or_else(PoisonError::into_inner);
        updated.get_or_insert_with(|| self.run(&["update", "--quiet"])).clone()?;
        let install = ["install", "--quiet", "--yes", "--no-install-recommends"];
        let result = self.run(&[&install[..], packages].concat());
        machine::changed();
        result
    }

    /// Runs `apt-get`, and restarts it as long as another process holds a lock. `apt-get` itself
    /// waits for the lock of dpkg, but not for those of its lists and its archives.
    fn run(&self, arguments: &[&str]) -> Result<(), AptError> {
        let deadline = Instant::now() + self.patience;
        let mut announced = false;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let mut command = self.command(arguments, left);
            let output = command.stderr(Stdio::piped()).output();
            let output = output.map_err(|error| AptError::Failed(format!("apt-get: {error}")))?;
            let messages = String::from_utf8_lossy(&output.stderr);
            if output.status.success() {
                return Ok(());
            }
            let Some(lock) = lock_held(&messages) else {
                // To standard error, where `apt-get` would have written them itself.
                let _ = std::io::stderr().write_all(&output.stderr);
                let program = chore::shown(&command);
                return Err(AptError::Failed(format!("{program} failed: {}", output.status)));
            };
            if Instant::now() + PAUSE >= deadline {
                let seconds = self.patience.as_secs();
                return Err(AptError::Locked { lock: lock.to_owned(), seconds });
            }
            if !announced {
                let limit = self.patience.as_secs();
                println!("waiting up to {limit} s for another package manager: {lock}");
                announced = true;
            }
            thread::sleep(PAUSE);
        }
    }

    fn command(&self, arguments: &[&str], patience: Duration) -> Command {
        let mut command = Command::new("apt-get");
        // In English, so that a lock can be distinguished from any other failure.
        command.env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C.UTF-8");
        command.arg("-o").arg(format!("DPkg::Lock::Timeout={}", patience.as_secs()));
        for option in &self.options {
            command.arg("-o").arg(option);
        }
        command.args(arguments).stdout(Stdio::inherit());
        command
    }
}

/// The lock that another process holds, and which process that is, from the messages of `apt-get`.
fn lock_held(messages: &str) -> Option<&str> {
    let (_, lock) = messages.split_once(LOCKED)?;
    let line = lock.lines().next()?;
    // "Could not get lock /var/lib/dpkg/lock - open (13: Permission denied)": nobody holds it.
    line.contains("It is held by process").then(|| line.trim())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use rustix::fs::{FlockOperation, fcntl_lock};

    use super::*;

    /// `apt-get` in its own folder, with no source to fetch from, and the lock of its lists.
    fn with_lock(patience: Duration) -> (tempfile::TempDir, Apt, File) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("lists/partial")).expect("the folder of the lists");
        let lock = File::create(path("lists/lock")).expect("the lock");
        let options = [("Dir::State::lists", "lists"), ("Dir::Cache", "cache")]
            .map(|(option, name)| format!("{option}={}", path(name).display()));
        let mut options = Vec::from(options);
        options.extend(
            ["Dir::Etc::sourcelist=/dev/null", "Dir::Etc::sourceparts=/dev/null"]
                .map(str::to_owned),
        );
        let consent = Consent::Given;
        (folder, Apt { consent, options, patience, updated: Mutex::default() }, lock)
    }

    #[test]
    fn a_held_lock_is_waited_for() {
        if !chore::is_installed("apt-get") {
            return;
        }
        let (_folder, apt, lock) = with_lock(Duration::from_mins(1));
        fcntl_lock(&lock, FlockOperation::NonBlockingLockExclusive).expect("the lock is free");
        let start = Instant::now();
        let held = Duration::from_secs(1);
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(held);
                drop(lock);
            });
            apt.run(&["update", "--quiet"]).expect("the lock is free in the end");
        });
        assert!(start.elapsed() >= held);
    }

    #[test]
    fn a_lock_that_stays_held_is_named() {
        if !chore::is_installed("apt-get") {
            return;
        }
        let (folder, apt, lock) = with_lock(Duration::from_secs(1));
        fcntl_lock(&lock, FlockOperation::NonBlockingLockExclusive).expect("the lock is free");
        let error = apt.run(&["update", "--quiet"]).expect_err("the lock is held").to_string();
        let path = folder.path().join("lists/lock");
        assert!(error.contains(&path.display().to_string()), "{error}");
        assert!(error.contains("after 1 s"), "{error}");
        assert!(error.contains("run `cargo xtask setup` again"), "{error}");
    }

    #[test]
    fn nothing_is_installed_without_consent() {
        for (consent, said) in [(Consent::NotAsked, "--yes"), (Consent::Refused, "as you said")] {
            let error = Apt::new(consent).install(&["curl"]).expect_err("no consent").to_string();
            assert!(error.starts_with("needs curl: ") && error.contains(said), "{error}");
        }
    }

    #[test]
    fn the_lock_of_dpkg_is_waited_for_by_apt_itself() {
        let command =
            Apt::new(Consent::Given).command(&["install", "curl"], Duration::from_secs(90));
        assert_eq!(chore::shown(&command), "apt-get -o DPkg::Lock::Timeout=90 install curl");
    }

    #[test]
    fn a_lock_is_told_from_other_failures() {
        let held = "E: Could not get lock /a/lock. It is held by process 7 (apt)\nE: Unable\n";
        assert_eq!(lock_held(held), Some("/a/lock. It is held by process 7 (apt)"));
        let denied = "E: Could not open lock file /a/lock - open (13: Permission denied)\n";
        assert_eq!(lock_held(denied), None);
        assert_eq!(lock_held("E: Unable to locate package nonesuch\n"), None);
    }
}
