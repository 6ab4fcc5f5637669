//! What is installed on this machine. Each program is asked once: some take half a second to tell their version,
//! and dozens of adapters need the same ones.

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What programs said, by their command lines; `None` for one that failed.
static SAID: Mutex<Option<HashMap<Vec<String>, Option<String>>>> = Mutex::new(None);

fn said() -> MutexGuard<'static, Option<HashMap<Vec<String>, Option<String>>>> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forgets everything, after something was installed.
pub(super) fn changed() {
    *said() = None;
}

/// Whether `python3 -m venv` can make an environment with `pip` in it.
pub(super) fn has_venv() -> bool {
    asked(&["python3", "-c", "import ensurepip, venv"]).is_some()
}

/// Whether a Debian package is installed.
pub(super) fn has_package(package: &str) -> bool {
    let all = asked(&["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n"]);
    let wanted = format!("{package} installed");
    all.is_some_and(|all| all.lines().any(|line| line == wanted))
}

/// The version of the software in a Debian package that is installed.
pub(super) fn version_of_package(package: &str) -> Option<String> {
    asked(&["dpkg-query", "--show", "--showformat=${source:Upstream-Version}", package])
}

/// The version that a toolchain reports; `None` if it reports none.
pub(super) fn version_of(toolchain: &str) -> Option<Vec<u32>> {
    let argument = if toolchain == "go" { "version" } else { "--version" };
    let said = asked(&[toolchain, argument])?;
    Some(number(&said)).filter(|parts| !parts.is_empty())
}

/// The first dotted number in a text, part by part.
pub(super) fn number(text: &str) -> Vec<u32> {
    let text = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let end = text.find(|letter: char| letter != '.' && !letter.is_ascii_digit());
    text[..end.unwrap_or(text.len())].split('.').filter_map(|part| part.parse().ok()).collect()
}

/// What a program writes; `None` if it fails or is not there.
fn asked(words: &[&str]) -> Option<String> {
    let key: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let ask = || {
        let (program, arguments) = words.split_first()?;
        let mut command = Command::new(program);
        let output = command.args(arguments).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(text)
    };
    said().get_or_insert_default().entry(key).or_insert_with(ask).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_numbers() {
        let go = number("go version go1.26.8 linux/amd64\n");
        assert_eq!(go, [1, 26, 8]);
        assert!(go > number("1.24"));
        assert!(number("1.9") < number("1.24"));
        assert_eq!(number("v20.20.2"), [20, 20, 2]);
        assert!(number("none").is_empty());
    }

    #[test]
    fn a_program_is_asked_again_only_after_a_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        let words = ["cat", file.to_str().expect("a path that is text")];
        std::fs::write(&file, "one").expect("written");
        assert_eq!(asked(&words).as_deref(), Some("one"));
        std::fs::write(&file, "two").expect("written");
        assert_eq!(asked(&words).as_deref(), Some("one"));
        changed();
        assert_eq!(asked(&words).as_deref(), Some("two"));
        assert_eq!(asked(&["cat", "/no/such/file"]), None);
    }
}
