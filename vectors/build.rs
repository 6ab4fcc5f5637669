//! Packs the vector files, so that a program which links the crate needs no files at run time and
//! does not grow by all of them; writes down the ids of each, so that a file is unpacked only when a
//! case of it is wanted; and hashes them, once for all.

#[path = "src/digest.rs"]
mod digest;
#[path = "src/ids.rs"]
mod ids;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use digest::Digest;
use ids::ids;

/// The suites that are part of the binary.
const SUITES: [&str; 4] = ["edge", "official", "published", "verifier"];
/// Higher levels save a twentieth at several times the cost.
const LEVEL: i32 = 9;

fn main() -> io::Result<()> {
    let mut files = BTreeMap::new();
    for suite in SUITES {
        println!("cargo::rerun-if-changed={suite}");
        let mut folders = vec![PathBuf::from(suite)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let parts = path.iter().map(|part| part.to_string_lossy());
                    let name = parts.collect::<Vec<_>>().join("/");
                    files.insert(name, fs::read(&path)?);
                }
            }
        }
    }
    for source in ["build.rs", "src/digest.rs", "src/ids.rs"] {
        println!("cargo::rerun-if-changed={source}");
    }
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let folder = Path::new(&folder);
    let is_vectors =
        |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "json");
    let hashed = files.iter().filter(|(path, _)| is_vectors(path));
    let digest = Digest::of(hashed.map(|(path, bytes)| (&path[..], &bytes[..])));
    fs::write(folder.join("digest"), <[u8; 32]>::from(digest))?;

    let mut table = String::from("&[\n");
    for (number, (path, bytes)) in files.iter().enumerate() {
        fs::write(folder.join(format!("{number}.zst")), zstd::bulk::compress(bytes, LEVEL)?)?;
        let ids: Vec<&str> = if is_vectors(path) { ids(bytes).collect() } else { Vec::new() };
        // Text is always written to a string.
        let _ = writeln!(
            table,
            "    Packed {{ path: {path:?}, data: include_bytes!(concat!(env!(\"OUT_DIR\"), \
             \"/{number}.zst\")), length: {}, ids: {ids:?}.as_slice() }},",
            bytes.len(),
        );
    }
    table.push(']');
    fs::write(
        folder.join("packed.rs"),
        table.replace("ids: [", "ids: &[").replace(".as_slice()", ""),
    )
}
