//! The published site: pages made from the published results and the catalogues.

mod catalogues;
mod measures;
mod practice;
mod published;

use serde::Serialize;
use serde_json::Value;
use sigv4_conformance::matrix::Matrix;
use sigv4_protocol::Side;

use crate::book::Book;
use crate::matrix::{MatrixPage, SubjectRow};
use crate::page::{PageError, Place, filled};
use crate::tally::{Shown, title};

pub use published::{Power, Programs, Published, Regressions};

/// One file of the site.
#[derive(Clone, Debug)]
pub struct SitePage {
    /// Where it is, below the root of the site, with `/` between folders.
    pub path: String,
    /// Its text.
    pub html: String,
}

/// Every page of the site. Links between them are relative, so that it works from a folder.
///
/// # Errors
/// A template of this crate is wrong.
pub fn site(published: &Published) -> Result<Vec<SitePage>, PageError> {
    let mut pages = vec![index(published)?];
    for matrix in [&published.signers, &published.verifiers] {
        pages.push(matrix_page(matrix)?);
        for column in &matrix.columns {
            pages.push(implementation(matrix, &SubjectRow::of(column, matrix.side), published)?);
        }
    }
    pages.extend(catalogues::pages(published)?);
    pages.extend(measures::pages(published)?);
    pages.extend(practice::pages(published)?);
    Ok(pages)
}

/// A page without a program for cases.
fn page(path: &str, template: &str, content: impl Serialize) -> Result<SitePage, PageError> {
    let place = if path.contains('/') { Place::Folder } else { Place::Root };
    let html = filled(template, place, content, None::<&Value>)?;
    Ok(SitePage { path: path.to_owned(), html })
}

fn matrix_page(matrix: &Matrix) -> Result<SitePage, PageError> {
    let book = Book::of_matrix(matrix, None, "mistakes/");
    let content = MatrixPage::of(matrix, None, Vec::new());
    let html = filled("matrix.html", Place::Root, content, Some(&book))?;
    Ok(SitePage { path: format!("{}s.html", matrix.side), html })
}

/// The name of the page of an implementation, without its folder.
fn implementation_file(side: Side, name: &str) -> String {
    format!("{side}-{name}.html")
}

#[derive(Serialize)]
struct Index<'p> {
    title: &'static str,
    date: &'p str,
    suite: &'p str,
    digest: &'p str,
    signers: usize,
    verifiers: usize,
    mistakes: usize,
    caught: usize,
    programs: usize,
    regressions: usize,
}

fn index(published: &Published) -> Result<SitePage, PageError> {
    let signers = &published.signers;
    let content = Index {
        title: "Who signs right",
        date: &signers.date,
        suite: &signers.suite.version,
        digest: &signers.suite.digest,
        signers: signers.columns.len(),
        verifiers: published.verifiers.columns.len(),
        mistakes: published.kill_matrix.rows.len(),
        caught: published.kill_matrix.killed(None),
        programs: published.programs.as_ref().map_or(0, |it| it.programs.len()),
        regressions: published.regressions.as_ref().map_or(0, |it| it.rows.len()),
    };
    page("index.html", "site/index.html", content)
}

#[derive(Serialize)]
struct Implementation<'p> {
    title: &'p str,
    side: String,
    row: &'p SubjectRow,
    date: &'p str,
    areas: Vec<(String, Shown)>,
    /// Older releases that made mistakes, from the regressions.
    older: Vec<&'p published::Regression>,
}

fn implementation(
    matrix: &Matrix,
    row: &SubjectRow,
    published: &Published,
) -> Result<SitePage, PageError> {
    let column = matrix.columns.iter().find(|column| column.name == row.name);
    let cells = column.into_iter().flat_map(|column| &column.cells);
    let regressions = published.regressions.iter().flat_map(|it| &it.rows);
    let content = Implementation {
        title: &row.name,
        side: matrix.side.to_string(),
        row,
        date: &matrix.date,
        areas: cells.map(|(area, cell)| (title(*area), Shown::of(Some(cell)))).collect(),
        older: regressions
            .filter(|it| it.adapter == row.name && matrix.side == Side::Signer)
            .collect(),
    };
    let path = format!("implementations/{}", implementation_file(matrix.side, &row.name));
    page(&path, "site/implementation.html", content)
}
