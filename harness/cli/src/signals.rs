//! SIGINT, SIGTERM and SIGHUP: end adapters and remove temporary files before the program ends.

use std::process::exit;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use sigv4_conformance::subject::{adopt_descendants, clear};

use crate::{exit_code, prompt};

/// Who ends the program in an orderly way when the first signal comes.
static ORDERLY: OnceLock<Sender<i32>> = OnceLock::new();

/// Leaves the first signal to the command, which ends by itself. A second one ends the program.
pub(crate) fn leave_to_the_command() -> Receiver<i32> {
    let (sender, receiver) = channel();
    // A process runs one command.
    let _ = ORDERLY.set(sender);
    receiver
}

/// Ends every adapter and all that it started, then the program.
pub(crate) fn end(signal: i32) -> ! {
    prompt::end();
    clear();
    exit(i32::from(exit_code::BY_SIGNAL) + signal);
}

/// From now on, a signal that ends the program first ends every adapter and all that it started.
pub(crate) fn clear_up_when_told_to_end() {
    adopt_descendants();
    // If signals cannot be watched, they end the program at once, as they would without this.
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
    thread::spawn(move || {
        let mut is_left = false;
        for signal in signals.forever() {
            if !is_left && ORDERLY.get().is_some_and(|command| command.send(signal).is_ok()) {
                is_left = true;
                continue;
            }
            end(signal);
        }
    });
}
