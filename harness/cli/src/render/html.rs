//! A page for a browser.

use std::io::{self, Write};

use sigv4_conformance::log::RunLog;
use sigv4_pages::run_page;

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let page = run_page(runs).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}
