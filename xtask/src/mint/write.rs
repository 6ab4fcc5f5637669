//! The files of the edge suite.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use sigv4_generate::corners::{Corner, FLAGS, FamilyCorner, Topic};
use sigv4_vectors::model::{Case, File, Flag};

use super::cases::FAMILY;
use super::catches;
use super::error::MintError;

/// Writes one file per topic, and removes the files of topics that no longer exist.
pub(super) fn files(
    edge: &Path,
    corners: &[Corner],
    cases: &[Case],
    voices: &[String],
) -> Result<(), MintError> {
    let folder = edge.join(FAMILY);
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| MintError::Write { path, source }
    };
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(fail(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(fail(&folder))?;
    let mut topics: Vec<(&Topic, Vec<Case>)> = Vec::new();
    for (corner, case) in corners.iter().zip(cases) {
        match topics.iter_mut().find(|(topic, _)| topic.name == corner.topic.name) {
            Some((_, list)) => list.push(case.clone()),
            None => topics.push((corner.topic, vec![case.clone()])),
        }
    }
    for (topic, cases) in topics {
        let path = folder.join(format!("{}.json", topic.name));
        write(&path, &file(topic, cases, voices, "mint")).map_err(fail(&path))?;
    }
    Ok(())
}

/// Writes one file per topic of the other families, and removes their files of topics that no longer
/// exist.
pub(super) fn families(
    edge: &Path,
    corners: &[FamilyCorner],
    cases: &[Case],
    voices: &[String],
) -> Result<(), MintError> {
    let mut topics: BTreeMap<(&str, &str), (&Topic, Vec<Case>)> = BTreeMap::new();
    for (corner, case) in corners.iter().zip(cases) {
        let key = (corner.family, corner.topic.name);
        topics.entry(key).or_insert((corner.topic, Vec::new())).1.push(case.clone());
    }
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| MintError::Write { path, source }
    };
    for folder in topics.keys().map(|(family, _)| edge.join(family)).collect::<BTreeSet<_>>() {
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(fail(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(fail(&folder))?;
    }
    for ((family, name), (topic, cases)) in topics {
        let path = edge.join(family).join(format!("{name}.json"));
        write(&path, &file(topic, cases, voices, "mint-families")).map_err(fail(&path))?;
    }
    Ok(())
}

/// Writes a vector file, formatted like all of them.
pub(crate) fn write(path: &Path, file: &File) -> io::Result<()> {
    let json = serde_json::to_string_pretty(file)?;
    fs::write(path, format!("{json}\n"))
}

fn file(topic: &Topic, cases: Vec<Case>, voices: &[String], chore: &str) -> File {
    File {
        schema: "../../vector.schema.json".to_owned(),
        title: topic.title.to_owned(),
        source: format!(
            "The tables of corners in harness/generate, expected values from the reference, asked of \
             {}. Written by `cargo xtask {chore}`.",
            voices.join(", ")
        ),
        notice: None,
        flags: explained(&cases),
        cases,
    }
}

/// The meaning of every flag that a case carries.
pub(crate) fn explained(cases: &[Case]) -> BTreeMap<String, Flag> {
    let carried = |flag: &str| cases.iter().any(|case| case.flags.iter().any(|own| own == flag));
    FLAGS
        .iter()
        .chain([&catches::NO_KNOWN_MISTAKE])
        .filter(|(flag, _, _)| carried(flag))
        .map(|(flag, goes_wrong, how_bad)| {
            let meaning =
                Flag { goes_wrong: (*goes_wrong).to_owned(), how_bad: (*how_bad).to_owned() };
            ((*flag).to_owned(), meaning)
        })
        .collect()
}
