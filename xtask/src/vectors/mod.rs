//! Chores for the vectors of the repository.

mod lint;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use sigv4_vectors::model::{Case, Need, Suite, Topic};
use sigv4_vectors::{LoadError, Vectors};

use crate::mint::{catches, write};

/// What to do with them.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum VectorsChore {
    /// Report vectors that assert nothing new, or more than their evidence supports.
    Lint,
    /// Update what each vector needs and which mistakes each edge vector catches, after a change of
    /// the model of needs or of the catalogue of mistakes.
    Refresh,
}

/// Why the vectors could not be checked, or what is wrong with them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VectorsError {
    #[error("{count} findings, expected none")]
    Findings { count: usize },
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
}

/// Does the chore in the workspace at `root`.
pub(crate) fn run(root: &Path, chore: VectorsChore) -> Result<(), VectorsError> {
    let folder = root.join("vectors");
    let vectors = Vectors::load_dir(&folder)?;
    match chore {
        VectorsChore::Lint => {
            let mut findings = lint::findings(&vectors);
            for topic in vectors.topics() {
                let path = folder.join(&topic.path);
                let size = fs::metadata(&path)
                    .map_err(|source| VectorsError::File { path, source })?
                    .len();
                findings.extend(lint::too_large(&topic.path, size));
            }
            for finding in &findings {
                println!("{finding}");
            }
            println!("{} vectors, {} findings", vectors.cases().count(), findings.len());
            if findings.is_empty() {
                Ok(())
            } else {
                Err(VectorsError::Findings { count: findings.len() })
            }
        }
        VectorsChore::Refresh => refresh(&folder, &vectors),
    }
}

fn refresh(folder: &Path, vectors: &Vectors) -> Result<(), VectorsError> {
    let is_edge = |topic: &&Topic| topic.suite() == Suite::Edge.as_str();
    let edge = vectors.topics().into_iter().filter(is_edge);
    let mut caught: Vec<Case> = edge.flat_map(|topic| topic.file.cases.clone()).collect();
    catches::fill(&mut caught);
    let mut caught = caught.into_iter();
    for topic in vectors.topics() {
        let mut file = topic.file.clone();
        if topic.suite() == Suite::Edge.as_str() {
            file.cases = caught.by_ref().take(file.cases.len()).collect();
            file.flags = write::explained(&file.cases);
        }
        // What another operation needs is derived from its own input, or written down.
        for case in file.cases.iter_mut().filter(|case| !case.calls().is_empty()) {
            case.needs = Need::of_calls(case.calls());
        }
        let path = folder.join(&topic.path);
        write::write(&path, &file).map_err(|source| VectorsError::File { path, source })?;
    }
    Ok(())
}
