//! Asking for the secret at a terminal: whatever ends the program, the terminal shows again what is typed.

#![cfg(target_os = "linux")]

#[path = "common/terminal.rs"]
mod terminal;

use std::io::Write as _;

use rustix::process::{Pid, Signal, kill_process};

use terminal::AtTerminal;

/// The program at a terminal of its own, asking for the secret.
fn asking() -> AtTerminal {
    let asking = AtTerminal::start(&[
        "derive-key",
        "--access-key-id",
        "AKIDEXAMPLE",
        "--service",
        "s3",
        "--time",
        "20150830T123600Z",
    ]);
    asking.wait(|asking| !asking.echoes());
    asking
}

#[test]
fn a_signal_at_the_prompt_leaves_the_terminal_as_it_was() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let asking = asking();
        let pid = Pid::from_raw(asking.program.id().cast_signed()).expect("a process");
        kill_process(pid, signal).expect("it is running");
        let (ended, echoes, said) = asking.end();
        assert_eq!((ended, echoes), (Some(code), true), "{said}");
        assert!(!said.contains("error"), "{said}");
    }
}

#[test]
fn ctrl_c_at_the_prompt_ends_the_program_as_a_signal_does() {
    let mut asking = asking();
    asking.keyboard.write_all(b"\x03").expect("typed");
    let (code, echoes, said) = asking.end();
    assert_eq!((code, echoes), (Some(130), true), "{said}");
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn what_is_typed_is_the_secret() {
    let mut asking = asking();
    asking.keyboard.write_all(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\r").expect("typed");
    let (code, echoes, said) = asking.end();
    assert_eq!((code, echoes), (Some(0), true), "{said}");
    assert!(said.contains("signing") && !said.contains("MDENG"), "{said}");
}
