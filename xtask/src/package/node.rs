//! The npm package: the program for this platform, and the gate for `node:test`.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::{empty, expect};
use crate::chore::{self, ChoreError};

/// The folder of the package.
const FOLDER: &str = "harness/packages/node";
/// What is packed as it is.
const FILES: &[&str] = &["README.md", "index.js", "relay.js"];
const KIT: &str = "harness/adapters/kit/node/sigv4-conformance.js";

/// Packs the program into a tarball in `output`.
pub(super) fn build(root: &Path, program: &Path, output: &Path) -> Result<PathBuf, ChoreError> {
    let folder = root.join(FOLDER);
    let staged = empty(root, "npm-staged")?;
    let copy = |from: PathBuf, to: &str| {
        fs::copy(&from, staged.join(to)).map(|_| ()).map_err(ChoreError::file(&from))
    };
    for file in FILES {
        copy(folder.join(file), file)?;
    }
    copy(root.join(KIT), "kit.js")?;
    fs::create_dir(staged.join("bin")).map_err(ChoreError::file(&staged))?;
    copy(program.to_owned(), "bin/sigv4-conformance")?;

    let template = folder.join("package.json");
    let text = fs::read_to_string(&template).map_err(ChoreError::file(&template))?;
    let mut manifest: Value = serde_json::from_str(&text)
        .map_err(|error| ChoreError::Tests(format!("{}: {error}", template.display())))?;
    manifest["version"] = json!(env!("CARGO_PKG_VERSION"));
    manifest["os"] = json!([if OS == "macos" { "darwin" } else { OS }]);
    manifest["cpu"] = json!([match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }]);
    if OS == "linux" {
        manifest["libc"] = json!(["glibc"]);
    }
    let path = staged.join("package.json");
    fs::write(&path, format!("{manifest:#}\n")).map_err(ChoreError::file(&path))?;

    let mut pack = Command::new("npm");
    pack.current_dir(&staged).args(["pack", "--silent", "--pack-destination"]).arg(output);
    let name = chore::output(&mut pack)?;
    Ok(output.join(name.trim()))
}

/// Installs the tarball into an empty folder, and gates a right signer and a wrong one there.
pub(super) fn check(root: &Path) -> Result<(), ChoreError> {
    let package = build(root, &chore::program(root)?, &empty(root, "npm-packed")?)?;
    let folder = empty(root, "npm")?;
    let npm = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.current_dir(&folder).env("npm_config_cache", folder.join("cache")).args(arguments);
        command
    };
    let manifest = folder.join("package.json");
    fs::write(&manifest, "{\"private\": true}\n").map_err(ChoreError::file(&manifest))?;
    let install = ["install", "--silent", "--offline", "--no-audit", "--no-fund"];
    chore::run(npm("npm", &install).arg(package))?;
    let version = concat!(" ", env!("CARGO_PKG_VERSION"));
    expect(&mut npm("npx", &["--offline", "sigv4-conformance", "--version"]), 0, &[version])?;

    let tests = root.join(FOLDER).join("test");
    for name in
        ["tiny-signer.js", "right.test.js", "unsorted.test.js", "known.test.js", "ends.test.js"]
    {
        let source = tests.join(name);
        fs::copy(&source, folder.join(name)).map_err(ChoreError::file(&source))?;
    }
    let node = |file: &str| npm("node", &["--test", "--test-reporter=tap", file]);
    expect(&mut node("right.test.js"), 0, &["# fail 0"])?;
    let said = ["mistake: query-unsorted", "canonical-request: the query differs at byte "];
    expect(&mut node("unsorted.test.js"), 1, &said)?;
    expect(&mut node("known.test.js"), 0, &["# fail 0", "# TODO "])?;
    expect(&mut node("ends.test.js"), 1, &["the signer ended the process"])
}
