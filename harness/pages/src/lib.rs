//! Results as HTML pages: a run log, many subjects side by side, the published site, and the page on which a
//! request is explained.
//!
//! A page is one file that asks no host for anything: its style and its program are in it, and its policy forbids
//! the rest. What it says can be read without the program, which filters cases and opens other logs. Everything
//! that comes from outside is escaped by the templates, or is in a block of JSON that cannot end early.

mod book;
mod explain;
mod explained;
mod matrix;
mod page;
mod plot;
mod run;
mod site;
mod tally;

pub use explain::{Answer, Form, ServedPage, explain_page, field};
pub use matrix::matrix_page;
pub use page::PageError;
pub use run::run_page;
pub use site::{Power, Programs, Published, Regressions, SitePage, site};
