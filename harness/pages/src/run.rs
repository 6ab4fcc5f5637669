//! The page of a run log.

use serde::Serialize;
use sigv4_conformance::log::{Outcome, Problem, RunLog, RunResult, grouped, reproducing};
use sigv4_conformance::matrix::{Area, Judged};
use sigv4_mistakes::diagnose::{Attribution, MistakeGroup};
use sigv4_protocol::Question;
use sigv4_vectors::Vectors;

use crate::book::{Book, Detail, detail, request_in};
use crate::explained::Explained;
use crate::page::{PageError, Place, filled};
use crate::tally::{Shown, sum, title};

/// How many sets of mistakes are named that explain the same cases.
const ALTERNATIVES: usize = 4;

/// The page of the runs of a log: mistakes first, then the areas, then every case.
///
/// # Errors
/// A template of this crate is wrong.
pub fn run_page(runs: &[RunLog]) -> Result<String, PageError> {
    let names: Vec<&str> = runs.iter().map(|run| &*run.header.subject.name).collect();
    let groups = runs.iter().filter_map(|run| run.attribution.as_ref());
    let ids = groups.flat_map(|it| &it.groups).flat_map(|it| &it.alternatives).flatten();
    let page = RunPage {
        title: names.join(", "),
        runs: runs.iter().map(one_run).collect(),
        explained: Explained::all(ids),
    };
    filled("run.html", Place::Alone, page, Some(&Book::of_runs(runs)))
}

#[derive(Serialize)]
struct RunPage {
    title: String,
    runs: Vec<OneRun>,
    explained: Vec<Explained>,
}

#[derive(Serialize)]
struct OneRun {
    name: String,
    version: String,
    language: String,
    side: String,
    suite: String,
    digest: String,
    partial: bool,
    planned: usize,
    asked: usize,
    counts: Vec<(&'static str, usize)>,
    failed: usize,
    known: usize,
    noted: usize,
    seconds: String,
    /// The class of the result, and the sentence about it.
    result: &'static str,
    in_words: String,
    remarks: Vec<String>,
    problems: Vec<(&'static str, String)>,
    /// What wrong answers are called.
    wrong_word: &'static str,
    mismatches: usize,
    explained: usize,
    unsearched: usize,
    groups: Vec<Group>,
    /// The areas with their cells, the sum last.
    areas: Vec<(String, Shown)>,
}

/// Cases with one cause.
#[derive(Serialize)]
struct Group {
    /// The sets of ids that explain them; empty if nothing does.
    alternatives: Vec<Vec<String>>,
    more_alternatives: usize,
    /// A sentence for each mistake of the first set, or what the cases have in common.
    sentences: Vec<String>,
    count: usize,
    /// The case with the smallest request.
    case: String,
    case_title: String,
    command: String,
    detail: Option<Detail>,
    not_in: Option<String>,
    telling: Option<(String, String)>,
    /// The cases by topic.
    cases: Vec<(String, Vec<String>)>,
}

fn one_run(run: &RunLog) -> OneRun {
    let header = &run.header;
    let footer = &run.footer;
    let column = Judged::of(run.clone()).column;
    let mut areas: Vec<(String, Shown)> =
        column.cells.iter().map(|(area, cell)| (title(*area), Shown::of(Some(cell)))).collect();
    areas.push(("all".to_owned(), Shown::of(Some(&sum(&column)))));
    let attribution = run.attribution.as_ref();
    let of = |count: fn(&Attribution) -> usize| attribution.map_or(0, count);
    OneRun {
        name: header.subject.name.clone(),
        version: header.subject.version.clone(),
        language: header.subject.language.clone(),
        side: header.subject.side.to_string(),
        suite: header.suite.version.clone(),
        digest: header.suite.digest.clone(),
        partial: header.partial,
        planned: header.planned.len(),
        asked: footer.asked,
        counts: footer.counts.iter().map(|(verdict, count)| (verdict.as_str(), *count)).collect(),
        failed: footer.failed,
        known: footer.known,
        noted: footer.noted,
        seconds: format!("{}.{:02}", footer.milliseconds / 1000, footer.milliseconds % 1000 / 10),
        result: match footer.result {
            RunResult::AsExpected => "good",
            RunResult::Unexpected | RunResult::Incomplete => "bad",
        },
        in_words: in_words(run),
        remarks: footer.remarks.clone(),
        problems: run.problems.iter().map(problem).collect(),
        wrong_word: match header.subject.side {
            sigv4_protocol::Side::Signer => "mismatch|mismatches",
            sigv4_protocol::Side::Verifier => "wrong ruling",
        },
        mismatches: of(|it| it.mismatches),
        explained: of(|it| it.explained),
        unsearched: of(|it| it.unsearched),
        groups: groups(run),
        areas,
    }
}

fn in_words(run: &RunLog) -> String {
    let footer = &run.footer;
    match footer.result {
        RunResult::AsExpected if footer.known > 0 => {
            format!("as expected, with {} known failures", grouped(footer.known))
        }
        RunResult::AsExpected => "as expected".to_owned(),
        RunResult::Unexpected => format!("{} unexpected", grouped(footer.failed)),
        RunResult::Incomplete => "incomplete: it proves nothing".to_owned(),
    }
}

fn problem(problem: &Problem) -> (&'static str, String) {
    match problem {
        Problem::Adapter { message } => ("adapter", message.clone()),
        Problem::MixedUp { message } => ("at the same time", message.clone()),
        Problem::NothingProven { message } => ("nothing proven", message.clone()),
        Problem::StaleExpectation { file, line, message } => {
            ("stale expectation", format!("{file}:{line}: {message}"))
        }
    }
}

/// What explains the wrong answers, then what nothing explains, then failures that are not wrong answers,
/// by what was said about them.
fn groups(run: &RunLog) -> Vec<Group> {
    let attribution = run.attribution.as_ref();
    let mut groups: Vec<Group> =
        attribution.iter().flat_map(|it| &it.groups).map(|group| by_mistake(run, group)).collect();
    for left in attribution.iter().flat_map(|it| &it.left) {
        let mut sentences = vec![sentence(&run.described(left))];
        if let Some(id) = &left.canonical {
            sentences
                .push(format!("Its canonical request is that of {id}; what follows differs, too."));
        }
        if let Some((id, case)) = &left.contradicted {
            let side = run.header.subject.side;
            sentences.push(format!(
                "{id} is ruled out: it would fail {case}, which this {side} passes."
            ));
        }
        groups.push(group(run, sentences, &left.cases));
    }
    let mut failures: Vec<(&str, Vec<String>)> = Vec::new();
    let is_in = |id: &String| {
        let explained =
            attribution.iter().flat_map(|it| &it.groups).any(|it| it.cases.contains(id));
        explained || attribution.iter().flat_map(|it| &it.left).any(|it| it.cases.contains(id))
    };
    for case in run.cases.iter().filter(|case| case.outcome == Outcome::Failed) {
        if is_in(&case.id) {
            continue;
        }
        let said = case.notes.first().and_then(|note| note.lines().next());
        let said = said.unwrap_or(case.verdict.as_str());
        match failures.iter_mut().find(|(other, _)| *other == said) {
            Some((_, cases)) => cases.push(case.id.clone()),
            None => failures.push((said, vec![case.id.clone()])),
        }
    }
    groups.extend(failures.iter().map(|(said, cases)| group(run, vec![(*said).to_owned()], cases)));
    groups
}

fn by_mistake(run: &RunLog, made: &MistakeGroup) -> Group {
    let telling = made.telling.as_ref().map(|id| (id.clone(), reproducing(run, id)));
    Group {
        alternatives: made.alternatives.iter().take(ALTERNATIVES).cloned().collect(),
        more_alternatives: made.alternatives.len().saturating_sub(ALTERNATIVES),
        not_in: made.not_in.clone(),
        telling,
        ..group(run, made.titles.clone(), &made.cases)
    }
}

fn group(run: &RunLog, sentences: Vec<String>, cases: &[String]) -> Group {
    let first = cases.first().map(String::as_str).unwrap_or_default();
    let case = run.cases.iter().find(|case| case.id == first);
    Group {
        alternatives: Vec::new(),
        more_alternatives: 0,
        sentences,
        count: cases.len(),
        case: first.to_owned(),
        case_title: case.map(|case| case.title.clone()).unwrap_or_default(),
        command: reproducing(run, first),
        detail: case.and_then(detail).map(|detail| with_request(detail, first)),
        not_in: None,
        telling: None,
        cases: by_topic(cases),
    }
}

/// With the request of the vector, if the log left it out.
fn with_request(mut detail: Detail, id: &str) -> Detail {
    if detail.request.is_empty() {
        let question = Vectors::embedded().case(id).map(Question::of);
        let value = question.and_then(|question| serde_json::to_value(question).ok());
        detail.request = value.as_ref().map(request_in).unwrap_or_default();
    }
    detail
}

/// The names of cases by their topic, the topics in the order of the areas.
pub(crate) fn by_topic(cases: &[String]) -> Vec<(String, Vec<String>)> {
    let mut topics: Vec<(String, Vec<String>)> = Vec::new();
    for id in cases {
        let (topic, name) = id.rsplit_once('/').unwrap_or(("", id));
        match topics.iter_mut().find(|(other, _)| other == topic) {
            Some((_, names)) => names.push(name.to_owned()),
            None => topics.push((topic.to_owned(), vec![name.to_owned()])),
        }
    }
    topics.sort_by_key(|(topic, _)| Area::of(&format!("{topic}/")));
    topics
}

/// The words with a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}
