//! The list of releases that are known to be wrong.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sigv4_conformance::selection::{Pattern, PatternError, Selection};
use sigv4_protocol::Side;

use crate::chore::ChoreError;

/// The list, in the folder of the adapters.
pub(super) const LIST: &str = "regressions.toml";

/// A mistake that was reported about a release, or mended after it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Regression {
    /// The adapter that the release runs behind.
    pub(super) adapter: String,
    /// The package, by its name in the registry.
    pub(super) package: String,
    /// The release.
    pub(super) version: String,
    /// The release that no longer makes the mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fixed: Option<String>,
    /// Where the mistake was reported or mended.
    pub(super) report: String,
    /// The mistake, by its id in the catalogue.
    pub(super) mistake: String,
    /// What goes wrong, in a sentence.
    pub(super) summary: String,
    /// Patterns of the cases that it is asked; empty for all.
    #[serde(default)]
    pub(super) filter: Vec<String>,
}

impl Regression {
    /// The name of the folder with the files that pin the release.
    pub(super) fn release(&self) -> String {
        format!("{}-{}", self.adapter, self.version)
    }

    /// The cases that it is asked.
    pub(super) fn selection(&self) -> Result<Selection, PatternError> {
        let filters = self.filter.iter().map(|text| Pattern::new(text));
        Ok(Selection {
            side: Some(Side::Signer),
            filters: filters.collect::<Result<_, _>>()?,
            ..Selection::default()
        })
    }

    /// Whether a name means it: that of the adapter or that of the release.
    pub(super) fn is_called(&self, name: &str) -> bool {
        name == self.adapter || name == self.release()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    regression: Vec<Regression>,
}

/// Reads the list.
pub(super) fn read(path: &Path) -> Result<Vec<Regression>, ChoreError> {
    let text = fs::read_to_string(path).map_err(ChoreError::file(path))?;
    let list: List = toml::from_str(&text)
        .map_err(|error| ChoreError::Tests(format!("{}: {error}", path.display())))?;
    Ok(list.regression)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sigv4_conformance::subject::Adapter;
    use sigv4_mistakes::Mistake;
    use sigv4_vectors::Vectors;

    use super::*;
    use crate::setup::ADAPTERS;

    #[test]
    fn every_entry_names_what_there_is() {
        let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(ADAPTERS);
        let all = read(&adapters.join(LIST)).expect("the list");
        let mut releases = BTreeSet::new();
        for entry in &all {
            let release = entry.release();
            Adapter::read(&adapters.join(&entry.adapter)).expect("an adapter");
            assert!(Mistake::from_id(&entry.mistake).is_some(), "{release}: {}", entry.mistake);
            let cases = entry.selection().expect("globs").cases(Vectors::embedded());
            assert!(!cases.is_empty(), "{release}: {:?}", entry.filter);
            let pinned = fs::read_dir(adapters.join("regressions").join(&release)).expect("locks");
            let texts = pinned.map(|file| fs::read_to_string(file.expect("a file").path()));
            let text = texts.collect::<Result<String, _>>().expect("text");
            let version = &entry.version;
            assert!(text.contains(version) && text.contains(&entry.package), "{release}");
            releases.insert(release);
        }
        assert!(releases.len() >= 20, "{}", releases.len());
        let folders = fs::read_dir(adapters.join("regressions")).expect("the folder");
        let folders = folders.map(|it| it.expect("a folder").file_name().into_string().unwrap());
        assert_eq!(folders.collect::<BTreeSet<_>>(), releases);
    }
}
