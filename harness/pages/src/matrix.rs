//! The page of many subjects side by side.

use serde::Serialize;
use sigv4_conformance::matrix::{
    Agreement, Change, Column, Matrix, Outcome, agreements, changes, shared,
};
use sigv4_protocol::Side;

use crate::book::Book;
use crate::explained::Explained;
use crate::page::{PageError, Place, filled};
use crate::tally::{Shown, sum, title};

/// The page of a matrix as a file for itself; `before` is an earlier one, of the same side, for what changed.
///
/// # Errors
/// A template of this crate is wrong.
pub fn matrix_page(matrix: &Matrix, before: Option<&Matrix>) -> Result<String, PageError> {
    let made = matrix.columns.iter().flat_map(|column| &column.mistakes);
    let agreed = matrix.columns.iter().flat_map(|column| &column.agreed);
    let agreed = agreed.flat_map(|agreed| &agreed.mistakes);
    let ids = made.filter_map(|made| made.alternatives.first()).flatten().chain(agreed);
    let page = MatrixPage::of(matrix, before, Explained::all(ids));
    let book = Book::of_matrix(matrix, before, "#mistake-");
    filled("matrix.html", Place::Alone, page, Some(&book))
}

/// What the template of a matrix shows.
#[derive(Serialize)]
pub(crate) struct MatrixPage {
    pub(crate) title: &'static str,
    side: String,
    date: String,
    suite: String,
    digest: String,
    is_verifier: bool,
    areas: Vec<String>,
    subjects: Vec<SubjectRow>,
    shared: Vec<SharedRow>,
    agreements: Vec<AgreementRow>,
    before: Option<String>,
    changes: Vec<(String, String, bool)>,
    /// The mistakes that are explained on the page itself.
    explained: Vec<Explained>,
}

#[derive(Serialize)]
pub(crate) struct SubjectRow {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) language: String,
    right: usize,
    asked: usize,
    wrong: usize,
    let_pass: usize,
    /// The class of the result, and the sentence about it.
    kind: &'static str,
    pub(crate) result: String,
    cells: Vec<Shown>,
    pub(crate) mistakes: Vec<MadeRow>,
    unexplained: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct MadeRow {
    pub(crate) ids: Vec<String>,
    pub(crate) titles: Vec<String>,
    pub(crate) count: usize,
    pub(crate) case: String,
    pub(crate) command: String,
}

#[derive(Serialize)]
struct SharedRow {
    ids: Vec<String>,
    titles: Vec<String>,
    subjects: Vec<String>,
    case: String,
}

/// A mistake on which signers and verifiers agree.
#[derive(Serialize)]
struct AgreementRow {
    ids: Vec<String>,
    titles: Vec<String>,
    signers: Vec<String>,
    verifiers: Vec<String>,
    case: String,
}

impl MatrixPage {
    pub(crate) fn of(matrix: &Matrix, before: Option<&Matrix>, explained: Vec<Explained>) -> Self {
        let areas = matrix.areas();
        let owned = |text: &&str| (*text).to_owned();
        let shared = shared(matrix).into_iter().map(|shared| SharedRow {
            ids: shared.mistakes.to_vec(),
            titles: shared.titles.to_vec(),
            subjects: shared.subjects.iter().map(owned).collect(),
            case: shared.case.to_owned(),
        });
        let agreements =
            agreements(matrix).into_iter().map(|Agreement { agreed, verifiers }| AgreementRow {
                ids: agreed.mistakes.clone(),
                titles: agreed.titles.clone(),
                signers: agreed.signers.clone(),
                verifiers: verifiers.iter().map(owned).collect(),
                case: agreed.case.clone(),
            });
        let changes = before.map(|before| changes(before, matrix)).unwrap_or_default();
        let row = |column| {
            let mut row = SubjectRow::of(column, matrix.side);
            row.cells = areas.iter().map(|area| Shown::of(column.cells.get(area))).collect();
            row
        };
        Self {
            title: match matrix.side {
                Side::Signer => "Signers side by side",
                Side::Verifier => "Verifiers side by side",
            },
            side: matrix.side.to_string(),
            date: matrix.date.clone(),
            suite: matrix.suite.version.clone(),
            digest: matrix.suite.digest.clone(),
            is_verifier: matrix.side == Side::Verifier,
            subjects: matrix.columns.iter().map(row).collect(),
            areas: areas.into_iter().map(title).collect(),
            shared: shared.collect(),
            agreements: agreements.collect(),
            before: before.map(|before| before.date.clone()),
            changes: changes
                .into_iter()
                .map(|Change { subject, what, is_worse }| (subject, what, is_worse))
                .collect(),
            explained,
        }
    }
}

impl SubjectRow {
    /// Everything but the cells, whose order is that of the matrix.
    pub(crate) fn of(column: &Column, side: Side) -> Self {
        let sum = sum(column);
        let made = column.mistakes.iter().map(|made| {
            let case = made.cases.first().cloned().unwrap_or_default();
            MadeRow {
                ids: made.alternatives.first().cloned().unwrap_or_default(),
                titles: made.titles.clone(),
                count: made.cases.len(),
                command: format!("sigv4-conformance {side} --filter '{case}' {}", column.name),
                case,
            }
        });
        let (kind, result) = result(&column.outcome);
        Self {
            name: column.name.clone(),
            version: column.version.clone(),
            language: column.language.clone(),
            right: sum.right,
            asked: sum.asked,
            wrong: sum.wrong,
            let_pass: column.let_pass,
            kind,
            result,
            cells: Vec::new(),
            mistakes: made.collect(),
            unexplained: column.unexplained.clone(),
        }
    }
}

/// How a run ended: the class of its colour, and what it says.
fn result(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::AsExpected { known: 0 } => ("good", "conforms".to_owned()),
        Outcome::AsExpected { known } => ("known", format!("{known} known failures")),
        Outcome::Unexpected { failed, problems } => {
            ("bad", format!("{failed} unexpected verdicts, {problems} stale expectations"))
        }
        Outcome::Incomplete { problem } => ("bad", format!("incomplete: {problem}")),
        Outcome::NotRun => ("none", "not run".to_owned()),
        Outcome::Missing { problem } => ("none", format!("missing: {problem}")),
    }
}
