//! `site`: pages for a browser from the published results.

use std::fs;
use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use sigv4_pages::{Published, SitePage, site};

use crate::bench::PLOTS;
use crate::chore::ChoreError;
use crate::report::REPORTS;

/// Where the site is written.
const SITE: &str = "target/site";
/// The parts of a request whose size has a plot.
const PARTS: [&str; 4] = ["body", "path", "parameters", "header"];

pub(crate) fn run(root: &Path) -> Result<(), ChoreError> {
    let count = write(root, &root.join(SITE))?;
    println!("{count} pages: {SITE}/index.html");
    Ok(())
}

/// Writes the site, whole or not at all, and returns how many pages it has.
pub(crate) fn write(root: &Path, folder: &Path) -> Result<usize, ChoreError> {
    let pages = site(&published(root)?).map_err(|error| ChoreError::Tests(error.to_string()))?;
    let temporary = folder.with_extension("new");
    removed(&temporary)?;
    for page in &pages {
        write_page(&temporary, page)?;
    }
    removed(folder)?;
    fs::rename(&temporary, folder).map_err(ChoreError::file(folder))?;
    Ok(pages.len())
}

fn published(root: &Path) -> Result<Published, ChoreError> {
    let reports = &root.join(REPORTS);
    Ok(Published {
        signers: needed(reports, "signers.json")?,
        verifiers: needed(reports, "verifiers.json")?,
        kill_matrix: needed(reports, "kill-matrix.json")?,
        power: needed(reports, "power.json")?,
        programs: read(reports, "programs.json")?,
        regressions: read(reports, "regressions.json")?,
        plots: plots(root)?,
    })
}

fn plots(root: &Path) -> Result<Vec<(String, String)>, ChoreError> {
    let plot = |part: &str| {
        let path = root.join(PLOTS).join(part).with_extension("svg");
        let svg = fs::read_to_string(&path).map_err(ChoreError::file(&path))?;
        Ok((part.to_owned(), svg))
    };
    PARTS.iter().map(|part| plot(part)).collect()
}

fn needed<T: DeserializeOwned>(reports: &Path, name: &str) -> Result<T, ChoreError> {
    let missing = || ChoreError::Tests(format!("{REPORTS}/{name} is missing"));
    read(reports, name)?.ok_or_else(missing)
}

/// A published result; `None` if it was not measured.
fn read<T: DeserializeOwned>(reports: &Path, name: &str) -> Result<Option<T>, ChoreError> {
    let path = reports.join(name);
    match fs::read(&path) {
        Ok(text) => {
            let data = serde_json::from_slice(&text);
            data.map(Some).map_err(|error| ChoreError::Tests(format!("{REPORTS}/{name}: {error}")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ChoreError::file(&path)(error)),
    }
}

fn write_page(folder: &Path, page: &SitePage) -> Result<(), ChoreError> {
    let path = folder.join(&page.path);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(ChoreError::file(parent))?;
    fs::write(&path, &page.html).map_err(ChoreError::file(&path))
}

fn removed(folder: &Path) -> Result<(), ChoreError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ChoreError::file(folder)(error))
        }
        _ => Ok(()),
    }
}
