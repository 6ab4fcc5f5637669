//! The sessions of a page: what is typed after `$ `, and what the page shows of the answer.

use std::ffi::OsString;
use std::fs;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::page::{Block, Note, Page};
use super::shown::{refreshed, says};
use crate::common::{BINARY, Ended, end, undisturbed};

/// The program, as people type it.
pub(crate) const NAME: &str = "sigv4-conformance";
/// Shows the code with which the command before ended.
const CODE: &str = "echo $?";

/// One command of a session.
pub(crate) struct Step {
    pub(crate) command: String,
    /// Where the command is in the page.
    pub(crate) at: usize,
    /// Where what it printed is in the page.
    shown: Range<usize>,
}

/// What running a page showed.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) problems: Vec<String>,
    /// Blocks that are not run, with the reason.
    pub(crate) not_run: Vec<String>,
    /// The page with what the commands really printed, if that differs.
    pub(crate) corrected: Option<String>,
}

/// The commands of a session in order.
pub(crate) fn steps(page: &Page, block: &Block) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut at = block.content.start;
    let mut continued = false;
    for line in page.content(block).split_inclusive('\n') {
        let next = at + line.len();
        let typed = line.trim_end();
        match steps.last_mut() {
            Some(step) if continued => {
                step.command = format!("{}\n{typed}", step.command);
                step.shown = next..next;
            }
            _ if typed.starts_with("$ ") => {
                steps.push(Step { command: typed[2..].to_owned(), at, shown: next..next });
            }
            Some(step) => step.shown.end = next,
            None => {}
        }
        continued = typed.ends_with('\\') && (continued || typed.starts_with("$ "));
        at = next;
    }
    steps
}

/// Runs the sessions of a page one after the other in a folder of its own, with the files that the
/// page has written there.
pub(crate) fn run(page: &Page) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let mut outcome = Outcome::default();
    let mut corrections = Vec::new();
    for block in &page.blocks {
        let place = page.place(block.content.start);
        match &block.note {
            Some(Note::File(name)) => write(&folder.path().join(name), page.content(block)),
            Some(Note::NotRun(reason)) => outcome.not_run.push(format!("{place}: {reason}")),
            Some(Note::Needs(program)) if !is_installed(program) => {
                outcome.not_run.push(format!("{place}: needs {program}"));
            }
            _ if block.language == "console" => {
                let steps = steps(page, block);
                if steps.is_empty() {
                    outcome.problems.push(format!("{place}: no line begins with `$ `"));
                }
                run_block(page, &steps, folder.path(), &mut outcome, &mut corrections);
            }
            _ => {}
        }
    }
    if !corrections.is_empty() {
        let mut text = page.text.clone();
        for (range, said) in corrections.into_iter().rev() {
            text.replace_range(range, &said);
        }
        outcome.corrected = Some(text);
    }
    outcome
}

fn run_block(
    page: &Page,
    steps: &[Step],
    folder: &Path,
    outcome: &mut Outcome,
    corrections: &mut Vec<(Range<usize>, String)>,
) {
    let mut code = 0;
    for (number, step) in steps.iter().enumerate() {
        let ended = in_shell(folder, &format!("(exit {code})\n{}", step.command));
        code = ended.code;
        let shown = &page.text[step.shown.clone()];
        if !shown.trim().is_empty() && !says(shown, &ended.stdout) {
            let place = page.place(step.at);
            outcome.problems.push(format!("{place}: {}\n{}", step.command, ended.stdout));
            corrections.push((step.shown.clone(), refreshed(shown, &ended.stdout)));
        }
        let code_is_shown = steps.get(number + 1).is_some_and(|next| next.command == CODE);
        if code != 0 && !code_is_shown {
            let place = page.place(step.at);
            outcome
                .problems
                .push(format!("{place}: {} ends with {code}: let `$ {CODE}` follow", step.command));
        }
    }
}

/// Runs a script in a shell that finds the binary. What it prints is all in `stdout`.
pub(crate) fn in_shell(folder: &Path, script: &str) -> Ended {
    let mut shell = undisturbed("sh", folder);
    end(shell.args(["-c", &format!("exec 2>&1; {script}")]).env("PATH", path_with_binary()))
}

/// Writes a file; a script can be run.
pub(crate) fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, content).expect("written");
    if content.starts_with("#!") {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
}

fn is_installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// The folder of the binary, then those in which everything else is looked for.
fn path_with_binary() -> OsString {
    let folder = Path::new(BINARY).parent().expect("a folder").to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder).chain(std::env::split_paths(&others));
    std::env::join_paths(folders).expect("no colon in a folder")
}

/// The invocations of the program in a line of a shell, each up to `--` or the next command.
pub(crate) fn invocations(command: &str) -> Vec<Vec<String>> {
    let words = shlex::split(command).unwrap_or_default();
    let mut found = Vec::new();
    for (number, word) in words.iter().enumerate() {
        if word == NAME {
            let ends =
                |word: &String| matches!(word.as_str(), "--" | "|" | ">" | ">>" | "&&" | ";" | "&");
            found
                .push(words[number + 1..].iter().take_while(|word| !ends(word)).cloned().collect());
        }
    }
    found
}
