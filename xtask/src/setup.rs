//! `setup`: installs what the adapters need, so that nothing has to be skipped.

mod apt;
mod machine;
mod tools;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::mem;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;

use clap::Args;
use sigv4_conformance::subject::{Adapter, Setup};

use apt::{Apt, AptError, Consent};
use machine::{has_package, has_venv, number, version_of, version_of_package};

use crate::chore::{self, ChoreError, is_installed};

/// The folder of the adapters.
pub(crate) const ADAPTERS: &str = "harness/adapters";
/// The folder of the clients that are run against `capture`.
pub(crate) const CLIENTS: &str = "harness/clients";

/// The folder of the servers that are asked for their votes.
pub(crate) const SERVERS: &str = "harness/servers";

/// The Debian packages of each toolchain.
const PACKAGES: &[(&str, &[&str])] = &[
    ("go", &["golang-go"]),
    ("mvn", &["maven", "default-jre-headless"]),
    ("npm", NPM),
    ("openssl", &["openssl"]),
    ("python3", &["python3", VENV]),
];
const NPM: &[&str] = &["nodejs", "npm"];
const VENV: &str = "python3-venv";
const JDK: &str = "default-jdk-headless";

const JAVA_COMPILER: &str = "javac";

/// The goal that copies jars, of a pinned plugin.
const MAVEN_COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/// The folder beside the adapters with what those of a language share.
const KITS: &str = "kit";
/// The folder beside the environments in which adapters in Rust are built.
const CARGO_TARGET: &str = "cargo-target";

/// The environment beside the others whose `pip` fills them.
const PIP: &str = "pip";

/// A copy of the files that an environment was made from. An environment is up to date if its copy
/// equals the current files.
const STAMP: &str = "made-from";

/// Why a part could not be set up.
#[derive(Debug, thiserror::Error)]
enum SetupError {
    #[error(transparent)]
    Apt(#[from] AptError),
    #[error(transparent)]
    Chore(#[from] ChoreError),
    #[error("needs {0}")]
    Missing(String),
}

impl SetupError {
    /// Whether the part may be skipped on a developer's machine. Not if it only needs another try,
    /// or if it failed although the machine has everything that it needs.
    fn can_be_skipped(&self) -> bool {
        match self {
            Self::Missing(_) | Self::Apt(AptError::Failed(_)) => true,
            Self::Apt(AptError::Locked { .. }) | Self::Chore(_) => false,
        }
    }
}

/// Whether a server is judged with the other tests.
pub(crate) fn is_judged(server: &Adapter) -> bool {
    server.description.server.as_ref().is_some_and(|described| described.judged)
}

/// What else to set up.
#[derive(Args)]
pub(crate) struct Options {
    /// Also the servers that minting asks. Some of them take minutes to build.
    #[arg(long)]
    servers: bool,
    /// Also the clients that only `programs` runs.
    #[arg(long)]
    programs: bool,
    /// Install Debian packages without asking. In continuous integration nothing is asked.
    #[arg(long)]
    yes: bool,
}

/// Sets up every adapter and client, what fuzzing and the instruction counts need, and, if they are wanted,
/// the servers, some of which take minutes to build and only minting needs, and the clients that only
/// `programs` runs. In continuous integration everything must be set up.
pub(crate) fn run(root: &Path, options: &Options) -> Result<(), ChoreError> {
    let adapters = Adapter::all(&root.join(ADAPTERS))?;
    let mut clients = Adapter::clients(&root.join(CLIENTS))?;
    clients.retain(|client| options.programs || !client.description.command.is_empty());
    let mut servers = Adapter::servers(&root.join(SERVERS))?;
    servers.retain(|server| options.servers || is_judged(server));
    let adapters: Vec<Adapter> = adapters.into_iter().chain(clients).chain(servers).collect();

    let lacking: BTreeSet<&str> = tools::packages().into_iter().chain(lacking(&adapters)).collect();
    let apt = Apt::new(consent(&lacking, options.yes));
    // All at once takes less time. If one of them cannot be had, each part says so itself.
    if !lacking.is_empty() {
        let _ = apt.install(&lacking.into_iter().collect::<Vec<_>>());
    }
    let (tools, made) = thread::scope(|scope| {
        let tools = scope.spawn(|| tools::set_up(root, &apt));
        let made = set_up_all(&adapters, &apt);
        (tools.join().unwrap_or_else(|panic| resume_unwind(panic)), made)
    });
    let names = adapters.iter().map(|adapter| adapter.description.name.clone());
    let parts: Vec<_> = tools.into_iter().chain(names.zip(made)).collect();
    report(&parts, chore::in_continuous_integration())
}

/// Makes the environments of some adapters: each with the reason why there is none.
pub(crate) fn environments(adapters: &[Adapter]) -> Vec<Result<(), String>> {
    let apt = Apt::new(consent(&lacking(adapters).collect(), false));
    let made = set_up_all(adapters, &apt).into_iter();
    made.map(|made| made.map_err(|error| error.to_string())).collect()
}

/// Sets up adapters, with the result of each in their order. Those with different kinds of set-up are set up at the same
/// time, those of one kind one after the other: Rust adapters share a folder, and Maven its local repository.
fn set_up_all(adapters: &[Adapter], apt: &Apt) -> Vec<Result<(), SetupError>> {
    let mut managers: HashMap<_, Vec<(usize, &Adapter)>> = HashMap::new();
    for (index, adapter) in adapters.iter().enumerate() {
        let manager = adapter.description.setup.as_ref().map(mem::discriminant);
        managers.entry(manager).or_default().push((index, adapter));
    }
    let mut made: Vec<(usize, Result<(), SetupError>)> = thread::scope(|scope| {
        let set_up = |(index, adapter)| (index, set_up(adapter, apt));
        let start = |adapters: Vec<_>| {
            scope.spawn(move || adapters.into_iter().map(set_up).collect::<Vec<_>>())
        };
        let started: Vec<_> = managers.into_values().map(start).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Vec<_>>| {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        started.into_iter().flat_map(join).collect()
    });
    made.sort_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, result)| result).collect()
}

/// The Debian packages that adapters need and the machine has not.
fn lacking(adapters: &[Adapter]) -> impl Iterator<Item = &str> {
    adapters.iter().filter(|adapter| missing(adapter).is_some()).flat_map(packages)
}

/// Says what `apt-get` will install, and asks whether it may, where there is somebody to ask.
fn consent(packages: &BTreeSet<&str>, given: bool) -> Consent {
    if packages.is_empty() {
        return Consent::Given;
    }
    let list: Vec<&str> = packages.iter().copied().collect();
    println!("with apt-get, as the system's administrator: {}", list.join(" "));
    if given || chore::in_continuous_integration() {
        return Consent::Given;
    }
    if !io::stdin().is_terminal() {
        return Consent::NotAsked;
    }
    print!("Install them? [y/N] ");
    let mut answer = String::new();
    let read = io::stdout().flush().and_then(|()| io::stdin().read_line(&mut answer));
    let is_yes = ["y", "yes"].contains(&&*answer.trim().to_lowercase());
    if read.is_ok() && is_yes { Consent::Given } else { Consent::Refused }
}

/// Prints the result of each part, and fails if a failed part cannot be skipped.
fn report(parts: &[(String, Result<(), SetupError>)], all_needed: bool) -> Result<(), ChoreError> {
    let mut failed = Vec::new();
    for (part, result) in parts {
        match result {
            Ok(()) => println!("{part}: set up"),
            Err(error) if error.can_be_skipped() && !all_needed => {
                println!("{part}: skipped: {error}");
            }
            Err(error) => {
                println!("{part}: FAILED: {error}");
                failed.push(format!("{part}: {error}"));
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(ChoreError::Tests(failed.join("; "))) }
}

/// Installs the packages that an adapter lacks, then makes its environment.
fn set_up(adapter: &Adapter, apt: &Apt) -> Result<(), SetupError> {
    if missing(adapter).is_some() {
        let packages = packages(adapter);
        if !packages.is_empty() {
            apt.install(&packages)?;
        }
    }
    if let Some(missing) = missing(adapter) {
        return Err(SetupError::Missing(missing));
    }
    Ok(make_environment(adapter)?)
}

/// The version that an adapter needs, where its Debian package is there in another one.
pub(crate) fn other_version(adapter: &Adapter) -> Option<String> {
    let package = adapter.description.package.as_ref().filter(|it| it.registry == "Debian")?;
    let here = version_of_package(&package.name).unwrap_or_default();
    let is_same = number(&here) == number(&package.version);
    (!is_same).then(|| format!("{} {} of Debian, not {here}", package.name, package.version))
}

/// What the machine lacks for an adapter, as text.
pub(crate) fn missing(adapter: &Adapter) -> Option<String> {
    let needs = &adapter.description.needs;
    if let Some(toolchain) = &needs.toolchain {
        if !is_installed(toolchain) {
            return Some(toolchain.clone());
        }
        let too_old =
            |wanted: &&String| version_of(toolchain).is_none_or(|version| version < number(wanted));
        if let Some(wanted) = needs.version.as_ref().filter(too_old) {
            return Some(format!("{toolchain} {wanted} or later"));
        }
    }
    if let Some(device) = &needs.device
        && fs::OpenOptions::new().read(true).write(true).open(device).is_err()
    {
        return Some(device.display().to_string());
    }
    match &adapter.description.setup {
        Some(Setup::Debian { packages }) => {
            let package = packages.iter().find(|package| !has_package(package))?;
            Some(format!("the Debian package {package}"))
        }
        // Debian leaves them out of its packages of Maven and Python.
        Some(Setup::Maven { program: Some(_) }) if !is_installed(JAVA_COMPILER) => {
            Some(JAVA_COMPILER.to_owned())
        }
        Some(Setup::PythonVenv { .. }) if !has_venv() => Some("python3 with venv".to_owned()),
        _ => None,
    }
}

/// Makes the environment of the adapter's command, unless it is up to date.
fn make_environment(adapter: &Adapter) -> Result<(), ChoreError> {
    let (folder, locks) = (&adapter.folder, &adapter.locks);
    match &adapter.description.setup {
        None | Some(Setup::Debian { .. }) => Ok(()),
        Some(Setup::Cargo) => {
            let mut sources = vec![locks.join("Cargo.toml"), locks.join("Cargo.lock")];
            sources.push(folder.join("main.rs"));
            sources.extend(kit(folder, "rust")?);
            unless_current(&adapter.environment(), &sources, |environment| {
                // Adapters in Rust share what they build.
                let target = environment.with_file_name(CARGO_TARGET);
                let mut build = Command::new(env!("CARGO"));
                chore::as_by_hand(&mut build);
                build.current_dir(locks).args(["build", "--quiet", "--locked", "--target-dir"]);
                chore::run(build.arg(&target))?;
                let program = target.join("debug/adapter");
                let copied = fs::copy(&program, environment.join("adapter"));
                copied.map(|_| ()).map_err(ChoreError::file(&program))
            })
        }
        Some(Setup::CargoInstall { package, features }) => {
            let sources = [folder.join("server.toml")];
            unless_current(&adapter.environment(), &sources, |environment| {
                let mut install = Command::new(env!("CARGO"));
                chore::as_by_hand(&mut install);
                install.args(["install", "--quiet", "--debug", "--locked", package, "--features"]);
                chore::run(install.arg(features).arg("--root").arg(environment))
            })
        }
        Some(Setup::Go { package }) => {
            let mut sources = vec![locks.join("go.mod"), locks.join("go.sum")];
            sources.extend(package.is_none().then(|| folder.join("main.go")));
            sources.extend(kit(folder, "go")?);
            unless_current(&adapter.environment(), &sources, |environment| {
                chore::run(
                    Command::new("go")
                        .current_dir(folder)
                        .args(["build", "-trimpath", "-buildvcs=false", "-o"])
                        .arg(environment.join("adapter"))
                        .arg("-modfile")
                        .arg(&sources[0])
                        .args(package),
                )
            })
        }
        Some(Setup::Maven { program }) => {
            let mut sources = vec![locks.join("pom.xml")];
            sources.extend(program.as_ref().map(|program| folder.join(program)));
            sources.extend(kit(folder, "java")?);
            unless_current(&adapter.environment(), &sources, |environment| {
                let jars = environment.join("lib");
                chore::run(
                    Command::new("mvn")
                        .current_dir(locks)
                        .args(["--quiet", "--batch-mode", MAVEN_COPY, "-DincludeScope=runtime"])
                        .arg(format!("-DoutputDirectory={}", jars.display())),
                )?;
                let Some(program) = program else { return Ok(()) };
                chore::run(
                    Command::new(JAVA_COMPILER)
                        .args(["-encoding", "UTF-8", "-d"])
                        .arg(environment.join("classes"))
                        .arg("--class-path")
                        .arg(jars.join("*"))
                        .arg("--source-path")
                        .arg(shared(folder).join("java"))
                        .arg(folder.join(program)),
                )
            })
        }
        Some(Setup::Npm) => npm_environment(locks, &adapter.environment()),
        Some(Setup::PythonVenv { requirements }) => {
            let sources = [locks.join(requirements)];
            unless_current(&adapter.environment(), &sources, |environment| {
                let pip = pip(&environment.with_file_name(PIP))?;
                let mut venv = Command::new("python3");
                chore::run(venv.args(["-m", "venv", "--without-pip"]).arg(environment))?;
                chore::run(
                    Command::new(pip)
                        .args(["-m", "pip", "--python"])
                        .arg(environment)
                        .args(["install", "--quiet", "--disable-pip-version-check"])
                        .args(["--require-hashes", "--requirement"])
                        .arg(&sources[0]),
                )
            })
        }
    }
}

/// A Python with `pip`, for all environments: to install it into each takes longer than what is wanted there.
fn pip(environment: &Path) -> Result<PathBuf, ChoreError> {
    static MADE: Mutex<()> = Mutex::new(());
    let _made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    unless_current(environment, &[], |environment| {
        chore::run(Command::new("python3").args(["-m", "venv"]).arg(environment))
    })?;
    Ok(environment.join("bin/python"))
}

/// The packages that a folder pins for npm.
fn npm_environment(folder: &Path, environment: &Path) -> Result<(), ChoreError> {
    let sources = ["package.json", "package-lock.json"].map(|name| folder.join(name));
    unless_current(environment, &sources, |environment| {
        for source in &sources {
            let copy = environment.join(source.file_name().unwrap_or_default());
            fs::copy(source, copy).map_err(ChoreError::file(source))?;
        }
        chore::run(Command::new("npm").current_dir(environment).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]))
    })
}

/// What the adapters, or the clients, of a language share.
fn shared(folder: &Path) -> PathBuf {
    folder.with_file_name(KITS)
}

/// The files of the kit that an adapter or a client in a compiled language is built with, in the order of their
/// names. Servers have none.
fn kit(folder: &Path, language: &str) -> Result<Vec<PathBuf>, ChoreError> {
    let kit = shared(folder).join(language);
    if !kit.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&kit).map_err(ChoreError::file(&kit))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>();
    let mut paths = paths.map_err(ChoreError::file(&kit))?;
    paths.sort();
    Ok(paths)
}

/// Makes an environment, unless it was made from the same contents of `sources`.
fn unless_current(
    environment: &Path,
    sources: &[PathBuf],
    make: impl FnOnce(&Path) -> Result<(), ChoreError>,
) -> Result<(), ChoreError> {
    let stamp = environment.join(STAMP);
    let mut wanted = Vec::new();
    for source in sources {
        wanted.extend(fs::read(source).map_err(ChoreError::file(source))?);
    }
    if fs::read(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(());
    }
    if environment.exists() {
        fs::remove_dir_all(environment).map_err(ChoreError::file(environment))?;
    }
    fs::create_dir_all(environment).map_err(ChoreError::file(environment))?;
    make(environment)?;
    fs::write(&stamp, wanted).map_err(ChoreError::file(&stamp))
}

/// The Debian packages that an adapter needs: its toolchain, unless that is installed, and those
/// of its set-up.
fn packages(adapter: &Adapter) -> Vec<&str> {
    let mut packages = Vec::new();
    if let Some(toolchain) = adapter.description.needs.toolchain.as_deref() {
        let known = PACKAGES.iter().find(|(name, _)| *name == toolchain);
        packages.extend(known.filter(|_| !is_installed(toolchain)).map_or(&[][..], |(_, all)| all));
    }
    match &adapter.description.setup {
        Some(Setup::Debian { packages: named }) => {
            packages.extend(named.iter().map(String::as_str));
        }
        Some(Setup::Maven { program: Some(_) }) if !is_installed(JAVA_COMPILER) => {
            packages.push(JDK);
        }
        Some(Setup::PythonVenv { .. }) if !has_venv() => packages.push(VENV),
        _ => {}
    }
    packages
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn parts(error: SetupError) -> [(String, Result<(), SetupError>); 2] {
        [("one".to_owned(), Ok(())), ("two".to_owned(), Err(error))]
    }

    #[test]
    fn in_continuous_integration_nothing_is_skipped() {
        let missing = || parts(SetupError::Missing("go 1.24 or later".to_owned()));
        assert!(report(&missing(), false).is_ok());
        let error = report(&missing(), true).expect_err("go is missing");
        assert_eq!(error.to_string(), "two: needs go 1.24 or later");
        let failed = parts(AptError::Failed("no network".to_owned()).into());
        assert_eq!(report(&failed, true).expect_err("it failed").to_string(), "two: no network");
    }

    #[test]
    fn a_held_lock_is_never_skipped() {
        let locked = AptError::Locked { lock: "/a/lock".to_owned(), seconds: 600 };
        let error = report(&parts(locked.into()), false).expect_err("the lock is held");
        assert!(error.to_string().contains("/a/lock"), "{error}");
    }

    #[test]
    fn an_environment_is_made_again_when_a_source_changes() -> Result<(), Box<dyn std::error::Error>>
    {
        let folder = tempfile::tempdir()?;
        let (environment, source) = (folder.path().join("made"), folder.path().join("source"));
        let times = Cell::new(0);
        let make = || {
            unless_current(&environment, std::slice::from_ref(&source), |environment| {
                times.set(times.get() + 1);
                let left_over = environment.join("left-over");
                assert!(!left_over.exists());
                fs::write(&left_over, "").map_err(ChoreError::file(&left_over))
            })
        };
        fs::write(&source, "one")?;
        make()?;
        make()?;
        assert_eq!(times.get(), 1);
        fs::write(&source, "two")?;
        make()?;
        assert_eq!(times.get(), 2);
        Ok(())
    }

    #[test]
    fn an_environment_that_failed_is_made_again() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let (environment, source) = (folder.path().join("made"), folder.path().join("source"));
        fs::write(&source, "one")?;
        let failed = || Err(ChoreError::Tests("no network".to_owned()));
        assert!(unless_current(&environment, std::slice::from_ref(&source), |_| failed()).is_err());
        let mut made = false;
        unless_current(&environment, &[source], |_| {
            made = true;
            Ok(())
        })?;
        assert!(made);
        Ok(())
    }
}
