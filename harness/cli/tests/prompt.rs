//! Asking for the secret at a terminal: whatever ends the program, the terminal shows again what is typed.

#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// The program at a terminal of its own, which asks for the secret.
struct Asking {
    program: Child,
    keyboard: File,
    terminal: File,
}

impl Asking {
    fn start() -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&keyboard).expect("the terminal is ours");
        unlockpt(&keyboard).expect("the terminal is there");
        let name = ptsname(&keyboard, Vec::new()).expect("its name");
        let name = PathBuf::from(name.into_string().expect("text"));
        let terminal =
            || OpenOptions::new().read(true).write(true).open(&name).expect("a terminal");
        let mut command = Command::new("setsid");
        command.env_remove("SIGV4_CONFORMANCE_SECRET_ACCESS_KEY");
        let binary = env!("CARGO_BIN_EXE_sigv4-conformance");
        command.args(["--ctty", binary, "derive-key", "--access-key-id", "AKIDEXAMPLE"]);
        command.args(["--service", "s3", "--time", "20150830T123600Z"]);
        command.stdin(terminal()).stdout(terminal()).stderr(terminal());
        let program = command.spawn().expect("setsid starts");
        let asking = Self { program, keyboard: keyboard.into(), terminal: terminal() };
        asking.wait(|asking| !asking.echoes());
        asking
    }

    fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.terminal).expect("a terminal");
        modes.local_modes.contains(LocalModes::ECHO)
    }

    fn wait(&self, is_there: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_there(self) {
            assert!(start.elapsed() < Duration::from_secs(30), "the program is not there yet");
            sleep(Duration::from_millis(5));
        }
    }

    /// The exit code, whether the terminal shows what is typed, and what the program wrote.
    fn end(mut self) -> (Option<i32>, bool, String) {
        let code = self.program.wait().expect("the program ends").code();
        let echoes = self.echoes();
        // A mark behind all that was written, since the terminal is still open here.
        self.terminal.write_all(b"\0").expect("the terminal is open");
        let mut said = Vec::new();
        let mut byte = [0];
        while self.keyboard.read_exact(&mut byte).is_ok() && byte != [0] {
            said.extend(byte);
        }
        (code, echoes, String::from_utf8_lossy(&said).into_owned())
    }
}

#[test]
fn a_signal_at_the_prompt_leaves_the_terminal_as_it_was() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let asking = Asking::start();
        let pid = Pid::from_raw(asking.program.id().cast_signed()).expect("a process");
        kill_process(pid, signal).expect("it is running");
        let (ended, echoes, said) = asking.end();
        assert_eq!((ended, echoes), (Some(code), true), "{said}");
        assert!(!said.contains("error"), "{said}");
    }
}

#[test]
fn ctrl_c_at_the_prompt_ends_the_program_as_a_signal_does() {
    let mut asking = Asking::start();
    asking.keyboard.write_all(b"\x03").expect("typed");
    let (code, echoes, said) = asking.end();
    assert_eq!((code, echoes), (Some(130), true), "{said}");
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn what_is_typed_is_the_secret() {
    let mut asking = Asking::start();
    asking.keyboard.write_all(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\r").expect("typed");
    let (code, echoes, said) = asking.end();
    assert_eq!((code, echoes), (Some(0), true), "{said}");
    assert!(said.contains("signing") && !said.contains("MDENG"), "{said}");
}
