//! What those see at a terminal who wait for an explanation.

#![cfg(target_os = "linux")]

#[expect(dead_code, reason = "shared with tests that use more of it")]
mod common;
#[expect(dead_code, reason = "shared with tests that use more of it")]
#[path = "common/terminal.rs"]
mod terminal;

use std::fmt::Write as _;
use std::fs;

use common::{end, harness};
use terminal::AtTerminal;

/// A request whose signature nothing explains, so that everything is tried.
fn request() -> String {
    let (mut names, mut lines) = (String::new(), String::new());
    for number in 0..60 {
        let _ = write!(names, "x-{number:03};");
        let _ = writeln!(lines, "X-{number:03}: a value with blanks");
    }
    format!(
        "GET / HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n{lines}\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
         SignedHeaders=host;{names}x-amz-date, Signature={}\n\n",
        "0".repeat(64)
    )
}

#[test]
fn what_is_tried_is_said_at_a_terminal_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("request.http");
    fs::write(&path, request()).expect("written");
    let path = path.to_str().expect("text");
    let arguments = ["explain", "--example", "suite", "--now", "20150830T123700Z", path];
    let (code, _, said) = AtTerminal::start(&arguments).end();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("trying two mistakes at once"), "{said}");
    // It is gone before the answer.
    let (_, answer) = said.rsplit_once("trying ").expect("said");
    assert!(answer.contains("The signature is wrong"), "{said}");
    let ended = end(&mut harness(folder.path(), arguments));
    assert_eq!((ended.code, &ended.stderr[..]), (1, ""), "{ended}");
}
