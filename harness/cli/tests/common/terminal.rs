//! The binary at a terminal of its own.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// The program at a terminal.
pub(crate) struct AtTerminal {
    pub(crate) program: Child,
    pub(crate) keyboard: File,
    terminal: File,
}

impl AtTerminal {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&keyboard).expect("the terminal is ours");
        unlockpt(&keyboard).expect("the terminal is there");
        let name = ptsname(&keyboard, Vec::new()).expect("its name");
        let name = PathBuf::from(name.into_string().expect("text"));
        let terminal =
            || OpenOptions::new().read(true).write(true).open(&name).expect("a terminal");
        let mut command = Command::new("setsid");
        command.env_remove("SIGV4_CONFORMANCE_SECRET_ACCESS_KEY");
        command.args(["--ctty", env!("CARGO_BIN_EXE_sigv4-conformance")]).args(arguments);
        command.stdin(terminal()).stdout(terminal()).stderr(terminal());
        let program = command.spawn().expect("setsid starts");
        Self { program, keyboard: keyboard.into(), terminal: terminal() }
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn echoes(&self) -> bool {
        echoes(&self.terminal)
    }

    pub(crate) fn wait(&self, is_there: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_there(self) {
            assert!(start.elapsed() < Duration::from_secs(30), "the program is not there yet");
            sleep(Duration::from_millis(5));
        }
    }

    /// The exit code, whether the terminal shows what is typed, and what the program wrote.
    pub(crate) fn end(mut self) -> (Option<i32>, bool, String) {
        // A terminal holds a few kilobytes and no more.
        let reader = thread::spawn(move || {
            let (mut said, mut byte) = (Vec::new(), [0]);
            while self.keyboard.read_exact(&mut byte).is_ok() && byte != [0] {
                said.extend(byte);
            }
            String::from_utf8_lossy(&said).into_owned()
        });
        let code = self.program.wait().expect("the program ends").code();
        let echoes = echoes(&self.terminal);
        // A mark behind all that was written, since the terminal is still open here.
        self.terminal.write_all(b"\0").expect("the terminal is open");
        (code, echoes, reader.join().expect("text"))
    }
}

fn echoes(terminal: &File) -> bool {
    tcgetattr(terminal).expect("a terminal").local_modes.contains(LocalModes::ECHO)
}
