//! The figures in the documentation: how many vectors and mistakes there are, and the versions of formats.

use std::fs;
use std::path::Path;

use regex::Regex;
use sigv4_conformance::{log, matrix};
use sigv4_mistakes::catalogue;
use sigv4_protocol::lines;
use sigv4_vectors::Vectors;

/// The README with the figures as they are now.
pub(crate) fn corrected(root: &Path, readme: &str) -> String {
    let cases = |suite: &str| {
        let topics = Vectors::embedded().topics().into_iter();
        let of_suite = topics.filter(|topic| topic.suite() == suite);
        of_suite.map(|topic| topic.file.cases.len()).sum::<usize>()
    };
    let matrix = fs::read_to_string(root.join("reports/kill-matrix.md")).expect("the kill matrix");
    let caught = |by: &str| {
        let line = matrix.lines().find(|line| line.starts_with(&format!("- caught by {by}:")));
        let share = line.and_then(|line| line.rsplit_once('(')).expect("a share").1;
        share.split(' ').next().and_then(|share| share.parse().ok()).expect("a share")
    };
    let [official, published, edge, verifier] =
        ["official", "published", "edge", "verifier"].map(cases);
    let figures = [
        (r"All (\d+) cases of the\s+vendor's own suite pass", official),
        (r"asks it (\d+) vectors", official + published + edge),
        (r"asks it (\d+) requests", verifier),
        (r"\| `official` \| (\d+) \|", official),
        (r"\| `published` \| (\d+) \|", published),
        (r"\| `edge` \| (\d+) \|", edge),
        (r"\| `verifier` \| (\d+) \|", verifier),
        (r"\[(\d+) mistakes\]", catalogue().len()),
        (r"suite catches (\d+) %", caught("`official`")),
        (r"all vectors together (\d+) %", caught("a `must` vector")),
    ];
    with_figures(readme, &figures)
}

/// The page about versions with those of now.
pub(crate) fn corrected_versions(page: &str) -> String {
    let number = |version: u32| usize::try_from(version).expect("a small number");
    let figures = [
        (
            r"\| protocol of adapters \| .* \| (\d+) \|",
            usize::try_from(lines::VERSION).expect("small"),
        ),
        (r"\| run log \| .* \| (\d+) \|", number(log::VERSION)),
        (r"\| matrix \| .* \| (\d+) \|", number(matrix::VERSION)),
    ];
    with_figures(page, &figures)
}

fn with_figures(page: &str, figures: &[(&str, usize)]) -> String {
    let mut text = page.to_owned();
    for (pattern, figure) in figures {
        let found = Regex::new(pattern).expect("a pattern").captures(&text);
        let place = found.and_then(|found| found.get(1).map(|figure| figure.range()));
        let place = place.unwrap_or_else(|| panic!("the page says nowhere: {pattern}"));
        text.replace_range(place, &figure.to_string());
    }
    text
}
