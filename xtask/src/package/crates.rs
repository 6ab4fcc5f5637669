//! The crates: whether each can be published, and what one pulls in as a dev-dependency.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{expect, with_tools};
use crate::chore::{self, ChoreError, SAME_BUILD, cargo};

/// What a test of a user's signer has no use for, as beginnings of names.
const UNWANTED: &[&str] =
    &["aws-", "clap", "hyper", "indicatif", "minijinja", "rustls", "sigv4-pages", "tokio"];

/// What each package has to come with.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// A crate that is published.
struct Published {
    name: String,
    folder: PathBuf,
}

/// Packs every crate, and looks at the files in it and at the dependencies of the engine.
pub(super) fn check(root: &Path) -> Result<(), ChoreError> {
    let crates = published(root)?;
    // None of them is in a registry yet: each is packed against the ones packed before. To compile what was
    // packed would compile everything again; a file that is missing there is found without.
    let mut pack = cargo(root);
    pack.args(["package", "--no-verify", "--allow-dirty", "--locked", "--offline", "--quiet"]);
    for Published { name, .. } in &crates {
        pack.args(["--package", name]);
    }
    chore::run(&mut pack)?;
    check_files(root, &crates)?;
    check_dependencies(root)
}

fn published(root: &Path) -> Result<Vec<Published>, ChoreError> {
    let metadata = ["metadata", "--no-deps", "--format-version", "1", "--locked", "--offline"];
    let text = chore::output(cargo(root).args(metadata))?;
    let strange = |problem: &str| ChoreError::Tests(format!("cargo metadata: {problem}"));
    let metadata: Value =
        serde_json::from_str(&text).map_err(|error| strange(&error.to_string()))?;
    let packages = metadata["packages"].as_array().ok_or_else(|| strange("no packages"))?;
    // `publish = false` is a list of registries that is empty.
    let published = packages.iter().filter(|package| package["publish"].is_null());
    published
        .map(|package| {
            let name = package["name"].as_str();
            let folder =
                package["manifest_path"].as_str().and_then(|path| Path::new(path).parent());
            let (name, folder) =
                name.zip(folder).ok_or_else(|| strange("a package without name"))?;
            Ok(Published { name: name.to_owned(), folder: folder.to_owned() })
        })
        .collect()
}

/// Every file that the program is compiled from has to be in the package of a crate.
fn check_files(root: &Path, crates: &[Published]) -> Result<(), ChoreError> {
    let mut packed = HashSet::new();
    for Published { name, folder } in crates {
        let list =
            ["package", "--list", "--allow-dirty", "--locked", "--offline", "--package", name];
        let list = chore::output(cargo(root).args(list))?;
        for licence in LICENCES {
            if !list.lines().any(|file| file == licence) {
                let problem =
                    format!("{name}: the package has no {licence}: link it in its folder");
                return Err(ChoreError::Tests(problem));
            }
        }
        packed.extend(list.lines().map(|file| folder.join(file)));
    }
    // Cargo lists the files of a program beside it only if it was asked to build that program.
    let targets = ["--tests", "--bin", "sigv4-conformance", "--quiet"];
    chore::run(cargo(root).arg("build").args(SAME_BUILD).args(targets))?;
    // Make's format: the program, a colon, and what it is made of.
    let list = chore::target(root).join("checks/sigv4-conformance.d");
    let text = fs::read_to_string(&list).map_err(ChoreError::file(&list))?;
    let files = text.trim_end().replace("\\ ", "\0");
    let mut files = files.split(' ').skip(1).map(|file| PathBuf::from(file.replace('\0', " ")));
    let target = chore::target(root);
    let is_missing = |file: &PathBuf| {
        let is_source = file.starts_with(root) && !file.starts_with(&target) && file.is_file();
        is_source && !packed.contains(file)
    };
    match files.find(is_missing) {
        Some(file) => {
            let file = file.display();
            let problem = format!("{file} is compiled into the program, and in no crate's package");
            Err(ChoreError::Tests(problem))
        }
        None => Ok(()),
    }
}

fn check_dependencies(root: &Path) -> Result<(), ChoreError> {
    let tree = ["tree", "--package", "sigv4-conformance", "--edges", "normal,build"];
    let tree =
        chore::output(cargo(root).args(tree).args(["--prefix", "none", "--locked", "--offline"]))?;
    let unwanted = |line: &&str| UNWANTED.iter().any(|name| line.starts_with(name));
    match tree.lines().find(unwanted) {
        Some(line) => {
            let problem = format!("a dev-dependency on sigv4-conformance pulls in {line}");
            Err(ChoreError::Tests(problem))
        }
        None => Ok(()),
    }
}

/// Runs one vector of the test target without Cargo's harness, in a process of its own, and lists all.
pub(super) fn check_nextest(root: &Path) -> Result<(), ChoreError> {
    let nextest = |arguments: &[&str]| {
        let mut command = cargo(root);
        with_tools(root, &mut command);
        command.arg("nextest").args(arguments).args(["--cargo-profile", "checks", "--workspace"]);
        command.args(["--exclude", "benches", "--locked", "--test", "every_vector"]);
        command.args(["--user-config-file", "none", "--color", "never"]);
        command
    };
    let one = ["-E", "test(=official/sigv4/header/get-vanilla-query-order-key-case)"];
    expect(nextest(&["run"]).args(one), 0, &["1 test run: 1 passed"])?;
    let wrong = "TINY_SIGNER_LEAVES_QUERY_UNSORTED";
    let said = ["1 test run: 0 passed, 1 failed", "query-unsorted"];
    // The exit code of nextest for failed tests.
    expect(nextest(&["run"]).args(one).env(wrong, "1"), 100, &said)
}
