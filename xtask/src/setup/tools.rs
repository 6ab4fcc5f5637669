//! What the project's own checks need: fuzzing, instruction counts, pages, packages.

use std::path::Path;
use std::process::Command;

use super::apt::Apt;
use super::{PACKAGES, SetupError, VENV, has_venv, npm_environment, unless_current};
use crate::chore::ChoreError;
use crate::chore::{self, is_installed};
use crate::{fuzz, instructions, package, pages};

/// Sets up each part, with its name.
pub(super) fn set_up(root: &Path, apt: &Apt) -> Vec<(String, Result<(), SetupError>)> {
    let parts = [
        ("cargo-fuzz", fuzzing(root, apt)),
        ("instruction counts", profiler(apt)),
        ("pages in a browser", browser(root, apt)),
        ("packages", packages(root, apt)),
    ];
    parts.map(|(name, result)| (name.to_owned(), result)).into()
}

/// Installs `cargo-fuzz` and the linker of its targets.
fn fuzzing(root: &Path, apt: &Apt) -> Result<(), SetupError> {
    if !is_installed(fuzz::LINKER) {
        apt.install(&["g++"])?;
    }
    match fuzz::install(root) {
        // Without a registry it cannot be installed.
        Err(error @ ChoreError::Failed { .. }) => Err(SetupError::Missing(error.to_string())),
        other => Ok(other?),
    }
}

/// Installs what makes and tests the packages, and keeps the wheels for environments that tests make.
fn packages(root: &Path, apt: &Apt) -> Result<(), SetupError> {
    if !has_venv() {
        apt.install(&["python3", VENV])?;
    }
    toolchain("npm", apt)?;
    let requirements = root.join(package::REQUIREMENTS);
    let sources = [requirements.clone()];
    unless_current(&root.join(package::TOOLS), &sources, |environment| {
        chore::run(Command::new("python3").args(["-m", "venv"]).arg(environment))?;
        let pip = || {
            let mut pip = Command::new(environment.join("bin/python"));
            pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]);
            pip
        };
        let wheels = environment.join(package::WHEELS);
        let mut download = pip();
        download
            .args(["download", "--require-hashes", "--only-binary=:all:", "--dest"])
            .arg(&wheels);
        chore::run(download.arg("--requirement").arg(&requirements))?;
        let mut install = pip();
        install.args(["install", "--no-index", "--require-hashes", "--find-links"]).arg(&wheels);
        chore::run(install.arg("--requirement").arg(&requirements))
    })?;
    Ok(())
}

fn profiler(apt: &Apt) -> Result<(), SetupError> {
    if !is_installed(instructions::PROFILER) {
        apt.install(&[instructions::PROFILER])?;
    }
    Ok(())
}

/// Installs the browser and what drives it.
fn browser(root: &Path, apt: &Apt) -> Result<(), SetupError> {
    if !is_installed(pages::BROWSER) {
        apt.install(&[pages::BROWSER])?;
    }
    toolchain("npm", apt)?;
    Ok(npm_environment(&pages::folder(root), &pages::environment(root))?)
}

/// Installs the Debian packages of a toolchain, if it is not there.
fn toolchain(program: &str, apt: &Apt) -> Result<(), SetupError> {
    if is_installed(program) {
        return Ok(());
    }
    for (_, packages) in PACKAGES.iter().filter(|(name, _)| *name == program) {
        apt.install(packages)?;
    }
    if is_installed(program) { Ok(()) } else { Err(SetupError::Missing(program.to_owned())) }
}
