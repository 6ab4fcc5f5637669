//! Small pages, and what must hold of every page.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use sigv4_conformance::log::{self, RunLog};
use sigv4_conformance::matrix::Matrix;
use sigv4_pages::{matrix_page, run_page};

/// A page may not be larger than this.
const LARGEST: usize = 2_000_000;

/// A log in which everything that comes from outside would end a script, if it were not escaped.
fn hostile() -> Vec<RunLog> {
    let text = include_str!("hostile.ndjson");
    log::read("hostile.ndjson", text.as_bytes()).expect("the log adds up")
}

fn published(side: &str) -> Matrix {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../reports/{side}s.json"));
    let text = fs::read(&path).expect("the published matrix");
    serde_json::from_slice(&text).expect("the published matrix is valid")
}

/// The page without its style and programs, which are files of their own.
fn without_assets(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    while let Some(start) = ["<style>", "<script>"].iter().filter_map(|tag| rest.find(tag)).min() {
        let end = ["</style>", "</script>"].iter().filter_map(|tag| rest[start..].find(tag)).min();
        let Some(end) = end else { break };
        kept.push_str(&rest[..start]);
        rest = &rest[start + end..];
    }
    let lines = kept + rest;
    lines
        .lines()
        .filter(|line| !line.contains("Content-Security-Policy"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_run_as_a_page() {
    let page = run_page(&hostile()).expect("a page");
    let body = without_assets(&page);
    let (start, end) =
        (body.find("<main").expect("main"), body.find("id=\"cases\"").expect("cases"));
    assert_snapshot!(&body[start..end]);
}

#[test]
fn the_data_of_a_run() {
    let page = run_page(&hostile()).expect("a page");
    let (_, book) = page.split_once("id=\"book\">").expect("data");
    let (book, _) = book.split_once("</script>").expect("the end of the data");
    let mut book: serde_json::Value = serde_json::from_str(book).expect("JSON");
    book["components"] = serde_json::Value::Null;
    assert_snapshot!(serde_json::to_string_pretty(&book).expect("JSON"));
}

#[test]
fn two_subjects_as_a_page() {
    let matrix = serde_json::from_str(include_str!("two.json")).expect("a matrix");
    let before = serde_json::from_str(include_str!("two-before.json")).expect("a matrix");
    let body = without_assets(&matrix_page(&matrix, Some(&before)).expect("a page"));
    let (start, end) =
        (body.find("<main").expect("main"), body.find("id=\"cases\"").expect("cases"));
    assert_snapshot!(&body[start..end]);
}

#[test]
fn what_comes_from_outside_is_text() {
    let page = run_page(&hostile()).expect("a page");
    assert!(!page.contains("alert(1)</script>"), "a script from outside is in the page");
    assert!(page.contains("&lt;&#x2f;script&gt;&lt;script&gt;alert(1)"), "the text is gone");
    let data = page.split("id=\"book\">").nth(1).expect("data");
    assert!(data.starts_with('{') && data.contains("\\u003c/script>\\u003cscript>alert(1)"));
    // What ends is what the page itself began.
    let (opened, closed) = (page.matches("<script").count(), page.matches("</script>").count());
    assert_eq!(opened, closed);
}

#[test]
fn a_page_asks_no_host_for_anything() {
    let page = run_page(&hostile()).expect("a page");
    for part in ["src=", "@import", "url(", "<link rel=\"stylesheet\"", "fetch(", "XMLHttpRequest"]
    {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("default-src &#x27;none&#x27;; style-src &#x27;sha256-"));
}

#[test]
fn the_published_matrices_are_small_enough() {
    for side in ["signer", "verifier"] {
        let matrix = published(side);
        let size = matrix_page(&matrix, Some(&matrix)).expect("a page").len();
        println!("{side}s: {size} bytes for {} subjects", matrix.columns.len());
        assert!(size < LARGEST, "{side}s: {size} bytes");
    }
}
