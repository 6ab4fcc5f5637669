//! What the harness must not leave behind when it ends: adapters, what they started, and files.
//!
//! Each adapter has its own process group, so that a signal to the harness does not reach it, and a
//! descendant may leave its group. Everything that is started is recorded here, and [`clear`] ends
//! it, however the harness ends.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, kill_process_group, waitid,
    waitpid,
};
use sigv4_protocol::text;
use tempfile::{NamedTempFile, TempDir};

/// How long to look for orphans: if they start others, this may take a few rounds.
const PATIENCE: Duration = Duration::from_millis(500);
/// The pause between two looks.
const LOOK: Duration = Duration::from_millis(5);

/// How many programs of what was left running are named.
const NAMED: usize = 3;

/// The processes that an adapter left running when it ended, and that were ended then. Empty where the
/// system does not give them to the harness ([`adopt_descendants`]).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LeftBehind {
    /// The names of their programs.
    programs: Vec<String>,
}

impl LeftBehind {
    /// What was left running, as a sentence; `None` if nothing was.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let programs: BTreeSet<&str> = self.programs.iter().map(String::as_str).collect();
        let mut shown: Vec<&str> = programs.iter().copied().take(NAMED).collect();
        if programs.len() > NAMED {
            shown.push("...");
        }
        let shown = shown.join(", ");
        match self.programs.len() {
            0 => None,
            1 => Some(format!("the adapter left 1 process running, which was ended: {shown}")),
            count => Some(format!(
                "the adapter left {count} processes running, which were ended: {shown}"
            )),
        }
    }

    /// Adds what another process left running.
    pub(super) fn add(&mut self, other: Self) {
        self.programs.extend(other.programs);
    }
}

/// Everything that has to be cleaned up.
struct Leftovers {
    /// Adapters, by the id of the process, which is also that of its group.
    running: BTreeSet<i32>,
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
    /// Whether descendants that outlive their parents become children of this process.
    adopts: bool,
    /// Whether the harness is ending: nothing is started any more.
    closed: bool,
}

impl Leftovers {
    /// Fails once the harness is ending.
    fn check_open(&self) -> io::Result<()> {
        if self.closed {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "the harness is ending"));
        }
        Ok(())
    }
}

static LEFTOVERS: Mutex<Leftovers> = Mutex::new(Leftovers {
    running: BTreeSet::new(),
    files: BTreeSet::new(),
    folders: BTreeSet::new(),
    adopts: false,
    closed: false,
});

/// Makes this process the new parent of descendants that outlive theirs, and ends them once no
/// adapter is running. Only for a process that starts nothing but adapters. If the system does
/// not support this, descendants that leave their group are not ended.
pub fn adopt_descendants() {
    #[cfg(target_os = "linux")]
    if rustix::process::set_child_subreaper(Some(rustix::process::getpid())).is_ok() {
        leftovers().adopts = true;
    }
}

/// Ends every adapter with everything that it started, and removes every temporary file. Nothing
/// can be started afterwards: call this just before the harness itself ends.
pub fn clear() {
    let mut all = leftovers();
    all.closed = true;
    for process in std::mem::take(&mut all.running) {
        kill_group(process);
    }
    let _ = end_orphans(&all);
    for file in std::mem::take(&mut all.files) {
        // It may be gone already.
        let _ = fs::remove_file(file);
    }
    for folder in std::mem::take(&mut all.folders) {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Starts a process that leads its own group.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    let mut all = leftovers();
    all.check_open()?;
    let child = command.spawn()?;
    all.running.insert(child.id().cast_signed());
    Ok(child)
}

/// Ends a process that [`spawn`] started, with its group. Once no other runs, also ends what left
/// the group. Returns what was still running of what it and others before it had started.
pub(crate) fn end(child: &mut Child) -> LeftBehind {
    let process = child.id().cast_signed();
    if !leftovers().running.contains(&process) {
        // It was ended before: its id may belong to another process by now.
        return LeftBehind::default();
    }
    kill_group(process);
    // It may have left its group.
    let _ = child.kill();
    let _ = child.wait();
    let mut all = leftovers();
    all.running.remove(&process);
    if all.running.is_empty() { end_orphans(&all) } else { LeftBehind::default() }
}

/// Whether a process has ended. It is not reaped, so that its id is not reused.
pub(crate) fn has_ended(child: &Child) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let pid = Pid::from_raw(child.id().cast_signed());
    pid.is_some_and(|pid| matches!(waitid(WaitId::Pid(pid), options), Ok(Some(_))))
}

/// Creates a temporary file that is removed when the harness ends.
pub(super) fn create_file(prefix: &str) -> io::Result<NamedTempFile> {
    let mut all = leftovers();
    all.check_open()?;
    let file = NamedTempFile::with_prefix(prefix)?;
    all.files.insert(file.path().to_owned());
    Ok(file)
}

/// Creates a temporary folder that is removed when the harness ends.
pub(crate) fn create_folder(prefix: &str) -> io::Result<TempDir> {
    let mut all = leftovers();
    all.check_open()?;
    let folder = TempDir::with_prefix(prefix)?;
    all.folders.insert(folder.path().to_owned());
    Ok(folder)
}

/// Forgets a folder that was removed.
pub(crate) fn forget_folder(folder: &Path) {
    leftovers().folders.remove(folder);
}

/// Forgets a file that was removed.
pub(super) fn forget(file: &Path) {
    leftovers().files.remove(file);
}

fn leftovers() -> MutexGuard<'static, Leftovers> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn kill_group(process: i32) {
    if let Some(group) = Pid::from_raw(process) {
        // The group may be gone already, which is fine.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Ends and reaps all children: with the adapters gone, they are descendants that lost their
/// parents. Returns those that had not ended by themselves, the members of an ended group included.
fn end_orphans(all: &Leftovers) -> LeftBehind {
    let deadline = Instant::now() + PATIENCE;
    let mut left = LeftBehind::default();
    while all.adopts && has_children() && Instant::now() < deadline {
        for (orphan, program) in children() {
            let _ = kill_process(orphan, Signal::KILL);
            if let Ok(Some((_, status))) = waitpid(Some(orphan), WaitOptions::NOHANG)
                && status.terminating_signal() == Some(Signal::KILL.as_raw())
            {
                left.programs.push(program);
            }
        }
        thread::sleep(LOOK);
    }
    left
}

fn has_children() -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::All, options).is_ok()
}

/// The children of this process with the names of their programs, according to `/proc`.
fn children() -> Vec<(Pid, String)> {
    let own = std::process::id().to_string();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let child = |entry: fs::DirEntry| {
        let process: i32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read(entry.path().join("stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
        // The name, in parentheses, may contain anything; state and parent follow it.
        let (name, fields) = stat.rsplit_once(')')?;
        let parent = fields.split_whitespace().nth(1)?;
        let name = text::line(name.split_once('(')?.1);
        Some((Pid::from_raw(process)?, name)).filter(|_| parent == own)
    };
    processes.filter_map(child).collect()
}
