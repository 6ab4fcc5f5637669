//! `package`: what users install who do not build the program themselves, and tests of it.

mod crates;
mod node;
mod python;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::chore::{self, ChoreError, cargo, is_installed};

/// What makes and tests the packages.
pub(crate) const REQUIREMENTS: &str = "harness/packages/requirements.txt";
/// The environment with it.
pub(crate) const TOOLS: &str = ".venv/packages";
/// Its wheels, in that environment.
pub(crate) const WHEELS: &str = "wheels";

/// Where packages are written, and installed by tests.
const OUTPUT: &str = "target/packages";

/// A part of the tests.
type Check = fn(&Path) -> Result<(), ChoreError>;

/// Writes the packages, with an optimised program.
pub(crate) fn run(root: &Path) -> Result<(), ChoreError> {
    if let Some(missing) = missing(root) {
        return Err(ChoreError::Missing(missing));
    }
    let output = root.join(OUTPUT);
    let wheel = python::build(root, None, &output)?;
    let build = ["build", "--profile", "dist", "--package", "sigv4-conformance-cli", "--locked"];
    chore::run(cargo(root).args(build))?;
    let program = chore::target(root).join("dist/sigv4-conformance");
    let package = node::build(root, &program, &output)?;
    println!("{}\n{}", wheel.display(), package.display());
    Ok(())
}

/// Tests all of it.
pub(crate) fn check(root: &Path) -> Result<(), ChoreError> {
    if let Some(missing) = missing(root) {
        return Err(ChoreError::Missing(missing));
    }
    for (name, check) in checks() {
        let start = Instant::now();
        check(root)?;
        println!("passed   {name} ({:.1} s)", start.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Everything about packages that is tested, by name.
pub(crate) fn checks() -> [(&'static str, Check); 4] {
    [
        ("crates", crates::check),
        ("a test for each vector, run by nextest", crates::check_nextest),
        ("wheel", python::check),
        ("npm package", node::check),
    ]
}

/// What the machine lacks for making packages.
pub(crate) fn missing(root: &Path) -> Option<String> {
    let has_tools = root.join(TOOLS).join("bin/maturin").is_file();
    let missing = [("npm", is_installed("npm")), ("maturin", has_tools)];
    missing.into_iter().find(|(_, found)| !found).map(|(name, _)| name.to_owned())
}

/// Lets a command find the tools.
pub(crate) fn with_tools(root: &Path, command: &mut Command) {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [root.join(TOOLS).join("bin")].into_iter().chain(env::split_paths(&path));
    // The folders come from such a variable; that of the repository holds no separator, or nothing works.
    if let Ok(path) = env::join_paths(folders) {
        command.env("PATH", path);
    }
}

/// An empty folder below that of the packages.
fn empty(root: &Path, name: &str) -> Result<PathBuf, ChoreError> {
    let folder = root.join(OUTPUT).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(ChoreError::file(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(ChoreError::file(&folder))?;
    Ok(folder)
}

/// Runs a command that ends with this code and says these words, each in a line of its own.
fn expect(command: &mut Command, code: i32, words: &[&str]) -> Result<(), ChoreError> {
    let program = chore::shown(command);
    let output = command
        .output()
        .map_err(|source| ChoreError::Start { program: program.clone(), source })?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let fail = |problem: String| {
        // The end says most.
        let lines: Vec<&str> = said.lines().collect();
        let end = lines[lines.len().saturating_sub(60)..].join("\n");
        Err(ChoreError::Tests(format!("{program}: {problem}:\n{end}")))
    };
    if output.status.code() != Some(code) {
        return fail(format!("{}, expected {code}", output.status));
    }
    match words.iter().find(|words| !said.contains(**words)) {
        Some(words) => fail(format!("it does not say {words:?}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The oldest Rust that is stated is the one that tests and containers use.
    #[test]
    fn one_version_of_rust_is_stated_and_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let read = |path: &str| fs::read_to_string(root.join(path)).expect(path);
        let manifest = read("Cargo.toml");
        let stated = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
        let stated = stated.expect("a version").trim_matches('"');
        for path in [".github/workflows/ci.yml", "harness/packages/Containerfile"] {
            assert!(read(path).contains(&format!("rust:{stated}.0-")), "{path}: rust {stated}");
        }
    }
}
