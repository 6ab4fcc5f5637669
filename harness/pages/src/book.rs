//! The data of a page's program: every case, compactly, and what each subject made of it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::{Map, Value};
use sigv4_conformance::judge::{Sides, Verdict, visible};
use sigv4_conformance::log::{CaseEvent, Outcome, RunLog};
use sigv4_conformance::matrix::{Area, Column, Matrix};
use sigv4_protocol::Side;
use sigv4_vectors::Vectors;

use crate::tally::title;

/// How many characters of a line are shown before and behind a difference.
pub(crate) const BEFORE: usize = 70;
pub(crate) const BEHIND: usize = 90;
/// How many characters of a request are shown.
const REQUEST: usize = 600;

/// What the program shows.
#[derive(Debug, Serialize)]
pub(crate) struct Book {
    side: Side,
    /// `run` or `matrix`.
    kind: &'static str,
    /// The version of the logs that the program can open.
    log: u32,
    /// The version of the matrices that the program can compare with.
    matrix: u32,
    areas: Vec<AreaData>,
    /// By the title of its component, in order: the topics of the embedded vectors. For other logs.
    components: Map<String, Value>,
    subjects: Vec<SubjectData>,
    /// The names of what explains cases.
    mistakes: Vec<String>,
    topics: Vec<Topic>,
    /// How the page of a mistake is found: the beginning of its address.
    link: &'static str,
}

#[derive(Debug, Serialize)]
struct AreaData {
    id: Area,
    title: String,
}

/// The cases of one file of vectors.
#[derive(Debug, Default, Serialize)]
struct Topic {
    prefix: String,
    /// The place in the list of areas.
    area: usize,
    names: Vec<String>,
    titles: Vec<String>,
    /// A letter each: m(ust), s(hould), (m)a(y).
    levels: String,
}

/// What one subject made of the cases.
#[derive(Debug, Default, Serialize)]
struct SubjectData {
    name: String,
    /// How it was plugged in, quoted for a shell.
    command: String,
    /// A letter for each case, in the order of the topics: see [`letter`].
    verdicts: String,
    /// What the verdicts mean for the run: F(ailed), K(nown), N(oted), P(assed). Empty in a matrix.
    outcomes: String,
    /// The letters of an earlier result; empty without one.
    before: String,
    /// By mistake: the distances from case to case.
    why: Vec<(usize, String)>,
    details: BTreeMap<usize, Detail>,
}

/// What is known of one answer.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sides: Option<Aligned>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) request: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) answer: String,
}

/// The two sides of a difference: what both begin with, what differs, what both end with.
#[derive(Debug, Serialize)]
pub(crate) struct Aligned {
    pub(crate) start: String,
    pub(crate) expected: String,
    pub(crate) actual: String,
    pub(crate) end: String,
}

impl Aligned {
    pub(crate) fn of(sides: &Sides) -> Self {
        let rest = |text: &str| text.chars().skip(sides.column).collect::<Vec<_>>();
        let (expected, actual) = (rest(&sides.expected), rest(&sides.actual));
        let pairs = expected.iter().rev().zip(actual.iter().rev());
        let common = pairs.take_while(|(left, right)| left == right).count();
        let text = |chars: &[char]| chars.iter().collect::<String>();
        Self {
            start: sides.expected.chars().take(sides.column).collect(),
            expected: text(&expected[..expected.len() - common]),
            actual: text(&actual[..actual.len() - common]),
            end: text(&expected[expected.len() - common..]),
        }
    }
}

/// The letter of a verdict: a capital conforms.
fn letter(case: &CaseEvent) -> char {
    let letter = match case.verdict {
        Verdict::Exact => 'E',
        Verdict::Equivalent => 'Q',
        Verdict::Mismatch => 'M',
        Verdict::Accept => 'A',
        Verdict::Reject => 'R',
        Verdict::Unsupported => 'U',
        Verdict::Unrepresentable => 'N',
        Verdict::Error => 'X',
    };
    if case.conforms() { letter } else { letter.to_ascii_lowercase() }
}

/// What is shown of a case that does not conform, or that something is noted of.
pub(crate) fn detail(case: &CaseEvent) -> Option<Detail> {
    let mut detail = Detail { notes: case.notes.clone(), ..Detail::default() };
    if let Some(finding) = &case.finding {
        detail.stage = Some(finding.stage.to_string());
        detail.summary.clone_from(&finding.summary);
        let sides = finding.difference.as_ref().map(|it| Sides::of(it, BEFORE, BEHIND));
        detail.sides = sides.as_ref().map(Aligned::of);
    }
    if let Some(expected) = case.expected.filter(|_| !case.conforms()) {
        let importance = case.importance.map(|it| format!(" Importance: {}.", it.as_str()));
        detail.summary = format!(
            "Expected: {}, got: {}.{}",
            Verdict::from(expected),
            case.verdict,
            importance.unwrap_or_default()
        );
    }
    if let Some(known) = &case.known {
        detail.notes.push(format!("Known: {} {}", known.reason, known.issue).trim_end().to_owned());
    }
    let request =
        |value: Result<Value, _>| value.ok().map(|it| request_in(&it)).unwrap_or_default();
    detail.request =
        case.question.as_ref().map(serde_json::to_value).map_or_else(String::new, request);
    detail.answer =
        case.answer.as_ref().map(serde_json::to_value).map_or_else(String::new, request);
    let is_empty = detail.summary.is_empty() && detail.notes.is_empty() && detail.stage.is_none();
    (!is_empty).then_some(detail)
}

/// The request within a question or an answer, a line for each header, with every byte visible.
pub(crate) fn request_in(message: &Value) -> String {
    let first = |list: &Value| list.get(0).cloned();
    let of_calls = message.get("calls").or_else(|| message.get("answers")).and_then(first);
    let Some(request) = of_calls.as_ref().unwrap_or(message).get("request") else {
        return String::new();
    };
    let text = |value: Option<&Value>| {
        let bytes = value.cloned().map(serde_json::from_value::<sigv4_vectors::Bytes>);
        bytes.and_then(Result::ok).map(|bytes| visible(&bytes)).unwrap_or_default()
    };
    let mut lines =
        vec![format!("{} {}", text(request.get("method")), text(request.get("target")))];
    for header in request.get("headers").and_then(Value::as_array).into_iter().flatten() {
        lines.push(format!("{}: {}", text(header.get(0)), text(header.get(1))));
    }
    let body = text(request.get("body"));
    if !body.is_empty() {
        lines.extend([String::new(), body]);
    }
    shortened(&lines.join("\n"), REQUEST)
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Collects cases by topic, so that each gets a number.
#[derive(Default)]
struct Topics {
    by_prefix: BTreeMap<String, BTreeMap<String, (String, char)>>,
}

impl Topics {
    fn add(&mut self, id: &str, title: &str, level: &str) {
        let (prefix, name) = id.rsplit_once('/').unwrap_or(("", id));
        let letter = if level == "may" { 'a' } else { level.chars().next().unwrap_or('m') };
        let names = self.by_prefix.entry(prefix.to_owned()).or_default();
        names.entry(name.to_owned()).or_insert_with(|| (title.to_owned(), letter));
    }

    /// The areas, the topics in their order, and the numbers of the cases.
    fn numbered(self) -> (Vec<AreaData>, Vec<Topic>, HashMap<String, usize>) {
        let mut by_area: Vec<(Area, String, BTreeMap<_, _>)> = self
            .by_prefix
            .into_iter()
            .map(|(prefix, names)| (Area::of(&format!("{prefix}/")), prefix, names))
            .collect();
        by_area.sort_by_key(|(area, ..)| *area);
        let (mut areas, mut topics, mut numbers) =
            (Vec::<AreaData>::new(), Vec::new(), HashMap::new());
        for (area, prefix, names) in by_area {
            if areas.last().is_none_or(|last| last.id != area) {
                areas.push(AreaData { id: area, title: title(area) });
            }
            let mut topic = Topic { prefix, area: areas.len() - 1, ..Topic::default() };
            for (name, (title, level)) in names {
                numbers.insert(format!("{}/{name}", topic.prefix), numbers.len());
                topic.names.push(name);
                topic.titles.push(title);
                topic.levels.push(level);
            }
            topics.push(topic);
        }
        (areas, topics, numbers)
    }
}

/// The topics of the embedded vectors by the titles of their areas.
fn components() -> Map<String, Value> {
    let mut by_area: BTreeMap<Area, Vec<&str>> = BTreeMap::new();
    for case in Vectors::embedded().cases() {
        let topic = case.id.rsplit_once('/').map_or("", |(topic, _)| topic);
        let topics = by_area.entry(Area::of(&case.id)).or_default();
        if topics.last() != Some(&topic) {
            topics.push(topic);
        }
    }
    by_area.into_iter().map(|(area, topics)| (title(area), topics.into())).collect()
}

/// Gives each name a number.
#[derive(Default)]
struct Names {
    all: Vec<String>,
    places: HashMap<String, usize>,
}

impl Names {
    fn place(&mut self, name: String) -> usize {
        let next = self.all.len();
        *self.places.entry(name).or_insert_with_key(|name| {
            self.all.push(name.clone());
            next
        })
    }
}

/// The distances between rising numbers, as text.
fn distances(mut numbers: Vec<usize>) -> String {
    numbers.sort_unstable();
    numbers.dedup();
    let mut last = 0;
    let distance = |number: usize| (number - std::mem::replace(&mut last, number)).to_string();
    numbers.into_iter().map(distance).collect::<Vec<_>>().join(" ")
}

impl Book {
    /// The book of some runs.
    pub(crate) fn of_runs(runs: &[RunLog]) -> Self {
        let mut topics = Topics::default();
        for case in runs.iter().flat_map(|run| &run.cases) {
            topics.add(&case.id, &case.title, case.level.as_str());
        }
        let (areas, topics, numbers) = topics.numbered();
        let mut mistakes = Names::default();
        let subjects = runs.iter().map(|run| of_run(run, &numbers, &mut mistakes)).collect();
        let side = runs.first().map_or(Side::Signer, |run| run.header.subject.side);
        Self {
            areas,
            subjects,
            mistakes: mistakes.all,
            topics,
            ..Self::new(side, "run", "#mistake-")
        }
    }

    /// The book of a matrix: the cases that at least one subject gets wrong, now or before.
    pub(crate) fn of_matrix(matrix: &Matrix, before: Option<&Matrix>, link: &'static str) -> Self {
        let mut topics = Topics::default();
        let vectors = Vectors::embedded();
        let all = [Some(matrix), before];
        for id in all.into_iter().flatten().flat_map(|matrix| &matrix.cases) {
            let case = vectors.case(id);
            let (title, level) =
                case.map_or(("", "must"), |case| (&case.title, case.level.as_str()));
            topics.add(id, title, level);
        }
        let (areas, topics, numbers) = topics.numbered();
        let mut mistakes = Names::default();
        // A case that a matrix does not list is one that nobody got wrong in it.
        let letters = |matrix: &Matrix, column: &Column| -> String {
            let mut letters = vec!['.'; numbers.len()];
            for (id, letter) in matrix.cases.iter().zip(column.standings.chars()) {
                letters[numbers[id]] = letter;
            }
            letters.into_iter().collect()
        };
        let old = |name: &str| {
            let column = before?.columns.iter().find(|column| column.name == name)?;
            Some(letters(before?, column))
        };
        let subjects = matrix.columns.iter().map(|column| SubjectData {
            name: column.name.clone(),
            command: column.name.clone(),
            verdicts: letters(matrix, column),
            before: old(&column.name).unwrap_or_default(),
            why: column
                .mistakes
                .iter()
                .map(|made| {
                    let name = made.alternatives.first().map(|set| set.join(" + "));
                    let cases = made.cases.iter().filter_map(|id| numbers.get(id).copied());
                    (mistakes.place(name.unwrap_or_default()), distances(cases.collect()))
                })
                .collect(),
            ..SubjectData::default()
        });
        let subjects = subjects.collect();
        Self {
            areas,
            subjects,
            mistakes: mistakes.all,
            topics,
            ..Self::new(matrix.side, "matrix", link)
        }
    }

    fn new(side: Side, kind: &'static str, link: &'static str) -> Self {
        Self {
            side,
            kind,
            log: sigv4_conformance::log::VERSION,
            matrix: sigv4_conformance::matrix::VERSION,
            areas: Vec::new(),
            components: components(),
            subjects: Vec::new(),
            mistakes: Vec::new(),
            topics: Vec::new(),
            link,
        }
    }
}

fn of_run(run: &RunLog, numbers: &HashMap<String, usize>, mistakes: &mut Names) -> SubjectData {
    let mut verdicts = vec![' '; numbers.len()];
    let mut outcomes = verdicts.clone();
    let mut details = BTreeMap::new();
    for case in &run.cases {
        let Some(&number) = numbers.get(&case.id) else { continue };
        verdicts[number] = letter(case);
        outcomes[number] = match case.outcome {
            Outcome::Failed => 'F',
            Outcome::Known => 'K',
            Outcome::Noted => 'N',
            Outcome::Passed => 'P',
        };
        if let Some(detail) = detail(case) {
            details.insert(number, detail);
        }
    }
    let groups = run.attribution.iter().flat_map(|attribution| &attribution.groups);
    let why = groups.map(|group| {
        let name = group.alternatives.first().map(|set| set.join(" + ")).unwrap_or_default();
        let cases = group.cases.iter().filter_map(|id| numbers.get(id).copied()).collect();
        (mistakes.place(name), distances(cases))
    });
    SubjectData {
        name: run.header.subject.name.clone(),
        command: sigv4_conformance::log::invocation(run),
        verdicts: verdicts.into_iter().collect(),
        outcomes: outcomes.into_iter().collect(),
        before: String::new(),
        why: why.collect(),
        details,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_sides_share_is_not_marked() {
        let sides =
            Sides { expected: "/a·b/c".to_owned(), actual: "/a%20b/c".to_owned(), column: 2 };
        let Aligned { start, expected, actual, end } = Aligned::of(&sides);
        assert_eq!([&*start, &*expected, &*actual, &*end], ["/a", "·", "%20", "b/c"]);
    }

    #[test]
    fn a_prefix_of_the_other_side_is_not_counted_twice() {
        let sides = Sides { expected: "aa".to_owned(), actual: "aaa".to_owned(), column: 2 };
        let Aligned { start, expected, actual, end } = Aligned::of(&sides);
        assert_eq!([&*start, &*expected, &*actual, &*end], ["aa", "", "a", ""]);
    }

    #[test]
    fn numbers_are_kept_as_distances() {
        assert_eq!(distances(vec![7, 3, 3, 8]), "3 4 1");
        assert_eq!(distances(Vec::new()), "");
    }
}
