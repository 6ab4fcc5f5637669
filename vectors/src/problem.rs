//! What can be wrong with a set of vectors, and where.

use std::path::PathBuf;
use std::{fmt, io};

use crate::model::Placement;

/// A set of vectors cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// Why it could not be.
        source: io::Error,
    },
    /// A link. Links are not followed: they may lead out of the folder, or in circles.
    #[error("{} is a symbolic link, expected a file or a folder: links are not followed", path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// Something else than a file or a folder, such as a pipe, which might never end.
    #[error("{} is neither a file nor a folder", path.display())]
    Special {
        /// What it is called.
        path: PathBuf,
    },
    /// A path that cannot be a part of an id.
    #[error("the path {path:?} holds a control character")]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// There is no vector file at all.
    #[error("there are no vectors, expected files at <suite>/<family>/<topic>.json")]
    Nothing,
    /// The files are read, but they are not a sound set. All that is wrong is listed, by file and line.
    #[error("{}", Lines(.0))]
    Unsound(Vec<Problem>),
}

struct Lines<'a>(&'a [Problem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(formatter, "{separator}{problem}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong, and its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {}{kind}", case.as_ref().map(|id| format!("{id}: ")).unwrap_or_default())]
pub struct Problem {
    /// Path of the file, relative to the root of the set.
    pub file: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in the line in bytes, from 1.
    pub column: usize,
    /// Id of the case, where it is known.
    pub case: Option<String>,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// Two cases have one id.
    #[error("the id is taken by a case in {first}, expected one that is unique over all files")]
    DuplicateId {
        /// The file of the earlier case.
        first: String,
    },
    /// The errata speak of a case that is left out, and it is there.
    #[error("the errata say that this case is left out, expected no case of this id")]
    ErratumAgainstCase,
    /// The errata speak of a case that is not there.
    #[error("the errata name a case that does not exist, expected the id of a case")]
    ErratumWithoutCase,
    /// `expires` is there without need, or missing.
    #[error(
        "`expires` does not fit placement `{placement}`, expected it with `query` and only there"
    )]
    Expires {
        /// The placement of the case.
        placement: Placement,
    },
    /// The file does not parse as JSON or TOML, or not as what it should hold.
    #[error("{0}")]
    Format(String),
    /// A file has no case.
    #[error("the file has no cases, expected one at least")]
    NoCases,
    /// A file is not UTF-8.
    #[error("the file is not UTF-8, expected other bytes as {{\"base64\": \"...\"}}")]
    NotUtf8,
    /// The string to sign is not that of the canonical request.
    #[error(
        "`string_to_sign` does not end in the SHA-256 of `canonical_request`, expected `{hash}`"
    )]
    OtherCanonicalRequest {
        /// The hash, in hexadecimal digits.
        hash: String,
    },
    /// The signed request carries another signature.
    #[error(
        "`signed_request` does not carry `signature`, expected it in a header or in the target"
    )]
    OtherSignatureSent,
    /// The signature is not that of the string to sign.
    #[error(
        "`signature` is not that of `string_to_sign` under `signing_key`, expected `{computed}`"
    )]
    OtherStringToSign {
        /// What it is, in hexadecimal digits.
        computed: String,
    },
    /// A JSON file lies where no vector file can be.
    #[error("a vector file cannot be here, expected <suite>/<family>/<topic>.json")]
    Place,
    /// A case carries a flag that its file does not explain.
    #[error("the flag `{flag}` is not explained, expected it under `flags` of the file")]
    UnexplainedFlag {
        /// The flag.
        flag: String,
    },
    /// A vector file lies in a folder whose name cannot be that of a suite.
    #[error(
        "the suite folder `{folder}` is malformed, expected lower-case letters, digits and hyphens"
    )]
    SuiteName {
        /// The folder.
        folder: String,
    },
    /// A suite that is to be added has the name of one that is there.
    #[error("the suite `{suite}` is there already, expected a folder of another name")]
    SuiteTaken {
        /// The suite.
        suite: String,
    },
    /// A file explains a flag that none of its cases carries.
    #[error("no case carries the flag `{flag}`, expected one at least or no explanation")]
    UnusedFlag {
        /// The flag.
        flag: String,
    },
    /// The family of a case is not the folder of its file.
    #[error("the family is `{family}`, expected `{folder}` as the folder says")]
    WrongFamily {
        /// The family that the case gives.
        family: String,
        /// The folder.
        folder: String,
    },
    /// The id of a case is not its place.
    #[error("the id is not the place of the case, expected `{expected}`")]
    WrongId {
        /// The id that its place gives it.
        expected: String,
    },
    /// The last part of an id has the wrong form.
    #[error("the name `{name}` is malformed, expected lower-case letters, digits and hyphens")]
    WrongName {
        /// The name.
        name: String,
    },
}
