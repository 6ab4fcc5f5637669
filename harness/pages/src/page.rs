//! Filling templates, and the frame of a page: its policy, style and program.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, HtmlEscape, Value};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use sigv4_conformance::log::grouped;

const STYLE: &str = include_str!("../static/page.css");
/// Theme and copying: on every page.
const COMMON: &str = include_str!("../static/common.js");
/// The cases, their filters, and other results to open: where there is a book.
const CASES: &[&str] = &[
    include_str!("../static/bytes.js"),
    include_str!("../static/log.js"),
    include_str!("../static/run.js"),
    include_str!("../static/cases.js"),
];

const TEMPLATES: &[(&str, &str)] = &[
    ("frame.html", include_str!("../templates/frame.html")),
    ("parts.html", include_str!("../templates/parts.html")),
    ("run.html", include_str!("../templates/run.html")),
    ("matrix.html", include_str!("../templates/matrix.html")),
    ("catalogue.html", include_str!("../templates/catalogue.html")),
    ("cases.html", include_str!("../templates/cases.html")),
    ("explain.html", include_str!("../templates/explain.html")),
    ("site/index.html", include_str!("../templates/site/index.html")),
    ("site/implementation.html", include_str!("../templates/site/implementation.html")),
    ("site/mistake.html", include_str!("../templates/site/mistake.html")),
    ("site/mistakes.html", include_str!("../templates/site/mistakes.html")),
    ("site/change.html", include_str!("../templates/site/change.html")),
    ("site/changes.html", include_str!("../templates/site/changes.html")),
    ("site/services.html", include_str!("../templates/site/services.html")),
    ("site/kill.html", include_str!("../templates/site/kill.html")),
    ("site/power.html", include_str!("../templates/site/power.html")),
    ("site/cost.html", include_str!("../templates/site/cost.html")),
    ("site/programs.html", include_str!("../templates/site/programs.html")),
    ("site/regressions.html", include_str!("../templates/site/regressions.html")),
];

/// Why a page cannot be made. Both are faults of this crate, not of the results.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The data of a page cannot be written as JSON.
    #[error("the data of the page cannot be written: {0}")]
    Data(#[from] serde_json::Error),
    /// A template does not fit what it shows.
    #[error("a template cannot be filled: {0:#}")]
    Template(#[from] minijinja::Error),
}

/// What the frame of every page needs.
#[derive(Serialize)]
struct Frame<'a, C> {
    /// The policy of the page: nothing but its own style and program.
    policy: String,
    style: &'a str,
    programs: Vec<&'a str>,
    /// How to get from this page to the root of the site: empty, or `../`.
    up: &'a str,
    /// Whether the page belongs to the site, and has its navigation.
    is_site: bool,
    /// The data of the program, as JSON that is safe within HTML.
    book: Option<String>,
    page: C,
}

/// Where a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file for itself.
    Alone,
    /// In the root of the site.
    Root,
    /// In a folder of the site.
    Folder,
    /// Made by a server on this machine, which takes the form on it.
    Served,
}

/// Fills a template.
///
/// # Errors
/// The template does not fit the data.
pub(crate) fn filled<C: Serialize, B: Serialize>(
    template: &str,
    place: Place,
    page: C,
    book: Option<&B>,
) -> Result<String, PageError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_filter("coded", coded);
    environment.add_filter("counted", counted);
    environment.add_filter("grouped", grouped);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    let mut programs = vec![COMMON];
    if book.is_some() {
        programs.extend(CASES);
    }
    let frame = Frame {
        policy: policy(place, &programs),
        style: STYLE,
        programs,
        up: if place == Place::Folder { "../" } else { "" },
        is_site: matches!(place, Place::Root | Place::Folder),
        book: book.map(in_html).transpose()?,
        page,
    };
    Ok(environment.get_template(template)?.render(Serde(&frame))?)
}

/// The policy of a served page, for the head of the answer: no other page may frame it.
pub(crate) fn served_policy() -> String {
    format!("{}; frame-ancestors 'none'", policy(Place::Served, &[COMMON]))
}

/// Only this style and these programs, which begin and end with a line break in the page; pictures only
/// from within it; no frame, no request, and no form but that of a served page.
fn policy(place: Place, programs: &[&str]) -> String {
    let hash = |text: &str| {
        let digest = Sha256::digest(format!("\n{text}"));
        format!("'sha256-{}'", STANDARD.encode(digest))
    };
    let programs: Vec<String> = programs.iter().map(|text| hash(text)).collect();
    let form = if place == Place::Served { "'self'" } else { "'none'" };
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action {form}",
        hash(STYLE),
        programs.join(" ")
    )
}

/// JSON in which nothing can end a `script` element or begin a comment.
fn in_html<T: Serialize>(data: &T) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(data)?;
    Ok(text.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"))
}

/// A text in which what is between two backticks is code, as HTML.
fn coded(text: &str) -> Value {
    let parts: Vec<&str> = text.split('`').collect();
    let mut html = String::with_capacity(text.len());
    for (index, part) in parts.iter().enumerate() {
        let part = HtmlEscape(part);
        // The last backtick of an odd number closes nothing.
        let (is_open, is_last) = (index % 2 == 1, index + 1 == parts.len());
        // Writing to a string cannot fail.
        let _ = match (is_open, is_last) {
            (true, false) => write!(html, "<code>{part}</code>"),
            (true, true) => write!(html, "`{part}"),
            (false, _) => write!(html, "{part}"),
        };
    }
    Value::from_safe_string(html)
}

/// A number with its noun, `1 case`, `2 cases`.
fn counted(count: usize, what: &str) -> String {
    let (one, many) = what.split_once('|').unwrap_or((what, ""));
    let number = grouped(count);
    match (count, many) {
        (1, _) => format!("{number} {one}"),
        (_, "") => format!("{number} {one}s"),
        _ => format!("{number} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_the_element_that_it_is_in() {
        let text = in_html(&"</script><!--").expect("a text");
        assert_eq!(text, r#""\u003c/script>\u003c!--""#);
        assert_eq!(serde_json::from_str::<String>(&text).expect("JSON"), "</script><!--");
    }

    #[test]
    fn what_is_between_backticks_is_code() {
        let html = |text| coded(text).to_string();
        assert_eq!(html("a `<b>` & `c`"), "a <code>&lt;b&gt;</code> &amp; <code>c</code>");
        assert_eq!(html("`a` `b"), "<code>a</code> `b");
    }

    #[test]
    fn nouns_are_counted() {
        assert_eq!(counted(1, "case"), "1 case");
        assert_eq!(counted(2, "mismatch|mismatches"), "2 mismatches");
    }
}
