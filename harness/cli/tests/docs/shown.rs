//! What a page shows of an output, compared with the output and brought up to date.

use std::sync::LazyLock;

use regex::Regex;

/// As a line, in place of any number of lines; at the end of a line, of its rest.
const ELLIPSIS: &str = "...";

/// Whether what is shown is what was said, but for what is left out and what differs from run to run.
pub(crate) fn says(shown: &str, said: &str) -> bool {
    let (shown, said) = (timeless(shown.trim_end()), timeless(said.trim_end()));
    let (shown, said): (Vec<&str>, Vec<&str>) = (shown.lines().collect(), said.lines().collect());
    fits(&shown, &said)
}

/// What was said, with the same lines left out if that is possible: if only words in the lines have
/// changed, and none were added between those that are shown.
pub(crate) fn refreshed(shown: &str, said: &str) -> String {
    let (all, lines): (Vec<&str>, Vec<&str>) = (shown.lines().collect(), said.lines().collect());
    let pieces: Vec<&[&str]> = all.split(|line| *line == ELLIPSIS).collect();
    let mut next = 0;
    let mut text = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        let Some(last) = lines.len().checked_sub(piece.len()) else { return said.to_owned() };
        let places = if number == 0 {
            0..=0
        } else if number + 1 == pieces.len() && !piece.is_empty() {
            last..=last
        } else {
            next..=last
        };
        let alike = |at: &usize| {
            let pairs = piece.iter().zip(&lines[*at..]);
            (pairs.filter(|(old, new)| is_alike(old, new)).count(), std::cmp::Reverse(*at))
        };
        let Some(at) = places.max_by_key(alike) else { return said.to_owned() };
        if number > 0 {
            text.push_str("...\n");
        }
        for (old, new) in piece.iter().zip(&lines[at..]) {
            text.push_str(if is_alike(old, new) { old } else { new });
            text.push('\n');
        }
        next = at + piece.len();
    }
    if says(&text, said) { text } else { said.to_owned() }
}

fn fits(shown: &[&str], said: &[&str]) -> bool {
    let Some((line, others)) = shown.split_first() else { return said.is_empty() };
    if *line == ELLIPSIS {
        return (0..=said.len()).any(|skipped| fits(others, &said[skipped..]));
    }
    said.split_first().is_some_and(|(first, rest)| is_alike(line, first) && fits(others, rest))
}

fn is_alike(shown: &str, said: &str) -> bool {
    let (shown, said) = (timeless(shown), timeless(said));
    match shown.strip_suffix(ELLIPSIS) {
        Some(beginning) => said.starts_with(beginning),
        None => shown.trim_end() == said.trim_end(),
    }
}

/// A text without what differs from run to run: how long something took, and ports.
pub(crate) fn timeless(text: &str) -> String {
    static VARYING: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d+\.\d+ s\b|\b127\.0\.0\.1:\d+").expect("a pattern"));
    VARYING.replace_all(text, "_").into_owned()
}

#[test]
fn lines_are_left_out_as_before_when_a_number_changes() {
    let shown = "cases  12\n...\nmistake: one\n...\nend, 0.51 s\n";
    let said = "cases  13\nfirst\nmistake: one\nsecond\nend, 0.72 s\n";
    assert!(!says(shown, said));
    let refreshed = refreshed(shown, said);
    assert_eq!(refreshed, "cases  13\n...\nmistake: one\n...\nend, 0.51 s\n");
    assert!(says(&refreshed, said));
}

#[test]
fn nothing_is_left_out_that_was_not_before() {
    for said in ["one\n", "one\ntwo\nthree\n", "two\none\n"] {
        assert!(!says("one\ntwo\n", said), "{said}");
        assert_eq!(refreshed("one\ntwo\n", said), said);
    }
}
