//! The documentation is true: what a page shows is what the program says, the program knows each
//! command, and each link leads somewhere.
//!
//! A block of the language `console` is a session: each line after `$ ` is run in a shell, in a folder
//! that the page has for itself. A line `...` is in place of any lines, `...` at the end of a line of its
//! rest; a command without output in the page is only run. One that does not end with 0 is followed
//! by `$ echo $?`. A comment in front of a block says `file: NAME`, and the block is that file, or
//! `needs: PROGRAM`, without which it is not run, or `not run: REASON`; then the commands are only
//! parsed, and the reason is listed.
//!
//! `INSTA_UPDATE=always` writes what the program says into the pages, as it does for snapshots.

#[expect(dead_code, reason = "shared with tests that use more of it")]
mod common;
mod docs {
    pub(crate) mod figures;
    pub(crate) mod links;
    pub(crate) mod page;
    pub(crate) mod picture;
    pub(crate) mod session;
    pub(crate) mod shown;
    pub(crate) mod small_matrix;
}

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use common::{end, harness};
use docs::page::{Note, Page};
use docs::session::{self, NAME};
use docs::shown::timeless;
use docs::{figures, links, picture, small_matrix};

/// Where the guide is.
const GUIDE: &str = "harness/docs/src";
/// Options in the text that belong to other programs.
const FOREIGN: &[&str] = &["--lf", "--locked", "--no-compares", "--sanitizer", "--sigv4-known"];

fn root() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    path.canonicalize().expect("the root of the repository")
}

/// All pages of the repository.
fn pages() -> Vec<Page> {
    let root = root();
    let mut pages = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = folder.join(&name);
            let is_other = name.starts_with('.') || ["target", "node_modules"].contains(&&*name);
            let kind = entry.file_type().expect("a type");
            if kind.is_dir() && !is_other {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|it| it == "md") {
                pages.push(Page::read(&root, &path));
            }
        }
    }
    pages.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(pages.len() > 10, "{} pages below {}", pages.len(), root.display());
    pages
}

fn fail_with(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn is_updating() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|it| it == "always")
}

#[test]
fn each_session_says_what_the_page_shows() {
    let pages = pages();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> =
            pages.iter().map(|page| scope.spawn(move || session::run(page))).collect();
        running.into_iter().map(|it| it.join().expect("a page")).collect()
    });
    let mut problems = Vec::new();
    for (page, outcome) in pages.iter().zip(outcomes) {
        problems.extend(outcome.problems);
        for line in outcome.not_run {
            println!("not run: {line}");
        }
        if let Some(text) = outcome.corrected.filter(|_| is_updating()) {
            fs::write(root().join(&page.path), text).expect("a page");
        }
    }
    fail_with(&problems);
}

#[test]
fn each_command_is_one_that_the_program_knows() {
    let folder = tempfile::tempdir().expect("a folder");
    let inserted = Regex::new(r"\$\{\{[^}]*\}\}").expect("a pattern");
    let mut problems = Vec::new();
    for page in pages() {
        for block in &page.blocks {
            let is_run = block.language == "console" && block.note.is_none();
            // What a workflow inserts is a number.
            let content = inserted.replace_all(page.content(block), "1").replace("\\\n", " ");
            for line in content.lines().filter(|_| !is_run) {
                for mut words in session::invocations(line) {
                    if words.first().is_none_or(|it| !it.starts_with(|c: char| c.is_alphabetic())) {
                        continue;
                    }
                    words.push("--help".to_owned());
                    let ended = end(&mut harness(folder.path(), words.iter().map(String::as_str)));
                    if ended.code != 0 {
                        let place = page.place(block.content.start);
                        problems.push(format!("{place}: {line}\n{}", ended.stderr));
                    }
                }
            }
        }
    }
    fail_with(&problems);
}

#[test]
fn each_option_in_the_text_exists() {
    let known = options();
    let mut problems = Vec::new();
    for page in guide_and_readme() {
        for word in &page.words {
            let option = word.text.split([' ', '=']).next().unwrap_or_default();
            if option.starts_with("--")
                && option.len() > 2
                && !known.contains(option)
                && !FOREIGN.contains(&option)
            {
                problems.push(format!("{}: no command has {option}", page.place(word.at)));
            }
        }
    }
    fail_with(&problems);
}

/// The options of all commands.
fn options() -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let help = |words: &[&str]| end(&mut harness(folder.path(), words.iter().copied())).stdout;
    let commands = |text: &str| -> Vec<String> {
        let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1);
        let listed = listed.take_while(|line| !line.is_empty());
        let names =
            listed.filter_map(|line| line.strip_prefix("  ").filter(|it| !it.starts_with(' ')));
        let names = names.filter_map(|it| it.split(' ').next()).filter(|it| *it != "help");
        names.map(str::to_owned).collect()
    };
    let mut texts = vec![help(&["--help"])];
    for command in commands(&texts[0]) {
        let text = help(&[&command, "--help"]);
        texts.extend(commands(&text).iter().map(|it| help(&[&command, it, "--help"])));
        texts.push(text);
    }
    let words =
        texts.iter().flat_map(|text| text.split([' ', '\n', '[', ',', '`', '=', ';', ':', '.']));
    words.filter(|word| word.starts_with("--")).map(str::to_owned).collect()
}

fn guide_and_readme() -> impl Iterator<Item = Page> {
    pages()
        .into_iter()
        .filter(|page| page.path.starts_with(GUIDE) || page.path == Path::new("README.md"))
}

#[test]
fn each_command_of_the_guide_is_in_a_session() {
    let mut problems = Vec::new();
    for page in guide_and_readme() {
        problems.extend(page.problems.iter().cloned());
        for block in page.blocks.iter().filter(|block| block.language != "console") {
            for line in page.content(block).lines() {
                if line.starts_with(NAME) && line.as_bytes().get(NAME.len()) == Some(&b' ')
                    || line.starts_with("cargo ")
                {
                    problems.push(format!("{}: {line}", page.place(block.content.start)));
                }
            }
        }
        for block in page.blocks.iter().filter(|block| block.language == "console") {
            let is_run = !matches!(block.note, Some(Note::NotRun(_)));
            for step in session::steps(&page, block) {
                if is_run && step.command.starts_with("cargo ") {
                    problems.push(format!("{}: cargo runs in no session", page.place(step.at)));
                }
            }
        }
    }
    fail_with(&problems);
}

#[test]
fn each_link_leads_somewhere() {
    let (root, pages) = (root(), pages());
    let broken: Vec<String> =
        pages.iter().flat_map(|page| links::broken(&root, page, &pages)).collect();
    fail_with(&broken);
}

#[test]
fn the_summary_lists_each_page_once() {
    let pages = pages();
    let summary = Path::new(GUIDE).join("SUMMARY.md");
    let summary = pages.iter().find(|page| page.path == summary).expect("the summary");
    let mut listed: Vec<PathBuf> =
        summary.links.iter().map(|link| Path::new(GUIDE).join(&link.text)).collect();
    listed.sort();
    let of_guide = pages.iter().filter(|page| page.path.starts_with(GUIDE));
    let existing: Vec<PathBuf> =
        of_guide.map(|page| page.path.clone()).filter(|path| *path != summary.path).collect();
    assert_eq!(listed, existing);
}

#[test]
fn the_picture_is_what_the_program_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = root().join(picture::PATH);
    let drawn = picture::draw(folder.path());
    let published = fs::read_to_string(&path).expect("the picture");
    if is_updating() && timeless(&published) != timeless(&drawn) {
        fs::write(&path, &drawn).expect("the picture");
    }
    assert_eq!(timeless(&published), timeless(&drawn));
}

#[test]
fn the_figures_of_the_readme_are_those_of_the_vectors_and_reports() {
    is_corrected(&root().join("README.md"), |readme| {
        figures::corrected(&root(), &small_matrix::corrected(&root(), readme))
    });
}

#[test]
fn the_versions_in_the_guide_are_those_of_the_formats() {
    is_corrected(&root().join(GUIDE).join("versions.md"), figures::corrected_versions);
}

fn is_corrected(path: &Path, correct: impl Fn(&str) -> String) {
    let page = fs::read_to_string(path).expect("a page");
    let corrected = correct(&page);
    if is_updating() && page != corrected {
        fs::write(path, &corrected).expect("the page");
    }
    assert_eq!(page, corrected);
}
