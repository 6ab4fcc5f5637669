//! What the project's own checks need: fuzzing, instruction counts, pages, packages.

use std::path::Path;
use std::process::Command;

use super::apt::Apt;
use super::machine::has_venv;
use super::{NPM, SetupError, VENV, npm_environment, unless_current};
use crate::chore::{self, ChoreError, is_installed};
use crate::{fuzz, instructions, package, pages};

/// A program, and the Debian packages that it is in.
type Needed = (&'static str, &'static [&'static str]);

struct Part {
    name: &'static str,
    needs: &'static [Needed],
    /// Makes what no Debian package holds.
    make: fn(&Path) -> Result<(), SetupError>,
}

const PARTS: [Part; 4] = [
    Part { name: "cargo-fuzz", needs: &[(fuzz::LINKER, &["g++"])], make: fuzzing },
    Part {
        name: "instruction counts",
        needs: &[(instructions::PROFILER, &[instructions::PROFILER])],
        make: |_| Ok(()),
    },
    Part {
        name: "pages in a browser",
        needs: &[(pages::BROWSER, &[pages::BROWSER]), ("npm", NPM)],
        make: |root| Ok(npm_environment(&pages::folder(root), &pages::environment(root))?),
    },
    Part {
        name: "packages",
        needs: &[("python3", &["python3", VENV]), ("npm", NPM)],
        make: packages_of_languages,
    },
];

/// The Debian packages that are still to be installed.
pub(super) fn packages() -> Vec<&'static str> {
    PARTS.iter().flat_map(lacking).flat_map(|(_, packages)| packages).copied().collect()
}

/// Sets up each part, with its name.
pub(super) fn set_up(root: &Path, apt: &Apt) -> Vec<(String, Result<(), SetupError>)> {
    let made = |part: &Part| {
        for (_, packages) in lacking(part) {
            apt.install(packages)?;
        }
        match lacking(part).first() {
            Some((program, _)) => Err(SetupError::Missing((*program).to_owned())),
            None => (part.make)(root),
        }
    };
    PARTS.iter().map(|part| (part.name.to_owned(), made(part))).collect()
}

/// What a part needs and the machine has not.
fn lacking(part: &Part) -> Vec<Needed> {
    let is_there = |program: &str| match program {
        "python3" => has_venv(),
        _ => is_installed(program),
    };
    part.needs.iter().filter(|(program, _)| !is_there(program)).copied().collect()
}

fn fuzzing(root: &Path) -> Result<(), SetupError> {
    match fuzz::install(root) {
        // Without a registry it cannot be installed.
        Err(error @ ChoreError::Failed { .. }) => Err(SetupError::Missing(error.to_string())),
        other => Ok(other?),
    }
}

/// Installs what makes and tests the packages, and keeps the wheels for environments that tests make.
fn packages_of_languages(root: &Path) -> Result<(), SetupError> {
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
