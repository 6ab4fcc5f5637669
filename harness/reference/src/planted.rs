//! Bugs on purpose, by which the fuzz targets are measured (`cargo xtask fuzz --planted`).
//!
//! They are there with `--cfg sigv4_planted` alone, asleep but for the one that the environment
//! names.

use std::sync::LazyLock;

static AWAKE: LazyLock<Option<String>> =
    LazyLock::new(|| std::env::var("SIGV4_CONFORMANCE_PLANTED").ok());

/// Whether this bug is awake.
pub(crate) fn is(bug: &str) -> bool {
    AWAKE.as_deref() == Some(bug)
}
