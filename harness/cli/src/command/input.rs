//! What several verbs are given: files, rules of services, headers.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use sigv4_conformance::explain::ServiceTable;
use sigv4_conformance::log::{self, RunLog};

use crate::failure::Failure;

/// How much of an input is read, and what it is. What is longer is something else, such as a device.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    bytes: u64,
    expected: &'static str,
}

impl Limit {
    pub(super) const BODY: Self = Self::of(256, "the body of one request");
    pub(super) const DOCUMENT: Self = Self::of(16, "what the server answered");
    pub(super) const INPUT: Self = Self::of(256, "one request as it was kept");
    pub(super) const KEYS: Self = Self::of(1, "a few keys");
    pub(super) const LIST: Self = Self::of(16, "a list of known failures");
    pub(super) const POLICY: Self = Self::of(1, "the policy of a form");
    pub(super) const RULES: Self = Self::of(1, "the rules of some services");
    pub(super) const SECRET: Self = Self::of(1, "one line");

    const fn of(mebibytes: u64, expected: &'static str) -> Self {
        Self { bytes: mebibytes << 20, expected }
    }

    /// The file at `path`, which was given as `option`; the option is empty if it is the input itself.
    pub(super) fn read(self, option: &str, path: &Path) -> Result<Vec<u8>, Failure> {
        let file = File::open(path).map_err(Failure::file(path))?;
        let name = format!("{option} {}", path.display());
        self.read_from(file, name.trim_start(), Failure::file(path))
    }

    /// The same as text.
    pub(super) fn read_text(self, option: &str, path: &Path) -> Result<String, Failure> {
        let bytes = self.read(option, path)?;
        String::from_utf8(bytes).map_err(|error| {
            Failure::file(path)(io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
        })
    }

    fn read_from(
        self,
        input: impl Read,
        name: &str,
        failure: impl FnOnce(io::Error) -> Failure,
    ) -> Result<Vec<u8>, Failure> {
        let Self { bytes: limit, expected } = self;
        let mut bytes = Vec::new();
        input.take(limit + 1).read_to_end(&mut bytes).map_err(failure)?;
        if bytes.len() as u64 > limit {
            return Err(Failure::Long { name: name.to_owned(), limit, expected });
        }
        Ok(bytes)
    }
}

/// The rules of services in a file, before the built-in ones.
pub(super) fn service_table(path: Option<&Path>) -> Result<ServiceTable, Failure> {
    let Some(path) = path else { return Ok(ServiceTable::default()) };
    let text = Limit::RULES.read_text("--service-rules", path)?;
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
pub(super) fn read(path: &Path, limit: Limit) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return limit.read_from(io::stdin().lock(), "standard input", Failure::Input);
    }
    limit.read("", path)
}

/// Name and value of a header, and where it is given: an option, or a field of a form.
pub(super) fn header(place: &str, text: &str) -> Result<(String, String), Failure> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| Failure::Argument(format!("{place} {text:?}: expected `Name: value`")))?;
    Ok((name.to_owned(), value.trim().to_owned()))
}
