//! `setup`: what the adapters need, so that nothing has to be skipped.

use std::fs;
use std::path::Path;
use std::process::Command;

use sigv4_conformance::subject::{Adapter, Setup};

use crate::chore::{self, ChoreError, is_installed};

/// Where the adapters lie.
pub(crate) const ADAPTERS: &str = "harness/adapters";

/// The Debian packages that bring a toolchain.
const PACKAGES: &[(&str, &[&str])] =
    &[("openssl", &["openssl"]), ("python3", &["python3", "python3-venv"])];

/// The copy of what an environment was made from; as long as it is current, nothing is done.
const STAMP: &str = "made-from";

fn set_up(adapter: &Adapter) -> Result<(), ChoreError> {
    if let Some(toolchain) = adapter.description.needs.toolchain.as_deref() {
        install(toolchain)?;
        if !is_installed(toolchain) {
            println!("{}: skipped: needs {toolchain}", adapter.description.name);
            return Ok(());
        }
    }
    match &adapter.description.setup {
        None => Ok(()),
        Some(Setup::PythonVenv { requirements }) => {
            python_environment(adapter, &adapter.folder.join(requirements))
        }
    }
}

/// Sets every adapter up.
pub(crate) fn run(root: &Path) -> Result<(), ChoreError> {
    for adapter in Adapter::all(&root.join(ADAPTERS))? {
        set_up(&adapter)?;
        println!("{}: set up", adapter.description.name);
    }
    Ok(())
}

/// Installs a toolchain where it is missing and Debian's packages can be had.
fn install(toolchain: &str) -> Result<(), ChoreError> {
    let packages = PACKAGES.iter().find(|(name, _)| *name == toolchain).map(|(_, list)| *list);
    let Some(packages) = packages.filter(|_| !is_installed(toolchain) && is_installed("apt-get"))
    else {
        return Ok(());
    };
    chore::run(Command::new("apt-get").args(["update", "--quiet"]))?;
    chore::run(
        Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "--quiet", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

/// Makes a virtual environment with exactly the pinned packages.
fn python_environment(adapter: &Adapter, requirements: &Path) -> Result<(), ChoreError> {
    let environment = adapter.virtual_environment();
    let stamp = environment.join(STAMP);
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| ChoreError::File { path, source }
    };
    let wanted = fs::read(requirements).map_err(file(requirements))?;
    if fs::read(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(());
    }
    chore::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    chore::run(
        Command::new(environment.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(["--require-hashes", "--requirement"])
            .arg(requirements),
    )?;
    fs::write(&stamp, wanted).map_err(file(&stamp))
}
