//! `new-adapter`: what it writes runs as it is, in every language, and overwrites nothing.

#[expect(dead_code, reason = "this test needs no helper program")]
mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{BINARY, Ended, end, harness, snapshots};

/// Runs `new-adapter` with these words.
fn new_adapter(folder: &Path, words: &[&str]) -> Ended {
    end(&mut harness(folder, ["new-adapter", "--language"].iter().chain(words).copied()))
}

/// Whether the machine has what the skeletons of a language need; says so if not.
fn has(probes: &[&[&str]]) -> bool {
    let is_missing = |probe: &&&[&str]| {
        let mut command = Command::new(probe[0]);
        command.args(&probe[1..]).stdout(Stdio::null()).stderr(Stdio::null());
        !command.status().is_ok_and(|status| status.success())
    };
    let missing = probes.iter().find(is_missing);
    if let Some([program, ..]) = missing {
        println!("skipped: needs {program}");
    }
    missing.is_none()
}

/// Writes the skeleton to its default folder, and runs the commands that are printed, in a shell.
fn written_and_run(words: &[&str], settle: fn(&Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = new_adapter(folder.path(), words);
    assert_eq!(ended.code, 0, "{ended}");
    let side = if words.contains(&"--verifier") { "verifier" } else { "signer" };
    settle(&folder.path().join(format!("my-{side}")));
    let (_, next) = ended.stdout.split_once("Next:\n").expect("commands");
    let commands: Vec<&str> = next.lines().map_while(|line| line.strip_prefix("  ")).collect();
    let [preparations @ .., doctor, run] = &commands[..] else { panic!("{ended}") };
    let in_shell = |command: &str| {
        let mut shell = Command::new("sh");
        // Tests download nothing.
        shell.args(["-c", command]).current_dir(folder.path()).env("CARGO_NET_OFFLINE", "true");
        end(&mut shell)
    };
    for preparation in preparations {
        let ended = in_shell(preparation);
        if ended.stdout.contains("in offline mode") {
            println!("skipped: needs the packages of pom.xml");
            return;
        }
        assert_eq!(ended.code, 0, "{preparation}: {ended}");
    }
    let binary = shlex::try_quote(BINARY).expect("no NUL");
    let ended = in_shell(
        &doctor.replace("sigv4-conformance doctor --", &format!("{binary} doctor --timeout 30 --")),
    );
    assert_eq!(ended.code, 0, "{doctor}: {ended}");
    let selection = match side {
        "verifier" => "--filter 'verifier/sigv4/bases/*'",
        _ => "--suite official",
    };
    let ended = in_shell(&run.replace(
        &format!("sigv4-conformance {side} --"),
        &format!("{binary} {side} --timeout 30 {selection} --"),
    ));
    assert_eq!(ended.code, 1, "{run}: {ended}");
    let counts: Vec<&str> = ended.stdout.lines().nth(1).expect("counts").split(' ').collect();
    let counts: Vec<&str> = counts.into_iter().filter(|word| !word.is_empty()).collect();
    let [name, _, cases, .., unsupported, _, _] = counts[..] else { panic!("{ended}") };
    assert_eq!((name, unsupported), (&format!("my-{side}")[..], cases), "{ended}");
}

fn as_written(_: &Path) {}

#[test]
fn in_go() {
    if has(&[&["go", "version"]]) {
        written_and_run(&["go"], as_written);
        written_and_run(&["go", "--verifier"], as_written);
    }
}

#[test]
fn in_java() {
    if has(&[&["mvn", "--version"], &["javac", "-version"]]) {
        let offline = |folder: &Path| {
            fs::create_dir(folder.join(".mvn")).expect("a folder");
            fs::write(folder.join(".mvn/maven.config"), "--offline\n").expect("written");
        };
        written_and_run(&["java"], offline);
        written_and_run(&["java", "--verifier"], offline);
    }
}

#[test]
fn in_node() {
    if has(&[&["node", "--version"]]) {
        written_and_run(&["node"], as_written);
        written_and_run(&["node", "--verifier"], as_written);
    }
}

#[test]
fn in_perl() {
    if has(&[&["perl", "-MJSON::PP", "-e", "1"]]) {
        written_and_run(&["perl"], as_written);
        written_and_run(&["perl", "--verifier"], as_written);
    }
}

#[test]
fn in_php() {
    if has(&[&["php", "--version"]]) {
        written_and_run(&["php"], as_written);
        written_and_run(&["php", "--verifier"], as_written);
    }
}

#[test]
fn in_python() {
    if has(&[&["python3", "--version"]]) {
        written_and_run(&["python"], as_written);
        written_and_run(&["python", "--verifier"], as_written);
    }
}

#[test]
fn in_ruby() {
    if has(&[&["ruby", "--version"]]) {
        written_and_run(&["ruby"], as_written);
        written_and_run(&["ruby", "--verifier"], as_written);
    }
}

/// With the versions of this workspace, which are on the machine.
#[test]
fn in_rust() {
    if has(&[&["cargo", "--version"]]) {
        written_and_run(&["rust"], |folder| {
            let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
            fs::copy(lock, folder.join("Cargo.lock")).expect("copied");
        });
    }
}

#[test]
fn in_sh() {
    if has(&[&["sh", "-c", "true"]]) {
        written_and_run(&["sh"], as_written);
    }
}

#[test]
fn what_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = new_adapter(folder.path(), &["go", "my adapters/go/"]);
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("written", ended));
}

/// All paths below a folder.
fn below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.insert(path);
    }
    found
}

#[test]
fn no_file_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let kit = folder.path().join("my-signer/sigv4_conformance.py");
    fs::create_dir(folder.path().join("my-signer")).expect("a folder");
    fs::write(&kit, "mine").expect("written");
    let before = below(folder.path());
    let ended = new_adapter(folder.path(), &["python"]);
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("exists", ended));
    assert_eq!(below(folder.path()), before);
    assert_eq!(fs::read_to_string(&kit).expect("read"), "mine");
}

#[test]
fn what_is_there_stays_beside_the_skeleton() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("signer.rb"), "mine").expect("written");
    let ended = new_adapter(folder.path(), &["ruby", "."]);
    assert_eq!(ended.code, 0, "{ended}");
    assert_eq!(below(folder.path()).len(), 3);
}

/// The folder of the kit cannot be made once the adapter is written.
#[test]
fn nothing_is_left_half_written() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("parent")).expect("a folder");
    fs::write(folder.path().join("parent/kit"), "mine").expect("written");
    let before = below(folder.path());
    let ended = new_adapter(folder.path(), &["go", "parent"]);
    snapshots(folder.path()).bind(|| insta::assert_snapshot!("half-way", ended));
    assert_eq!(below(folder.path()), before);
}

#[test]
fn what_there_is_no_skeleton_for() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, words) in [
        ("no-such-language", &["cobol"][..]),
        ("no-verifier-in-rust", &["rust", "--verifier"]),
        ("no-verifier-in-sh", &["sh", "--verifier"]),
    ] {
        let ended = new_adapter(folder.path(), words);
        assert_eq!(ended.code, 2, "{ended}");
        snapshots(folder.path()).bind(|| insta::assert_snapshot!(name, ended));
    }
    assert!(below(folder.path()).is_empty());
}
