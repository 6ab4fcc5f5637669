//! The reference against a model that makes a mistake: how many inputs it takes to show.

use std::fs;
use std::path::{Path, PathBuf};

use sigv4_conformance::properties::fuzzing::MISTAKE;
use tempfile::TempDir;

use super::target::{Build, Run};
use super::{PACKAGE, Target, selected};
use crate::chore::ChoreError;

/// The target that compares the two.
const TARGET: &str = "reference_against_model";

/// The built target, and a folder for what it finds.
pub(crate) struct Mistaken {
    build: Build,
    target: &'static Target,
    package: PathBuf,
    found: TempDir,
}

impl Mistaken {
    pub(crate) fn new(root: &Path) -> Result<Self, ChoreError> {
        let target = selected(&[TARGET.to_owned()])?[0];
        let found = tempfile::tempdir().map_err(ChoreError::Root)?;
        Ok(Self { build: Build::new(root)?, target, package: root.join(PACKAGE), found })
    }

    /// Fuzzes from an empty corpus. Returns the number of inputs up to and including the one that
    /// shows the mistake; `None` where `limit` inputs do not show it.
    pub(crate) fn inputs(
        &self,
        mistake: &str,
        seed: u64,
        limit: u64,
    ) -> Result<Option<u64>, ChoreError> {
        let folder = self.found.path().join(format!("{mistake}-{seed}"));
        let corpus = folder.join("corpus");
        fs::create_dir_all(&corpus).map_err(ChoreError::file(&corpus))?;
        let mut run = Run::new(&self.build, self.target, &self.package, &corpus);
        run.inputs(limit).seed(seed).planted(MISTAKE, mistake, &folder);
        let report = run.finish()?;
        fs::remove_dir_all(&folder).map_err(ChoreError::file(&folder))?;
        match report {
            report if report.found.is_none() => Ok(None),
            report if report.panicked() && report.runs.is_some() => Ok(report.runs),
            report => Err(ChoreError::Tests(format!("{mistake}: {report}"))),
        }
    }
}
