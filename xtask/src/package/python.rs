//! The wheel: the program and the plugin of pytest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{TOOLS, WHEELS, empty, expect};
use crate::chore::{self, ChoreError};

/// The folder of the package.
const FOLDER: &str = "harness/packages/python";

/// Builds the wheel into `output`, with the program of a release, or with what another cargo builds.
pub(super) fn build(
    root: &Path,
    other_cargo: Option<&Path>,
    output: &Path,
) -> Result<PathBuf, ChoreError> {
    let mut maturin = Command::new(root.join(TOOLS).join("bin/maturin"));
    chore::as_by_hand(&mut maturin);
    maturin.current_dir(root.join(FOLDER)).args(["build", "--quiet", "--out"]).arg(output);
    match other_cargo {
        Some(cargo) => maturin.args(["--profile", "checks"]).env("CARGO", cargo),
        None => maturin.args(["--profile", "dist"]),
    };
    remove_wheels(output)?;
    chore::run(&mut maturin)?;
    wheel(output)?.ok_or_else(|| ChoreError::Tests("maturin wrote no wheel".to_owned()))
}

/// Installs the wheel into an empty environment, and gates a right signer and a wrong one there.
pub(super) fn check(root: &Path) -> Result<(), ChoreError> {
    let wheel = build(root, Some(&cargo_of_the_tests(root)?), &empty(root, "checks")?)?;
    let environment = empty(root, "python")?;
    chore::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let python = environment.join("bin/python");
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]);
    install.arg("--find-links").arg(root.join(TOOLS).join(WHEELS));
    chore::run(install.arg(format!("{}[pytest]", wheel.display())))?;

    let program = environment.join("bin/sigv4-conformance");
    let version = concat!(" ", env!("CARGO_PKG_VERSION"));
    expect(Command::new(program).arg("--version"), 0, &[version])?;
    let tests = root.join(FOLDER).join("tests");
    let pytest = |arguments: &[&str]| {
        let mut pytest = Command::new(&python);
        pytest.current_dir(&tests).env("PYTHONDONTWRITEBYTECODE", "1");
        // What else is installed for the user must not play a part.
        pytest.args([
            "-P",
            "-m",
            "pytest",
            "--quiet",
            "-p",
            "no:cacheprovider",
            "--tb=short",
            "-rN",
        ]);
        pytest.args(arguments);
        pytest
    };
    let right = ["--sigv4-signer", "tiny_signer:sign"];
    expect(&mut pytest(&right), 0, &[" passed, "])?;
    let wrong = ["--sigv4-signer", "tiny_signer:sign_unsorted"];
    let said = ["mistake: query-unsorted", "canonical-request: the query differs at byte "];
    expect(pytest(&wrong).args(["-k", "query-order"]), 1, &said)?;
    let known = ["--sigv4-known", "known.toml"];
    expect(pytest(&wrong).args(known), 0, &[" xfailed"])?;
    let stale = "no failure is explained by query-unsorted: remove the entry";
    expect(pytest(&right).args(known), 1, &["1 failed", stale])?;
    let ends = ["--sigv4-signer", "tiny_signer:sign_and_end", "-k", "get-vanilla"];
    expect(&mut pytest(&ends), 1, &["the signer ended the process"])?;
    let no_such = ["--sigv4-signer", "tiny_signer:no_such_function"];
    expect(&mut pytest(&no_such), 4, &["no_such_function"])
}

/// A cargo that gives maturin the program of the tests' build, instead of building another one.
fn cargo_of_the_tests(root: &Path) -> Result<PathBuf, ChoreError> {
    let path = root.join(super::OUTPUT).join("cargo-of-the-tests");
    let cargo = env!("CARGO");
    let script = format!(
        "#!/bin/sh\n\
         if [ \"$1\" = rustc ]; then\n    \
             exec '{cargo}' build --profile checks --workspace --exclude benches --locked \
         --message-format json-render-diagnostics\n\
         fi\n\
         exec '{cargo}' \"$@\"\n"
    );
    let folder = root.join(super::OUTPUT);
    fs::create_dir_all(&folder).map_err(ChoreError::file(&folder))?;
    fs::write(&path, script).map_err(ChoreError::file(&path))?;
    chore::run(Command::new("chmod").arg("+x").arg(&path))?;
    Ok(path)
}

fn wheel(folder: &Path) -> Result<Option<PathBuf>, ChoreError> {
    let mut wheels = wheels(folder)?;
    Ok(wheels.pop())
}

fn wheels(folder: &Path) -> Result<Vec<PathBuf>, ChoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(ChoreError::file(folder))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    Ok(paths.filter(|path| path.extension().is_some_and(|it| it == "whl")).collect())
}

/// An old one would be taken for the new one.
fn remove_wheels(folder: &Path) -> Result<(), ChoreError> {
    for path in wheels(folder)? {
        fs::remove_file(&path).map_err(ChoreError::file(&path))?;
    }
    Ok(())
}
