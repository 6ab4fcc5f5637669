//! The site that is made from the published results: every link leads somewhere, and nothing in it is stale.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use sigv4_conformance::matrix::Matrix;
use sigv4_mistakes::Mistake;
use sigv4_pages::{Published, SitePage, site};
use sigv4_vectors::Vectors;

fn read<T: DeserializeOwned>(name: &str) -> Option<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports").join(name);
    let text = fs::read(path).ok()?;
    Some(serde_json::from_slice(&text).unwrap_or_else(|error| panic!("reports/{name}: {error}")))
}

fn published() -> Published {
    Published {
        signers: read("signers.json").expect("signers.json"),
        verifiers: read("verifiers.json").expect("verifiers.json"),
        kill_matrix: read("kill-matrix.json").expect("kill-matrix.json"),
        power: read("power.json").expect("power.json"),
        programs: read("programs.json"),
        regressions: read("regressions.json"),
        plots: vec![("body".to_owned(), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned())],
    }
}

/// The values of an attribute in a page.
fn values(html: &str, attribute: &str) -> Vec<String> {
    let begin = format!(" {attribute}=\"");
    let parts = html.split(&begin[..]).skip(1);
    let value = |part: &str| part.split('"').next().unwrap_or_default().replace("&#x2f;", "/");
    parts.map(value).collect()
}

/// Where a relative link leads: a path from the root, and a place in it.
fn resolved(from: &str, link: &str) -> (String, String) {
    let (path, place) = link.split_once('#').unwrap_or((link, ""));
    if path.is_empty() {
        return (from.to_owned(), place.to_owned());
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in path.split('/') {
        match part {
            ".." => assert!(folders.pop().is_some(), "{from}: {link} leads out of the site"),
            part => folders.push(part),
        }
    }
    (folders.join("/"), place.to_owned())
}

/// The parts of a page that are HTML: no style, program or data.
fn markup(html: &str) -> String {
    let mut rest = html;
    let mut kept = String::new();
    while let Some(start) = rest.find("<script").into_iter().chain(rest.find("<style")).min() {
        let end = if rest[start..].starts_with("<style") { "</style>" } else { "</script>" };
        kept.push_str(&rest[..start]);
        rest = rest[start..].split_once(end).expect("the element ends").1;
    }
    kept + rest
}

fn broken_links(pages: &[SitePage]) -> Vec<String> {
    let places: HashMap<&str, HashSet<String>> = pages
        .iter()
        .map(|page| (&*page.path, values(&markup(&page.html), "id").into_iter().collect()))
        .collect();
    let mut broken = Vec::new();
    for page in pages {
        for link in values(&markup(&page.html), "href") {
            if link == "data:," || link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let (path, place) = resolved(&page.path, &link);
            let is_there =
                places.get(&*path).is_some_and(|ids| place.is_empty() || ids.contains(&place));
            if !is_there {
                broken.push(format!("{}: {link}", page.path));
            }
        }
    }
    broken
}

#[test]
fn every_link_leads_somewhere() {
    let pages = site(&published()).expect("a site");
    assert!(pages.len() > Mistake::ALL.len(), "{} pages", pages.len());
    let paths: HashSet<&str> = pages.iter().map(|page| &*page.path).collect();
    assert_eq!(paths.len(), pages.len(), "two pages with one path");
    assert_eq!(broken_links(&pages), Vec::<String>::new());
}

#[test]
fn a_link_to_nowhere_is_seen() {
    let page = |path: &str, html: &str| SitePage { path: path.to_owned(), html: html.to_owned() };
    let pages = [
        page("a.html", r#"<a href="b/c.html#d"> <a href="b/e.html"> <a href="b/c.html#f">"#),
        page("b/c.html", r#"<p id="d"> <a href="../a.html"> <a href="https://example.com/">"#),
    ];
    assert_eq!(broken_links(&pages), ["a.html: b/e.html", "a.html: b/c.html#f"]);
}

#[test]
fn every_page_of_a_mistake_is_reached_and_current() {
    let published = published();
    let digest = Vectors::embedded().digest().to_string();
    assert_eq!(published.kill_matrix.digest, digest, "run `cargo xtask report`");
    for matrix in [&published.signers, &published.verifiers] {
        assert_eq!(stale(matrix), Vec::<String>::new());
    }
}

/// The ids in a matrix that no mistake or vector has.
fn stale(matrix: &Matrix) -> Vec<String> {
    let made = || matrix.columns.iter().flat_map(|column| &column.mistakes);
    let mistakes = made().flat_map(|made| made.alternatives.iter().flatten());
    let unknown = mistakes.filter(|id| Mistake::from_id(id).is_none());
    let cases = made().flat_map(|made| &made.cases);
    let gone = cases.filter(|id| Vectors::embedded().case(id).is_none());
    unknown.chain(gone).map(|id| format!("{} {id}", matrix.side)).collect()
}
