//! Bugs on purpose, by which the fuzz targets are measured (`cargo xtask fuzz --planted`).
//!
//! They are built in with `--cfg sigv4_planted` only, and only the one that the environment names is
//! awake. `fuzz/instrument` sets that flag where the feature `planted` is on; no other build can.

use std::sync::LazyLock;

static AWAKE: LazyLock<Option<String>> =
    LazyLock::new(|| std::env::var("SIGV4_CONFORMANCE_PLANTED").ok());

/// Whether this bug is awake.
pub(crate) fn is(bug: &str) -> bool {
    AWAKE.as_deref() == Some(bug)
}
