//! The first session of the README is what the program says.

#[expect(dead_code, reason = "this test reads no snapshot")]
mod common;

use std::path::Path;

use common::{BINARY, end, harness};

const NAME: &str = "sigv4-conformance";

#[test]
fn the_first_session_is_repeatable() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(path).expect("the README");
    let session = readme.split("```\n").nth(1).expect("a block");
    let (command, shown) = session.split_once('\n').expect("lines");
    let words = shlex::split(command.strip_prefix("$ ").expect("a prompt")).expect("words");
    assert_eq!(words[0], NAME);
    let words = words[1..].iter().map(|word| if word == NAME { BINARY } else { word });
    let folder = tempfile::tempdir().expect("a folder");
    let ended = end(&mut harness(folder.path(), words));
    let said = ended.stdout.replace(BINARY, NAME);
    // The time at the end differs.
    let timeless = |text: &str| text.rsplit_once(", ").map(|(text, _)| text.to_owned());
    assert_eq!(timeless(&said), timeless(shown));
    assert_eq!(ended.code, 1);
}
