//! The corpora: packed in the repository, unpacked for fuzzing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest as _, Sha256};
use sigv4_conformance::properties::fuzzing::{Pack, seeds};

use super::Target;
use super::target::Build;
use crate::chore::{self, ChoreError};

/// Writes the packed corpus of a target, and the inputs made from the vectors, to `folder`.
pub(super) fn unpack(package: &Path, target: &Target, folder: &Path) -> Result<(), ChoreError> {
    fs::create_dir_all(folder).map_err(ChoreError::file(folder))?;
    for input in packed(package, target)?.inputs().chain(seeds(target).inputs()) {
        let name =
            Sha256::digest(input)[..8].iter().fold(0, |name, byte| name << 8 | u64::from(*byte));
        let path = folder.join(format!("{name:016x}"));
        fs::write(&path, input).map_err(ChoreError::file(&path))?;
    }
    Ok(())
}

/// The working folder of a target: what it found earlier, and what is packed.
pub(super) fn working(package: &Path, target: &Target) -> Result<PathBuf, ChoreError> {
    let folder = package.join("corpus").join(target.name);
    unpack(package, target, &folder)?;
    Ok(folder)
}

/// Packs the smallest set of inputs with the coverage of the whole `corpus`.
pub(super) fn merge(
    build: &Build,
    target: &Target,
    package: &Path,
    corpus: &Path,
) -> Result<(), ChoreError> {
    let merged = tempfile::tempdir().map_err(ChoreError::Root)?;
    let mut command = Command::new(build.program(target));
    command.args(["-merge=1", "-set_cover_merge=1"]).arg(merged.path()).arg(corpus);
    chore::run(command.stderr(Stdio::null()))?;
    let entries = fs::read_dir(merged.path()).map_err(ChoreError::file(merged.path()))?;
    let inputs = entries.map(|entry| fs::read(entry?.path())).collect::<Result<Pack, _>>();
    let path = pack(package, target);
    let inputs = inputs.map_err(ChoreError::file(merged.path()))?;
    fs::write(&path, inputs.text()).map_err(ChoreError::file(&path))
}

fn packed(package: &Path, target: &Target) -> Result<Pack, ChoreError> {
    let path = pack(package, target);
    if !path.is_file() {
        return Ok(Pack::default());
    }
    let text = fs::read_to_string(&path).map_err(ChoreError::file(&path))?;
    Pack::parse(&text).map_err(|error| ChoreError::Tests(format!("{}: {error}", path.display())))
}

fn pack(package: &Path, target: &Target) -> PathBuf {
    package.join("corpora").join(target.name).with_extension("hex")
}
