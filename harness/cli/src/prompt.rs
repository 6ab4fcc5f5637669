//! Asking for a secret at the terminal, which shows again what is typed however the program ends.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::sync::{Mutex, PoisonError};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::SIGINT;
use zeroize::Zeroizing;

use crate::signals;

/// The terminal while it is asked, with the modes that it had before.
static ASKED: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// What is typed after `prompt`. Ctrl-C ends the program as it does everywhere else.
pub(crate) fn secret(prompt: &str) -> io::Result<Zeroizing<String>> {
    let terminal = File::open("/dev/tty")?;
    let modes = tcgetattr(&terminal)?;
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = Some((terminal, modes));
    let typed = rpassword::prompt_password(prompt);
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).take();
    match typed {
        // The key is read as a character here, and raises no signal.
        Err(error) if error.kind() == ErrorKind::Interrupted => signals::end(SIGINT),
        typed => typed.map(Zeroizing::new),
    }
}

/// Gives the terminal the modes back that it had before it was asked, if it is being asked.
pub(crate) fn end() {
    let asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((terminal, modes)) = asked {
        // The program ends whatever comes of it.
        let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
        anstream::eprintln!();
    }
}
