//! The instructions that the reference's hot path takes, compared with the recorded counts.
//!
//! The compression function is left out: it is not ours, and the profiler cannot run the version
//! that uses the processor's own instructions. So are the functions of the C library that copy and
//! compare memory: what they take depends on the alignment of the stack, and thereby on the
//! environment. How often they are called does not, and is recorded too. What remains is the code around it, whose count is
//! the same on every run, even on a busy machine. A difference in either direction fails. After a
//! change of the hot path, update the record (`cargo xtask bench --record`); its diff shows what
//! the change costs.
//!
//! Refusals are not recorded. None of them may take more instructions than to accept the same request.
//! Nor may the cost per header more than double between a hundred headers and ten thousand.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::chore::{self, ChoreError, cargo};

const RECORD: &str = "benches/instructions.txt";
const CASES: &[&str] = &["derive", "sign-header", "sign-query"];
/// How many headers are verified, out of order.
const HEADERS: [u64; 3] = [100, 1_000, 10_000];
/// Each prints the names of requests that are accepted, and after each those of its changes that are
/// refused.
const VERIFYING: &[&str] = &["verify-small", "verify-large"];
/// How many instructions more it takes to write a refusal than to write who signed.
const ANSWER: u64 = 8;
/// The program that counts them.
pub(crate) const PROFILER: &str = "valgrind";
const COMPRESSION: &str = "sha2::sha256";
/// How the names of the functions that copy, fill and compare memory begin.
const MEMORY: [&str; 2] = ["mem", "__mem"];

/// The program that is missing on this machine, if any.
pub(crate) fn missing() -> Option<String> {
    (!chore::is_installed(PROFILER)).then(|| PROFILER.to_owned())
}

/// Fails if a count differs from the recorded one, or if a refusal takes more than accepting.
pub(crate) fn check(root: &Path) -> Result<(), ChoreError> {
    let path = root.join(RECORD);
    let expected = fs::read_to_string(&path).map_err(ChoreError::file(&path))?;
    let actual = count_all(root)?;
    print!("{actual}");
    if actual == expected {
        return Ok(());
    }
    Err(ChoreError::Tests(format!(
        "{RECORD}: expected\n{expected}got\n{actual}\
         If that is intended: cargo xtask bench --record"
    )))
}

/// Writes the record.
pub(crate) fn record(root: &Path) -> Result<(), ChoreError> {
    let path = root.join(RECORD);
    let counts = count_all(root)?;
    print!("{counts}");
    fs::write(&path, counts).map_err(ChoreError::file(&path))
}

/// What one case takes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Counts {
    /// Instructions outside of what is left out.
    instructions: u64,
    /// Calls of functions that copy, fill or compare memory.
    memory_calls: u64,
    /// Whether the compression function occurs.
    found: bool,
}

/// The version of the compiler, then one line per case: instructions, and calls for memory. Fails if a
/// refusal takes more than accepting.
fn count_all(root: &Path) -> Result<String, ChoreError> {
    chore::require(PROFILER)?;
    let program = build(root)?;
    let compiler = chore::output(Command::new("rustc").arg("--version"))?;
    let mut counts = format!("{}\n", compiler.trim());
    for case in CASES {
        let Counts { instructions, memory_calls, .. } = count(&program, &[case], true)?;
        _ = writeln!(counts, "{case} {instructions} {memory_calls}");
    }
    let mut per_header = Vec::new();
    for headers in HEADERS {
        let case = format!("headers-{headers}");
        let Counts { instructions, memory_calls, .. } = count(&program, &[&case], true)?;
        _ = writeln!(counts, "{case} {instructions} {memory_calls}");
        per_header.push(instructions / headers);
    }
    if let [few, .., many] = per_header[..]
        && many > 2 * few
    {
        return Err(ChoreError::Tests(format!(
            "expected the cost of headers to grow like a sort, got {per_header:?} instructions per \
             header of {HEADERS:?}"
        )));
    }
    for case in VERIFYING {
        let names = chore::output(Command::new(&program).arg(case))?;
        let mut accepted = 0;
        for name in names.lines() {
            let is_accepted = name.ends_with("-accepted");
            let Counts { instructions, memory_calls, .. } =
                count(&program, &[case, name], is_accepted)?;
            if is_accepted {
                accepted = instructions;
                _ = writeln!(counts, "{case}-{name} {instructions} {memory_calls}");
            } else if instructions > accepted + ANSWER {
                return Err(ChoreError::Tests(format!(
                    "{case} {name}: expected at most the {accepted} instructions of accepting, \
                     got {instructions}"
                )));
            }
        }
    }
    Ok(counts)
}

/// What the counted function of a case takes. Only a refusal may come before anything is hashed.
fn count(program: &Path, case: &[&str], hashes: bool) -> Result<Counts, ChoreError> {
    let folder = tempfile::tempdir().map_err(ChoreError::file(&std::env::temp_dir()))?;
    let out = folder.path().join("profile");
    let mut profiler = Command::new(PROFILER);
    profiler
        .args(["--quiet", "--tool=callgrind", "--toggle-collect=hot_path::counted*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .args(case);
    chore::run(&mut profiler)?;
    let profile = fs::read_to_string(&out).map_err(ChoreError::file(&out))?;
    let counts = outside_compression(&profile);
    if hashes && !counts.found {
        return Err(ChoreError::Tests(format!(
            "{}: the compression function is not in the profile: is it inlined?",
            case.join(" ")
        )));
    }
    Ok(counts)
}

/// Builds the example, and returns the path that cargo reports.
fn build(root: &Path) -> Result<PathBuf, ChoreError> {
    let mut build = cargo(root);
    build.args(["build", "--profile", "bench", "--locked", "--message-format=json"]);
    build.args(["--package", "sigv4-reference", "--example", "hot_path"]);
    let messages = chore::output(&mut build)?;
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    });
    executable.ok_or_else(|| ChoreError::Tests("cargo built no example hot_path".to_owned()))
}

/// The costs of all functions except those that are left out, in a profile of callgrind. A line `fn=(7) name` starts a function, and `cfn=(8) name`
/// says which one is called; the name is left out when the function occurs again. A line of numbers is
/// a cost. The cost after `calls=` is that of the called function, which has its own lines.
fn outside_compression(profile: &str) -> Counts {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let mut counts = Counts::default();
    let (mut called, mut is_left_out, mut is_call) = ("", false, false);
    let is_memory = |name: &str| MEMORY.iter().any(|start| name.starts_with(start));
    for line in profile.lines() {
        if let Some(function) = line.strip_prefix("fn=").or_else(|| line.strip_prefix("cfn=")) {
            let (id, name) = function.split_once(' ').unwrap_or((function, ""));
            if !name.is_empty() {
                names.insert(id, name);
            }
            let name = names.get(id).copied().unwrap_or_default();
            if line.starts_with("cfn=") {
                called = name;
            } else {
                let is_compression = name.contains(COMPRESSION);
                counts.found |= is_compression;
                is_left_out = is_compression || is_memory(name);
            }
        } else if let Some(call) = line.strip_prefix("calls=") {
            is_call = true;
            if is_memory(called) && !is_left_out {
                let times = call.split(' ').next().and_then(|times| times.parse::<u64>().ok());
                counts.memory_calls += times.unwrap_or(0);
            }
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let cost: u64 = line.split(' ').nth(1).and_then(|cost| cost.parse().ok()).unwrap_or(0);
            if !is_call && !is_left_out {
                counts.instructions += cost;
            }
            is_call = false;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_and_memory_are_left_out() {
        let profile = "\
events: Ir
fn=(1) hot_path::counted
10 5
+1 7
cfn=(2) sha2::sha256::compress256
calls=1 0
* 1000

fn=(2)
3 900
+4 100

fn=(3) other
7 30
cfn=(4) __memmove_avx_unaligned_erms
calls=3 0
* 12

fn=(4)
7 12
";
        let counts = Counts { instructions: 42, memory_calls: 3, found: true };
        assert_eq!(outside_compression(profile), counts);
        assert!(!outside_compression("fn=(3) other\n7 30\n").found);
    }
}
