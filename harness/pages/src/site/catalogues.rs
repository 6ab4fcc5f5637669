//! A page for each mistake, for each change on the way, and for the rules of services.

use serde::Serialize;
use sigv4_conformance::explain::{
    CHANGES, Change, POLICY_CHANGES, Part, PathRule, PayloadRule, SERVICES, ServiceRules, TokenRule,
};
use sigv4_conformance::kill_matrix::Row;
use sigv4_mistakes::{Entry, catalogue};

use super::published::{Published, Regression};
use super::{SitePage, implementation_file, page};
use crate::explained::Explained;
use crate::page::PageError;

pub(super) fn pages(published: &Published) -> Result<Vec<SitePage>, PageError> {
    let mut pages = Vec::new();
    let mut components: Vec<Component> = Vec::new();
    for entry in catalogue() {
        let mistake = MistakePage::of(entry, published);
        let line = Line {
            id: entry.mistake.id(),
            title: &entry.title,
            caught: mistake.suites.iter().map(|suite| suite.count).sum(),
            makers: mistake.makers.len(),
        };
        let side = entry.side.to_string();
        let name = entry.component.as_str();
        match components.iter_mut().find(|it| it.name == name && it.side == side) {
            Some(component) => component.mistakes.push(line),
            None => components.push(Component { side, name, mistakes: vec![line] }),
        }
        pages.push(page(
            &format!("mistakes/{}.html", entry.mistake),
            "site/mistake.html",
            mistake,
        )?);
    }
    let count = catalogue().len();
    pages.push(page(
        "mistakes.html",
        "site/mistakes.html",
        Mistakes { title: "Mistakes", count, components },
    )?);
    // One of them may happen to both.
    let of_policies =
        POLICY_CHANGES.iter().filter(|it| CHANGES.iter().all(|other| other.id != it.id));
    let changes = || CHANGES.iter().chain(of_policies.clone());
    for change in changes() {
        let path = format!("changes/{}.html", change.id);
        pages.push(page(&path, "site/change.html", ChangePage::of(change))?);
    }
    let all: Vec<ChangePage> = changes().map(ChangePage::of).collect();
    pages.push(page(
        "changes.html",
        "site/changes.html",
        Changes { title: "Changes on the way", all },
    )?);
    let rules = SERVICES.iter().map(Rules::of).collect();
    pages.push(page(
        "services.html",
        "site/services.html",
        Services { title: "What services want", rules },
    )?);
    Ok(pages)
}

#[derive(Serialize)]
struct Mistakes {
    title: &'static str,
    count: usize,
    components: Vec<Component>,
}

#[derive(Serialize)]
struct Component {
    side: String,
    name: &'static str,
    mistakes: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    id: &'static str,
    title: &'static str,
    caught: usize,
    makers: usize,
}

#[derive(Serialize)]
struct MistakePage<'p> {
    title: &'static str,
    of: Explained,
    makers: Vec<Maker<'p>>,
    older: Vec<&'p Regression>,
    suites: Vec<SuiteLine<'p>>,
    weaker: usize,
    uncaught: Option<&'p str>,
}

/// An implementation that makes a mistake.
#[derive(Serialize)]
struct Maker<'p> {
    name: &'p str,
    version: &'p str,
    file: String,
    count: usize,
    /// The mistakes that act together with it.
    with: Vec<&'p str>,
    case: &'p str,
    command: String,
}

#[derive(Serialize)]
struct SuiteLine<'p> {
    suite: &'static str,
    count: usize,
    first: &'p str,
}

impl<'p> MistakePage<'p> {
    fn of(entry: &'static Entry, published: &'p Published) -> Self {
        let id = entry.mistake.id();
        let row: Option<&Row> = published.kill_matrix.rows.iter().find(|row| row.mistake == id);
        let matrix = [&published.signers, &published.verifiers]
            .into_iter()
            .find(|matrix| matrix.side == entry.side);
        let columns = matrix.into_iter().flat_map(|matrix| &matrix.columns);
        let makers = columns.flat_map(|column| {
            let made = column.mistakes.iter().filter_map(|made| {
                let set = made.alternatives.first()?;
                set.iter().any(|other| other == id).then_some((made, set))
            });
            made.map(|(made, set)| {
                let case = made.cases.first().map_or("", String::as_str);
                Maker {
                    name: &column.name,
                    version: &column.version,
                    file: implementation_file(entry.side, &column.name),
                    count: made.cases.len(),
                    with: set.iter().map(String::as_str).filter(|other| *other != id).collect(),
                    case,
                    command: format!(
                        "sigv4-conformance {} --filter '{case}' {}",
                        entry.side, column.name
                    ),
                }
            })
        });
        let kills = row.into_iter().flat_map(|row| &row.kills);
        let regressions = published.regressions.iter().flat_map(|it| &it.rows);
        Self {
            title: id,
            of: Explained::of(entry),
            makers: makers.collect(),
            older: regressions.filter(|it| it.mistake == id).collect(),
            suites: kills
                .map(|(suite, kills)| SuiteLine {
                    suite: suite.as_str(),
                    count: kills.count,
                    first: &kills.first,
                })
                .collect(),
            weaker: row.map_or(0, |row| row.weaker),
            uncaught: row.and_then(|row| row.unkilled.as_deref()),
        }
    }
}

#[derive(Serialize)]
struct Changes {
    title: &'static str,
    all: Vec<ChangePage>,
}

#[derive(Serialize)]
struct ChangePage {
    title: &'static str,
    sentence: &'static str,
    part: &'static str,
    who: &'static str,
    fix: &'static str,
}

impl ChangePage {
    fn of(change: &Change) -> Self {
        Self {
            title: change.id,
            sentence: change.title,
            part: match change.part {
                Part::Method => "method",
                Part::Host => "host",
                Part::Path => "path",
                Part::Query => "query",
                Part::Header => "header",
                Part::Body => "body",
                Part::Policy => "policy of a form",
                Part::Clock => "clock of the signer",
                Part::Region => "region of the signer",
                Part::Escapes => "escapes of the signer",
                Part::Secret => "secret of the signer",
            },
            who: change.who,
            fix: change.fix,
        }
    }
}

#[derive(Serialize)]
struct Services {
    title: &'static str,
    rules: Vec<Rules>,
}

#[derive(Serialize)]
struct Rules {
    service: &'static str,
    path: &'static str,
    payload: &'static str,
    token: &'static str,
    window: u64,
    expires: u64,
    source: &'static str,
}

impl Rules {
    fn of(rules: &ServiceRules<'static>) -> Self {
        Self {
            service: if rules.service == "*" { "every other" } else { rules.service },
            path: match rules.path {
                PathRule::DecodedOnce => "decoded and encoded once",
                PathRule::NormalizedTwice => "normalised and encoded twice",
            },
            payload: match rules.payload {
                PayloadRule::Optional => "optional",
                PayloadRule::Required => "required",
                PayloadRule::Unsigned => "UNSIGNED-PAYLOAD required",
            },
            token: match rules.token {
                TokenRule::Signed => "signed",
                TokenRule::Appended => "appended after signing",
            },
            window: rules.window_seconds,
            expires: rules.longest_expires,
            source: rules.source,
        }
    }
}
