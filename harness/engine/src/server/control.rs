//! Why a server cannot be asked.

use std::net::SocketAddr;

use super::ask::AskError;

/// Why a server cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// It ended while it was prepared.
    #[error("{address}: the server ended before it was asked anything")]
    Ended {
        /// Where it was.
        address: SocketAddr,
    },
    /// It gives no answer.
    #[error("{address}: {source}")]
    Silent {
        /// Where.
        address: SocketAddr,
        /// What happened.
        source: AskError,
    },
    /// An object that the run would overwrite and remove is there.
    #[error(
        "{address}: the object {path} is there already, and would be overwritten and removed: give an \
         empty bucket, or remove it. Or the server answers 200 to everything, and verifies nothing"
    )]
    Occupied {
        /// Where.
        address: SocketAddr,
        /// The path of the object.
        path: String,
    },
    /// It answers with another object than the one that was put.
    #[error("{address}: GET of an object: expected what was put, got {length} other bytes")]
    OtherObject {
        /// Where.
        address: SocketAddr,
        /// How long the answer is.
        length: usize,
    },
    /// It refuses what is right, so that its refusals show nothing.
    #[error("{address}: {what}: expected success, got {status}{code}", code = shown(code.as_ref()))]
    Refused {
        /// Where.
        address: SocketAddr,
        /// What was tried.
        what: &'static str,
        /// The status.
        status: u16,
        /// The code of the error.
        code: Option<String>,
    },
}

impl ControlError {
    /// Whether to wait is in vain.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::Refused { status: 405 | 501, .. })
    }
}

/// The code of an error behind a status.
pub(super) fn shown(code: Option<&String>) -> String {
    code.map(|code| format!(" {code}")).unwrap_or_default()
}
