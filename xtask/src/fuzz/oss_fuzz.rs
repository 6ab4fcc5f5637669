//! The build script of OSS-Fuzz, run as OSS-Fuzz runs it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::{C_FLAGS, INSTALLED, Input, TARGETS};
use crate::chore::{self, ChoreError};

/// Builds into a temporary folder and starts every target that it finds there, as OSS-Fuzz does.
pub(super) fn run(root: &Path) -> Result<(), ChoreError> {
    for program in ["bash", "python3"] {
        chore::require(program)?;
    }
    let folder = tempfile::tempdir().map_err(ChoreError::Root)?;
    let (out, source) = (folder.path().join("out"), folder.path().join("src"));
    fs::create_dir(&out).map_err(ChoreError::file(&out))?;
    fs::create_dir(&source).map_err(ChoreError::file(&source))?;
    let link = source.join("sigv4-conformance");
    std::os::unix::fs::symlink(root, &link).map_err(ChoreError::file(&link))?;

    let path = env::var_os("PATH").unwrap_or_default();
    let tools = [root.join(INSTALLED).join("bin")];
    let path = env::join_paths(tools.into_iter().chain(env::split_paths(&path)));
    let path = path.map_err(|error| ChoreError::Tests(error.to_string()))?;
    let mut build = Command::new("bash");
    chore::as_by_hand(&mut build);
    chore::run(
        build
            .arg(root.join("fuzz/oss-fuzz/build.sh"))
            .current_dir(&source)
            .env("PATH", path)
            .env("SRC", &source)
            .env("OUT", &out)
            .env("WORK", folder.path())
            .env("FUZZING_ENGINE", "libfuzzer")
            .env("SANITIZER", "none")
            .env("ARCHITECTURE", env::consts::ARCH)
            .env("CFLAGS", C_FLAGS)
            .env("CXXFLAGS", C_FLAGS)
            .env("LIB_FUZZING_ENGINE", "-fsanitize=fuzzer"),
    )?;
    for target in TARGETS {
        check(target.name, target.input, &out)?;
    }
    Ok(())
}

/// Checks that `$OUT` holds the files of a target and no others, and that the target runs.
fn check(name: &str, input: Input, out: &Path) -> Result<(), ChoreError> {
    let file = |ending: &str| out.join(format!("{name}{ending}"));
    let wanted: &[&str] = match input {
        Input::Outside => &[],
        Input::Decisions => &["", "_seed_corpus.zip", ".options"],
        Input::Text | Input::Document => &["", "_seed_corpus.zip", ".options", ".dict"],
    };
    for ending in ["", "_seed_corpus.zip", ".options", ".dict"] {
        if file(ending).is_file() != wanted.contains(&ending) {
            let problem = if wanted.contains(&ending) { "missing" } else { "unexpected" };
            return Err(ChoreError::Tests(format!("$OUT/{name}{ending}: {problem}")));
        }
    }
    if input == Input::Outside {
        return Ok(());
    }
    chore::run(Command::new(file("")).arg("-runs=100").stderr(std::process::Stdio::null()))
}
