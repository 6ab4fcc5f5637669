//! What several verbs are given: files, rules of services, headers.

use std::fs::{self, File};
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use sigv4_conformance::explain::ServiceTable;
use sigv4_conformance::log::{self, RunLog};

use crate::failure::Failure;

/// The rules of services in a file, before the built-in ones.
pub(super) fn service_table(path: Option<&Path>) -> Result<ServiceTable, Failure> {
    let Some(path) = path else { return Ok(ServiceTable::default()) };
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    Ok(ServiceTable::parse(&path.display().to_string(), &text)?)
}

/// The runs of a log; `-` is standard input.
pub(super) fn read_log(path: &Path) -> Result<Vec<RunLog>, Failure> {
    if path == Path::new("-") {
        return Ok(log::read("standard input", io::stdin().lock())?);
    }
    let file = File::open(path).map_err(Failure::file(path))?;
    Ok(log::read(&path.display().to_string(), BufReader::new(file))?)
}

/// A file, or standard input if it is named `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text)?;
        return Ok(text);
    }
    fs::read(path).map_err(Failure::file(path))
}

/// Name and value of a header that is given as an option.
pub(super) fn header(text: &str) -> Result<(String, String), Failure> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| Failure::Argument(format!("--header {text:?}: expected `Name: value`")))?;
    Ok((name.to_owned(), value.trim().to_owned()))
}
