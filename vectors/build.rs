//! Has the crate built again when a vector file comes or goes: embedding alone sees only changes in
//! the files that were there. And hashes them, once for all.

#[path = "src/digest.rs"]
mod digest;

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

use digest::Digest;

const SUITES: [&str; 3] = ["edge", "official", "published"];

fn main() -> io::Result<()> {
    let mut files = BTreeMap::new();
    for suite in SUITES {
        println!("cargo::rerun-if-changed={suite}");
        for family in fs::read_dir(suite)? {
            let family = family?;
            if !family.file_type()?.is_dir() {
                continue;
            }
            for topic in fs::read_dir(family.path())? {
                let topic = topic?;
                let name = topic.file_name();
                if Path::new(&name).extension().is_some_and(|extension| extension == "json") {
                    let names = [suite.into(), family.file_name(), name];
                    let names = names.map(|name| name.to_string_lossy().into_owned());
                    files.insert(names.join("/"), fs::read(topic.path())?);
                }
            }
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/digest.rs");
    let digest = Digest::of(files.iter().map(|(path, bytes)| (&path[..], &bytes[..])));
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&folder).join("digest"), <[u8; 32]>::from(digest))
}
