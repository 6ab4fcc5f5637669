//! A mistake of the catalogue, in the words of a page.

use serde::Serialize;
use sigv4_conformance::judge::visible;
use sigv4_mistakes::{Entry, Mistake};
use sigv4_protocol::Operation;

/// What a page says of a mistake.
#[derive(Debug, Serialize)]
pub(crate) struct Explained {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) side: String,
    pub(crate) component: &'static str,
    pub(crate) stage: Option<String>,
    pub(crate) goes_wrong: &'static str,
    pub(crate) how_bad: &'static str,
    /// What is asked: a request, a policy, or something else that is signed.
    pub(crate) asked: &'static str,
    /// By question: what differs from the plainest one.
    pub(crate) given: Vec<Vec<(&'static str, String)>>,
    pub(crate) plainest: &'static str,
    /// Line by line.
    pub(crate) correct: Vec<String>,
    pub(crate) wrong: Vec<String>,
    pub(crate) reports: Vec<(&'static str, &'static str)>,
    /// The command that shows it.
    pub(crate) command: String,
}

impl Explained {
    /// The mistakes of these ids that the catalogue has, each once, in its order.
    pub(crate) fn all<'i>(ids: impl Iterator<Item = &'i String>) -> Vec<Self> {
        let mut mistakes: Vec<Mistake> = ids.filter_map(|id| Mistake::from_id(id)).collect();
        mistakes.sort_by_key(|mistake| *mistake as usize);
        mistakes.dedup();
        mistakes.into_iter().map(|mistake| Self::of(mistake.entry())).collect()
    }

    pub(crate) fn of(entry: &'static Entry) -> Self {
        let lines = |text: &[u8]| text.split(|byte| *byte == b'\n').map(visible).collect();
        let values = |given: Vec<(&'static str, String)>| {
            given.into_iter().map(|(name, value)| (name, visible(value.as_bytes()))).collect()
        };
        Self {
            id: entry.mistake.id(),
            title: &entry.title,
            side: entry.side.to_string(),
            component: entry.component.as_str(),
            stage: entry.stage.map(|stage| stage.to_string()),
            goes_wrong: &entry.goes_wrong,
            how_bad: entry.how_bad.sentence(),
            asked: match entry.trigger.operation() {
                Operation::SignChunks => "Upload",
                Operation::SignEvents => "Event stream",
                Operation::SignPostPolicy => "Policy",
                Operation::Token => "Token",
                _ => "Request",
            },
            given: entry.trigger.given().into_iter().map(values).collect(),
            plainest: entry.trigger.plainest(),
            correct: lines(&entry.correct),
            wrong: lines(&entry.wrong),
            reports: entry.reports.iter().map(|it| (&*it.project, &*it.url)).collect(),
            command: format!(
                "sigv4-conformance {} -- sigv4-conformance adapter model --mistake {}",
                entry.side, entry.mistake
            ),
        }
    }
}
