//! What those see at a terminal who wait.

#![cfg(target_os = "linux")]

#[expect(dead_code, reason = "shared with tests that use more of it")]
mod common;
#[expect(dead_code, reason = "shared with tests that use more of it")]
#[path = "common/terminal.rs"]
mod terminal;

use common::{end, harness};
use terminal::AtTerminal;

/// A search, which takes as long as it is told to.
#[test]
fn what_is_done_is_said_at_a_terminal_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["search", "reference", "--time", "3"];
    let (code, _, said) = AtTerminal::start(&arguments).end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(" a second, 0 findings"), "{said}");
    // It is gone before the answer.
    let (_, answer) = said.rsplit_once(" a second, 0 findings").expect("said");
    assert!(answer.contains("nothing found"), "{said}");
    let ended = end(&mut harness(folder.path(), arguments));
    assert_eq!((ended.code, &ended.stderr[..]), (0, ""), "{ended}");
}
