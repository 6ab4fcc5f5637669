//! What the page says is what `explain` says, word by word: for the reports from the field, and for what only the
//! form has.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::serving::{Answer, Serving, one_line};
use crate::common::{Ended, end, harness};
use crate::{NOW, RIGHT};

/// What this test needs of the `expected.toml` of a report.
#[derive(Deserialize)]
struct Report {
    run: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    arguments: String,
}

/// The names that sides have on a terminal. On the page, more of each side is shown.
const SIDES: &[&str] = &["a correct signer  ", "the server  ", "the signer's log  ", "signed  "];

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field");
    let entries = fs::read_dir(root).expect("the reports");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// The fields of the form for what the arguments say; `None` for what the form does not have.
fn fields(folder: &Path, arguments: &str) -> Option<Vec<(&'static str, String)>> {
    let mut words = arguments.split(' ');
    if words.next() != Some("explain") {
        return None;
    }
    let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
    let mut fields = Vec::new();
    while let Some(word) = words.next() {
        let (name, value) = match word {
            "--example" => ("example", words.next()?.to_owned()),
            "--now" => ("now", words.next()?.to_owned()),
            "--entry" => ("entry", words.next()?.to_owned()),
            "--error-document" => ("document", read(words.next()?)?),
            "--body-file" => ("body", read(words.next()?)?),
            file if !file.starts_with('-') => ("request", read(file)?),
            _ => return None,
        };
        fields.push((name, value));
    }
    Some(fields)
}

/// The lines of an answer on a terminal that the page has too: all but both sides of differences.
fn lines(ended: &Ended) -> impl Iterator<Item = String> {
    let all = ended.stdout.lines().chain(ended.stderr.lines());
    all.filter_map(|line| {
        let text = line.trim_start();
        let is_side = line.starts_with("    ") && SIDES.iter().any(|side| text.starts_with(side));
        // A list has its numbers from the browser.
        let text = match text.split_once(". ") {
            Some((number, rest)) if number.bytes().all(|it| it.is_ascii_digit()) => rest,
            _ => text,
        };
        // What is between backticks is code on the page.
        (!is_side && text != "^").then(|| one_line(&on_the_page(text).replace('`', "")))
    })
}

/// The same with fields of the form for options.
pub(crate) fn on_the_page(text: &str) -> String {
    [
        ("`--format json`", "`sigv4-conformance explain --format json`"),
        ("as `--header 'x-k8s-aws-id: NAME'`", "in the field \"Headers\" as `x-k8s-aws-id: NAME`"),
        ("as --body-file", "in the field \"Body\""),
        ("as --error-document", "in the field \"What the server answered\""),
        ("--error-document", "the field \"What the server answered\""),
    ]
    .iter()
    .fold(text.to_owned(), |text, (option, field)| text.replace(option, field))
}

/// The first line that the page does not have in this order.
fn missing(ended: &Ended, answer: &Answer) -> Option<String> {
    let words = answer.words();
    let mut rest = &words[..];
    lines(ended).find(|line| match rest.find(&line[..]) {
        Some(at) => {
            rest = &rest[at + line.len()..];
            false
        }
        None => true,
    })
}

#[test]
fn reports_from_the_field_are_explained_in_the_same_words() {
    let serving = Serving::start(&std::env::temp_dir(), &[]);
    let (mut compared, mut with_sides, mut failures) = (0, 0, String::new());
    let mut named = BTreeSet::new();
    for folder in folders() {
        let text = fs::read_to_string(folder.join("expected.toml")).expect("a report");
        let report: Report = toml::from_str(&text).expect("a report");
        for Run { arguments } in report.run {
            let Some(fields) = fields(&folder, &arguments) else { continue };
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, &value[..])).collect();
            let answer = serving.post(&fields);
            let ended = end(&mut harness(&folder, arguments.split(' ')));
            compared += 1;
            with_sides += usize::from(answer.body.contains("<ins>"));
            for piece in answer.body.split("href=\"#mistake-").skip(1) {
                let id = piece.split('"').next().unwrap_or_default();
                assert!(answer.body.contains(&format!("id=\"mistake-{id}\"")), "{id}");
                named.insert(id.to_owned());
            }
            let expected = if ended.code == 2 { 422 } else { 200 };
            let missing = missing(&ended, &answer);
            if missing.is_some() || answer.status != expected {
                let folder = folder.file_name().unwrap_or_default().to_string_lossy();
                let (status, words) = (answer.status, answer.words());
                let _ = writeln!(failures, "{folder}: {arguments}\n  missing: {missing:?}");
                let _ = writeln!(failures, "  status {status}: {words}\n{ended}");
            }
        }
    }
    println!("{compared} requests compared, {with_sides} with both sides");
    assert!(failures.is_empty(), "\n{failures}");
    assert!(compared >= 140 && with_sides >= 20, "{compared} compared, {with_sides} with sides");
    assert!(named.len() >= 5, "only {named:?} are explained on the page");
}

#[test]
fn fields_are_options() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("request.http"), RIGHT).expect("written");
    let serving = Serving::start(folder.path(), &[]);
    let base = ["explain", "request.http", "--now", NOW];
    for (options, fields, said) in [
        (
            &["--example", "s3", "--service", "s3express"][..],
            &[("example", "s3"), ("service", "s3express")][..],
            "The server expects the service s3express, and the request is signed for s3",
        ),
        (
            &["--example", "s3", "--region", "eu-west-1"],
            &[("example", "s3"), ("region", "eu-west-1")],
            "The server expects the region eu-west-1, and the request is signed for us-east-1",
        ),
        (
            &["--example", "s3", "--service", "s3", "--region", "us-east-1"],
            &[("example", "s3"), ("service", "s3"), ("region", " us-east-1")],
            "The signature is right",
        ),
        (
            &["--example", "suite", "-H", "X-Amz-A: b"],
            &[("example", "suite"), ("header", "X-Amz-A: b\n\n")],
            "The header x-amz-a is sent and not signed",
        ),
        (&["--without-secret"], &[], "The signature is not checked: that needs the secret."),
    ] {
        let ended = end(&mut harness(folder.path(), base.iter().chain(options).copied()));
        let form = [("request", RIGHT), ("now", NOW)];
        let form: Vec<(&str, &str)> = form.iter().chain(fields).copied().collect();
        let answer = serving.post(&form);
        assert_eq!(answer.status, 200, "{options:?}");
        assert!(answer.words().contains(said), "{options:?}: {}", answer.words());
        assert_eq!(missing(&ended, &answer), None, "{options:?}: {ended}\n{}", answer.words());
    }
}

#[test]
fn line_ends_of_a_body_do_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(folder.path(), &[]);
    for body in ["one\r\ntwo\r\n", "one\ntwo\n"] {
        let time = "20150830T123600Z";
        let url = "https://example.amazonaws.com/a";
        let sign = ["sign", "--example", "suite", "--service", "service", "--time", time];
        let sign = sign.into_iter().chain(["POST", url, "--body", body]);
        let signed = end(&mut harness(folder.path(), sign)).stdout;
        let (_, headers) = signed.split_once("headers to add\n").expect("headers");
        let head = format!("POST /a HTTP/1.1\nHost: example.amazonaws.com\n{headers}");
        let length = format!("Content-Length: {}\n", body.len());
        for head in [format!("{head}\n"), format!("{head}{length}\n")] {
            let request = format!("{head}{body}");
            let answer =
                serving.post(&[("request", &request), ("example", "suite"), ("now", time)]);
            let words = answer.words();
            let right = "Answer The signature is right for this request and this secret.";
            assert!(words.starts_with(right) && !words.contains("problem"), "{body:?}: {words}");
        }
        let form = [("request", &head[..]), ("body", body), ("example", "suite"), ("now", time)];
        assert!(serving.post(&form).words().contains("The signature is right"), "{body:?}");
    }
}
