//! SIGINT, SIGTERM and SIGHUP: end adapters and remove temporary files before the program ends.

use std::process::exit;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use sigv4_conformance::subject::{adopt_descendants, clear};

/// What a shell adds to the number of a signal for the exit code.
const BY_SIGNAL: i32 = 128;

/// From now on, a signal that ends the program first ends every adapter and all that it started.
pub(crate) fn clear_up_when_told_to_end() {
    adopt_descendants();
    // If signals cannot be watched, they end the program at once, as they would without this.
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            clear();
            exit(BY_SIGNAL + signal);
        }
    });
}
