//! The page on which a request is explained: a form, and the answer to what was in it.

use serde::Serialize;
use sigv4_conformance::explain::{
    Block, Cause, Concealed, Finding, Point, Remark, Report, Suspect, Tone,
};
use sigv4_conformance::judge::{Difference, Sides, visible};

use crate::book::{Aligned, BEFORE, BEHIND};
use crate::explained::Explained;
use crate::page::{PageError, Place, filled, served_policy};

/// What the fields of the form are called, for messages about them.
pub mod field {
    /// What the server answered.
    pub const DOCUMENT: &str = "What the server answered";
    /// Whose secret signs.
    pub const EXAMPLE: &str = "Key";
    /// The clock.
    pub const NOW: &str = "Clock of the server";
    /// The body, below what the request lacks.
    pub const BODY: &str = "Body";
    /// Headers, at the same place.
    pub const HEADER: &str = "Headers";
    /// Which entry, at the same place.
    pub const ENTRY: &str = "Entry of a HAR file";
}

/// What the form holds, each field as it was typed. The secret is none of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Form {
    /// The request.
    pub request: String,
    /// What the server answered.
    pub document: String,
    /// The word for documented credentials; empty for the user's own.
    pub example: String,
    /// The service of the server; empty for the one that the request is signed for.
    pub service: String,
    /// Its region; likewise.
    pub region: String,
    /// Its clock; empty for the current time.
    pub now: String,
    /// The body, if the request was saved without it.
    pub body: String,
    /// Headers that the request lacks, a line for each.
    pub header: String,
    /// Which entry of a HAR file.
    pub entry: String,
}

/// What is said of a request.
#[derive(Debug)]
pub enum Answer<'a> {
    /// It is explained.
    Explained {
        /// The explanation.
        report: &'a Report,
        /// What of it is not to be shown.
        concealed: &'a Concealed,
    },
    /// It cannot be read.
    Problem(String),
}

/// A page that a server sends.
#[derive(Clone, Debug)]
pub struct ServedPage {
    /// The page.
    pub html: String,
    /// Its policy, for the header `Content-Security-Policy`.
    pub policy: String,
}

/// The page with its form, and with an answer if something was asked. `examples` are the words for documented
/// credentials with their names; `left_out` says that a field which held the secret is not in the form any more.
///
/// # Errors
/// A template of this crate is wrong.
pub fn explain_page(
    form: &Form,
    services: &[&str],
    examples: &[(String, &str)],
    answer: Option<&Answer<'_>>,
    left_out: bool,
) -> Result<ServedPage, PageError> {
    let blocks = match answer {
        None => Vec::new(),
        Some(Answer::Problem(problem)) => vec![Shown::error(problem)],
        Some(Answer::Explained { report, concealed }) => {
            let words = report.words();
            let shown = words.iter().map(|block| Shown::of(block, concealed));
            shown.collect()
        }
    };
    let ids = blocks.iter().flat_map(Shown::mistakes);
    let page = Page {
        title: blocks.iter().find_map(Shown::title).unwrap_or(TITLE).to_owned(),
        explained: Explained::all(ids),
        answer: blocks,
        left_out,
        form,
        services,
        examples,
    };
    let html = filled::<_, ()>("explain.html", Place::Served, page, None)?;
    Ok(ServedPage { html, policy: served_policy() })
}

/// A line break, made visible.
const LINE_END: char = '␊';

const TITLE: &str = "Why does this signature not match?";

#[derive(Serialize)]
struct Page<'p> {
    title: String,
    answer: Vec<Shown>,
    explained: Vec<Explained>,
    left_out: bool,
    form: &'p Form,
    services: &'p [&'p str],
    examples: &'p [(String, &'p str)],
}

/// A part of an answer, without secrets.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Shown {
    Finding { tone: &'static str, strong: String, rest: String, points: Vec<ShownPoint> },
    Hint { text: &'static str },
    Suspects { heading: &'static str, suspects: Vec<ShownSuspect> },
    Text { heading: &'static str, lines: Vec<String> },
    Remark { tone: &'static str, word: &'static str, text: String },
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum ShownPoint {
    Named { before: &'static str, id: String, what: Option<String>, is_mistake: bool },
    Sentence { text: String },
    Labelled { label: &'static str, text: String },
    Sides { expected: String, actual: String, sides: Aligned },
}

#[derive(Serialize)]
struct ShownSuspect {
    what: String,
    who: String,
    fix: String,
}

impl Shown {
    fn error(problem: &str) -> Self {
        Self::Remark { tone: "bad", word: "error", text: readable(&on_the_page(problem)) }
    }

    fn of(block: &Block<'_>, concealed: &Concealed) -> Self {
        let text = |text: &str| readable(&on_the_page(&without_secrets(text, concealed)));
        match block {
            Block::Finding(Finding { tone, strong, rest, points }) => Self::Finding {
                tone: match tone {
                    Tone::Good => "good",
                    Tone::Bad => "bad",
                    Tone::Plain => "plain",
                },
                strong: text(strong),
                rest: text(rest),
                points: points.iter().map(|point| ShownPoint::of(point, concealed)).collect(),
            },
            Block::Hint(text) => Self::Hint { text },
            Block::Suspects { heading, suspects } => {
                let shown = |Suspect { what, cause: Cause { who, fix }, .. }: &Suspect| {
                    ShownSuspect { what: text(what), who: text(who), fix: text(fix) }
                };
                Self::Suspects { heading, suspects: suspects.iter().map(shown).collect() }
            }
            Block::Text { heading, text } => {
                let text = concealed.shortened(text);
                let lines = text.split(|byte| *byte == b'\n').map(visible).collect();
                Self::Text { heading, lines }
            }
            Block::Remark(Remark { weight, text: said }) => Self::Remark {
                tone: if weight.is_problem() { "bad" } else { "plain" },
                word: weight.word(),
                text: text(said),
            },
        }
    }

    /// What the page is about.
    fn title(&self) -> Option<&str> {
        match self {
            Self::Finding { strong, .. } if !strong.is_empty() => Some(strong),
            _ => None,
        }
    }

    /// The ids of the mistakes that it names.
    fn mistakes(&self) -> impl Iterator<Item = &String> {
        let points = match self {
            Self::Finding { points, .. } => &points[..],
            _ => &[],
        };
        points.iter().filter_map(|point| match point {
            ShownPoint::Named { id, is_mistake: true, .. } => Some(id),
            _ => None,
        })
    }
}

impl ShownPoint {
    fn of(point: &Point<'_>, concealed: &Concealed) -> Self {
        let text = |text: &str| readable(&on_the_page(&without_secrets(text, concealed)));
        match *point {
            Point::Named { before, id, what, is_mistake } => {
                Self::Named { before, id: id.to_owned(), what: what.map(text), is_mistake }
            }
            Point::Sentence(sentence) => Self::Sentence { text: text(sentence) },
            Point::Labelled(label, ref said) => Self::Labelled { label, text: text(said) },
            Point::Sides { difference, expected, actual } => {
                let width = expected.len().max(actual.len());
                let name = |name: &str| format!("{name:width$}");
                let sides = aligned(difference, concealed);
                Self::Sides { expected: name(expected), actual: name(actual), sides }
            }
        }
    }
}

/// Both sides of a difference. A secret may lie across the first byte that differs, so that the sides are
/// aligned once they are without it.
fn aligned(difference: &Difference, concealed: &Concealed) -> Aligned {
    let sides = Sides::of(difference, BEFORE, BEHIND);
    let expected = without_secrets(&sides.expected, concealed);
    let actual = without_secrets(&sides.actual, concealed);
    let pairs = expected.chars().zip(actual.chars());
    let column = pairs.take_while(|(left, right)| left == right).count();
    let mut aligned = Aligned::of(&Sides { expected, actual, column });
    // That both lines end says nothing.
    if aligned.end.ends_with(LINE_END) {
        aligned.end.pop();
    }
    aligned
}

fn without_secrets(text: &str, concealed: &Concealed) -> String {
    String::from_utf8_lossy(&concealed.shortened(text.as_bytes())).into_owned()
}

/// The options of the command line that an answer names, each with its field of the form.
const OPTIONS: &[(&str, &str)] =
    &[("--body-file", field::BODY), ("--error-document", field::DOCUMENT)];

/// A sentence of the command line, for those who have the form before them.
fn on_the_page(text: &str) -> String {
    let mut said = text.replace("`--format json`", "`sigv4-conformance explain --format json`");
    if let Some((before, line)) = said.split_once("as `--header '") {
        said = format!(
            "{before}in the field \"{}\" as `{}",
            field::HEADER,
            line.replacen("'`", "`", 1)
        );
    }
    for (option, field) in OPTIONS {
        let field = format!("the field \"{field}\"");
        said =
            said.replace(&format!("as {option}"), &format!("in {field}")).replace(option, &field);
    }
    said
}

/// A sentence in which everything is visible. Its spaces stay.
fn readable(text: &str) -> String {
    text.split(' ').map(|word| visible(word.as_bytes())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::Stage;
    use sigv4_vectors::model::Request;

    use super::*;

    #[test]
    fn a_sentence_keeps_its_spaces_and_shows_what_is_invisible() {
        assert_eq!(readable("a b\u{200b}\tc  d"), "a b\\u{200b}␉c  d");
    }

    #[test]
    fn options_are_named_as_fields_of_the_form() {
        for (text, expected) in [
            ("Give it as --body-file.", "Give it in the field \"Body\"."),
            ("helps (--error-document)", "helps (the field \"What the server answered\")"),
            (
                "Give it as `--header 'x-k8s-aws-id: NAME'`.",
                "Give it in the field \"Headers\" as `x-k8s-aws-id: NAME`.",
            ),
            ("; `--format json` lists", "; `sigv4-conformance explain --format json` lists"),
            ("curl --header: expected", "curl --header: expected"),
        ] {
            assert_eq!(on_the_page(text), expected);
        }
        let template = include_str!("../templates/explain.html");
        for name in
            [field::DOCUMENT, field::EXAMPLE, field::NOW, field::BODY, field::HEADER, field::ENTRY]
        {
            assert!(template.contains(&format!("<label class=\"field\">{name}\n")), "{name}");
        }
    }

    #[test]
    fn a_token_across_the_difference_is_not_shown() {
        let line = |end: &str| format!("x-amz-security-token:FwoGZXIvYXdzEXAMPLE{end}\n");
        let (right, wrong) = (line("TOKEN"), line("OTHER"));
        let difference =
            Difference::between(Stage::CanonicalRequest, right.as_bytes(), wrong.as_bytes());
        let concealed = Concealed::of(&Request::default(), b"");
        let sides = aligned(&difference.expect("the texts differ"), &concealed);
        let Aligned { start, expected, actual, end } = &sides;
        let shown = format!("{start}{expected}{actual}{end}");
        assert!(shown.starts_with("x-amz-security-token:FwoGZXIv…"), "{shown}");
        assert!(!shown.contains("YXdz") && !shown.contains("TOKEN"), "{shown}");
    }
}
