//! Why the edge vectors cannot be minted.

use std::io;
use std::path::PathBuf;

use sigv4_conformance::server::ServerError;
use sigv4_conformance::subject::{AdapterError, StartError};

/// The edge vectors cannot be minted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MintError {
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    #[error("{count} faults, expected none:\n{list}")]
    Faults { count: usize, list: String },
    #[error("{case}: the reference answers {answer}, expected a signed request with every stage")]
    Reference { case: String, answer: String },
    #[error("the server {name}: {what}")]
    Server { name: String, what: String },
    #[error(transparent)]
    ServerStart(#[from] ServerError),
    #[error("{name}: {problem}")]
    Start { name: String, problem: StartError },
    #[error(
        "{found} official signers can be asked ({names}), expected {at_least}: run `cargo xtask \
         setup`"
    )]
    TooFew { found: usize, names: String, at_least: usize },
    #[error(
        "{found} servers can be asked ({names}), expected {at_least}: run `cargo xtask setup --servers`"
    )]
    TooFewServers { found: usize, names: String, at_least: usize },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}
