//! `setup`: what the adapters need, so that nothing has to be skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sigv4_conformance::subject::{Adapter, Setup};

use crate::chore::{self, ChoreError, is_installed};
use crate::fuzz;
use crate::instructions;

/// Where the adapters lie.
pub(crate) const ADAPTERS: &str = "harness/adapters";

/// The Debian packages that bring a toolchain.
const PACKAGES: &[(&str, &[&str])] = &[
    ("go", &["golang-go"]),
    ("npm", &["nodejs", "npm"]),
    ("openssl", &["openssl"]),
    ("python3", &["python3", "python3-venv"]),
];

/// The copy of what an environment was made from; as long as it is current, nothing is done.
const STAMP: &str = "made-from";

/// Sets up every adapter, and what fuzzing and the count of instructions need.
pub(crate) fn run(root: &Path) -> Result<(), ChoreError> {
    set_up_fuzzing(root);
    if let Some(profiler) = instructions::missing() {
        install_packages("instruction counts", &[profiler]);
    }
    for adapter in Adapter::all(&root.join(ADAPTERS))? {
        let name = &adapter.description.name;
        if missing(&adapter).is_some() {
            install_needed(&adapter);
        }
        if let Some(missing) = missing(&adapter) {
            println!("{name}: skipped: needs {missing}");
            continue;
        }
        make_environment(&adapter)?;
        println!("{name}: set up");
    }
    Ok(())
}

/// Installs `cargo-fuzz`, and what its targets are linked by. Where that cannot be had, it is said
/// and left at that: whoever fuzzes is told what is missing.
fn set_up_fuzzing(root: &Path) {
    if !is_installed(fuzz::LINKER) {
        install_packages("cargo-fuzz", &["g++"]);
    }
    match fuzz::install(root) {
        Ok(()) => println!("cargo-fuzz: set up"),
        Err(error) => println!("cargo-fuzz: skipped: {error}"),
    }
}

/// What the machine lacks for an adapter, in words.
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
    let Some(Setup::Debian { packages }) = &adapter.description.setup else { return None };
    let package = packages.iter().find(|package| !is_installed_package(package))?;
    Some(format!("Debian's package {package}"))
}

/// Makes what the adapter's command runs, where that is not there yet.
fn make_environment(adapter: &Adapter) -> Result<(), ChoreError> {
    let folder = &adapter.folder;
    match &adapter.description.setup {
        None | Some(Setup::Debian { .. }) => Ok(()),
        Some(Setup::Go) => {
            let sources = ["go.mod", "go.sum", "main.go"].map(|name| folder.join(name));
            unless_current(&adapter.environment(), &sources, |environment| {
                chore::run(
                    Command::new("go")
                        .current_dir(folder)
                        .args(["build", "-trimpath", "-buildvcs=false", "-o"])
                        .arg(environment.join("adapter")),
                )
            })
        }
        Some(Setup::Npm) => {
            let sources = ["package.json", "package-lock.json"].map(|name| folder.join(name));
            unless_current(&adapter.environment(), &sources, |environment| {
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
        Some(Setup::PythonVenv { requirements }) => {
            let sources = [folder.join(requirements)];
            unless_current(&adapter.environment(), &sources, |environment| {
                chore::run(Command::new("python3").args(["-m", "venv"]).arg(environment))?;
                chore::run(
                    Command::new(environment.join("bin/python"))
                        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                        .args(["--require-hashes", "--requirement"])
                        .arg(&sources[0]),
                )
            })
        }
    }
}

/// Makes an environment anew, unless it was made from the same contents of `sources`.
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

/// Installs what an adapter lacks, where Debian's packages can be had. Where they cannot, that is
/// said and left at that: the adapter is skipped.
fn install_needed(adapter: &Adapter) {
    let mut packages = Vec::new();
    if let Some(toolchain) = adapter.description.needs.toolchain.as_deref() {
        let known = PACKAGES.iter().find(|(name, _)| *name == toolchain);
        packages.extend(known.filter(|_| !is_installed(toolchain)).map_or(&[][..], |(_, all)| all));
    }
    if let Some(Setup::Debian { packages: named }) = &adapter.description.setup {
        packages.extend(named.iter().map(String::as_str));
    }
    install_packages(&adapter.description.name, &packages);
}

/// Installs packages of Debian's, for the part of the project that is named.
fn install_packages(part: &str, packages: &[&str]) {
    if packages.is_empty() || !is_installed("apt-get") {
        return;
    }
    let installed =
        chore::run(Command::new("apt-get").args(["update", "--quiet"])).and_then(|()| {
            chore::run(
                Command::new("apt-get")
                    .env("DEBIAN_FRONTEND", "noninteractive")
                    .args(["install", "--quiet", "--yes", "--no-install-recommends"])
                    .args(packages),
            )
        });
    if let Err(error) = installed {
        eprintln!("{part}: {error}");
    }
}

fn is_installed_package(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    query.output().is_ok_and(|output| output.stdout == b"installed")
}

/// The version that a toolchain says it has; `None` if it says none.
fn version_of(toolchain: &str) -> Option<Vec<u32>> {
    let argument = if toolchain == "go" { "version" } else { "--version" };
    let output = Command::new(toolchain).arg(argument).output().ok()?;
    Some(number(&String::from_utf8_lossy(&output.stdout))).filter(|parts| !parts.is_empty())
}

/// The first dotted number in a text, part by part.
fn number(text: &str) -> Vec<u32> {
    let text = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let end = text.find(|letter: char| letter != '.' && !letter.is_ascii_digit());
    text[..end.unwrap_or(text.len())].split('.').filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn versions_compare_by_their_numbers() {
        let go = number("go version go1.26.8 linux/amd64\n");
        assert_eq!(go, [1, 26, 8]);
        assert!(go > number("1.24"));
        assert!(number("1.9") < number("1.24"));
        assert_eq!(number("v20.20.2"), [20, 20, 2]);
        assert!(number("none").is_empty());
    }

    #[test]
    fn an_environment_is_made_anew_when_a_source_changes() -> Result<(), Box<dyn std::error::Error>>
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
    fn an_environment_that_could_not_be_made_is_not_taken_for_current()
    -> Result<(), Box<dyn std::error::Error>> {
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
