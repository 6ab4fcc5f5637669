//! Deliberate bugs that measure the fuzz targets (`cargo xtask fuzz --planted`).
//!
//! They are compiled in only with `--cfg sigv4_planted`, which `fuzz/instrument` sets and no other
//! build does, and one is active only if the environment names it.

use std::sync::LazyLock;

static ACTIVE: LazyLock<Option<String>> =
    LazyLock::new(|| std::env::var("SIGV4_CONFORMANCE_PLANTED").ok());

/// Whether this bug is active.
pub(crate) fn is(bug: &str) -> bool {
    ACTIVE.as_deref() == Some(bug)
}
