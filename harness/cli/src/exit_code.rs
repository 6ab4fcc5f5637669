//! The exit codes. Scripts rely on them: their meaning never changes.

use sigv4_conformance::log::RunResult;

/// Everything was as expected.
pub(crate) const AS_EXPECTED: u8 = 0;
/// An unexpected verdict, or an expectation that no longer holds.
pub(crate) const UNEXPECTED: u8 = 1;
/// The command line or a file of configuration cannot be used.
pub(crate) const USAGE: u8 = 2;
/// The run is incomplete and proves nothing: the adapter or its protocol failed, or nothing was signed
/// as it should be.
pub(crate) const INCOMPLETE: u8 = 3;
/// Nothing was selected.
pub(crate) const NOTHING_SELECTED: u8 = 4;

/// What is added to the number of a signal that ended the program, as shells do.
pub(crate) const BY_SIGNAL: u8 = 128;

/// The code of a run.
pub(crate) fn of(result: RunResult) -> u8 {
    match result {
        RunResult::AsExpected => AS_EXPECTED,
        RunResult::Unexpected => UNEXPECTED,
        RunResult::Incomplete => INCOMPLETE,
    }
}
